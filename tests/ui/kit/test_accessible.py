"""A screen reader finds what is painted, hears its state and can press it."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinic_desktop.ui.kit.accessible import announce_focus, install_painted_interfaces

NAMES = ["Ruth A., 9:00 to 9:45 AM, confirmed", "Tom K., 11:25 AM to 12:10 PM"]


class Lane(QWidget):
    """Paints two visits."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(200, 100)
        self.setFocusPolicy(self.focusPolicy().StrongFocus)
        self.setAccessibleName("Dana Whitfield")
        self.names = list(NAMES)
        self.selected = -1
        self.pressed = []

    def painted_count(self):
        return len(self.names)

    def painted_name(self, index):
        return self.names[index]

    def painted_rect(self, index):
        return QRect(0, 50 * index, 200, 40)

    def painted_focus(self):
        return self.selected

    def painted_activate(self, index):
        self.pressed.append(index)


@pytest.fixture
def lane(qtbot):
    install_painted_interfaces()
    host = QWidget()
    made = Lane()
    column = QVBoxLayout(host)
    column.addWidget(made)
    column.addWidget(QLineEdit())
    qtbot.addWidget(host)
    host.show()
    qtbot.waitExposed(host)
    host.activateWindow()
    made.host = host
    return made


def test_each_painted_visit_is_a_child_with_its_name_and_place(lane):
    found = QAccessible.queryAccessibleInterface(lane)
    assert found.text(QAccessible.Text.Name) == "Dana Whitfield"
    names = [found.child(n).text(QAccessible.Text.Name) for n in range(found.childCount())]
    assert names == NAMES
    second = found.child(1).rect()
    assert second.topLeft() == lane.mapToGlobal(lane.painted_rect(1).topLeft())
    hit = found.childAt(second.center().x(), second.center().y())
    assert hit.text(QAccessible.Text.Name) == NAMES[1]
    between = lane.mapToGlobal(QRect(0, 44, 1, 1).topLeft())
    assert found.childAt(between.x(), between.y()) is None


def test_the_selected_visit_is_focused_while_its_lane_has_the_focus(qtbot, lane):
    lane.selected = 1
    lane.setFocus()
    qtbot.waitUntil(lane.hasFocus)
    found = QAccessible.queryAccessibleInterface(lane)
    assert found.child(1).state().focused
    assert found.child(1).state().selected
    assert not found.child(0).state().focused
    assert found.focusChild().text(QAccessible.Text.Name) == NAMES[1]
    announce_focus(lane)


def test_a_screen_reader_presses_a_visit(lane):
    found = QAccessible.queryAccessibleInterface(lane)
    action = found.child(0).actionInterface()
    assert list(action.actionNames()) == ["Press"]
    action.doAction("Press")
    assert lane.pressed == [0]


def test_a_visit_that_is_gone_says_so(lane):
    found = QAccessible.queryAccessibleInterface(lane)
    gone = found.child(1)
    lane.names.pop()
    assert not gone.isValid()
    assert gone.state().invalid
    assert gone.text(QAccessible.Text.Name) == ""
    assert found.child(1) is None
    gone.actionInterface().doAction("Press")
    assert lane.pressed == []
