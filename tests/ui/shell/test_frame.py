"""The frame: lock, keys over lists, palette, status bar, toast, Caps Lock, narrow windows."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QStringListModel, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QLabel, QListView, QPushButton, QToolButton, QWidget

from clinic_desktop.ui.kit.parts import column
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.login_view import LoginView
from clinic_desktop.ui.shell.page import ShellPage
from clinic_desktop.ui.shell.rail import RailEntry
from clinic_desktop.ui.shell.window import ShellWindow


class ListPage(ShellPage):
    """A page with a list, a combo box, and a name in its title."""

    page_id = "patients"

    def __init__(self, ran: list[str]) -> None:
        super().__init__()
        self._ran = ran
        self.title = "Ruth Abernathy"
        self.model = QStringListModel(["Nora K.", "Omar J.", "Ruth A."])
        self.list = QListView()
        self.list.setModel(self.model)
        self.combo = QComboBox()
        self.combo.addItems(["Day", "Night"])
        self.body.setLayout(column(QLabel("Ruth Abernathy"), self.list, self.combo))

    def commands(self):
        return [
            Command(id="print", title="Print", chord="Ctrl+P, Ctrl+Shift+P",
                    run=lambda: self._ran.append("print")),
        ]  # fmt: skip


@pytest.fixture
def ran():
    return []


@pytest.fixture
def asked():
    return []


@pytest.fixture
def window(qtbot, theme, ran, asked):
    made = ShellWindow(theme)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    commands = [
        Command(id="call", title="New call", key="N", chord="Ctrl+Shift+N",
                run=lambda: ran.append("call")),
        Command(id="sheet", title="Shortcuts", key="?", run=made.show_shortcuts),
    ]  # fmt: skip
    made.show_session(
        [(RailEntry(page_id="patients", title="Patients", icon="users"), ListPage(ran))],
        "Olivia Marsh",
        commands,
        lambda text, deliver: asked.append((text, deliver)),
        lambda: ran.append("lock"),
        5,
    )
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def words_in(widget: QWidget) -> str:
    parts = [w.text() for w in widget.findChildren(QLabel)]
    parts += [w.text() for kind in (QPushButton, QToolButton) for w in widget.findChildren(kind)]
    parts += [w.accessibleName() for w in [widget, *widget.findChildren(QWidget)]]
    return " | ".join(parts)


def test_a_letter_acts_while_a_list_has_the_keyboard_and_a_combo_box_keeps_it(qtbot, window, ran):
    page = window.page("patients")
    page.list.setFocus()
    qtbot.waitUntil(page.list.hasFocus)
    qtbot.keyClick(page.list, Qt.Key.Key_N)
    assert ran == ["call"]
    page.combo.setFocus()
    qtbot.waitUntil(page.combo.hasFocus)
    qtbot.keyClick(page.combo, Qt.Key.Key_N)
    assert ran == ["call"]
    assert page.combo.currentText() == "Night"


def test_a_list_still_finds_by_letters_that_are_no_command(qtbot, window, ran):
    page = window.page("patients")
    page.list.setFocus()
    qtbot.waitUntil(page.list.hasFocus)
    qtbot.keyClick(page.list, Qt.Key.Key_O)
    assert page.list.currentIndex().data() == "Omar J."
    assert ran == []


def test_the_chord_opens_a_call_from_inside_the_palette_field(qtbot, window, ran):
    window.open_palette()
    qtbot.keyClick(
        window.palette_box.field,
        Qt.Key.Key_N,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert ran == ["call"]


def test_a_chord_of_the_page_in_front_works_by_key(qtbot, window, ran):
    page = window.page("patients")
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.list, Qt.Key.Key_P, both)
    assert ran == ["print", "print"]


def test_locking_keeps_the_frame_and_names_nobody(qtbot, theme, window):
    assert "Ruth Abernathy" in words_in(window)
    assert "Olivia" in words_in(window)
    window.show_view(QWidget())
    view = LoginView(theme, "Clinic", ["office"], locked_as="office")
    window.show_view(view)
    qtbot.waitUntil(lambda: "Ruth" not in words_in(window))
    assert "Olivia" not in words_in(window)
    rail = window.findChild(QToolButton, "rail_patients")
    assert rail.isVisible()
    assert not rail.isEnabled()
    assert window.status.findChild(QLabel, "status_saved").text() == "Locked"
    window.status.show_undo("Book Ruth A.")
    window.status.show_alert("1 conflict: Ruth A. to Victor N.")
    assert "Ruth" not in words_in(window)
    with pytest.raises(KeyError):
        window.page("patients")


def test_log_in_without_a_session_before_it_has_no_frame(qtbot, theme):
    window = ShellWindow(theme)
    qtbot.addWidget(window)
    window.show_view(LoginView(theme, "Clinic", ["office"]))
    assert window.findChild(QWidget, "rail") is None


def test_no_command_runs_while_locked(qtbot, theme, window, ran):
    window.show_view(LoginView(theme, "Clinic", ["office"], locked_as="office"))
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert ran == []
    window.open_palette()
    assert window.palette_box is None


def test_the_program_locks_itself_after_its_idle_time_and_input_starts_it_anew(qtbot, window):
    window._idle_timer.setTimerType(Qt.TimerType.PreciseTimer)
    window._idle_timer.setInterval(60_000)
    window._idle_timer.start()
    qtbot.wait(30)
    before = window._idle_timer.remainingTime()
    qtbot.keyClick(window.page("patients").list, Qt.Key.Key_Down)
    assert window._idle_timer.remainingTime() > before
    with qtbot.waitSignal(window.idle):
        window._idle_timer.setInterval(1)


def test_records_that_arrive_late_for_an_older_word_are_not_shown(qtbot, window, asked):
    window.open_palette()
    box = window.palette_box
    qtbot.keyClicks(box.field, "rut")
    (_typed, first), (typed, last) = asked
    assert typed == "rut"
    first([Command(id="p1", title="Ruben Diaz", run=list)])
    assert box._model.rowCount() == 0
    last([Command(id="p2", title="Ruth Abernathy", run=list)])
    assert box._model.command(0).title == "Ruth Abernathy"


def test_the_palette_says_when_nothing_fits(qtbot, window):
    window.open_palette()
    qtbot.keyClicks(window.palette_box.field, "qqq")
    nothing = window.findChild(QLabel, "palette_nothing")
    assert nothing.isVisible()
    assert "qqq" in nothing.text()
    window.palette_box.field.clear()
    assert not nothing.isVisible()


def test_a_click_beside_the_palette_sends_it_away(qtbot, window):
    window.open_palette()
    qtbot.mouseClick(window.page("patients").list.viewport(), Qt.MouseButton.LeftButton)
    assert not window.palette_box.isVisible()


def test_the_window_works_at_its_smallest_size(qtbot, window):
    window.resize(960, 540)
    status = window.status
    status.show_saved("Saved 8:26 AM")
    status.show_undo("Move Ruth Abernathy-Whitfield from 9:15 AM to 9:00 AM on Tue, Nov 24")
    status.show_alert("1 conflict: Alma R. to Victor N.")
    status.show_backup("No backup since Mon, Nov 23, 8:00 AM", late=True)
    status.show_roads("Fictional town; your own region is one download away")
    qtbot.wait(10)
    assert (window.width(), window.height()) == (960, 540)
    help_button = status.findChild(QPushButton, "status_help")
    right = help_button.mapTo(window, QPoint(help_button.width(), 0)).x()
    assert right <= 960


def test_a_late_backup_is_said_in_orange_and_an_empty_word_takes_no_room(window):
    status = window.status
    status.show_backup("No backup since yesterday", late=True)
    word = status.findChild(QLabel, "status_backup")
    assert word.property("role") == "status-warn"
    status.show_backup("Backup 8:00 AM", late=False)
    assert word.property("role") == "status"
    status.show_backup("", late=False)
    assert not word.isVisible()


def test_undo_in_the_status_bar_is_a_button(qtbot, window):
    assert not window.findChild(QPushButton, "status_undo").isVisible()
    window.status.show_undo("Book Nora K.")
    undo = window.findChild(QPushButton, "status_undo")
    assert undo.text() == "Undo “Book Nora K.”"
    with qtbot.waitSignal(window.status.undo_requested):
        qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)


def test_the_toast_waits_while_the_mouse_is_on_it_and_fits_a_narrow_window(qtbot, window):
    window.resize(960, 540)
    window.say("Moved 12 visits of Marcus Oyelaran to Dana Whitfield and Priya Raman; " * 3, list)
    toast = window.toast
    assert toast.width() <= 960
    assert toast.height() > 40
    at = QPointF(5, 5)
    toast.enterEvent(QEnterEvent(at, at, at))
    assert not toast._timer.isActive()
    toast.leaveEvent(QEvent(QEvent.Type.Leave))
    assert toast._timer.isActive()


def press(text: str, key: Qt.Key, shift: bool = False) -> QKeyEvent:
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    return QKeyEvent(QEvent.Type.KeyPress, key, held, text)


def test_log_in_says_while_caps_lock_is_on(qtbot, theme, qapp):
    view = LoginView(theme, "Clinic", ["office"])
    qtbot.addWidget(view)
    view.show()
    hint = view.findChild(QLabel, "login_caps")
    password = view._password
    assert not hint.isVisible()
    qapp.sendEvent(password, press("S", Qt.Key.Key_S))
    assert hint.isVisible()
    qapp.sendEvent(password, press("1", Qt.Key.Key_1))
    assert hint.isVisible()
    qapp.sendEvent(password, press("s", Qt.Key.Key_S))
    assert not hint.isVisible()
    qapp.sendEvent(password, press("S", Qt.Key.Key_S, shift=True))
    assert not hint.isVisible()
    qapp.sendEvent(password, press("s", Qt.Key.Key_S, shift=True))
    assert hint.isVisible()
