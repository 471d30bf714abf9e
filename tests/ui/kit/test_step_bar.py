"""The steps of the intake, by mouse and by keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from clinic_desktop.ui.kit.step_bar import StepBar


@pytest.fixture
def bar(qtbot, theme):
    made = StepBar(theme, ("Screening", "History", "Consent and signature"), "Step")
    qtbot.addWidget(made)
    made.resize(900, 60)
    made.show()
    qtbot.waitExposed(made)
    return made


def step(bar, index):
    return bar.findChildren(QAbstractButton)[index]


def test_a_click_goes_to_a_step(qtbot, bar):
    with qtbot.waitSignal(bar.chosen) as chosen:
        qtbot.mouseClick(step(bar, 2), Qt.MouseButton.LeftButton)
    assert chosen.args == [2]
    assert bar.index() == 2


def test_arrows_move_and_stop_at_the_ends(qtbot, bar):
    went = []
    bar.chosen.connect(went.append)
    # An exclusive button takes the arrows itself, so they are pressed where the focus is.
    for at, key in ((0, Qt.Key.Key_Left), (0, Qt.Key.Key_Right), (1, Qt.Key.Key_Right),
                    (2, Qt.Key.Key_Right), (2, Qt.Key.Key_Left)):  # fmt: skip
        step(bar, at).setFocus()
        qtbot.keyClick(step(bar, at), key)
    assert went == [1, 2, 1]
    assert bar.index() == 1


def test_a_step_says_how_far_it_is(bar):
    bar.set_note(0, "6 of 10 answered")
    bar.set_note(1, "", done=True)
    assert step(bar, 0).accessibleName() == "Step 1: Screening, 6 of 10 answered"
    assert step(bar, 1).accessibleName() == "Step 2: History, complete"
    assert step(bar, 2).accessibleName() == "Step 3: Consent and signature"


def test_the_program_shows_a_step_without_a_signal(qtbot, bar):
    with qtbot.assertNotEmitted(bar.chosen):
        bar.set_index(1)
    assert bar.index() == 1
