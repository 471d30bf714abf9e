"""Offers that move a visit nearby: only where no promise breaks and nobody is called."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.why_not import ChangeKind
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.nearby_moves import harmless
from clinic_desktop.planning.planner import Planner
from tests.planning.brute_force import Reference, may_treat
from tests.planning.days import DAY, PROFILE, Straight, place, practitioner, service, stop
from tests.planning.test_why_not import (
    CLINIC,
    At,
    apply,
    needs_of,
    of,
    schedule_of,
    small_clinics,
    wanted,
)

MIDNIGHT = datetime.combine(DAY, time())


def reference(person, stops, schedule):
    return Reference(person, DAY, stops, schedule.time_off, Straight(), PROFILE)


def tried(request, schedule, clinic):
    """{(person, start)} that some harmless change of one visit makes free, all of them tried."""
    grid, found = clinic.slot_grid_min, set()
    for person in schedule.practitioners:
        if not person.certified("dn", DAY) or not may_treat(person, "", DAY, schedule):
            continue
        stops = schedule.stops.get((person.id, DAY), ())

        def fitting(day, who=person):
            made = reference(who, day, schedule)
            return {m for m in range(0, 1440, grid) if made.fits(request, m) is not None}

        free = fitting(stops)
        for one in stops:
            if one.visit.state not in (VisitState.BOOKED, VisitState.CONFIRMED):
                continue
            left = [s for s in stops if s is not one]
            own = (one.visit.start_min, one.visit.door_min)
            options = [(m, one.visit.door_min) for m in range(0, 1440, grid)]
            options += [
                (one.visit.start_min, door)
                for door in range(one.visit.door_min - grid, service().treatment_min - 1, -grid)
                if door > 0
            ]
            for start, door in options:
                at = MIDNIGHT + timedelta(minutes=start)
                if (start, door) == own or one.visit.locks & {"time", "order"}:
                    continue
                if start != own[0] and (one.promise is None or not one.promise.keeps(at)):
                    continue
                if one.promise is not None and (
                    not one.promise.keeps(at)
                    or one.promise.practitioner_id not in (None, person.id)
                ):
                    continue
                moved = SlotRequest(
                    service=service(), place=one.place, door_min=door, not_before=MIDNIGHT
                )
                if reference(person, left, schedule).fits(moved, start) is None:
                    continue
                visit = replace(one.visit, start=at, door_min=door)
                found |= {
                    (person.id, m) for m in fitting([*left, replace(one, visit=visit)]) - free
                }
    return found


@settings(max_examples=40, deadline=None)
@given(
    schedule=small_clinics(),
    x=st.integers(0, 5),
    y=st.integers(0, 5),
    grid=st.sampled_from((15, 30)),
)
def test_every_start_that_a_harmless_change_frees_is_found_and_no_other(schedule, x, y, grid):
    clinic = replace(CLINIC, slot_grid_min=grid)
    request = wanted(place(x, y))
    clock = DriveClock(Straight(), PROFILE)
    found = {
        (open_day.practitioner.id, start)
        for open_day, _change, _changed, starts in harmless(
            request, schedule, clinic, clock, needs_of(schedule)
        )
        for start in starts
    }
    assert found == tried(request, schedule, clinic)
    for slot in Planner().nearby(request, schedule, Straight(), clinic, needs_of(schedule), 5):
        (change,) = slot.moves
        assert not change.needs_call
        start = slot.start.hour * 60 + slot.start.minute
        assert (slot.practitioner_id, start) in found
        ask = At(slot.practitioner_id, start)
        assert Planner().refusal(request, schedule, Straight(), clinic, ask) != ""

        class Made:
            changes = slot.moves

        after = apply(schedule, Made)
        assert Planner().refusal(request, after, Straight(), clinic, ask) == ""


def test_the_offer_says_what_it_moves_and_its_terms_add_up():
    dana = replace(
        practitioner(1, start=540, end=700),
        home=place(1, 1),
    )
    # Promised from 9:45 to 10:45, planned at 10: only moved on is there room before it.
    one = stop(1, 600, 45, place(1, 1), (15, 45))
    schedule = schedule_of([dana], {"p1": of("p1", [one])})
    request = wanted(place(1, 1), door=60)
    slots = Planner().nearby(request, schedule, Straight(), CLINIC, needs_of(schedule), 3)
    assert slots
    (change,) = slots[0].moves
    assert change.kind is ChangeKind.MOVE
    assert one.promise.keeps(change.start)
    assert slots[0].cost == sum(term.minutes for term in slots[0].terms)
    assert [s.visit.start for s in slots[0].plan.stops if s.visit.id == change.visit_id] == [
        change.start
    ]
