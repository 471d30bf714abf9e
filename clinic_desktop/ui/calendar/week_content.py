"""What the week shows, as texts and minutes: made once a reload, then only laid out and painted."""

from dataclasses import dataclass
from datetime import date, timedelta

from clinic_desktop.domain.day_plan import DayPlan
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.place import METRES_PER_MILE
from clinic_desktop.domain.service import ServiceKind
from clinic_desktop.services.board import VisitDetail, time_off_words
from clinic_desktop.services.calendars import WeekBoard
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.board.board_content import card_of
from clinic_desktop.ui.board.lane_content import CardContent

FULL = 0.9
"""From this load on a day is shown as nearly full."""
_GAP_MIN = 60
_HEAT_FIRST, _HEAT_LAST = 7, 18


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHead:
    """A day's heading; ``heat`` is how many practitioners are busy in each hour."""

    day: date
    weekday: str
    number: str
    count: str
    today: bool
    heat: tuple[tuple[int, int], ...]
    open: bool
    closed: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHead:
    """A practitioner with the week's figures."""

    person_id: str
    name: str
    marker: int
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCell:
    """One person's day: compact cards, the day as a strip, driving and load."""

    person_id: str
    day: date
    marker: int
    cards: tuple[CardContent, ...]
    conflict_ids: frozenset[str]
    strip: tuple[tuple[int, int, bool], ...]
    """Spans of minutes: from, to, whether it is a visit (else a drive)."""
    labels: tuple[str, ...]
    """The pip on each card: the session, or the service in short."""
    minutes: str
    distance: str
    load: float
    room: str
    away: str
    at_work: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekContent:
    """Days across, people down."""

    heads: tuple[DayHead, ...]
    people: tuple[PersonHead, ...]
    cells: tuple[tuple[WeekCell, ...], ...]
    """One row a person, one cell a day."""


def week_content(week: WeekBoard, today: date, formats: Formats) -> WeekContent:
    """A week as it is painted."""
    rows = tuple(
        tuple(_cell(week.plans[person.id, day], week, formats) for day in week.days)
        for person in week.people
    )
    return WeekContent(
        heads=tuple(_head(week, day, today, formats) for day in week.days),
        people=tuple(
            PersonHead(
                person_id=person.id,
                name=person.first_name,
                marker=person.marker,
                figures=_figures([week.plans[person.id, day] for day in week.days], formats),
            )
            for person in week.people
        ),
        cells=rows,
    )


def _head(week: WeekBoard, day: date, today: date, formats: Formats) -> DayHead:
    plans = [week.plans[person.id, day] for person in week.people]
    count = sum(len(plan.stops) for plan in plans)
    words = ngettext("{n} visit", "{n} visits", count).format(n=count) if count else ""
    open_ = bool(count) or any(plan.hours for plan in plans)
    return DayHead(
        day=day,
        weekday=formats.weekday(day)[:3],
        number=str(day.day),
        count=words,
        today=day == today,
        heat=tuple(
            (hour, sum(_busy(plan, hour * 60, hour * 60 + 60) for plan in plans))
            for hour in range(_HEAT_FIRST, _HEAT_LAST)
        ),
        open=open_,
        closed="" if open_ else _("closed"),
        spoken=", ".join(part for part in (formats.day(day), words) if part),
    )


def _busy(plan: DayPlan, first: int, last: int) -> bool:
    """Whether somebody is at a door or on the road for most of an hour."""
    taken = sum(
        max(0, min(last, s.visit.end_min) - max(first, s.visit.start_min)) for s in plan.stops
    )
    taken += sum(max(0, min(last, g.arrive_min) - max(first, g.depart_min)) for g in plan.legs)
    return taken >= (last - first) // 2


def _figures(plans: list[DayPlan], formats: Formats) -> tuple[tuple[str, str], ...]:
    minutes = sum(plan.driving_min for plan in plans)
    metres = sum(plan.metres for plan in plans)
    unit = 1000.0 if formats.distance_unit == "km" else METRES_PER_MILE
    return (
        (str(sum(len(plan.stops) for plan in plans)), _("visits")),
        (formats.minutes(minutes), _("driving")),
        (f"{metres / unit:.0f}", _("km") if formats.distance_unit == "km" else _("miles")),
    )


def _cell(plan: DayPlan, week: WeekBoard, formats: Formats) -> WeekCell:
    cards = tuple(
        card_of(week.details[stop.visit.id], number, formats)
        for number, stop in enumerate(plan.stops, start=1)
    )
    short = [leg for leg in plan.legs[1:-1] if leg.gap_left_min < 0 and leg.to_index is not None]
    hours = sum(span.minutes for span in plan.hours)
    taken = sum(stop.visit.door_min for stop in plan.stops) + plan.driving_min
    away = [words for t in plan.time_off if (words := time_off_words(t, plan.day, formats))]
    return WeekCell(
        person_id=plan.practitioner.id,
        day=plan.day,
        marker=plan.practitioner.marker,
        cards=cards,
        conflict_ids=frozenset(plan.stops[leg.to_index or 0].visit.id for leg in short),
        strip=_strip(plan),
        labels=tuple(label_of(week.details[stop.visit.id]) for stop in plan.stops),
        minutes=formats.minutes(plan.driving_min),
        distance=formats.distance(plan.metres),
        load=taken / hours if hours else 0.0,
        room=_room(plan),
        away="; ".join(away),
        at_work=bool(plan.hours),
    )


def _strip(plan: DayPlan) -> tuple[tuple[int, int, bool], ...]:
    visits = [(s.visit.start_min, s.visit.end_min, True) for s in plan.stops]
    drives = [(leg.depart_min, leg.arrive_min, False) for leg in plan.legs]
    return tuple(sorted(visits + drives))


def _room(plan: DayPlan) -> str:
    """Where another visit might fit, in a word."""
    gaps = sum(1 for leg in plan.legs[1:-1] if leg.gap_left_min >= _GAP_MIN)
    if gaps:
        return ngettext("{n} gap", "{n} gaps", gaps).format(n=gaps)
    if not plan.hours:
        return ""
    end = plan.hours[-1].end_min
    last = plan.stops[-1].visit.end_min if plan.stops else plan.hours[0].start_min
    more = (end - last) // (_GAP_MIN + 15)
    if more < 1:
        return ""
    return ngettext("room for {n} more", "room for {n} more", more).format(n=more)


def label_of(detail: VisitDetail) -> str:
    """The pip on a compact card: the session, or the service in short."""
    if detail.visit.session_label:
        return detail.visit.session_label
    short = {ServiceKind.EVALUATION: _("Eval"), ServiceKind.RE_EVALUATION: _("Re-eval")}
    return short.get(detail.service.kind, detail.service.short_name)


def week_start(day: date, first_weekday: int) -> date:
    """The first day of the week in which a date lies; 0 is Monday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)
