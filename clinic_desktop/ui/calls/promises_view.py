"""The promise ledger: those at risk first, and beside one what was told before it."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.operations.task import Task
from clinic_desktop.services.promises import PromiseLine, PromiseVersion, Risk
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.flow_layout import FlowLayout
from clinic_desktop.ui.kit.parts import (
    EmptyState,
    Segments,
    button,
    card,
    clear_layout,
    column,
    label,
    row,
)
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView

_CARD_PX = 360


class PromisesView(QWidget):
    """Enter shows the visit on the board; "Promised anew" keeps the old version in the ledger.

    Signals:
        visit_wanted(object): the ``Visit`` to show on the board.
        call_wanted(str): a ``PatientId`` to call.
        counted(int): how many promises are broken.
    """

    visit_wanted = Signal(object)
    call_wanted = Signal(str)
    counted = Signal(int)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._all: tuple[PromiseLine, ...] = ()
        self._lines: tuple[PromiseLine, ...] = ()
        self._reading: Task | None = None
        self._asked: Task | None = None
        self._title = label("", "muted", name="promises_title")
        self.which = Segments((_("At risk"), _("All")), _("Promises"))
        self.which.setObjectName("promises_which")
        self.which.chosen.connect(self._on_which)
        titles = (_("Who"), _("Promised"), _("How it stands"), _("Planned"))
        self.table = TextTableView(
            TextTable(context.theme, titles), _("Promises"), "promises", stretch=2
        )
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._on_opened)
        self._name = label("", "title", name="promise_name")
        self._phone = label("", "strong")
        self._why = label("", "", wrap=True, name="promise_why")
        self._history = column(spacing=6)
        show = button(_("Show on board  Enter"), name="promise_show", on_click=self._on_show)
        call = button(_("Call"), name="promise_call", on_click=self._on_call)
        self._anew = button(_("Promised anew"), kind="primary", name="promise_anew",
                            on_click=self._on_anew)  # fmt: skip
        actions = FlowLayout(spacing=6)
        for made in (self._anew, call, show):
            actions.addWidget(made)
        self._card = card(
            column(
                self._name, self._phone, self._why, actions,
                label(_("What was told"), "accent"), self._history, spacing=8, margins=16,
            )
        )  # fmt: skip
        self._card.setFixedWidth(_CARD_PX)
        self._empty = EmptyState(
            context.theme, "handshake", _("Every promise holds"),
            _("With at least five minutes to spare, over all days that are planned."),
        )  # fmt: skip
        self._empty.hide()
        self._lists = QWidget()
        self._lists.setLayout(row(self.table, column(self._card, 1, spacing=0), spacing=14))
        self.setLayout(
            column(
                row(self.which, self._title, 1), self._lists, self._empty, spacing=10, margins=16
            )
        )

    def reload(self) -> None:
        """Read the ledger anew."""
        services = self._context.services
        if self._reading is not None:
            self._reading.drop()
        self._reading = self._context.operations.read(
            self, lambda: services.promises.ledger(services.session), self._show
        )

    @property
    def line(self) -> PromiseLine | None:
        """The chosen one."""
        number = self.table.row()
        return self._lines[number] if 0 <= number < len(self._lines) else None

    def _show(self, lines: tuple[PromiseLine, ...]) -> None:
        self._all = lines
        broken = sum(line.risk is Risk.BROKEN for line in lines)
        tight = sum(line.risk is Risk.TIGHT for line in lines)
        said = (
            ngettext("{n} broken", "{n} broken", broken).format(n=broken),
            ngettext("{n} tight", "{n} tight", tight).format(n=tight),
            ngettext("{n} promise in all", "{n} promises in all", len(lines)).format(n=len(lines)),
        )
        self._title.setText(", ".join(said))
        self._show_lines()
        self.counted.emit(broken)

    def _on_which(self, _index: int) -> None:
        self._show_lines()

    def _show_lines(self) -> None:
        everything = self.which.index() == 1
        self._lines = tuple(line for line in self._all if everything or line.risk is not Risk.HOLDS)
        self.table.show_rows([self._row(line) for line in self._lines])
        self._lists.setVisible(bool(self._lines))
        self._empty.setVisible(not self._lines)

    def _row(self, line: PromiseLine) -> TextRow:
        formats, promise, visit = self._context.formats, line.promise, line.visit
        window = formats.span(promise.start_min, promise.end_min)
        who = line.promised_name or _("anybody")
        risk = {
            Risk.BROKEN: _("Broken: {why}"),
            Risk.TIGHT: _("Tight: {why}"),
            Risk.HOLDS: _("Holds"),
        }[line.risk].format(why=line.why)
        return TextRow(
            key=promise.id,
            cells=(
                line.patient.name,
                f"{formats.day(promise.window_start.date())} {window}, {who}",
                risk,
                f"{formats.day(visit.day)} {formats.time(visit.start_min)}",
            ),
            warn_column=2 if line.risk is not Risk.HOLDS else None,
        )

    def _on_chosen(self, _number: int) -> None:
        line, services = self.line, self._context.services
        if line is None:
            return
        patient = line.patient
        self._name.setText(patient.name)
        self._phone.setText(phone_text(patient.phones[0].number) if patient.phones else "")
        self._why.setText(line.why or _("It holds."))
        self._anew.setVisible(line.risk is Risk.BROKEN)
        visit_id = line.visit.id
        if self._asked is not None:
            self._asked.drop()
        self._asked = self._context.operations.read(
            self,
            lambda: services.promises.history(services.session, visit_id),
            self._show_history,
        )

    def _show_history(self, versions: tuple[PromiseVersion, ...]) -> None:
        formats, zone = self._context.formats, self._context.services.clinic.zone
        clear_layout(self._history)
        for version in reversed(versions):
            promise = version.promise
            told = to_local(promise.told_at, zone)
            window = formats.span(promise.start_min, promise.end_min)
            who = version.promised_name or _("anybody")
            day = formats.day(promise.window_start.date())
            words = f"{day} {window}, {who}"
            self._history.addWidget(
                label(words, "strong" if promise.current else "muted", wrap=True)
            )
            how = _("in a call") if version.in_call else _("not in a call")
            self._history.addWidget(
                label(
                    _("told to {to} by {by} on {day} {time}, {how}").format(
                        to=promise.told_to or "–",
                        by=version.told_by or "–",
                        day=formats.day(told.date()),
                        time=formats.clock_time(told),
                        how=how,
                    ),
                    "small",
                    wrap=True,
                )
            )

    def _on_opened(self, _number: int) -> None:
        self._on_show()

    def _on_show(self) -> None:
        if self.line is not None:
            self.visit_wanted.emit(self.line.visit)

    def _on_call(self) -> None:
        if self.line is not None:
            self.call_wanted.emit(self.line.patient.id)

    def _on_anew(self) -> None:
        line, services = self.line, self._context.services
        if line is not None:
            self._write(lambda: services.promises.tell_anew(services.session, line.visit.id))

    def _write(self, work: Callable[[], Changes]) -> None:
        def failed(error: ClinicError) -> None:
            self._context.say(str(error))

        self._context.operations.write(
            self, work, on_done=lambda _changes: self.reload(), on_error=failed
        )
