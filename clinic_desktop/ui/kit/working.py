"""Long work on a screen: a bar, what it is doing, and Stop."""

from PySide6.QtWidgets import QProgressBar, QWidget

from clinic_desktop.operations.task import Task
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, column, label, row

_STEPS = 1000


class WorkingBar(QWidget):
    """Hidden until work begins.

    Args:
        spoken: what the bar is called to a screen reader.
        name: object names start with it.
        stoppable: whether a Stop button is there.
    """

    def __init__(self, spoken: str, name: str, *, stoppable: bool = True) -> None:
        super().__init__()
        self._task: Task | None = None
        self._words = label("", "small", wrap=True, name=f"{name}_working")
        self._bar = QProgressBar()
        self._bar.setObjectName(f"{name}_progress")
        self._bar.setAccessibleName(spoken)
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self.stop = button(_("Stop"), size="small", name=f"{name}_stop", on_click=self._on_stop)
        if not stoppable:
            self.stop.hide()
        self.setLayout(column(row(self._words, 1, self.stop), self._bar, spacing=6))
        self.hide()

    def begin(self, words: str) -> None:
        """Show that work has begun."""
        self._words.setText(words)
        self._bar.setValue(0)
        self.stop.setEnabled(True)
        self.show()

    def follow(self, task: Task) -> None:
        """Let Stop stop this task."""
        self._task = task

    def report(self, fraction: float, words: str) -> None:
        """How far it is."""
        self._bar.setValue(round(_STEPS * fraction))
        if words:
            self._words.setText(words)

    def end(self) -> None:
        """The work is over."""
        self._task = None
        self.hide()

    def _on_stop(self) -> None:
        if self._task is not None:
            self._words.setText(_("Stopping"))
            self.stop.setEnabled(False)
            self._task.stop()
