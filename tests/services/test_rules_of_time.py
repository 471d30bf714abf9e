"""Closed days, licences by state and repeats through the services: search, book, move, board."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clinic_desktop.domain.clinic import ClosingRules, OwnClosedDay
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import TimeOffId
from clinic_desktop.domain.practitioner import Licence
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.working_time import DatedHours, TimeOff, WeeklyRepeat
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.booking import BookVisit
from clinic_desktop.services.moves import MoveVisit
from clinic_desktop.services.people import (
    AddTimeOff,
    PeopleService,
    ReassignVisits,
    VisitsInTheWay,
)
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    MARCUS,
    OFFICE,
    SITES,
    TODAY,
    TOM,
    at,
    clinic_day,
    visit,
)

THANKSGIVING = date(2026, 11, 26)
OWNER = replace(OFFICE, roles=frozenset({"owner"}))


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def search(day, **changes):
    command = FindSlots(service_id=FOLLOW_UP.id, site_id=SITES["nora"].id, limit=200, **changes)
    return day.board.find_slots(OFFICE, command)


def book(slot) -> BookVisit:
    return BookVisit(
        patient_id=SITES["nora"].patient_id, site_id=SITES["nora"].id, service_id=FOLLOW_UP.id,
        slot=slot, promise_start=slot.start, promise_end=slot.start,
    )  # fmt: skip


def lives_in(day, state: str) -> None:
    nora = SITES["nora"]
    day.puts(replace(nora, address=replace(nora.address, state=state)))


def test_no_slot_on_a_holiday_and_no_booking_into_one_that_was_open_before(day):
    only = (CallerWindow(first=THANKSGIVING, last=THANKSGIVING),)
    assert search(day, windows=only).slots == ()
    works = ClosingRules(open_holidays=frozenset({"Thanksgiving Day"}))
    clinic = day.store.reader().clinic()
    day.puts(replace(clinic, closing=works))
    slot = search(day, windows=only).slots[0]
    day.puts(clinic)
    with pytest.raises(RuleBroken, match="Thanksgiving Day: the clinic is closed"):
        day.booking.book_visit(OFFICE, book(slot))


def test_the_board_of_a_closed_day_says_so_and_names_what_is_booked_there(day):
    own = (OwnClosedDay(first=TODAY, last=TODAY, name="Moving house"),)
    assert day.board.day(OFFICE, TODAY).closed == ""
    day.puts(replace(day.store.reader().clinic(), closing=ClosingRules(own=own)))
    board = day.board.day(OFFICE, TODAY)
    assert board.closed == "Moving house"
    assert {(p.closed, p.hours) for p in board.plans} == {("Moving house", ())}
    assert "Tom K.: booked although the clinic is closed (Moving house)" in board.conflicts


def test_nothing_is_moved_onto_a_closed_day(day):
    start = datetime.combine(THANKSGIVING, at(10).time())
    command = MoveVisit(visit_id=TOM.id, start=start, practitioner_id=DANA.id)
    sentence = "Thanksgiving Day: the clinic is closed."
    assert day.moves.check(OFFICE, command).refusal == sentence


def test_across_the_river_only_who_is_licensed_there_is_offered_booked_and_moved_to(day):
    slot = search(day, practitioner_id=DANA.id).slots[0]
    lives_in(day, "Illinois")
    day.puts(replace(MARCUS, licences=(Licence(state="IL"),)))
    found = search(day)
    assert {slot.practitioner_id for slot in found.slots} == {MARCUS.id}
    assert "Dana Whitfield is not licensed in IL." in found.refusals
    with pytest.raises(RuleBroken, match="Dana Whitfield is not licensed in IL"):
        day.booking.book_visit(OFFICE, book(slot))
    there = visit("nora", at(15), practitioner_id=MARCUS.id)
    day.puts(there)
    moved = MoveVisit(visit_id=there.id, start=at(15, 10), practitioner_id=DANA.id)
    assert day.moves.check(OFFICE, moved).refusal == "Dana Whitfield is not licensed in IL."
    kept = replace(moved, practitioner_id=MARCUS.id)
    assert day.moves.check(OFFICE, kept).refusal == ""


def people_of(day, clock) -> PeopleService:
    return PeopleService(day.store, clock, lambda: "new")


def test_visits_are_given_to_nobody_without_the_licence(day, clock):
    lives_in(day, "IL")
    there = visit("nora", at(15), practitioner_id=DANA.id)
    day.puts(there)
    command = ReassignVisits(visit_ids=(there.id,), to=MARCUS.id)
    with pytest.raises(RuleBroken, match="Marcus Oyelaran is not licensed in IL"):
        people_of(day, clock).reassign(OWNER, command)


def test_time_off_that_repeats_sees_visits_weeks_ahead_and_refuses_them_after(day, clock):
    people = people_of(day, clock)
    later = visit("gil", at(14) + timedelta(weeks=4))
    day.puts(later)
    command = AddTimeOff(
        practitioner_id=DANA.id, start=at(14), end=at(16),
        repeats=WeeklyRepeat(every_weeks=2),
    )  # fmt: skip
    with pytest.raises(VisitsInTheWay) as told:
        people.add_time_off(OFFICE, command)
    assert told.value.visits == (later,)
    people.add_time_off(OFFICE, replace(command, visits_seen=True))
    board = day.board.day(OFFICE, later.day)
    assert board.conflicts == ("Gil M.: booked in Dana’s time off",)
    fortnight = MoveVisit(
        visit_id=TOM.id, start=at(15) + timedelta(weeks=2), practitioner_id=DANA.id
    )
    assert day.moves.check(OFFICE, fortnight).refusal == "Dana is away then."
    week = replace(fortnight, start=at(15) + timedelta(weeks=1))
    assert day.moves.check(OFFICE, week).refusal == ""


@pytest.mark.parametrize(
    ("end", "repeats", "sentence"),
    [
        (at(16), WeeklyRepeat(until=TODAY - timedelta(days=1)), "until after its first time"),
        (at(16) + timedelta(weeks=1), WeeklyRepeat(), "come again before it is over"),
    ],
)
def test_a_repeat_that_cannot_be_is_refused(day, clock, end, repeats, sentence):
    command = AddTimeOff(practitioner_id=DANA.id, start=at(14), end=end, repeats=repeats)
    with pytest.raises(RuleBroken, match=sentence):
        people_of(day, clock).add_time_off(OFFICE, command)


def test_time_off_that_repeats_is_found_by_its_dates_alone(day):
    weekly = TimeOff(
        id=TimeOffId("w"), practitioner_id=DANA.id, start=at(14), end=at(16),
        repeats=WeeklyRepeat(until=TODAY + timedelta(weeks=3)),
    )  # fmt: skip
    day.puts(weekly)
    reader = day.store.reader()
    for days, found in ((21, [weekly]), (28, []), (-7, [])):
        when = TODAY + timedelta(days=days)
        assert reader.time_off_between(when, when) == found


def test_an_exception_and_a_week_off_in_the_cycle_take_their_slots_away(day):
    pattern = replace(
        DANA.pattern,
        more_weeks=(((),) * 7,),
        anchor=date(2026, 11, 23),
        exceptions=(DatedHours(first=date(2026, 11, 25), last=date(2026, 11, 25)),),
    )
    day.puts(replace(DANA, pattern=pattern))
    days = {slot.start.date() for slot in search(day, practitioner_id=DANA.id).slots}
    assert days == {date(2026, 11, 24), date(2026, 11, 27), date(2026, 12, 7)}


def test_the_address_s_own_minutes_lengthen_the_visit(day):
    usual = search(day).slots[0]
    day.puts(replace(SITES["nora"], extra_door_min=15))
    longer = search(day).slots[0]
    assert usual.end - usual.start == timedelta(minutes=45)
    assert longer.end - longer.start == timedelta(minutes=60)
    day.booking.book_visit(OFFICE, book(longer))
    booked = [v for v in day.store.reader().visits_of_patient("nora", since=TODAY)]
    assert [v.door_min for v in booked] == [60]
