"""Draft, published, closed; and nobody who must be told is forgotten."""

from dataclasses import replace

import pytest

from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.published_day import DayState
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.move_rules import MoveVisit
from clinic_desktop.services.publishing import TellWhom
from tests.services.clinic_day import (
    DANA,
    MARCUS,
    NOBODY,
    OFFICE,
    RUTH,
    SINCE,
    TODAY,
    TOM,
    at,
    clinic_day,
    visit,
)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def move(day, of, start, who=DANA.id):
    command = MoveVisit(visit_id=of.id, start=start, practitioner_id=who)
    check = day.moves.check(OFFICE, command)
    agreed = frozenset(b.promise_id for b in check.broken)
    day.moves.move_visit(OFFICE, replace(command, accept_promises=agreed))


def lines(day):
    status = day.publishing.status(OFFICE, TODAY)
    return [(t.whom, t.name, t.what) for t in status.tellings]


def test_before_publishing_nobody_waits_to_be_told(day):
    move(day, RUTH, at(11))
    status = day.publishing.status(OFFICE, TODAY)
    assert (status.state, status.tellings, status.changes) == (DayState.DRAFT, (), 0)


def test_a_move_after_publishing_lists_the_patient_and_the_practitioner(day):
    day.publishing.publish(OFFICE, TODAY)
    assert lines(day) == []
    move(day, RUTH, at(11))
    assert lines(day) == [
        (TellWhom.PATIENT, "Ruth A.", "9:30 AM is now 11:00 AM"),
        (TellWhom.PRACTITIONER, "Dana", "Ruth A.: 9:30 AM is now 11:00 AM"),
    ]


def test_another_person_means_both_practitioners_hear(day):
    day.publishing.publish(OFFICE, TODAY)
    move(day, TOM, TOM.start, MARCUS.id)
    told = [(whom, name) for whom, name, _what in lines(day)]
    assert told == [
        (TellWhom.PATIENT, "Tom K."),
        (TellWhom.PRACTITIONER, "Dana"),
        (TellWhom.PRACTITIONER, "Marcus"),
    ]


def test_the_list_shrinks_as_people_are_told_and_a_further_change_asks_anew(day):
    day.publishing.publish(OFFICE, TODAY)
    move(day, RUTH, at(11))
    for telling in day.publishing.status(OFFICE, TODAY).tellings:
        day.publishing.told(OFFICE, TODAY, telling.key)
    assert lines(day) == []
    move(day, RUTH, at(11, 30))
    assert len(lines(day)) == 2
    move(day, RUTH, at(11))
    assert lines(day) == [], "they know of 11:00"
    day.store.undo(OFFICE, SINCE)
    assert len(lines(day)) == 2


def test_a_visit_put_back_where_it_was_needs_no_call(day):
    day.publishing.publish(OFFICE, TODAY)
    move(day, RUTH, at(11))
    day.store.undo(OFFICE, SINCE)
    assert lines(day) == []


def test_new_and_cancelled_visits_are_told(day):
    day.publishing.publish(OFFICE, TODAY)
    day.puts(visit("gil", at(15)), replace(TOM, state=VisitState.CANCELLED, cancel_reason="ill"))
    found = {(name, what) for whom, name, what in lines(day) if whom is TellWhom.PATIENT}
    assert found == {("Gil M.", "new at 3:00 PM with Dana"), ("Tom K.", "cancelled")}


def test_a_day_is_published_again_only_when_everybody_knows(day):
    day.publishing.publish(OFFICE, TODAY)
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        day.publishing.publish(OFFICE, TODAY)
    move(day, RUTH, at(11))
    with pytest.raises(RuleBroken, match="2 people still"):
        day.publishing.publish(OFFICE, TODAY)
    for telling in day.publishing.status(OFFICE, TODAY).tellings:
        day.publishing.told(OFFICE, TODAY, telling.key)
    day.publishing.publish(OFFICE, TODAY)
    status = day.publishing.status(OFFICE, TODAY)
    assert (status.published.revision, status.changes) == (2, 0)


def test_a_closed_day_is_settled_and_moves_no_more(day):
    day.publishing.publish(OFFICE, TODAY)
    with pytest.raises(RuleBroken, match="neither done"):
        day.publishing.close(OFFICE, TODAY)
    day.puts(*(replace(v, state=VisitState.CANCELLED, cancel_reason="ill") for v in (RUTH, TOM)))
    day.publishing.close(OFFICE, TODAY)
    day.puts(RUTH)
    with pytest.raises(RuleBroken, match="Nov 24 is closed"):
        move(day, RUTH, at(11))
    day.publishing.reopen(OFFICE, TODAY)
    move(day, RUTH, at(11))


def test_who_only_treats_ticks_off_but_does_not_publish(day):
    practitioner = replace(OFFICE, roles=frozenset({Role.PRACTITIONER}))
    with pytest.raises(PermissionRefused):
        day.publishing.publish(practitioner, TODAY)
    with pytest.raises(PermissionRefused):
        day.publishing.status(NOBODY, TODAY)
    day.publishing.publish(OFFICE, TODAY)
    move(day, RUTH, at(11))
    telling = day.publishing.status(practitioner, TODAY).tellings[0]
    day.publishing.told(practitioner, TODAY, telling.key)
    assert len(lines(day)) == 1


def test_publishing_is_undone_like_everything_else(day):
    day.publishing.publish(OFFICE, TODAY)
    assert day.store.undo_name(OFFICE, SINCE) == "Publish Tue, Nov 24"
    day.store.undo(OFFICE, SINCE)
    assert day.publishing.status(OFFICE, TODAY).state is DayState.DRAFT
