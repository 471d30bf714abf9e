"""The steps of a long form: which are done, which is in front, what each still lacks."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.parts import separator
from clinic_desktop.ui.kit.tokens import Theme

_CIRCLE = 24
_GAP = 10
_PAD = 4


class _Step(QAbstractButton):
    """A numbered circle, a title, and below it a note."""

    def __init__(self, theme: Theme, number: int, title: str) -> None:
        super().__init__()
        self._theme, self._number = theme, number
        self._note = ""
        self._done = False
        self.setText(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._speak()

    def set_note(self, note: str, *, done: bool) -> None:
        self._note, self._done = note, done
        self._speak()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        title = QFontMetricsF(font("bodyStrong")).horizontalAdvance(self.text())
        note = QFontMetricsF(font("caption")).horizontalAdvance(self._note)
        lines = QFontMetricsF(font("bodyStrong")).height() + QFontMetricsF(font("caption")).height()
        wide = _PAD + _CIRCLE + _GAP + max(title, note) + _PAD + 1
        return QSize(round(wide), round(max(_CIRCLE, lines)) + 2 * _PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_circle(painter)
        theme, left = self._theme, _PAD + _CIRCLE + _GAP
        key = "text.primary" if self.isChecked() or self._done else "text.secondary"
        painter.setPen(theme.color(key))
        painter.setFont(font("bodyStrong", 600 if self.isChecked() else 500))
        middle = self.height() / 2
        align = Qt.AlignmentFlag.AlignLeft
        if not self._note:
            box = QRectF(left, 0, self.width() - left, self.height())
            painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, self.text())
        else:
            box = QRectF(left, 0, self.width() - left, middle + 1)
            painter.drawText(box, align | Qt.AlignmentFlag.AlignBottom, self.text())
            painter.setPen(theme.color("text.tertiary"))
            painter.setFont(font("caption", 400))
            box = QRectF(left, middle + 1, self.width() - left, middle)
            painter.drawText(box, align | Qt.AlignmentFlag.AlignTop, self._note)
        painter.end()

    def _paint_circle(self, painter: QPainter) -> None:
        theme = self._theme
        centre = QPointF(_PAD + _CIRCLE / 2, self.height() / 2)
        now = self.isChecked()
        pen = QPen(theme.color("accent.base" if now or self._done else "line.strong"), 1)
        painter.setPen(pen)
        fill = "accent.base" if now else "accent.tint" if self._done else "bg.surface"
        painter.setBrush(theme.color(fill))
        painter.drawEllipse(centre, _CIRCLE / 2 - 0.5, _CIRCLE / 2 - 0.5)
        if self._done and not now:
            picture = icon_pixmap("check", theme.color("accent.text"), 14, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(centre.x() - 7, centre.y() - 7), picture)
            return
        painter.setPen(theme.color("text.onAccent" if now else "text.secondary"))
        figure = font("small", 600)
        figure.setPixelSize(min(figure.pixelSize(), round(_CIRCLE * 0.6)))
        painter.setFont(figure)
        box = QRectF(centre.x() - 12, centre.y() - 12, 24, 24)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._number))

    def _speak(self) -> None:
        state = self._note or (_("complete") if self._done else "")
        words = _("Step {n}: {title}").format(n=self._number, title=self.text())
        self.setAccessibleName(f"{words}, {state}" if state else words)


class StepBar(QWidget):
    """Steps side by side; a click or an arrow key goes to one.

    Signals:
        chosen(int): the index, when a person changes it.
    """

    chosen = Signal(int)

    def __init__(self, theme: Theme, titles: Sequence[str], spoken: str, index: int = 0) -> None:
        super().__init__()
        self.setAccessibleName(spoken)
        inner = QHBoxLayout(self)
        inner.setContentsMargins(0, 4, 0, 4)
        inner.setSpacing(12)
        self._steps: list[_Step] = []
        for number, title in enumerate(titles):
            if number:
                inner.addWidget(separator(), 1)
            step = _Step(theme, number + 1, title)
            step.clicked.connect(lambda _checked=False, n=number: self.chosen.emit(n))
            self._steps.append(step)
            inner.addWidget(step)
        self.set_index(index)

    def index(self) -> int:
        """Which step is in front."""
        return next(n for n, step in enumerate(self._steps) if step.isChecked())

    def set_index(self, index: int) -> None:
        """Bring a step to the front without a signal."""
        self._steps[index].setChecked(True)

    def set_note(self, index: int, note: str, *, done: bool = False) -> None:
        """Say under a step's title how far it is, for example "6 of 10 answered"."""
        self._steps[index].set_note(note, done=done)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go one step."""
        move = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        target = self.index() + move if move else -1
        if move is None:
            super().keyPressEvent(event)
        elif 0 <= target < len(self._steps):
            self._steps[target].setFocus(Qt.FocusReason.TabFocusReason)
            self._steps[target].click()
