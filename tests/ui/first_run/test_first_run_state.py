"""The first run's way through its questions, without Qt."""

from dataclasses import replace
from itertools import count

import pytest

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.role import Role
from clinic_desktop.ui.first_run.first_run_state import (
    FirstRunState,
    PersonAnswers,
    Step,
    cents,
)

GOOD = "clear river 7"


def person(name: str, login: str, password: str = GOOD) -> PersonAnswers:
    return PersonAnswers(name=name, login=login, password=password, repeat=password)


def answered() -> FirstRunState:
    return FirstRunState(clinic=Clinic(name="River Needle"), owner=person("Dana Okafor", "dana"))


def ids():
    numbers = count()
    return lambda: f"id{next(numbers)}"


def test_the_default_is_a_clinic_in_the_united_states():
    clinic = FirstRunState().clinic
    assert (clinic.locale, clinic.clock, clinic.distance_unit) == ("en_US", "12h", "mi")


def test_a_clinic_without_a_name_stays_on_the_first_step():
    state = FirstRunState()
    assert "clinic" in state.next()
    assert state.step is Step.CLINIC


def test_answered_questions_lead_from_step_to_step_and_back():
    state = answered()
    seen = []
    while state.step is not Step.MAKING:
        seen.append(state.step)
        assert state.next() == {}
    assert seen == [Step.CLINIC, Step.OWNER, Step.PEOPLE, Step.SERVICES, Step.ROADS]
    state.back()
    assert state.step is Step.MAKING, "what is being made cannot be taken back"
    state.not_made()
    state.back()
    assert state.step is Step.SERVICES


def test_sheets_come_only_after_the_making():
    state = answered()
    with pytest.raises(ValueError, match="being made"):
        state.made()
    state.step = Step.MAKING
    state.made()
    assert state.step is Step.SHEETS


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "Dana"}, "owner_name"),
        ({"login": "  "}, "owner_login"),
        ({"password": "seven77", "repeat": "seven77"}, "owner_password"),
        ({"repeat": "clear river 8"}, "owner_repeat"),
    ],
)
def test_each_mistake_in_the_owner_is_told_beside_its_field(changed, field):
    state = answered()
    state.step = Step.OWNER
    state.owner = replace(state.owner, **changed)
    assert list(state.next()) == [field]


def test_two_people_cannot_share_a_log_in_name_whatever_its_capitals():
    state = answered()
    state.step = Step.PEOPLE
    state.practitioners = [person("Marcus Bell", "DANA")]
    assert "practitioner0_login" in state.next()
    state.practitioners = [person("Marcus Bell", "marcus"), person("Priya Nair", "marcus ")]
    assert "practitioner1_login" in state.next()


def test_people_left_empty_are_left_out_but_half_filled_ones_are_not():
    state = answered()
    state.step = Step.PEOPLE
    state.practitioners = [PersonAnswers(), PersonAnswers(name="Marcus Bell")]
    assert set(state.next()) == {"practitioner1_login", "practitioner1_password"}


def test_an_owner_who_does_not_treat_needs_a_practitioner():
    state = answered()
    state.step, state.owner_treats = Step.PEOPLE, False
    assert "practitioner0_name" in state.next()
    state.practitioners = [person("Marcus Bell", "marcus")]
    assert state.next() == {}


def test_a_price_that_is_none_is_told():
    state = answered()
    state.step = Step.SERVICES
    state.services[1].price = "about 90"
    assert list(state.next()) == ["service1_price"]
    state.services[1].offered = False
    assert state.next() == {}


@pytest.mark.parametrize(
    ("typed", "worth"),
    [("", 0), ("120", 12000), ("$1,200.5", 120050), ("0.05", 5), ("-3", None), ("1.234", None)],
)
def test_prices_are_read_as_typed(typed, worth):
    assert cents(typed) == worth


def test_everything_comes_out_together():
    state = answered()
    state.office = person("Olive Meyer", "office")
    state.practitioners = [person("Marcus  Bell", "marcus"), PersonAnswers()]
    state.services[0].price = "180"
    state.services[3].offered = False
    made = state.first_run(ids())
    owner, office, marcus = made.logins
    assert owner.roles == {Role.OWNER, Role.PRACTITIONER}
    assert owner.practitioner_index == 0
    assert office.roles == {Role.OFFICE}
    assert office.practitioner_index is None
    assert (marcus.name, marcus.practitioner_index) == ("Marcus Bell", 1)
    assert [p.marker for p in made.practitioners] == [1, 2]
    assert [s.short_name for s in made.services] == ["Evaluation", "Follow-up", "Re-evaluation"]
    assert made.services[0].price_cents == 18000
    assert made.extract is None


def test_passwords_do_not_stand_in_what_is_printed_of_the_state():
    assert GOOD not in repr(answered())
