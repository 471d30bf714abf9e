"""What people know better than the roads wins, and a drive stays FIFO whatever they know."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.drive_corrections import (
    AreaFactor,
    Calibration,
    DriveCorrections,
    DriveOverride,
    PartFactor,
    cell_of,
    corrected,
)
from clinic_desktop.domain.ids import DriveOverrideId, UserId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import (
    ASSUMED_PROFILE,
    BaseDrive,
    DriveBook,
    LegSource,
    drive_at,
    estimate_drive,
)

HERE = Coordinate(lat=38.6, lon=-90.2)
THERE = Coordinate(lat=38.65, lon=-90.3)
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)


class Roads:
    """Ten minutes from anywhere to anywhere else, half of it on a motorway."""

    def drive(self, start: Coordinate, end: Coordinate) -> BaseDrive:
        if start == end:
            return estimate_drive(start, end)
        return BaseDrive(seconds=600, metres=8000, motorway_seconds=300)


def override(start: Coordinate, end: Coordinate, minutes: int) -> DriveOverride:
    return DriveOverride(
        id=DriveOverrideId("o"), start=start, end=end, minutes=minutes, by=UserId("u"), at=AT
    )


def book(**known: object) -> DriveBook:
    return corrected(Roads(), DriveCorrections(**known))  # type: ignore[arg-type]


def calibration(*factors: float, area: float = 1.0) -> Calibration:
    return Calibration(
        profile=ASSUMED_PROFILE,
        parts=tuple(
            PartFactor(start_min=part.start_min, factor=factor, drives=10)
            for part, factor in zip(ASSUMED_PROFILE.parts, factors, strict=True)
        ),
        areas=(AreaFactor(cell=cell_of(THERE), name="Shaw", factor=area, drives=12),),
        drives=40,
        error_before_min=4.0,
        error_after_min=2.0,
        band=0.1,
        first=date(2026, 10, 1),
        last=date(2026, 11, 1),
    )


def test_nothing_known_better_leaves_the_drives_as_they_are() -> None:
    roads = Roads()
    assert corrected(roads, DriveCorrections()) is roads


def test_a_drive_set_by_hand_wins_door_to_door_at_any_hour() -> None:
    drives = book(
        overrides={(HERE, THERE): override(HERE, THERE, 25)},
        parking={THERE: 9},
        calibration=calibration(*[3.0] * len(ASSUMED_PROFILE.parts)),
    )
    for depart in (0, 8 * 60, 17 * 60):
        drive = drive_at(drives.drive(HERE, THERE), depart, ASSUMED_PROFILE)
        assert (drive.minutes, drive.source, drive.band_min) == (25, LegSource.OVERRIDE, 0)
        assert drive.as_of == AT
    assert drives.drive(THERE, HERE).source is LegSource.ROADS, "the other way is another drive"


def test_a_door_that_takes_long_is_paid_by_those_who_arrive_there_only() -> None:
    drives = book(parking={THERE: 9})
    there = drive_at(drives.drive(HERE, THERE), 0, ASSUMED_PROFILE).minutes
    back = drive_at(drives.drive(THERE, HERE), 0, ASSUMED_PROFILE).minutes
    assert there - back == 9 - ASSUMED_PROFILE.parking_min


def test_the_same_house_costs_nothing_whatever_is_known() -> None:
    drives = book(parking={THERE: 9}, overrides={(THERE, THERE): override(THERE, THERE, 9)})
    assert drive_at(drives.drive(THERE, THERE), 0, ASSUMED_PROFILE).minutes == 0


def test_measured_factors_count_by_part_of_the_day_and_by_area() -> None:
    factors = [1.0 + index / 10 for index in range(len(ASSUMED_PROFILE.parts))]
    drives = book(calibration=calibration(*factors, area=1.5))
    base = drives.drive(HERE, THERE)
    assert base.rates == tuple(f * 1.5 for f in factors)
    assert base.band == 0.1
    assert drives.drive(THERE, HERE).rates == tuple(factors), "no factor is known there"


def test_measured_factors_mean_nothing_once_the_clinics_own_have_changed() -> None:
    measured = calibration(*[1.2] * len(ASSUMED_PROFILE.parts))
    clinic = Clinic(name="Gateway", calibration=measured)
    assert clinic.calibration_in_use is measured
    other = replace(clinic.profile, parking_min=clinic.profile.parking_min + 1)
    assert replace(clinic, profile=other).calibration_in_use is None


_RATES = st.lists(
    st.floats(0.3, 3.0),
    min_size=len(ASSUMED_PROFILE.parts),
    max_size=len(ASSUMED_PROFILE.parts),
)


@given(
    _RATES,
    st.floats(0.5, 2),
    st.floats(0, 1),
    st.none() | st.integers(0, 30),
    st.floats(60, 3 * 3600),
    st.integers(0, 1500),
    st.integers(0, 200),
)
def test_leaving_later_never_arrives_earlier_whatever_was_measured(
    rates: list[float],
    area: float,
    share: float,
    parking: int | None,
    seconds: float,
    depart: int,
    wait: int,
) -> None:
    class AnyRoads:
        def drive(self, start: Coordinate, end: Coordinate) -> BaseDrive:
            return BaseDrive(seconds=seconds, metres=1, motorway_seconds=seconds * share)

    known = DriveCorrections(
        parking={} if parking is None else {THERE: parking},
        calibration=calibration(*rates, area=area),
    )
    base = corrected(AnyRoads(), known).drive(HERE, THERE)
    early = depart + drive_at(base, depart, ASSUMED_PROFILE).minutes
    late = depart + wait + drive_at(base, depart + wait, ASSUMED_PROFILE).minutes
    assert late >= early
