"""Backups of the whole clinic: both files and the key ring, encrypted as they are.

An open file is copied by ``VACUUM INTO`` from a connection of its own (an attached file would be
written under the other file's key). A file that this session cannot open is closed, so its bytes
are copied as they lie.
"""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, cast

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store import chain
from clinic_desktop.store.atomic_file import sync_file, sync_folder, write_whole
from clinic_desktop.store.chain import ChainHead
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.keys import Key
from clinic_desktop.store.migrations import schema_version
from clinic_desktop.store.recovery import OnStep, discard_staged, no_step, staged_path, swap_in
from clinic_desktop.store.ring_data import read_ring
from clinic_desktop.store.sqlcipher import (
    DataFile,
    open_connection,
    os_trouble,
    rows,
    run,
)
from clinic_desktop.text import _

MANIFEST: Final = "manifest.json"
KEEP_NEWEST: Final = 24
KEEP_DAYS: Final = 14
KEEP_WEEKS: Final = 8
_STAMP: Final = "%Y-%m-%dT%H%M%SZ"
_STAMP_PATTERN: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z(-\d+)?")
_PART: Final = ".part"
_COMPANION_OF_CLOSED: Final = "-wal"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUpFile:
    """One file of a backup; schema and head are unknown (None) if the file was closed then."""

    name: str
    sha256: str
    size: int
    schema_version: int | None = None
    head: ChainHead | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupInfo:
    """A finished backup. ``generation`` is the key ring's at that time."""

    path: Path
    made_at_utc: datetime
    generation: int
    files: tuple[BackedUpFile, ...]
    device: str = ""
    """Whose it is: the id of the data folder that was backed up, "" in old backups."""

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDone:
    """What a restore did.

    ``replaced`` is the folder that holds the files moved aside, or None. ``older_keys`` is true if
    the backup is from before a user was removed, so that they can log in again.
    """

    replaced: Path | None
    older_keys: bool


def make_backup(
    folder: DataFolder,
    stores: Sequence[FileStore],
    *,
    at_utc: datetime,
    into: Path | None = None,
) -> BackupInfo:
    """Back the clinic up.

    Args:
        folder: the data folder, locked by this program.
        stores: the files that are open; the other one has to be closed. Their writes wait, so
            that both copies are from the same moment.
        at_utc: the present moment.
        into: where backups are collected; the folder's own ``backups`` by default.

    Raises:
        StoreTrouble: a file cannot be read, or the place not be written. No half backup stays.
    """
    collected = into or folder.backups
    with _os_errors():
        collected.mkdir(parents=True, exist_ok=True, mode=0o700)
        final = _free_name(collected, at_utc.astimezone(UTC).strftime(_STAMP))
        staged = final.with_name(final.name + _PART)
        if staged.exists():
            shutil.rmtree(staged)
        staged.mkdir(mode=0o700)
    try:
        with _os_errors():
            info = _fill(folder, stores, staged, final, at_utc)
            sync_folder(staged)
            staged.rename(final)
            sync_folder(collected)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return info


@contextmanager
def _os_errors() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise os_trouble(error) from error


def _free_name(collected: Path, stamp: str) -> Path:
    path, number = collected / stamp, 1
    while path.exists():
        number += 1
        path = collected / f"{stamp}-{number}"
    return path


def _fill(
    folder: DataFolder,
    stores: Sequence[FileStore],
    staged: Path,
    final: Path,
    at_utc: datetime,
) -> BackupInfo:
    opened = {store.file: store for store in stores}
    files: list[BackedUpFile] = []
    with ExitStack() as stack:
        for store in stores:
            stack.enter_context(store.paused())
        for file in DataFile:
            store = opened.get(file)
            if store is not None:
                files.append(_vacuum_into(store, staged))
            elif folder.path_of(file).exists():
                files += _copy_closed(folder.path_of(file), staged)
        shutil.copyfile(folder.keyring, staged / folder.keyring.name)
    (staged / folder.keyring.name).chmod(0o600)
    sync_file(staged / folder.keyring.name)
    files.append(_described(staged / folder.keyring.name))
    info = BackupInfo(
        path=final,
        made_at_utc=at_utc.astimezone(UTC),
        generation=read_ring(folder.keyring).generation,
        files=tuple(files),
        device=stores[0].device_id if stores else "",
    )
    write_whole(staged / MANIFEST, json.dumps(_as_json(info), indent=1).encode())
    return info


def _vacuum_into(store: FileStore, staged: Path) -> BackedUpFile:
    target = staged / store.path.name
    db = store.fresh_reader()
    try:
        # A read-only connection may write a copy elsewhere, but not with query_only on.
        run(db, "PRAGMA query_only = OFF")
        run(db, "VACUUM INTO ?", (str(target),))
        version, head = schema_version(db), chain.head(db, store.file)
    finally:
        db.conn.close()
    target.chmod(0o600)
    sync_file(target)
    return _described(target, version, head)


def _copy_closed(source: Path, staged: Path) -> list[BackedUpFile]:
    copied: list[BackedUpFile] = []
    for path in (source, source.with_name(source.name + _COMPANION_OF_CLOSED)):
        if path.exists() and (path == source or path.stat().st_size > 0):
            target = staged / path.name
            shutil.copyfile(path, target)
            target.chmod(0o600)
            sync_file(target)
            copied.append(_described(target))
    return copied


def _described(
    path: Path, version: int | None = None, head: ChainHead | None = None
) -> BackedUpFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return BackedUpFile(
        name=path.name,
        sha256=digest,
        size=path.stat().st_size,
        schema_version=version,
        head=head,
    )


def _as_json(info: BackupInfo) -> dict[str, object]:
    return {
        "format": 1,
        "made_at_utc": chain.utc_text(info.made_at_utc),
        "generation": info.generation,
        "device": info.device,
        "files": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "size": file.size,
                "schema_version": file.schema_version,
                "head": None if file.head is None else [file.head.seq, file.head.hash],
            }
            for file in info.files
        ],
    }


def read_backup(path: Path) -> BackupInfo:
    """What a backup's manifest says. Raises ``StoreTrouble`` if it is not a whole backup."""
    try:
        whole = cast("dict[str, Any]", json.loads((path / MANIFEST).read_bytes()))
        return BackupInfo(
            path=path,
            made_at_utc=chain.utc_moment(whole["made_at_utc"]),
            generation=whole["generation"],
            files=tuple(_file_from(row) for row in whole["files"]),
            device=str(whole.get("device", "")),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreTrouble(
            _("This folder does not hold a whole backup."), way_out=_("Choose another backup.")
        ) from error


def _file_from(row: dict[str, Any]) -> BackedUpFile:
    head = row["head"]
    if Path(row["name"]).name != row["name"]:
        raise ValueError("a backup's files lie in its own folder")
    return BackedUpFile(
        name=row["name"],
        sha256=row["sha256"],
        size=row["size"],
        schema_version=row["schema_version"],
        head=None if head is None else ChainHead(seq=head[0], hash=head[1]),
    )


def list_backups(collected: Path) -> list[BackupInfo]:
    """The whole backups in a folder, newest first; anything else in it is left out."""
    if not collected.is_dir():
        return []
    found: list[BackupInfo] = []
    for path in collected.iterdir():
        if _STAMP_PATTERN.fullmatch(path.name):
            try:
                found.append(read_backup(path))
            except StoreTrouble:
                continue
    return sorted(found, key=lambda info: (info.made_at_utc, info.path.name), reverse=True)


_ABANDONED_S: Final = 3600.0


def to_keep(backups: Sequence[BackupInfo]) -> list[BackupInfo]:
    """Which backups stay: the newest 24, then the newest of 14 days and of 8 weeks."""
    newest_first = sorted(backups, key=lambda b: (b.made_at_utc, b.path.name), reverse=True)
    kept = list(newest_first[:KEEP_NEWEST])
    days: set[date] = set()
    weeks: set[tuple[int, int]] = set()
    for backup in newest_first:
        day = backup.made_at_utc.date()
        week = day.isocalendar()[:2]
        new_day = day not in days and len(days) < KEEP_DAYS
        new_week = week not in weeks and len(weeks) < KEEP_WEEKS
        if new_day:
            days.add(day)
        if new_week:
            weeks.add(week)
        if (new_day or new_week) and backup not in kept:
            kept.append(backup)
    return kept


def prune(collected: Path, device: str) -> list[Path]:
    """Delete one clinic's backups that need not be kept, and leftovers of interrupted ones.

    Args:
        collected: may hold another clinic's backups too; they are left alone.
        device: whose backups.

    Returns:
        The folders deleted.

    Raises:
        StoreTrouble: one cannot be deleted.
    """
    backups = [b for b in list_backups(collected) if b.device in ("", device)]
    keep = {backup.path for backup in to_keep(backups)}
    gone = [backup.path for backup in backups if backup.path not in keep]
    if collected.is_dir():
        gone += [
            p
            for p in collected.iterdir()
            if _STAMP_PATTERN.fullmatch(p.name.removesuffix(_PART))
            and p.name.endswith(_PART)
            # A young one may be another clinic's backup that is being made right now.
            and time.time() - p.stat().st_mtime > _ABANDONED_S
        ]
    with _os_errors():
        for path in gone:
            shutil.rmtree(path)
    return gone


def check_backup(backup: BackupInfo, keys: Mapping[DataFile, Key]) -> None:
    """Check a backup's files by their hashes, and open those for which there is a key.

    Raises:
        StoreTrouble: a file is missing, changed, damaged or has another key.
    """
    for file in backup.files:
        path = backup.path / file.name
        if not path.is_file() or _described(path).sha256 != file.sha256:
            raise StoreTrouble(
                _("{name} in this backup is missing or damaged.").format(name=file.name),
                still_works=_("Nothing was changed."),
                way_out=_("Choose another backup."),
            )
    for data_file, key in keys.items():
        path = backup.path / f"{data_file.value}.db"
        if not path.exists():
            continue
        db = open_connection(path, key, file=data_file, read_only=True, immutable=True)
        try:
            damaged = rows(db, "PRAGMA cipher_integrity_check")
        finally:
            db.conn.close()
        if damaged:
            raise StoreTrouble(
                _("{name} in this backup is damaged.").format(name=path.name),
                way_out=_("Choose another backup."),
            )


def restore(
    backup: BackupInfo,
    folder: DataFolder,
    keys: Mapping[DataFile, Key],
    *,
    at_utc: datetime,
    on_step: OnStep = no_step,
) -> RestoreDone:
    """Bring both files and the key ring of a backup back; both files have to be closed.

    The present files are moved to ``replaced/<time>/``, never deleted.

    Args:
        backup: from ``list_backups`` or ``read_backup``.
        folder: the data folder, locked by this program.
        keys: keys that the backup's own key ring gave (``KeyRing.load(backup.path / ...)``).
        at_utc: the present moment.
        on_step: told each finished step.

    Raises:
        StoreTrouble: the backup is damaged or incomplete, its key is another one, or the folder
            cannot be written.
    """
    names = {file.name for file in backup.files}
    needed = {folder.keyring.name, *(folder.path_of(file).name for file in DataFile)}
    if not needed <= names:
        raise StoreTrouble(
            _("This backup lacks {names}.").format(names=", ".join(sorted(needed - names))),
            way_out=_("Choose another backup."),
        )
    check_backup(backup, keys)
    # A database comes before its own write-ahead log: the swap relies on it.
    targets = [folder.root / name for name in sorted(names - {folder.keyring.name})]
    targets.append(folder.keyring)
    present = [target for target in targets if target.exists()]
    with _os_errors():
        older = _generation_of(folder) > backup.generation
        discard_staged(folder)
        try:
            for target in targets:
                staged = staged_path(target)
                shutil.copyfile(backup.path / target.name, staged)
                staged.chmod(0o600)
                sync_file(staged)
        except BaseException:
            discard_staged(folder)
            raise
    on_step("staged")
    kept = folder.replaced / at_utc.astimezone(UTC).strftime(_STAMP)
    if present:
        kept = _free_name(folder.replaced, kept.name)
    swap_in(folder, "restore", targets, keep_old_in=kept if present else None, on_step=on_step)
    return RestoreDone(replaced=kept if present else None, older_keys=older)


def _generation_of(folder: DataFolder) -> int:
    try:
        return read_ring(folder.keyring).generation
    except StoreTrouble:
        return 0
