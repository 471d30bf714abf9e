"""What Settings > Backups and the status bar need of the backups; ``store`` stands behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Session

BACKUP_EVERY: Final = timedelta(minutes=30)
BACKUP_LATE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backed-up pair of files; ``at_utc`` is when, ``size_bytes`` of all its files."""

    path: Path
    at_utc: datetime
    size_bytes: int
    problem: str = ""
    """Why it cannot be restored, "" if it can."""


class BackupDesk(Protocol):
    """Makes, lists and restores backups of both files."""

    def make(self, session: Session, into: Path | None, progress: Progress) -> Backup:
        """Back both files up, encrypted as they are; ``into`` None is the clinic's own folder.

        Raises:
            StoreTrouble: the folder cannot be written, or the disk is full.
        """
        ...

    def backups(self, folder: Path | None = None) -> list[Backup]:
        """The backups found, newest first."""
        ...

    def restore(self, backup: Path, progress: Progress) -> None:
        """Put a backup's pair in place of the files, which are moved aside and kept.

        Both files must be closed; log in again afterwards.

        Raises:
            StoreTrouble: the backup is damaged or does not fit this clinic's keys.
        """
        ...


def backup_is_late(last: datetime | None, now_utc: datetime) -> bool:
    """Whether the status bar turns orange: no backup for 24 hours."""
    return last is None or now_utc - last >= BACKUP_LATE


def backup_is_due(last: datetime | None, now_utc: datetime, worked: bool) -> bool:
    """Whether the next automatic backup is due: 30 minutes after the last, if work was done."""
    return worked and (last is None or now_utc - last >= BACKUP_EVERY)
