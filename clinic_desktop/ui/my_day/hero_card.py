"""The card of the visit under way or next: who, by when, how far, and the three steps."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from clinic_desktop.domain.clock import to_local
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
from clinic_desktop.ui.my_day.my_day_words import (
    TONE_ICONS,
    Said,
    drive_words,
    promise_sentence,
    service_words,
    state_sentence,
    visit_sentence,
)
from clinic_desktop.ui.my_day.promise_bar import BarContent, BarLabel, PromiseBar


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """The large time, what stands over and under it, and the line beside it."""

    over: str
    time: str
    under: str
    bar: BarContent
    said: Said


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
        inner.setContentsMargins(18, 16, 18, 14)
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
                           tip=_("Running late (L)"), on_click=self.late_requested.emit)  # fmt: skip
        set_icon(self.late, theme, "alarm-clock")
        self.phone = icon_button(theme, "phone", _("Phone"), name="hero_phone")
        self.phone.setProperty("step", "tall")
        self.phone.setFixedSize(38, 38)
        self.phone.clicked.connect(lambda _c=False: self.phone_requested.emit())
        self._state = label("", "caption", name="hero_state", wrap=True)
        self._steps = QWidget()
        self._upper = row(self.drive, self.start, self.finish, 1, self.late, self.phone, spacing=8)
        self._lower = row(spacing=8)
        self._steps.setLayout(column(self._upper, self._lower, self._state, spacing=6))
        return self._steps

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where one row is too short for the buttons, the last two make another."""
        super().resizeEvent(event)
        self._arrange_buttons()

    def _arrange_buttons(self) -> None:
        every = (self.drive, self.start, self.finish, self.late, self.phone)
        needed = sum(made.sizeHint().width() + 8 for made in every)
        wanted = self._upper if needed <= self._steps.width() else self._lower
        if wanted.indexOf(self.late) < 0:
            for made in (self.late, self.phone):
                wanted.addWidget(made)
            if wanted is self._lower:
                self._lower.addStretch(1)

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
        title, words, warns = self._by_words(day, stop)
        self._by_title.setText(title)
        self._by.setText(words)
        self._by.setProperty("alert", "warn" if warns else "")
        repolish(self._by)
        self._show_figure(self._figure_of(day, index, marker))
        self._show_steps(day, stop, current=index == day.current)

    def _place_words(self, area: str, stop: OwnStop) -> str:
        detail = stop.detail
        planned = self._formats.span(detail.visit.start_min, detail.visit.end_min)
        parts = (area or detail.site.address.city, planned, detail.patient.course_label,
                 detail.visit.office_note)  # fmt: skip
        return " · ".join(part for part in parts if part)

    def _by_words(self, day: OwnDay, stop: OwnStop) -> tuple[str, str, bool]:
        visit, formats = stop.detail.visit, self._formats
        if stop.state is VisitState.IN_PROGRESS and visit.started_at is not None:
            began = to_local(visit.started_at, visit.zone)
            return _("In the visit since"), formats.clock_time(began), False
        if stop.state is VisitState.EN_ROUTE and visit.departed_at is not None:
            left = to_local(visit.departed_at, visit.zone)
            return _("On the way since"), formats.clock_time(left), False
        if stop.state is VisitState.DONE and visit.finished_at is not None:
            ended = to_local(visit.finished_at, visit.zone)
            return _("Finished"), formats.clock_time(ended), False
        by = formats.time(stop.leave_by_min)
        if day.now_min is not None and day.now_min > stop.leave_by_min:
            late = day.now_min - stop.leave_by_min
            return _("Leave by {time}").format(time=by), _("{n} min late").format(n=late), True
        return _("Leave by"), _("{time} at the latest").format(time=by), False

    def _figure_of(self, day: OwnDay, index: int, marker: int) -> _Figure:
        stop, formats = day.stops[index], self._formats
        visit, promise = stop.detail.visit, stop.detail.promise
        window = (promise.start_min, promise.end_min) if promise else None
        edges = window or ()
        if stop.state is VisitState.IN_PROGRESS and day.now_min is not None:
            return self._in_visit(day, index, marker, day.now_min)
        if stop.arrive_min is not None and stop.drive is not None:
            arrive = formats.time(stop.arrive_min)
            begun = day.now_min or 0
            said = promise_sentence(promise, stop.arrive_min, formats)
            spoken = _("Arrive {time}, planned {planned}. {sentence}").format(
                time=arrive, planned=formats.time(visit.start_min), sentence=said.text
            )
            on_way = stop.state is VisitState.EN_ROUTE
            return _Figure(
                over=_("On the way, arrive") if on_way else _("Drive now, arrive"),
                time=arrive,
                under=drive_words(stop.drive, formats),
                bar=BarContent(
                    marker=marker,
                    way=(begun, stop.arrive_min),
                    window=window,
                    tick_min=visit.start_min,
                    above=(
                        BarLabel(begun, _("now"), strong=True),
                        BarLabel(stop.arrive_min, _("arrive {time}").format(
                            time=formats.time(stop.arrive_min, meridiem=False)), strong=True),
                    ),
                    below=self._marks(visit.start_min, edges),
                    spoken=spoken,
                ),
                said=said,
            )  # fmt: skip
        done = stop.state is VisitState.DONE
        said = (
            Said("ok", _("This visit is over."))
            if done
            else promise_sentence(promise, visit.start_min, formats)
        )
        planned = formats.time(visit.start_min)
        return _Figure(
            over=_("Was planned for") if done else _("Planned start"),
            time=planned,
            under=drive_words(stop.planned, formats),
            bar=BarContent(
                marker=marker,
                way=None,
                window=window,
                tick_min=visit.start_min,
                above=(),
                below=self._marks(visit.start_min, edges),
                spoken=_("Planned {time}. {sentence}").format(time=planned, sentence=said.text),
            ),
            said=said,
        )

    def _in_visit(self, day: OwnDay, index: int, marker: int, now: int) -> _Figure:
        stop, formats = day.stops[index], self._formats
        visit = stop.detail.visit
        began = visit.start_min
        if visit.started_at is not None:
            local = to_local(visit.started_at, visit.zone)
            began = local.hour * 60 + local.minute
        late = day.late if index == day.current else None
        names = [one.detail.patient.short_name for one in day.stops]
        said = visit_sentence(stop, late, names)
        end = formats.time(visit.end_min)
        left = visit.end_min - now
        under = (
            _("{n} min left").format(n=left) if left >= 0
            else _("{n} min over").format(n=-left)
        )  # fmt: skip
        return _Figure(
            over=_("Planned end"),
            time=end,
            under=under,
            bar=BarContent(
                marker=marker,
                way=(began, max(began, now)),
                window=(visit.start_min, visit.end_min),
                tick_min=visit.end_min,
                above=(
                    BarLabel(began, _("started {time}").format(
                        time=formats.time(began, meridiem=False))),
                    BarLabel(max(began, now), _("now"), strong=True),
                ),
                below=(
                    BarLabel(visit.start_min, formats.time(visit.start_min, meridiem=False)),
                    BarLabel(visit.end_min, _("end {time}").format(
                        time=formats.time(visit.end_min, meridiem=False))),
                ),
                spoken=_("In the visit, planned end {time}. {sentence}").format(
                    time=end, sentence=said.text),
            ),
            said=said,
        )  # fmt: skip

    def _marks(self, start: int, edges: tuple[int, ...]) -> tuple[BarLabel, ...]:
        formats = self._formats
        start_words = _("start {time}").format(time=formats.time(start, meridiem=False))
        marks = [BarLabel(m, formats.time(m, meridiem=False)) for m in edges if m != start]
        return tuple(sorted([*marks, BarLabel(start, start_words)], key=lambda one: one.minute))

    def _show_figure(self, figure: _Figure) -> None:
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
