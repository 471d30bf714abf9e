"""A calendar file taken apart into its events, so that one broken event spoils no other."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from clinic_desktop.domain.errors import ImportTrouble
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBlock:
    """The lines of one VEVENT; ``line`` is the file's line on which it begins."""

    line: int
    text: str = field(repr=False)
    uid: str


@dataclass(slots=True, kw_only=True)
class CalendarBlocks:
    """One VCALENDAR: its own lines with its time zones, and its events."""

    head: list[str] = field(default_factory=list[str], repr=False)
    events: list[EventBlock] = field(default_factory=list[EventBlock])
    cut_off: list[EventBlock] = field(default_factory=list[EventBlock])

    def value(self, name: str) -> str:
        """The value of one of the calendar's own properties, or ""."""
        start = f"{name}:"
        return next((t[len(start) :].strip() for t in self.head if t.upper().startswith(start)), "")


def read_blocks(path: Path) -> list[CalendarBlocks]:
    """The calendars of a file.

    Raises:
        ImportTrouble: it cannot be opened, is not Unicode text, or holds no calendar.
    """
    try:
        data = path.read_bytes()
    except OSError as why:
        raise ImportTrouble(
            _("This calendar file cannot be opened."),
            way_out=_("Check that it is still there and may be read."),
        ) from why
    calendars = _taken_apart(_lines(data))
    if not calendars:
        raise ImportTrouble(
            _("This file is not a calendar."),
            way_out=_("Export the calendar as an ICS file again."),
        )
    return calendars


def _lines(data: bytes) -> list[tuple[int, str]]:
    """The unfolded lines with the numbers on which they begin.

    Folds are undone before decoding, since some programs fold in the middle of a letter.
    """
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            data = data.decode("utf-16").encode()
        numbered: list[tuple[int, bytes]] = []
        for number, raw in enumerate(re.split(rb"\r\n|\n|\r", data), start=1):
            if raw[:1] in (b" ", b"\t") and numbered:
                line, before = numbered[-1]
                numbered[-1] = line, before + raw[1:]
            elif raw.strip():
                numbered.append((number, raw))
        return [(line, raw.decode("utf-8-sig")) for line, raw in numbered]
    except UnicodeDecodeError as why:
        raise ImportTrouble(
            _("This calendar is not written in UTF-8."),
            way_out=_("Export it again as UTF-8."),
        ) from why


def _taken_apart(lines: list[tuple[int, str]]) -> list[CalendarBlocks]:
    calendars: list[CalendarBlocks] = []
    event: list[str] | None = None
    started = 0
    for number, text in lines:
        word = text.strip().upper()
        if word == "BEGIN:VCALENDAR":
            calendars.append(CalendarBlocks())
        if not calendars:
            continue
        if word in ("BEGIN:VEVENT", "END:VCALENDAR") and event is not None:
            calendars[-1].cut_off.append(_block(started, event))
            event = None
        if word == "BEGIN:VEVENT":
            event, started = [text], number
        elif event is None:
            calendars[-1].head.append(text)
        else:
            event.append(text)
            if word == "END:VEVENT":
                calendars[-1].events.append(_block(started, event))
                event = None
    if event is not None:
        calendars[-1].cut_off.append(_block(started, event))
    return calendars


def _block(line: int, texts: list[str]) -> EventBlock:
    uid = next((t.partition(":")[2].strip() for t in texts if t.upper().startswith("UID")), "")
    return EventBlock(line=line, text="\r\n".join(texts) + "\r\n", uid=uid)
