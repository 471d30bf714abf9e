"""A piece of work under way off the GUI thread, as its starter sees it."""

import threading
from collections.abc import Callable

from clinic_desktop.domain.errors import Cancelled


class TaskProgress:
    """The worker's end of a task: reports to the GUI thread, learns of a wish to stop."""

    def __init__(self, deliver: Callable[[float, str], None]) -> None:
        self._deliver = deliver
        self._stop = threading.Event()

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far the work is (0 to 1) and what it is doing."""
        self._deliver(fraction, message)

    def stop_requested(self) -> bool:
        """Whether the person asked to stop."""
        return self._stop.is_set()

    def stop_if_requested(self) -> None:
        """Raise ``Cancelled`` if the person asked to stop."""
        if self._stop.is_set():
            raise Cancelled("")

    def request_stop(self) -> None:
        """Ask the work to stop at its next safe point."""
        self._stop.set()


class Task:
    """Handle of a running piece of work; ``stop`` asks it to end, ``running`` says if it does."""

    def __init__(self, progress: TaskProgress) -> None:
        self._progress = progress
        self._running = True
        self._dropped = False

    @property
    def running(self) -> bool:
        """Whether the result has not been delivered yet."""
        return self._running

    @property
    def dropped(self) -> bool:
        """Whether nobody wants the result any more."""
        return self._dropped

    def stop(self) -> None:
        """Ask the work to stop; it then ends with ``Cancelled``."""
        self._progress.request_stop()

    def drop(self) -> None:
        """Ask the work to stop and deliver nothing (the asker went away or asked anew)."""
        self._dropped = True
        self._progress.request_stop()

    def finish(self) -> None:
        """Called once, in the GUI thread, when the result arrives."""
        self._running = False
