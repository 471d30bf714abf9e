"""Brings a file's schema up to date: each migration in one transaction, under a lock.

Triggers are taken out before a migration and built again after it, in the same transaction:
rebuilding a table drops its triggers silently, and with them the audit trail.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store import chain
from clinic_desktop.store.journal import (
    CORE_TABLES,
    Journalled,
    OpKind,
    TriggerFault,
    begin_context,
    build_triggers,
    drop_triggers,
    end_context,
    expected_triggers,
    insert_explicit,
    normal_sql,
    tables_of,
    triggers_fingerprint,
    verify_triggers,
)
from clinic_desktop.store.sqlcipher import (
    Database,
    DataFile,
    in_transaction,
    one,
    rows,
    run,
    scalar,
)
from clinic_desktop.text import _

LOCK_SECONDS: Final = 120
PROGRAM: Final = "program"
TRIGGERS: Final = "triggers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One released step of a schema; never edited afterwards.

    ``apply`` runs statements on the connection inside a transaction that is already open. It
    makes no triggers, and what it changes is journalled as the migration, not row by row.
    """

    name: str
    apply: Callable[[Database], None]


def _no_triggers() -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSchema:
    """All that one file consists of.

    Args:
        file: which file.
        migrations: the steps, oldest first.
        journalled: the tables whose every change is journalled.
        triggers: the file's own further triggers by name, as they are at the newest version.
    """

    file: DataFile
    migrations: tuple[Migration, ...]
    journalled: tuple[Journalled, ...]
    triggers: Mapping[str, str] = field(default_factory=_no_triggers)

    def expected_triggers(self, db: Database) -> dict[str, str]:
        """Every trigger the file should have with the tables it has now."""
        return expected_triggers(db, self.journalled, self.triggers)


def schema_version(db: Database) -> int:
    """How many migrations the file has seen."""
    return int(scalar(db, "PRAGMA user_version"))


def schema_of(db: Database) -> dict[str, str]:
    """Every table, index, view and trigger with its SQL, for comparing two files."""
    found = rows(db, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {f"{row['type']}:{row['name']}": normal_sql(row["sql"]) for row in found}


def refuse_newer(db: Database, schema: FileSchema) -> None:
    """Stop if the file was written by a newer release. Raises ``StoreTrouble``."""
    known = [migration.name for migration in schema.migrations]
    applied: list[str] = []
    if "schema_migrations" in tables_of(db):
        query = "SELECT name FROM schema_migrations ORDER BY position"
        applied = [row["name"] for row in rows(db, query)]
    if schema_version(db) > len(known) or applied != known[: len(applied)]:
        label = schema.file.label
        raise StoreTrouble(
            _("{file} was written by a newer version of this program.").format(
                file=label[:1].upper() + label[1:]
            ),
            still_works=_("It was left as it is."),
            way_out=_("Install the newer version on this machine."),
        )


def migrate(
    db: Database,
    schema: FileSchema,
    *,
    path: Path,
    device_id: str,
    at_utc: datetime,
    backup: Callable[[], None] | None = None,
) -> list[str]:
    """Apply every migration that the file has not seen yet.

    Args:
        db: a writable connection without an open transaction.
        schema: the file's schema.
        path: the file; the lock file is made beside it.
        device_id: this machine, for the journal.
        at_utc: the present moment.
        backup: called once before the first migration of a file that holds data already.

    Returns:
        The names of the migrations applied.

    Raises:
        StoreTrouble: the file is newer than this program, or locked, full or read-only.
    """
    refuse_newer(db, schema)
    if schema_version(db) == len(schema.migrations):
        return []
    lock = FileLock(path.with_name(f"{path.name}.migrating"), timeout=LOCK_SECONDS, mode=0o600)
    try:
        with lock:
            return _migrate_locked(db, schema, device_id, at_utc, backup)
    except Timeout as error:
        raise StoreTrouble(
            _("Another copy of the program is bringing {file} up to date.").format(
                file=schema.file.label
            ),
            way_out=_("Wait until it is done, then start again."),
        ) from error


def _migrate_locked(
    db: Database,
    schema: FileSchema,
    device_id: str,
    at_utc: datetime,
    backup: Callable[[], None] | None,
) -> list[str]:
    refuse_newer(db, schema)
    version = schema_version(db)
    if 0 < version < len(schema.migrations) and backup is not None:
        backup()
    # Has no effect inside a transaction; foreign keys are checked before each COMMIT instead.
    run(db, "PRAGMA foreign_keys = OFF")
    done: list[str] = []
    try:
        for position, migration in enumerate(schema.migrations[version:], start=version + 1):
            _apply(db, schema, position, migration, device_id, at_utc)
            done.append(migration.name)
    finally:
        run(db, "PRAGMA foreign_keys = ON")
    return done


def _apply(
    db: Database,
    schema: FileSchema,
    position: int,
    migration: Migration,
    device_id: str,
    at_utc: datetime,
) -> None:
    run(db, "BEGIN IMMEDIATE")
    try:
        if "journal" not in tables_of(db):
            for sql in CORE_TABLES:
                run(db, sql)
        before = chain.head(db, schema.file)
        drop_triggers(db)
        migration.apply(db)
        build_triggers(db, schema.expected_triggers(db))
        broken = rows(db, "PRAGMA foreign_key_check")
        if broken:
            table = broken[0]["table"]
            raise RuntimeError(f"migration {migration.name} breaks a reference of {table}")
        moment = chain.utc_text(at_utc)
        run(
            db,
            "INSERT INTO schema_migrations (position, name, applied_at_utc) VALUES (?, ?, ?)",
            (position, migration.name, moment),
        )
        run(db, f"PRAGMA user_version = {position}")
        write_program_entry(
            db,
            "migration",
            name=_("Update of the file"),
            device_id=device_id,
            op_id=f"migration {position}",
            at_utc=moment,
            detail={"name": migration.name, TRIGGERS: triggers_fingerprint(db)},
        )
        chain.seal(db, before)
        run(db, "COMMIT")
    except BaseException:
        if in_transaction(db):
            run(db, "ROLLBACK")
        raise


def write_program_entry(
    db: Database,
    action: str,
    *,
    name: str,
    device_id: str,
    op_id: str,
    at_utc: str,
    detail: Mapping[str, object],
) -> None:
    """Journal what the program itself did to a file, inside the open transaction, unsealed."""
    begin_context(
        db,
        device_id=device_id,
        op_id=op_id,
        name=name,
        kind=OpKind.DO,
        inverts=None,
        undoable=False,
        actor=PROGRAM,
        at_utc=at_utc,
    )
    text = json.dumps(dict(detail), ensure_ascii=False)
    insert_explicit(db, action, table="schema_migrations", row_id="", new_json=text)
    end_context(db)


def trigger_faults(db: Database, schema: FileSchema) -> list[TriggerFault]:
    """What of the file's triggers is not as it should be.

    A file that an older release wrote may have other triggers than this one expects: there the
    set must be the one that its last migration journalled.
    """
    if schema_version(db) == len(schema.migrations):
        return verify_triggers(db, schema.expected_triggers(db))
    newest = one(
        db,
        "SELECT new_json FROM journal WHERE table_name = 'schema_migrations'"
        " AND action IN ('migration', 'repair') ORDER BY seq DESC LIMIT 1",
    )
    left = json.loads(newest["new_json"]).get(TRIGGERS) if newest else None
    if left == triggers_fingerprint(db):
        return []
    return [TriggerFault(name="*", what="changed")]
