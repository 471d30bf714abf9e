"""Visits leave for other calendars as initials and area, when a person says so, and on record."""

from dataclasses import replace
from datetime import timedelta

import pytest
from caldav.davclient import DAVClient

from clinic_desktop.domain.calendar_import import PublishResult
from clinic_desktop.domain.errors import (
    Cancelled,
    PermissionRefused,
    PublishTrouble,
    RuleBroken,
)
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.server_address import server_url
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.exchange.caldav_publish import CaldavServer
from clinic_desktop.exchange.ics_write import IcsWriter
from clinic_desktop.services.calendar_sharing import (
    CalendarSharingService,
    KeepServer,
    ShareVisits,
)
from tests.exchange.radicale_server import radicale
from tests.services.clinic_day import (
    DANA,
    MARCUS,
    OFFICE,
    RUTH,
    TODAY,
    TOM,
    clinic_day,
)

DANAS = replace(OFFICE, roles=frozenset({Role.PRACTITIONER}), practitioner_id=DANA.id)
WEEK = ShareVisits(practitioner_ids=(DANA.id,), first=TODAY, last=TODAY + timedelta(days=6))
QUIET = SilentProgress()


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


@pytest.fixture
def sharing(day, clock):
    return CalendarSharingService(
        day.store,
        day.board,
        IcsWriter(),
        CaldavServer(clock),
        clock,
        lambda size: bytes(range(size)),
        lambda call: call(),
    )


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with radicale(tmp_path_factory.mktemp("radicale")) as address:
        yield address


class Stopped(SilentProgress):
    def stop_requested(self) -> bool:
        return True


def trail(day, action):
    return [e for e in day.store.reader().journal() if e.action == action]


def titles(url):
    with DAVClient(url, username="dana", password="secret") as client:
        return sorted(
            line
            for calendar in client.principal().calendars()
            for event in calendar.events()
            for line in event.data.splitlines()
            if line.startswith("SUMMARY")
        )


def test_a_file_holds_initials_area_and_drive_and_nothing_that_tells_who(day, sharing, tmp_path):
    path = tmp_path / "visits.ics"
    assert sharing.export(OFFICE, WEEK, path, QUIET) == 2
    text = path.read_text(encoding="utf-8")
    reader = day.store.reader()
    for visit in (RUTH, TOM):
        patient, site = reader.patient(visit.patient_id), reader.site(visit.site_id)
        assert patient.last_name not in text
        assert patient.first_name not in text
        assert site.address.line not in text
        assert str(visit.id) not in text
    assert text.count("CLASS:PRIVATE") == 2
    assert "X-APPLE-TRAVEL-DURATION" in text
    assert [e.operation for e in trail(day, "export")] == ["Export a calendar"]


def test_the_same_visit_keeps_its_id_and_its_sequence_rises_with_each_change(day, sharing):
    first = sharing.preview(OFFICE, WEEK, QUIET)[0].events
    sharing.keep_server(OFFICE, KeepServer(url="", user=""))
    kept = sharing.preview(OFFICE, WEEK, QUIET)[0].events
    day.puts(replace(day.now(TOM.id), state=VisitState.CONFIRMED))
    again = {e.uid: e for e in sharing.preview(OFFICE, WEEK, QUIET)[0].events}
    assert {e.uid for e in kept} == set(again) == {e.uid for e in first}
    assert sorted(e.sequence for e in kept) == [0, 0]
    assert sorted(e.sequence for e in again.values()) == [0, 1]


def test_a_practitioner_shares_only_their_own(sharing, tmp_path):
    assert [p.id for p in sharing.whose(DANAS)] == [DANA.id]
    assert len(sharing.preview(DANAS, WEEK, QUIET)[0].events) == 2
    theirs = replace(WEEK, practitioner_ids=(MARCUS.id,))
    path = tmp_path / "theirs.ics"
    with pytest.raises(PermissionRefused, match="only your own"):
        sharing.export(DANAS, theirs, path, QUIET)
    assert not path.exists()
    with pytest.raises(PermissionRefused):
        sharing.keep_server(DANAS, KeepServer(url="https://cal.example", user="x", password="y"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://cal.example/", "not a server"),
        ("cal.example", "not a server"),
        ("https://", "not a server"),
        ("http://cal.example/", "unprotected"),
        ("http://192.168.1.5/", "unprotected"),
        ("https://dana:pw@cal.example/", "do not belong into the address"),
    ],
)
def test_an_address_that_would_send_secrets_in_clear_is_refused(sharing, day, url, words):
    with pytest.raises(RuleBroken, match=words):
        sharing.keep_server(OFFICE, KeepServer(url=url, user="dana", password="pw"))
    assert day.store.reader().calendar_sharing() is None


@pytest.mark.parametrize(
    "url", ["https://cal.example/dav", "http://127.0.0.1:5232/", "http://localhost/"]
)
def test_a_protected_address_and_this_machine_are_let_through(url):
    assert server_url(f" {url} ") == url


def test_the_password_stands_in_no_journal_and_in_no_words(day, sharing):
    sharing.keep_server(OFFICE, KeepServer(url="https://c.example", user="d", password="hush-91"))
    kept = sharing.sharing(OFFICE)
    assert kept.password == "hush-91"
    assert "hush-91" not in repr(kept)
    assert "hush-91" not in str(list(day.store.reader().journal()))
    sharing.keep_server(OFFICE, KeepServer(url="https://c.example", user="e"))
    assert sharing.sharing(OFFICE).password == "hush-91", "left empty, it stays"
    sharing.keep_server(OFFICE, KeepServer(url="https://other.example", user="e"))
    assert sharing.sharing(OFFICE).password == "", "it is never sent to another server"
    assert "hush" not in repr(KeepServer(url="", user="", password="hush"))
    sharing.keep_server(OFFICE, KeepServer(url="", user=""))
    assert (sharing.sharing(OFFICE).url, sharing.sharing(OFFICE).password) == ("", "")


def test_the_server_follows_the_schedule_and_each_publishing_is_on_record(day, sharing, url):
    with pytest.raises(RuleBroken, match="No calendar server"):
        sharing.publish(OFFICE, QUIET)
    sharing.keep_server(OFFICE, KeepServer(url=url, user="dana", password="secret"))
    done = sharing.publish(OFFICE, QUIET)
    assert done == PublishResult(added=2, updated=0, removed=0, same=0)
    assert len(titles(url)) == 2
    assert sharing.sharing(OFFICE).published_at is not None
    assert sharing.publish(OFFICE, QUIET).same == 2
    day.puts(replace(day.now(TOM.id), state=VisitState.CANCELLED))
    assert sharing.publish(OFFICE, QUIET) == PublishResult(added=0, updated=0, removed=1, same=1)
    assert len(trail(day, "published")) == 3


def test_a_refusing_server_is_told_and_what_was_published_last_stays_known(day, sharing, url):
    sharing.keep_server(OFFICE, KeepServer(url=url, user="dana", password="wrong"))
    with pytest.raises(PublishTrouble, match="name and password"):
        sharing.publish(OFFICE, QUIET)
    assert sharing.sharing(OFFICE).published_at is None


def test_stopped_means_nothing_left(day, sharing, tmp_path, url):
    path = tmp_path / "visits.ics"
    with pytest.raises(Cancelled):
        sharing.export(OFFICE, WEEK, path, Stopped())
    assert not path.exists()
    assert trail(day, "export") == []
    with pytest.raises(PublishTrouble, match="cannot be written"):
        sharing.export(OFFICE, WEEK, tmp_path / "no" / "such" / "folder.ics", QUIET)


def test_a_visit_held_while_somebody_is_on_the_phone_stays_inside(day, sharing):
    ahead = day.clock.now_utc() + timedelta(minutes=5)
    day.puts(replace(day.now(TOM.id), state=VisitState.HELD, held_until=ahead))
    assert len(sharing.preview(OFFICE, WEEK, QUIET)[0].events) == 1
