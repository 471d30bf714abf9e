"""Watches for time that opens: says once who on the wait list fits now and did not before."""

from PySide6.QtCore import QObject, QTimer

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.operations.task import Task
from clinic_desktop.services.wait_list import WaitLine
from clinic_desktop.text import ngettext
from clinic_desktop.ui.context import UiContext

_PAUSE_MS = 1_000


class OpeningWatch(QObject):
    """Searches after a change of the plan, once things are quiet."""

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._fitting: frozenset[str] | None = None
        self._reading: Task | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.look)

    def apply(self, changes: Changes) -> None:
        """Something was written."""
        kinds = (RecordKind.VISITS, RecordKind.TIME_OFF, RecordKind.PRACTITIONERS)
        if changes.touches(*kinds, RecordKind.WAIT_LIST):
            if changes.touches(RecordKind.WAIT_LIST):
                # Who has just been put onto the list is no news.
                self._fitting = None
            self._pause.start()

    def look(self) -> None:
        """Search for everybody who waits."""
        services = self._context.services
        if self._reading is not None:
            self._reading.drop()
        self._reading = self._context.operations.read(
            self, lambda: services.waiting.lines(services.session), self._compare
        )

    def _compare(self, lines: tuple[WaitLine, ...]) -> None:
        fitting = frozenset(line.entry.id for line in lines if line.slot is not None)
        before, self._fitting = self._fitting, fitting
        if before is None:
            return
        new = [line.patient.short_name for line in lines if line.entry.id in fitting - before]
        if new:
            names = ", ".join(new[:3])
            self._context.say(
                ngettext(
                    "Time has opened: {names} fits now. See Calls, Wait list.",
                    "Time has opened: {names} fit now. See Calls, Wait list.",
                    len(new),
                ).format(names=names)
            )
