"""Accessible interfaces for what is painted: one child for each painted item.

A widget that paints items has ``painted_count``, ``painted_name``, ``painted_rect``,
``painted_focus`` and ``painted_activate``; a screen reader then finds each item by name and state
and can press it. Call ``announce_focus`` when another item becomes the selected one.
"""

# Qt means "none" by a null pointer here, which PySide's stubs do not say.
# pyright: reportIncompatibleMethodOverride=false

from collections.abc import Sequence
from typing import Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleEvent,
    QAccessibleInterface,
    QColor,
    QWindow,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import Shiboken


@runtime_checkable
class PaintedItems(Protocol):
    """What a widget with painted items offers."""

    def painted_count(self) -> int:
        """How many items there are."""
        ...

    def painted_name(self, index: int) -> str:
        """What a screen reader says of an item."""
        ...

    def painted_rect(self, index: int) -> QRect:
        """Where it is, in the widget's pixels."""
        ...

    def painted_focus(self) -> int:
        """The selected item's index, -1 for none."""
        ...

    def painted_activate(self, index: int) -> None:
        """Do what a click does."""
        ...


class _PressAction(QAccessibleActionInterface):
    """Lets a screen reader press an item."""

    def __init__(self, items: PaintedItems, index: int) -> None:
        super().__init__()
        self._items, self._index = items, index

    def actionNames(self) -> list[str]:  # noqa: N802 - Qt's name
        return [QAccessibleActionInterface.pressAction()]

    def doAction(self, actionName: str) -> None:  # noqa: N802, N803 - Qt's names
        pressed = actionName == QAccessibleActionInterface.pressAction()
        if pressed and self._index < self._items.painted_count():
            self._items.painted_activate(self._index)

    def keyBindingsForAction(self, actionName: str) -> Sequence[str]:  # noqa: N802, N803
        return []


class PaintedItemInterface(QAccessibleInterface):
    """One painted item."""

    def __init__(self, parent: "PaintedWidgetInterface", index: int) -> None:
        super().__init__()
        self._parent = parent
        self._index = index
        self._press = _PressAction(parent.items, index)

    def object(self) -> QObject | None:
        """A painted item is no object of its own."""
        return None

    def isValid(self) -> bool:
        """Whether the item is still there."""
        return self._index < self._parent.items.painted_count()

    def parent(self) -> QAccessibleInterface:
        """The widget that paints it."""
        return self._parent

    def role(self) -> QAccessible.Role:
        """Items are pressed like buttons."""
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """Selectable; selected and, while its widget has the focus, focused if it is the one."""
        state = QAccessible.State()
        state.focusable = state.selectable = 1
        if not self.isValid():
            state.invalid = 1
            return state
        if self._parent.items.painted_focus() == self._index:
            state.selected = 1
            state.focused = 1 if self._parent.host.hasFocus() else 0
        box = self._parent.items.painted_rect(self._index)
        if not self._parent.host.visibleRegion().intersects(box):
            state.offscreen = 1
        return state

    def text(self, t: QAccessible.Text) -> str:
        """The item's name."""
        if t == QAccessible.Text.Name and self.isValid():
            return self._parent.items.painted_name(self._index)
        return ""

    def setText(self, t: QAccessible.Text, text: str) -> None:
        """Names are not edited."""

    def rect(self) -> QRect:
        """Where it is on the screen."""
        if not self.isValid():
            return QRect()
        box = self._parent.items.painted_rect(self._index)
        return QRect(self._parent.host.mapToGlobal(box.topLeft()), box.size())

    def child(self, index: int) -> QAccessibleInterface | None:
        """An item has no parts."""
        return None

    def childCount(self) -> int:
        """An item has no parts."""
        return 0

    def indexOfChild(self, arg__1: QAccessibleInterface) -> int:
        """An item has no parts."""
        return -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        """An item has no parts."""
        return None

    def window(self) -> QWindow | None:
        """The window of the widget."""
        return self._parent.host.window().windowHandle()

    def backgroundColor(self) -> QColor:
        """Not told."""
        return QColor()

    def foregroundColor(self) -> QColor:
        """Not told."""
        return QColor()

    def interface_cast(self, type: QAccessible.InterfaceType) -> Shiboken.VoidPtr | None:
        """The press action; Qt takes it as a bare pointer, and it lives as long as this does."""
        if type != QAccessible.InterfaceType.ActionInterface:
            return None
        return Shiboken.VoidPtr(Shiboken.getCppPointer(self._press)[0])


class PaintedWidgetInterface(QAccessibleWidget):
    """A widget whose children are its painted items."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, QAccessible.Role.List, host.accessibleName())
        self.host = host
        self.items = cast("PaintedItems", host)
        # Qt holds no reference to these; they live as long as this does.
        self._children: dict[int, PaintedItemInterface] = {}

    def childCount(self) -> int:
        """One a painted item."""
        return self.items.painted_count()

    def child(self, index: int) -> QAccessibleInterface | None:
        """The interface of an item."""
        if not 0 <= index < self.items.painted_count():
            return None
        if index not in self._children:
            self._children[index] = PaintedItemInterface(self, index)
        return self._children[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Which item an interface is."""
        return next((i for i, known in self._children.items() if known is child), -1)

    def focusChild(self) -> QAccessibleInterface | None:
        """The selected item while the widget has the focus."""
        return self.child(self.items.painted_focus()) if self.host.hasFocus() else None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        """The item under a point of the screen."""
        at = self.host.mapFromGlobal(QPoint(x, y))
        for index in range(self.items.painted_count()):
            if self.items.painted_rect(index).contains(at):
                return self.child(index)
        return None


_kept: dict[int, PaintedWidgetInterface] = {}
_installed = False


def painted_interface(name: str, host: QObject) -> QAccessibleInterface | None:
    """The interface of a widget with painted items, None for every other object."""
    if not isinstance(host, QWidget) or not isinstance(host, PaintedItems):
        return None
    made = PaintedWidgetInterface(host)
    _kept[id(host)] = made
    key = id(host)
    host.destroyed.connect(lambda: _kept.pop(key, None))
    return made


def install_painted_interfaces() -> None:
    """Let Qt ask for them; once a program."""
    global _installed
    if not _installed:
        QAccessible.installFactory(painted_interface)
        _installed = True


def announce_focus(host: QWidget) -> None:
    """Tell a screen reader that another painted item of ``host`` is selected now."""
    if not QAccessible.isActive() or not isinstance(host, PaintedItems):
        return
    event = QAccessibleEvent(host, QAccessible.Event.Focus)
    event.setChild(host.painted_focus())
    QAccessible.updateAccessibility(event)
