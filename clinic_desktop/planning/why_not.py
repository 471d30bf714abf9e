"""Every rule about one start, those that hold too; agrees with ``slot_rules.refused``."""

from dataclasses import replace
from datetime import date

from clinic_desktop.domain.day_plan import Stop
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.why_not import RuleCheck, RuleKind
from clinic_desktop.planning.day_layout import in_order, shape_of, working_spans
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.slot_refusals import closed_sentence, unlicensed_sentence
from clinic_desktop.planning.slot_rules import (
    OpenDay,
    arrival_window,
    caller_starts,
    earliest_start,
    leaves_lunch,
)
from clinic_desktop.text import _


def open_day_of(
    request: SlotRequest, schedule: Schedule, person: Practitioner, day: date
) -> OpenDay:
    """Somebody's day, whatever rules speak against it."""
    off = tuple(
        t
        for t in schedule.time_off
        if t.practitioner_id == person.id and t.span_on(day) is not None
    )
    stops = in_order(
        [s for s in schedule.stops.get((person.id, day), ()) if s.visit.id != request.moving]
    )
    spans = working_spans(person, day, off)
    return OpenDay(
        practitioner=person,
        day=day,
        stops=stops,
        time_off=off,
        spans=spans,
        shape=shape_of(person, day, stops, off, spans),
        closed=schedule.closed.get(day, ""),
    )


def in_the_way(request: SlotRequest, open_day: OpenDay, start_min: int) -> tuple[Stop, ...]:
    """The visits that overlap a start."""
    end = start_min + request.door_min
    return tuple(
        s for s in open_day.stops if s.visit.start_min < end and start_min < s.visit.end_min
    )


def without(open_day: OpenDay, gone: frozenset[str]) -> OpenDay:
    """The day with some visits taken out."""
    stops = tuple(s for s in open_day.stops if s.visit.id not in gone)
    shape = shape_of(open_day.practitioner, open_day.day, stops, open_day.time_off, open_day.spans)
    return replace(open_day, stops=stops, shape=shape)


def rule_checks(
    request: SlotRequest,
    schedule: Schedule,
    open_day: OpenDay,
    start_min: int,
    clock: DriveClock,
    formats: Formats,
) -> tuple[RuleCheck, ...]:
    """Every rule about a start, in the order a person would ask.

    The drives and lunch are judged with the visits in the way taken out: what would be left to
    do once they are gone.
    """
    person, day = open_day.practitioner, open_day.day
    end_min = start_min + request.door_min
    checks = [
        _check(
            RuleKind.TIME, start_min >= earliest_start(request, day), _("That time has passed.")
        ),
        _check(
            RuleKind.CLOSED,
            not open_day.closed,
            closed_sentence(open_day.closed) if open_day.closed else "",
        ),
        _check(
            RuleKind.CALLER,
            any(a <= start_min <= b for a, b in caller_starts(request, day)),
            _("The caller cannot then."),
        ),
        *_person_checks(request, schedule, person, open_day),
        _check(
            RuleKind.HOURS,
            any(s.start_min <= start_min and end_min <= s.end_min for s in open_day.spans),
            _("It lies outside {name}’s hours.").format(name=person.first_name),
        ),
        _time_off_check(open_day, start_min, end_min, formats),
    ]
    blocking = in_the_way(request, open_day, start_min)
    checks.extend(_visit_check(stop, schedule, formats) for stop in blocking)
    if not blocking:
        checks.append(RuleCheck(kind=RuleKind.VISIT, ok=True))
    if open_day.spans:
        free = without(open_day, frozenset(s.visit.id for s in blocking))
        checks.extend(_drive_checks(request, schedule, free, start_min, clock))
        checks.append(
            _check(
                RuleKind.LUNCH,
                leaves_lunch(request, free, start_min, clock),
                _("It leaves {name} no time for lunch.").format(name=person.first_name),
            )
        )
    return tuple(checks)


def _check(kind: RuleKind, ok: bool, sentence: str, detail: str = "") -> RuleCheck:
    return RuleCheck(kind=kind, ok=ok, sentence="" if ok else sentence, detail=detail)


def _person_checks(
    request: SlotRequest, schedule: Schedule, person: Practitioner, open_day: OpenDay
) -> tuple[RuleCheck, ...]:
    day = open_day.day
    return (
        _check(
            RuleKind.CERTIFIED,
            person.certified(request.service.needed_certification, day),
            _("{name} is not certified for this service on that day.").format(name=person.name),
        ),
        _check(
            RuleKind.LICENSED,
            person.licensed(request.state, day, schedule.home_state),
            unlicensed_sentence(person, request.state) if request.state else "",
        ),
    )


def _time_off_check(open_day: OpenDay, start_min: int, end_min: int, formats: Formats) -> RuleCheck:
    name = open_day.practitioner.first_name
    for begin, end in open_day.shape.absences:
        if start_min < end and begin < end_min:
            return RuleCheck(
                kind=RuleKind.TIME_OFF,
                ok=False,
                sentence=_("{name} is away then.").format(name=name),
                detail=_("Time off {span}.").format(span=formats.span(begin, end)),
            )
    return RuleCheck(kind=RuleKind.TIME_OFF, ok=True)


def _visit_check(stop: Stop, schedule: Schedule, formats: Formats) -> RuleCheck:
    visit, promise = stop.visit, stop.promise
    detail = _("Nothing was promised.")
    if promise is not None:
        detail = _("Promised {window}, told {day}.").format(
            window=formats.span(promise.start_min, promise.end_min),
            day=formats.day(promise.told_at.date()),
        )
    return RuleCheck(
        kind=RuleKind.VISIT,
        ok=False,
        sentence=_("{name} is booked {span}.").format(
            name=schedule.names.get(visit.id, _("Somebody")),
            span=formats.span(visit.start_min, visit.end_min),
        ),
        detail=detail,
        visit_id=visit.id,
    )


def _drive_checks(
    request: SlotRequest, schedule: Schedule, free: OpenDay, start_min: int, clock: DriveClock
) -> tuple[RuleCheck, ...]:
    name = free.practitioner.first_name
    window = arrival_window(request, free, start_min, clock)
    before = free.stops[window.index - 1] if window.index else None
    after = free.stops[window.index] if window.index < len(free.stops) else None
    early, late = window.first - start_min, start_min - window.last
    if before is None:
        first = _("{name} would have to leave home before work begins.").format(name=name)
    else:
        first = _("Too little time to get there from {who}.").format(
            who=schedule.names.get(before.visit.id, _("the visit before"))
        )
    if after is None:
        last = _("{name} would be home after work ends.").format(name=name)
    else:
        last = _("Too little time to reach {who}.").format(
            who=schedule.names.get(after.visit.id, _("the visit after"))
        )
    short = _("Short by {n} min.")
    return (
        RuleCheck(
            kind=RuleKind.DRIVE_BEFORE,
            ok=early <= 0,
            sentence=first if early > 0 else "",
            detail=short.format(n=early) if early > 0 else "",
            visit_id=before.visit.id if before and early > 0 else None,
        ),
        RuleCheck(
            kind=RuleKind.DRIVE_AFTER,
            ok=late <= 0,
            sentence=last if late > 0 else "",
            detail=short.format(n=late) if late > 0 else "",
            visit_id=after.visit.id if after and late > 0 else None,
        ),
    )
