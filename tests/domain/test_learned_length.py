"""What visits really took is known from three on, by the middle one, and never from odd buttons."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from clinic_desktop.domain.ids import ServiceId
from clinic_desktop.domain.learned_length import LearnedLength, learned_lengths
from clinic_desktop.domain.visit import Visit, VisitState
from tests.services.clinic_day import RUTH

BEGUN = datetime(2026, 11, 2, 15, tzinfo=UTC)


def took(minutes: float, **changes: object) -> Visit:
    done = replace(
        RUTH,
        state=VisitState.DONE,
        started_at=BEGUN,
        finished_at=BEGUN + timedelta(minutes=minutes),
    )
    return replace(done, **changes)  # type: ignore[arg-type]


def test_two_visits_teach_nothing_three_do() -> None:
    assert learned_lengths([took(60), took(61)]) == {}
    assert learned_lengths([took(60), took(61), took(57)]) == {
        RUTH.service_id: LearnedLength(minutes=60, visits=3)
    }


def test_the_middle_counts_and_is_rounded_up() -> None:
    found = learned_lengths([took(46), took(47), took(48), took(95)])
    assert found[RUTH.service_id] == LearnedLength(minutes=50, visits=4)


def test_a_button_pressed_at_another_time_and_visits_not_done_are_left_out() -> None:
    odd = [took(1), took(400), took(50, state=VisitState.IN_PROGRESS), replace(RUTH)]
    assert learned_lengths([took(50), took(50), *odd]) == {}


def test_each_service_has_a_length_of_its_own() -> None:
    other = ServiceId("evaluation")
    visits = [took(50)] * 3 + [took(80, service_id=other)] * 3
    assert {k: v.minutes for k, v in learned_lengths(visits).items()} == {
        RUTH.service_id: 50,
        other: 80,
    }
