"""The doors that are reached late, by the same arithmetic that board and slots use."""

from typing import Final

from clinic_desktop.domain.lateness import LateFrom, Lateness, LateStop
from clinic_desktop.planning.day_shape import (
    DayShape,
    Lunch,
    door_arrival,
    latest_ready,
    place_lunch,
)
from clinic_desktop.planning.drive_clock import DriveClock, Road

MOST_LATE_MIN: Final = 120


def leave_by(shape: DayShape, clock: DriveClock) -> tuple[int, ...]:
    """By visit, the last minute to set out so as to be at the door at the planned start."""
    if not shape.starts:
        return ()
    roads, lunch = shape.roads(clock), place_lunch(shape, clock).lunch
    return tuple(_leave_by(shape, lunch, roads, index) for index in range(len(shape.starts)))


def lateness(shape: DayShape, clock: DriveClock, index: int, since: LateFrom) -> Lateness:
    """What up to two hours of delay do to the visits ahead.

    Args:
        shape: the day.
        clock: its drives.
        index: the visit that one leaves for, arrives at or finishes late.
        since: which of the three.
    """
    roads, lunch = shape.roads(clock), place_lunch(shape, clock).lunch
    first = index + 1 if since is LateFrom.FINISHING else index
    base = {
        LateFrom.LEAVING: lambda: _leave_by(shape, lunch, roads, index),
        LateFrom.ARRIVING: lambda: shape.starts[index],
        LateFrom.FINISHING: lambda: shape.ends[index],
    }[since]()
    return Lateness(
        since=since,
        index=index,
        base_min=base,
        ahead=tuple(
            LateStop(index=i, start_min=shape.starts[i], promised_min=shape.promised[i])
            for i in range(first, len(shape.starts))
        ),
        arrivals=tuple(
            tuple(_doors(shape, lunch, roads, index, since, base + late))
            for late in range(MOST_LATE_MIN + 1)
        ),
    )


def _doors(
    shape: DayShape,
    lunch: Lunch | None,
    roads: list[Road],
    index: int,
    since: LateFrom,
    minute: int,
) -> list[int]:
    if since is LateFrom.FINISHING:
        return _doors_after(shape, lunch, roads, index + 1, minute)
    at = minute
    if since is LateFrom.LEAVING:
        at = door_arrival(roads[index], minute, index, _still_ahead(lunch), shape.absences)
    ready = max(at, shape.starts[index]) + shape.ends[index] - shape.starts[index]
    return [at, *_doors_after(shape, lunch, roads, index + 1, ready)]


def _doors_after(
    shape: DayShape, lunch: Lunch | None, roads: list[Road], leg: int, ready: int
) -> list[int]:
    found: list[int] = []
    for index in range(leg, len(shape.starts)):
        at = door_arrival(roads[index], ready, index, lunch, shape.absences)
        found.append(at)
        ready = max(at, shape.starts[index]) + shape.ends[index] - shape.starts[index]
    return found


def _leave_by(shape: DayShape, lunch: Lunch | None, roads: list[Road], index: int) -> int:
    start = shape.starts[index]
    return latest_ready(roads[index], index, _still_ahead(lunch), shape.absences, start)


def _still_ahead(lunch: Lunch | None) -> Lunch | None:
    """Who sets out has eaten, unless lunch is taken at the other end of the drive."""
    return lunch if lunch is not None and lunch.drive_first else None
