"""Settings > People: practitioners and log-ins; keys are the owner's to give and take."""

from collections.abc import Callable

from PySide6.QtWidgets import QListWidget, QMessageBox, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.role import NotesAccess, User
from clinic_desktop.services.people import ReassignVisits, SavePractitioner, VisitsInTheWay
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, column, label, row
from clinic_desktop.ui.settings.people_dialogs import (
    PractitionerDialog,
    ReassignDialog,
    SheetsDialog,
    UserDialog,
)

People = tuple[list[Practitioner], list[User]]


class PeopleSection(QWidget):
    """Two lists with their verbs."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._people: list[Practitioner] = []
        self._users: list[User] = []
        self.practitioners = QListWidget()
        self.practitioners.setObjectName("people_practitioners")
        self.practitioners.setAccessibleName(_("Practitioners"))
        self.practitioners.itemActivated.connect(self._on_edit)
        self.users = QListWidget()
        self.users.setObjectName("people_users")
        self.users.setAccessibleName(_("Log-ins"))
        self._error = label("", "error", wrap=True, name="people_error")
        self.setLayout(
            column(
                label(_("Practitioners"), "title"),
                self.practitioners,
                row(
                    button(_("Add practitioner"), kind="primary", name="add_practitioner",
                           on_click=self._on_add),
                    button(_("Edit"), name="edit_practitioner", on_click=self._on_edit),
                    button(_("Deactivate ..."), name="deactivate_practitioner",
                           on_click=self._on_deactivate),
                    button(_("Reactivate"), on_click=self._on_reactivate),
                    1,
                ),
                label(_("Log-ins"), "title"),
                self.users,
                row(
                    button(_("Add log-in"), name="add_user", on_click=self._on_add_user),
                    button(_("Grant notes"), name="grant_notes", on_click=self._on_grant),
                    button(_("Deactivate"), name="deactivate_user",
                           on_click=self._on_deactivate_user),
                    button(_("Remove and re-key ..."), kind="danger", name="remove_user",
                           on_click=self._on_remove_user),
                    1,
                ),
                self._error,
                1,
                spacing=12,
            )
        )  # fmt: skip

    def reload(self) -> None:
        """Read both lists anew."""
        store = self._context.services.store

        def read() -> People:
            reader = store.reader()
            return reader.practitioners(with_inactive=True), reader.users()

        self._context.operations.read(self, read, self._show)

    def _show(self, people: People) -> None:
        self._people, self._users = people
        self.practitioners.clear()
        for person in self._people:
            words = [person.name, person.credentials]
            if not person.active:
                words.append(_("not active"))
            if person.home is None:
                words.append(_("no home on the map"))
            self.practitioners.addItem(" · ".join(w for w in words if w))
        self.users.clear()
        access = {
            NotesAccess.NONE: _("no notes"),
            NotesAccess.WAITING: _("waiting for a clinician to grant notes"),
            NotesAccess.GRANTED: _("opens notes"),
        }
        for user in self._users:
            roles = ", ".join(sorted(role.value for role in user.roles))
            state = access[user.notes_access] if user.active else _("not active")
            self.users.addItem(f"{user.login} · {user.name} · {roles} · {state}")

    # Practitioners.

    def _on_add(self) -> None:
        self._edit(None)

    def _on_edit(self) -> None:
        person = self._chosen()
        if person is not None:
            self._edit(person)

    def _edit(self, person: Practitioner | None) -> None:
        services = self._context.services
        dialog = PractitionerDialog(self._context, person, self)

        def save(made: Practitioner) -> None:
            self._write(
                lambda: services.people.save_practitioner(
                    services.session, SavePractitioner(practitioner=made)
                ),
                dialog.accept,
                dialog.show_error,
            )

        dialog.saved.connect(save)
        dialog.open()

    def _on_deactivate(self) -> None:
        person = self._chosen()
        if person is None:
            return
        services = self._context.services

        def refused(error: ClinicError) -> None:
            if isinstance(error, VisitsInTheWay):
                self._reassign(person, error)
            else:
                self._error.setText(str(error))

        self._write(
            lambda: services.people.deactivate_practitioner(services.session, person.id),
            None,
            refused,
        )

    def _reassign(self, person: Practitioner, trouble: VisitsInTheWay) -> None:
        services = self._context.services
        others = [p for p in self._people if p.active and p.id != person.id]
        dialog = ReassignDialog(self._context, str(trouble), trouble.visits, others, self)

        def give(ids: tuple[VisitId, ...], taker: Practitioner | None) -> None:
            command = ReassignVisits(visit_ids=ids, to=taker.id if taker else None)

            def given() -> None:
                dialog.accept()
                self._on_deactivate()

            self._write(
                lambda: services.people.reassign(services.session, command),
                given,
                dialog.show_error,
            )

        dialog.chosen.connect(give)
        dialog.open()

    def _on_reactivate(self) -> None:
        person = self._chosen()
        services = self._context.services
        if person is not None:
            self._write(
                lambda: services.people.reactivate_practitioner(services.session, person.id)
            )

    # Log-ins.

    def _on_add_user(self) -> None:
        services = self._context.services
        dialog = UserDialog([p for p in self._people if p.active], self)

        def save() -> None:
            command = dialog.command()
            self._write(
                lambda: services.users.add(services.session, command),
                dialog.accept,
                dialog.show_error,
            )

        dialog.saved.connect(save)
        dialog.open()

    def _on_grant(self) -> None:
        user = self._chosen_user()
        services = self._context.services
        if user is not None:
            self._write(lambda: services.users.grant_notes(services.session, user.id))

    def _on_deactivate_user(self) -> None:
        user = self._chosen_user()
        services = self._context.services
        if user is not None:
            self._write(lambda: services.users.deactivate(services.session, user.id))

    def _on_remove_user(self) -> None:
        user = self._chosen_user()
        if user is None:
            return
        answer = QMessageBox.warning(
            self,
            _("Remove and re-key"),
            _(
                "Both files get new keys. {name}’s password and the old recovery sheets open the "
                "new files no more. A copy of the files that was taken earlier still opens with "
                "the old password. This cannot be undone. You log in again afterwards. Go on?"
            ).format(name=user.name),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
        )
        if answer is not QMessageBox.StandardButton.Yes:
            return
        services = self._context.services

        def done(sheets: tuple[RecoverySheet, ...]) -> None:
            dialog = SheetsDialog(sheets, self)
            dialog.finished.connect(self._context.log_out)
            dialog.open()

        # The files are closed for it, so it belongs to the thread that writes.
        self._context.operations.write_value(
            self,
            lambda: services.users.remove(services.session, user.id, SilentProgress()),
            done,
            on_error=self._show_error,
        )

    # Small things.

    def _chosen(self) -> Practitioner | None:
        index = self.practitioners.currentRow()
        if 0 <= index < len(self._people):
            return self._people[index]
        self._error.setText(_("Choose a practitioner first."))
        return None

    def _chosen_user(self) -> User | None:
        index = self.users.currentRow()
        if 0 <= index < len(self._users):
            return self._users[index]
        self._error.setText(_("Choose a log-in first."))
        return None

    def _show_error(self, error: ClinicError) -> None:
        self._error.setText(str(error))

    def _write(
        self,
        work: Callable[[], Changes],
        then: Callable[[], object] | None = None,
        refused: Callable[[ClinicError], None] | None = None,
    ) -> None:
        self._error.setText("")

        def done(_changes: Changes) -> None:
            if then is not None:
                then()

        self._context.operations.write(
            self, work, on_done=done, on_error=refused or self._show_error
        )
