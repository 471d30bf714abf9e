"""The steps of a wizard as numbered circles: done, here, to come."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.tokens import Theme

_CIRCLE = 22
_GAP = 8
_LEAST_LINE = 14
_HIGH = 30


class WizardBar(QWidget):
    """Only tells where the person is; a screen reader hears "Step 2 of 6: Owner"."""

    def __init__(self, theme: Theme, names: Sequence[str]) -> None:
        super().__init__()
        self._theme, self._names, self._index = theme, tuple(names), 0
        self.setFixedHeight(_HIGH)
        self.show_step(0)

    def show_step(self, index: int) -> None:
        """Where the person is."""
        self._index = index
        self.setAccessibleName(
            _("Step {n} of {all}: {name}").format(
                n=index + 1, all=len(self._names), name=self._names[index]
            )
        )
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Names may be left out, circles not."""
        return QSize(len(self._names) * (_CIRCLE + _LEAST_LINE), _HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Circles, names and the lines between them; without room only the open step's name."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fonts = [font("small", 600 if n == self._index else 400) for n in range(len(self._names))]
        widths = [
            QFontMetricsF(f).horizontalAdvance(n) for f, n in zip(fonts, self._names, strict=True)
        ]
        fixed = len(widths) * (_CIRCLE + _GAP)
        lines = (len(widths) - 1) * (_LEAST_LINE + 2 * _GAP)
        if fixed + sum(widths) + lines > self.width():
            widths = [w if n == self._index else 0.0 for n, w in enumerate(widths)]
        free = self.width() - fixed - sum(widths)
        line = max(_LEAST_LINE, free / max(1, len(widths) - 1) - 2 * _GAP)
        left, middle = 0.0, self.height() / 2
        for number, (name, wide) in enumerate(zip(self._names, widths, strict=True)):
            self._paint_circle(painter, number, QRectF(left + 0.5, middle - 11 + 0.5, 21, 21))
            left += _CIRCLE + _GAP
            if wide:
                painter.setFont(fonts[number])
                key = "text.primary" if number == self._index else "text.tertiary"
                painter.setPen(self._theme.color(key))
                flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(QRectF(left, 0, wide + 2, self.height()), flags, name)
                left += wide + _GAP
            if number + 1 < len(widths):
                painter.setPen(QPen(self._theme.color("line.default"), 1))
                painter.drawLine(round(left), round(middle), round(left + line), round(middle))
                left += line + _GAP
        painter.end()

    def _paint_circle(self, painter: QPainter, number: int, box: QRectF) -> None:
        theme = self._theme
        done, here = number < self._index, number == self._index
        ground = "accent.base" if here else "accent.tint" if done else "bg.surface"
        edge = "accent.base" if here or done else "line.strong"
        painter.setPen(QPen(theme.color(edge), 1))
        painter.setBrush(theme.color(ground))
        painter.drawEllipse(box)
        if done:
            tick = icon_pixmap("check", theme.color("accent.text"), 12, 2.0)
            painter.drawPixmap(round(box.center().x() - 6), round(box.center().y() - 6), tick)
            return
        painter.setFont(font("caption", 600))
        painter.setPen(theme.color("text.onAccent" if here else "text.secondary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number + 1))
