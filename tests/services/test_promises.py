"""The ledger names what does not hold, just as the board does, and keeps every version."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import TimeOffId
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.phone_list import PhoneReason
from clinic_desktop.services.promises import Risk
from tests.services.clinic_day import (
    DANA,
    MARCUS,
    OFFICE,
    RUTH,
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


def lines(day):
    return {line.visit.id: line for line in day.promises.ledger(OFFICE)}


def test_promises_that_hold_are_listed_with_what_was_told(day):
    line = lines(day)[RUTH.id]
    assert (line.risk, line.why) == (Risk.HOLDS, "")
    assert line.promised_name == "Dana"
    assert line.promise.told_to == "the patient"


def test_a_visit_moved_out_of_its_promise_is_broken_until_it_is_promised_anew(day):
    day.puts(replace(TOM, start=at(15)))
    line = lines(day)[TOM.id]
    assert line.risk is Risk.BROKEN
    (task,) = [t for t in day.phoning.today(OFFICE) if t.reason is PhoneReason.PROMISE]
    assert task.visit.id == TOM.id
    assert "new time" in task.say
    changes = day.promises.tell_anew(OFFICE, TOM.id)
    assert changes.operation == "Promise Tom K. anew"
    assert lines(day)[TOM.id].risk is Risk.HOLDS
    old, new = day.promises.history(OFFICE, TOM.id)
    assert new.promise.replaces == old.promise.id
    assert (new.promise.window_start, new.promise.window_end) == (at(14, 45), at(15, 15))
    assert not [t for t in day.phoning.today(OFFICE) if t.reason is PhoneReason.PROMISE]
    with pytest.raises(RuleBroken, match="still holds"):
        day.promises.tell_anew(OFFICE, TOM.id)


def test_somebody_else_than_promised_time_off_and_nobody_are_broken(day):
    day.puts(replace(RUTH, practitioner_id=MARCUS.id))
    assert "Marcus comes" in lines(day)[RUTH.id].why
    day.puts(RUTH)
    day.puts(
        TimeOff(
            id=TimeOffId("off"), practitioner_id=DANA.id, start=at(9), end=at(10), reason="dentist"
        )
    )
    assert lines(day)[RUTH.id].why == "Dana is away then."
    day.puts(replace(TOM, state=VisitState.REQUESTED))
    assert lines(day)[TOM.id].why == "Promised, and nobody comes."


def test_little_to_spare_is_tight_and_comes_after_what_is_broken(day):
    day.puts(replace(promise(TOM), id="close", window_end=at(13, 3), replaces="tom-visit-promise"))
    day.puts(replace(RUTH, practitioner_id=MARCUS.id))
    ledger = day.promises.ledger(OFFICE)
    assert [line.risk for line in ledger] == [Risk.BROKEN, Risk.TIGHT]
    assert ledger[1].why == "Only 3 min to spare."


def test_what_is_over_or_called_off_is_no_promise_any_more(day):
    day.puts(replace(RUTH, state=VisitState.IN_PROGRESS))
    day.puts(replace(TOM, state=VisitState.CANCELLED))
    assert lines(day) == {}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    starts=st.lists(st.integers(0, 40), min_size=2, max_size=2),
    shift=st.integers(-60, 60),
)
def test_the_ledger_and_the_board_name_the_same_promises_broken(day, starts, shift):
    early, late = (at(9) + timedelta(minutes=5 * n) for n in sorted(starts))
    first = replace(RUTH, start=early)
    second = visit("gil", late + timedelta(minutes=50))
    day.puts(first, second)
    told = replace(
        promise(second),
        id=f"gil-{starts}-{shift}",
        window_start=second.start + timedelta(minutes=shift),
        window_end=second.start + timedelta(minutes=shift + 30),
    )
    day.puts(told)
    broken = {line.patient.short_name for line in lines(day).values() if line.risk is Risk.BROKEN}
    said = day.board.day(OFFICE, TODAY).conflicts
    named = {
        name
        for name in ("Ruth A.", "Gil M.", "Tom K.")
        if any(s.startswith(f"{name}:") and "promise" in s for s in said)
    }
    assert broken == named
