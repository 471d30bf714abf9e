"""Backups of the clinic's folder behind the port ``BackupDesk``."""

from collections.abc import Sequence
from pathlib import Path

from clinic_desktop.domain.backup_ports import Backup
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Session
from clinic_desktop.store.backup import (
    BackupInfo,
    list_backups,
    make_backup,
    prune,
    read_backup,
    restore,
)
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.sqlcipher import DataFile
from clinic_desktop.store.unlocked import Unlocked
from clinic_desktop.text import _


class FolderBackups:
    """Makes, lists and restores backups while somebody is logged in.

    Args:
        folder: the data folder.
        stores: the files that are open; the other one is copied as it lies, encrypted.
        unlocked: the session's keys, which have to open what is restored.
        clock: dates the backups.
    """

    def __init__(
        self, folder: DataFolder, stores: Sequence[FileStore], unlocked: Unlocked, clock: Clock
    ) -> None:
        self._folder, self._stores, self._unlocked = folder, stores, unlocked
        self._clock = clock

    def make(self, session: Session, into: Path | None, progress: Progress) -> Backup:
        """Back both files up, then let go of what the retention no longer keeps."""
        del session  # the port names who asks; every role may back up
        progress.report(0.1, _("Backing up"))
        made = make_backup(self._folder, self._stores, at_utc=self._clock.now_utc(), into=into)
        prune(into or self._folder.backups)
        progress.report(1.0, _("Backed up"))
        return _as_backup(made)

    def backups(self, folder: Path | None = None) -> list[Backup]:
        """The backups found, newest first."""
        found = [_as_backup(info) for info in list_backups(folder or self._folder.backups)]
        return sorted(found, key=lambda backup: backup.at_utc, reverse=True)

    def restore(self, backup: Path, progress: Progress) -> None:
        """Put a backup's pair in place; both files are closed for it."""
        chosen = read_backup(backup)
        keys = {
            file: key.copy()
            for file in DataFile
            if (key := self._unlocked.key_of(file)) is not None
        }
        if len(keys) < len(DataFile):
            raise StoreTrouble(
                _("Only somebody whose keys open both files can restore."),
                way_out=_("Log in as a practitioner, or use both recovery sheets."),
            )
        progress.report(0.2, _("Restoring"))
        for store in self._stores:
            store.close()
        restore(chosen, self._folder, keys, at_utc=self._clock.now_utc())
        progress.report(1.0, _("Restored. Log in again."))


def _as_backup(info: BackupInfo) -> Backup:
    return Backup(path=info.path, at_utc=info.made_at_utc, size_bytes=info.size)
