"""Slot search with warm legs: p50 and p99, and the ratio to plain brute force in the same run.

Compared with: the goal of under 20 ms, and ``tests/planning/brute_force.py`` on the same days.
"""

import random
import time as stopwatch
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.travel import BaseDrive, LegSource, drive_at, estimate_drive
from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.slot_search import search_slots
from tests.planning.brute_force import brute_force
from tests.planning.days import DAY, practitioner, service, stop

DAYS = 14
VISITS = 8
SEARCHES = 60
GOAL_MS = 20.0


class WarmLegs:
    """A drive book whose legs are all known."""

    def __init__(self) -> None:
        self._known: dict[tuple[Coordinate, Coordinate], BaseDrive] = {}

    def drive(self, start: Coordinate, end: Coordinate) -> BaseDrive:
        found = self._known.get((start, end))
        if found is None:
            straight = estimate_drive(start, end)
            found = self._known[start, end] = replace(straight, source=LegSource.ROADS)
        return found


def anywhere(rng: random.Random) -> Coordinate:
    return Coordinate(lat=38.55 + rng.random() * 0.13, lon=-90.4 + rng.random() * 0.2)


def full_days(people: int, drives: WarmLegs, clinic: Clinic, seed: int) -> Schedule:
    """Days of eight visits with the drives between them and half the idle time that is left."""
    rng = random.Random(seed)
    days = tuple(DAY + timedelta(days=n) for n in range(DAYS))
    team = [
        replace(practitioner(n + 1, lunch=LunchRule(), end=1080), home=anywhere(rng))
        for n in range(people)
    ]
    stops = {}
    for person in team:
        for day in days:
            minute, where, own = 480, person.home, []
            for n in range(VISITS):
                there = anywhere(rng)
                minute += drive_at(drives.drive(where, there), minute, clinic.profile).minutes
                minute = -(-(minute + rng.choice((0, 0, 5, 10, 15))) // 5) * 5
                if 700 < minute < 760:
                    minute += 30
                promised = (15, 15) if rng.random() < 0.9 else None
                made = stop(n, minute, 45 if rng.random() < 0.8 else 30, there, promised, day)
                own.append(
                    replace(
                        made,
                        visit=replace(
                            made.visit, id=f"{person.id}-{day}-{n}", practitioner_id=person.id
                        ),
                    )
                )
                minute, where = made.visit.end_min, there
            if rng.random() < 0.5:
                del own[rng.randrange(VISITS)]
            stops[person.id, day] = tuple(own)
    return Schedule(practitioners=tuple(team), days=days, stops=stops, time_off=(), names={})


@pytest.mark.parametrize("people", [3, 20])
def test_slot_search(people: int) -> None:
    drives, clinic = WarmLegs(), Clinic(name="Bench")
    rng = random.Random(7)
    schedule = full_days(people, drives, clinic, people)
    requests = [
        SlotRequest(
            service=service(),
            place=anywhere(rng),
            door_min=45,
            not_before=datetime.combine(DAY, time(8, 26)),
            preferred_id=schedule.practitioners[n % people].id,
        )
        for n in range(SEARCHES)
    ]
    for wanted in requests:  # the legs are known from here on
        found = search_slots(wanted, schedule, drives, clinic)
    times = []
    for wanted in requests:
        began = stopwatch.perf_counter()
        found = search_slots(wanted, schedule, drives, clinic)
        times.append((stopwatch.perf_counter() - began) * 1000)
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    began = stopwatch.perf_counter()
    fits = brute_force(requests[-1], schedule, drives, clinic)
    plain = (stopwatch.perf_counter() - began) * 1000
    assert found.fitting == len(fits)
    print(
        f"\nslot search, {people} practitioners x {DAYS} days x {VISITS} visits: "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms (goal {GOAL_MS:.0f} ms at 3 x 14 x 8); "
        f"{found.fitting} fit of {found.checked} checked; "
        f"plain brute force {plain:.0f} ms, {plain / p50:.0f} times as long"
    )
