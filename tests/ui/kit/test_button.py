"""Buttons: words, keys on caps, sizes; text that gives way; the search field."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from clinic_desktop.ui.kit.elide import ElidedLabel
from clinic_desktop.ui.kit.key_caps import split_keys
from clinic_desktop.ui.kit.parts import Chip, Segments, button, column, icon_button, row
from clinic_desktop.ui.kit.search_field import SearchField


def shown(qtbot, *parts, width=600):
    host = QWidget()
    host.setLayout(column(row(*parts, 1), 1))
    qtbot.addWidget(host)
    host.resize(width, 120)
    host.show()
    qtbot.waitExposed(host)
    for part in parts:
        part.kept_host = host
    return host


@pytest.mark.parametrize(
    ("text", "words", "keys"),
    [
        ("New call  N", "New call", ("N",)),
        ("Book, agreed  Ctrl Enter", "Book, agreed", ("Ctrl", "Enter")),
        ("Save and finish", "Save and finish", ()),
        ("", "", ()),
    ],
)
def test_the_keys_of_a_button_follow_two_spaces(text, words, keys):
    assert split_keys(text) == (words, keys)


def test_a_screen_reader_hears_the_words_and_then_the_keys(qtbot, theme):
    made = button("New call  N")
    qtbot.addWidget(made)
    assert made.text() == "New call"
    assert made.keys == ("N",)
    assert made.accessibleDescription() == "N"
    made.setText("End the call")
    assert made.keys == ()
    assert made.accessibleDescription() == ""


def test_a_button_makes_room_for_its_caps_and_is_pressed_by_mouse_and_space(qtbot, theme):
    pressed = []
    plain = button("Book")
    capped = button("Book  Ctrl Enter", on_click=lambda: pressed.append(True))
    shown(qtbot, plain, capped)
    assert capped.width() > plain.width() + 40
    qtbot.mouseClick(capped, Qt.MouseButton.LeftButton)
    capped.setFocus()
    qtbot.keyClick(capped, Qt.Key.Key_Space)
    assert pressed == [True, True]


def test_buttons_have_the_heights_of_the_tokens(qtbot, theme):
    small, normal, large = button("A", size="small"), button("B"), button("C", size="large")
    shown(qtbot, small, normal, large)
    assert (small.height(), normal.height(), large.height()) == (24, 30, 38)


def test_every_target_is_at_least_24_pixels(qtbot, theme):
    field = SearchField(theme, "Search")
    field.setText("nora")
    parts = [
        button("A", size="small"),
        button("B", kind="link", size="small"),
        icon_button(theme, "x", "Close"),
        Chip("Tue, any time"),
        field,
    ]
    host = shown(qtbot, *parts, Segments(("Day", "Week"), "View"))
    inner = host.findChildren(QToolButton)
    for part in [*parts, *inner]:
        assert part.height() >= 24, part
        assert part.width() >= 24, part


def test_the_segments_are_moved_by_arrows_and_stop_at_the_ends(qtbot, theme):
    segments = Segments(("Day", "Week", "Month"), "View")
    shown(qtbot, segments)
    with qtbot.waitSignal(segments.chosen) as chosen:
        qtbot.keyClick(segments, Qt.Key.Key_Right)
    assert chosen.args == [1]
    qtbot.keyClick(segments, Qt.Key.Key_Right)
    with qtbot.assertNotEmitted(segments.chosen):
        qtbot.keyClick(segments, Qt.Key.Key_Right)
    assert segments.index() == 2


def test_a_chip_goes_by_click_and_by_delete(qtbot, theme):
    chip = Chip("Thu, after 2 PM")
    shown(qtbot, chip)
    with qtbot.waitSignal(chip.removed):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(chip.removed):
        qtbot.keyClick(chip, Qt.Key.Key_Delete)


def test_the_cross_of_a_search_field_appears_with_text_and_clears_it(qtbot, theme):
    field = SearchField(theme, "Name or phone number")
    shown(qtbot, field)
    cross = field.findChild(QToolButton)
    assert not cross.isVisible()
    qtbot.keyClicks(field, "nora 0142")
    assert cross.isVisible()
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert field.text() == ""
    assert not cross.isVisible()


def test_a_label_without_room_ends_in_an_ellipsis_and_its_tip_has_it_all(qtbot, theme):
    text = "Fictional town; your own region is one download away"
    made = ElidedLabel(text)
    host = shown(qtbot, made, width=120)
    assert made.shown_text().endswith("…")
    assert made.toolTip() == text
    host.resize(900, 120)
    assert made.shown_text() == text
    assert made.toolTip() == ""
