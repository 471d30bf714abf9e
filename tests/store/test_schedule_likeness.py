"""A name heard or typed with a slip still finds its people; a wrong number finds nobody."""

from dataclasses import replace
from datetime import date

import pytest

from tests.store.test_schedule_search import OFFICE
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
        ("Knorah", "nora"),
    ],
)
def test_a_slip_in_a_name_is_offered_as_did_you_mean(schedule, typed, who):
    assert not schedule.reader().find_patients(typed)
    assert schedule.reader().similar_patients(typed)[0].patient.id == who


@pytest.mark.parametrize("typed", ["Zed Zane", "314 555 0143", "Abott 0143", "x", "", "Nora Zane"])
def test_what_is_like_nobody_offers_nobody(schedule, typed):
    assert schedule.reader().similar_patients(typed) == []


def test_who_was_born_on_a_day_is_found_by_it(schedule):
    patient = schedule.reader().find_patients("nora")[0].patient
    born = date(1984, 12, 5)
    with schedule.operation("Note the birth date", OFFICE) as op:
        op.put(replace(patient, dob=born))
    (hit,) = schedule.reader().born_on(born)
    assert hit.patient.id == "nora"
    assert schedule.reader().born_on(date(1984, 5, 12)) == []


def test_a_household_is_everybody_with_the_same_words(schedule):
    reader = schedule.reader()
    people = [reader.find_patients(name)[0].patient for name in ("nora", "soren")]
    with schedule.operation("Link", OFFICE) as op:
        op.put_all([replace(person, household="Abbott") for person in people])
    assert {p.id for p in schedule.reader().household("Abbott")} == {p.id for p in people}
    assert schedule.reader().household("") == []
