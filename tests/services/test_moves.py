"""Moving a visit says which promises it would break, and breaks none that nobody agreed to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import PractitionerId, TimeOffId, VisitId
from clinic_desktop.domain.visit import Lock, VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.move_rules import MoveBoard, MoveVisit
from clinic_desktop.services.moves import PromisesInTheWay
from tests.services.clinic_day import (
    DANA,
    MARCUS,
    NOBODY,
    OFFICE,
    PRIYA,
    RUTH,
    SINCE,
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


def move(visit_id, start, who=DANA.id, accept=()) -> MoveVisit:
    return MoveVisit(
        visit_id=visit_id,
        start=start,
        practitioner_id=PractitionerId(who),
        accept_promises=frozenset(accept),
    )


def test_a_move_inside_the_promise_just_moves(day):
    command = move(TOM.id, at(13, 10))
    check = day.moves.check(OFFICE, command)
    assert (check.refusal, check.broken) == ("", ())
    assert [s.visit.start for s in check.plans[0].stops] == [RUTH.start, at(13, 10)]
    changes = day.moves.move_visit(OFFICE, command)
    assert changes.operation == "Move Tom K. to Tue, Nov 24 1:10 PM"
    assert day.now(TOM.id).start == at(13, 10)
    day.store.undo(OFFICE, SINCE)
    assert day.now(TOM.id) == TOM


def test_a_move_outside_the_promise_is_refused_until_it_is_accepted(day):
    command = move(RUTH.id, at(11))
    with pytest.raises(PromisesInTheWay) as told:
        day.moves.move_visit(OFFICE, command)
    assert [b.sentence for b in told.value.broken] == [
        "Ruth A. was promised 9:15–9:45 AM on Tue, Nov 24; Dana would come Tue, Nov 24 11:00 AM."
    ]
    assert day.now(RUTH.id) == RUTH
    accepted = [b.promise_id for b in told.value.broken]
    day.moves.move_visit(OFFICE, replace(command, accept_promises=frozenset(accepted)))
    moved = day.now(RUTH.id)
    assert moved.start == at(11)
    assert moved.state is VisitState.BOOKED, "what was confirmed was the old time"
    assert len(day.store.reader().promise_history(RUTH.id)) == 1


def test_another_patients_promise_that_the_move_makes_late_is_named(day):
    gil = visit("gil", at(13, 50))
    day.puts(gil, promise(gil, 0, 2))
    check = day.moves.check(OFFICE, move(TOM.id, at(13, 4)))
    assert [b.visit_id for b in check.broken] == [gil.id]


def test_a_promise_of_one_practitioner_is_broken_by_another(day):
    check = day.moves.check(OFFICE, move(TOM.id, TOM.start, MARCUS.id))
    assert [b.visit_id for b in check.broken] == [TOM.id]
    assert {plan.practitioner.id for plan in check.plans} == {DANA.id, MARCUS.id}
    told = promise(TOM)
    day.puts(replace(told, id="anybody", practitioner_id=None, replaces=told.id))
    assert day.moves.check(OFFICE, move(TOM.id, TOM.start, MARCUS.id)).broken == ()


def test_rules_that_no_agreement_lifts(day):
    day.puts(TimeOff(id=TimeOffId("off"), practitioner_id=MARCUS.id, start=at(9), end=at(12)))
    refusals = {
        move(TOM.id, at(9, 45)): "Dana has another visit then.",
        move(TOM.id, at(6)): "That time has passed.",
        move(TOM.id, at(16, 45)): "It lies outside Dana’s hours.",
        move(TOM.id, at(10), MARCUS.id): "Marcus is away then.",
        move(TOM.id, at(13), PRIYA.id): "Priya Whitfield is not certified for this service"
        " on that day.",
    }
    for command, sentence in refusals.items():
        assert day.moves.check(OFFICE, command).refusal == sentence
        with pytest.raises(RuleBroken, match=sentence):
            day.moves.move_visit(OFFICE, command)
    assert day.now(TOM.id) == TOM


def test_each_lock_holds_what_it_names(day):
    day.puts(replace(TOM, locks=frozenset({Lock.TIME})))
    assert "time" in day.moves.check(OFFICE, move(TOM.id, at(13, 5))).refusal
    day.puts(replace(TOM, locks=frozenset({Lock.PRACTITIONER})))
    assert "practitioner" in day.moves.check(OFFICE, move(TOM.id, TOM.start, MARCUS.id)).refusal
    day.puts(replace(TOM, locks=frozenset({Lock.ORDER})))
    assert "order" in day.moves.check(OFFICE, move(RUTH.id, at(15))).refusal
    assert day.moves.check(OFFICE, move(RUTH.id, at(9, 40))).refusal == ""


def test_a_visit_that_has_begun_is_not_moved_and_nobody_without_a_role_moves_one(day):
    day.puts(replace(TOM, state=VisitState.IN_PROGRESS))
    assert "begun" in day.moves.check(OFFICE, move(TOM.id, at(14))).refusal
    with pytest.raises(PermissionRefused):
        day.moves.move_visit(NOBODY, move(RUTH.id, at(9, 35)))


def test_to_another_day_both_days_are_laid_out_anew(day):
    command = move(TOM.id, TOM.start + timedelta(days=1))
    check = day.moves.check(OFFICE, command)
    assert [plan.day for plan in check.plans] == [TODAY, TODAY + timedelta(days=1)]
    assert [b.visit_id for b in check.broken] == [TOM.id]


def test_a_drive_that_becomes_too_short_and_a_lost_lunch_are_named_before_the_drop(day):
    gil = visit("gil", at(14))
    day.puts(gil)
    check = day.moves.check(OFFICE, move(TOM.id, at(13, 14)))
    assert check.refusal == ""
    assert [s for s in check.conflicts if "short by" in s]


def test_a_longer_visit_keeps_its_start_and_runs_into_the_next_one(day):
    day.moves.move_visit(OFFICE, replace(move(TOM.id, TOM.start), door_min=60))
    assert day.now(TOM.id).door_min == 60
    assert day.store.undo_name(OFFICE, SINCE) == "Tom K.: 60 minutes"
    too_short = day.moves.check(OFFICE, replace(move(TOM.id, TOM.start), door_min=5))
    assert "at least 10" in too_short.refusal


def test_a_copy_is_another_visit_without_a_promise_and_says_that_the_day_is_taken(day):
    command = replace(move(TOM.id, at(15, 30)), copy_as=VisitId("again"))
    check = day.moves.check(OFFICE, command)
    assert "Tom K. has another visit that day" in check.conflicts
    day.moves.move_visit(OFFICE, command)
    assert day.now(TOM.id) == TOM
    made = day.now(VisitId("again"))
    assert (made.patient_id, made.start, made.state) == (
        TOM.patient_id,
        at(15, 30),
        VisitState.BOOKED,
    )
    assert day.store.reader().promise_history(VisitId("again")) == []


def test_the_board_that_is_shown_gives_the_same_answer_as_the_file(day, clock):
    board = day.board.day(OFFICE, TODAY)
    shown = MoveBoard.of_day(board, at(8))
    for minute in range(0, 120, 5):
        for who in (DANA.id, MARCUS.id):
            command = move(RUTH.id, at(9) + timedelta(minutes=minute), who)
            assert day.moves.rules.check(shown, command) == day.moves.check(OFFICE, command)
