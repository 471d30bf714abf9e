"""The office manager on the phone: slips of the tongue and of the keyboard cost nothing."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QListView, QPushButton

from clinic_desktop.domain.visit import ON_THE_BOARD
from clinic_desktop.ui.kit.parts import Chip
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


@pytest.fixture
def panel(qtbot, clinic):
    qtbot.keyClick(clinic.window, Qt.Key.Key_N)
    call = clinic.board.view.call
    qtbot.waitUntil(lambda: call.isVisible() and call.caller.search.hasFocus(), timeout=LONG)
    return call


def some_patient(clinic):
    reader = clinic.opened.services.store.reader()
    return next(p for p in reader.all_patients() if len(p.last_name) > 6)


def text_of(panel, name):
    found = panel.findChild(QLabel, name)
    return found.text() if found is not None and found.isVisibleTo(panel) else ""


def hits_of(panel):
    view = panel.findChild(QListView, "call_hits")
    return view if view.isVisible() else None


def take(qtbot, clinic, panel, name=None):
    """Choose a patient by name and wait for the offers."""
    known = some_patient(clinic)
    qtbot.keyClicks(panel.caller.search, name or known.name)
    qtbot.waitUntil(lambda: hits_of(panel) is not None, timeout=LONG)
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.slots.isVisible() and panel.book.isVisible(), timeout=LONG)
    return known


def test_a_name_with_a_slip_is_offered_and_never_taken_unasked(qtbot, clinic, panel):
    known = some_patient(clinic)
    slip = known.last_name[:3] + known.last_name[4:]
    qtbot.keyClicks(panel.caller.search, f"{known.first_name} {slip}")
    qtbot.waitUntil(lambda: hits_of(panel) is not None, timeout=LONG)
    assert text_of(panel, "call_found_who").startswith("Nobody is called that. Did you mean")
    assert not hits_of(panel).currentIndex().isValid()
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Down)
    assert known.name in hits_of(panel).currentIndex().data()
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text_of(panel, "call_patient_name") == known.name, timeout=LONG)


def test_a_name_like_nobody_s_says_so_and_offers_a_new_patient(qtbot, clinic, panel):
    qtbot.keyClicks(panel.caller.search, "Zyx Qwvut")
    qtbot.waitUntil(lambda: text_of(panel, "call_found_who") == "Nobody found.", timeout=LONG)
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Return)
    qtbot.waitUntil(panel.new_patient.isVisible, timeout=LONG)
    assert panel.new_patient.name.text() == "Zyx Qwvut"


def test_the_visit_that_a_caller_has_already_is_in_view(qtbot, clinic, panel):
    services = clinic.opened.services
    reader = services.store.reader()
    detail = next(d for d in clinic.board.board.details.values() if d.visit.state in ON_THE_BOARD)
    coming = min(
        (
            v
            for v in reader.visits_of_patient(detail.patient.id)
            if v.day >= clinic.board.day and v.state in ON_THE_BOARD
        ),
        key=lambda v: v.start,
    )
    take(qtbot, clinic, panel, detail.patient.name)
    words = [x.text() for x in panel.caller.findChildren(QLabel) if "Next visit" in x.text()]
    assert len(words) == 1
    assert clinic.board._context.formats.day(coming.day) in words[0]


def test_words_that_were_typed_but_not_entered_stop_the_booking_with_the_reason(
    qtbot, clinic, panel
):
    take(qtbot, clinic, panel)
    qtbot.keyClicks(panel.request.words, "thu after 2")
    assert not panel.book.isEnabled()
    assert "thu after 2" in text_of(panel, "call_blocked")
    # Ctrl Enter reads the words first; nothing is booked with an offer that they may rule out.
    qtbot.keyClick(panel.request.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert clinic.board.call.active
    assert panel.request.findChild(Chip) is not None
    qtbot.waitUntil(lambda: not clinic.board.call.offers.finding, timeout=LONG)
    assert panel.book.isEnabled()
    assert clinic.board.call.offers.chosen.start.weekday() == 3


def test_two_meanings_are_two_buttons(qtbot, clinic, panel):
    take(qtbot, clinic, panel)
    qtbot.keyClicks(panel.request.words, "7")
    qtbot.keyClick(panel.request.words, Qt.Key.Key_Return)
    evening = panel.request.findChild(QPushButton, "call_reading_1")
    qtbot.waitUntil(panel.request.findChild(QPushButton, "call_reading_0").hasFocus, timeout=LONG)
    assert "PM" in evening.text()
    assert not panel.request.words.accessibleDescription(), "a question is no mistake"
    qtbot.keyClick(evening, Qt.Key.Key_Space)
    assert [w.earliest.hour for w in clinic.board.call.hand.windows] == [19]
    assert panel.request.words.text() == ""
    assert panel.request.words.hasFocus()


def test_many_chips_wrap_and_each_can_be_taken_away(qtbot, clinic, panel):
    take(qtbot, clinic, panel)
    for words in ("mon after 2", "tue mornings", "not fridays", "next week", "before 12/5"):
        qtbot.keyClicks(panel.request.words, words)
        qtbot.keyClick(panel.request.words, Qt.Key.Key_Return)
    chips = panel.request.findChildren(Chip)
    assert len(chips) == 5
    qtbot.waitUntil(lambda: len({c.y() for c in chips}) > 1, timeout=LONG)
    for chip in chips:
        assert chip.width() >= chip.sizeHint().width(), "no word and no cross is cut"
        assert panel.rect().contains(chip.mapTo(panel, QPoint(chip.width() - 1, 1)))
    assert [c.property("chip") for c in chips].count("not") == 1


def test_enter_takes_the_highlighted_address_before_the_patient(qtbot, clinic, panel):
    house = clinic.board.board.details[next(iter(clinic.board.board.details))].site.address
    qtbot.keyClicks(panel.caller.search, "Zyx Qwvut")
    qtbot.waitUntil(lambda: text_of(panel, "call_found_who") == "Nobody found.", timeout=LONG)
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Return)
    form = panel.new_patient
    qtbot.waitUntil(form.isVisible, timeout=LONG)
    qtbot.keyClicks(form.address, house.line)
    found = form.findChild(QListView, "new_addresses")
    qtbot.waitUntil(found.isVisible, timeout=LONG)
    qtbot.keyClick(form.address, Qt.Key.Key_Return)
    assert text_of(panel, "new_address_state") == "On the map."
    qtbot.keyClick(form.address, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text_of(panel, "call_patient_name") == "Zyx Qwvut", timeout=LONG)
    assert "drives unknown" not in text_of(panel, "call_patient_place")


def test_an_address_off_the_map_says_that_drives_are_unknown(qtbot, clinic, panel):
    qtbot.keyClicks(panel.caller.search, "Zyx Qwvut")
    qtbot.waitUntil(lambda: text_of(panel, "call_found_who") == "Nobody found.", timeout=LONG)
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Return)
    form = panel.new_patient
    qtbot.waitUntil(form.isVisible, timeout=LONG)
    qtbot.keyClicks(form.address, "99999 Xylophone Quay")
    qtbot.keyClick(form.address, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text_of(panel, "call_patient_name") == "Zyx Qwvut", timeout=LONG)
    assert "drives unknown" in text_of(panel, "call_patient_place")
    qtbot.waitUntil(lambda: panel.slots.isVisible() and panel.book.isVisible(), timeout=LONG)
    spoken = panel.slots.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "drive unknown" in spoken
    assert "min" not in panel.slots.model().row(0).added


def test_a_po_box_is_not_taken_as_a_place_to_drive_to(qtbot, clinic, panel):
    qtbot.keyClicks(panel.caller.search, "Zyx Qwvut")
    qtbot.waitUntil(lambda: text_of(panel, "call_found_who") == "Nobody found.", timeout=LONG)
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Return)
    form = panel.new_patient
    qtbot.waitUntil(form.isVisible, timeout=LONG)
    qtbot.keyClicks(form.address, "PO Box 12")
    qtbot.waitUntil(
        lambda: "no place to drive to" in text_of(panel, "new_address_state"), timeout=LONG
    )
    qtbot.keyClick(form.address, Qt.Key.Key_Return)
    qtbot.wait(200)
    assert form.isVisible()
    assert text_of(panel, "call_patient_name") != "Zyx Qwvut"


def test_a_call_leaves_the_board_and_its_offer_in_view_on_a_small_window(qtbot, clinic, panel):
    clinic.window.resize(960, 540)
    take(qtbot, clinic, panel)
    panel.request.keep_chosen.emit(2)
    qtbot.waitUntil(lambda: not clinic.board.call.offers.finding, timeout=LONG)
    view = clinic.board.view
    assert view.canvas.isVisible()
    assert panel.isVisible()
    people = {slot.practitioner_id for slot in clinic.board.call.offers.slots}
    assert len(people) > 1
    for number in range(len(clinic.board.call.offers.slots)):
        panel.slots.setCurrentIndex(panel.slots.model().index(number, 0))

        def in_view():
            ghost, bar = view.canvas.ghost_rect(), view.scroller.horizontalScrollBar().value()
            return ghost is not None and (
                bar <= ghost.left() and ghost.right() <= bar + view.scroller.viewport().width()
            )

        qtbot.waitUntil(in_view, timeout=LONG)


def test_the_toast_names_what_was_undone_and_gives_the_way_back(qtbot, clinic):
    services = clinic.opened.services
    visit = max((d.visit for d in clinic.board.board.details.values()), key=lambda v: v.start)
    clinic.operations.write(
        clinic, lambda: services.visits.toggle_confirmed(services.session, visit.id)
    )
    toast = clinic.window.toast
    words, step = toast.findChild(QLabel, "toast_text"), toast.findChild(QPushButton, "toast_undo")
    qtbot.waitUntil(lambda: toast.isVisible() and step.text() == "Undo", timeout=LONG)
    name = words.text()
    qtbot.keyClick(clinic.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: words.text() == f"Undone: {name}", timeout=LONG)
    assert step.text() == "Redo"
    qtbot.mouseClick(step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: words.text() == f"Done again: {name}", timeout=LONG)
    assert step.text() == "Undo"
