"""Calls are parked and taken up again; a time that is being offered is nobody else's meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic_desktop.domain.call import CallDraft, CallOutcome, CallState, Keep
from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import CallId, PatientId, VisitId
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.booking import BookVisit
from clinic_desktop.services.calls import OfferSlot, SaveCall
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    NOBODY,
    OFFICE,
    SINCE,
    SITES,
    TODAY,
    clinic_day,
)

TODAY_ONLY = CallerWindow(first=TODAY, last=TODAY, text="Tue")


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def call_of(day, who: str = "nora", **changes) -> SaveCall:
    made = SaveCall(
        call_id=CallId(f"{who}-call"),
        started_at=day.clock.now_utc(),
        patient_id=PatientId(who),
        draft=CallDraft(
            site_id=SITES[who].id,
            service_id=FOLLOW_UP.id,
            windows=(TODAY_ONLY,),
            keep=Keep.HARD,
            wanted_id=DANA.id,
        ),
    )
    return replace(made, **changes)


def offered(day, who: str = "nora"):
    slot = day.find(TODAY_ONLY, practitioner_id=DANA.id).slots[0]
    day.calls.offer(OFFICE, OfferSlot(call=call_of(day, who), slot=slot))
    return slot


def find_for_gil(day):
    return day.board.find_slots(
        OFFICE,
        FindSlots(
            service_id=FOLLOW_UP.id,
            site_id=SITES["gil"].id,
            windows=(TODAY_ONLY,),
            practitioner_id=DANA.id,
        ),
    )


def held(day, who: str = "nora") -> VisitId:
    hold = day.store.reader().call(CallId(f"{who}-call")).hold_id
    assert hold is not None
    return hold


def booking(slot, who: str = "nora", **changes) -> BookVisit:
    made = BookVisit(
        patient_id=PatientId(who),
        site_id=SITES[who].id,
        service_id=FOLLOW_UP.id,
        slot=slot,
        promise_start=slot.promise_start,
        promise_end=slot.promise_end,
    )
    return replace(made, **changes)


def test_a_parked_call_comes_back_with_all_that_was_asked(day):
    day.calls.save(OFFICE, call_of(day, state=CallState.PARKED))
    day.clock.advance(minutes=3)
    (line,) = day.calls.going_on(OFFICE)
    assert (line.name, line.call.state) == ("Nora K.", CallState.PARKED)
    day.calls.resume(OFFICE, line.call.id)
    (line,) = day.calls.going_on(OFFICE)
    assert line.call.state is CallState.OPEN
    assert line.call.draft == call_of(day).draft
    assert line.call.started_at < day.clock.now_utc(), "its timer goes on from the beginning"


def test_a_time_offered_in_one_call_is_offered_to_nobody_else_and_says_so(day):
    slot = offered(day)
    others = find_for_gil(day)
    assert slot.start not in [s.start for s in others.slots]
    (elsewhere,) = others.offered
    assert (elsewhere.start, elsewhere.practitioner_id) == (slot.start, DANA.id)
    assert elsewhere.until == day.clock.now_utc() + timedelta(minutes=10)
    own = day.find(TODAY_ONLY, practitioner_id=DANA.id, call_id=CallId("nora-call"))
    assert own.slots[0].start == slot.start, "its own call may have it"
    assert own.offered == ()
    with pytest.raises(RuleBroken):
        day.booking.book_visit(OFFICE, booking(slot, "gil"))


def test_another_time_chosen_in_the_call_frees_the_first_one(day):
    first = offered(day)
    hold = held(day)
    own = day.find(TODAY_ONLY, practitioner_id=DANA.id, call_id=CallId("nora-call")).slots
    second = next(slot for slot in own if slot.start != first.start)
    day.calls.offer(OFFICE, OfferSlot(call=call_of(day), slot=second))
    assert held(day) == hold, "a call holds one time"
    assert day.now(hold).start == second.start
    (elsewhere,) = find_for_gil(day).offered
    assert elsewhere.start == second.start != first.start


def test_after_ten_minutes_the_time_is_free_again(day):
    slot = offered(day)
    day.clock.advance(minutes=10)
    (line,) = day.calls.going_on(OFFICE)
    assert line.hold is None
    assert find_for_gil(day).offered == ()
    assert day.find(TODAY_ONLY, practitioner_id=DANA.id).slots[0].start == slot.start


def test_booking_turns_the_held_time_into_the_visit(day):
    slot = offered(day)
    hold = held(day)
    day.booking.book_visit(OFFICE, booking(slot, call_id=CallId("nora-call")))
    day.calls.end(OFFICE, call_of(day), CallOutcome.BOOKED)
    visit = day.now(hold)
    assert (visit.state, visit.held_until) == (VisitState.BOOKED, None)
    assert day.store.reader().promises_for([hold])[hold].call_id == "nora-call"
    (line,) = day.calls.since(OFFICE, SINCE)
    assert (line.call.outcome, line.call.state) == (CallOutcome.BOOKED, CallState.ENDED)


def test_a_call_that_ends_without_a_booking_frees_its_time_and_leaves_no_visit(day):
    slot = offered(day)
    hold = held(day)
    day.calls.end(OFFICE, call_of(day), CallOutcome.NOTHING, " will think about it ")
    assert day.now(hold).only_offered
    assert day.store.reader().visits_of_patient(PatientId("nora")) == []
    assert day.find(TODAY_ONLY, practitioner_id=DANA.id).slots[0].start == slot.start
    (line,) = day.calls.of_patient(OFFICE, PatientId("nora"))
    assert line.call.note == "will think about it"
    assert day.calls.going_on(OFFICE) == ()
    with pytest.raises(RuleBroken, match="ended already"):
        day.calls.save(OFFICE, call_of(day))


def test_a_time_that_was_taken_meanwhile_is_not_held(day):
    slot = day.find(TODAY_ONLY, practitioner_id=DANA.id).slots[0]
    day.booking.book_visit(OFFICE, booking(slot, "gil"))
    with pytest.raises(RuleBroken, match="not free any more"):
        day.calls.offer(OFFICE, OfferSlot(call=call_of(day), slot=slot))
    assert day.calls.going_on(OFFICE) == (), "nothing of it is written"


def test_a_call_is_no_step_that_undo_takes_back(day):
    slot = offered(day)
    day.booking.book_visit(OFFICE, booking(slot, call_id=CallId("nora-call")))
    day.calls.end(OFFICE, call_of(day), CallOutcome.BOOKED)
    assert day.store.undo_name(OFFICE, SINCE).startswith("Book Nora K.")


def test_someone_without_a_role_sees_no_calls(day):
    with pytest.raises(PermissionRefused):
        day.calls.going_on(NOBODY)


def test_a_booking_taken_back_leaves_no_visit_behind(day):
    slot = offered(day)
    hold = held(day)
    day.booking.book_visit(OFFICE, booking(slot, call_id=CallId("nora-call")))
    day.calls.end(OFFICE, call_of(day), CallOutcome.BOOKED)
    day.clock.advance(minutes=30)
    day.store.undo(OFFICE, SINCE)
    assert day.now(hold).state is VisitState.HELD
    assert day.store.reader().visits_of_patient(PatientId("nora")) == []
    assert hold not in day.board.day(OFFICE, TODAY).details
