"""A drive says when to leave and by whose word; one's own word counts at once; a phone is asked."""

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QSpinBox

from clinic_desktop.domain.directions import PhoneMaps, phone_link
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.travel import LegSource
from clinic_desktop.ui.routes.correct_drive_dialog import CorrectDriveDialog
from clinic_desktop.ui.routes.leg_dialog import LegDialog
from clinic_desktop.ui.routes.phone_dialog import PhoneDialog, code_pixmap
from tests.services.clinic_day import RUTH, SITES


def way(opened, qtbot):
    next(c for c in opened.page.commands() if c.id == "way").run()
    dialog = opened.page.findChild(LegDialog)
    qtbot.waitUntil(lambda: text(dialog, "leg_minutes") != "")
    return dialog


def text(dialog, name):
    return dialog.findChild(QLabel, name).text()


def press(qtbot, dialog, name):
    qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def first_leg(opened):
    return opened.page.own.plan.legs[0]


def exports(opened):
    return [
        entry
        for entry in opened.operations.in_writer(lambda: opened.day.store.reader().journal())
        if entry.action == "export"
    ]


def test_g_opens_the_drive_to_the_stop_shown(opened, qtbot):
    dialog = way(opened, qtbot)
    leg = first_leg(opened)
    assert text(dialog, "leg_minutes") == f"~{leg.drive.minutes} min"
    assert "straight-line estimate" in text(dialog, "leg_source")
    assert "2 min of it for parking" in text(dialog, "leg_source")
    assert "give or take" in text(dialog, "leg_band")
    words = [one.text() for one in dialog.findChildren(QLabel)]
    assert any("no road is known" in one for one in words), "there are no roads in this clinic"
    assert SITES["ruth"].address.one_line() in words


def test_a_drive_corrected_here_is_planned_with_and_can_be_given_back(opened, qtbot):
    dialog = way(opened, qtbot)
    before = first_leg(opened).drive.minutes
    press(qtbot, dialog, "leg_correct")
    form = dialog.findChild(CorrectDriveDialog)
    assert form.findChild(QSpinBox, "correct_drive_minutes").value() == before
    form.findChild(QSpinBox, "correct_drive_minutes").setValue(37)
    qtbot.keyClicks(form.findChild(QLineEdit, "correct_drive_reason"), "Road works")
    press(qtbot, form, "correct_drive_save")
    qtbot.waitUntil(lambda: first_leg(opened).drive.minutes == 37)
    assert first_leg(opened).drive.source is LegSource.OVERRIDE
    qtbot.waitUntil(lambda: text(dialog, "leg_minutes") == "37 min")
    leave = opened.page.own.plan.legs[0].depart_min
    assert text(dialog, "leg_leave_by") == Formats().time(leave), "earlier, to be there in time"
    said = text(dialog, "leg_source")
    assert "Set by hand by" in said
    assert "“Road works”" in said
    assert f"~{before} min" in said
    press(qtbot, dialog, "leg_forget")
    qtbot.waitUntil(lambda: first_leg(opened).drive.minutes == before)
    qtbot.waitUntil(lambda: not dialog.findChild(QPushButton, "leg_forget").isVisible())


def test_nothing_leaves_before_somebody_agrees_and_then_it_is_written_down_first(opened, qtbot):
    dialog = way(opened, qtbot)
    press(qtbot, dialog, "leg_phone")
    asked = dialog.findChild(PhoneDialog)
    assert asked.findChild(QLabel, "phone_code").isHidden()
    asked.reject()
    assert exports(opened) == []
    press(qtbot, dialog, "leg_phone")
    asked = next(d for d in dialog.findChildren(PhoneDialog) if d.isVisible())
    press(qtbot, asked, "phone_yes")
    qtbot.waitUntil(lambda: asked.findChild(QLabel, "phone_code").isVisible())
    (entry,) = exports(opened)
    assert (entry.table, entry.row_id) == ("visits", RUTH.id)


def test_the_code_holds_the_link_and_nothing_else(qapp):
    link = phone_link(PhoneMaps.GOOGLE, [SITES["ruth"].coordinate])
    image = code_pixmap(link, 200).toImage()
    modules = [
        list(line) for line in segno.make(link, error="m", micro=False).matrix_iter(border=4)
    ]
    size = image.width() // len(modules)
    dark = QColor(image.pixel(4 * size + size // 2, 4 * size + size // 2)).lightness() < 128
    assert dark, "the corner of a code is dark"
    for y, line in enumerate(modules):
        for x, module in enumerate(line):
            pixel = QColor(image.pixel(x * size + size // 2, y * size + size // 2))
            assert (pixel.lightness() < 128) == bool(module)


def test_every_part_of_the_dialog_is_reached_by_tab(opened, qtbot):
    dialog = way(opened, qtbot)
    assert isinstance(dialog, QDialog)
    reached = set()
    for _step in range(12):
        focused = dialog.focusWidget()
        reached.add(focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert {"leg_correct", "leg_phone", "leg_close"} <= reached
