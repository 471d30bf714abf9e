"""The board of a day: plans, details, and what does not hold, in sentences."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic_desktop.domain.errors import NotFound, PermissionRefused
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import ServiceId, TimeOffId, VisitId
from clinic_desktop.domain.ports import ClinicalFlags
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.board import FindSlots, time_off_words
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    MARCUS,
    NOBODY,
    OFFICE,
    PATIENTS,
    PRIYA,
    RUTH,
    SITES,
    TODAY,
    TOM,
    at,
    clinic_day,
    promise,
    visit,
)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def away(start, end, reason="") -> TimeOff:
    return TimeOff(
        id=TimeOffId("off"), practitioner_id=DANA.id, start=start, end=end, reason=reason
    )


def test_everybodys_day_with_the_drives_between_and_the_totals(day):
    board = day.board.day(OFFICE, TODAY)
    assert [plan.practitioner.id for plan in board.plans] == [DANA.id, MARCUS.id, PRIYA.id]
    danas = board.plans[0]
    assert [stop.visit.id for stop in danas.stops] == [RUTH.id, TOM.id]
    assert len(danas.legs) == 3
    assert board.driving_min == danas.driving_min > 0
    assert board.metres == pytest.approx(danas.metres)
    assert board.conflicts == ()


def test_a_card_knows_the_patient_the_service_the_promise_and_the_neutral_flags(day):
    with day.store.operation("Flags", OFFICE, undoable=False) as op:
        op.put_flags(ClinicalFlags(patient_id=PATIENTS["ruth"].id, review_screening=True))
    detail = day.board.day(OFFICE, TODAY).details[RUTH.id]
    assert detail.patient.short_name == "Ruth A."
    assert detail.site.address.area == "Central West End"
    assert detail.service.short_name == "Follow-up"
    assert detail.visit.confirmed
    assert detail.promise.window_start == at(9, 15)
    assert detail.flags.review_screening


def test_cancelled_visits_leave_the_board_and_requested_ones_wait_beside_it(day):
    day.puts(
        replace(RUTH, state=VisitState.CANCELLED, cancel_reason="ill"),
        visit("gil", at(15), state=VisitState.REQUESTED),
    )
    board = day.board.day(OFFICE, TODAY)
    assert set(board.details) == {TOM.id}
    assert [d.visit.id for d in board.requested] == ["gil-visit"]


def test_a_drive_that_does_not_fit_and_the_promise_it_breaks_are_said(day):
    close = visit("gil", RUTH.end + timedelta(minutes=2))
    day.puts(close, promise(close, 0, 0))
    conflicts = day.board.day(OFFICE, TODAY).conflicts
    assert len(conflicts) == 2
    assert conflicts[0].startswith("Ruth A. to Gil M.: short by ")
    late = conflicts[0].split()[-2]
    assert conflicts[1] == f"Gil M.: {late} min after the promise"


def test_a_visit_planned_outside_its_promise_or_with_somebody_else_is_said(day):
    day.puts(
        replace(TOM, start=at(14)),
        replace(RUTH, practitioner_id=MARCUS.id),
    )
    assert set(day.board.day(OFFICE, TODAY).conflicts) == {
        "Tom K.: 45 min after the promise",
        "Ruth A.: somebody else was promised",
    }


def test_a_visit_in_time_off_is_said_and_the_band_has_words(day):
    off = away(at(12, 30), at(17), "dentist")
    day.puts(off)
    board = day.board.day(OFFICE, TODAY)
    assert "Tom K.: booked in Dana’s time off" in board.conflicts
    assert board.plans[0].time_off == (off,)
    words = time_off_words(off, TODAY, Formats())
    assert words == "Time off 12:30–5:00 PM · dentist"


def test_offers_over_everybody_certified_for_a_fortnight(day):
    found = day.find(limit=50)
    assert found.fitting > 100
    assert {slot.practitioner_id for slot in found.slots} == {DANA.id, MARCUS.id}
    assert all(slot.start >= at(8, 27) for slot in found.slots)
    assert all(slot.start.date() < TODAY + timedelta(days=14) for slot in found.slots)
    assert all(slot.start.weekday() < 5 for slot in found.slots)
    assert all(slot.estimated for slot in found.slots), "no roads: every drive is an estimate"
    assert any("Priya" in refusal for refusal in found.refusals)


def test_a_service_that_is_not_offered_any_more_is_said(day):
    with pytest.raises(NotFound, match="not offered"):
        day.board.find_slots(
            OFFICE, FindSlots(service_id=ServiceId("gone"), site_id=SITES["nora"].id)
        )


def test_a_site_without_a_point_is_still_offered_slots(day):
    found = day.board.find_slots(OFFICE, FindSlots(service_id=FOLLOW_UP.id, site_id=None))
    assert found.slots
    assert all(slot.estimated for slot in found.slots)


def test_someone_without_a_role_sees_no_board(day):
    with pytest.raises(PermissionRefused):
        day.board.day(NOBODY, TODAY)
    assert VisitId("ruth-visit") in day.board.day(OFFICE, TODAY).details


def test_just_this_time_is_answered_with_yes_or_why_not_and_the_nearest(day):
    command = FindSlots(service_id=FOLLOW_UP.id, site_id=SITES["tom"].id, moving=TOM.id, windows=())
    yes = day.board.at_time(OFFICE, command, DANA.id, at(14))
    assert yes.slot is not None
    assert (yes.slot.start, yes.slot.practitioner_id) == (at(14), DANA.id)
    no = day.board.at_time(OFFICE, command, DANA.id, at(9, 45))
    assert no.slot is None
    assert "another visit" in no.refusal
    assert no.nearest is not None
    there = day.board.at_time(OFFICE, command, DANA.id, no.nearest)
    assert there.slot is not None, "the nearest can really be had"
    past = day.board.at_time(OFFICE, command, DANA.id, at(9, day=TODAY - timedelta(days=1)))
    assert "passed" in past.refusal


def test_the_next_session_is_due_a_week_after_the_last_and_late_offers_say_so(day):
    last = TODAY - timedelta(days=7)
    day.puts(visit("nora", at(9, day=last), state=VisitState.DONE, practitioner_id=DANA.id))
    slots = day.find(practitioner_id=DANA.id).slots
    due = last + timedelta(days=7)
    assert slots[0].start.date() == due
    late = next(s for s in slots if s.start.date() > due)
    days = (late.start.date() - due).days
    assert late.reason.startswith(f"{days} day")
    assert "past the due date" in late.reason
    assert "off the due date" in [term.name for term in late.terms]
    day.puts(visit("nora", at(9, day=TODAY + timedelta(days=9)), id="booked"))
    again = day.find(practitioner_id=DANA.id).slots
    assert not any("due date" in s.reason for s in again), "the next session has its time"
