"""Backups of the clinic's folder behind the port ``BackupDesk``."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from clinic_desktop.domain.backup_ports import Backup
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import PermissionRefused, StoreTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Session
from clinic_desktop.store.backup import (
    BackupInfo,
    RestoreDone,
    check_backup,
    list_backups,
    make_backup,
    prune,
    read_backup,
    restore,
)
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import Key
from clinic_desktop.store.sqlcipher import DataFile
from clinic_desktop.store.unlocked import OWNER, Unlocked
from clinic_desktop.text import _


class FolderBackups:
    """Makes, lists and restores backups while somebody is logged in.

    Args:
        folder: the data folder.
        stores: the files that are open; the other one is copied as it lies, encrypted.
        unlocked: the session's keys, which have to open what is restored.
        clock: dates the backups.
        chosen: the clinic's own place for backups, "" for the data folder's.
    """

    def __init__(
        self,
        folder: DataFolder,
        stores: Sequence[FileStore],
        unlocked: Unlocked,
        clock: Clock,
        chosen: Callable[[], str],
    ) -> None:
        self._folder, self._stores, self._unlocked = folder, stores, unlocked
        self._clock, self._chosen = clock, chosen

    def make(self, session: Session, into: Path | None, progress: Progress) -> Backup:
        """Back both files up, then let go of what the retention no longer keeps."""
        del session  # the port names who asks; every role may back up
        place = into or self._place()
        progress.report(0.1, _("Backing up"))
        made = make_backup(self._folder, self._stores, at_utc=self._clock.now_utc(), into=place)
        prune(place, made.device)
        progress.report(1.0, _("Backed up"))
        return _as_backup(made)

    def backups(self, folder: Path | None = None) -> list[Backup]:
        """The backups found, newest first; without a folder both of the clinic's places."""
        places = [folder] if folder else list(dict.fromkeys((self._place(), self._folder.backups)))
        generation = KeyRing.load(self._folder.keyring).generation
        infos = [info for place in places for info in list_backups(place)]
        found = [_as_backup(info, generation) for info in infos]
        return sorted(found, key=lambda backup: backup.at_utc, reverse=True)

    def restore(self, backup: Path, progress: Progress) -> None:
        """Put a backup's pair in place; both files are closed for it."""
        chosen = read_backup(backup)
        keys = {
            file: key.copy()
            for file in DataFile
            if (key := self._unlocked.key_of(file)) is not None
        }
        require_restorer(self._unlocked)
        progress.report(0.1, _("Checking the backup"))
        # A damaged backup is refused while the session still has its files.
        check_backup(chosen, keys)
        for store in self._stores:
            store.close()
        put_back(chosen, self._folder, keys, self._clock, progress)

    def _place(self) -> Path:
        chosen = self._chosen()
        return Path(chosen) if chosen else self._folder.backups


def require_restorer(unlocked: Unlocked) -> None:
    """Backups are the owner's; a clinician's keys open both files anyway.

    Raises:
        PermissionRefused: the log-in is neither.
    """
    if OWNER not in unlocked.roles and unlocked.clinical_key is None:
        raise PermissionRefused(
            _("Only an owner, or somebody whose keys open both files, can restore."),
            still_works=_("Nothing was changed."),
            way_out=_("Ask an owner to log in."),
        )


def restore_with_its_own_keys(
    backup: Path, folder: DataFolder, login: str, password: str, clock: Clock, progress: Progress
) -> RestoreDone:
    """Restore where the present files are missing or damaged, so that nobody can log in.

    Args:
        backup: one backup's folder.
        folder: the data folder, locked by this program; no file of it is open.
        login: a log-in name of the time of the backup.
        password: its password at that time.
        clock: dates the folder that keeps the present files.
        progress: told what is done.

    Raises:
        PermissionRefused: the password is wrong for the backup's key file, or the role too low.
        StoreTrouble: the backup is damaged or incomplete, or the folder cannot be written.
    """
    chosen = read_backup(backup)
    unlocked = KeyRing.load(backup / folder.keyring.name).unlock(login, password)
    try:
        require_restorer(unlocked)
        keys = {file: key for file in DataFile if (key := unlocked.key_of(file)) is not None}
        return put_back(chosen, folder, keys, clock, progress)
    finally:
        unlocked.wipe()


def put_back(
    backup: BackupInfo,
    folder: DataFolder,
    keys: Mapping[DataFile, Key],
    clock: Clock,
    progress: Progress,
) -> RestoreDone:
    """Put a backup in place of the closed files, which are kept. Raises ``StoreTrouble``."""
    progress.report(0.3, _("Restoring"))
    done = restore(backup, folder, keys, at_utc=clock.now_utc())
    progress.report(1.0, _("Restored. Log in again."))
    return done


def newest_backup(folder: DataFolder) -> Path | None:
    """The newest whole backup in the data folder, None if there is none."""
    try:
        found = list_backups(folder.backups)
    except (OSError, StoreTrouble):
        return None
    return found[0].path if found else None


def _as_backup(info: BackupInfo, generation: int | None = None) -> Backup:
    problem = ""
    if generation is not None and info.generation < generation:
        problem = _("From before a user was removed: restore it from the command line.")
    return Backup(path=info.path, at_utc=info.made_at_utc, size_bytes=info.size, problem=problem)
