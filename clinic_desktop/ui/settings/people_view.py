"""Settings > People, laid out: two tables and what can be done with the chosen row."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import NotesAccess, User
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, column, label, row, set_role
from clinic_desktop.ui.kit.text_table import TextTable, TextTableView
from clinic_desktop.ui.kit.working import WorkingBar
from clinic_desktop.ui.settings.people_rows import (
    practitioner_row,
    practitioner_titles,
    user_row,
    user_titles,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody, as read at once."""

    practitioners: tuple[Practitioner, ...]
    users: tuple[User, ...]
    today: date


class PeopleView(QWidget):
    """Knows which buttons the chosen row has; the controller does the rest.

    Signals:
        add_practitioner_requested(), edit_requested(Practitioner),
        time_off_requested(Practitioner), deactivate_requested(Practitioner),
        reactivate_requested(Practitioner): about practitioners.
        add_user_requested(), edit_user_requested(User), grant_requested(User),
        deactivate_user_requested(User), remove_user_requested(User), sheets_requested():
            about log-ins.
    """

    add_practitioner_requested = Signal()
    edit_requested = Signal(object)
    time_off_requested = Signal(object)
    deactivate_requested = Signal(object)
    reactivate_requested = Signal(object)
    add_user_requested = Signal()
    edit_user_requested = Signal(object)
    grant_requested = Signal(object)
    deactivate_user_requested = Signal(object)
    remove_user_requested = Signal(object)
    sheets_requested = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._session = context.session
        self._formats = context.formats
        self._people = People(practitioners=(), users=(), today=date.min)
        self._make_practitioners(context)
        self._make_users(context)
        self.working = WorkingBar(_("Giving the files new keys"), "people", stoppable=False)
        self._told = {
            "practitioners": label("", "error", wrap=True, name="people_error"),
            "users": label("", "error", wrap=True, name="users_error"),
        }
        for told in self._told.values():
            told.hide()
        self.setLayout(
            column(
                row(label(_("Practitioners"), "title"), 1, self._add),
                self.practitioners,
                row(self._edit, self._time_off, self._deactivate, self._reactivate, 1),
                self._told["practitioners"],
                row(label(_("Log-ins"), "title"), 1, self._add_user),
                self.users,
                row(self._edit_user, self._grant, self._deactivate_user, self._remove_user, 1),
                self._told["users"],
                self.working,
                row(
                    label(_("Recovery sheets lost or seen by others?"), "small"),
                    button(
                        _("Make new ones"),
                        kind="link",
                        name="sheets_new",
                        on_click=self.sheets_requested.emit,
                    ),
                    1,
                ),
                1,
                spacing=10,
            )
        )

    def _make_practitioners(self, context: UiContext) -> None:
        table = TextTable(context.theme, practitioner_titles())
        self.practitioners = TextTableView(
            table, _("Practitioners"), "practitioner_table", stretch=2
        )
        self._add = button(
            _("Add practitioner"),
            kind="primary",
            name="practitioner_add",
            on_click=self.add_practitioner_requested.emit,
        )
        self._edit = button(_("Edit"), name="practitioner_edit", on_click=self._on_edit)
        self._time_off = button(
            _("Time off"), name="practitioner_time_off",
            on_click=lambda: self.time_off_requested.emit(self.practitioner()),
        )  # fmt: skip
        self._deactivate = button(
            _("Deactivate"), name="practitioner_deactivate",
            on_click=lambda: self.deactivate_requested.emit(self.practitioner()),
        )  # fmt: skip
        self._reactivate = button(
            _("Bring back"), name="practitioner_reactivate",
            on_click=lambda: self.reactivate_requested.emit(self.practitioner()),
        )  # fmt: skip
        self.practitioners.opened.connect(self._on_edit)
        self.practitioners.chosen.connect(self._show_actions)

    def _make_users(self, context: UiContext) -> None:
        table = TextTable(context.theme, user_titles())
        self.users = TextTableView(table, _("Log-ins"), "user_table", stretch=1)
        self._add_user = button(
            _("Add log-in"), name="user_add", on_click=self.add_user_requested.emit
        )
        self._edit_user = button(_("Edit"), name="user_edit", on_click=self._on_edit_user)
        self._grant = button(
            _("Grant notes"), name="user_grant",
            on_click=lambda: self.grant_requested.emit(self.user()),
        )  # fmt: skip
        self._deactivate_user = button(
            _("Deactivate"), name="user_deactivate",
            on_click=lambda: self.deactivate_user_requested.emit(self.user()),
        )  # fmt: skip
        self._remove_user = button(
            _("Remove and re-key"), kind="danger", name="user_remove",
            on_click=lambda: self.remove_user_requested.emit(self.user()),
        )  # fmt: skip
        self.users.opened.connect(self._on_edit_user)
        self.users.chosen.connect(self._show_actions)

    # What is shown.

    def show_people(self, people: People) -> None:
        """Show everybody; what was chosen stays so."""
        self._people = people
        self.practitioners.show_rows(
            [practitioner_row(p, people.today, self._formats) for p in people.practitioners]
        )
        self.users.show_rows([user_row(u) for u in people.users])
        self.practitioners.fit_rows()
        self.users.fit_rows()
        self._show_actions()

    @property
    def people(self) -> People:
        """Everybody as shown."""
        return self._people

    def practitioner(self) -> Practitioner | None:
        """The chosen practitioner."""
        key = self.practitioners.key()
        return next((p for p in self._people.practitioners if str(p.id) == key), None)

    def user(self) -> User | None:
        """The chosen user."""
        key = self.users.key()
        return next((u for u in self._people.users if str(u.id) == key), None)

    def tell(self, where: str, sentence: str, *, error: bool = True) -> None:
        """A sentence under ``practitioners`` or ``users``; "" takes it away."""
        told = self._told[where]
        told.setText(sentence)
        set_role(told, "error" if error else "small")
        told.setVisible(bool(sentence))

    def set_busy(self, busy: bool) -> None:
        """While the files get new keys nothing else can be done here."""
        for part in (self.practitioners, self.users, self._add, self._add_user):
            part.setEnabled(not busy)
        self._show_actions()
        if busy:
            for action in self._actions():
                action.setEnabled(False)

    def _actions(self) -> tuple[QWidget, ...]:
        return (
            self._edit, self._time_off, self._deactivate, self._reactivate,
            self._edit_user, self._grant, self._deactivate_user, self._remove_user,
        )  # fmt: skip

    def _show_actions(self, _row: int = 0) -> None:
        person, user = self.practitioner(), self.user()
        for action in self._actions():
            action.setEnabled(True)
        for action in (self._edit, self._time_off):
            action.setVisible(person is not None)
        self._deactivate.setVisible(person is not None and person.active)
        self._reactivate.setVisible(person is not None and not person.active)
        active = user is not None and user.active
        other = user is not None and user.id != self._session.user_id
        waits = user is not None and user.notes_access is NotesAccess.WAITING
        self._edit_user.setVisible(active)
        self._grant.setVisible(active and waits and self._session.opens_clinical)
        self._deactivate_user.setVisible(active and other)
        # An inactive one may still be removed for good; only who opens both files can re-key.
        self._remove_user.setVisible(other and self._session.opens_clinical)

    def _on_edit(self, _row: int = 0) -> None:
        if self.practitioner() is not None:
            self.edit_requested.emit(self.practitioner())

    def _on_edit_user(self, _row: int = 0) -> None:
        user = self.user()
        if user is not None and user.active:
            self.edit_user_requested.emit(user)
