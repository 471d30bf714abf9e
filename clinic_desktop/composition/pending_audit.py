"""Audit lines that cannot be written yet: failed log-ins, and passwords set by recovery sheets.

Neither opens a file, so they wait beside the key ring until the next log-in writes them into the
journal. The list holds times, what happened and the ids of users, never what was typed: a person
who puts the password into the wrong field would leave it there in the clear.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

LOGIN_FAILED: Final = "login_failed"
PASSWORD_RECOVERED: Final = "password_recovered"
NOBODY: Final = "unknown"
"""Stands for a log-in name that no active user has."""

_MOST_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLine:
    """One line that is owed to the journal; ``at`` is an ISO time in UTC."""

    at: str
    action: str
    user_id: str


class PendingAudit:
    """A small append-only text file beside the key ring."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, action: str, user_id: str, at_utc: datetime) -> None:
        """Remember one line, as far as the disk allows: a log-in is not refused differently."""
        with suppress(OSError):
            if self._path.exists() and self._path.stat().st_size > _MOST_BYTES:
                return
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{at_utc.isoformat()}\t{action}\t{user_id}\n")

    def lines(self) -> list[PendingLine]:
        """What is owed, oldest first; a line that was cut off by a crash is left out."""
        try:
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        parts = [line.split("\t") for line in text.splitlines()]
        return [PendingLine(at=p[0], action=p[1], user_id=p[2]) for p in parts if len(p) == 3]

    def forget(self) -> None:
        """The lines stand in the journal now."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
