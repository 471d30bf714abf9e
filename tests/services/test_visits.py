"""What a person does with a booked visit; each is one named step that can be taken back."""

from datetime import timedelta

import pytest

from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.visit import Lock, VisitState
from clinic_desktop.services.visits import SetVisitState, next_steps
from tests.services.clinic_day import NOBODY, OFFICE, RUTH, SINCE, TOM, clinic_day


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def sets(day, visit_id, state, **rest):
    return day.visits.set_state(OFFICE, SetVisitState(visit_id=visit_id, state=state, **rest))


def test_a_visit_is_driven_to_started_and_finished_with_back_dated_times(day):
    now = day.clock.now_utc()
    for state, ago in (
        (VisitState.EN_ROUTE, 70),
        (VisitState.IN_PROGRESS, 55),
        (VisitState.DONE, 5),
    ):
        sets(day, RUTH.id, state, at_utc=now - timedelta(minutes=ago))
    done = day.now(RUTH.id)
    assert done.state is VisitState.DONE
    assert done.departed_at == now - timedelta(minutes=70)
    assert done.started_at == now - timedelta(minutes=55)
    assert done.finished_at == now - timedelta(minutes=5)
    assert next_steps(done) == ()


def test_a_step_that_cannot_follow_and_a_moment_to_come_are_refused(day):
    with pytest.raises(RuleBroken, match="booked cannot be set"):
        sets(day, TOM.id, VisitState.DONE)
    later = day.clock.now_utc() + timedelta(minutes=1)
    with pytest.raises(RuleBroken, match="not come yet"):
        sets(day, TOM.id, VisitState.EN_ROUTE, at_utc=later)
    assert day.now(TOM.id) == TOM


def test_a_cancellation_needs_its_reason_and_can_be_undone(day):
    with pytest.raises(RuleBroken, match="reason"):
        sets(day, TOM.id, VisitState.CANCELLED, reason="  ")
    changes = sets(day, TOM.id, VisitState.CANCELLED, reason=" has the flu ")
    assert changes.operation == "Cancel Tom K."
    assert day.now(TOM.id).cancel_reason == "has the flu"
    day.store.undo(OFFICE, SINCE)
    assert day.now(TOM.id) == TOM


def test_a_no_show_is_final_but_for_undo(day):
    sets(day, TOM.id, VisitState.NO_SHOW)
    with pytest.raises(RuleBroken):
        sets(day, TOM.id, VisitState.BOOKED)


def test_confirmed_and_back(day):
    day.visits.toggle_confirmed(OFFICE, TOM.id)
    assert day.now(TOM.id).confirmed
    day.visits.toggle_confirmed(OFFICE, TOM.id)
    assert not day.now(TOM.id).confirmed


def test_each_lock_is_its_own(day):
    day.visits.toggle_lock(OFFICE, TOM.id, Lock.TIME)
    day.visits.toggle_lock(OFFICE, TOM.id, Lock.ORDER)
    changes = day.visits.toggle_lock(OFFICE, TOM.id, Lock.TIME)
    assert changes.operation == "Unlock Tom K."
    assert day.now(TOM.id).locks == {Lock.ORDER}


def test_someone_without_a_role_changes_nothing(day):
    for change in (
        lambda: day.visits.toggle_confirmed(NOBODY, TOM.id),
        lambda: day.visits.toggle_lock(NOBODY, TOM.id, Lock.TIME),
    ):
        with pytest.raises(PermissionRefused):
            change()
    assert day.now(TOM.id) == TOM
