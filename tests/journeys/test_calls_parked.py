"""Two callers at once: one waits with a time held, the other is not offered it; a no is kept."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from clinic_desktop.domain.call import CallOutcome, CallState
from clinic_desktop.domain.ids import SiteId
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.wait_list import WaitKind
from clinic_desktop.services.patients import SavePatient
from clinic_desktop.ui.call.course_dialog import CourseDialog
from clinic_desktop.ui.call.wait_dialog import WaitDialog
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


def call_about(qtbot, clinic, name: str, words: str = ""):
    """Open a call by key, find somebody by what is typed, and wait for the offers."""
    qtbot.keyClick(clinic.window, Qt.Key.Key_N)
    board = clinic.board
    panel = board.view.call
    qtbot.waitUntil(lambda: panel.isVisible() and panel.caller.search.hasFocus(), timeout=LONG)
    qtbot.keyClicks(panel.caller.search, f"{name} {words}".strip())
    hits = panel.caller.findChild(type(panel.slots), "call_hits")
    qtbot.waitUntil(lambda: hits.isVisible(), timeout=LONG)
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: board.call.offers.chosen is not None, timeout=LONG)
    return panel


def names_of(clinic):
    people = clinic.opened.services.store.reader().all_patients()
    return [p.name for p in people if len(p.last_name) > 6]


def outcomes(clinic):
    services = clinic.opened.services
    since = clinic._clock.now_utc().replace(hour=0)
    return [line.call.outcome for line in services.calls.since(services.session, since)]


def test_a_parked_call_keeps_its_time_and_comes_back_as_it_was(qtbot, clinic):
    board = clinic.board
    one, two = names_of(clinic)[:2]
    panel = call_about(qtbot, clinic, one, "Thu after 2")
    first = board.call.offers.chosen
    assert [w.text for w in board.call.hand.windows] == ["Thu, after 2:00 PM"]
    qtbot.keyClick(panel.request.words, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: bool(board.parked.lines), timeout=LONG)
    assert not board.call.active
    assert board.parked.isVisible()
    (line,) = board.parked.lines
    assert line.call.state is CallState.PARKED
    assert line.hold is not None
    assert line.hold.start == first.start
    panel = call_about(qtbot, clinic, two, "Thu after 2")
    notes = panel.findChild(QLabel, "call_notes")
    qtbot.waitUntil(lambda: "offered to another caller" in notes.text(), timeout=LONG)
    taken = [(s.start, s.practitioner_id) for s in board.call.offers.slots]
    assert (first.start, first.practitioner_id) not in taken
    board.resume_longest()
    qtbot.waitUntil(
        lambda: (
            board.call.hand is not None
            and board.call.hand.subject is not None
            and board.call.hand.subject.patient.name == one
        ),
        timeout=LONG,
    )
    qtbot.waitUntil(lambda: board.call.offers.chosen is not None, timeout=LONG)
    assert board.call.offers.chosen.start == first.start, "its own time is free to it"
    qtbot.waitUntil(lambda: len(board.parked.lines) == 1, timeout=LONG)
    assert board.parked.lines[0].name == clinic_short(clinic, two)
    panel.book_requested.emit()
    qtbot.waitUntil(lambda: not board.call.active, timeout=LONG)
    qtbot.waitUntil(lambda: CallOutcome.BOOKED in outcomes(clinic), timeout=LONG)
    assert clinic.opened.services.store.reader().visit(line.hold.id).state is VisitState.BOOKED


def clinic_short(clinic, name: str) -> str:
    people = clinic.opened.services.store.reader().all_patients()
    return next(p.short_name for p in people if p.name == name)


def test_a_declined_time_keeps_the_callers_words(qtbot, clinic):
    board = clinic.board
    panel = call_about(qtbot, clinic, names_of(clinic)[2])
    qtbot.mouseClick(panel.findChild(QPushButton, "call_declined"), Qt.MouseButton.LeftButton)
    dialog = clinic.window.findChild(WaitDialog)
    qtbot.waitUntil(dialog.isVisible, timeout=LONG)
    qtbot.keyClicks(dialog.said, "Fri after 3")
    assert "Fri, after 3:00 PM" in dialog.findChild(QLabel, "wait_read").text()
    qtbot.keyClick(dialog.said, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not board.call.active, timeout=LONG)
    services = clinic.opened.services
    (line,) = services.waiting.lines(services.session)
    assert line.entry.kind is WaitKind.DECLINED
    assert line.entry.said.startswith("Fri after 3 (declined: ")
    assert [w.text for w in line.entry.windows] == ["Fri, after 3:00 PM"]
    qtbot.waitUntil(lambda: outcomes(clinic) == [CallOutcome.DECLINED], timeout=LONG)
    assert not [
        v
        for v in services.store.reader().visits_of_patient(line.patient.id)
        if v.state is VisitState.HELD
    ], "what was held is free again"


def test_an_hour_earlier_is_answered_in_a_sentence_and_moved_in_one_step(qtbot, clinic):
    board = clinic.board
    detail = next(
        board.board.details[stop.visit.id]
        for plan in board.board.plans
        for stop in plan.stops
        if stop.visit.state in (VisitState.BOOKED, VisitState.CONFIRMED)
        and stop.visit.start > board._now()
    )
    board.move_visit(detail.visit)
    panel = board.view.call
    qtbot.waitUntil(lambda: board.call.offers.chosen is not None, timeout=LONG)
    assert panel.findChild(QLabel, "call_title").text().startswith("Move ")
    qtbot.keyClicks(panel.request.words, "a day later")
    qtbot.keyClick(panel.request.words, Qt.Key.Key_Return)
    answer = panel.findChild(QLabel, "call_answer")
    qtbot.waitUntil(lambda: answer.text() != "", timeout=LONG)
    assert answer.text().startswith(("Yes: ", "No: "))
    qtbot.waitUntil(lambda: not board.call.offers.finding, timeout=LONG)
    reader = clinic.opened.services.store.reader()
    assert reader.visit(detail.visit.id).start == detail.visit.start, "the old time stays"
    slot = board.call.offers.chosen
    panel.book_requested.emit()
    qtbot.waitUntil(lambda: not board.call.active, timeout=LONG)
    moved = reader.visit(detail.visit.id)
    assert (moved.start, moved.practitioner_id) == (slot.start, slot.practitioner_id)
    qtbot.waitUntil(lambda: outcomes(clinic) == [CallOutcome.MOVED], timeout=LONG)


def test_escape_asks_what_came_of_it_and_twice_means_nothing(qtbot, clinic):
    board = clinic.board
    panel = call_about(qtbot, clinic, names_of(clinic)[3])
    qtbot.keyClick(panel.request.words, Qt.Key.Key_Escape)
    first = panel.findChild(QPushButton, "call_outcome_nothing")
    qtbot.waitUntil(first.hasFocus, timeout=LONG)
    assert board.call.active
    qtbot.keyClick(first, Qt.Key.Key_Escape)
    assert not board.call.active
    qtbot.waitUntil(lambda: outcomes(clinic) == [CallOutcome.NOTHING], timeout=LONG)


def test_with_two_addresses_it_is_asked_which_one(qtbot, clinic):
    board, services = clinic.board, clinic.opened.services
    reader = services.store.reader()
    patient = next(p for p in reader.all_patients() if len(p.last_name) > 6)
    other = next(p for p in reader.all_patients() if p.id != patient.id)
    second = replace(
        reader.sites_of(other.id)[0], id=SiteId("second"), patient_id=patient.id, label="work"
    )
    done = []
    clinic.operations.write(
        clinic,
        lambda: services.patients.save(
            services.session,
            SavePatient(patient=patient, sites=(*reader.sites_of(patient.id), second)),
        ),
        on_done=done.append,
    )
    qtbot.waitUntil(lambda: bool(done), timeout=LONG)
    board.new_call(patient.id)
    panel = board.view.call
    place = "call_patient_place"
    qtbot.waitUntil(
        lambda: (
            panel.findChild(QLabel, place) is not None
            and panel.findChild(QLabel, place).text().startswith("Several addresses")
        ),
        timeout=LONG,
    )
    assert board.call.offers.slots == ()
    sites = panel.findChild(QComboBox, "call_sites")
    assert sites.isVisible()
    sites.setCurrentIndex(1)
    qtbot.waitUntil(lambda: board.call.offers.chosen is not None, timeout=LONG)
    assert board.call.hand.site.label == "work"


def test_a_whole_course_is_booked_in_one_call_and_one_step(qtbot, clinic):
    board, services = clinic.board, clinic.opened.services
    panel = call_about(qtbot, clinic, names_of(clinic)[5])
    patient = board.call.hand.subject.patient
    before = {v.id for v in services.store.reader().visits_of_patient(patient.id)}
    qtbot.mouseClick(panel.findChild(QPushButton, "call_course"), Qt.MouseButton.LeftButton)
    dialog = clinic.window.findChild(CourseDialog)
    dialog.evaluation.setChecked(False)
    dialog.block.setValue(2)
    qtbot.waitUntil(
        lambda: dialog._found is not None and len(dialog._found.sessions) == 3, timeout=LONG
    )
    qtbot.waitUntil(lambda: dialog.save_button.isEnabled(), timeout=LONG)
    words = dialog.findChild(QLabel, "course_read_back").text()
    assert "will come 3 times" in words
    dialog.save()
    qtbot.waitUntil(lambda: not board.call.active, timeout=LONG)
    after = services.store.reader().visits_of_patient(patient.id)
    booked = [v for v in after if v.id not in before]
    assert sorted(v.session_label for v in booked) == ["", "1/2", "2/2"]
    qtbot.waitUntil(lambda: outcomes(clinic) == [CallOutcome.BOOKED], timeout=LONG)
    assert clinic.history is not None
    assert services.store.undo_name(services.session, SINCE).startswith("Book a course for")
