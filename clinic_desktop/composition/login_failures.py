"""Failed log-ins, kept until the next log-in can write them into the audit trail.

A failed log-in opens no file, so it cannot be journalled at once. The list holds the time and the
log-in name that was chosen, nothing else.
"""

from datetime import datetime
from pathlib import Path

_MOST = 1000


class LoginFailures:
    """A small append-only text file beside the key ring."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, login: str, at_utc: datetime) -> None:
        """Remember one."""
        name = "".join(c for c in login if c.isprintable())[:60]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{at_utc.isoformat()}\t{name}\n")

    def taken(self) -> list[tuple[str, str]]:
        """Those remembered, time and log-in name; they are forgotten here."""
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()[-_MOST:]
        self._path.unlink()
        pairs = [line.split("\t", 1) for line in lines]
        return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]
