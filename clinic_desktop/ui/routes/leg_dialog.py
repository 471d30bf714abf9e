"""One drive: when to leave, how long and by whose word, and how to get there turn by turn."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QDialog, QScrollArea, QVBoxLayout, QWidget

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.directions import DirectionStep
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.travel import Drive, LegSource
from clinic_desktop.services.drive_times import LegView
from clinic_desktop.text import _
from clinic_desktop.ui.board.lane_content import slack_words
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.parts import (
    button,
    clear_layout,
    column,
    icon_label,
    label,
    row,
    separator,
    set_icon,
    set_role,
    surface,
)
from clinic_desktop.ui.routes.correct_drive_dialog import CorrectDriveDialog
from clinic_desktop.ui.routes.leg_subject import LegSubject
from clinic_desktop.ui.routes.phone_dialog import PhoneDialog, PhoneStop

_WIDE_PX = 480
_HIGH_PX = 500
_STEP_PX = 20


class LegDialog(QDialog):
    """Reads the drive anew whenever something that it shows has changed."""

    def __init__(
        self, context: UiContext, subject: LegSubject, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._subject = context, subject
        self._view: LegView | None = None
        self.setObjectName("leg_dialog")
        # It listens to changes: closed, it has to be gone.
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("The drive to {name}").format(name=subject.end_name))
        formats, leg = context.formats, subject.leg
        head = label(
            _("{start} to {end}").format(start=subject.start_name, end=subject.end_name),
            "title",
            wrap=True,
        )
        address = label(subject.end_address, "small", wrap=True)
        address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._leave = label(formats.time(leg.depart_min), name="leg_leave_by")
        self._arrive = label(formats.time(leg.arrive_min), name="leg_arrive")
        for figure in (self._leave, self._arrive):
            figure.setFont(tabular(font("figure")))
        self._minutes = label("", name="leg_minutes")
        self._minutes.setFont(tabular(font("figure")))
        self._under = label("", "small", name="leg_band")
        _look, slack = slack_words(leg)
        self._slack_then = slack if subject.visit_id else ""
        self._slack = label(self._slack_then, "small", name="leg_slack")
        figures = row(
            column(label(_("Leave by"), "small"), self._leave, label("", "small"), spacing=1),
            1,
            column(label(_("Drive"), "small"), self._minutes, self._under, spacing=1),
            1,
            column(
                label(_("At the door"), "small"),
                self._arrive,
                self._slack,
                spacing=1,
            ),
        )
        self._source = label("", wrap=True, name="leg_source")
        self._told = label("", "error", wrap=True, name="leg_error")
        self._told.hide()
        self._correct = button(_("Correct this drive …"), name="leg_correct",
                               on_click=self._on_correct)  # fmt: skip
        self._forget = button(_("Use the roads’ time again"), kind="link", size="small",
                              name="leg_forget", on_click=self._on_forget)  # fmt: skip
        self._forget.hide()
        self._steps = QVBoxLayout()
        self._steps.setContentsMargins(18, 10, 18, 10)
        self._steps.setSpacing(8)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(_("Directions"))
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(surface(self._steps, "none"))
        self._copy = button(_("Copy"), name="leg_copy", on_click=self._on_copy)
        set_icon(self._copy, context.theme, "copy")
        self._copy.setEnabled(False)
        send = button(_("Send to a phone …"), name="leg_phone", on_click=self._on_phone)
        set_icon(send, context.theme, "smartphone")
        send.setVisible(subject.visit_id is not None)
        close = button(_("Close"), kind="primary", name="leg_close", on_click=self.accept)
        close.setDefault(True)
        upper = column(
            head, address, figures, self._source,
            row(self._correct, self._forget, 1), self._told, spacing=10,
        )  # fmt: skip
        upper.setContentsMargins(20, 18, 20, 12)
        foot = row(self._copy, send, 1, close)
        foot.setContentsMargins(20, 10, 20, 14)
        self.setLayout(column(upper, separator(), self._scroll, separator(), foot, spacing=0))
        self.resize(_WIDE_PX, _HIGH_PX)
        self._scroll.installEventFilter(self)
        context.operations.changes_made.connect(self._on_changes)
        self._read()
        close.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return closes the dialog from the list of turns too."""
        if (
            watched is self._scroll
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self.accept()
            return True
        return super().eventFilter(watched, event)

    def _read(self) -> None:
        subject, services = self._subject, self._context.services
        session = self._context.session

        def work() -> LegView:
            return services.drive_times.leg(
                session, subject.start, subject.end, subject.leg.depart_min
            )

        self._context.operations.read(self, work, self._show, on_error=self._show_error)

    def _on_changes(self, changes: Changes) -> None:
        if changes.touches(RecordKind.DRIVE_OVERRIDES, RecordKind.CLINIC, RecordKind.ROADS):
            self._read()

    def _show(self, view: LegView) -> None:
        self._view = view
        formats, drive = self._context.formats, view.shown
        mark = "~" if drive.estimated else ""
        self._minutes.setText(f"{mark}{formats.minutes(drive.minutes)}")
        self._under.setText(band_words(drive, self._context))
        self._show_times(drive)
        self._source.setText(source_words(view, self._context))
        self._forget.setVisible(view.override is not None)
        self._show_steps(view.steps)
        self._told.hide()

    def _show_times(self, drive: Drive) -> None:
        """When to leave and be there, should the drive have become another since the board."""
        leg, formats = self._subject.leg, self._context.formats
        leave, arrive = leg.depart_min, leg.arrive_min
        known = leg.drive.minutes if leg.drive else drive.minutes
        self._slack.setText(self._slack_then)
        if drive.minutes != known:
            if leg.from_index is None:
                # From home one leaves so as to be there in time.
                leave = arrive - drive.minutes
            else:
                arrive = leave + drive.minutes
            self._slack.setText(_("see the board"))
        self._leave.setText(formats.time(leave))
        self._arrive.setText(formats.time(arrive))

    def _show_steps(self, steps: tuple[DirectionStep, ...]) -> None:
        clear_layout(self._steps)
        formats = self._context.formats
        self._copy.setEnabled(bool(steps))
        if not steps:
            self._steps.addWidget(
                label(_("No directions: no road is known between the two."), "muted", wrap=True)
            )
        for number, step in enumerate(steps, start=1):
            last = number == len(steps)
            mark = (
                icon_label(self._context.theme, "map-pin") if last else label(str(number), "small")
            )
            mark.setFixedWidth(_STEP_PX)
            words = label(step.words, wrap=True)
            line = row(mark, words, spacing=10)
            line.setStretch(1, 1)
            line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
            if not last:
                far = label(formats.near_distance(step.metres), "small")
                line.addWidget(far, 0, Qt.AlignmentFlag.AlignTop)
            self._steps.addLayout(line)
        self._steps.addStretch(1)

    def _on_correct(self) -> None:
        if self._view is not None:
            CorrectDriveDialog(self._context, self._subject, self._view, self).open()

    def _on_forget(self) -> None:
        view, session = self._view, self._context.session
        if view is None or view.override is None:
            return
        drives, override_id = self._context.services.drive_times, view.override.id
        self._context.operations.write(
            self, lambda: drives.forget_drive(session, override_id), on_error=self._show_error
        )

    def _on_copy(self) -> None:
        if self._view is not None:
            QGuiApplication.clipboard().setText(directions_text(self._view.steps, self._context))
            set_role(self._told, "small")
            self._told.setText(_("Copied."))
            self._told.show()

    def _on_phone(self) -> None:
        subject = self._subject
        assert subject.visit_id is not None
        stop = PhoneStop(visit_id=subject.visit_id, place=subject.end, name=subject.end_name)
        PhoneDialog(self._context, (stop,), self).open()

    def _show_error(self, error: ClinicError) -> None:
        set_role(self._told, "error")
        self._told.setText(str(error))
        self._told.show()


def band_words(drive: Drive, context: UiContext) -> str:
    """How far it is, and within how many minutes four of five such drives lie."""
    far = context.formats.distance(drive.metres)
    if drive.band_min == 0:
        return far
    return _("{far}, give or take {minutes}").format(
        far=far, minutes=context.formats.minutes(drive.band_min)
    )


def source_words(view: LegView, context: UiContext) -> str:
    """By whose word, how old, and what is added for parking."""
    formats = context.formats
    zone = context.services.clinic.zone
    drive, roads = view.shown, view.by_roads
    if view.override is not None:
        day = formats.day_with_year(to_local(view.override.at, zone).date())
        said = _("Set by hand by {name} on {day}, door to door.").format(name=view.set_by, day=day)
        if view.override.reason:
            said = f"{said} “{view.override.reason}”"
        else_words = (
            _("A straight-line estimate says ~{minutes}.")
            if roads.estimated
            else _("The roads say {minutes}.")
        )
        return f"{said} {else_words.format(minutes=formats.minutes(roads.minutes))}"
    parking = _("{minutes} of it for parking and walking in.").format(
        minutes=formats.minutes(view.parking_min)
    )
    if drive.source is LegSource.ESTIMATE:
        return f"{_('A straight-line estimate: no road is known for it (yet).')} {parking}"
    age = (
        _("Roads of {day}").format(day=formats.day_with_year(to_local(drive.as_of, zone).date()))
        if drive.as_of is not None
        else _("Roads")
    )
    if view.factor is None:
        traffic = _("with the clinic’s factors for that part of the day.")
    else:
        traffic = _("with the clinic’s factors and × {factor} as measured.").format(
            factor=f"{view.factor:.2f}"
        )
    return f"{age}, {traffic} {parking}"


def directions_text(steps: tuple[DirectionStep, ...], context: UiContext) -> str:
    """The turns as lines of text; no name and no address in them."""
    lines: list[str] = []
    for number, step in enumerate(steps, start=1):
        far = f" ({context.formats.near_distance(step.metres)})" if step.metres else ""
        lines.append(f"{number}. {step.words}{far}")
    return "\n".join(lines)
