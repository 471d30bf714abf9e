"""The clinic's own prices rank its offers; before they are kept their effect is shown."""

from dataclasses import replace

import pytest

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.slot_weights import USUAL_WEIGHTS, SlotWeights
from clinic_desktop.planning.planner import Planner
from clinic_desktop.services.offers import OfferService
from tests.services.clinic_day import MARCUS, OFFICE, RUTH, SINCE, SITES, TOM, clinic_day

OWNER = replace(OFFICE, roles=frozenset({Role.OWNER}))


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


@pytest.fixture
def offers(day):
    return OfferService(day.store, day.board, Planner(), day.clock)


def test_the_next_visit_stands_for_an_example_and_other_prices_reorder_it(day, offers):
    same = offers.preview(OFFICE, USUAL_WEIGHTS)
    assert same.example == "Ruth A."
    assert same.now == same.then
    waiting = replace(USUAL_WEIGHTS, other_person=0.0, later_day=50.0)
    then = offers.preview(OFFICE, waiting).then
    assert {slot.start.date() for slot in then} == {then[0].start.date()}, "no day is waited"
    assert any(slot.practitioner_id == MARCUS.id for slot in then)


def test_a_fuller_day_costs_what_the_clinic_says(day, offers):
    heavy = replace(USUAL_WEIGHTS, other_person=0.0, balance=5.0)
    search = day.find()
    assert any(slot.practitioner_id != MARCUS.id for slot in search.slots)
    offers.keep(OWNER, heavy)
    first = day.find().slots[0]
    assert first.practitioner_id == MARCUS.id, "his day is empty, Dana's has two visits"
    assert first.cost == pytest.approx(sum(term.minutes for term in first.terms))


def test_prices_are_kept_by_the_owner_only_and_taken_back_by_undo(day, offers):
    other = SlotWeights(driving=2.0)
    with pytest.raises(PermissionRefused):
        offers.keep(OFFICE, other)
    offers.keep(OWNER, other)
    assert day.store.reader().clinic().weights == other
    day.store.undo(OWNER, SINCE)
    assert day.store.reader().clinic().weights == USUAL_WEIGHTS


def test_with_nothing_on_the_map_there_is_no_example(day, offers):
    for visit in (RUTH, TOM):
        key = visit.patient_id
        day.puts(replace(SITES[key], coordinate=None))
    assert offers.preview(OFFICE, USUAL_WEIGHTS).example == ""
