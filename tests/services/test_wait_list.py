"""A no is never lost: who waits is found again when time opens, and the swap is one operation."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.wait_list import Urgency, WaitKind, WaitState
from clinic_desktop.planning.planner import Planner
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.booking import BookVisit
from clinic_desktop.services.visits import SetVisitState
from clinic_desktop.services.wait_list import AddWait, Opening
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    MARCUS,
    OFFICE,
    PATIENTS,
    SINCE,
    SITES,
    TODAY,
    TOM,
    at,
    clinic_day,
    promise,
    visit,
)

LUNCHTIME = CallerWindow(
    first=TODAY, last=TODAY, earliest=time(12, 50), latest=time(13, 55), text="Tue 1 PM"
)
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def wait(who: str = "nora", **changes) -> AddWait:
    made = AddWait(
        patient_id=PatientId(who),
        site_id=SITES[who].id,
        service_id=FOLLOW_UP.id,
        windows=(LUNCHTIME,),
        practitioner_id=DANA.id,
        said="only at one on Tuesday",
    )
    return replace(made, **changes)


def cancel_tom(day) -> None:
    day.visits.set_state(
        OFFICE, SetVisitState(visit_id=TOM.id, state=VisitState.CANCELLED, reason="ill")
    )


def test_who_waits_fits_once_a_visit_is_cancelled_and_not_before(day):
    day.waiting.add(OFFICE, wait())
    (line,) = day.waiting.lines(OFFICE)
    assert line.slot is None
    assert line.why_not
    assert line.entry.said == "only at one on Tuesday"
    cancel_tom(day)
    (line,) = day.waiting.lines(OFFICE)
    assert line.slot is not None
    assert at(12, 50) <= line.slot.start <= at(13, 10)


def test_an_opening_lists_only_those_it_suits_urgent_ones_first(day):
    cancel_tom(day)
    opening = Opening(practitioner_id=DANA.id, start=TOM.start, end=TOM.end + timedelta(hours=1))
    day.waiting.add(OFFICE, wait("gil", windows=(), practitioner_id=None))
    day.waiting.add(OFFICE, wait("nora", windows=(), urgency=Urgency.URGENT))
    day.waiting.add(OFFICE, wait("ruth", windows=(LUNCHTIME,), practitioner_id=MARCUS.id))
    lines = day.waiting.lines(OFFICE, opening)
    assert [line.patient.id for line in lines] == ["nora", "gil"]
    assert all(
        line.slot and opening.start <= line.slot.start and line.slot.end <= opening.end
        for line in lines
    )
    tuesday_off = CallerWindow(first=TODAY, last=TODAY, excluded=True)
    day.waiting.add(OFFICE, wait("tom", windows=(tuesday_off,), practitioner_id=None))
    assert len(day.waiting.lines(OFFICE, opening)) == 2


def test_little_driving_comes_before_much_among_the_equally_urgent(day):
    cancel_tom(day)
    far = replace(SITES["gil"], coordinate=replace(SITES["gil"].coordinate, lat=38.75, lon=-90.45))
    day.puts(far)
    day.waiting.add(OFFICE, wait("gil", windows=(), practitioner_id=None))
    day.waiting.add(OFFICE, wait("nora", windows=(), practitioner_id=None))
    assert [line.patient.id for line in day.waiting.lines(OFFICE)] == ["nora", "gil"]


def test_an_earlier_visit_swaps_the_old_one_in_one_operation(day):
    later = visit("nora", at(10, day=FRIDAY))
    day.puts(later, promise(later))
    day.waiting.add(OFFICE, wait(windows=(), visit_id=later.id))
    (line,) = day.waiting.lines(OFFICE)
    slot = line.slot
    assert slot is not None
    assert slot.start < later.start
    command = BookVisit(
        patient_id=later.patient_id,
        site_id=later.site_id,
        service_id=later.service_id,
        slot=slot,
        promise_start=slot.promise_start,
        promise_end=slot.promise_end,
        moving=later.id,
        wait_id=line.entry.id,
    )
    day.booking.book_visit(OFFICE, command)
    assert day.now(later.id).start == slot.start, "the old time is free"
    assert day.waiting.lines(OFFICE) == ()
    assert day.store.reader().wait_entry(line.entry.id).state is WaitState.BOOKED
    day.store.undo(OFFICE, SINCE)
    assert day.now(later.id).start == later.start
    assert len(day.waiting.lines(OFFICE)) == 1, "the undo brings the wish back too"


def test_nothing_later_than_the_visit_there_is_counts_as_earlier(day):
    soon = visit("nora", at(10, day=TODAY + timedelta(days=1)))
    day.puts(soon)
    after = CallerWindow(first=FRIDAY, last=FRIDAY)
    day.waiting.add(OFFICE, wait(windows=(after,), visit_id=soon.id, practitioner_id=None))
    (line,) = day.waiting.lines(OFFICE)
    assert line.slot is None


def test_an_expired_wish_is_offered_nothing_and_a_call_back_falls_due(day):
    day.waiting.add(OFFICE, wait(windows=(), expires=TODAY))
    day.waiting.add(
        OFFICE,
        wait("gil", windows=(), kind=WaitKind.CALL_BACK, call_back_on=TODAY + timedelta(days=1)),
    )
    assert [line.due for line in day.waiting.lines(OFFICE)] == [False, False]
    day.clock.advance(hours=24)
    gil, nora = day.waiting.lines(OFFICE)
    assert gil.due
    assert gil.slot is not None
    assert nora.expired
    assert nora.slot is None


def test_a_call_back_needs_a_day_and_nothing_expires_in_the_past(day):
    with pytest.raises(RuleBroken, match="needs a day"):
        day.waiting.add(OFFICE, wait(kind=WaitKind.CALL_BACK))
    with pytest.raises(RuleBroken, match="expire"):
        day.waiting.add(OFFICE, wait(expires=TODAY - timedelta(days=1)))


def test_an_entry_dropped_is_kept_and_can_be_brought_back_by_undo(day):
    day.waiting.add(OFFICE, wait())
    (line,) = day.waiting.lines(OFFICE)
    changes = day.waiting.drop(OFFICE, line.entry.id)
    assert changes.operation == f"Take {PATIENTS['nora'].short_name} off the wait list"
    assert day.waiting.lines(OFFICE) == ()
    with pytest.raises(RuleBroken, match="closed already"):
        day.waiting.drop(OFFICE, line.entry.id)
    day.store.undo(OFFICE, SINCE)
    assert len(day.waiting.lines(OFFICE)) == 1


def test_a_visit_finished_early_opens_the_rest_of_its_time(day):
    day.clock.advance(hours=1, minutes=20)
    began = day.clock.now_utc()

    def soonest():
        request = FindSlots(
            service_id=FOLLOW_UP.id,
            site_id=SITES["nora"].id,
            windows=(CallerWindow(first=TODAY, last=TODAY, latest=time(12)),),
            practitioner_id=DANA.id,
        )
        clinic = day.store.reader().clinic()
        made, schedule = day.board.search_input(day.store.reader(), clinic, request)
        starts = Planner().starts(made, schedule, day.board.drives(day.store.reader()), clinic)
        return min(starts[DANA.id, TODAY])

    planned = soonest()
    day.clock.advance(minutes=8)
    ruth = day.now("ruth-visit")
    finished = day.clock.now_utc()
    day.puts(replace(ruth, state=VisitState.DONE, started_at=began, finished_at=finished))
    assert soonest() < planned
