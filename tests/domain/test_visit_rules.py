"""The life of a visit and what a promise holds."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from clinic_desktop.domain.ids import (
    PatientId,
    PractitionerId,
    PromiseId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.visit import ON_THE_BOARD, STATE_STEPS, Promise, Visit, VisitState

TEN = datetime(2026, 11, 24, 10, 0)
VISIT = Visit(
    id=VisitId("v"),
    patient_id=PatientId("p"),
    site_id=SiteId("s"),
    service_id=ServiceId("f"),
    practitioner_id=PractitionerId("dana"),
    start=TEN,
    zone="America/Chicago",
    door_min=45,
)
PROMISE = Promise(
    id=PromiseId("m"),
    visit_id=VISIT.id,
    window_start=TEN,
    window_end=TEN.replace(minute=30),
    zone=VISIT.zone,
    practitioner_id=None,
    told_to="Nora",
    told_by=UserId("u"),
    told_at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
)


def reachable(state: VisitState) -> set[VisitState]:
    found, ahead = set(), [state]
    while ahead:
        for step in STATE_STEPS[ahead.pop()]:
            if step not in found:
                found.add(step)
                ahead.append(step)
    return found


def test_every_state_has_its_steps_and_only_a_booking_begins_a_visit():
    assert set(STATE_STEPS) == set(VisitState)
    begun = set(VisitState) - {VisitState.REQUESTED, VisitState.HELD}
    assert reachable(VisitState.BOOKED) == begun
    for state in (VisitState.REQUESTED, VisitState.HELD):
        assert reachable(state) == {VisitState.CANCELLED}, "a step checks no time; a booking does"


def test_what_is_over_stays_over():
    for state in (VisitState.DONE, VisitState.NO_SHOW, VisitState.CANCELLED):
        assert STATE_STEPS[state] == frozenset()


def test_a_visit_that_has_begun_can_only_be_finished():
    assert STATE_STEPS[VisitState.IN_PROGRESS] == {VisitState.DONE}


def test_what_is_called_off_takes_nobodys_time():
    assert not ON_THE_BOARD & {VisitState.CANCELLED, VisitState.NO_SHOW, VisitState.REQUESTED}
    assert {VisitState.HELD, VisitState.BOOKED, VisitState.DONE} <= ON_THE_BOARD


def test_a_visit_counts_as_confirmed_from_the_confirmation_on():
    confirmed = {state for state in VisitState if replace(VISIT, state=state).confirmed}
    assert confirmed == {
        VisitState.CONFIRMED,
        VisitState.EN_ROUTE,
        VisitState.IN_PROGRESS,
        VisitState.DONE,
    }


def test_a_visit_ends_after_its_minutes_at_the_door():
    assert (VISIT.start_min, VISIT.end_min) == (600, 645)
    assert VISIT.end == TEN.replace(minute=45)


@pytest.mark.parametrize(
    ("minute", "kept"), [((9, 59), False), ((10, 0), True), ((10, 30), True), ((10, 31), False)]
)
def test_a_promise_is_kept_from_its_first_to_its_last_minute(minute, kept):
    hour, minutes = minute
    assert PROMISE.keeps(TEN.replace(hour=hour, minute=minutes)) is kept


def test_planned_times_are_wall_clock_times():
    with pytest.raises(ValueError, match="wall-clock"):
        replace(VISIT, start=TEN.replace(tzinfo=UTC))
    with pytest.raises(ValueError, match="wall-clock"):
        replace(PROMISE, window_start=TEN.replace(tzinfo=UTC))


def test_a_visit_without_length_and_a_window_that_runs_backwards_are_bugs():
    with pytest.raises(ValueError, match="length"):
        replace(VISIT, door_min=0)
    with pytest.raises(ValueError, match="ends after"):
        replace(PROMISE, window_end=TEN.replace(hour=9))
