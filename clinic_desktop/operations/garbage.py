"""Collects garbage in the GUI thread only.

Python's collector runs in whichever thread happens to allocate. If that is a worker, it may
destroy Qt objects there, which Qt forbids ("timers cannot be stopped from another thread").

What the program consists of is set aside: looking through it again and again would stop the GUI
for a tenth of a second each time.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 1000


class GuiThreadCollector(QObject):
    """Takes the automatic collector's place for as long as worker threads run."""

    _working = 0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        GuiThreadCollector._working += 1
        gc.disable()
        self.set_aside()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    def collect_due(self) -> None:
        """Collect the oldest generation that is due, as the automatic collector would."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation] > 0:
                gc.collect(generation)
                return

    @staticmethod
    def set_aside() -> None:
        """Leave all that lives now out of further collections (takes microseconds)."""
        gc.freeze()

    @staticmethod
    def collect_all() -> None:
        """Look through everything, what was set aside too: when nobody waits for the window."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Give the work back to the automatic collector."""
        self._timer.stop()
        GuiThreadCollector._working -= 1
        if GuiThreadCollector._working == 0:
            gc.unfreeze()
            gc.enable()
