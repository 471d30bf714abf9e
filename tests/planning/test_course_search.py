"""All sessions of a course at once: the cheapest together, equal to trying every combination."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.call import Keep
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.course import (
    CourseRequest,
    CourseSession,
    days_needed,
    last_day_before,
    usual_sessions,
)
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.service import ServiceKind
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.slot_weights import SlotWeights
from clinic_desktop.planning.planner import Planner
from tests.planning.brute_force import brute_force
from tests.planning.days import DAY, PROFILE, Straight, place, practitioner, service, stop

MIDNIGHT = datetime.combine(DAY, time())


@st.composite
def small_courses(draw):
    """Two people, a week and a half, two or three sessions with narrow spacings."""
    people = [practitioner(m, start=480, end=660, lunch=None) for m in (1, 2)]
    days = tuple(DAY + timedelta(days=n) for n in range(draw(st.integers(4, 8))))
    stops = {}
    for person, day in product(people, days):
        made = []
        if draw(st.booleans()):
            corner = place(draw(st.integers(0, 6)), draw(st.integers(0, 6)))
            one = stop(1, draw(st.integers(500, 580)), 45, corner, (15, 15), day)
            number = f"{person.id}-{day.day}"
            visit = replace(one.visit, id=number, practitioner_id=person.id)
            made.append(replace(one, visit=visit, promise=replace(one.promise, visit_id=number)))
        stops[person.id, day] = tuple(made)
    sessions = []
    for number in range(draw(st.integers(2, 3))):
        least = draw(st.integers(1, 3))
        sessions.append(
            CourseSession(
                service=service(),
                label=f"{number}",
                door_min=draw(st.sampled_from((45, 60))),
                min_days=least,
                max_days=least + draw(st.integers(0, 2)),
            )
        )
    schedule = Schedule(practitioners=tuple(people), days=days, stops=stops, time_off=(), names={})
    last = draw(st.one_of(st.none(), st.sampled_from(days)))
    request = CourseRequest(
        sessions=tuple(sessions),
        place=place(draw(st.integers(0, 6)), draw(st.integers(0, 6))),
        state="",
        windows=(),
        not_before=MIDNIGHT,
        keep=draw(st.sampled_from(Keep)),
        wanted_id=draw(st.sampled_from((None, "p1", "p2"))),
        last_day=last,
    )
    return request, schedule


def tried(request, schedule, clinic):
    """The cost of the cheapest course, every combination of days and people tried; None if none."""
    weights = clinic.weights
    flat = replace(clinic, weights=replace(weights, later_day=0.0, other_person=0.0))
    nodes = []
    for session in request.sessions:
        wanted = SlotRequest(
            service=session.service,
            place=request.place,
            door_min=session.door_min,
            windows=request.windows,
            practitioner_id=request.wanted_id if request.keep is Keep.HARD else None,
            not_before=request.not_before,
        )
        best = {}
        for (who, start), (cost, _window, _slack) in brute_force(
            wanted, schedule, Straight(), flat
        ).items():
            key = (start.date(), who)
            best[key] = min(cost, best.get(key, cost))
        nodes.append(best)
    costs = []
    for way in product(*(list(best) for best in nodes)):
        cost = sum(best[node] for best, node in zip(nodes, way, strict=True))
        gaps = [(after[0] - before[0]).days for before, after in pairwise(way)]
        spacings = request.sessions[1:]
        if any(not s.min_days <= gap <= s.max_days for s, gap in zip(spacings, gaps, strict=True)):
            continue
        people = [who for _day, who in way]
        if request.keep is Keep.HARD and len(set(people)) > 1:
            continue
        cost += weights.later_day * sum(
            gap - s.min_days for s, gap in zip(spacings, gaps, strict=True)
        )
        if request.keep is Keep.SOFT:
            cost += weights.other_person * sum(a != b for a, b in pairwise(people))
            cost += weights.other_person * (request.wanted_id not in (None, people[0]))
        if request.last_day is None:
            cost += weights.later_day * (way[0][0] - schedule.days[0]).days
        elif way[-1][0] > request.last_day:
            continue
        else:
            cost += weights.later_day * (request.last_day - way[-1][0]).days
        costs.append(cost)
    return min(costs, default=None)


@settings(max_examples=25, deadline=None)
@given(made=small_courses(), change=st.sampled_from((0.0, 3.0, 12.0)))
def test_the_course_is_the_cheapest_of_all_combinations(made, change):
    request, schedule = made
    clinic = Clinic(
        name="Gateway", profile=PROFILE, slot_grid_min=30,
        weights=SlotWeights(other_person=change, later_day=1.5),
    )  # fmt: skip
    offers = Planner().course(request, schedule, Straight(), clinic)
    expected = tried(request, schedule, clinic)
    if expected is None:
        assert offers == ()
        return
    best = offers[0]
    assert round(best.cost, 6) == round(expected, 6)
    assert len(best.slots) == len(request.sessions)
    gaps = [(b.start.date() - a.start.date()).days for a, b in pairwise(best.slots)]
    for session, gap in zip(request.sessions[1:], gaps, strict=True):
        assert session.min_days <= gap <= session.max_days
    assert [o.cost for o in offers] == sorted(o.cost for o in offers)


def test_a_usual_course_is_evaluation_block_and_re_evaluation():
    kinds = {kind: replace(service(), kind=kind, id=kind.value) for kind in ServiceKind}
    sessions = usual_sessions(tuple(kinds.values()), with_evaluation=True, extra_min=5)
    assert [s.service.kind for s in sessions] == [
        ServiceKind.EVALUATION,
        *[ServiceKind.FOLLOW_UP] * 3,
        ServiceKind.RE_EVALUATION,
    ]
    assert [s.label for s in sessions] == ["", "1/3", "2/3", "3/3", ""]
    assert sessions[0].door_min == service().door_min + 5
    assert days_needed(sessions) == 14 + 10 + 10 + 10 + 14
    block = usual_sessions(tuple(kinds.values()), with_evaluation=False, with_re_evaluation=False)
    assert len(block) == 3


def test_before_a_race_the_course_is_as_late_as_it_may_be():
    days = tuple(DAY + timedelta(days=n) for n in range(40))
    person = practitioner(1)
    schedule = Schedule(practitioners=(person,), days=days, stops={}, time_off=(), names={})
    race = DAY + timedelta(days=35)
    session = CourseSession(service=service(), label="", door_min=45, min_days=7, max_days=10)
    request = CourseRequest(
        sessions=(session,) * 3, place=place(1, 1), state="", windows=(), not_before=MIDNIGHT,
        last_day=last_day_before(race),
    )  # fmt: skip
    clinic = Clinic(name="Gateway", profile=PROFILE)
    best = Planner().course(request, schedule, Straight(), clinic)[0]
    assert [(race - slot.start.date()).days for slot in best.slots] == [17, 10, 3]
