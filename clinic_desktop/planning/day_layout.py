"""Lays a practitioner's day out: the drives between visits, lunch, gap left and slack.

Slack of a leg is the largest overrun there before the first promise ahead breaks. It is found
backwards: the latest arrival at each stop that still lets all that follows hold, then the latest
departure that arrives by then. The tests hold it to a minute-by-minute simulation.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from clinic_desktop.domain.day_plan import DayPlan, Leg, Stop
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.travel import DriveBook, DriveProfile
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, TimeOff, subtract
from clinic_desktop.planning.drive_clock import DriveClock

NEVER: Final = 10**6
"""A latest arrival where nothing ahead limits it."""


def lay_out_day(
    practitioner: Practitioner,
    day: date,
    stops: Sequence[Stop],
    time_off: Sequence[TimeOff],
    drives: DriveBook,
    profile: DriveProfile,
) -> DayPlan:
    """One practitioner's day as the board shows it.

    Args:
        practitioner: whose day, with home and hours.
        day: the local date.
        stops: the visits of that day that take time, in any order.
        time_off: absences of this practitioner.
        drives: base drives.
        profile: the clinic's factors by part of day.
    """
    return lay_out(practitioner, day, stops, time_off, DriveClock(drives, profile))


def lay_out(
    practitioner: Practitioner,
    day: date,
    stops: Sequence[Stop],
    time_off: Sequence[TimeOff],
    clock: DriveClock,
) -> DayPlan:
    """As ``lay_out_day``, over a clock that remembers its drives."""
    ordered = tuple(sorted(stops, key=lambda stop: (stop.visit.start_min, stop.visit.id)))
    off = tuple(t for t in time_off if t.span_on(day) is not None)
    hours = working_spans(practitioner, day, off)
    lunch, lunch_gap, missing = place_lunch(practitioner, ordered, clock)
    return DayPlan(
        practitioner=practitioner,
        day=day,
        hours=hours,
        time_off=off,
        stops=ordered,
        legs=_legs(practitioner, ordered, hours, lunch, lunch_gap, clock),
        lunch=lunch,
        lunch_missing=missing,
    )


def working_spans(
    practitioner: Practitioner, day: date, time_off: Sequence[TimeOff]
) -> tuple[MinuteSpan, ...]:
    """The hours of a date without the time off."""
    spans = practitioner.pattern.hours_on(day)
    for absence in time_off:
        cut = absence.span_on(day)
        if cut is not None:
            spans = subtract(spans, cut)
    return spans


def place_lunch(
    practitioner: Practitioner, stops: Sequence[Stop], clock: DriveClock
) -> tuple[MinuteSpan | None, int, bool]:
    """Where lunch is taken: in the gap that keeps the most room beside it.

    Lunch is eaten after a visit, before the drive to the next one. Someone who is at home for
    the length of a lunch inside the window needs no band.

    Returns:
        The span (None: at home, or no rule), the index of the stop it comes before (-1 for none),
        and whether there is no room for it.
    """
    rule = practitioner.pattern.lunch
    if rule is None or not stops:
        return None, -1, False
    home = practitioner.home
    leave = clock.latest_departure(home, stops[0].place, stops[0].visit.start_min)
    end = stops[-1].visit.end_min
    back = end + clock.minutes(stops[-1].place, home, end)
    at_home = (
        leave - rule.earliest_min >= rule.minutes or rule.latest_end_min - back >= rule.minutes
    )
    if at_home:
        return None, -1, False
    best: tuple[int, int, int] | None = None
    for index in range(1, len(stops)):
        found = _lunch_before(stops[index - 1], stops[index], rule, clock)
        if found is not None and (best is None or found[0] > best[0]):
            best = (found[0], found[1], index)
    if best is None:
        # After the last visit, before the drive home.
        start = max(end, rule.earliest_min)
        if start + rule.minutes <= rule.latest_end_min:
            return MinuteSpan(start_min=start, end_min=start + rule.minutes), len(stops), False
        return None, -1, True
    span = MinuteSpan(start_min=best[1], end_min=best[1] + rule.minutes)
    return span, best[2], False


def _lunch_before(
    before: Stop, after: Stop, rule: LunchRule, clock: DriveClock
) -> tuple[int, int] | None:
    """Room left beside a lunch in this gap, and its start; None if it does not fit."""
    start = max(before.visit.end_min, rule.earliest_min)
    end = start + rule.minutes
    if end > rule.latest_end_min:
        return None
    room = after.visit.start_min - end - clock.minutes(before.place, after.place, end)
    return (room, start) if room >= 0 else None


def _legs(
    practitioner: Practitioner,
    stops: tuple[Stop, ...],
    hours: tuple[MinuteSpan, ...],
    lunch: MinuteSpan | None,
    lunch_gap: int,
    clock: DriveClock,
) -> tuple[Leg, ...]:
    if not stops:
        return ()
    home = practitioner.home
    places: list[Coordinate | None] = [home, *(stop.place for stop in stops), home]
    departs = [clock.latest_departure(home, stops[0].place, stops[0].visit.start_min)]
    for index, stop in enumerate(stops, start=1):
        depart = stop.visit.end_min
        if lunch is not None and lunch_gap == index:
            depart = max(depart, lunch.end_min)
        departs.append(depart)
    slacks = leg_slacks(stops, places, departs, lunch, lunch_gap, clock)
    last = len(stops)
    legs: list[Leg] = []
    for index, depart in enumerate(departs):
        drive = clock.drive(places[index], places[index + 1], max(0, depart))
        arrive = depart + (drive.minutes if drive else 0)
        if index == last:
            gap = (hours[-1].end_min if hours else arrive) - arrive
        elif index == 0:
            gap = stops[0].visit.start_min - arrive
        else:
            # Gap left is the gap between the two visits minus the drive; lunch is not a drive.
            ended = stops[index - 1].visit.end_min
            gap = stops[index].visit.start_min - ended - (drive.minutes if drive else 0)
        legs.append(
            Leg(
                from_index=None if index == 0 else index - 1,
                to_index=None if index == last else index,
                drive=drive,
                depart_min=depart,
                arrive_min=arrive,
                gap_left_min=gap,
                slack_min=slacks[index],
            )
        )
    return tuple(legs)


def leg_slacks(
    stops: Sequence[Stop],
    places: Sequence[Coordinate | None],
    departs: Sequence[int],
    lunch: MinuteSpan | None,
    lunch_gap: int,
    clock: DriveClock,
) -> list[int | None]:
    """The slack of each leg, None where no promise lies ahead (the leg home always).

    Lunch is kept whole: an overrun pushes it, it does not eat it. Where a promise is broken
    already, earlier legs count only what would make it worse.
    """
    slacks: list[int | None] = [None] * (len(stops) + 1)
    latest_departure = NEVER
    for index in range(len(stops) - 1, -1, -1):
        stop = stops[index]
        latest = NEVER
        if latest_departure < NEVER:
            latest = max(latest_departure - stop.visit.door_min, stop.visit.start_min)
        if stop.promise is not None:
            latest = min(latest, stop.promise.end_min)
        if latest >= NEVER:
            continue
        leave = clock.latest_departure(places[index], places[index + 1], latest)
        slacks[index] = leave - departs[index]
        # The previous visit must end by then, with lunch (if taken here) still to come.
        pause = lunch.minutes if lunch is not None and lunch_gap == index else 0
        latest_departure = leave - pause
        if pause and lunch is not None:
            # The wait before a lunch is absorbed first: the overrun counts from the visit's end.
            slacks[index] = latest_departure - stops[index - 1].visit.end_min
    return slacks
