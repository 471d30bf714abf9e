"""Calls that wait: a button each, with how long they have waited and what is held for them."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.calls import CallLine
from clinic_desktop.text import _
from clinic_desktop.ui.kit.flow_layout import FlowLayout
from clinic_desktop.ui.kit.parts import button, clear_layout, column, label, row, surface


class ParkedCalls(QWidget):
    """A strip that is there only while calls wait.

    Signals:
        resumed(str): the ``CallId`` of a call to take up again.
    """

    resumed = Signal(str)

    def __init__(self, clock: Clock, formats: Formats) -> None:
        super().__init__()
        self._clock, self._formats = clock, formats
        self._lines: tuple[CallLine, ...] = ()
        self._flow = FlowLayout(spacing=6)
        strip = row(label(_("Parked"), "strong"), self._flow, spacing=10, margins=8)
        strip.setStretch(1, 1)
        self.setLayout(column(surface(strip, "accent"), spacing=0))
        self.setObjectName("parked_calls")
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._update)
        self.hide()

    def show_calls(self, lines: Sequence[CallLine]) -> None:
        """Show the calls that wait, longest first."""
        self._lines = tuple(lines)
        clear_layout(self._flow)
        for line in self._lines:
            made = button("", size="small", name=f"parked_{line.call.id}")
            made.clicked.connect(lambda _c=False, i=line.call.id: self.resumed.emit(i))
            self._flow.addWidget(made)
        self._update()
        self.setVisible(bool(self._lines))
        if self._lines:
            self._tick.start()
        else:
            self._tick.stop()

    @property
    def lines(self) -> tuple[CallLine, ...]:
        """The calls that wait."""
        return self._lines

    def _update(self) -> None:
        for number, line in enumerate(self._lines):
            item = self._flow.itemAt(number)
            widget = item.widget() if item else None
            if widget is not None:
                text = self._line_words(line)
                widget.setProperty("text", text)
                widget.setAccessibleName(_("Resume the call of {words}").format(words=text))

    def _line_words(self, line: CallLine) -> str:
        now = self._clock.now_utc()
        seconds = max(0, int((now - line.call.started_at).total_seconds()))
        name = line.name or _("Somebody")
        waited = f"{seconds // 60:02d}:{seconds % 60:02d}"
        held = line.hold
        if held is None or held.held_until is None or held.held_until <= now:
            return f"{name} {waited}"
        left = -int(-(held.held_until - now).total_seconds() // 60)
        return _("{name} {waited}, {day} {time} held {n} min").format(
            name=name,
            waited=waited,
            day=self._formats.day(held.day),
            time=self._formats.clock_time(held.start),
            n=left,
        )
