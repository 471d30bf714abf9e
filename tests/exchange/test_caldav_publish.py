"""Publishing against a real CalDAV server on this machine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from caldav.davclient import DAVClient

from clinic_desktop.domain.calendar_import import OWN_UID_SUFFIX, PublishedEvent, PublishResult
from clinic_desktop.domain.errors import Cancelled, PublishTrouble, RuleBroken
from clinic_desktop.domain.progress import Progress, SilentProgress
from clinic_desktop.exchange.caldav_publish import CaldavServer
from tests.exchange.radicale_server import free_port, radicale

ONE = PublishedEvent(
    uid=f"one{OWN_UID_SUFFIX}",
    title="R. A. · Shaw",
    start=datetime(2026, 11, 26, 9),
    end=datetime(2026, 11, 26, 9, 45),
    zone="America/Chicago",
    travel_min=17,
)
TWO = replace(ONE, uid=f"two{OWN_UID_SUFFIX}", start=datetime(2026, 11, 26, 8))
FOREIGN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:dentist\r\n"
    "DTSTAMP:20261101T000000Z\r\nDTSTART:20261126T200000Z\r\nSUMMARY:Dentist\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


class Noon:
    def __init__(self) -> None:
        self.minute = 0

    def now_utc(self) -> datetime:
        self.minute += 1
        return datetime(2026, 11, 24, 12, self.minute, tzinfo=UTC)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with radicale(tmp_path_factory.mktemp("radicale")) as address:
        yield address


def publish(
    url: str,
    *events: PublishedEvent,
    password: str = "secret",
    progress: Progress | None = None,
    calendar: str = "Visits",
) -> PublishResult:
    return CaldavServer(Noon()).publish(
        url,
        "dana",
        password,
        calendar,
        events,
        progress=progress or SilentProgress(),
    )


def titles(url: str) -> list[str]:
    with DAVClient(url, username="dana", password="secret") as client:
        calendars = client.principal().calendars()
        (calendar,) = [c for c in calendars if c.get_display_name() == "Visits"]
        lines = "\n".join(event.data for event in calendar.events()).splitlines()
    return sorted(line for line in lines if line.startswith("SUMMARY"))


def test_the_server_follows_the_schedule_and_keeps_what_is_not_ours(url: str) -> None:
    assert publish(url, ONE, TWO) == PublishResult(added=2, updated=0, removed=0, same=0)
    with DAVClient(url, username="dana", password="secret") as client:
        client.principal().calendars()[0].add_event(FOREIGN)
    assert publish(url, ONE, TWO) == PublishResult(added=0, updated=0, removed=0, same=2)
    moved = replace(ONE, title="R. A. · Tower Grove", sequence=1)
    assert publish(url, moved) == PublishResult(added=0, updated=1, removed=1, same=0)
    assert titles(url) == ["SUMMARY:Dentist", "SUMMARY:R. A. · Tower Grove"]


def test_a_wrong_password_is_told(url: str) -> None:
    with pytest.raises(PublishTrouble, match="name and password"):
        publish(url, ONE, password="wrong")


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(PublishTrouble, match="cannot be reached"):
        publish(f"http://127.0.0.1:{free_port()}/", ONE)


class StopsAfter:
    """Somebody presses Stop after so many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.fractions: list[float] = []

    def report(self, fraction: float, message: str = "") -> None:
        self.fractions.append(fraction)
        self.left -= 1

    def stop_requested(self) -> bool:
        return self.left <= 0


def test_stopped_in_the_middle_it_is_completed_by_publishing_again(url: str) -> None:
    three = [replace(ONE, uid=f"stop{n}{OWN_UID_SUFFIX}") for n in range(3)]
    stop = StopsAfter(3)
    with pytest.raises(Cancelled, match="stopped"):
        publish(url, *three, calendar="Stopped", progress=stop)
    assert stop.fractions == sorted(stop.fractions)
    done = publish(url, *three, calendar="Stopped")
    assert done == PublishResult(added=1, updated=0, removed=0, same=2)


def test_a_certificate_that_nobody_vouches_for_is_told_and_nothing_is_sent(
    tmp_path: Path,
) -> None:
    with radicale(tmp_path, tls=True) as address:
        assert address.startswith("https://")
        with pytest.raises(PublishTrouble, match="certificate is not trusted"):
            publish(address, ONE)
    assert not list((tmp_path / "store").rglob("*.ics"))


def test_a_plain_address_of_another_machine_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(RuleBroken, match="unprotected"):
        publish("http://calendar.example.org/", ONE)
