"""Settings > People, log-ins: users, their keys, re-keying."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError, PermissionRefused, RuleBroken
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import User
from clinic_desktop.services.users import AddUser, EditUser
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.confirm import Confirm
from clinic_desktop.ui.settings.people_view import PeopleView
from clinic_desktop.ui.settings.sheets_dialog import SheetsDialog
from clinic_desktop.ui.settings.user_dialog import UserDialog

USERS: Final = "users"

Sheets = tuple[RecoverySheet, ...]


class UsersController(QObject):
    """None of it can be undone, and each question says so."""

    def __init__(self, context: UiContext, view: PeopleView) -> None:
        super().__init__(view)
        self._context, self._view = context, view
        self._services, self._session = context.services, context.session
        view.add_user_requested.connect(self._on_add)
        view.edit_user_requested.connect(self._on_edit)
        view.grant_requested.connect(self._on_grant)
        view.deactivate_user_requested.connect(self._on_deactivate)
        view.remove_user_requested.connect(self._on_remove)
        view.sheets_requested.connect(self._on_new_sheets)

    def _on_add(self) -> None:
        dialog = self._dialog(None)

        def add(command: AddUser) -> None:
            self._write(
                lambda: self._services.users.add(self._session, command),
                dialog.accept,
                dialog.show_error,
            )

        dialog.add_requested.connect(add)
        dialog.open()

    def _on_edit(self, user: User) -> None:
        dialog = self._dialog(user)

        def edit(command: EditUser) -> None:
            self._write(
                lambda: self._services.users.edit(self._session, command),
                dialog.accept,
                dialog.show_error,
            )

        dialog.edit_requested.connect(edit)
        dialog.open()

    def _dialog(self, user: User | None) -> UserDialog:
        people = self._view.people.practitioners
        shown = [p for p in people if p.active or (user and p.id == user.practitioner_id)]
        return UserDialog(
            shown, user, opens_clinical=self._session.opens_clinical, parent=self._view
        )

    def _on_grant(self, user: User) -> None:
        self._ask(
            _("Let {name} open the notes?").format(name=user.name),
            _("They get the key to all notes, at their next log-in. This cannot be undone."),
            _("Grant notes"),
            lambda: self._write(lambda: self._services.users.grant_notes(self._session, user.id)),
        )

    def _on_deactivate(self, user: User) -> None:
        self._ask(
            _("Deactivate the log-in {login}?").format(login=user.login),
            _(
                "The password opens nothing on this machine any more. The files keep their keys. "
                "This cannot be undone: {name} would need a new log-in."
            ).format(name=user.name),
            _("Deactivate"),
            lambda: self._write(lambda: self._services.users.deactivate(self._session, user.id)),
        )

    def _on_remove(self, user: User) -> None:
        Confirm(
            self._context.theme,
            _("Remove {name} and give the files new keys?").format(name=user.name),
            _(
                "{name}’s password and all old recovery sheets stop working. You print new sheets "
                "and log in again. It takes a while and cannot be undone."
            ).format(name=user.name),
            _("Remove and re-key"),
            lambda: self._rekey(user),
            warning=(
                _("A stolen copy still opens"),
                _("A copy of the files taken before now still opens with the old password."),
            ),
            parent=self._view,
        ).open()

    def _rekey(self, user: User) -> None:
        view, operations = self._view, self._context.operations
        view.tell(USERS, "")
        view.set_busy(True)
        view.working.begin(_("Giving the files new keys"))

        def work(progress: Progress) -> Sheets:
            # The files are closed and replaced, so it runs in the thread that writes.
            return operations.in_writer(
                lambda: self._services.users.remove(self._session, user.id, progress)
            )

        def done(sheets: Sheets) -> None:
            view.working.end()
            self._show_sheets(sheets, _("They are kept: log in again"), self._context.log_out)

        def failed(error: ClinicError) -> None:
            view.working.end()
            if isinstance(error, (PermissionRefused, RuleBroken)):
                view.set_busy(False)
                view.tell(USERS, str(error))
                return
            # The files are closed by now; the next log-in finishes or drops the re-keying.
            self._context.say(str(error))
            self._context.log_out()

        operations.job(self, work, done, on_progress=view.working.report, on_error=failed)

    def _on_new_sheets(self) -> None:
        self._ask(
            _("Make new recovery sheets?"),
            _("The old sheets open nothing any more. This cannot be undone."),
            _("Make new ones"),
            self._new_sheets,
        )

    def _new_sheets(self) -> None:
        def done(sheets: Sheets) -> None:
            self._show_sheets(sheets, _("They are kept"), lambda: None)

        self._context.operations.write_value(
            self,
            lambda: self._services.users.new_recovery_sheets(self._session),
            done,
            on_error=self._refused,
        )

    def _show_sheets(self, sheets: Sheets, go_on: str, then: Callable[[], object]) -> None:
        dialog = SheetsDialog(sheets, go_on, self._view)
        dialog.accepted.connect(then)
        dialog.open()

    def _ask(self, title: str, text: str, action: str, on_yes: Callable[[], object]) -> None:
        Confirm(self._context.theme, title, text, action, on_yes, parent=self._view).open()

    def _refused(self, error: ClinicError) -> None:
        self._view.tell(USERS, str(error))

    def _write(
        self,
        work: Callable[[], Changes],
        then: Callable[[], object] | None = None,
        refused: Callable[[ClinicError], None] | None = None,
    ) -> None:
        self._view.tell(USERS, "")

        def done(_changes: Changes) -> None:
            if then is not None:
                then()

        self._context.operations.write(self, work, on_done=done, on_error=refused or self._refused)
