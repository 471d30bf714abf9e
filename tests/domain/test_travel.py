"""Drives through the parts of the day: FIFO, and equal to a car stepped second by second."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import (
    ASSUMED_PROFILE,
    BaseDrive,
    DayPart,
    DriveProfile,
    LegSource,
    drive_at,
    drive_minutes,
    drive_seconds,
    estimate_drive,
    least_minutes,
)

_FACTORS = st.floats(min_value=0.4, max_value=3.0)
_STARTS = st.lists(st.integers(min_value=1, max_value=1439), unique=True, max_size=6).map(sorted)


@st.composite
def profiles(draw: st.DrawFn) -> DriveProfile:
    starts = [0, *draw(_STARTS)]
    return DriveProfile(
        parts=tuple(
            DayPart(
                start_min=start,
                street_factor=draw(_FACTORS),
                motorway_factor=draw(_FACTORS),
            )
            for start in starts
        ),
        parking_min=draw(st.integers(min_value=0, max_value=10)),
    )


@st.composite
def drives(draw: st.DrawFn) -> BaseDrive:
    seconds = draw(st.floats(min_value=0.5, max_value=4 * 3600))
    share = draw(st.floats(min_value=0, max_value=1))
    return BaseDrive(seconds=seconds, metres=seconds * 12, motorway_seconds=seconds * share)


def stepped_seconds(base: BaseDrive, depart_s: int, profile: DriveProfile) -> float:
    """The slow way: every second of the clock uses up work at the rate of its part of the day."""
    if base.seconds <= 0:
        return 0.0
    share = base.motorway_seconds / base.seconds
    work = base.seconds
    second = depart_s
    while True:
        part = max(
            (p for p in profile.parts if p.start_min * 60 <= second), key=lambda p: p.start_min
        )
        rate = 1 / (share * part.motorway_factor + (1 - share) * part.street_factor)
        if work <= rate:
            return second + work / rate - depart_s
        work -= rate
        second += 1


@given(drives(), profiles(), st.integers(min_value=0, max_value=26 * 3600))
def test_a_drive_takes_as_long_as_a_car_stepped_second_by_second(
    base: BaseDrive, profile: DriveProfile, depart_s: int
) -> None:
    expected = stepped_seconds(base, depart_s, profile)
    assert drive_seconds(base, depart_s, profile) == pytest.approx(expected, abs=1e-3)


@given(
    drives(),
    profiles(),
    st.floats(min_value=0, max_value=26 * 3600),
    st.floats(min_value=0, max_value=3 * 3600),
)
def test_leaving_later_never_arrives_earlier(
    base: BaseDrive, profile: DriveProfile, depart_s: float, wait_s: float
) -> None:
    early = depart_s + drive_seconds(base, depart_s, profile)
    late = depart_s + wait_s + drive_seconds(base, depart_s + wait_s, profile)
    assert late >= early - 1e-6


@given(drives(), profiles(), st.integers(0, 1500), st.integers(0, 180))
def test_the_minutes_on_the_board_never_let_the_later_car_arrive_first(
    base: BaseDrive, profile: DriveProfile, depart_min: int, wait_min: int
) -> None:
    early = depart_min + drive_at(base, depart_min, profile).minutes
    late = depart_min + wait_min + drive_at(base, depart_min + wait_min, profile).minutes
    assert late >= early


@given(
    drives(),
    profiles(),
    st.integers(0, 1600),
    st.lists(st.floats(min_value=0.5, max_value=2), max_size=3),
)
def test_no_departure_takes_less_than_the_least_minutes(
    base: BaseDrive, profile: DriveProfile, depart_min: int, rates: list[float]
) -> None:
    rated = replace(base, rates=tuple(rates))
    shown = drive_minutes(rated, depart_min, profile)
    assert least_minutes(rated, profile) <= shown
    assert shown == drive_at(rated, depart_min, profile).minutes


@given(drives(), profiles(), st.integers(0, 1439))
def test_the_minutes_on_the_board_can_be_kept_and_are_not_padded(
    base: BaseDrive, profile: DriveProfile, depart_min: int
) -> None:
    shown = drive_at(base, depart_min, profile).minutes - profile.parking_min
    needed = stepped_seconds(base, depart_min * 60, profile) / 60
    assert needed - 1e-4 <= shown < needed + 1 + 1e-4


def test_a_drive_into_the_rush_slows_down_only_from_there_on() -> None:
    profile = DriveProfile(
        parts=(
            DayPart(start_min=0, street_factor=1.0, motorway_factor=1.0),
            DayPart(start_min=480, street_factor=2.0, motorway_factor=3.0),
        )
    )
    street = BaseDrive(seconds=1200, metres=9000)
    motorway = BaseDrive(seconds=1200, metres=30000, motorway_seconds=1200)
    leave = 470 * 60.0
    assert drive_seconds(street, leave, profile) == 600 + 600 * 2
    assert drive_seconds(motorway, leave, profile) == 600 + 600 * 3
    assert drive_seconds(street, 0.0, profile) == 1200


def test_the_next_door_costs_no_drive_and_no_parking() -> None:
    here = Coordinate(lat=39.96, lon=-83.0)
    base = estimate_drive(here, here)
    assert drive_at(base, 600, ASSUMED_PROFILE).minutes == 0


def test_an_estimate_says_that_it_is_one() -> None:
    drive = drive_at(
        estimate_drive(Coordinate(lat=39.96, lon=-83.0), Coordinate(lat=39.99, lon=-83.0)),
        0,
        ASSUMED_PROFILE,
    )
    assert drive.estimated
    assert drive.source is LegSource.ESTIMATE
    straight_m = 6_371_008.8 * math.radians(0.03)
    assert drive.minutes == math.ceil((52 + 0.075 * straight_m) / 60) + 2


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (DayPart(start_min=5, street_factor=1, motorway_factor=1),),
        (
            DayPart(start_min=0, street_factor=1, motorway_factor=1),
            DayPart(start_min=0, street_factor=1, motorway_factor=1),
        ),
        (DayPart(start_min=0, street_factor=0, motorway_factor=1),),
    ],
)
def test_factors_that_make_no_day_are_refused(parts: tuple[DayPart, ...]) -> None:
    with pytest.raises(ValueError, match=r"day parts|factors"):
        DriveProfile(parts=parts)
