"""Light or dark, contrast and size are kept at once for the next start."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel

from clinic_desktop.ui.kit.look import Look, Shade
from clinic_desktop.ui.settings.look_view import LookView


@pytest.fixture
def view(qtbot, context):
    made = LookView(context, context.look)
    qtbot.addWidget(made)
    made.show()
    return made


def test_each_choice_is_kept_and_shown_again(qtbot, view, context):
    view._shade.setFocus()
    qtbot.keyClick(view._shade, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: context.look.look().shade is Shade.LIGHT)
    qtbot.keyClick(view.findChild(QCheckBox, "look_contrast"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: context.look.look().high_contrast)
    qtbot.keyClick(view.findChild(QCheckBox, "look_still"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: context.look.look().still)
    size = view.findChild(QComboBox, "look_size")
    size.setCurrentIndex(size.findData(150))
    size.activated.emit(size.currentIndex())
    qtbot.waitUntil(lambda: context.look.look().size == 150)
    assert view.findChild(QLabel, "look_told").text() == "Kept. It shows from the next start on."
    again = LookView(context, context.look)
    qtbot.addWidget(again)
    again.reload()
    qtbot.waitUntil(lambda: again.findChild(QCheckBox, "look_contrast").isChecked())
    assert again._shade.index() == 1
    assert again.findChild(QComboBox, "look_size").currentData() == 150


def test_a_settings_folder_that_cannot_be_written_is_told(qtbot, view, context, tmp_path):
    (tmp_path / "settings").write_text("")
    view.findChild(QCheckBox, "look_contrast").toggle()
    told = view.findChild(QLabel, "look_told")
    qtbot.waitUntil(lambda: "cannot be kept" in told.text())
    assert context.look.look() == Look()
