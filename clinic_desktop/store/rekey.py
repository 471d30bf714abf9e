"""Removing a user for good: both files get new keys, in one operation that survives a crash.

A copy of the files made earlier still opens with the old password; nothing can change that.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from clinic_desktop.domain.errors import Cancelled, RuleBroken
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.progress import Progress, SilentProgress
from clinic_desktop.store import chain
from clinic_desktop.store.atomic_file import sync_file, write_whole
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import Key, new_key
from clinic_desktop.store.recovery import OnStep, discard_staged, no_step, staged_path, swap_in
from clinic_desktop.store.ring_data import to_bytes
from clinic_desktop.store.sqlcipher import (
    DataFile,
    FileDatabase,
    open_connection,
    os_trouble,
    rows,
    run,
    troubles,
)
from clinic_desktop.store.unlocked import Unlocked
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class RekeyDone:
    """The new ring, the actor's new keys and the recovery sheets to print now."""

    ring: KeyRing
    unlocked: Unlocked
    sheets: tuple[RecoverySheet, ...]


def remove_user_with_rekey(
    folder: DataFolder,
    ring: KeyRing,
    actor: Unlocked,
    user_id: str,
    *,
    progress: Progress | None = None,
    on_step: OnStep = no_step,
) -> RekeyDone:
    """Give both files new keys, without one user.

    Both files have to be closed. Until the last moment nothing of the old state is touched; after
    it, ``finish_interrupted`` completes the change at the next start.

    Args:
        folder: the data folder, locked by this program.
        ring: its key ring.
        actor: holds both keys. Their old keys are wiped when all is done.
        user_id: who is removed.
        progress: told how far it is; a stop is heeded until the files are swapped.
        on_step: told each finished step.

    Raises:
        RuleBroken: the actor would remove themselves.
        PermissionRefused: the actor does not hold both keys.
        Cancelled: stopped; nothing changed.
        StoreTrouble: a file is open, damaged or cannot be written.
    """
    if user_id == actor.user_id:
        raise RuleBroken(_("You cannot take your own log-in away."))
    told = progress or SilentProgress()
    new_keys = {file: new_key() for file in DataFile}
    data, sheets = ring.without_user(
        actor, user_id, new_keys[DataFile.SCHEDULE], new_keys[DataFile.CLINICAL]
    )
    held: list[FileDatabase] = []
    try:
        discard_staged(folder)
        for number, file in enumerate(DataFile):
            told.report(number / 3, _("New key for {file}").format(file=file.label))
            old_key = actor.key_of(file)
            assert old_key is not None  # ``without_user`` has refused otherwise
            source = _hold(folder.path_of(file), old_key, file)
            held.append(source)
            _stage(source, folder.path_of(file), old_key, new_keys[file])
            on_step(f"staged {file.value}")
            if told.stop_requested():
                raise Cancelled(_("Stopped: the user was not removed."))
        try:
            write_whole(staged_path(folder.keyring), to_bytes(data))
        except OSError as error:
            raise os_trouble(error) from error
        on_step("staged keyring")
    except BaseException:
        _let_go(held)
        discard_staged(folder)
        raise
    _let_go(held)
    told.report(0.9, _("Putting the files in place"))
    targets = [folder.path_of(file) for file in DataFile]
    swap_in(folder, "rekey", [*targets, folder.keyring], keep_old_in=None, on_step=on_step)
    actor.schedule_key.wipe()
    if actor.clinical_key is not None:
        actor.clinical_key.wipe()
    unlocked = replace(
        actor,
        schedule_key=new_keys[DataFile.SCHEDULE],
        clinical_key=new_keys[DataFile.CLINICAL],
        warnings=(),
    )
    told.report(1.0)
    return RekeyDone(ring=ring.reloaded(), unlocked=unlocked, sheets=sheets)


def _hold(path: Path, key: Key, file: DataFile) -> FileDatabase:
    """Open a file so that no other connection can; raises ``StoreTrouble`` if one is open."""
    source = open_connection(path, key, file=file, busy_milliseconds=1_000)
    try:
        # Leaving the write-ahead log needs the file to be free, and folds the log into it.
        run(source, "PRAGMA journal_mode = DELETE")
        run(source, "PRAGMA locking_mode = EXCLUSIVE")
        run(source, "BEGIN EXCLUSIVE")
        run(source, "COMMIT")
    except BaseException:
        source.conn.close()
        raise
    return source


def _let_go(held: list[FileDatabase]) -> None:
    while held:
        held.pop().conn.close()


def _stage(source: FileDatabase, path: Path, old_key: Key, key: Key) -> None:
    """Write the copy that has the new key beside the file, and check it."""
    file, staged = source.file, staged_path(path)
    run(source, "VACUUM INTO ?", (str(staged),))
    with troubles(file):
        staged.chmod(0o600)
    copy = open_connection(staged, old_key, file=file)
    try:
        run(copy, "PRAGMA journal_mode = DELETE")
        run(copy, f"PRAGMA rekey = \"x'{key.hex()}'\"")
    finally:
        copy.conn.close()
    copy = open_connection(staged, key, file=file)
    try:
        run(copy, "PRAGMA journal_mode = DELETE")
        damaged = rows(copy, "PRAGMA cipher_integrity_check")
        if damaged or chain.head(copy, file) != chain.head(source, file):
            raise RuntimeError("the re-keyed copy differs from its file")
    finally:
        copy.conn.close()
    with troubles(file):
        sync_file(staged)
