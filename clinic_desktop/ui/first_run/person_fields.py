"""One person of the first run: name, log-in, password twice."""

from PySide6.QtWidgets import QLineEdit, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.first_run.first_run_state import LEAST_PASSWORD, PersonAnswers
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Field, column


class PersonFields(QWidget):
    """Four fields; ``key`` names them (``owner`` makes ``first_owner_name``)."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.name, self.login = QLineEdit(), QLineEdit()
        self.password, self.repeat = QLineEdit(), QLineEdit()
        edits = {
            "name": (_("First and last name"), self.name, ""),
            "login": (_("Log-in name"), self.login, ""),
            "password": (
                _("Password"),
                self.password,
                _("At least {n} characters.").format(n=LEAST_PASSWORD),
            ),
            "repeat": (_("The same password again"), self.repeat, ""),
        }
        self._fields: dict[str, Field] = {}
        for part, (title, edit, hint) in edits.items():
            edit.setObjectName(f"first_{key}_{part}")
            self._fields[part] = Field(title, edit, hint)
        for secret in (self.password, self.repeat):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        top = field_row(self._fields["name"], self._fields["login"])
        below = field_row(self._fields["password"], self._fields["repeat"])
        self.setLayout(column(top, below, spacing=8))

    def answers(self) -> PersonAnswers:
        """What was typed."""
        return PersonAnswers(
            name=self.name.text(),
            login=self.login.text(),
            password=self.password.text(),
            repeat=self.repeat.text(),
        )

    def show_faults(self, faults: dict[str, str]) -> None:
        """Show this person's sentences beside their fields."""
        for part, field in self._fields.items():
            field.set_error(faults.get(f"{self.key}_{part}", ""))
