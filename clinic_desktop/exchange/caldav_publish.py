"""Publishes visits to a CalDAV server: only this program's own events are ever touched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

import icalendar
from caldav.davclient import DAVClient
from caldav.lib import error

from clinic_desktop.domain.calendar_import import OWN_UID_SUFFIX, PublishedEvent, PublishResult
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import PublishTrouble
from clinic_desktop.exchange.ics_write import one_event_text
from clinic_desktop.text import _

_TIMEOUT_S: Final = 20
_COMPARED: Final = (
    "SUMMARY",
    "DTSTART",
    "DTEND",
    "SEQUENCE",
    "STATUS",
    "CLASS",
    "X-APPLE-TRAVEL-DURATION",
)


class CaldavServer:
    """Publishes to any CalDAV server (port ``CalendarServer``)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def publish(
        self,
        url: str,
        user: str,
        password: str,
        calendar: str,
        events: Sequence[PublishedEvent],
    ) -> PublishResult:
        """Make the calendar hold just these events of ours. Raises as the port says."""
        try:
            client = DAVClient(url, username=user, password=password, timeout=_TIMEOUT_S)
            with client:
                return _publish(client, calendar, events, self._clock.now_utc())
        except error.AuthorizationError as why:
            raise PublishTrouble(
                _("The calendar server refuses this name and password."),
                still_works=_("Nothing was published; the schedule here is as it was."),
                way_out=_("Type the name and the password of the server again."),
            ) from why
        except error.DAVError as why:
            raise PublishTrouble(
                _("The calendar server did not accept the visits."),
                still_works=_("Some may have been published; publishing again completes them."),
                way_out=_("Check the server’s address, then publish again."),
            ) from why
        except (OSError, ValueError) as why:
            # The HTTP library's errors are OSErrors; an address it cannot read is a ValueError.
            raise PublishTrouble(
                _("The calendar server cannot be reached."),
                still_works=_("The schedule here is as it was."),
                way_out=_("Check the network and the server’s address, then publish again."),
            ) from why


def _publish(
    client: DAVClient, name: str, events: Sequence[PublishedEvent], now_utc: datetime
) -> PublishResult:
    principal: Any = cast(Any, client).principal()
    known = [c for c in principal.calendars() if c.get_display_name() == name]
    target: Any = known[0] if known else principal.make_calendar(name=name)
    ours: dict[str, Any] = {}
    for there in target.events():
        uid = _uid(there.data)
        if uid.endswith(OWN_UID_SUFFIX):
            ours[uid] = there
    added = updated = same = 0
    for event in events:
        text = one_event_text(event, now_utc).decode()
        there = ours.pop(event.uid, None)
        if there is None:
            target.add_event(text, increase_seqno=False)
            added += 1
        elif _content(there.data) == _content(text):
            same += 1
        else:
            there.data = text
            there.save(increase_seqno=False)
            updated += 1
    for left in ours.values():
        left.delete()
    return PublishResult(added=added, updated=updated, removed=len(ours), same=same)


def _first_event(text: str) -> icalendar.Component | None:
    try:
        calendar = cast(Any, icalendar.Calendar.from_ical(text))
    except ValueError:
        return None
    return next(iter(calendar.walk("VEVENT")), None)


def _uid(text: str) -> str:
    event = _first_event(text)
    return "" if event is None else str(event.get("UID", ""))


def _content(text: str) -> tuple[bytes, ...] | None:
    """What is compared: the moment of the export does not count as a change."""
    event = _first_event(text)
    if event is None:
        return None
    return tuple(cast(Any, event[name]).to_ical() if name in event else b"" for name in _COMPARED)
