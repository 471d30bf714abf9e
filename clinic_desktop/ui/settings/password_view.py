"""Settings > My password."""

from PySide6.QtWidgets import QLineEdit, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError, PermissionRefused
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.first_run.first_run_state import LEAST_PASSWORD
from clinic_desktop.ui.kit.parts import Field, button, column, label, row, set_role

_WIDE_PX = 360


class PasswordView(QWidget):
    """The old one, the new one twice."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._edits: dict[str, QLineEdit] = {}
        self._fields: dict[str, Field] = {}
        least = _("At least {n} characters.").format(n=LEAST_PASSWORD)
        for name, title, hint in (
            ("old", _("Password now"), ""),
            ("new", _("New password"), least),
            ("again", _("The same password again"), ""),
        ):
            edit = QLineEdit()
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setObjectName(f"password_{name}")
            edit.setMaximumWidth(_WIDE_PX)
            edit.returnPressed.connect(self._on_save)
            self._edits[name], self._fields[name] = edit, Field(title, edit, hint)
        self._told = label("", "small", wrap=True, name="password_told")
        self._told.hide()
        self._save = button(_("Change the password"), kind="primary", name="password_save",
                            on_click=self._on_save)  # fmt: skip
        self.setLayout(
            column(
                label(_("My password"), "title"),
                label(
                    _(
                        "It opens your keys. If it is forgotten, only the recovery sheets help. "
                        "Backups made earlier still open with the old one."
                    ),
                    "muted",
                    wrap=True,
                ),
                *self._fields.values(),
                row(self._save, 1),
                self._told,
                1,
                spacing=12,
            )
        )

    def reload(self) -> None:
        """Empty the fields: no password stays on a page that was left."""
        for name, edit in self._edits.items():
            edit.clear()
            self._fields[name].set_error("")
        self._told.hide()

    def _on_save(self) -> None:
        old, new, again = (self._edits[name].text() for name in ("old", "new", "again"))
        faults = {
            "old": "" if old else _("Type the password you have now."),
            "new": ""
            if len(new) >= LEAST_PASSWORD
            else _("At least {n} characters.").format(n=LEAST_PASSWORD),
            "again": "" if new == again else _("The two passwords differ."),
        }
        for name, sentence in faults.items():
            self._fields[name].set_error(sentence)
        self._told.hide()
        wrong = next((name for name, sentence in faults.items() if sentence), "")
        if wrong:
            self._edits[wrong].setFocus()
            return
        users, session = self._context.services.users, self._context.session
        self._save.setEnabled(False)

        def done(_changes: Changes) -> None:
            self._save.setEnabled(True)
            self.reload()
            self._tell(_("Changed. Use it at the next log-in."), error=False)

        self._context.operations.write(
            self,
            lambda: users.change_own_password(session, old, new),
            on_done=done,
            on_error=self._refused,
        )

    def _refused(self, error: ClinicError) -> None:
        self._save.setEnabled(True)
        if isinstance(error, PermissionRefused):
            self._fields["old"].set_error(str(error))
            self._edits["old"].setFocus()
            self._edits["old"].selectAll()
        else:
            self._tell(str(error), error=True)

    def _tell(self, sentence: str, *, error: bool) -> None:
        self._told.setText(sentence)
        set_role(self._told, "error" if error else "small")
        self._told.show()
