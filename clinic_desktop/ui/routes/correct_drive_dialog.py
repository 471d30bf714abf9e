"""A drive set by hand: minutes, one way or both, and why."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.services.drive_times import LONGEST_MIN, LegView, SetDrive
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, column, label
from clinic_desktop.ui.routes.leg_subject import LegSubject
from clinic_desktop.ui.settings.form_dialog import FormDialog

_WIDE_PX = 420


class CorrectDriveDialog(FormDialog):
    """What is entered here wins over every computation, on every day."""

    def __init__(
        self, context: UiContext, subject: LegSubject, view: LegView, parent: QWidget | None = None
    ) -> None:
        super().__init__(_("Correct this drive"), _("Use these minutes"), "correct_drive", parent)
        self._context, self._subject = context, subject
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        formats = context.formats
        self.minutes = QSpinBox()
        self.minutes.setObjectName("correct_drive_minutes")
        self.minutes.setRange(1, LONGEST_MIN)
        self.minutes.setSuffix(_(" min"))
        self.minutes.setValue(max(1, view.shown.minutes))
        self.both_ways = QCheckBox(_("The way back takes as long"))
        self.both_ways.setObjectName("correct_drive_both")
        self.reason = QLineEdit(view.override.reason if view.override else "")
        self.reason.setObjectName("correct_drive_reason")
        self.reason.setPlaceholderText(_("The bridge is closed until spring"))
        roads = view.by_roads
        mark = "~" if roads.estimated else ""
        self.set_form(
            column(
                label(
                    _("{start} to {end}").format(start=subject.start_name, end=subject.end_name),
                    "strong",
                    wrap=True,
                ),
                label(
                    _(
                        "Without your word it would be {mark}{minutes}. Yours counts on every day"
                        " and at any hour, for everybody, until it is taken out."
                    ).format(mark=mark, minutes=formats.minutes(roads.minutes)),
                    "muted",
                    wrap=True,
                ),
                Field(_("From door to door, with parking"), self.minutes),
                self.both_ways,
                Field(_("Why (if you like)"), self.reason),
                spacing=12,
            ),
            _WIDE_PX,
        )
        self.minutes.setFocus()
        self.minutes.selectAll()

    def save(self) -> None:
        """Keep it; the board plans with it at once."""
        drives, session = self._context.services.drive_times, self._context.session
        command = SetDrive(
            start=self._subject.start,
            end=self._subject.end,
            minutes=self.minutes.value(),
            both_ways=self.both_ways.isChecked(),
            reason=self.reason.text(),
        )
        self.set_busy(True)

        def done(_changes: Changes) -> None:
            self.accept()

        self._context.operations.write(
            self,
            lambda: drives.set_drive(session, command),
            on_done=done,
            on_error=self.show_error,
        )
