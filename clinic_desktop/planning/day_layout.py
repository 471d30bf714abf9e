"""Lays a practitioner's day out: the drives between visits, lunch, gap left and slack."""

from collections.abc import Sequence
from datetime import date

from clinic_desktop.domain.day_plan import DayPlan, Leg, Stop
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.travel import DriveBook, DriveProfile
from clinic_desktop.domain.working_time import MinuteSpan, TimeOff, subtract
from clinic_desktop.planning.day_shape import (
    DayShape,
    Lunch,
    leg_slacks,
    place_lunch,
    planned_arrivals,
)
from clinic_desktop.planning.drive_clock import DriveClock


def lay_out_day(
    practitioner: Practitioner,
    day: date,
    stops: Sequence[Stop],
    time_off: Sequence[TimeOff],
    drives: DriveBook,
    profile: DriveProfile,
    closed: str = "",
) -> DayPlan:
    """One practitioner's day as the board shows it.

    Home is left just in time for the first visit; after a visit the next drive begins at once,
    or after a lunch taken there, or after an absence that it would touch.

    Args:
        practitioner: whose day, with home and hours.
        day: the local date.
        stops: the visits of that day that take time, in any order.
        time_off: absences of this practitioner.
        drives: base drives.
        profile: the clinic's factors by part of day.
        closed: why the clinic is closed that day, "" if it is open.
    """
    return lay_out(practitioner, day, stops, time_off, DriveClock(drives, profile), closed)


def lay_out(
    practitioner: Practitioner,
    day: date,
    stops: Sequence[Stop],
    time_off: Sequence[TimeOff],
    clock: DriveClock,
    closed: str = "",
) -> DayPlan:
    """As ``lay_out_day``, over a clock that remembers its drives."""
    ordered = in_order(stops)
    off = tuple(t for t in time_off if t.span_on(day) is not None)
    hours = () if closed else working_spans(practitioner, day, off)
    shape = shape_of(practitioner, day, ordered, off, hours)
    placed = place_lunch(shape, clock)
    lunch = placed.lunch
    return DayPlan(
        practitioner=practitioner,
        day=day,
        hours=hours,
        time_off=off,
        stops=ordered,
        legs=_legs(shape, lunch, clock),
        lunch=MinuteSpan(start_min=lunch.start, end_min=lunch.end) if lunch else None,
        lunch_missing=placed.missing,
        closed=closed,
    )


def in_order(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """Stops by their planned start."""
    return tuple(sorted(stops, key=lambda stop: (stop.visit.start_min, stop.visit.id)))


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


def shape_of(
    practitioner: Practitioner,
    day: date,
    stops: Sequence[Stop],
    time_off: Sequence[TimeOff],
    hours: Sequence[MinuteSpan],
) -> DayShape:
    """Stops in order, reduced to their arithmetic."""
    off = sorted(span for t in time_off if (span := t.span_on(day)) is not None)
    return DayShape(
        home=practitioner.home,
        places=tuple(stop.place for stop in stops),
        starts=tuple(stop.visit.start_min for stop in stops),
        ends=tuple(stop.visit.end_min for stop in stops),
        promised=tuple(stop.promise.end_min if stop.promise else None for stop in stops),
        absences=tuple((span.start_min, span.end_min) for span in off),
        lunch_rule=practitioner.pattern.lunch,
        home_by=hours[-1].end_min if hours else None,
    )


def arrivals_of(plan: DayPlan, clock: DriveClock) -> tuple[int, ...]:
    """When each visit of a plan begins, minutes after midnight, if all goes as planned."""
    shape = shape_of_plan(plan)
    return tuple(planned_arrivals(shape, place_lunch(shape, clock).lunch, clock))


def shape_of_plan(plan: DayPlan) -> DayShape:
    """A plan's stops, reduced to their arithmetic."""
    return shape_of(plan.practitioner, plan.day, plan.stops, plan.time_off, plan.hours)


def _legs(shape: DayShape, lunch: Lunch | None, clock: DriveClock) -> tuple[Leg, ...]:
    if not shape.starts:
        return ()
    roads = shape.roads(clock)
    leave_home = roads[0].latest(shape.starts[0], shape.absences)
    slacks = leg_slacks(shape, leave_home, lunch, clock)
    last = len(shape.starts)
    legs: list[Leg] = []
    for index, road in enumerate(roads):
        ready = leave_home if index == 0 else shape.ends[index - 1]
        if lunch is not None and lunch.leg == index and not lunch.drive_first:
            ready = lunch.end
        depart = road.leave(ready, shape.absences)
        drive = road.drive(depart)
        minutes = drive.minutes if drive else 0
        arrive = depart + minutes
        if index == last:
            gap = (shape.home_by if shape.home_by is not None else arrive) - arrive
        elif index == 0:
            gap = shape.starts[0] - arrive
        else:
            # Gap left is the gap between the two visits minus the drive; lunch is not a drive.
            gap = shape.starts[index] - shape.ends[index - 1] - minutes
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
