"""Schemas move forward in whole steps, with their triggers."""

import subprocess
import sys
from pathlib import Path

import pytest

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.migrations import FileSchema, Migration, schema_of
from clinic_desktop.store.sqlcipher import IntegrityError, OperationalError, rows, run, scalar
from clinic_desktop.store.verify import verify_file


def schema_with(store: FileStore, *more: Migration) -> FileSchema:
    old = store.schema
    return FileSchema(
        file=old.file,
        migrations=(*old.migrations, *more),
        journalled=old.journalled,
        triggers=old.triggers,
    )


def rebuild(db) -> None:
    """What sqlite-utils' transform does: the table is made anew, and its triggers are gone."""
    run(db, "CREATE TABLE new (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, sex TEXT) STRICT")
    run(db, "INSERT INTO new (id, name) SELECT id, name FROM patients")
    run(db, "DROP TABLE patients")
    run(db, "ALTER TABLE new RENAME TO patients")


REBUILD = Migration(name="0002 patients anew", apply=rebuild)


def test_a_rebuilt_table_is_still_journalled_with_its_new_column(store, ana, reopen) -> None:
    ana.does("New patient", ("INSERT INTO patients VALUES ('p1', 'Ann')",))
    ana.does("Visit", ("INSERT INTO visits (id, title, patient_id) VALUES ('v', 't', 'p1')",))
    store.close()
    again = reopen(schema_with(store, REBUILD))
    with again.operation(op_id="x", name="n", actor="ana", at_utc=at()) as op:
        run(op.db, "UPDATE patients SET sex = 'f'")
    entry = rows(again.reader(), "SELECT * FROM journal ORDER BY seq DESC LIMIT 1")[0]
    assert entry["new_json"] == '{"sex":"f"}'
    assert [r["name"] for r in rows(again.reader(), "SELECT name FROM schema_migrations")] == [
        "0001 tables",
        "0002 patients anew",
    ]
    assert verify_file(again) == []


def at():
    from datetime import UTC, datetime

    return datetime(2026, 11, 24, 14, 26, tzinfo=UTC)


def test_a_migrated_file_equals_a_fresh_one(store, key, tmp_path: Path, reopen) -> None:
    newest = schema_with(store, REBUILD)
    store.close()
    migrated = reopen(newest)
    fresh = FileStore.create(tmp_path / "fresh.db", key, newest, device_id="d", at_utc=at())
    assert schema_of(migrated.reader()) == schema_of(fresh.reader())
    fresh.close()


def fails_halfway(db) -> None:
    run(db, "ALTER TABLE visits ADD COLUMN colour TEXT")
    run(db, "SELECT nonsense")


def test_a_failing_migration_leaves_the_file_as_it_was(store, ana, reopen) -> None:
    ana.adds_visit("v1")
    before = schema_of(store.reader())
    store.close()
    with pytest.raises(OperationalError):
        reopen(schema_with(store, Migration(name="0002 bad", apply=fails_halfway)))
    again = reopen()
    assert schema_of(again.reader()) == before
    assert verify_file(again) == []


def test_a_migration_that_breaks_a_reference_is_taken_back(store, ana, reopen) -> None:
    ana.does("New patient", ("INSERT INTO patients VALUES ('p1', 'Ann')",))
    ana.does("Visit", ("INSERT INTO visits (id, title, patient_id) VALUES ('v', 't', 'p1')",))
    store.close()
    bad = Migration(name="0002 bad", apply=lambda db: void(run(db, "DELETE FROM patients")))
    with pytest.raises(RuntimeError, match="breaks a reference of visits"):
        reopen(schema_with(store, bad))
    assert scalar(reopen().reader(), "SELECT count(*) FROM patients") == 1


def void(_value: object) -> None:
    return None


def test_a_file_with_data_is_backed_up_before_its_migration_and_only_then(store, reopen) -> None:
    store.close()
    calls: list[str] = []
    reopen(backup_before_migration=lambda: calls.append("a")).close()
    assert calls == []
    reopen(schema_with(store, REBUILD), backup_before_migration=lambda: calls.append("b")).close()
    assert calls == ["b"]


def test_a_newer_file_is_refused_and_left_alone(store, reopen) -> None:
    store.close()
    reopen(schema_with(store, REBUILD)).close()
    before = store.path.read_bytes()
    with pytest.raises(StoreTrouble, match="newer version of this program"):
        reopen()
    assert store.path.read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TRIGGER visits_journal_update",
        "DROP TRIGGER core_journal_delete",
        "DROP TRIGGER visits_no_negative",
        "CREATE TRIGGER extra AFTER INSERT ON visits BEGIN SELECT 1; END",
    ],
)
def test_a_trigger_changed_outside_is_found_at_the_next_start(store, ana, reopen, damage) -> None:
    ana.adds_visit("v1")
    run(store._writer, damage)
    store.close()
    with pytest.raises(StoreTrouble, match="safeguards inside the schedule file were changed"):
        reopen()
    with pytest.raises(StoreTrouble, match="safeguards"):
        reopen(schema_with(store, REBUILD))
    repaired = reopen(repair_triggers=True)
    assert verify_file(repaired) == []
    entry = rows(repaired.reader(), "SELECT * FROM journal ORDER BY seq DESC LIMIT 1")[0]
    assert entry["action"] == "repair"
    repaired.close()
    reopen()


def test_a_trigger_weakened_through_writable_schema_is_found(store, reopen) -> None:
    run(store._writer, "PRAGMA writable_schema = ON")
    run(
        store._writer,
        "UPDATE sqlite_master SET sql = replace(sql, 'OLD.hash IS NOT NULL', '0')"
        " WHERE name = 'core_journal_update'",
    )
    store.close()
    with pytest.raises(StoreTrouble, match="safeguards"):
        reopen()


def test_an_older_file_with_its_release_s_own_triggers_is_accepted(store, reopen) -> None:
    store.close()
    newer = FileSchema(
        file=store.schema.file,
        migrations=(*store.schema.migrations, REBUILD),
        journalled=store.schema.journalled,
        triggers={},
    )
    again = reopen(newer)
    assert verify_file(again) == []
    with again.operation(op_id="x", name="n", actor="ana", at_utc=at()) as op:
        run(op.db, "INSERT INTO visits (id, title) VALUES ('v', 't')")
        run(op.db, "UPDATE visits SET minutes = -1")


def test_a_table_left_out_of_the_journal_takes_writes_anywhere(store) -> None:
    with store.unjournalled() as db:
        run(db, "INSERT INTO cache VALUES ('a', 'b')")
    with pytest.raises(IntegrityError), store.unjournalled() as db:
        run(db, "INSERT INTO patients VALUES ('p', 'n')")


CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, {here!r})
from conftest import NOW, small_schema
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import Key
from clinic_desktop.store.migrations import Migration
from clinic_desktop.store.sqlcipher import DataFile, run
def slowly(db):
    run(db, "ALTER TABLE cache ADD COLUMN more TEXT")
    time.sleep(0.3)
steps = [Migration(name=f"{{n:04d}}", apply=slowly if n == 2 else lambda db: None) for n in (2, 3)]
print("ready", flush=True)
sys.stdin.readline()
store = FileStore.open(Path(sys.argv[1]), Key(bytes.fromhex(sys.argv[2])),
    small_schema(DataFile.SCHEDULE, *steps), device_id="child", at_utc=NOW)
store.close()
print("done", flush=True)
"""


def test_two_programs_that_migrate_at_once_do_it_once(store, key, reopen) -> None:
    store.close()
    code = CHILD.format(here=str(Path(__file__).parent))
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(store.path), key.hex()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _number in range(2)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        told, errors = program.communicate(timeout=60)
        assert told == "done\n", errors
    noop = tuple(Migration(name=f"{n:04d}", apply=lambda db: None) for n in (2, 3))
    again = reopen(schema_with(store, *noop))
    assert scalar(again.reader(), "SELECT count(*) FROM schema_migrations") == 3
    assert verify_file(again) == []
