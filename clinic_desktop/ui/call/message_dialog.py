"""A message from a caller to the clinicians: typed once, sealed, never read by the office again."""

from datetime import datetime, time, timedelta

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.ids import CallId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.wait_list import Urgency
from clinic_desktop.services.messages import TakeMessage
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, Segments, column, label, row
from clinic_desktop.ui.settings.form_dialog import FormDialog

_WIDE_PX = 460
_HIGH_PX = 130


class MessageDialog(FormDialog):
    """What the caller says, how soon, and by when an answer was promised."""

    def __init__(
        self,
        context: UiContext,
        patient: Patient,
        call_id: CallId | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_("Message"), _("Seal and pass on"), "message", parent)
        self._context, self._patient, self._call_id = context, patient, call_id
        self.text = QPlainTextEdit()
        self.text.setObjectName("message_text")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(_HIGH_PX)
        self.urgency = Segments((_("Routine"), _("Soon"), _("Urgent")), _("Urgency"))
        self.answer_by = QComboBox()
        self.answer_by.setObjectName("message_answer_by")
        for words, when in self._choices():
            self.answer_by.addItem(words, when)
        self.set_form(
            column(
                label(_("From {name}, to the clinicians").format(name=patient.name), "strong"),
                Field(_("What the caller says"), self.text),
                column(label(_("Urgency"), "small"), row(self.urgency, 1), spacing=6),
                Field(_("Answer promised by"), self.answer_by),
                label(
                    _("It is sealed at once: only a clinician can read it, the office cannot."),
                    "muted",
                    wrap=True,
                ),
                spacing=12,
            ),
            _WIDE_PX,
        )
        self.text.setFocus()

    def save(self) -> None:
        """Seal it; one operation."""
        services = self._context.services
        chosen = self.answer_by.currentData()
        command = TakeMessage(
            patient_id=self._patient.id,
            text=self.text.toPlainText(),
            urgency=Urgency(self.urgency.index()),
            answer_by=chosen if isinstance(chosen, datetime) else None,
            call_id=self._call_id,
        )
        self.set_busy(True)

        def done(_changes: Changes) -> None:
            self.text.clear()
            self.accept()

        self._context.operations.write(
            self,
            lambda: services.messages.take(services.session, command),
            on_done=done,
            on_error=self.show_error,
        )

    def _choices(self) -> list[tuple[str, datetime | None]]:
        now = local_now(self._context.clock, self._context.services.clinic.zone)
        formats = self._context.formats
        tomorrow = now.date() + timedelta(days=1)
        times = [
            datetime.combine(now.date(), time(12)),
            datetime.combine(now.date(), time(17)),
            datetime.combine(tomorrow, time(12)),
            datetime.combine(tomorrow, time(17)),
        ]
        made: list[tuple[str, datetime | None]] = [(_("No time was promised"), None)]
        made += [
            (f"{formats.day(at.date())} {formats.clock_time(at)}", at) for at in times if at > now
        ]
        return made
