"""One's own day: the visit under way or next, the drive there, and what being late does."""

from dataclasses import replace

import pytest

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.ids import ServiceId
from clinic_desktop.domain.lateness import LateFrom, LateKind
from clinic_desktop.domain.patient import PatientId
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.service import KitItem, Service, ServiceKind, kit_of
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.planning.planner import Planner
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.my_day import MyDayService
from clinic_desktop.services.visits import SetVisitState
from tests.services.clinic_day import (
    DANA,
    MARCUS,
    OFFICE,
    RUTH,
    SINCE,
    SITES,
    TODAY,
    TOM,
    at,
    clinic_day,
    visit,
)

ME = replace(OFFICE, roles=frozenset({Role.PRACTITIONER}), practitioner_id=DANA.id)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


@pytest.fixture
def mine(day):
    return MyDayService(day.board, Planner(), AuditService(day.store), day.clock)


def sets(day, visit_id, state):
    return day.visits.set_state(ME, SetVisitState(visit_id=visit_id, state=state))


def test_the_own_day_has_only_the_own_lane_and_the_next_visit_in_front(day, mine):
    own = mine.day(ME, TODAY)
    assert [plan.practitioner.id for plan in own.board.plans] == [DANA.id]
    assert [stop.detail.visit.id for stop in own.stops] == [RUTH.id, TOM.id]
    assert own.current == 0
    assert own.now_min == 8 * 60 + 27
    stop = own.stops[0]
    assert stop.arrive_min == own.now_min + stop.drive.minutes
    assert stop.leave_by_min == own.plan.legs[0].depart_min
    assert own.late.since is LateFrom.LEAVING
    assert own.late.base_min == stop.leave_by_min
    assert [s.detail.visit.id for s in own.after] == [TOM.id]


def test_a_log_in_that_treats_nobody_has_no_day_of_its_own(mine):
    with pytest.raises(PermissionRefused, match="no practitioner"):
        mine.day(OFFICE, TODAY)


def test_somebody_without_visits_has_an_empty_day(mine):
    own = mine.day(replace(ME, practitioner_id=MARCUS.id), TODAY)
    assert (own.stops, own.current, own.late, own.finished) == ((), None, None, False)


def test_the_steps_of_a_visit_show_on_the_offices_board_and_can_be_taken_back(day, mine):
    sets(day, RUTH.id, VisitState.EN_ROUTE)
    day.clock.advance(minutes=4)
    own = mine.day(ME, TODAY)
    assert own.late.since is LateFrom.ARRIVING
    left = 8 * 60 + 27
    assert own.stops[0].arrive_min == left + own.stops[0].drive.minutes
    sets(day, RUTH.id, VisitState.IN_PROGRESS)
    own = mine.day(ME, TODAY)
    assert own.late.since is LateFrom.FINISHING
    assert own.late.base_min == RUTH.end_min
    assert (own.stops[0].drive, own.stops[0].arrive_min) == (None, None)
    on_board = day.board.day(OFFICE, TODAY).details[RUTH.id].visit
    assert on_board.state is VisitState.IN_PROGRESS
    sets(day, RUTH.id, VisitState.DONE)
    own = mine.day(ME, TODAY)
    assert own.current == 1
    assert day.store.undo_name(ME, SINCE) == "Finish Ruth A."
    day.store.undo(ME, SINCE)
    assert day.now(RUTH.id).state is VisitState.IN_PROGRESS


def test_after_the_last_visit_the_day_is_finished(day, mine):
    for one in (RUTH, TOM):
        sets(day, one.id, VisitState.IN_PROGRESS)
        sets(day, one.id, VisitState.DONE)
    own = mine.day(ME, TODAY)
    assert own.finished
    assert own.late is None


def test_on_another_day_nothing_is_driven_now(day, mine):
    tomorrow = TODAY.replace(day=25)
    day.puts(visit("nora", at(9, 30, tomorrow)))
    own = mine.day(ME, tomorrow)
    assert own.now_min is None
    assert (own.stops[0].drive, own.stops[0].arrive_min) == (None, None)


def test_a_visit_started_out_of_turn_is_the_one_in_front(day, mine):
    sets(day, TOM.id, VisitState.IN_PROGRESS)
    assert mine.day(ME, TODAY).current == 1


def test_the_way_to_a_site_without_a_point_is_not_known(day, mine):
    day.puts(replace(SITES["ruth"], coordinate=None))
    own = mine.day(ME, TODAY)
    assert (own.stops[0].drive, own.stops[0].arrive_min) == (None, None)
    assert own.late.steps()[0].kind is LateKind.HOLDS


def test_a_look_at_a_door_code_is_a_line_of_the_audit_trail_and_cannot_be_undone(day, mine):
    changes = mine.reveal_code(ME, SITES["ruth"].id)
    assert not changes.undoable
    line = day.store.reader().journal(limit=1)[0]
    assert (line.action, line.table, line.row_id) == ("read", "sites", SITES["ruth"].id)
    assert SITES["ruth"].patient_id == PatientId("ruth")


def test_the_kit_is_what_the_visits_that_are_left_take() -> None:
    needling = Service(
        id=ServiceId("n"), name="N", short_name="N", kind=ServiceKind.FOLLOW_UP, treatment_min=35,
        kit=(KitItem(name="0.30 x 50", count=6), KitItem(name="swabs", count=12)),
    )  # fmt: skip
    strength = replace(needling, id=ServiceId("s"), kit=(KitItem(name="swabs", count=1),))
    assert kit_of((needling, strength, needling)) == (
        KitItem(name="0.30 x 50", count=12),
        KitItem(name="swabs", count=25),
    )
    assert kit_of(()) == ()
