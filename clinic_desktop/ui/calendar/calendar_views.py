"""Day, week, month and agenda: which is in front, what it reads, how far a step leads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from clinic_desktop.domain.page_model import PageDocument
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.operations.task import Task
from clinic_desktop.services.board import VisitDetail
from clinic_desktop.services.calendars import WEEK_DAYS, MonthBoard, WeekBoard
from clinic_desktop.services.sheets import agenda_sheet, week_sheet
from clinic_desktop.text import ngettext
from clinic_desktop.ui.calendar.agenda_view import AgendaView
from clinic_desktop.ui.calendar.month_view import MonthView, next_month
from clinic_desktop.ui.calendar.week_content import week_start
from clinic_desktop.ui.calendar.week_view import WeekView
from clinic_desktop.ui.context import UiContext


class CalendarMode(IntEnum):
    """The four calendars, in the order of their keys."""

    DAY = 0
    WEEK = 1
    MONTH = 2
    AGENDA = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agenda:
    details: tuple[VisitDetail, ...]
    people: tuple[Practitioner, ...]


class CalendarViews(QObject):
    """Owns the views beside the day's board and reads for them.

    Signals:
        day_opened(date): a day was chosen in a longer calendar.
        visit_opened(str): a visit was chosen there.
        shown(str, str): what was read, as a title and a line below it.
    """

    day_opened = Signal(object)
    visit_opened = Signal(str)
    shown = Signal(str, str)

    def __init__(self, context: UiContext, day_view: QWidget, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._context, self._now = context, now
        self._reading: Task | None = None
        self.mode = CalendarMode.DAY
        self.week = WeekView(context, now)
        self.month = MonthView(context.theme, context.formats)
        self.agenda = AgendaView(context.theme, context.formats)
        self.stack = QStackedWidget()
        for view in (day_view, self.week, self.month, self.agenda):
            self.stack.addWidget(view)
        self.week.heads.day_chosen.connect(self.day_opened)
        self.week.canvas.visit_opened.connect(self.visit_opened)
        self.month.day_opened.connect(self.day_opened)
        self.agenda.visit_opened.connect(self.visit_opened)

    @property
    def first_weekday(self) -> int:
        """The week begins with it, 0 (Monday) to 6 (Sunday)."""
        return self._context.formats.first_weekday

    def show_mode(self, mode: CalendarMode) -> None:
        """Bring a calendar to the front; ``read`` fills it."""
        if self.mode is CalendarMode.WEEK:
            self.week.cancel()
        self.mode = mode
        self.stack.setCurrentIndex(mode)
        focus = {
            CalendarMode.WEEK: self.week.canvas,
            CalendarMode.MONTH: self.month,
            CalendarMode.AGENDA: self.agenda.table,
        }.get(mode)
        if focus is not None:
            focus.setFocus()

    def stepped(self, day: date, step: int) -> date:
        """Where the arrows lead from a day."""
        if self.mode is CalendarMode.MONTH:
            return next_month(day, step)
        if self.mode is CalendarMode.WEEK:
            return day + timedelta(days=WEEK_DAYS * step)
        if self.mode is CalendarMode.AGENDA:
            return day + timedelta(days=self.agenda.days * step)
        return day + timedelta(days=step)

    def read(self, day: date) -> None:
        """Read what the calendar in front shows around a day; the day's board reads itself."""
        if self._reading is not None:
            self._reading.drop()
            self._reading = None
        if self.mode is CalendarMode.WEEK:
            self._read_week(day)
        elif self.mode is CalendarMode.MONTH:
            self._read_month(day)
        elif self.mode is CalendarMode.AGENDA:
            self._read_agenda(day)

    def documents(self, title: str) -> list[PageDocument]:
        """What is in front, for paper; a month is looked at, not printed."""
        formats = self._context.formats
        if self.mode is CalendarMode.WEEK and self.week.week is not None:
            return [week_sheet(self.week.week, formats)]
        if self.mode is CalendarMode.AGENDA:
            clinic = self._context.services.clinic.name
            people = self.agenda.people
            return [agenda_sheet(self.agenda.shown, people, title, clinic, formats)]
        return []

    def _read_week(self, day: date) -> None:
        services, formats = self._context.services, self._context.formats
        first = week_start(day, self.first_weekday)

        def show(week: WeekBoard) -> None:
            self.week.show_week(week)
            found = [s for those in week.conflicts.values() for s in those]
            words = _visits(len(week.details))
            if found:
                conflicts = ngettext("{n} conflict", "{n} conflicts", len(found))
                words = f"{words} · {conflicts.format(n=len(found))}"
            last = first + timedelta(days=WEEK_DAYS - 1)
            self.shown.emit(formats.days(first, last), words)

        self._reading = self._context.operations.read(
            self, lambda: services.calendars.week(services.session, first), show
        )

    def _read_month(self, day: date) -> None:
        services, formats = self._context.services, self._context.formats

        def show(board: MonthBoard) -> None:
            self.month.show_month(board, self._now().date(), day)
            count = sum(d.count for d in board.days if d.day.month == board.month.month)
            self.shown.emit(formats.month(board.month), _visits(count))

        self._reading = self._context.operations.read(
            self,
            lambda: services.calendars.month(services.session, day, self.first_weekday),
            show,
        )

    def _read_agenda(self, day: date) -> None:
        services, formats = self._context.services, self._context.formats
        last = day + timedelta(days=self.agenda.days - 1)

        def read() -> _Agenda:
            return _Agenda(
                details=services.calendars.agenda(services.session, day, last),
                people=tuple(services.store.reader().practitioners(with_inactive=True)),
            )

        def show(found: _Agenda) -> None:
            self.agenda.show_agenda(found.details, found.people)
            title = formats.day_with_year(day) if last == day else formats.days(day, last)
            self.shown.emit(title, _visits(len(found.details)))

        self._reading = self._context.operations.read(self, read, show)


def _visits(count: int) -> str:
    return ngettext("{n} visit", "{n} visits", count).format(n=count)
