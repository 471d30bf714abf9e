"""Calendar files of other programs (RFC 5545) as events in the clinic's wall-clock time."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import icalendar
from icalendar.timezone import tzp
from recurring_ical_events import CalendarQuery

from clinic_desktop.domain.calendar_import import CalendarEvent, CalendarFile, EventProblem
from clinic_desktop.domain.errors import Cancelled
from clinic_desktop.domain.progress import Progress, SilentProgress
from clinic_desktop.exchange.ics_blocks import CalendarBlocks, EventBlock, read_blocks
from clinic_desktop.text import _

_DAY: Final = timedelta(days=1)
_TOO_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY"})
_NAMED: Final = frozenset({"DTSTART", "DTEND", "RRULE", "EXDATE", "RDATE", "DURATION", "UID"})
_Parsed = tuple[EventBlock, icalendar.Event]


class IcsFiles:
    """Reads ICS files (port ``CalendarFiles``)."""

    def read(
        self,
        path: Path,
        zone: str,
        first: date,
        last: date,
        progress: Progress | None = None,
    ) -> CalendarFile:
        """Read the events that touch ``first`` to ``last``. Raises as the port says."""
        calendars = read_blocks(path)
        steps = _Steps(progress or SilentProgress(), 2 * sum(len(c.events) for c in calendars))
        reading = _Reading(zone, first, last)
        for blocks in calendars:
            reading.add(blocks, steps.next)
        return CalendarFile(
            calendars=tuple(dict.fromkeys(_name(c) for c in calendars)),
            events=tuple(sorted(reading.events, key=lambda e: (e.start, e.key))),
            problems=tuple(sorted(reading.problems, key=lambda p: p.line)),
            first=first,
            last=last,
        )


class _Steps:
    """Tells how many of the events are done and stops between two of them."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = max(1, total)
        self._done = 0

    def next(self) -> None:
        """One more. Raises ``Cancelled``."""
        if self._progress.stop_requested():
            raise Cancelled(_("Reading was stopped; nothing was changed."))
        self._done += 1
        if self._done % 50 == 0 or self._done >= self._total:
            self._progress.report(min(1.0, self._done / self._total), _("Reading the calendar"))


class _Reading:
    """Collects events and problems of one file."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        self._zone = ZoneInfo(zone)
        self._from = datetime.combine(first, time())
        self._to = datetime.combine(last, time()) + _DAY
        self.events: list[CalendarEvent] = []
        self.problems: list[EventProblem] = []

    def add(self, blocks: CalendarBlocks, step: Callable[[], None]) -> None:
        """Read one calendar; an event that cannot be read becomes a problem."""
        self._know_zones(blocks)
        for block in blocks.cut_off:
            self._problem(block, _("The event has no end."))
        series: dict[str, list[_Parsed]] = {}
        for block in blocks.events:
            step()
            event = self._parsed(block)
            if event is not None:
                series.setdefault(block.uid, []).append((block, event))
        whole_cancelled = blocks.value("METHOD").upper() == "CANCEL"
        for uid, members in series.items():
            for _member in members:
                step()
            self._expand(uid, members, _name(blocks), whole_cancelled)

    def _know_zones(self, blocks: CalendarBlocks) -> None:
        """Let the library learn the time zones that this calendar describes.

        It keeps zones by name for good, and two files may mean different zones by one name.
        """
        tzp.use_default()
        head = "\r\n".join(blocks.head).replace("END:VCALENDAR", "").strip()
        try:
            icalendar.Calendar.from_ical(f"{head}\r\nEND:VCALENDAR\r\n")
        except (ValueError, KeyError, IndexError, TypeError):
            self.problems.append(
                EventProblem(line=1, uid="", sentence=_("A time zone of this file is broken."))
            )

    def _parsed(self, block: EventBlock) -> icalendar.Event | None:
        if not block.uid:
            self._problem(block, _("The event has no UID."))
            return None
        try:
            event = icalendar.Event.from_ical(block.text)
        except (ValueError, KeyError, IndexError, TypeError):
            self._problem(block, _("The event cannot be read."))
            return None
        assert isinstance(event, icalendar.Event)
        broken = {str(name).upper() for name, _why in event.errors}
        if broken & _NAMED or not hasattr(event.get("DTSTART"), "dt"):
            self._problem(block, _("The event’s time or repetition cannot be read."))
            return None
        if _zone_is_unknown(event):
            self._problem(block, _("The file does not describe the event’s time zone."))
            return None
        if _TOO_OFTEN & {str(f).upper() for f in _frequencies(event)}:
            self._problem(block, _("The event repeats every minute or second."))
            return None
        return event

    def _expand(self, uid: str, members: list[_Parsed], name: str, cancelled: bool) -> None:
        block = members[0][0]
        calendar = icalendar.Calendar()
        repeats = len(members) > 1
        for _block, event in members:
            calendar.add_component(event)
            repeats = repeats or any(p in event for p in ("RRULE", "RDATE", "RECURRENCE-ID"))
        try:
            query = CalendarQuery(calendar)
            shifts = self._shifts(members)
            found = query.between(self._from - 2 * _DAY, self._to + 2 * _DAY)
            made = [self._event(part, uid, name, cancelled, repeats, shifts) for part in found]
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
            self._problem(block, _("The event’s time or repetition cannot be read."))
            return
        self.events.extend(e for e in made if self._touches(e))

    def _event(
        self,
        part: icalendar.Component,
        uid: str,
        name: str,
        cancelled: bool,
        repeats: bool,
        shifts: dict[datetime, timedelta],
    ) -> CalendarEvent:
        start_value = _moment(part, "DTSTART")
        end_value = _moment(part, "DTEND") if "DTEND" in part else start_value
        start, end = self._local(start_value), self._local(end_value)
        if end < start and isinstance(start_value, datetime) and isinstance(end_value, datetime):
            # The clock went back meanwhile: the length is what counts.
            end = start + max(timedelta(), end_value - start_value)
        mark = ""
        if repeats:
            value = _moment(part, "RECURRENCE-ID") if "RECURRENCE-ID" in part else start_value
            mark = self._mark(value, start_value, shifts)
        return CalendarEvent(
            uid=uid,
            recurrence_id=mark,
            start=start,
            end=end,
            all_day=not isinstance(start_value, datetime),
            title=str(part.get("SUMMARY", "")).strip(),
            location=" ".join(str(part.get("LOCATION", "")).split()),
            calendar=name,
            cancelled=cancelled or str(part.get("STATUS", "")).upper() == "CANCELLED",
            free=str(part.get("TRANSP", "")).upper() == "TRANSPARENT",
        )

    def _local(self, value: date) -> datetime:
        if not isinstance(value, datetime):
            return datetime.combine(value, time())
        if value.tzinfo is None:
            return value
        # By way of UTC: a time in the hour that spring skips is one hour later (RFC 5545, 3.3.5).
        return value.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None)

    def _shifts(self, members: list[_Parsed]) -> dict[datetime, timedelta]:
        """By how much "this and all following" overrides move, by the occurrence they name."""
        return {
            (named := self._local(_moment(event, "RECURRENCE-ID"))): self._local(
                _moment(event, "DTSTART")
            )
            - named
            for _block, event in members
            if "RECURRENCE-ID" in event
            and cast(Any, event["RECURRENCE-ID"]).params.get("RANGE") == "THISANDFUTURE"
        }

    def _mark(self, value: date, start: date, shifts: dict[datetime, timedelta]) -> str:
        """The occurrence's name; a UTC and a local way to write the same moment give the same.

        Those that follow a "this and all following" override bear the override's name in the
        library; each gets the time back at which it stood before.
        """
        form = "%Y%m%dT%H%M%S" if isinstance(value, datetime) else "%Y%m%d"
        named = self._local(value)
        if named in shifts:
            named = self._local(start) - shifts[named]
        return named.strftime(form)

    def _touches(self, event: CalendarEvent) -> bool:
        if event.start == event.end:
            return self._from <= event.start < self._to
        return event.start < self._to and self._from < event.end

    def _problem(self, block: EventBlock, sentence: str) -> None:
        self.problems.append(EventProblem(line=block.line, uid=block.uid, sentence=sentence))


def _name(blocks: CalendarBlocks) -> str:
    return blocks.value("X-WR-CALNAME") or blocks.value("NAME")


def _frequencies(event: icalendar.Event) -> Iterator[object]:
    rules: Any = event.get("RRULE", [])
    several = cast(list[Any], rules) if isinstance(rules, list) else [rules]
    for rule in several:
        yield from getattr(rule, "get", dict[str, list[object]]().get)("FREQ", [])


def _zone_is_unknown(event: icalendar.Event) -> bool:
    start: Any = event["DTSTART"]
    value = getattr(start, "dt", None)
    return isinstance(value, datetime) and value.tzinfo is None and "TZID" in start.params


def _moment(part: icalendar.Component, name: str) -> date:
    value = cast(Any, part[name]).dt
    if not isinstance(value, date):
        raise ValueError("not a moment")
    return value
