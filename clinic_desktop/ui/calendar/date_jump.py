"""A small month to jump to a date."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QFrame, QVBoxLayout, QWidget

from clinic_desktop.text import _


class DateJump(QFrame):
    """A popup: arrows walk the days, Enter or a click goes there, Esc closes.

    Args:
        day: where it opens.
        first_weekday: 0 (Monday) to 6 (Sunday).
        on_chosen: where to go.
        parent: whose popup it is.
    """

    def __init__(
        self, day: date, first_weekday: int, on_chosen: Callable[[date], object], parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("date_jump")
        self.setProperty("card", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._on_chosen = on_chosen
        self.calendar = QCalendarWidget()
        self.calendar.setAccessibleName(_("Go to a date"))
        self.calendar.setGridVisible(False)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek(first_weekday + 1))
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.calendar.activated.connect(self._go)
        self.calendar.clicked.connect(self._go)
        inner = QVBoxLayout(self)
        inner.setContentsMargins(6, 6, 6, 6)
        inner.addWidget(self.calendar)

    def open_at(self, at: QPoint) -> None:
        """Show it with its corner at a point of the screen."""
        self.move(at)
        self.show()
        self.calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _go(self, chosen: QDate) -> None:
        self.close()
        self._on_chosen(date(chosen.year(), chosen.month(), chosen.day()))
