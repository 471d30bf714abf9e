"""A better plan for a day: proposed with every promise kept, listed, applied, taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.visit import Lock, VisitState
from clinic_desktop.services.proposals import StaleProposal
from tests.services.clinic_day import (
    DANA,
    MARCUS,
    NOBODY,
    OFFICE,
    PATIENTS,
    SINCE,
    SITES,
    TODAY,
    at,
    clinic_day,
    promise,
    visit,
)

EAST, WEST = Coordinate(lat=38.62, lon=-90.16), Coordinate(lat=38.62, lon=-90.36)
FAR = {"ruth": WEST, "tom": EAST, "nora": WEST, "gil": EAST}


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def wide(of):
    """Promised for any time of the day; what was told before is replaced."""
    older = f"{of.id}-promise" if of.id in ("ruth-visit", "tom-visit") else None
    return replace(
        promise(of),
        id=f"{of.id}-wide",
        window_start=at(8),
        window_end=at(16),
        replaces=older,
    )


@pytest.fixture
def criss(day):
    """Dana drives west, east, west, east; everybody was promised the whole day."""
    day.puts(*(replace(site, coordinate=FAR[key]) for key, site in SITES.items()))
    made = [
        visit(who, at(hour)) for who, hour in (("ruth", 8), ("tom", 10), ("nora", 13), ("gil", 15))
    ]
    made = [replace(m, start=m.start + timedelta(minutes=45)) for m in made]
    day.puts(*made, *(wide(m) for m in made))
    return day


def proposed(day, **changes):
    return day.proposals.propose(OFFICE, TODAY, SilentProgress(), **changes)


def test_a_crossing_day_is_put_in_order_and_every_promise_holds(criss) -> None:
    plan = proposed(criss)
    assert plan.proven
    assert plan.after.driving_min < plan.before.driving_min - 30
    assert plan.calls == ()
    assert plan.troubles == ()
    assert all(move.keeps_promise for move in plan.moves)
    order = [stop.visit.patient_id for stop in plan.proposed.plans[0].stops]
    assert {frozenset(order[:2]), frozenset(order[2:])} == {
        frozenset({PATIENTS["ruth"].id, PATIENTS["nora"].id}),
        frozenset({PATIENTS["tom"].id, PATIENTS["gil"].id}),
    }


def test_applied_it_stands_on_the_board_and_one_undo_takes_it_back(criss) -> None:
    plan = proposed(criss)
    before = criss.board.day(OFFICE, TODAY)
    criss.proposals.apply(OFFICE, plan)
    after = criss.board.day(OFFICE, TODAY)
    assert after.driving_min == plan.after.driving_min
    assert [p.stops for p in after.plans] == [p.stops for p in plan.proposed.plans]
    assert before.driving_min > after.driving_min
    assert criss.store.undo_name(OFFICE, SINCE) == "Plan of Tue, Nov 24"
    criss.store.undo(OFFICE, SINCE)
    assert criss.board.day(OFFICE, TODAY).details == before.details


def test_a_good_day_is_left_alone(criss) -> None:
    criss.proposals.apply(OFFICE, proposed(criss))
    again = proposed(criss)
    assert again.moves == ()
    assert not again.applicable
    with pytest.raises(RuleBroken, match="cannot be applied"):
        criss.proposals.apply(OFFICE, again)


def test_what_is_locked_promised_closely_or_under_way_stays(criss) -> None:
    nora = criss.now("nora-visit")
    criss.puts(replace(nora, locks=frozenset({Lock.TIME})))
    plan = proposed(criss)
    assert nora.id not in {move.visit_id for move in plan.moves}
    tom = criss.now("tom-visit")
    criss.puts(promise(tom, before=0, after=0, id="tom-close", replaces="tom-visit-wide"))
    criss.puts(replace(criss.now("gil-visit"), state=VisitState.EN_ROUTE))
    plan = proposed(criss)
    assert not {tom.id, VisitId("gil-visit"), nora.id} & {m.visit_id for m in plan.moves}


def test_an_order_lock_keeps_the_whole_route_in_its_order(criss) -> None:
    criss.puts(replace(criss.now("tom-visit"), locks=frozenset({Lock.ORDER})))
    plan = proposed(criss)
    order = [stop.visit.patient_id for stop in plan.proposed.plans[0].stops]
    assert order == [PATIENTS[who].id for who in ("ruth", "tom", "nora", "gil")]


def test_somebody_else_comes_only_when_asked_and_then_it_is_a_call(criss) -> None:
    assert all(m.practitioner_id == DANA.id for m in proposed(criss).moves)
    criss.puts(replace(MARCUS, home=EAST), replace(DANA, home=WEST))
    alone = proposed(criss)
    plan = proposed(criss, others_may_come=True)
    assert plan.after.driving_min < alone.after.driving_min
    assert {m.visit_id for m in plan.calls} == {VisitId("tom-visit"), VisitId("gil-visit")}
    assert {m.practitioner_id for m in plan.calls} == {MARCUS.id}
    criss.proposals.apply(OFFICE, plan)
    assert criss.now("tom-visit").practitioner_id == MARCUS.id
    told = criss.store.reader().promises_for([VisitId("tom-visit")])[VisitId("tom-visit")]
    assert told.practitioner_id == DANA.id


def test_a_plan_made_on_another_footing_is_refused_and_says_whose(criss) -> None:
    plan = proposed(criss)
    nora = criss.now("nora-visit")
    criss.puts(replace(nora, start=nora.start + timedelta(minutes=5)))
    with pytest.raises(StaleProposal, match="Nora"):
        criss.proposals.apply(OFFICE, plan)
    assert criss.now("ruth-visit").start == at(8, 45)


def test_only_the_office_plans_and_only_days_to_come(criss) -> None:
    with pytest.raises(PermissionRefused):
        criss.proposals.propose(NOBODY, TODAY, SilentProgress())
    with pytest.raises(RuleBroken, match="over"):
        criss.proposals.propose(OFFICE, TODAY - timedelta(days=1), SilentProgress())
    with pytest.raises(RuleBroken, match="nothing to plan"):
        criss.proposals.propose(OFFICE, TODAY + timedelta(days=9), SilentProgress())


def test_stopped_at_once_it_proposes_nothing_worse(criss) -> None:
    class Stopped(SilentProgress):
        def stop_requested(self) -> bool:
            return True

    plan = criss.proposals.propose(OFFICE, TODAY, Stopped())
    assert plan.after.driving_min <= plan.before.driving_min
    assert plan.troubles == ()
