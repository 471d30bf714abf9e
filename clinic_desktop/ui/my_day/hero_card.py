"""The card of the visit under way or next: who, by when, how far, and the three steps."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.visit import STATE_STEPS, VisitState
from clinic_desktop.services.my_day import OwnDay, OwnStop
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_content import flag_word
from clinic_desktop.ui.kit.button import Button
from clinic_desktop.ui.kit.elide import ElidedLabel
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.parts import (
    button,
    column,
    icon_button,
    label,
    repolish,
    row,
    set_icon,
)
from clinic_desktop.ui.kit.practitioner_mark import paint_mark
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.my_day.hero_figure import HeroFigure, by_words, figure_of
from clinic_desktop.ui.my_day.my_day_words import TONE_ICONS, service_words, state_sentence
from clinic_desktop.ui.my_day.promise_bar import PromiseBar

_SIDE_PX = 18


class StopMark(QWidget):
    """The practitioner's shape with the stop's number, large."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._marker, self._text, self._hollow = 1, "", False
        self.setFixedSize(46, 46)

    def show_mark(self, marker: int, text: str, *, hollow: bool) -> None:
        """Another stop."""
        self._marker, self._text, self._hollow = marker, text, hollow
        self.setAccessibleName(_("Stop {n}").format(n=text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mark."""
        painter = QPainter(self)
        centre = QPointF(23, 23)
        paint_mark(painter, self._theme, self._marker, centre, 34, self._text, hollow=self._hollow)
        painter.end()


class HeroCard(QFrame):
    """Shows one stop.

    Signals:
        step_requested(str): a ``VisitState`` value to set.
        late_requested(): Running late.
        phone_requested(): the phone button.
    """

    step_requested = Signal(str)
    late_requested = Signal()
    phone_requested = Signal()

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self._theme, self._formats = theme, formats
        self.setProperty("card", "hero")
        self.setObjectName("my_day_hero")
        self._mark = StopMark(theme)
        self._name = ElidedLabel()
        self._name.setFont(font("figure"))
        self._name.setObjectName("hero_name")
        self._service = label("", "pill", name="hero_service")
        self._flag = label("", "pill-warn")
        self._place = ElidedLabel()
        self._place.setProperty("role", "small")
        self._place.setFont(font("body"))
        self._by_title = label("", "small")
        self._by = label("", "title", name="hero_leave_by")
        for one in (self._by_title, self._by):
            one.setAlignment(Qt.AlignmentFlag.AlignRight)
        names = row(self._name, spacing=10)
        for pill in (self._service, self._flag):
            names.addWidget(pill, 0, Qt.AlignmentFlag.AlignVCenter)
        names.addStretch(1)
        who = column(names, self._place, spacing=2)
        by = column(1, self._by_title, self._by, 1, spacing=2)
        head = row(self._mark, who, by, spacing=12)
        head.setStretch(1, 1)
        inner = column(head, self._build_panel(), self._build_buttons(), spacing=14)
        inner.setContentsMargins(_SIDE_PX, 16, _SIDE_PX, 14)
        self.setLayout(inner)

    def _build_panel(self) -> QWidget:
        self._over = label("", "small")
        self._figure = label("", name="hero_arrive")
        self._figure.setFont(tabular(font("hero")))
        self._under = label("", "small", name="hero_drive")
        self._bar = PromiseBar(self._theme)
        self._tone = QLabel()
        self._tone.setFixedSize(16, 16)
        self._sentence = label("", wrap=True, name="hero_sentence")
        said = row(self._tone, self._sentence, spacing=8)
        said.setStretch(1, 1)
        figures = column(1, self._over, self._figure, self._under, 1, spacing=2)
        line = column(1, self._bar, said, 1, spacing=4)
        both = row(figures, line, spacing=24)
        both.setStretch(1, 1)
        both.setContentsMargins(16, 12, 16, 12)
        panel = QFrame()
        panel.setProperty("box", "note")
        panel.setLayout(both)
        return panel

    def _build_buttons(self) -> QWidget:
        theme = self._theme
        self.drive = self._step(_("Drive now  D"), "drive_now", VisitState.EN_ROUTE, "navigation")
        self.start = self._step(_("Start visit  S"), "start_visit", VisitState.IN_PROGRESS, "play")
        self.finish = self._step(_("Finish  F"), "finish_visit", VisitState.DONE, "square")
        self.late = button(_("Running late ..."), size="tall", name="running_late",
                           on_click=self.late_requested.emit)  # fmt: skip
        self.late.setToolTip(_("Running late (L)"))
        self.late.setAccessibleDescription("L")
        set_icon(self.late, theme, "alarm-clock")
        self.phone = icon_button(theme, "phone", _("Phone"), name="hero_phone")
        self.phone.setProperty("step", "tall")
        self.phone.setFixedSize(38, 38)
        self.phone.clicked.connect(lambda _c=False: self.phone_requested.emit())
        self._state = label("", "caption", name="hero_state", wrap=True)
        self._steps = QWidget()
        self._upper = row(self.drive, self.start, self.finish, 1, self.late, self.phone, spacing=8)
        self._lower = row(1, spacing=8)
        self._steps.setLayout(column(self._upper, self._lower, self._state, spacing=6))
        return self._steps

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where one row is too short for the buttons, the last two make another."""
        super().resizeEvent(event)
        self._arrange_buttons()

    def _arrange_buttons(self) -> None:
        every = (self.drive, self.start, self.finish, self.late, self.phone)
        needed = sum(made.sizeHint().width() + 8 for made in every if not made.isHidden())
        room = self.width() - 2 * _SIDE_PX
        wanted, other = self._upper, self._lower
        if needed - 8 > room:
            wanted, other = other, wanted
        if wanted.indexOf(self.late) < 0:
            for place, made in enumerate((self.late, self.phone)):
                other.removeWidget(made)
                wanted.insertWidget(wanted.count() if wanted is self._upper else place, made)

    def _step(self, text: str, name: str, state: VisitState, icon_name: str) -> Button:
        made = button(text, size="tall", name=name)
        made.setProperty("icon_name", icon_name)
        made.clicked.connect(lambda _c=False: self.step_requested.emit(state.value))
        set_icon(made, self._theme, icon_name)
        return made

    def show_stop(self, day: OwnDay, index: int) -> None:
        """Show a stop of the day."""
        assert day.plan is not None
        stop = day.stops[index]
        detail = stop.detail
        marker = day.plan.practitioner.marker
        self._mark.show_mark(marker, str(stop.number), hollow=stop.state is VisitState.DONE)
        self._name.setText(detail.patient.short_name)
        self._service.setText(service_words(detail))
        flag = flag_word(detail.flags)
        self._flag.setText(flag)
        self._flag.setVisible(bool(flag))
        self._place.setText(self._place_words(detail.site.address.area, stop))
        title, words, warns = by_words(day, stop, self._formats)
        self._by_title.setText(title)
        self._by.setText(words)
        self._by.setProperty("alert", "warn" if warns else "")
        repolish(self._by)
        self._show_figure(figure_of(day, index, marker, self._formats))
        self._show_steps(day, stop, current=index == day.current)

    def _place_words(self, area: str, stop: OwnStop) -> str:
        detail = stop.detail
        planned = self._formats.span(detail.visit.start_min, detail.visit.end_min)
        parts = (area or detail.site.address.city, planned, detail.patient.course_label,
                 detail.visit.office_note)  # fmt: skip
        return " · ".join(part for part in parts if part)

    def _show_figure(self, figure: HeroFigure) -> None:
        self._over.setText(figure.over)
        self._figure.setText(figure.time)
        self._under.setText(figure.under)
        self._bar.show_bar(figure.bar)
        icon_name, key = TONE_ICONS[figure.said.tone]
        self._tone.setPixmap(icon_pixmap(icon_name, self._theme.color(key), 16, 2.0))
        self._sentence.setText(figure.said.text)
        self._sentence.setProperty("alert", figure.said.tone)
        repolish(self._sentence)

    def _show_steps(self, day: OwnDay, stop: OwnStop, *, current: bool) -> None:
        """The steps that may follow; the next one is the filled button."""
        today = day.now_min is not None
        self._steps.setVisible(today)
        allowed = STATE_STEPS[stop.state]
        steps = ((self.drive, VisitState.EN_ROUTE), (self.start, VisitState.IN_PROGRESS),
                 (self.finish, VisitState.DONE))  # fmt: skip
        usable = [made for made, state in steps if state in allowed]
        for made, _state in steps:
            made.setEnabled(made in usable)
            made.setProperty("kind", "primary" if usable and made is usable[0] else "")
            made.setFont(font("body", 600 if usable and made is usable[0] else 500))
            set_icon(made, self._theme, str(made.property("icon_name")))
            repolish(made)
        self.late.setVisible(current and day.late is not None and bool(day.late.ahead))
        phones = stop.detail.patient.phones
        self.phone.setVisible(bool(phones))
        spoken = _("Phone of {name}").format(name=stop.detail.patient.short_name)
        self.phone.setAccessibleName(spoken)
        self.phone.setToolTip(spoken)
        self._state.setText(state_sentence(stop, self._formats))
        self._arrange_buttons()
