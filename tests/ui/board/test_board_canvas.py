"""The painted board: cards where their minutes are, keys that do what the mouse does."""

import itertools
from datetime import datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible

from clinic_desktop.domain.day_plan import Leg
from clinic_desktop.domain.travel import Drive, LegSource
from clinic_desktop.ui.board.board_canvas import BoardCanvas
from clinic_desktop.ui.board.lane_content import (
    BandContent,
    CardContent,
    CardLook,
    LaneContent,
    LegContent,
    LegLook,
    slack_words,
)
from clinic_desktop.ui.board.lane_layout import board_scale, place_lanes
from clinic_desktop.ui.kit.accessible import painted_interface


def card(visit_id: str, start: int, end: int, look: CardLook = CardLook.PLANNED) -> CardContent:
    return CardContent(
        visit_id=visit_id,
        number=1,
        start_min=start,
        end_min=end,
        look=look,
        time_text="9:00–9:45 AM",
        time_short="9:00–9:45",
        time_start="9:00",
        name="Ruth A.",
        detail="Follow-up 2/3",
        area="Shaw",
        promise_text="8:45–9:15 AM",
        promise_start_min=start - 15,
        promise_end_min=start + 15,
        confirmed=True,
        spoken=f"Ruth A., {visit_id}",
    )


def lane(marker: int, *cards: CardContent) -> LaneContent:
    return LaneContent(
        practitioner_id=f"p{marker}",
        name=f"Person {marker}",
        credentials="PT",
        marker=marker,
        figures=(("2", "visits"),),
        hours=((450, 1020),),
        cards=cards,
        legs=(
            LegContent(
                start_min=585, drive_min=11, look=LegLook.NORMAL, left_text="11 min · 4.0 mi",
                right_text="slack 9",
            ),
        ),
        bands=(BandContent(kind="lunch", start_min=720, end_min=750, text="Lunch"),),
    )  # fmt: skip


LANES = (
    lane(1, card("a", 540, 585), card("b", 620, 665)),
    lane(2, card("c", 545, 590, CardLook.UNCONFIRMED)),
    lane(3, card("d", 700, 745, CardLook.DONE)),
)


@pytest.fixture
def canvas(qtbot, theme, formats):
    made = BoardCanvas(theme, formats)
    qtbot.addWidget(made)
    made.show_lanes(LANES)
    made.resize(1000, made.height())
    made.show()
    return made


def test_a_card_is_as_high_as_its_visit_is_long(canvas):
    rect = canvas.card_rect("a")
    assert rect.height() == pytest.approx(45, abs=1)
    assert canvas.card_rect("b").top() - rect.top() == pytest.approx(80, abs=1)
    canvas.set_zoom(2)
    assert canvas.card_rect("a").height() == pytest.approx(90, abs=1)


def test_lanes_share_the_width_and_never_overlap():
    scale = board_scale(LANES, 1.0)
    placed = place_lanes(LANES, scale, 1000)
    for one, other in itertools.pairwise(placed):
        assert one.rect.right() <= other.rect.left() + 0.01
    for lane_ in placed:
        for item in lane_.cards:
            assert lane_.rect.contains(item.rect.center())


def test_arrows_walk_over_the_visits_and_enter_opens(qtbot, canvas):
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.selected == "a"
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.selected == "b"
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.selected == "c"
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.selected == "d"
    with qtbot.waitSignal(canvas.visit_opened) as opened:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert opened.args == ["d"]


def test_a_click_selects_and_a_double_click_opens(qtbot, canvas):
    centre = canvas.card_rect("c").center()
    with qtbot.waitSignal(canvas.visit_selected) as chosen:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=centre)
    assert chosen.args == ["c"]
    with qtbot.waitSignal(canvas.visit_opened):
        qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, canvas.height() - 4))
    assert canvas.selected == ""


def test_every_card_has_an_accessible_name_and_role(canvas):
    interface = painted_interface("", canvas)
    assert interface.childCount() == 4
    names = [interface.child(n).text(QAccessible.Text.Name) for n in range(4)]
    assert names == ["Ruth A., a", "Ruth A., b", "Ruth A., c", "Ruth A., d"]
    assert interface.child(0).role() == QAccessible.Role.ListItem
    assert interface.child(9) is None


def test_the_selection_stays_when_the_day_is_read_anew(canvas):
    canvas.select("b")
    canvas.show_lanes(LANES)
    assert canvas.selected == "b"
    canvas.show_lanes((LANES[1],))
    assert canvas.selected == ""


def test_it_paints_every_look_and_the_now_line(canvas):
    canvas.set_now(datetime(2026, 11, 24, 9, 10))
    ghost = card("new", 760, 805, CardLook.GHOST)
    canvas.show_lanes(LANES, ("p1", ghost))
    assert canvas.ghost_rect() is not None
    image = canvas.grab().toImage()
    colours = {image.pixelColor(x, y).rgb() for x in range(0, 900, 9) for y in range(0, 600, 7)}
    assert len(colours) > 12


@pytest.mark.parametrize(
    ("gap", "slack", "look", "words"),
    [
        (-6, 10, LegLook.SHORT, "short by 6 min"),
        (12, None, LegLook.NORMAL, "gap 12"),
        (12, 8, LegLook.NORMAL, "slack 8"),
        (12, 3, LegLook.LOW, "slack 3"),
        (0, -4, LegLook.SHORT, "late by 4 min"),
    ],
)
def test_one_label_says_slack_and_gap_left_everywhere(gap, slack, look, words):
    leg = Leg(
        from_index=0,
        to_index=1,
        drive=Drive(minutes=5, metres=1000, source=LegSource.ROADS),
        depart_min=600,
        arrive_min=605,
        gap_left_min=gap,
        slack_min=slack,
    )
    assert slack_words(leg) == (look, words)
