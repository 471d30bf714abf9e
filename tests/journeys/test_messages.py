"""A message goes from the caller to a clinician; the office writes it once and reads it never."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from clinic_desktop.domain.wait_list import Urgency
from clinic_desktop.ui.call.message_dialog import MessageDialog
from clinic_desktop.ui.call.red_flag_card import RedFlagCard
from tests.journeys.test_calls_parked import call_about, names_of
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey
SAID = "short of breath since the last visit"


def test_a_message_is_sealed_read_by_a_clinician_and_answered(qtbot, open_window, town_clinic):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "office")
    panel = call_about(qtbot, clinic, names_of(clinic)[0])
    patient = clinic.board.call.hand.subject.patient
    clinic.show_red_flags()
    card = clinic.window.findChild(RedFlagCard)
    qtbot.waitUntil(card.isVisible, timeout=LONG)
    qtbot.waitUntil(
        lambda: any("chest pain" in each.text().casefold() for each in card.findChildren(QLabel)),
        timeout=LONG,
    )
    qtbot.mouseClick(card.findChild(QPushButton, "red_flags_message"), Qt.MouseButton.LeftButton)
    dialog = clinic.window.findChild(MessageDialog)
    qtbot.waitUntil(dialog.isVisible, timeout=LONG)
    dialog.text.setPlainText(SAID)
    dialog.urgency.set_index(Urgency.URGENT)
    dialog.save()
    answer = panel.findChild(QLabel, "call_answer")
    qtbot.waitUntil(lambda: "sealed" in answer.text(), timeout=LONG)
    services = clinic.opened.services
    (waiting,) = services.messages.waiting(services.session)
    assert waiting.text is None, "the office cannot read it again"
    clinic.board.call.end()
    clinic.window.show_page("calls")
    clinic.calls.show_messages()
    words = clinic.calls.messages.findChild(QLabel, "message_words")
    qtbot.waitUntil(lambda: words.text().startswith("Sealed"), timeout=LONG)
    assert clinic.calls.messages.findChild(QPushButton, "message_answered").isHidden()
    clinic.log_out()
    qtbot.waitUntil(lambda: clinic._login is not None, timeout=LONG)
    log_in(qtbot, clinic, "dana")
    strip = clinic.my_day.messages
    qtbot.waitUntil(strip.isVisible, timeout=LONG)
    said = strip.findChild(QLabel, "messages_strip_words")
    assert said.text() == "1 message from callers, 1 urgent"
    strip.pressed.emit()
    view = clinic.calls.messages
    words = view.findChild(QLabel, "message_words")
    qtbot.waitUntil(lambda: words.text() == SAID, timeout=LONG)
    assert view.chosen.patient.id == patient.id
    qtbot.mouseClick(view.findChild(QPushButton, "message_answered"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.chosen is None, timeout=LONG)
    reader = clinic.opened.services.store.reader()
    assert reader.messages_waiting() == []
