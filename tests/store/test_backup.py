"""Backups of the pair, what stays of them, and the way back."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.backup import (
    BackupInfo,
    check_backup,
    list_backups,
    make_backup,
    prune,
    read_backup,
    restore,
    to_keep,
)
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.recovery import finish_interrupted
from clinic_desktop.store.rekey import remove_user_with_rekey
from clinic_desktop.store.sqlcipher import DataFile, open_connection, rows, scalar
from clinic_desktop.store.verify import verify_file

NOW = datetime(2026, 11, 24, 14, 26, tzinfo=UTC)


def both(clinic):
    return {DataFile.SCHEDULE: clinic.schedule_key, DataFile.CLINICAL: clinic.clinical_key}


def backed_up(clinic, at=NOW, files=tuple(DataFile)) -> BackupInfo:
    stores = [clinic.open_file(file) for file in files]
    try:
        return make_backup(clinic.folder, stores, at_utc=at)
    finally:
        for store in stores:
            store.close()


def visits(clinic, file) -> set[str]:
    store = clinic.open_file(file)
    try:
        assert verify_file(store) == []
        return {row["id"] for row in rows(store.reader(), "SELECT id FROM visits")}
    finally:
        store.close()


@pytest.mark.parametrize("opened", [tuple(DataFile), (DataFile.SCHEDULE,), ()])
def test_each_backup_opens_with_its_own_key_and_not_with_the_other(clinic, opened) -> None:
    backup = backed_up(clinic, files=opened)
    keys = both(clinic)
    for file in DataFile:
        path = backup.path / f"{file.value}.db"
        other = next(f for f in DataFile if f is not file)
        db = open_connection(path, keys[file], file=file, read_only=True, immutable=True)
        assert scalar(db, "SELECT id FROM visits") == f"first in {file.value}"
        db.conn.close()
        with pytest.raises(StoreTrouble, match="other keys"):
            open_connection(path, keys[other], file=file, read_only=True)
    check_backup(backup, keys)
    assert read_backup(backup.path) == backup


def test_a_backup_while_the_file_is_written_holds_all_that_was_committed(clinic, person) -> None:
    store = clinic.open_file(DataFile.SCHEDULE)
    ana = person(store)
    for number in range(20):
        ana.adds_visit(f"v{number}")
    head = store.head()
    backup = make_backup(clinic.folder, [store], at_utc=NOW)
    ana.adds_visit("after")
    assert [f.head for f in backup.files if f.name == "schedule.db"] == [head]
    store.close()


def test_a_closed_file_left_by_a_crash_is_backed_up_with_its_log(clinic, person) -> None:
    store = clinic.open_file(DataFile.CLINICAL)
    person(store).adds_visit("in the log only")
    frozen = clinic.folder.root.parent / "frozen"
    shutil.copytree(clinic.folder.root, frozen)
    store.close()
    (frozen / "clinical.db-shm").unlink()
    folder = DataFolder(frozen)
    backup = make_backup(folder, [], at_utc=NOW)
    assert "clinical.db-wal" in [file.name for file in backup.files]
    restore(backup, clinic.folder, both(clinic), at_utc=NOW)
    assert "in the log only" in visits(clinic, DataFile.CLINICAL)


def test_restoring_brings_the_pair_back_and_keeps_what_was_there(clinic, person) -> None:
    backup = backed_up(clinic)
    for file in DataFile:
        store = clinic.open_file(file)
        person(store).adds_visit("later")
        store.close()
    done = restore(backup, clinic.folder, both(clinic), at_utc=NOW + timedelta(hours=1))
    for file in DataFile:
        assert visits(clinic, file) == {f"first in {file.value}"}
        assert done.replaced is not None
        db = open_connection(
            done.replaced / f"{file.value}.db", both(clinic)[file], file=file, read_only=True
        )
        assert scalar(db, "SELECT count(*) FROM visits") == 2
        db.conn.close()
    assert not done.older_keys


def test_restoring_into_an_empty_folder(clinic, tmp_path: Path) -> None:
    backup = backed_up(clinic)
    fresh = DataFolder(tmp_path / "new machine")
    fresh.prepare()
    done = restore(backup, fresh, {}, at_utc=NOW)
    assert done.replaced is None
    ring = KeyRing.load(fresh.keyring)
    assert ring.unlock("ben", clinic.passwords["ben"]).clinical_key == clinic.clinical_key


def test_a_damaged_file_is_replaced_from_the_backup_and_not_deleted(clinic) -> None:
    backup = backed_up(clinic)
    path = clinic.folder.path_of(DataFile.CLINICAL)
    path.write_bytes(b"garbage")
    with pytest.raises(StoreTrouble):
        clinic.open_file(DataFile.CLINICAL)
    done = restore(backup, clinic.folder, both(clinic), at_utc=NOW)
    assert (done.replaced / "clinical.db").read_bytes() == b"garbage"
    assert visits(clinic, DataFile.CLINICAL)


@pytest.mark.parametrize("name", ["schedule.db", "clinical.db", "keyring.json", "manifest.json"])
def test_a_damaged_backup_is_refused_before_anything_changes(clinic, name) -> None:
    backup = backed_up(clinic)
    content = bytearray((backup.path / name).read_bytes())
    content[len(content) // 2] ^= 1
    if name == "manifest.json":
        content = content[:50]
    (backup.path / name).write_bytes(content)
    before = clinic.folder.path_of(DataFile.SCHEDULE).read_bytes()
    with pytest.raises(StoreTrouble):
        restore(read_backup(backup.path), clinic.folder, both(clinic), at_utc=NOW)
    assert clinic.folder.path_of(DataFile.SCHEDULE).read_bytes() == before
    assert not list(clinic.folder.root.glob("*.next*"))


def test_a_backup_from_before_a_removal_says_so(clinic) -> None:
    backup = backed_up(clinic)
    remove_user_with_rekey(clinic.folder, clinic.ring, clinic.unlock("olive"), "u-ben")
    done = restore(backup, clinic.folder, both(clinic), at_utc=NOW)
    assert done.older_keys
    assert visits(clinic, DataFile.SCHEDULE)


class Killed(BaseException):
    """The machine stops here."""


RESTORE_STEPS = [
    "staged",
    "decided",
    "aside clinical.db",
    "in place clinical.db",
    "aside schedule.db",
    "in place schedule.db",
    "aside keyring.json",
    "in place keyring.json",
    "placed",
]


@pytest.mark.parametrize("fatal", RESTORE_STEPS)
def test_a_crash_while_restoring_leaves_the_old_pair_or_the_new_one(clinic, person, fatal) -> None:
    backup = backed_up(clinic)
    for file in DataFile:
        store = clinic.open_file(file)
        person(store).adds_visit("later")
        store.close()
    steps: list[str] = []

    def on_step(step: str) -> None:
        steps.append(step)
        if step == fatal:
            raise Killed

    with pytest.raises(Killed):
        restore(backup, clinic.folder, both(clinic), at_utc=NOW, on_step=on_step)
    assert steps == RESTORE_STEPS[: RESTORE_STEPS.index(fatal) + 1]
    finished = finish_interrupted(clinic.folder)
    assert finished == (None if fatal == "staged" else "restore")
    for file in DataFile:
        late = visits(clinic, file) - {f"first in {file.value}"}
        assert late == ({"later"} if fatal == "staged" else set())


def test_a_failing_backup_leaves_no_half_of_itself(clinic, monkeypatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("clinic_desktop.store.backup.write_whole", full)
    with pytest.raises(StoreTrouble, match="disk is full"):
        backed_up(clinic)
    assert list(clinic.folder.backups.iterdir()) == []
    assert visits(clinic, DataFile.SCHEDULE)


def test_backups_are_listed_newest_first_and_strangers_left_out(clinic) -> None:
    older = backed_up(clinic, NOW - timedelta(days=1))
    newer = backed_up(clinic, NOW)
    same_second = backed_up(clinic, NOW)
    (clinic.folder.backups / "holiday photos").mkdir()
    (clinic.folder.backups / "2026-11-20T120000Z").mkdir()
    listed = list_backups(clinic.folder.backups)
    assert [b.path for b in listed] == [same_second.path, newer.path, older.path]


def test_retention_keeps_the_newest_then_days_then_weeks(clinic) -> None:
    def at(hours: float) -> BackupInfo:
        moment = NOW - timedelta(hours=hours)
        return BackupInfo(path=Path(str(hours)), made_at_utc=moment, generation=1, files=())

    half_hourly = [at(n / 2) for n in range(24 * 2 * 120)]
    kept = to_keep(half_hourly)
    assert kept[:24] == half_hourly[:24]
    days = {b.made_at_utc.date() for b in kept}
    assert {NOW.date() - timedelta(days=n) for n in range(14)} <= days
    weeks = {b.made_at_utc.isocalendar()[:2] for b in kept}
    assert len(weeks) == 8
    assert len(kept) < 24 + 14 + 8


def test_pruning_deletes_only_what_need_not_be_kept(clinic) -> None:
    first = backed_up(clinic, NOW - timedelta(days=400))
    for number in range(30):
        copy = clinic.folder.backups / f"2026-11-24T1{number // 10}{number % 10:02d}00Z"
        shutil.copytree(first.path, copy)
        manifest = copy / "manifest.json"
        moment = f"2026-11-24T1{number // 10}:{number % 10:02d}:00.000000Z"
        text = manifest.read_text().replace("2025-10-20T14:26:00.000000Z", moment)
        manifest.write_text(text)
    left = clinic.folder.backups / "2026-11-24T090000Z.part"
    left.mkdir()
    os.utime(left, (0, 0))
    young = clinic.folder.backups / "2026-11-24T093000Z.part"
    young.mkdir()
    (clinic.folder.backups / "notes").mkdir()
    assert prune(clinic.folder.backups, "another clinic's") == [left]
    left.mkdir()
    os.utime(left, (0, 0))
    gone = prune(clinic.folder.backups, first.device)
    assert len(gone) == 30 - 24 + 1
    assert first.path.exists()
    assert (clinic.folder.backups / "notes").exists()
    assert not left.exists()
    assert young.exists()
