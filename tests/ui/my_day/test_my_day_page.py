"""My day: the next visit, its three steps, the door, the ladder, and every width."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from clinic_desktop.domain.visit import VisitState
from clinic_desktop.ui.my_day.day_side import NextStopRow
from clinic_desktop.ui.my_day.promise_bar import PromiseBar
from clinic_desktop.ui.shell.command import Command
from tests.services.clinic_day import RUTH, TOM


def text(page, name):
    return page.findChild(QLabel, name).text()


def words(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]


def presses(page, key):
    """What the shell does with a single key."""
    command: Command = next(c for c in page.commands() if c.key == key)
    command.run()


def state_is(opened, qtbot, state, index=0):
    qtbot.waitUntil(lambda: opened.page.own.stops[index].state is state)


def test_the_hero_says_who_is_next_by_when_to_leave_and_when_one_would_arrive(opened):
    page = opened.page
    stop = page.own.stops[0]
    name = page.findChild(QWidget, "hero_name").text()
    assert name == "Ruth A."
    assert text(page, "hero_leave_by").endswith("AM at the latest")
    minutes = stop.drive.minutes
    assert text(page, "hero_arrive") == f"8:{27 + minutes} AM"
    assert text(page, "hero_drive").startswith(f"~{minutes} min · ")
    assert "before the promised 9:15–9:45 AM begins" in text(page, "hero_sentence")
    bar = page.findChild(PromiseBar)
    assert text(page, "hero_sentence") in bar.accessibleName()


def test_d_s_and_f_take_the_visit_through_its_day_and_the_next_one_comes_up(opened, qtbot):
    page = opened.page
    for key, state in (
        ("D", VisitState.EN_ROUTE),
        ("S", VisitState.IN_PROGRESS),
        ("F", VisitState.DONE),
    ):
        presses(page, key)
        state_is(opened, qtbot, state)
    qtbot.waitUntil(lambda: page.findChild(QWidget, "hero_name").text() == "Tom K.")
    done = opened.operations.in_writer(lambda: opened.day.now(RUTH.id))
    assert done.departed_at is not None
    assert done.finished_at is not None


def test_the_next_step_is_the_filled_button_and_what_cannot_follow_is_off(opened, qtbot):
    page = opened.page
    drive, start, finish = (
        page.findChild(QPushButton, n) for n in ("drive_now", "start_visit", "finish_visit")
    )
    assert [b.isEnabled() for b in (drive, start, finish)] == [True, True, False]
    assert [b.property("kind") for b in (drive, start, finish)] == ["primary", "", ""]
    assert "Finish comes after the start" in text(page, "hero_state")
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    state_is(opened, qtbot, VisitState.IN_PROGRESS)
    assert [b.isEnabled() for b in (drive, start, finish)] == [False, False, True]
    assert finish.property("kind") == "primary"
    assert text(page, "hero_arrive") == "10:15 AM"


def test_a_step_that_cannot_follow_is_refused_in_a_sentence(opened):
    presses(opened.page, "F")
    assert opened.said == ["Start the visit first."]


def test_v_shows_the_code_only_after_the_look_is_recorded_and_hides_it_again(opened, qtbot):
    page, door = opened.page, opened.page.view.door
    assert text(page, "gate_code") == "••••••"
    presses(page, "V")
    qtbot.waitUntil(lambda: door.revealed)
    assert text(page, "gate_code") == "4711#"
    assert ("read", "sites", "ruth-home") in opened.audited()
    door._hide.setInterval(20)
    door._hide.start()
    qtbot.waitUntil(lambda: not door.revealed)
    assert text(page, "gate_code") == "••••••"
    assert "4711#" not in page.findChild(QLabel, "gate_code").accessibleName()


def test_no_code_and_no_name_stays_readable_behind_another_page(opened, qtbot):
    presses(opened.page, "V")
    qtbot.waitUntil(lambda: opened.page.view.door.revealed)
    presses(opened.page, "L")
    dialog = opened.page.late_dialog
    assert dialog.isVisible()
    opened.page.hide()
    assert not opened.page.view.door.revealed
    assert not dialog.isVisible()


def test_the_door_card_says_what_is_known_and_nothing_else(opened):
    said = words(opened.page.view.door)
    assert "Driveway, right side." in said
    assert "One dog, friendly. Not restrained." in said
    assert "Side door, two steps." in said
    assert "Room for the table" not in said
    assert "4711#" not in said


def test_without_the_clinical_keys_there_is_no_clinical_card(opened):
    assert opened.page.view.before.isHidden()
    assert opened.page.view.last.isHidden()


def test_the_ladder_and_the_dialog_name_the_same_promise_and_whom_to_call(opened, qtbot):
    page = opened.page
    last = page.own.late.steps()[-1]
    side = words(page.view.side)
    assert "Ruth A.’s promise breaks: call" in side
    assert f"{last.from_min} min late" in side
    presses(page, "L")
    dialog = page.late_dialog
    dialog.minutes.setValue(last.from_min - 1)
    assert dialog.calls() == ()
    dialog.minutes.setValue(last.from_min)
    assert [effect.index for effect in dialog.calls()] == [0]
    qtbot.waitUntil(lambda: "Ruth A.  (314) 555-0142" in words(dialog))
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy number")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "(314) 555-0142"
    dialog.reject()


def test_the_next_stops_are_listed_and_enter_shows_one(opened, qtbot):
    page = opened.page
    rows = page.findChildren(NextStopRow)
    assert len(rows) == 1
    assert "Stop 2, Tom K., 1:00 PM" in rows[0].accessibleName()
    qtbot.keyClick(rows[0], Qt.Key.Key_Return)
    assert page.findChild(QWidget, "hero_name").text() == "Tom K."
    assert page.view.canvas.selected == TOM.id
    page.view.canvas.visit_selected.emit(RUTH.id)
    assert page.findChild(QWidget, "hero_name").text() == "Ruth A."


def test_a_click_on_the_lane_chooses_and_nothing_in_it_can_be_dragged(opened, qtbot):
    page = opened.page
    canvas = page.view.canvas
    begun = []
    canvas.drag_begun.connect(begun.append)
    at = canvas.card_rect(TOM.id).center()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(canvas, at + QPoint(0, 60))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(0, 60))
    assert page.findChild(QWidget, "hero_name").text() == "Tom K."
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert canvas.selected == TOM.id
    qtbot.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert begun == []


@pytest.mark.parametrize(("width", "columns"), [(1372, 3), (1131, 2), (1000, 2), (892, 1)])
def test_narrow_windows_have_fewer_columns_and_lose_nothing(opened, qtbot, width, columns):
    page = opened.page
    page.resize(width, 540)
    qtbot.waitUntil(lambda: page.view.columns_shown == columns)
    parts = (page.view.hero, page.view.door, page.view.side, page.view.canvas)
    qtbot.waitUntil(lambda: all(part.isVisibleTo(page) for part in parts))
    hero = page.view.hero
    edge = hero.mapTo(page, hero.rect().topRight()).x()
    assert edge <= page.width()
    for name in ("drive_now", "start_visit", "finish_visit", "running_late"):
        made = page.findChild(QPushButton, name)
        assert made.width() >= made.sizeHint().width()
    page.resize(1372, 820)
    qtbot.waitUntil(lambda: page.view.columns_shown == 3)


def test_a_day_without_visits_has_one_line_and_one_way_out(opened, qtbot):
    page = opened.page
    page.step(1)
    qtbot.waitUntil(lambda: page.view.empty)
    assert "No visits this day" in words(page)
    button = next(b for b in page.findChildren(QPushButton) if b.text() == "Open the board")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened.pages == ["board"]
    presses(page, "T")
    qtbot.waitUntil(lambda: not page.view.empty)


def test_after_the_last_visit_the_day_is_over(opened, qtbot):
    page = opened.page
    for index in (0, 1):
        presses(page, "S")
        state_is(opened, qtbot, VisitState.IN_PROGRESS, index)
        presses(page, "F")
        state_is(opened, qtbot, VisitState.DONE, index)
    assert text(page, "done_title") == "All 2 visits are over"
    assert page.view.hero.isHidden()
    presses(page, "L")
    presses(page, "D")
    assert len(opened.said) == 2


def test_a_change_by_the_office_is_shown_by_itself(opened, qtbot):
    page = opened.page
    page.step(0)
    services = page._context.services
    opened.operations.write(
        page, lambda: services.visits.toggle_confirmed(services.session, TOM.id)
    )
    state_is(opened, qtbot, VisitState.CONFIRMED, 1)


def test_what_is_painted_has_names_for_a_screen_reader(opened):
    page = opened.page
    canvas = page.view.canvas
    assert [canvas.painted_name(i).split(",")[0] for i in range(2)] == ["Ruth A.", "Tom K."]
    assert "Dana, stop 1: Ruth A." in page.map.painted_name(1)
    nameless = [
        type(one).__name__
        for one in page.findChildren(QPushButton)
        if one.isVisibleTo(page)
        and not QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
    ]
    assert nameless == []
