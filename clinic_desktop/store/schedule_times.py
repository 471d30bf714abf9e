"""Hours, repeats, licences and closed days as JSON text and back.

What an earlier release wrote lacks the newer keys, and reads as one week, no exception, no
further licence and the usual public holidays.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from clinic_desktop.domain.clinic import ClosingRules, OwnClosedDay
from clinic_desktop.domain.practitioner import Licence
from clinic_desktop.domain.working_time import (
    DatedHours,
    LunchRule,
    MinuteSpan,
    Week,
    WeeklyRepeat,
    WorkingPattern,
)
from clinic_desktop.store.schedule_values import dump, iso, load_dict, load_dicts

type _Pairs = list[list[int]]


def _pairs(spans: tuple[MinuteSpan, ...]) -> _Pairs:
    return [[s.start_min, s.end_min] for s in spans]


def _spans(pairs: _Pairs) -> tuple[MinuteSpan, ...]:
    return tuple(MinuteSpan(start_min=start, end_min=end) for start, end in pairs)


def _week(days: list[_Pairs]) -> Week:
    return tuple(_spans(day) for day in days)


def _maybe_date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def dump_pattern(pattern: WorkingPattern) -> str:
    """Hours as minute pairs, Monday first; what one plain week does not need is left out."""
    lunch = pattern.lunch
    data: dict[str, object] = {
        "weekdays": [_pairs(day) for day in pattern.weekdays],
        "lunch": [lunch.earliest_min, lunch.latest_end_min, lunch.minutes] if lunch else None,
    }
    if pattern.more_weeks:
        data["more_weeks"] = [[_pairs(day) for day in week] for week in pattern.more_weeks]
    if pattern.anchor is not None:
        data["anchor"] = iso(pattern.anchor)
    if pattern.exceptions:
        data["exceptions"] = [
            {
                "first": iso(e.first),
                "last": iso(e.last),
                "hours": _pairs(e.hours),
                "reason": e.reason,
            }
            for e in pattern.exceptions
        ]
    return dump(data)


def load_pattern(value: str) -> WorkingPattern:
    """Back from ``dump_pattern``."""
    data = load_dict(value)
    lunch = cast("list[int] | None", data["lunch"])
    exceptions = cast("list[dict[str, Any]]", data.get("exceptions", []))
    return WorkingPattern(
        weekdays=_week(data["weekdays"]),
        lunch=LunchRule(earliest_min=lunch[0], latest_end_min=lunch[1], minutes=lunch[2])
        if lunch
        else None,
        more_weeks=tuple(_week(week) for week in data.get("more_weeks", [])),
        anchor=_maybe_date(data.get("anchor")),
        exceptions=tuple(
            DatedHours(
                first=date.fromisoformat(e["first"]),
                last=date.fromisoformat(e["last"]),
                hours=_spans(e["hours"]),
                reason=e["reason"],
            )
            for e in exceptions
        ),
    )


def dump_repeats(repeats: WeeklyRepeat | None) -> str | None:
    """How time off comes again, or that it does not."""
    if repeats is None:
        return None
    return dump({"every_weeks": repeats.every_weeks, "until": iso(repeats.until)})


def load_repeats(value: str | None) -> WeeklyRepeat | None:
    """Back from ``dump_repeats``."""
    if value is None:
        return None
    data = load_dict(value)
    return WeeklyRepeat(every_weeks=data["every_weeks"], until=_maybe_date(data["until"]))


def dump_licences(licences: Iterable[Licence]) -> str:
    """Licences by state with their last valid day."""
    return dump(
        [{"state": x.state, "number": x.number, "expires": iso(x.expires)} for x in licences]
    )


def load_licences(value: str) -> tuple[Licence, ...]:
    """Back from ``dump_licences``."""
    return tuple(
        Licence(state=item["state"], number=item["number"], expires=_maybe_date(item["expires"]))
        for item in load_dicts(value)
    )


def dump_closing(rules: ClosingRules) -> str:
    """When the whole clinic closes."""
    return dump(
        {
            "country": rules.country,
            "subdivision": rules.subdivision,
            "open_holidays": sorted(rules.open_holidays),
            "own": [[iso(own.first), iso(own.last), own.name] for own in rules.own],
        }
    )


def load_closing(value: str) -> ClosingRules:
    """Back from ``dump_closing``; a file from before reads as the usual rules."""
    data = load_dict(value)
    if not data:
        return ClosingRules()
    own = cast("list[list[str]]", data["own"])
    return ClosingRules(
        country=data["country"],
        subdivision=data["subdivision"],
        open_holidays=frozenset(cast("list[str]", data["open_holidays"])),
        own=tuple(
            OwnClosedDay(first=date.fromisoformat(a), last=date.fromisoformat(b), name=name)
            for a, b, name in own
        ),
    )
