from dataclasses import replace
from datetime import date

import pytest

from clinic_desktop.domain.clinic import Clinic, ClosingRules, OwnClosedDay
from clinic_desktop.domain.closed_days import closed_days, closed_on, public_holidays
from clinic_desktop.domain.practitioner import Licence, Practitioner, Profession
from clinic_desktop.domain.us_state import US_STATES, state_letters
from clinic_desktop.domain.working_time import WorkingPattern

CLINIC = Clinic(name="River Needle")


def test_the_usual_clinic_keeps_the_holidays_of_the_country_and_of_missouri():
    closed = closed_days(CLINIC, date(2026, 5, 1), date(2026, 11, 30))
    assert closed[date(2026, 11, 26)] == "Thanksgiving Day"
    assert date(2026, 5, 8) not in closed, "Truman Day is usually worked on"
    keeps_all = replace(CLINIC, closing=ClosingRules(open_holidays=frozenset()))
    assert closed_on(keeps_all, date(2026, 5, 8)) == "Truman Day"
    assert list(closed) == sorted(closed)
    assert closed_on(CLINIC, date(2026, 11, 25)) == ""


def test_dates_over_new_year_and_only_those():
    closed = closed_days(CLINIC, date(2026, 12, 25), date(2027, 1, 1))
    assert list(closed) == [date(2026, 12, 25), date(2027, 1, 1)]


def test_a_holiday_can_be_worked_on_observed_day_and_all():
    rules = ClosingRules(open_holidays=frozenset({"Independence Day", "Truman Day"}))
    clinic = replace(CLINIC, closing=rules)
    assert closed_days(clinic, date(2026, 7, 1), date(2026, 7, 31)) == {}
    assert closed_on(clinic, date(2026, 5, 8)) == ""
    assert closed_on(CLINIC, date(2026, 7, 3)) == "Independence Day (observed)"


def test_own_days_are_cut_to_what_is_asked_and_name_the_date_first():
    own = (OwnClosedDay(first=date(2026, 11, 25), last=date(2026, 11, 28), name="Moving"),)
    clinic = replace(CLINIC, closing=ClosingRules(own=own))
    assert closed_days(clinic, date(2026, 11, 26), date(2026, 11, 27)) == {
        date(2026, 11, 26): "Moving",
        date(2026, 11, 27): "Moving",
    }
    assert closed_days(clinic, date(2026, 11, 29), date(2026, 12, 3)) == {}


@pytest.mark.parametrize(
    ("country", "state", "known"),
    [("US", "", True), ("", "", False), ("US", "??", True), ("??", "", False)],
)
def test_an_unknown_place_has_no_holidays_of_its_own(country, state, known):
    assert bool(public_holidays(country, state, 2026)) == known


@pytest.mark.parametrize("typed", ["il", "IL", "Illinois", " illinois ", "I.L."])
def test_a_state_is_known_by_letters_and_by_name(typed):
    assert state_letters(typed) == "IL"
    assert len(US_STATES) == 51


def test_the_plain_licence_is_the_home_state_s_until_one_is_named():
    day = date(2026, 11, 24)
    person = Practitioner(
        id="p", first_name="Dana", last_name="Okafor", profession=Profession.PT, credentials="PT",
        marker=1, home=None, home_address=None, pattern=WorkingPattern(weekdays=((),) * 7),
        licence_number="7", licence_expires=day,
    )  # fmt: skip
    assert person.licensed("Missouri", day, "MO")
    assert not person.licensed("MO", date(2026, 11, 25), "MO")
    assert not person.licensed("IL", day, "MO")
    assert person.licensed("", date(2027, 1, 1), "MO"), "where, nobody knows"
    both = replace(person, licences=(Licence(state="il", number="8"), Licence(state="MO")))
    assert both.licensed("IL", date(2030, 1, 1), "MO")
    assert both.licensed("MO", date(2030, 1, 1), "MO")
    assert len(both.all_licences("MO")) == 2
    assert person.licensed("IL", day, ""), "the clinic has named no state of its own"
    assert not person.licensed("IL", date(2026, 11, 25), "")
    expired = replace(person, licences=(Licence(state="IL", expires=date(2026, 1, 1)),))
    assert not expired.licensed("IL", day, "")
