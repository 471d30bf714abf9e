"""Roads without a map, and weeks of days that were driven on them."""

import random
from datetime import timedelta

from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.travel import BaseDrive, drive_at
from clinic_desktop.domain.visit import VisitState
from tests.services.clinic_day import DANA, SITES, TODAY, ZONE, at, visit

HOME, RUTHS, TOMS = DANA.home, SITES["ruth"].coordinate, SITES["tom"].coordinate


class ConstantRoads:
    """Two minutes a kilometre along the roads between any two places."""

    def open_region(self):
        return None

    def book(self, pairs):
        return self

    def drive(self, start, end):
        metres = start.metres_to(end)
        return BaseDrive(seconds=240 + metres * 0.12, metres=metres)


def driven_days(day, factor, days=40, early=0):
    """Each day to Ruth from home and on to Tom, taking ``factor`` times as long as computed."""
    rng = random.Random(7)
    profile = day.store.reader().clinic().profile
    records = []
    for back in range(1, days + 1):
        date_ = TODAY - timedelta(days=back)
        origin = HOME
        for who, hour, place in (("ruth", 9, RUTHS), ("tom", 13, TOMS)):
            start = at(hour, 30, date_)
            drive = drive_at(ConstantRoads().drive(origin, place), hour * 60 + 10, profile)
            left = start - timedelta(minutes=drive.minutes + early)
            road_s = (drive.minutes - profile.parking_min) * 60
            took = road_s * factor * rng.uniform(0.96, 1.04) + profile.parking_min * 60
            records.append(
                visit(
                    who,
                    start,
                    id=VisitId(f"{who}-{back}"),
                    state=VisitState.DONE,
                    departed_at=to_utc(left, ZONE),
                    started_at=to_utc(left, ZONE) + timedelta(seconds=took + early * 60),
                    finished_at=to_utc(start + timedelta(minutes=50), ZONE),
                )
            )
            origin = place
    day.puts(*records)
