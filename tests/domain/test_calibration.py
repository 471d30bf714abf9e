"""Drives that were driven teach the program, but only where that helps on days it has not seen."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinic_desktop.domain.calibration import LEAST_DRIVES, DrivenDrive, fit_drives
from clinic_desktop.domain.drive_corrections import cell_of
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import ASSUMED_PROFILE, BaseDrive, drive_seconds

EAST = Coordinate(lat=38.62, lon=-90.20)
WEST = Coordinate(lat=38.62, lon=-90.45)


def days_of_driving(
    factor: Callable[[int, Coordinate], float], days: int = 40, noise: float = 0.08, seed: int = 1
) -> list[DrivenDrive]:
    """Six drives a day that took ``factor`` times as long as computed, and some noise."""
    rng = random.Random(seed)
    made: list[DrivenDrive] = []
    for day in range(days):
        for hour in (7, 8, 10, 13, 16, 18):
            end, area = rng.choice(((EAST, "Soulard"), (WEST, "Ballwin")))
            base = BaseDrive(seconds=rng.uniform(300, 1800), metres=9000)
            depart = hour * 60 + rng.randrange(50)
            computed = drive_seconds(base, depart * 60.0, ASSUMED_PROFILE)
            actual = computed * factor(depart, end) * rng.lognormvariate(0, noise)
            made.append(
                DrivenDrive(
                    day=date(2026, 8, 1) + timedelta(days=day),
                    depart_min=depart,
                    base=base,
                    end=end,
                    area=area,
                    seconds=actual,
                )
            )
    return made


def test_a_slow_area_and_a_slow_morning_are_found_and_lower_the_error() -> None:
    def truth(depart: int, end: Coordinate) -> float:
        return (1.2 if depart < 9 * 60 else 1.0) * (1.3 if end == WEST else 1.0)

    fit = fit_drives(days_of_driving(truth), ASSUMED_PROFILE)
    found = fit.calibration
    assert found is not None
    assert fit.error_after_min is not None
    assert fit.error_before_min is not None
    assert fit.error_after_min < fit.error_before_min / 2
    for part in found.parts:
        for end in (EAST, WEST):
            if part.drives < 20:
                continue
            area = next(a.factor for a in found.areas if a.cell == cell_of(end))
            morning = part.start_min < 9 * 60
            expected = (1.2 if morning else 1.0) * (1.3 if end == WEST else 1.0)
            assert part.factor * area == pytest.approx(expected, rel=0.08)
    assert {a.name for a in found.areas} == {"Soulard", "Ballwin"}
    assert sum(p.drives for p in found.parts) == found.drives == fit.drives
    assert 0.02 < found.band < 0.25, "four of five drives lie within it"


def test_where_the_roads_were_right_nothing_is_offered() -> None:
    fit = fit_drives(days_of_driving(lambda _depart, _end: 1.0), ASSUMED_PROFILE)
    assert fit.calibration is None
    assert fit.error_before_min is not None, "but what was measured is said"


def test_a_handful_of_drives_teaches_nothing() -> None:
    few = days_of_driving(lambda _depart, _end: 1.5)[: LEAST_DRIVES - 1]
    fit = fit_drives(few, ASSUMED_PROFILE)
    assert (fit.calibration, fit.error_before_min, fit.drives) == (None, None, len(few))


def test_a_stop_for_lunch_on_the_way_is_left_out() -> None:
    drives = days_of_driving(lambda _depart, _end: 1.0, noise=0.01)
    odd = days_of_driving(lambda _depart, _end: 4.0, days=2, noise=0.01)
    fit = fit_drives([*drives, *odd], ASSUMED_PROFILE)
    assert fit.left_out == len(odd)
    assert fit.drives == len(drives)


def test_an_area_driven_to_once_hardly_moves() -> None:
    there = Coordinate(lat=38.9, lon=-90.9)
    drives = days_of_driving(lambda _depart, _end: 1.2)
    once = days_of_driving(lambda _depart, _end: 2.0, days=1)[0]
    fit = fit_drives(
        [*drives, replace(once, end=there, area="Foristell")],
        ASSUMED_PROFILE,
    )
    assert fit.calibration is not None
    area = next(a for a in fit.calibration.areas if a.cell == cell_of(there))
    assert 1.0 < area.factor < 1.15
