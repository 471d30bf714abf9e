"""Drives set by hand win on the board; drives that were driven are measured, and used if asked."""

from dataclasses import replace

import pytest

from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.place import rounded
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.travel import LegSource, drive_at
from clinic_desktop.services.drive_times import DriveTimesService, SetDrive
from clinic_desktop.services.roads import RoadsService
from tests.services.clinic_day import (
    DANA,
    NOBODY,
    OFFICE,
    SINCE,
    SITES,
    TODAY,
    clinic_day,
)
from tests.services.driven import HOME, RUTHS, ConstantRoads, driven_days

OWNER = replace(OFFICE, roles=frozenset({Role.OWNER}))


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


@pytest.fixture
def drives(day):
    numbers = iter(range(1, 1000))
    roads = RoadsService(ConstantRoads(), lambda call: call())
    return DriveTimesService(day.store, roads, day.clock, lambda: f"drive-{next(numbers)}")


def to_ruth(minutes, **changes):
    return SetDrive(
        **{"start": HOME, "end": RUTHS, "minutes": minutes, "both_ways": False} | changes
    )


def first_leg(day):
    board = day.board.day(OFFICE, TODAY)
    return next(p for p in board.plans if p.practitioner.id == DANA.id).legs[0]


def test_the_board_plans_with_a_drive_that_somebody_set_and_forgets_it_again(day, drives):
    before = first_leg(day)
    changes = drives.set_drive(OFFICE, to_ruth(33, reason="  The bridge \n is closed "))
    leg = first_leg(day)
    assert (leg.drive.minutes, leg.drive.source) == (33, LegSource.OVERRIDE)
    assert leg.depart_min == before.depart_min - 33 + before.drive.minutes
    assert changes.operation == "Set a drive by hand"
    (kept,) = day.store.reader().drive_overrides()
    assert kept.reason == "The bridge is closed"
    drives.forget_drive(OFFICE, kept.id)
    assert first_leg(day) == before
    day.store.undo(OFFICE, SINCE)
    assert first_leg(day).drive.minutes == 33


def test_both_ways_are_one_operation_and_another_word_takes_the_place_of_the_first(day, drives):
    drives.set_drive(OFFICE, to_ruth(20, both_ways=True))
    drives.set_drive(OFFICE, to_ruth(25))
    kept = {(o.start, o.end): o.minutes for o in day.store.reader().drive_overrides()}
    here, there = rounded(HOME), rounded(RUTHS)
    assert kept == {(here, there): 25, (there, here): 20}
    day.store.undo(OFFICE, SINCE)
    day.store.undo(OFFICE, SINCE)
    assert day.store.reader().drive_overrides() == []


@pytest.mark.parametrize("minutes", [0, -3, 301])
def test_minutes_that_make_no_drive_are_refused(day, drives, minutes):
    with pytest.raises(RuleBroken, match="1 to 300 minutes"):
        drives.set_drive(OFFICE, to_ruth(minutes))
    with pytest.raises(RuleBroken, match="same place"):
        drives.set_drive(OFFICE, to_ruth(5, end=HOME))
    assert day.store.reader().drive_overrides() == []


def test_who_has_no_role_sets_nothing_and_only_the_owner_uses_measured_times(day, drives):
    with pytest.raises(PermissionRefused):
        drives.set_drive(NOBODY, to_ruth(5))
    with pytest.raises(PermissionRefused):
        drives.stop(OFFICE)


def test_a_drive_taken_out_twice_says_so(day, drives):
    drives.set_drive(OFFICE, to_ruth(20))
    (kept,) = day.store.reader().drive_overrides()
    drives.forget_drive(OFFICE, kept.id)
    with pytest.raises(RuleBroken, match="already"):
        drives.forget_drive(OFFICE, kept.id)


def test_a_leg_says_what_the_roads_would_say_and_who_knew_better(day, drives):
    drives.set_drive(OFFICE, to_ruth(33))
    view = drives.leg(OFFICE, HOME, RUTHS, 540)
    assert (view.shown.minutes, view.shown.source) == (33, LegSource.OVERRIDE)
    clinic = day.store.reader().clinic()
    assert view.by_roads == drive_at(ConstantRoads().drive(HOME, RUTHS), 540, clinic.profile)
    assert view.override.minutes == 33
    assert view.set_by == "office", "no user of that id is kept: the id stands for the name"
    assert view.factor is None
    back = drives.leg(OFFICE, RUTHS, HOME, 540)
    assert back.override is None
    assert back.shown == back.by_roads


def test_a_door_with_its_own_parking_costs_it_on_the_board(day, drives):
    before = first_leg(day).drive.minutes
    parking = day.store.reader().clinic().profile.parking_min
    day.puts(replace(SITES["ruth"], parking_min=parking + 8))
    assert first_leg(day).drive.minutes == before + 8
    assert drives.leg(OFFICE, HOME, RUTHS, 540).parking_min == parking + 8


def test_the_list_names_both_ends(day, drives):
    drives.set_drive(OFFICE, to_ruth(33))
    (named,) = drives.report(OFFICE).by_hand
    assert named.start_name == "Dana’s home"
    assert named.end_name == SITES["ruth"].address.one_line()
    assert named.by_roads == ConstantRoads().drive(rounded(HOME), rounded(RUTHS))


def test_slow_days_are_measured_with_the_place_one_came_from_and_used_when_the_owner_says(
    day, drives
):
    driven_days(day, 1.4)
    report = drives.report(OWNER)
    fit = report.fit
    assert fit.drives == 80
    assert fit.left_out == 0
    assert report.in_use is None
    assert fit.calibration is not None
    assert fit.error_after_min < fit.error_before_min / 2
    drives.use(OWNER, fit.calibration)
    assert drives.report(OWNER).in_use == fit.calibration
    view = drives.leg(OFFICE, HOME, RUTHS, 9 * 60 + 20)
    assert view.factor == pytest.approx(1.4, rel=0.1)
    plain = drive_at(ConstantRoads().drive(HOME, RUTHS), 560, day.store.reader().clinic().profile)
    assert view.shown.minutes > plain.minutes
    drives.stop(OWNER)
    assert drives.leg(OFFICE, HOME, RUTHS, 9 * 60 + 20).shown == plain
    day.store.undo(OWNER, SINCE)
    assert drives.report(OWNER).in_use == fit.calibration


def test_who_came_early_may_have_waited_and_teaches_nothing(day, drives):
    driven_days(day, 1.0, early=25)
    assert drives.report(OWNER).fit.drives == 0


def test_factors_measured_with_other_settings_are_not_used(day, drives):
    driven_days(day, 1.4)
    found = drives.report(OWNER).fit.calibration
    clinic = day.store.reader().clinic()
    day.puts(replace(clinic, profile=replace(clinic.profile, parking_min=9)))
    with pytest.raises(RuleBroken, match="have changed"):
        drives.use(OWNER, found)


def test_without_a_timed_drive_nothing_is_measured(day, drives):
    report = drives.report(OFFICE)
    assert (report.fit.drives, report.fit.calibration, report.by_hand) == (0, None, ())
