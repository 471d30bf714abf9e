"""The wait list: who waits, in whose order, and the best that can be offered to each now."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.wait_list import Urgency, WaitKind
from clinic_desktop.operations.task import Task
from clinic_desktop.services.wait_list import Opening, WaitLine
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.board.board_content import added_words
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import EmptyState, button, column, label, row, set_icon
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView


def urgency_words(urgency: Urgency) -> str:
    """How soon, in a word."""
    return {
        Urgency.ROUTINE: _("Routine"),
        Urgency.SOON: _("Soon"),
        Urgency.URGENT: _("Urgent"),
    }[urgency]


class WaitListView(QWidget):
    """Enter calls and offers; what is booked from there swaps the old visit in one step.

    Signals:
        call_wanted(object): the ``WaitLine`` to open a call for.
        counted(int): how many fit now.
    """

    call_wanted = Signal(object)
    counted = Signal(int)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._lines: tuple[WaitLine, ...] = ()
        self._opening: Opening | None = None
        self._reading: Task | None = None
        self._title = label("", "muted", name="wait_title")
        self._all = button(_("Everybody"), size="small", name="wait_all",
                           on_click=lambda: self.show_opening(None))  # fmt: skip
        self._all.hide()
        titles = (_("Who"), _("Urgency"), _("What they said"), _("Best now"), _("Phone"))
        self.table = TextTableView(
            TextTable(context.theme, titles), _("Wait list"), "wait_list", stretch=2
        )
        self.table.opened.connect(self._on_opened)
        call = button(_("Call and offer  Enter"), kind="primary", name="wait_call",
                      on_click=self._on_call)  # fmt: skip
        set_icon(call, context.theme, "phone")
        drop = button(_("Take off the list"), name="wait_drop", on_click=self._on_drop)
        self._actions = QWidget()
        self._actions.setLayout(row(call, drop, 1))
        self._empty = EmptyState(
            context.theme,
            "hourglass",
            _("Nobody waits"),
            _("In a call, “Wait list or call back” and “Declined” keep a caller in mind."),
        )
        self._empty.hide()
        self.setLayout(
            column(row(self._title, 1, self._all), self.table, self._actions, self._empty,
                   spacing=10, margins=16)
        )  # fmt: skip

    def show_opening(self, opening: Opening | None) -> None:
        """Only those whom a time that came free would suit; None for everybody."""
        self._opening = opening
        self._all.setVisible(opening is not None)
        self.reload()

    def reload(self) -> None:
        """Read and search anew, in a reader thread."""
        services, opening = self._context.services, self._opening
        if self._reading is not None:
            self._reading.drop()
        self._title.setText(_("Looking for what fits ..."))
        self._reading = self._context.operations.read(
            self, lambda: services.waiting.lines(services.session, opening), self._show
        )

    @property
    def line(self) -> WaitLine | None:
        """The chosen one."""
        number = self.table.row()
        return self._lines[number] if 0 <= number < len(self._lines) else None

    def _show(self, lines: tuple[WaitLine, ...]) -> None:
        self._lines = lines
        fitting = sum(line.slot is not None for line in lines)
        self.table.show_rows([self._row(line) for line in lines])
        self.table.setVisible(bool(lines))
        self._actions.setVisible(bool(lines))
        self._empty.setVisible(not lines and self._opening is None)
        self._title.setText(self._words(len(lines), fitting))
        if self._opening is None:
            self.counted.emit(fitting)

    def _words(self, count: int, fitting: int) -> str:
        opening, formats = self._opening, self._context.formats
        if opening is None:
            waits = ngettext("{n} waits", "{n} wait", count).format(n=count)
            fits = ngettext("{n} could be given a time", "{n} could be given a time", fitting)
            return f"{waits}, {fits.format(n=fitting)}." if count else ""
        start, end = opening.start, opening.end
        span = formats.span(start.hour * 60 + start.minute, end.hour * 60 + end.minute)
        when = f"{formats.day(start.date())} {span}"
        if not count:
            return _("{when} opened. Nobody on the wait list fits.").format(when=when)
        return ngettext(
            "{when} opened. {n} on the wait list fits.",
            "{when} opened. {n} on the wait list fit.",
            count,
        ).format(when=when, n=count)

    def _row(self, line: WaitLine) -> TextRow:
        entry, patient, formats = line.entry, line.patient, self._context.formats
        said = " · ".join(p for p in (entry.said, entry.reason) if p)
        if line.due or entry.kind is WaitKind.CALL_BACK:
            on = formats.day(entry.call_back_on) if entry.call_back_on else ""
            words = _("call back now") if line.due else _("call back {day}").format(day=on)
            said = " · ".join(p for p in (words, said) if p)
        if line.visit is not None:
            have = _("has {day} {time}").format(
                day=formats.day(line.visit.day), time=formats.time(line.visit.start_min)
            )
            said = " · ".join(p for p in (said, have) if p)
        best = line.why_not
        if line.slot is not None:
            start = line.slot.start
            best = _("{day} {time}, {added}").format(
                day=formats.day(start.date()),
                time=formats.clock_time(start),
                added=added_words(line.slot.added_drive_min),
            )
        phone = phone_text(patient.phones[0].number) if patient.phones else ""
        return TextRow(
            key=entry.id,
            cells=(patient.name, urgency_words(entry.urgency), said, best, phone),
            muted=line.slot is None,
        )

    def _on_opened(self, _number: int) -> None:
        self._on_call()

    def _on_call(self) -> None:
        if self.line is not None:
            self.call_wanted.emit(self.line)

    def _on_drop(self) -> None:
        line, services = self.line, self._context.services
        if line is not None:
            self._write(lambda: services.waiting.drop(services.session, line.entry.id))

    def _write(self, work: Callable[[], Changes]) -> None:
        def failed(error: ClinicError) -> None:
            self._context.say(str(error))

        self._context.operations.write(
            self, work, on_done=lambda _changes: self.reload(), on_error=failed
        )
