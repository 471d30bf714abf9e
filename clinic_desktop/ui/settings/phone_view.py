"""Settings > Phone: red flags, why visits are called off, when that is late, words to send."""

from PySide6.QtWidgets import QPlainTextEdit, QSpinBox, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.phone_rules import USUAL_RULES, PhoneRules
from clinic_desktop.services.clinic_settings import save_phone_rules
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, button, column, label, row, set_role

_LINES_PX = 108
_WORDS_PX = 66
_MOST_HOURS = 240


class PhoneView(QWidget):
    """The clinic's own rules for the phone; the owner's."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._clinic: Clinic | None = None
        self.late = QSpinBox()
        self.late.setObjectName("phone_late")
        self.late.setRange(0, _MOST_HOURS)
        self.late.setSuffix(_(" hours before"))
        self.hold = QSpinBox()
        self.hold.setObjectName("phone_hold")
        self.hold.setRange(1, 120)
        self.hold.setSuffix(_(" min"))
        self.flags = _editor("phone_flags", _LINES_PX)
        self.reasons = _editor("phone_reasons", _LINES_PX)
        self.reminder = _editor("phone_reminder", _WORDS_PX)
        self.change = _editor("phone_change", _WORDS_PX)
        self._told = label("", "error", wrap=True, name="phone_told")
        self._told.hide()
        save = button(_("Save"), kind="primary", name="phone_save", on_click=self._on_save)
        usual = button(_("The usual ones"), name="phone_usual",
                       on_click=lambda: self._fill(USUAL_RULES))  # fmt: skip
        places = _("Filled in: {name}, {clinic}, {day}, {window}, {phone}. No clinical word.")
        self.setLayout(
            column(
                row(label(_("Phone"), "title"), 1, usual, save),
                self._told,
                row(
                    Field(_("A cancellation is late"), self.late),
                    Field(_("An offered time is held for"), self.hold),
                    1,
                    spacing=14,
                ),
                Field(
                    _("Red flags (F9)"), self.flags,
                    _("One a line: what is wrong, a colon, and whom to call."),
                ),
                Field(_("Why visits are called off"), self.reasons, _("One a line.")),
                Field(_("Reminder"), self.reminder, places),
                Field(_("A changed time"), self.change, places),
                1,
                spacing=12,
            )
        )  # fmt: skip

    def reload(self) -> None:
        """Read the rules in use."""
        store = self._context.services.store
        self._context.operations.read(
            self, lambda: store.reader().clinic(), self._show, on_error=self._show_error
        )

    def rules(self) -> PhoneRules:
        """As they are typed."""
        return PhoneRules(
            late_cancel_hours=self.late.value(),
            red_flags=_lines(self.flags),
            cancel_reasons=_lines(self.reasons),
            reminder=" ".join(self.reminder.toPlainText().split()),
            change=" ".join(self.change.toPlainText().split()),
        )

    def _show(self, clinic: Clinic) -> None:
        if self._clinic is None or clinic.phone_rules != self._clinic.phone_rules:
            self._fill(clinic.phone_rules)
        if self._clinic is None or clinic.hold_min != self._clinic.hold_min:
            self.hold.setValue(clinic.hold_min)
        self._clinic = clinic

    def _fill(self, rules: PhoneRules) -> None:
        self.late.setValue(rules.late_cancel_hours)
        self.flags.setPlainText("\n".join(rules.red_flags))
        self.reasons.setPlainText("\n".join(rules.cancel_reasons))
        self.reminder.setPlainText(rules.reminder)
        self.change.setPlainText(rules.change)

    def _on_save(self) -> None:
        services, rules, hold = self._context.services, self.rules(), self.hold.value()

        def kept(_changes: Changes) -> None:
            self._tell(_("Kept."), "small")
            self.reload()

        self._context.operations.write(
            self,
            lambda: save_phone_rules(services.store, services.session, rules, hold),
            on_done=kept,
            on_error=self._show_error,
        )

    def _show_error(self, error: ClinicError) -> None:
        self._tell(str(error), "error")

    def _tell(self, sentence: str, role: str) -> None:
        self._told.setText(sentence)
        set_role(self._told, role)
        self._told.show()


def _editor(name: str, high: int) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setObjectName(name)
    made.setTabChangesFocus(True)
    made.setFixedHeight(high)
    return made


def _lines(editor: QPlainTextEdit) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in editor.toPlainText().splitlines())
    return tuple(line for line in lines if line)
