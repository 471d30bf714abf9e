"""Calendar files of other programs, whole and broken, become events in the clinic's time."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.calendar_import import CalendarFile
from clinic_desktop.domain.errors import Cancelled, ImportTrouble
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.exchange.ics_read import IcsFiles

ZONE = "America/Chicago"
FIRST, LAST = date(2026, 11, 24), date(2026, 12, 1)


def vevent(uid: str, *lines: str) -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT")) + "\r\n"


def vcalendar(*parts: str, head: str = "X-WR-CALNAME:Dana\r\n") -> str:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{''.join(parts)}END:VCALENDAR\r\n"


def read(folder: Path, text: str | bytes, first: date = FIRST, last: date = LAST) -> CalendarFile:
    path = folder / "calendar.ics"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return IcsFiles().read(path, ZONE, first, last)


def starts(file: CalendarFile) -> list[datetime]:
    return [event.start for event in file.events]


def test_every_way_to_write_a_time_ends_in_the_clinics(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        vcalendar(
            vevent("utc", "DTSTART:20261126T150000Z", "DURATION:PT45M"),
            vevent("zone", "DTSTART;TZID=Europe/Berlin:20261126T160000", "DURATION:PT45M"),
            vevent("floating", "DTSTART:20261126T090000", "DTEND:20261126T094500"),
            vevent("day", "DTSTART;VALUE=DATE:20261126"),
            vevent("outside", "DTSTART:20261226T090000", "DTEND:20261226T094500"),
        ),
    )
    assert file.problems == ()
    times = {e.uid: (e.start, e.end, e.all_day) for e in file.events}
    nine = datetime(2026, 11, 26, 9), datetime(2026, 11, 26, 9, 45), False
    assert times == {
        "utc": nine,
        "zone": nine,
        "floating": nine,
        "day": (datetime(2026, 11, 26), datetime(2026, 11, 27), True),
    }


@pytest.mark.parametrize(("offset", "hour"), [("-0500", 8), ("-0700", 10)])
def test_a_zone_that_the_file_describes_itself_counts(
    tmp_path: Path, offset: str, hour: int
) -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Office of Dana\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        f"TZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    event = vevent("a", "DTSTART;TZID=Office of Dana:20261126T090000", "DURATION:PT1H")
    assert starts(read(tmp_path, vcalendar(zone, event))) == [datetime(2026, 11, 26, hour)]


def test_a_zone_that_nobody_describes_is_told_and_not_guessed(tmp_path: Path) -> None:
    event = vevent("a", "DTSTART;TZID=Nowhere/At All:20261126T090000", "DURATION:PT1H")
    file = read(tmp_path, vcalendar(event))
    assert file.events == ()
    assert [p.uid for p in file.problems] == ["a"]


def test_a_series_with_exceptions_additions_and_overrides(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        vcalendar(
            vevent(
                "a",
                "DTSTART:20261124T090000",
                "DTEND:20261124T100000",
                "RRULE:FREQ=DAILY;COUNT=6",
                "EXDATE:20261125T090000",
                "RDATE:20261130T120000",
            ),
            vevent(
                "a",
                "RECURRENCE-ID:20261126T090000",
                "DTSTART:20261126T140000",
                "DTEND:20261126T150000",
            ),
            vevent("a", "RECURRENCE-ID:20261127T090000", "DTSTART:20261127T090000")[:-12]
            + "STATUS:CANCELLED\r\nEND:VEVENT\r\n",
        ),
    )
    going = [(e.start.day, e.start.hour) for e in file.events if not e.cancelled]
    assert going == [(24, 9), (26, 14), (28, 9), (29, 9), (30, 12)]
    assert len({e.key for e in file.events}) == len(file.events)


def test_this_and_all_following_moves_on_and_keeps_names_apart(tmp_path: Path) -> None:
    text = vcalendar(
        vevent("a", "DTSTART:20261124T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=5"),
        vevent(
            "a",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20261126T090000",
            "DTSTART:20261126T110000",
            "DURATION:PT1H",
        ),
    )
    file = read(tmp_path, text)
    assert [e.start.hour for e in file.events] == [9, 9, 11, 11, 11]
    assert [e.recurrence_id[6:11] for e in file.events] == [
        "24T09",
        "25T09",
        "26T09",
        "27T09",
        "28T09",
    ]
    later = read(tmp_path, text, first=date(2026, 11, 28))
    assert later.events == file.events[-1:], "names do not depend on the days that are read"


def test_folds_may_cut_a_letter_and_several_calendars_share_a_file(tmp_path: Path) -> None:
    event = vevent("a", "DTSTART:20261126T090000", "SUMMARY:Café Noël").encode()
    cut = event.replace("é".encode(), b"\xc3\r\n \xa9", 1)
    one = vcalendar().encode().replace(b"END:VCAL", cut + b"END:VCAL")
    other = vcalendar(vevent("a", "DTSTART:20261127T090000"), head="X-WR-CALNAME:Ann\r\n")
    file = read(tmp_path, one + other.encode())
    assert file.calendars == ("Dana", "Ann")
    assert [(e.calendar, e.title) for e in file.events] == [("Dana", "Café Noël"), ("Ann", "")]
    assert len({e.key for e in file.events}) == 2


def test_broken_events_are_named_and_the_others_come_in(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        vcalendar(
            vevent("bad", "DTSTART:2026xx"),
            vevent("rule", "DTSTART:20261126T090000", "RRULE:FREQ=SOMETIMES"),
            vevent("twice", "DTSTART:20261126T090000", "DTSTART:20261126T100000"),
            vevent("often", "DTSTART:20261126T090000", "RRULE:FREQ=SECONDLY"),
            vevent("back", "DTSTART:20261126T090000", "DTEND:20261125T090000"),
            "BEGIN:VEVENT\r\nDTSTART:20261126T090000\r\nEND:VEVENT\r\n",
            "BEGIN:VEVENT\r\nUID:cut\r\nDTSTART:20261126T090000\r\n",
            vevent("good", "DTSTART:20261126T090000", "DURATION:PT1H"),
        ),
    )
    assert "good" in [e.uid for e in file.events]
    told = {p.uid: p.line for p in file.problems}
    assert told.keys() >= {"bad", "rule", "twice", "often", "", "cut"}
    assert told["bad"] == 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Name,Phone\n",
        b"\x00\xff\xfe",
        vcalendar(vevent("a", "SUMMARY:Caf\xe9")).encode("latin-1"),
    ],
)
def test_what_is_no_calendar_is_told_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ImportTrouble):
        read(tmp_path, data)
    with pytest.raises(ImportTrouble):
        IcsFiles().read(tmp_path / "none.ics", ZONE, FIRST, LAST)


def test_utf_16_is_read(tmp_path: Path) -> None:
    text = vcalendar(vevent("a", "DTSTART:20261126T090000", "SUMMARY:Ünal"))
    assert read(tmp_path, text.encode("utf-16")).events[0].title == "Ünal"


class Stops(SilentProgress):
    def __init__(self, after: float) -> None:
        self.after = after
        self.seen: list[float] = []

    def report(self, fraction: float, message: str = "") -> None:
        self.seen.append(fraction)

    def stop_requested(self) -> bool:
        return bool(self.seen) and self.seen[-1] >= self.after


def test_ten_thousand_events_report_and_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "many.ics"
    events = [
        vevent(f"e{n}", f"DTSTART:202611{24 + n % 6}T{8 + n % 9:02d}0000", "DURATION:PT30M")
        for n in range(10_000)
    ]
    path.write_text(vcalendar(*events))
    progress = Stops(after=9.0)
    file = IcsFiles().read(path, ZONE, FIRST, LAST, progress)
    assert len(file.events) == 10_000
    assert progress.seen == sorted(progress.seen)
    assert progress.seen[-1] == 1.0
    with pytest.raises(Cancelled):
        IcsFiles().read(path, ZONE, FIRST, LAST, Stops(after=0.4))


RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds(
        lambda days, n: f"FREQ=WEEKLY;INTERVAL={n};BYDAY={','.join(sorted(days))}",
        st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1),
        st.integers(1, 3),
    ),
    st.builds("FREQ=MONTHLY;BYDAY={}TU".format, st.sampled_from([-1, 1, 2, 3])),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.integers(1, 31)),
)


@example(
    rule="FREQ=DAILY;INTERVAL=1",
    count=None,
    start=datetime(2026, 2, 20, 2),
    zone=ZONE,
)
@given(
    rule=RULES,
    count=st.none() | st.integers(1, 40),
    start=st.datetimes(datetime(2026, 2, 20), datetime(2026, 11, 20)),
    zone=st.sampled_from([ZONE, "Europe/Berlin", "Asia/Kolkata"]),
)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_rule_gives_what_counting_it_out_gives(
    tmp_path: Path, rule: str, count: int | None, start: datetime, zone: str
) -> None:
    start = start.replace(second=0, microsecond=0)
    whole = rule + (f";COUNT={count}" if count else "")
    first = next(iter(rrulestr(f"RRULE:{rule}", dtstart=start)))
    text = vcalendar(
        vevent(
            "a", f"DTSTART;TZID={zone}:{first:%Y%m%dT%H%M%S}", "DURATION:PT30M", "RRULE:" + whole
        )
    )
    last_day = first.date() + timedelta(days=60)
    file = read(tmp_path, text, first=first.date() - timedelta(days=1), last=last_day)
    end = datetime.combine(last_day + timedelta(days=1), time())
    begin = datetime.combine(first.date() - timedelta(days=1), time())
    expected: list[datetime] = []
    for local in rrulestr(f"RRULE:{whole}", dtstart=first):
        if local > end + timedelta(days=2):
            break
        aware = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        moment = aware.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
        if begin < moment + timedelta(minutes=30) and moment < end:
            expected.append(moment)
    assert starts(file) == sorted(expected)
