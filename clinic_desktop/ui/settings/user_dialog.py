"""Add or edit a log-in."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import Role, User
from clinic_desktop.services.users import AddUser, EditUser
from clinic_desktop.text import _
from clinic_desktop.ui.first_run.first_run_state import LEAST_PASSWORD
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Field, column, label
from clinic_desktop.ui.settings.form_dialog import FormDialog

_WIDE_PX = 520


class UserDialog(FormDialog):
    """Who logs in, as what.

    Signals:
        add_requested(AddUser): a new log-in.
        edit_requested(EditUser): a changed one.
    """

    add_requested = Signal(object)
    edit_requested = Signal(object)

    def __init__(
        self,
        practitioners: Sequence[Practitioner],
        user: User | None,
        *,
        opens_clinical: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_("Edit log-in") if user else _("Add log-in"), _("Save"), "user", parent)
        self._user = user
        self._name = _edit(user.name if user else "", "user_name")
        self._login = _edit(user.login if user else "", "user_login")
        self._login.setReadOnly(user is not None)
        self._password, self._again = _edit("", "user_password"), _edit("", "user_again")
        for secret in (self._password, self._again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        roles = user.roles if user else frozenset({Role.OFFICE})
        self._roles = {
            Role.OFFICE: QCheckBox(_("Office: books, calls, keeps patients’ addresses")),
            Role.PRACTITIONER: QCheckBox(_("Practitioner: treats, reads and writes notes")),
            Role.OWNER: QCheckBox(_("Owner: people, settings, backups")),
        }
        for role, box in self._roles.items():
            box.setObjectName(f"user_role_{role.value}")
            box.setChecked(role in roles)
        treats = self._roles[Role.PRACTITIONER]
        self._who = QComboBox()
        self._who.setObjectName("user_practitioner")
        for person in practitioners:
            self._who.addItem(person.name, str(person.id))
        self._who_field = Field(
            _("Which practitioner"),
            self._who,
            ""
            if opens_clinical
            else _("They wait until a clinician grants the notes: your keys do not open them."),
        )
        self._who_field.setVisible(treats.isChecked())
        treats.toggled.connect(self._who_field.setVisible)
        if user is not None:
            treats.setEnabled(False)
            self._who.setEnabled(False)
            at = self._who.findData(str(user.practitioner_id))
            self._who.setCurrentIndex(at)
        self._name_field = Field(_("Name"), self._name)
        self._login_field = Field(_("Log-in name"), self._login)
        self._password_field = Field(
            _("First password"), self._password,
            _("At least {n} characters.").format(n=LEAST_PASSWORD),
        )  # fmt: skip
        self._again_field = Field(_("The same password again"), self._again)
        why = label(
            _("Whether a person treats decides about their keys: it stays as it is."),
            "caption", wrap=True,
        )  # fmt: skip
        why.setVisible(user is not None)
        for field in (self._password_field, self._again_field):
            field.setVisible(user is None)
        self.set_form(
            column(
                field_row(self._name_field, self._login_field),
                label(_("Roles"), "small"),
                *self._roles.values(),
                why,
                self._who_field,
                field_row(self._password_field, self._again_field),
                1,
                spacing=8,
            ),
            _WIDE_PX,
        )
        self._name.setFocus()

    def save(self) -> None:
        """Check what can be seen here, then ask for it."""
        name, login = self._name.text().strip(), self._login.text().strip()
        short = self._user is None and len(self._password.text()) < LEAST_PASSWORD
        differ = self._password.text() != self._again.text()
        roles = frozenset(role for role, box in self._roles.items() if box.isChecked())
        nobody = Role.PRACTITIONER in roles and self._who.currentIndex() < 0
        self._name_field.set_error("" if name else _("Whose log-in is it?"))
        self._login_field.set_error("" if login else _("Choose a log-in name."))
        self._password_field.set_error(
            _("At least {n} characters.").format(n=LEAST_PASSWORD) if short else ""
        )
        self._again_field.set_error(_("The two passwords differ.") if differ else "")
        if not roles:
            self.show_error(_("Choose at least one role."))
            return
        if nobody and self._user is None:
            self.show_error(_("Add the practitioner first, then their log-in."))
            return
        if not name or not login or short or differ:
            self.show_error("")
            return
        self.set_busy(True)
        if self._user is not None:
            self.edit_requested.emit(EditUser(user_id=self._user.id, name=name, roles=roles))
            return
        treats = Role.PRACTITIONER in roles
        self.add_requested.emit(
            AddUser(
                login=login,
                name=name,
                roles=roles,
                password=self._password.text(),
                practitioner_id=PractitionerId(str(self._who.currentData())) if treats else None,
            )
        )


def _edit(text: str, name: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setObjectName(name)
    return made
