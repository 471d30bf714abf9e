"""Rules hold through undo and through edits made later; the board says what does not."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import UserId, VisitId
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.working_time import MinuteSpan, WorkingPattern
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.booking import BookVisit
from clinic_desktop.services.visits import SetVisitState
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    OFFICE,
    SINCE,
    SITES,
    TODAY,
    TOM,
    at,
    clinic_day,
)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def test_taking_a_cancellation_back_books_nobody_twice(day):
    other = replace(OFFICE, user_id=UserId("olga"))
    gone = SetVisitState(visit_id=TOM.id, state=VisitState.CANCELLED, reason="ill")
    day.visits.set_state(OFFICE, gone)
    window = CallerWindow(first=TODAY, last=TODAY, earliest=time(13), latest=time(13, 45))
    slot = day.find(window, practitioner_id=DANA.id).slots[0]
    day.booking.book_visit(
        other,
        BookVisit(
            patient_id=SITES["nora"].patient_id,
            site_id=SITES["nora"].id,
            service_id=FOLLOW_UP.id,
            slot=slot,
            promise_start=slot.promise_start,
            promise_end=slot.promise_end,
        ),
    )
    with pytest.raises(RuleBroken, match="Nora has been given that time"):
        day.store.undo(OFFICE, SINCE)
    assert day.now(TOM.id).state is VisitState.CANCELLED


def test_hours_and_certificates_that_were_changed_later_show_on_the_board(day):
    short = WorkingPattern(weekdays=((MinuteSpan(start_min=450, end_min=600),),) * 7, lunch=None)
    day.puts(replace(DANA, pattern=short, certifications=()))
    conflicts = day.board.day(OFFICE, TODAY).conflicts
    assert "Tom K.: outside Dana’s hours" in conflicts
    assert "Tom K.: Dana is not certified for it" in conflicts
    assert any("home" in sentence and "after work" in sentence for sentence in conflicts)


def test_a_promised_visit_that_nobody_makes_is_said_and_listed(day):
    day.puts(replace(TOM, state=VisitState.REQUESTED))
    board = day.board.day(OFFICE, TODAY)
    assert "Tom K.: promised, and nobody comes" in board.conflicts
    assert [d.visit.id for d in board.requested] == [TOM.id]


def test_ones_own_history_is_not_hidden_behind_the_lines_of_others(day):
    audit = AuditService(day.store)
    audit.note_login(OFFICE)
    busy = replace(OFFICE, user_id=UserId("olga"))
    for _line in range(30):
        audit.note_login(busy)
    assert audit.trail(OFFICE, limit=10)


def test_a_hold_whose_time_ran_out_blocks_no_day(day, clock):
    over = replace(
        TOM,
        id=VisitId("hold"),
        patient_id=SITES["nora"].patient_id,
        site_id=SITES["nora"].id,
        start=at(15),
        state=VisitState.HELD,
        held_until=clock.now_utc() - timedelta(minutes=1),
    )
    window = CallerWindow(first=TODAY, last=TODAY)
    before = {slot.start for slot in day.find(window, limit=50).slots}
    day.puts(over)
    assert {slot.start for slot in day.find(window, limit=50).slots} == before
    assert before
