"""The time of day, given in from outside so that every rule can be tested at any minute."""

from datetime import UTC, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time."""

    def now_utc(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


def local_now(clock: Clock, zone: str) -> datetime:
    """The clinic's wall-clock time now, naive."""
    return clock.now_utc().astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def to_utc(local: datetime, zone: str) -> datetime:
    """A local wall-clock time as UTC.

    In the repeated hour it is the first of the two; in the skipped hour the moment after the gap.
    """
    info: tzinfo = ZoneInfo(zone)
    return local.replace(tzinfo=info).astimezone(UTC)


def to_local(moment: datetime, zone: str) -> datetime:
    """A UTC moment as naive local wall-clock time."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
