"""What comes from the machine: the time of day and fresh ids."""

from datetime import UTC, datetime

from uuid6 import uuid7


class SystemClock:
    """The machine's clock."""

    def now_utc(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)


def new_id() -> str:
    """A fresh UUIDv7."""
    return str(uuid7())
