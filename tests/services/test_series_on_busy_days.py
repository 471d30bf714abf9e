"""Whatever else is on the board, a series brings no new conflict and undo leaves no trace."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from clinic_desktop.domain.ids import PatientId, SiteId, VisitId
from clinic_desktop.domain.series import Scope
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.series_plan import ChangeSeries, Repeat, SeriesStep
from tests.services.clinic_day import DANA, MARCUS, OFFICE, SINCE, TODAY, TOM, clinic_day, visit

WEEK = timedelta(weeks=1)
SPAN = 50


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def busy(day, rng):
    """Other people's visits, where they fit, on the days that the series may touch."""
    for n in range(1, SPAN):
        on = TODAY + timedelta(days=n)
        for person in (DANA, MARCUS):
            minute = 8 * 60 + rng.randrange(0, 60, 5)
            for who in rng.sample(("nora", "ruth", "gil"), k=rng.randint(1, 3)):
                if person is MARCUS and who == "ruth":
                    continue
                start = TODAY + timedelta(days=n)
                made = visit(
                    who,
                    TOM.start.replace(year=start.year, month=start.month, day=start.day, hour=0)
                    + timedelta(minutes=minute),
                    id=VisitId(f"{who}-{person.id}-{on}"),
                    patient_id=PatientId(who),
                    site_id=SiteId(f"{who}-home"),
                    practitioner_id=person.id,
                )
                if person.pattern.hours_on(on) and made.end_min < 16 * 60:
                    day.puts(made)
                minute += rng.randrange(60, 150, 5)


def conflicts(day):
    return {
        (n, sentence)
        for n in range(SPAN)
        for sentence in day.board.day(OFFICE, TODAY + timedelta(days=n)).conflicts
    }


def settled(day, command):
    """The command with an answer to each conflict: the first offer, else left out."""
    for _round in range(20):
        plan = day.series.plan(OFFICE, command)
        if not plan.open:
            accepted = frozenset(told.promise_id for told in plan.tellings)
            return replace(command, accept_promises=accepted), plan
        item = plan.open[0]
        tried = item.number in command.choices
        answer = None if tried or not item.offers else item.offers[0]
        command = replace(command, choices={**command.choices, item.number: answer})
    raise AssertionError("the choices never end")


@pytest.mark.parametrize("seed", range(8))
def test_a_series_is_booked_and_moved_without_a_new_conflict(day, seed):
    rng = random.Random(seed)
    busy(day, rng)
    before = conflicts(day)
    command, plan = settled(
        day,
        ChangeSeries(visit_id=TOM.id, repeat=Repeat(every_weeks=rng.choice((1, 2)), count=4)),
    )
    day.series.change(OFFICE, command)
    assert conflicts(day) <= before
    series_id = day.now(TOM.id).series_id
    members = day.store.reader().visits_of_series(series_id)
    assert len(members) == 4 - plan.steps(SeriesStep.SKIP)
    by_hand = {v.id: v for v in members if v.by_hand}

    moved = ChangeSeries(
        visit_id=TOM.id,
        scope=rng.choice((Scope.FOLLOWING, Scope.ALL)),
        start=TOM.start + timedelta(days=rng.choice((0, 1, 2)), minutes=5 * rng.randint(1, 24)),
        practitioner_id=rng.choice((DANA, MARCUS)).id,
    )
    command, plan = settled(day, moved)
    day.series.change(OFFICE, command)
    unkept = {item.before.id for item in plan.items if item.tell and item.before}
    told = {"planned outside the promise", "somebody else was promised", "after the promise"}
    fresh = conflicts(day) - before
    assert all(any(words in sentence for words in told) for _n, sentence in fresh)
    assert bool(fresh) <= bool(unkept), "every new one is a promise that was listed"
    for visit_id, kept in by_hand.items():
        assert day.now(visit_id) == kept
    day.store.undo(OFFICE, SINCE)
    assert day.store.reader().visits_of_series(series_id) == members
    day.store.undo(OFFICE, SINCE)
    assert day.store.reader().visits_of_series(series_id) == []
    assert day.now(TOM.id) == TOM
    assert day.now(TOM.id).state is VisitState.BOOKED
