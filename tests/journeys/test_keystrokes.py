"""From ``N`` to booked: how many keys beside the typed words, for a known and a new patient."""

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey
KNOWN_GOAL, NEW_GOAL = 12, 40


@dataclass
class Hands:
    """Presses keys where the focus is, as hands do, and counts those that are no text."""

    qtbot: object
    window: object
    keys: list = field(default_factory=list)

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.keys.append(key)
        self.qtbot.keyClick(self.focus(), key, modifier)

    def type(self, text):
        self.qtbot.keyClicks(self.focus(), text)

    def focus(self):
        return QApplication.focusWidget() or self.window


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


@pytest.fixture
def hands(qtbot, clinic):
    return Hands(qtbot, clinic.window)


def until_offered(qtbot, clinic):
    offers = clinic.board.call.offers
    qtbot.waitUntil(lambda: offers.chosen is not None and not offers.finding, timeout=LONG)


def begin(qtbot, clinic, hands):
    clinic.board.view.canvas.setFocus()
    hands.press(Qt.Key.Key_N)
    panel = clinic.board.view.call
    qtbot.waitUntil(panel.caller.search.hasFocus, timeout=LONG)
    return panel


def test_a_known_patient_is_booked_with_few_keys(qtbot, clinic, hands):
    reader = clinic.opened.services.store.reader()
    known = next(p for p in reader.all_patients() if len(p.last_name) > 6)
    panel = begin(qtbot, clinic, hands)
    hands.type(f"{known.name} Thu after 2")
    hits = panel.caller.findChild(type(panel.slots), "call_hits")
    qtbot.waitUntil(hits.isVisible, timeout=LONG)
    hands.press(Qt.Key.Key_Return)
    until_offered(qtbot, clinic)
    hands.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not clinic.board.call.active, timeout=LONG)
    booked = [v for v in reader.visits_of_patient(known.id) if v.start.weekday() == 3]
    assert booked, "on a Thursday, as asked"
    assert len(hands.keys) == 3 <= KNOWN_GOAL


def test_a_new_patient_is_taken_and_booked_with_few_keys(qtbot, clinic, hands):
    reader = clinic.opened.services.store.reader()
    street = reader.sites_of(reader.all_patients()[0].id)[0].address.line
    panel = begin(qtbot, clinic, hands)
    hands.type("Zyx Qwvut")
    qtbot.waitUntil(panel.caller._new.isVisible, timeout=LONG)
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.new_patient.phone.hasFocus(), timeout=LONG)
    hands.type("417 555 0123")
    hands.press(Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: panel.new_patient.address.hasFocus(), timeout=LONG)
    hands.type(street)
    found = panel.new_patient.findChild(type(panel.slots), "new_addresses")
    qtbot.waitUntil(found.isVisible, timeout=LONG)
    hands.press(Qt.Key.Key_Return)  # the address
    hands.press(Qt.Key.Key_Return)  # the patient
    until_offered(qtbot, clinic)
    hands.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not clinic.board.call.active, timeout=LONG)
    (hit,) = reader.find_patients("Zyx Qwvut")
    assert len(reader.visits_of_patient(hit.patient.id)) == 1
    assert len(hands.keys) == 6 <= NEW_GOAL
