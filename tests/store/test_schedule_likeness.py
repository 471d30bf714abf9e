"""A name heard or typed with a slip still finds its people; a wrong number finds nobody."""

import pytest

from tests.store.test_schedule_search import schedule as schedule


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("Abott", "nora"),
        ("nora abot", "nora"),
        ("Nroa Abbott", "nora"),
        ("nunes", "nunez"),
        ("Soeren", "soren"),
        ("Mary-Jean", "mary"),
        ("oconner", "oconnor"),
    ],
)
def test_a_slip_in_a_name_is_offered_as_did_you_mean(schedule, typed, who):
    assert not schedule.reader().find_patients(typed)
    assert schedule.reader().similar_patients(typed)[0].patient.id == who


@pytest.mark.parametrize("typed", ["Zed Zane", "314 555 0143", "Abott 0143", "x", "", "Nora Zane"])
def test_what_is_like_nobody_offers_nobody(schedule, typed):
    assert schedule.reader().similar_patients(typed) == []
