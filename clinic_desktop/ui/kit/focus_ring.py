"""The focus ring of buttons and check marks: 2 pixels, with a gap of 1, outside the widget."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QWidget
from shiboken6 import Shiboken

from clinic_desktop.ui.kit.tokens import Theme

_RING = 2
_GAP = 1
_OUT = _RING + _GAP
_RADIUS = 8
_MOVING = frozenset(
    {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide,
     QEvent.Type.ParentChange}
)  # fmt: skip


class _Ring(QWidget):
    """Lies over the window, lets every click through."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("focus.ring"), _RING))
        half = _RING / 2
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(half, half, -half, -half), _RADIUS, _RADIUS
        )
        painter.end()


class FocusRing(QObject):
    """Draws a ring around the button that has the focus, in whichever window it is.

    A style sheet can only paint inside a widget; fields therefore have a 2 pixel border instead.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._ring: _Ring | None = None
        self._window: QWidget | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def ring_rect(self) -> QRect:
        """Where the ring is in its window, an empty rectangle while there is none."""
        ring = self._ring
        return ring.geometry() if ring is not None and Shiboken.isValid(ring) else QRect()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the button wherever its parents move."""
        if event.type() in _MOVING:
            self._place()
        return False

    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        self._forget()
        if now is None or not isinstance(now, QAbstractButton):
            return
        self._target = now
        self._window = now.window()
        self._ring = _Ring(self._theme, self._window)
        widget: QWidget | None = now
        while widget is not None:
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = None if widget.isWindow() else widget.parentWidget()
        self._place()

    def _forget(self) -> None:
        for widget in self._watched:
            if Shiboken.isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []
        self._target = None
        if self._ring is not None and Shiboken.isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None

    def _place(self) -> None:
        target, ring, window = self._target, self._ring, self._window
        if target is None or ring is None or window is None:
            return
        if not Shiboken.isValid(target) or not Shiboken.isValid(ring) or not target.isVisible():
            if Shiboken.isValid(ring):
                ring.hide()
            return
        box = QRect(target.mapTo(window, QPoint()), target.size()).adjusted(
            -_OUT, -_OUT, _OUT, _OUT
        )
        ring.setGeometry(box)
        seen = self._seen(target, window).intersected(box).translated(-box.topLeft())
        if seen.isEmpty():
            ring.hide()
            return
        ring.setMask(QRegion(seen))
        ring.show()
        ring.raise_()

    @staticmethod
    def _seen(target: QWidget, window: QWidget) -> QRect:
        """The part of the window where the target's scroll areas show anything."""
        seen = window.rect()
        parent = target.parentWidget()
        while parent is not None and parent is not window:
            area = parent.parentWidget()
            if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
                seen = seen.intersected(QRect(parent.mapTo(window, QPoint()), parent.size()))
            parent = area
        return seen
