"""A whole course: 5 sessions, 3 practitioners, 60 days, against a plain search for each."""

import random
import time
from dataclasses import replace
from datetime import timedelta

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.course import CourseRequest, CourseSession
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.planner import Planner
from tests.planning.days import DAY, PROFILE, Straight, place, practitioner, service, stop
from tests.planning.test_course_search import MIDNIGHT

CLINIC = Clinic(name="Gateway", profile=PROFILE)


def sixty_days(visits: int) -> Schedule:
    """Days that get emptier the further ahead they lie, as calendars do."""
    rolled = random.Random(5)
    people = tuple(practitioner(m, lunch=LunchRule()) for m in (1, 2, 3))
    days = tuple(DAY + timedelta(days=n) for n in range(60))
    stops = {}
    for person in people:
        for n, day in enumerate(days):
            made, minute = [], 470
            for number in range(max(0, visits - n // 8)):
                one = stop(
                    number, minute, 45, place(rolled.randint(0, 9), rolled.randint(0, 9)),
                    (15, 15), day,
                )  # fmt: skip
                key = f"{person.id}-{n}-{number}"
                visit = replace(one.visit, id=key, practitioner_id=person.id)
                made.append(replace(one, visit=visit, promise=replace(one.promise, visit_id=key)))
                minute += 45 + rolled.randint(15, 40)
            stops[person.id, day] = tuple(made)
    return Schedule(practitioners=people, days=days, stops=stops, time_off=(), names={})


def test_a_course_of_five(capsys):
    schedule = sixty_days(visits=8)
    sessions = tuple(
        CourseSession(service=service(), label=f"{n}", door_min=door, min_days=5, max_days=10)
        for n, door in enumerate((85, 45, 45, 45, 60))
    )
    request = CourseRequest(
        sessions=sessions, place=place(4, 4), state="", windows=(), not_before=MIDNIGHT
    )
    took = []
    for _round in range(5):
        start = time.perf_counter()
        offers = Planner().course(request, schedule, Straight(), CLINIC)
        took.append(1000 * (time.perf_counter() - start))
    assert offers
    start = time.perf_counter()
    for session in sessions:
        for day in schedule.days:
            Planner().search(
                SlotRequest(
                    service=session.service, place=request.place, door_min=session.door_min,
                    not_before=MIDNIGHT,
                ),
                replace(schedule, days=(day,)), Straight(), CLINIC, 3,
            )  # fmt: skip
    plain = 1000 * (time.perf_counter() - start)
    with capsys.disabled():
        print(
            f"\ncourse of 5, 3 practitioners, 60 days: best of 5 {min(took):.0f} ms,"
            f" worst {max(took):.0f} ms (goal 200); a search for every session and day, without"
            f" putting them together, takes {plain / min(took):.1f} times as long"
        )
