"""Undo and redo as the person meets them: by key, in the toast, in the status bar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

from PySide6.QtCore import QObject

from clinic_desktop.domain.changes import Changes, HistoryStep
from clinic_desktop.domain.clock import Clock, local_now, to_utc
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.operations.operations import Operations
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.text import _
from clinic_desktop.ui.shell.window import ShellWindow


class UndoDesk(QObject):
    """Steps back and forth through what a person did today, and names each step.

    Args:
        operations: writes and reads.
        window: its toast and status bar speak.
        services: the open session's, None while nobody is logged in.
        clock: when the working day began.
    """

    def __init__(
        self,
        operations: Operations,
        window: ShellWindow,
        services: Callable[[], SessionServices | None],
        clock: Clock,
    ) -> None:
        super().__init__(operations)
        self._operations = operations
        self._window = window
        self._services = services
        self._clock = clock

    def undo(self) -> None:
        """Take back what this person did last today."""
        self._step(HistoryStep.UNDONE)

    def redo(self) -> None:
        """Do it again."""
        self._step(HistoryStep.REDONE)

    def announce(self, changes: Changes) -> None:
        """Say what was just done, undone or done again, with the way back."""
        if not changes.undoable or not changes.operation or not changes.ids:
            return
        name, window = changes.operation, self._window
        if changes.step is HistoryStep.UNDONE:
            window.say(_("Undone: {name}").format(name=name), self.redo, _("Redo  Ctrl Shift Z"))
        elif changes.step is HistoryStep.REDONE:
            window.say(_("Done again: {name}").format(name=name), self.undo, _("Undo  Ctrl Z"))
        else:
            window.say(name, self.undo, _("Undo  Ctrl Z"))

    def show(self) -> None:
        """Name in the status bar what can be undone and redone."""
        services = self._services()
        if services is None:
            return
        session, since, history = services.session, self._day_began(services), services.history

        def names() -> tuple[str, str]:
            return history.undo_name(session, since), history.redo_name(session, since)

        def shown(found: tuple[str, str]) -> None:
            self._window.status.show_undo(*found)

        self._operations.read(self, names, shown)

    def _step(self, step: HistoryStep) -> None:
        services = self._services()
        if services is None:
            return
        session, since, history = services.session, self._day_began(services), services.history

        def work() -> Changes:
            back = step is HistoryStep.UNDONE
            done = history.undo(session, since) if back else history.redo(session, since)
            return replace(done, step=step)

        def refused(error: ClinicError) -> None:
            self._window.say(str(error))

        self._operations.write(self, work, on_error=refused)

    def _day_began(self, services: SessionServices) -> datetime:
        zone = services.clinic.zone
        return to_utc(datetime.combine(local_now(self._clock, zone).date(), time()), zone)
