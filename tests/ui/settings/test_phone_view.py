"""Settings > Phone: the clinic's own red flags, reasons, late rule and words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from clinic_desktop.domain.phone_rules import USUAL_RULES
from clinic_desktop.ui.settings.phone_view import PhoneView


@pytest.fixture
def view(qtbot, context):
    made = PhoneView(context)
    qtbot.addWidget(made)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: bool(made.flags.toPlainText()))
    return made


def save(qtbot, view):
    qtbot.mouseClick(view.findChild(QPushButton, "phone_save"), Qt.MouseButton.LeftButton)


def told(view):
    return view.findChild(QLabel, "phone_told")


def test_the_usual_rules_are_there_and_others_are_kept(qtbot, view, context):
    assert view.rules() == USUAL_RULES
    view.late.setValue(48)
    view.hold.setValue(6)
    view.flags.setPlainText("Fever: call Dana\n\n  Chest pain:  911 ")
    save(qtbot, view)
    qtbot.waitUntil(lambda: told(view).text() == "Kept.")
    clinic = context.services.store.reader().clinic()
    assert clinic.phone_rules.late_cancel_hours == 48
    assert clinic.phone_rules.red_flags == ("Fever: call Dana", "Chest pain: 911")
    assert clinic.hold_min == 6


def test_a_place_that_nobody_fills_in_is_refused_by_name(qtbot, view, context):
    view.reminder.setPlainText("Hello {name}, your {diagnosis} visit")
    save(qtbot, view)
    qtbot.waitUntil(lambda: "{diagnosis}" in told(view).text())
    assert context.services.store.reader().clinic().phone_rules == USUAL_RULES


def test_an_empty_card_is_refused(qtbot, view):
    view.flags.setPlainText("  \n")
    save(qtbot, view)
    qtbot.waitUntil(lambda: "at least one line" in told(view).text())
