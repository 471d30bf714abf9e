"""Publishes visits to a CalDAV server: only this program's own events are ever touched."""

import ssl
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

import icalendar
from caldav.davclient import DAVClient
from caldav.lib import error

from clinic_desktop.domain.calendar_import import OWN_UID_SUFFIX, PublishedEvent, PublishResult
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import Cancelled, PublishTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.server_address import server_url
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
        *,
        progress: Progress,
    ) -> PublishResult:
        """Make the calendar hold just these events of ours. Raises as the port says."""
        # No discovery: nothing is asked of any machine but the one that the person named.
        try:
            client = DAVClient(
                server_url(url),
                username=user,
                password=password,
                timeout=_TIMEOUT_S,
                enable_rfc6764=False,
            )
            with client:
                target = _target(client, calendar)
                return _Publishing(target, self._clock.now_utc(), progress).run(events)
        except error.AuthorizationError as why:
            raise PublishTrouble(
                _("The calendar server refuses this name and password."),
                still_works=_("Nothing was published; the schedule here is as it was."),
                way_out=_("Type the name and the password of the server again."),
            ) from why
        except error.NotFoundError as why:
            raise PublishTrouble(
                _("There is no calendar server at this address."),
                still_works=_("The schedule here is as it was."),
                way_out=_("Check the server’s address, then publish again."),
            ) from why
        except error.DAVError as why:
            raise PublishTrouble(
                _("The calendar server did not accept the visits."),
                still_works=_("Some may have been published; publishing again completes them."),
                way_out=_("Check the server’s address, then publish again."),
            ) from why
        except (OSError, ValueError) as why:
            # The HTTP library's errors are OSErrors; an address it cannot read is a ValueError.
            raise _unreachable(why) from why


def _unreachable(why: BaseException) -> PublishTrouble:
    """A certificate that is not trusted is told apart from a network that is not there."""
    if _is_about_certificate(why):
        return PublishTrouble(
            _("The calendar server’s certificate is not trusted, so nothing was sent to it."),
            still_works=_("The schedule here is as it was."),
            way_out=_("Ask whoever runs the server; do not publish until it is put right."),
        )
    return PublishTrouble(
        _("The calendar server cannot be reached."),
        still_works=_("The schedule here is as it was."),
        way_out=_("Check the network and the server’s address, then publish again."),
    )


def _is_about_certificate(why: BaseException) -> bool:
    """Whether the TLS library's refusal lies at the bottom of what the HTTP library raised."""
    waiting: list[object] = [why]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        if isinstance(one, ssl.SSLError):
            return True
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return False


def _target(client: DAVClient, name: str) -> Any:
    """The calendar of this name, made if there is none."""
    principal: Any = cast(Any, client).principal()
    known = [c for c in principal.calendars() if c.get_display_name() == name]
    return known[0] if known else principal.make_calendar(name=name)


class _Publishing:
    """One run over one calendar; it can be stopped between two events."""

    def __init__(self, target: Any, now_utc: datetime, progress: Progress) -> None:
        self._target = target
        self._now_utc = now_utc
        self._progress = progress

    def run(self, events: Sequence[PublishedEvent]) -> PublishResult:
        """Add, update and remove."""
        self._go_on(0.0)
        ours = self._ours()
        added = updated = same = 0
        for number, event in enumerate(events):
            self._go_on(number / (len(events) + 1))
            text = one_event_text(event, self._now_utc).decode()
            there = ours.pop(event.uid, None)
            if there is None:
                self._target.add_event(text, increase_seqno=False)
                added += 1
            elif _content(there.data) == _content(text):
                same += 1
            else:
                there.data = text
                there.save(increase_seqno=False)
                updated += 1
        for left in ours.values():
            self._go_on(1.0)
            left.delete()
        return PublishResult(added=added, updated=updated, removed=len(ours), same=same)

    def _ours(self) -> dict[str, Any]:
        found = ((_uid(there.data), there) for there in self._target.events())
        return {uid: there for uid, there in found if uid.endswith(OWN_UID_SUFFIX)}

    def _go_on(self, fraction: float) -> None:
        if self._progress.stop_requested():
            raise Cancelled(
                _("Publishing was stopped."),
                still_works=_("Visits that were sent by then stay on the server."),
                way_out=_("Publish again to complete them."),
            )
        self._progress.report(fraction)


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
