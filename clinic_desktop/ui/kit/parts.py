"""The small parts that screens are made of; colours and sizes come from the style sheet."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.text import _
from clinic_desktop.ui.kit.button import Button
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.icons import icon, icon_pixmap
from clinic_desktop.ui.kit.search_field import SearchField as SearchField
from clinic_desktop.ui.kit.tokens import Theme


def repolish(widget: QWidget) -> None:
    """Let the style sheet see a changed property."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


_EMPTY_TEXT_PX: Final = 360
_ROLE_FONTS: Final = {
    "caption": ("caption", 400),
    "small": ("small", 400),
    "strong": ("bodyStrong", 600),
    "title": ("title", 600),
    "page": ("page", 600),
    "figure": ("figure", 600),
    "error": ("small", 400),
    "warn": ("small", 400),
    "accent": ("bodyStrong", 600),
    "pill": ("caption", 500),
    "pill-warn": ("caption", 500),
    "pill-ok": ("caption", 500),
    "pill-danger": ("caption", 500),
    "keycap": ("caption", 400),
    "status": ("caption", 500),
    "status-warn": ("caption", 600),
    "status-error": ("caption", 600),
}


def label(text: str = "", role: str = "", *, wrap: bool = False, name: str = "") -> QLabel:
    """A label in one of the sheet's roles; plain text always, never markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    _set_role_font(made, role)
    made.setWordWrap(wrap)
    if name:
        made.setObjectName(name)
    return made


def _set_role_font(made: QLabel, role: str) -> None:
    step, weight = _ROLE_FONTS.get(role, ("body", 400))
    made.setFont(font(step, weight))


def set_role(made: QLabel, role: str) -> None:
    """Change a label's role."""
    if made.property("role") != role:
        made.setProperty("role", role)
        _set_role_font(made, role)
        repolish(made)


def button(
    text: str,
    *,
    kind: str = "",
    size: str = "",
    name: str = "",
    on_click: Callable[[], object] | None = None,
    tip: str = "",
) -> Button:
    """A push button; ``kind`` is primary, danger, quiet or link; ``size`` small, tall or large.

    Keys after two spaces in ``text`` are shown on caps: ``New call  N``.
    """
    made = Button(text)
    if kind:
        made.setProperty("kind", kind)
    if size:
        # Not "size": that is a property of every widget, and the sheet would never match it.
        made.setProperty("step", size)
    weight = 600 if kind == "primary" else 500
    made.setFont(font("small" if size == "small" else "body", weight))
    if name:
        made.setObjectName(name)
    if tip:
        made.setToolTip(tip)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    made.setAutoDefault(False)
    return made


def set_icon(made: QPushButton | QToolButton, theme: Theme, name: str, key: str = "") -> None:
    """Give a button an icon in a token's colour (its text's colour by default)."""
    primary = made.property("kind") == "primary"
    chosen = key or ("text.onAccent" if primary else "text.secondary")
    made.setIcon(icon(name, theme.color(chosen), theme.color("text.disabled")))
    made.setIconSize(QSize(16, 16))


def icon_button(
    theme: Theme, icon_name: str, spoken: str, *, name: str = "", kind: str = "icon"
) -> QToolButton:
    """A button with an icon only; ``spoken`` is its accessible name and tooltip."""
    made = QToolButton()
    made.setProperty("kind", kind)
    made.setAccessibleName(spoken)
    made.setToolTip(spoken)
    made.setFixedSize(32, 30)
    if name:
        made.setObjectName(name)
    set_icon(made, theme, icon_name)
    return made


def icon_label(theme: Theme, icon_name: str, key: str = "text.secondary", size: int = 16) -> QLabel:
    """A picture of an icon; it says nothing to a screen reader."""
    made = QLabel()
    made.setPixmap(_pixmap(theme, icon_name, key, size))
    made.setFixedSize(size, size)
    return made


def _pixmap(theme: Theme, name: str, key: str, size: int) -> QPixmap:
    return icon_pixmap(name, theme.color(key), size, 2.0)


def separator(*, vertical: bool = False) -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("line", "v" if vertical else "h")
    return made


def row(*items: QWidget | QLayout | int, spacing: int = 8, margins: int = 0) -> QHBoxLayout:
    """Widgets side by side; a number is a stretch."""
    made = QHBoxLayout()
    _fill(made, items, spacing, margins)
    return made


def column(*items: QWidget | QLayout | int, spacing: int = 8, margins: int = 0) -> QVBoxLayout:
    """Widgets one below the other; a number is a stretch."""
    made = QVBoxLayout()
    _fill(made, items, spacing, margins)
    return made


def _fill(
    layout: QHBoxLayout | QVBoxLayout,
    items: Sequence[QWidget | QLayout | int],
    spacing: int,
    margins: int,
) -> None:
    layout.setSpacing(spacing)
    layout.setContentsMargins(margins, margins, margins, margins)
    for item in items:
        if isinstance(item, int):
            layout.addStretch(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def surface(layout: QLayout, kind: str = "window") -> QWidget:
    """A plain widget with a background token."""
    made = QWidget()
    made.setProperty("surface", kind)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setLayout(layout)
    return made


def card(layout: QLayout, kind: str = "true") -> QFrame:
    """A framed group."""
    made = QFrame()
    made.setProperty("card", kind)
    made.setLayout(layout)
    return made


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item else None
        inner = item.layout() if item else None
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear_layout(inner)


def key_cap(text: str) -> QLabel:
    """A key as printed on a cap."""
    made = label(text, "keycap")
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def inset(editor: QWidget) -> None:
    """Give a spin, date or time edit the inner margin of a line edit; others have it already."""
    if isinstance(editor, QAbstractSpinBox):
        line = editor.findChild(QLineEdit)
        if line is not None:
            # A style sheet's padding does not reach the line edit inside.
            line.setTextMargins(7, 0, 0, 0)


class Field(QWidget):
    """A labelled editor with room for one sentence of error below.

    Args:
        title: the label; the editor's accessible name.
        editor: any input widget.
        hint: a muted sentence shown while there is no error.
    """

    def __init__(self, title: str, editor: QWidget, hint: str = "") -> None:
        super().__init__()
        self.editor = editor
        editor.setAccessibleName(title)
        inset(editor)
        self._title = label(title, "small")
        self._title.setBuddy(editor)
        self._hint = hint
        self._below = label(hint, "caption", wrap=True)
        if not hint:
            self._below.hide()
        self.setLayout(column(self._title, editor, self._below, spacing=4))

    def set_error(self, sentence: str) -> None:
        """Show an error under the editor, "" to take it away."""
        self.editor.setProperty("error", bool(sentence))
        repolish(self.editor)
        self._below.setText(sentence or self._hint)
        set_role(self._below, "error" if sentence else "caption")
        self._below.setVisible(bool(sentence or self._hint))
        self.editor.setAccessibleDescription(sentence)


class Alert(QFrame):
    """Block, warn, note or ok: an icon, a bold title and a sentence."""

    _ICONS = {  # noqa: RUF012 - a constant table
        "block": ("ban", "danger.text"),
        "warn": ("shield-alert", "warn.text"),
        "note": ("info", "text.secondary"),
        "ok": ("file-check-2", "ok.text"),
    }

    def __init__(self, theme: Theme, kind: str, title: str, text: str = "") -> None:
        super().__init__()
        self.setProperty("box", kind)
        icon_name, key = self._ICONS[kind]
        heading = label(title, wrap=True)
        heading.setProperty("alert", kind)
        heading.setFont(font("bodyStrong"))
        body = label(text, wrap=True)
        if not text:
            body.hide()
        picture = icon_label(theme, icon_name, key)
        words = column(heading, body, spacing=2)
        inner = QHBoxLayout()
        inner.setContentsMargins(12, 8, 12, 8)
        inner.setSpacing(10)
        inner.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(words, 1)
        self.setLayout(inner)
        self.setAccessibleName(f"{title} {text}".strip())


class Segments(QFrame):
    """A segmented control: arrows move, one is always chosen.

    Signals:
        chosen(int): the index, when a person changes it.
    """

    chosen = Signal(int)

    def __init__(self, texts: Sequence[str], spoken: str, index: int = 0) -> None:
        super().__init__()
        self.setProperty("segments", "true")
        self.setAccessibleName(spoken)
        self._group = QButtonGroup(self)
        self._segments: list[QPushButton] = []
        inner = QHBoxLayout()
        inner.setContentsMargins(2, 2, 2, 2)
        inner.setSpacing(2)
        for number, text in enumerate(texts):
            segment = QPushButton(text)
            segment.setProperty("segment", "true")
            segment.setCheckable(True)
            segment.setAutoDefault(False)
            segment.setAccessibleName(f"{spoken}: {text}")
            self._group.addButton(segment, number)
            self._segments.append(segment)
            inner.addWidget(segment)
        self.setLayout(inner)
        self.set_index(index)
        self._group.idClicked.connect(self.chosen)

    def index(self) -> int:
        """Which one is chosen."""
        return self._group.checkedId()

    def set_index(self, index: int) -> None:
        """Choose without a signal."""
        self._segments[index].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the choice."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        target = self.index() + step
        if 0 <= target < len(self._segments):
            self._segments[target].setFocus()
            self._segments[target].click()


class EmptyState(QWidget):
    """One icon, one line, one action."""

    def __init__(
        self, theme: Theme, icon_name: str, title: str, text: str, action: QPushButton | None = None
    ) -> None:
        super().__init__()
        picture = icon_label(theme, icon_name, "text.tertiary", 24)
        heading = label(title, "strong")
        body = label(text, "muted", wrap=True)
        body.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner = column(spacing=8, margins=24)
        inner.addStretch(1)
        inner.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(heading, 0, Qt.AlignmentFlag.AlignHCenter)
        # A centred label is given the height of its text at the page's full width: so it gets one.
        body.setFixedWidth(_EMPTY_TEXT_PX)
        body.setMinimumHeight(max(0, body.heightForWidth(_EMPTY_TEXT_PX)))
        inner.addWidget(body, 0, Qt.AlignmentFlag.AlignHCenter)
        if action is not None:
            inner.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        self.setLayout(inner)


class Chip(QPushButton):
    """A removable word: click or Delete takes it away. ``excluded`` marks what is ruled out.

    Signals:
        removed(): the person took it away.
    """

    removed = Signal()

    def __init__(self, text: str, *, excluded: bool = False) -> None:
        super().__init__(f"{text}  ×")
        self.setProperty("chip", "not" if excluded else "true")
        self.setAutoDefault(False)
        self.setAccessibleName(_("{text}, remove").format(text=text))
        self.clicked.connect(lambda _checked=False: self.removed.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and Backspace remove it."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)
