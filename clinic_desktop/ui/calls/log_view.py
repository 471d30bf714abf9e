"""The log of calls: when, who, how long, and what came of it."""

from datetime import timedelta
from typing import Final

from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.call import CallOutcome, CallState
from clinic_desktop.domain.clock import to_local
from clinic_desktop.operations.task import Task
from clinic_desktop.services.calls import CallLine
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import EmptyState, column
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView

_BACK: Final = timedelta(days=30)


def outcome_words(line: CallLine) -> str:
    """What came of a call."""
    if line.call.state is not CallState.ENDED:
        return _("parked") if line.call.state is CallState.PARKED else _("not ended")
    return {
        CallOutcome.NONE: "",
        CallOutcome.BOOKED: _("booked"),
        CallOutcome.MOVED: _("moved"),
        CallOutcome.CANCELLED: _("cancelled"),
        CallOutcome.WAIT_LIST: _("on the wait list"),
        CallOutcome.DECLINED: _("declined"),
        CallOutcome.CALL_BACK: _("to be called back"),
        CallOutcome.MESSAGE: _("message passed on"),
        CallOutcome.NO_ANSWER: _("no answer"),
        CallOutcome.REMINDED: _("told or reminded"),
        CallOutcome.NOTHING: _("nothing agreed"),
    }[line.call.outcome]


class LogView(QWidget):
    """The calls of the last 30 days, newest first; Enter opens the patient."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._lines: tuple[CallLine, ...] = ()
        self._reading: Task | None = None
        titles = (_("Who"), _("When"), _("How long"), _("What came of it"), _("Note"))
        self.table = TextTableView(
            TextTable(context.theme, titles), _("Calls"), "call_log", stretch=4
        )
        self.table.opened.connect(self._on_opened)
        self._empty = EmptyState(
            context.theme, "phone-call", _("No call yet"), _("Every call is kept here.")
        )
        self._empty.hide()
        self.setLayout(column(self.table, self._empty, spacing=0, margins=16))

    def reload(self) -> None:
        """Read the log anew."""
        services, since = self._context.services, self._context.clock.now_utc() - _BACK
        if self._reading is not None:
            self._reading.drop()
        self._reading = self._context.operations.read(
            self, lambda: services.calls.since(services.session, since), self._show
        )

    def _show(self, lines: tuple[CallLine, ...]) -> None:
        self._lines = lines
        formats, zone = self._context.formats, self._context.services.clinic.zone
        rows: list[TextRow] = []
        for line in lines:
            call = line.call
            began = to_local(call.started_at, zone)
            length = ""
            if call.ended_at is not None and call.ended_at > call.started_at:
                seconds = int((call.ended_at - call.started_at).total_seconds())
                length = f"{seconds // 60:02d}:{seconds % 60:02d}"
            when = f"{formats.day(began.date())} {formats.clock_time(began)}"
            rows.append(
                TextRow(
                    key=call.id,
                    cells=(
                        line.name or _("Somebody"),
                        when,
                        length,
                        outcome_words(line),
                        call.note,
                    ),
                )
            )
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))
        self._empty.setVisible(not rows)

    def _on_opened(self, number: int) -> None:
        patient_id = self._lines[number].call.patient_id
        if patient_id is not None:
            self._context.open_patient(patient_id)
