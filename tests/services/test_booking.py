"""From an offer to a visit and its promise, in one operation that can be taken back."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.errors import NotFound, PermissionRefused, RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PatientId, SiteId, VisitId
from clinic_desktop.domain.patient import Caller
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.visit import Lock, VisitState
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.booking import BookVisit, promise_patient, read_back
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    MARCUS,
    NOBODY,
    OFFICE,
    PATIENTS,
    SINCE,
    SITES,
    TODAY,
    TOM,
    ZONE,
    at,
    clinic_day,
    promise,
    visit,
)

TODAY_ONLY = CallerWindow(first=TODAY, last=TODAY)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def booking(slot, **changes) -> BookVisit:
    made = BookVisit(
        patient_id=PatientId("nora"),
        site_id=SITES["nora"].id,
        service_id=FOLLOW_UP.id,
        slot=slot,
        promise_start=slot.promise_start,
        promise_end=slot.promise_end,
    )
    return replace(made, **changes)


def test_the_best_offer_becomes_a_visit_and_a_promise_in_one_operation(day):
    slot = day.find(TODAY_ONLY, practitioner_id=DANA.id).slots[0]
    changes = day.booking.book_visit(OFFICE, booking(slot, told_to="Nora", office_note="gate"))
    words = Formats()
    assert changes.operation == f"Book Nora K. Tue, Nov 24 {words.clock_time(slot.start)}"
    (visit_id,) = changes.of(RecordKind.VISITS)
    made = day.now(visit_id)
    assert (made.start, made.practitioner_id, made.state) == (
        slot.start, DANA.id, VisitState.BOOKED,
    )  # fmt: skip
    assert (made.zone, made.door_min, made.office_note) == (ZONE, 45, "gate")
    told = day.store.reader().promises_for([made.id])[made.id]
    assert (told.window_start, told.window_end) == (slot.promise_start, slot.promise_end)
    assert (told.practitioner_id, told.told_to, told.told_by) == (DANA.id, "Nora", "office")
    assert told.told_at == day.clock.now_utc()
    shown = day.board.day(OFFICE, TODAY)
    assert made.id in shown.details
    assert shown.conflicts == ()
    day.store.undo(OFFICE, SINCE)
    with pytest.raises(NotFound):
        day.now(visit_id)
    assert day.store.reader().promise_history(made.id) == []


def test_a_length_agreed_on_the_phone_is_searched_and_booked(day):
    longer = day.find(TODAY_ONLY, practitioner_id=DANA.id, door_min=70).slots[0]
    assert longer.end - longer.start == timedelta(minutes=70)
    changes = day.booking.book_visit(OFFICE, booking(longer, door_min=70))
    (visit_id,) = changes.of(RecordKind.VISITS)
    assert day.now(visit_id).door_min == 70
    day.store.undo(OFFICE, SINCE)
    with pytest.raises(RuleBroken, match="not free any more"):
        day.booking.book_visit(OFFICE, booking(longer, door_min=12 * 60))


def test_an_offer_that_was_taken_meanwhile_is_refused_and_nothing_is_written(day):
    slot = day.find(TODAY_ONLY, practitioner_id=DANA.id).slots[0]
    day.puts(visit("gil", slot.start))
    with pytest.raises(RuleBroken, match="not free any more: Dana has another visit then") as told:
        day.booking.book_visit(OFFICE, booking(slot))
    assert "Search again" in told.value.way_out
    assert day.store.reader().visits_of_patient(PatientId("nora")) == []
    assert day.store.undo_name(OFFICE, SINCE) == ""


def test_an_offer_whose_time_has_passed_is_refused(day):
    slot = min(day.find(TODAY_ONLY, practitioner_id=MARCUS.id).slots, key=lambda offer: offer.start)
    day.clock.advance(hours=9)
    with pytest.raises(RuleBroken, match="That time has passed"):
        day.booking.book_visit(OFFICE, booking(slot))


def test_the_promised_window_has_to_hold_the_planned_arrival(day):
    slot = day.find(TODAY_ONLY).slots[0]
    late = booking(slot, promise_start=slot.start + timedelta(minutes=5))
    with pytest.raises(RuleBroken, match="hold the planned arrival"):
        day.booking.book_visit(OFFICE, late)


def test_another_patients_address_and_an_archived_patient_are_refused(day):
    slot = day.find(TODAY_ONLY).slots[0]
    with pytest.raises(RuleBroken, match="belongs to another patient"):
        day.booking.book_visit(OFFICE, booking(slot, site_id=SiteId("tom-home")))
    day.puts(replace(PATIENTS["nora"], archived=True))
    with pytest.raises(RuleBroken, match="archived"):
        day.booking.book_visit(OFFICE, booking(slot))


def test_someone_without_a_role_books_nothing(day):
    slot = day.find(TODAY_ONLY).slots[0]
    with pytest.raises(PermissionRefused):
        day.booking.book_visit(NOBODY, booking(slot))


def test_moving_keeps_the_old_time_until_the_new_one_is_booked_and_the_ledger_keeps_both(day):
    afternoon = CallerWindow(first=TODAY, last=TODAY, earliest=time(14))
    found = day.board.find_slots(OFFICE, _search_for_tom(afternoon))
    slot = found.slots[0]
    command = booking(slot, patient_id=PatientId("tom"), site_id=SITES["tom"].id, moving=TOM.id)
    changes = day.booking.book_visit(OFFICE, command)
    assert changes.operation.startswith("Move Tom K. to Tue, Nov 24 ")
    assert day.now(TOM.id).start == slot.start
    first, second = day.store.reader().promise_history(TOM.id)
    assert (first.current, second.current) == (False, True)
    assert second.replaces == first.id


def test_a_visit_whose_time_is_locked_is_not_moved(day):
    day.puts(replace(TOM, locks=frozenset({Lock.TIME})))
    slot = day.board.find_slots(OFFICE, _search_for_tom(TODAY_ONLY)).slots[0]
    slot = replace(slot, start=at(15), promise_start=at(15), promise_end=at(15, 30))
    command = booking(slot, patient_id=PatientId("tom"), site_id=SITES["tom"].id, moving=TOM.id)
    with pytest.raises(RuleBroken, match="locked"):
        day.booking.book_visit(OFFICE, command)
    assert day.now(TOM.id).start == TOM.start


def test_a_hold_that_ran_out_blocks_nothing_and_leaves_the_board(day):
    over = day.clock.now_utc() - timedelta(minutes=1)
    day.puts(visit("gil", at(11), state=VisitState.HELD, held_until=over))
    assert VisitId("gil-visit") not in day.board.day(OFFICE, TODAY).details
    eleven = CallerWindow(first=TODAY, last=TODAY, earliest=time(11), latest=time(11, 45))
    assert day.find(eleven, practitioner_id=DANA.id).slots


def test_the_promise_is_told_to_the_caller_by_default(day):
    daughter = replace(PATIENTS["nora"], caller=Caller(name="Ann", relation="daughter"))
    assert promise_patient(PATIENTS["nora"]) == "Nora"
    assert promise_patient(daughter) == "Ann"
    day.puts(daughter)
    slot = day.find(TODAY_ONLY).slots[0]
    (visit_id,) = day.booking.book_visit(OFFICE, booking(slot)).of(RecordKind.VISITS)
    told = day.store.reader().promises_for([VisitId(visit_id)])[VisitId(visit_id)]
    assert told.told_to == "Ann"


def test_the_words_to_read_back():
    sentence = read_back(
        told_to="Nora",
        practitioner=DANA,
        service=FOLLOW_UP,
        site=SITES["nora"],
        promise_start=at(10),
        promise_end=at(10, 30),
        today=TODAY,
        formats=Formats(),
        practitioner_id=DANA.id,
    )
    assert sentence == (
        "Nora, Dana will come today, Tuesday, November 24, between 10:00 and 10:30 AM,"
        " for a 45-minute follow-up at your place on McPherson Avenue."
    )


def _search_for_tom(window):
    return FindSlots(
        service_id=FOLLOW_UP.id,
        site_id=SITES["tom"].id,
        windows=(window,),
        practitioner_id=DANA.id,
        moving=TOM.id,
    )


def narrow(day):
    """Only just before Tom, who is promised until 2 PM: he has to go a little later."""
    day.puts(promise_of_tom(day))
    window = CallerWindow(first=TODAY, last=TODAY, earliest=time(12, 20), latest=time(13, 10))
    found = day.find(window, practitioner_id=DANA.id)
    assert found.fitting == 0
    return found


def promise_of_tom(day):
    told = promise(TOM, 0, 60)
    return replace(told, id="wide", replaces="tom-visit-promise")


def test_an_offer_that_moves_a_visit_inside_its_promise_books_both_in_one_step(day):
    found = narrow(day)
    slot = found.slots[0]
    (change,) = slot.moves
    assert found.names[TOM.id] == "Tom K."
    changes = day.booking.book_visit(OFFICE, booking(slot))
    assert len(changes.of(RecordKind.VISITS)) == 2
    assert day.now(TOM.id).start == change.start > TOM.start
    assert day.store.reader().promises_for([TOM.id])[TOM.id].keeps(change.start)
    day.store.undo(OFFICE, SINCE)
    assert day.now(TOM.id).start == TOM.start


def test_a_visit_that_was_locked_meanwhile_is_not_moved_for_another(day):
    slot = narrow(day).slots[0]
    day.visits.toggle_lock(OFFICE, TOM.id, Lock.TIME)
    with pytest.raises(RuleBroken, match="has changed since"):
        day.booking.book_visit(OFFICE, booking(slot))
    assert day.now(TOM.id).start == TOM.start
