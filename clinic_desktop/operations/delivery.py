"""Brings callables from worker threads to the GUI thread."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Delivery(QObject):
    """Lives in the GUI thread and runs there what other threads hand it, in order.

    Signals:
        posted(object): a callable without arguments, emitted from any thread.
    """

    posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, work: Callable[[], None]) -> None:
        """Run ``work`` in the GUI thread as soon as its event loop turns."""
        self.posted.emit(work)

    @Slot(object)
    def _on_posted(self, work: Callable[[], None]) -> None:
        work()
