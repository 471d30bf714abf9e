"""The frame: palette, keys, toast, log-in, crash dialog."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTableWidget

from clinic_desktop.ui.kit.parts import column
from clinic_desktop.ui.shell.command import Command, matching
from clinic_desktop.ui.shell.crash_dialog import describe
from clinic_desktop.ui.shell.login_view import LoginView
from clinic_desktop.ui.shell.page import ShellPage
from clinic_desktop.ui.shell.rail import RailEntry
from clinic_desktop.ui.shell.window import ShellWindow


class Page(ShellPage):
    def __init__(self, page_id: str) -> None:
        super().__init__()
        self.page_id = page_id
        self.title = page_id
        self.line = QLineEdit()
        self.body.setLayout(column(self.line))
        self.holds = False

    def may_leave(self) -> bool:
        return not self.holds


@pytest.fixture
def ran():
    return []


@pytest.fixture
def window(qtbot, theme, ran):
    made = ShellWindow(theme)
    qtbot.addWidget(made)
    pages = [
        (RailEntry(page_id="one", title="One", icon="columns-3"), Page("one")),
        (RailEntry(page_id="two", title="Two", icon="users"), Page("two")),
    ]
    commands = [
        Command(id="call", title="New call", key="N", run=lambda: ran.append("call")),
        Command(id="lock", title="Lock", chord="Ctrl+L", run=lambda: ran.append("lock")),
        Command(id="palette", title="Palette", chord="Ctrl+K", run=made.open_palette),
    ]
    made.show_session(pages, "Olivia Marsh", commands, None, lambda: ran.append("lock"), 0)
    made.resize(1100, 700)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def test_a_single_letter_acts_only_when_no_text_field_has_the_focus(qtbot, window, ran):
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert ran == ["call"]
    line = window.page("one").line
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_N)
    assert ran == ["call"]
    assert line.text() == "n"


def test_the_palette_finds_runs_and_gives_the_focus_back(qtbot, window, ran):
    window.open_palette()
    box = window.palette_box
    assert box.isVisible()
    qtbot.keyClicks(box.field, "new ca")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert ran == ["call"]
    assert not box.isVisible()
    window.open_palette()
    qtbot.keyClick(box.field, Qt.Key.Key_Escape)
    assert not box.isVisible()


def test_a_page_that_holds_its_work_is_not_left(window):
    assert window.show_page("two")
    window.page("two").holds = True
    assert not window.show_page("one")
    assert window.front == "two"


def test_the_toast_offers_undo(qtbot, window):
    undone = []
    window.say("Book Nora K. Tue 10:15 AM", lambda: undone.append(True))
    assert window.toast.isVisible()
    qtbot.mouseClick(window.toast._undo, Qt.MouseButton.LeftButton)
    assert undone == [True]
    assert not window.toast.isVisible()


def test_a_failed_save_turns_the_status_bar_and_stays_until_one_succeeds(window):
    window.status.show_save_failed("The disk is full.")
    assert window.status.property("alarm") == "true"
    window.status.show_saved("Saved 8:26 AM")
    assert window.status.property("alarm") == "false"


def test_the_shortcut_sheet_lists_every_key(window):
    window.show_shortcuts()
    table = window.findChild(QTableWidget)
    texts = {table.item(n, 1).text() for n in range(table.rowCount())}
    assert {"New call", "Lock"} <= texts


def test_commands_are_found_by_the_beginnings_of_words_and_with_a_slip():
    commands = [
        Command(id="a", title="Back up now", run=list, keywords="save copy"),
        Command(id="b", title="Board", run=list),
    ]
    assert [c.id for c in matching(commands, "back")] == ["a"]
    assert [c.id for c in matching(commands, "bakc up")] == ["a"]
    assert matching(commands, "zzz") == []
    assert len(matching(commands, "")) == 2


def test_log_in_asks_once_and_says_what_is_wrong(qtbot, theme):
    view = LoginView(theme, "Clinic", ["office", "dana"])
    qtbot.addWidget(view)
    view.show()
    view.choose("dana")
    password = view.findChild(QLineEdit, "login_password")
    with qtbot.assertNotEmitted(view.login_requested):
        qtbot.keyClick(password, Qt.Key.Key_Return)
    qtbot.keyClicks(password, "secret-one")
    with qtbot.waitSignal(view.login_requested) as asked:
        qtbot.keyClick(password, Qt.Key.Key_Return)
    assert asked.args == ["dana", "secret-one"]
    assert not password.isEnabled()
    view.show_error("The log-in name or the password is wrong.")
    assert password.isEnabled()
    assert password.text() == ""


def test_the_crash_report_holds_no_value_of_the_error():
    try:
        raise KeyError("Ruth Abernathy")
    except KeyError as error:
        report = describe(error)
    assert "KeyError" in report
    assert "Ruth" not in report
