"""A time that is taken: why, what the smallest change is, and making it in one step."""

from dataclasses import replace

import pytest

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.visit import CancelledBy, VisitState
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.visits import SetVisitState
from clinic_desktop.services.why_not import AskWhyNot
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    OFFICE,
    PRIYA,
    RUTH,
    SINCE,
    SITES,
    TOM,
    at,
    clinic_day,
    promise,
)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def ask(start, who=DANA, site="nora") -> AskWhyNot:
    search = FindSlots(service_id=FOLLOW_UP.id, site_id=SITES[site].id)
    return AskWhyNot(search=search, practitioner_id=who.id, start=start)


def test_a_taken_time_names_the_visit_its_promise_and_the_smallest_change(day):
    answer = day.why_not.explain(OFFICE, ask(at(13)))
    assert answer.title == "Why not Tue, Nov 24 1:00 PM with Dana?"
    (blocking,) = [c for c in answer.why.checks if not c.ok and c.visit_id == TOM.id]
    assert blocking.sentence == "Tom K. is booked 1:00–1:45 PM."
    assert blocking.detail == "Promised 12:45–1:15 PM, told Fri, Nov 20."
    assert "lunch" in answer.passes
    (change,) = answer.changes
    assert change.visit_id == TOM.id
    assert change.effect.endswith("1 call.")
    assert answer.totals[:2] == ("1 promise broken", "1 call")


def test_applying_makes_the_time_free_in_one_step_that_undo_takes_back(day):
    answer = day.why_not.explain(OFFICE, ask(at(9, 30)))
    changes = day.why_not.apply(OFFICE, answer)
    assert changes.operation == "Make room Tue, Nov 24 9:30 AM with Dana"
    assert day.why_not.explain(OFFICE, ask(at(9, 30))).why.free
    moved = day.now(RUTH.id)
    assert moved.state is VisitState.BOOKED, "what was confirmed holds no more"
    told = day.store.reader().promises_for([RUTH.id])[RUTH.id]
    assert told == replace(promise(RUTH), told_at=told.told_at), "the ledger keeps what was told"
    day.store.undo(OFFICE, SINCE)
    assert day.now(RUTH.id) == RUTH


def test_a_day_that_changed_meanwhile_is_not_changed_by_an_old_answer(day):
    answer = day.why_not.explain(OFFICE, ask(at(13)))
    day.visits.set_state(
        OFFICE,
        SetVisitState(
            visit_id=TOM.id,
            state=VisitState.CANCELLED,
            reason="ill",
            cancelled_by=CancelledBy.PATIENT,
        ),
    )
    with pytest.raises(RuleBroken, match="changed since"):
        day.why_not.apply(OFFICE, answer)


def test_a_free_time_needs_no_change_and_a_rule_that_no_visit_breaks_has_none(day):
    free = day.why_not.explain(OFFICE, ask(at(15)))
    assert free.why.free
    assert free.changes == ()
    uncertified = day.why_not.explain(OFFICE, ask(at(13), PRIYA))
    assert not uncertified.why.free
    assert uncertified.changes == ()


def test_the_plans_show_the_days_as_they_would_be(day):
    answer = day.why_not.explain(OFFICE, ask(at(13)))
    (change,) = answer.why.change.changes
    stops = [s for plan in answer.plans for s in plan.stops if s.visit.id == TOM.id]
    assert [(s.visit.start, s.visit.practitioner_id) for s in stops] == [
        (change.start, change.practitioner_id)
    ]
