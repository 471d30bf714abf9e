"""Why not, and the smallest change: 3 practitioners with 8 visits each, against brute force."""

import random
import statistics
import time
from dataclasses import replace

from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.planner import Planner
from tests.planning.brute_change import Changes
from tests.planning.days import Straight, place, practitioner, stop
from tests.planning.test_why_not import CLINIC, At, needs_of, of, schedule_of, wanted


def full_day(seed: int, visits: int = 8):
    """Days with little room in them; most promises name who comes."""
    rolled = random.Random(seed)
    people, stops = [], {}
    for marker in (1, 2, 3):
        person = practitioner(marker, lunch=LunchRule())
        people.append(person)
        made, minute = [], 470
        for number in range(visits):
            where = place(rolled.randint(0, 9), rolled.randint(0, 9))
            one = stop(number, minute, 45, where, (15, 15))
            if rolled.random() < 0.7:
                one = replace(one, promise=replace(one.promise, practitioner_id=person.id))
            made.append(one)
            minute += 45 + rolled.randint(12, 22)
        stops[person.id] = of(person.id, made)
    return schedule_of(people, stops)


def test_why_not_on_full_days(capsys):
    took = []
    for seed in range(60):
        schedule = full_day(seed)
        needs = needs_of(schedule)
        start = time.perf_counter()
        Planner().why_not(
            wanted(place(seed % 9, seed % 7)), schedule, Straight(), CLINIC,
            At("p1", 480 + 8 * seed), needs,
        )  # fmt: skip
        took.append(1000 * (time.perf_counter() - start))
    small = full_day(1, visits=2)
    clinic = replace(CLINIC, slot_grid_min=30)
    request, needs = wanted(place(3, 3)), needs_of(small)
    start = time.perf_counter()
    Planner().why_not(request, small, Straight(), clinic, At("p1", 500), needs)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    Changes(request, small, Straight(), clinic, needs).answers("p1", 500)
    brute = time.perf_counter() - start
    with capsys.disabled():
        print(
            f"\nwhy not, 3 x 8 visits: p50 {statistics.median(took):.1f} ms,"
            f" worst {max(took):.1f} ms (goal 50);"
            f" 3 x 2 visits on a grid of 30: brute force takes {brute / ours:,.0f} times as long"
        )
