"""The journal of one file: what the triggers write, and what they refuse.

Every insert, update and delete of a journalled table leaves an entry in ``journal``, together
with the operation it belongs to. The operation's facts stand in the one row of ``op_context``,
a regular table (triggers cannot read temporary ones) that is empty outside a transaction; without
it a journalled table takes no write. An update writes just the columns that changed.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clinic_desktop.store.chain import BLOB_MARK
from clinic_desktop.store.sqlcipher import Database, rows, run

OUTSIDE_OPERATION: Final = "a journalled table is written in a named operation only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journalled:
    """A table whose changes are journalled; ``key`` is its one TEXT primary key column."""

    table: str
    key: str = "id"


class OpKind(StrEnum):
    """What an operation does to the history."""

    DO = "do"
    UNDO = "undo"
    REDO = "redo"


CORE_TABLES: Final = (
    """
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        device_id TEXT NOT NULL,
        op_id TEXT NOT NULL,
        op_name TEXT NOT NULL,
        op_kind TEXT NOT NULL CHECK (op_kind IN ('do', 'undo', 'redo')),
        inverts TEXT,
        undoable INTEGER NOT NULL CHECK (undoable IN (0, 1)),
        actor TEXT NOT NULL,
        at_utc TEXT NOT NULL,
        table_name TEXT NOT NULL,
        row_id TEXT NOT NULL,
        action TEXT NOT NULL,
        old_json TEXT,
        new_json TEXT,
        prev_hash TEXT,
        hash TEXT,
        CHECK ((prev_hash IS NULL) = (hash IS NULL))
    ) STRICT
    """,
    "CREATE INDEX journal_by_row ON journal (table_name, row_id)",
    "CREATE INDEX journal_by_operation ON journal (op_id)",
    "CREATE INDEX journal_by_inverse ON journal (inverts) WHERE inverts IS NOT NULL",
    "CREATE INDEX journal_by_actor ON journal (actor, at_utc)",
    """
    CREATE TABLE op_context (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        device_id TEXT NOT NULL,
        op_id TEXT NOT NULL,
        op_name TEXT NOT NULL,
        op_kind TEXT NOT NULL,
        inverts TEXT,
        undoable INTEGER NOT NULL,
        actor TEXT NOT NULL,
        at_utc TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE anchors (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        other_file TEXT NOT NULL,
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL,
        at_utc TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE schema_migrations (
        position INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        applied_at_utc TEXT NOT NULL
    ) STRICT
    """,
)

_CONTEXT_COLUMNS = "device_id, op_id, op_name, op_kind, inverts, undoable, actor, at_utc"
_NO_CONTEXT = "NOT EXISTS (SELECT 1 FROM op_context)"


def _refuse(message: str, when: str) -> str:
    return f"SELECT RAISE(ABORT, '{message}') WHERE {when};"


def _guard(name: str, event: str, table: str, *refusals: str) -> tuple[str, str]:
    body = "\n            ".join(refusals)
    return name, f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN {body} END"


CORE_TRIGGERS: Final[Mapping[str, str]] = dict(
    (
        _guard(
            "core_journal_insert",
            "INSERT",
            "journal",
            _refuse(OUTSIDE_OPERATION, _NO_CONTEXT),
            _refuse("a journal entry comes unsealed", "NEW.hash IS NOT NULL"),
            # OR REPLACE would delete the entry unseen where recursive triggers are off.
            _refuse(
                "a journal entry is never replaced",
                "EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)",
            ),
        ),
        _guard(
            "core_journal_update",
            "UPDATE",
            "journal",
            _refuse("a sealed journal entry never changes", "OLD.hash IS NOT NULL"),
            _refuse("a journal entry keeps its number", "NEW.seq IS NOT OLD.seq"),
        ),
        _guard(
            "core_journal_delete",
            "DELETE",
            "journal",
            _refuse("a journal entry is never deleted", "1"),
        ),
        _guard(
            "core_anchors_insert",
            "INSERT",
            "anchors",
            _refuse(OUTSIDE_OPERATION, _NO_CONTEXT),
            _refuse(
                "an anchor is never replaced", "EXISTS (SELECT 1 FROM anchors WHERE id = NEW.id)"
            ),
        ),
        _guard("core_anchors_update", "UPDATE", "anchors", _refuse("an anchor never changes", "1")),
        _guard("core_anchors_delete", "DELETE", "anchors", _refuse("an anchor stays", "1")),
    )
)


def quoted(name: str) -> str:
    """A table's or column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def columns_of(db: Database, table: str) -> list[str]:
    """A table's stored columns in their order."""
    return [row["name"] for row in rows(db, f"PRAGMA table_info({quoted(table)})")]


def tables_of(db: Database) -> set[str]:
    """The names of the file's tables."""
    return {row["name"] for row in rows(db, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def _value_json(value: str) -> str:
    blob = f"""'{{"{BLOB_MARK}":"' || hex({value}) || '"}}'"""
    return f"iif(typeof({value}) = 'blob', {blob}, json_quote({value}))"


def _row_json(side: str, columns: Iterable[str], *, changed_only: bool) -> str:
    parts: list[str] = []
    for column in columns:
        name = quoted(column)
        pair = f"""{_literal(f',"{column}":')} || {_value_json(f"{side}.{name}")}"""
        if changed_only:
            pair = f"iif(OLD.{name} IS NOT NEW.{name}, {pair}, '')"
        parts.append(pair)
    return f"'{{' || ltrim({' || '.join(parts)}, ',') || '}}'"


def journal_triggers(table: Journalled, columns: list[str]) -> dict[str, str]:
    """The triggers, by name, that guard and journal one table with these columns.

    Raises:
        ValueError: the key is not among the columns.
    """
    if table.key not in columns:
        raise ValueError(f"{table.table} has no column {table.key}")
    name, key = quoted(table.table), quoted(table.key)

    def entry(action: str, side: str, old: str, new: str) -> str:
        return (
            f"INSERT INTO journal ({_CONTEXT_COLUMNS}, table_name, row_id, action, old_json,"
            f" new_json) SELECT {_CONTEXT_COLUMNS}, {_literal(table.table)}, {side}.{key},"
            f" '{action}', {old}, {new} FROM op_context;"
        )

    def after(event: str, body: str, when: str = "") -> tuple[str, str]:
        trigger = f"{table.table}_journal_{event.lower()}"
        condition = f" WHEN {when}" if when else ""
        return (
            trigger,
            f"CREATE TRIGGER {quoted(trigger)} AFTER {event} ON {name}{condition} BEGIN {body} END",
        )

    any_change = " OR ".join(f"OLD.{quoted(c)} IS NOT NEW.{quoted(c)}" for c in columns)
    prefix = f"{table.table}_guard"
    return dict(
        (
            _guard(
                f"{prefix}_insert",
                "INSERT",
                name,
                _refuse(OUTSIDE_OPERATION, _NO_CONTEXT),
                _refuse("a row needs its key", f"NEW.{key} IS NULL"),
                _refuse(
                    "a row is never replaced",
                    f"EXISTS (SELECT 1 FROM {name} WHERE {key} = NEW.{key})",
                ),
            ),
            _guard(
                f"{prefix}_update",
                "UPDATE",
                name,
                _refuse(OUTSIDE_OPERATION, _NO_CONTEXT),
                _refuse("a row keeps its key", f"NEW.{key} IS NOT OLD.{key}"),
            ),
            _guard(f"{prefix}_delete", "DELETE", name, _refuse(OUTSIDE_OPERATION, _NO_CONTEXT)),
            after(
                "INSERT",
                entry("insert", "NEW", "NULL", _row_json("NEW", columns, changed_only=False)),
            ),
            after(
                "UPDATE",
                entry(
                    "update",
                    "NEW",
                    _row_json("OLD", columns, changed_only=True),
                    _row_json("NEW", columns, changed_only=True),
                ),
                any_change,
            ),
            after(
                "DELETE",
                entry("delete", "OLD", _row_json("OLD", columns, changed_only=False), "NULL"),
            ),
        )
    )


def install_journal(db: Database, table: Journalled) -> None:
    """Create the triggers of one journalled table, inside the open transaction."""
    for sql in journal_triggers(table, columns_of(db, table.table)).values():
        run(db, sql)


_TRIGGER_TABLE = re.compile(r"\bON\s+\"?(\w+)\"?", re.IGNORECASE)


def expected_triggers(
    db: Database, journalled: Iterable[Journalled], own: Mapping[str, str]
) -> dict[str, str]:
    """Every trigger that the file should have, by name, for the tables that it has now."""
    tables = tables_of(db)
    expected = dict(CORE_TRIGGERS)
    for table in journalled:
        if table.table in tables:
            expected |= journal_triggers(table, columns_of(db, table.table))
    for name, sql in own.items():
        found = _TRIGGER_TABLE.search(sql)
        if found is None:
            raise ValueError(f"the trigger {name} names no table")
        if found.group(1) in tables:
            expected[name] = sql
    return expected


def list_triggers(db: Database) -> dict[str, str]:
    """The file's triggers by name, as SQLite keeps them."""
    found = rows(db, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {row["name"]: row["sql"] for row in found}


def normal_sql(sql: str) -> str:
    """SQL with its white space evened out, for comparing."""
    return " ".join(sql.split()).rstrip("; ")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerFault:
    """A trigger that is missing, changed or not ours; ``what`` says which of the three."""

    name: str
    what: str


def verify_triggers(db: Database, expected: Mapping[str, str]) -> list[TriggerFault]:
    """What differs from the expected triggers; empty if all is well."""
    found = list_triggers(db)
    faults = [TriggerFault(name=n, what="missing") for n in sorted(expected.keys() - found.keys())]
    faults += [TriggerFault(name=n, what="foreign") for n in sorted(found.keys() - expected.keys())]
    faults += [
        TriggerFault(name=n, what="changed")
        for n in sorted(expected.keys() & found.keys())
        if normal_sql(found[n]) != normal_sql(expected[n])
    ]
    return faults


def triggers_fingerprint(db: Database) -> str:
    """One hash over all triggers that the file has now."""
    text = "\n".join(f"{name} {normal_sql(sql)}" for name, sql in sorted(list_triggers(db).items()))
    return hashlib.sha256(text.encode()).hexdigest()


def drop_triggers(db: Database) -> None:
    """Take every trigger out, inside the open transaction (before a migration)."""
    for name in list_triggers(db):
        run(db, f"DROP TRIGGER {quoted(name)}")


def build_triggers(db: Database, expected: Mapping[str, str]) -> None:
    """Create every expected trigger, inside the open transaction."""
    for sql in expected.values():
        run(db, sql)


def begin_context(
    db: Database,
    *,
    device_id: str,
    op_id: str,
    name: str,
    kind: OpKind,
    inverts: str | None,
    undoable: bool,
    actor: str,
    at_utc: str,
) -> None:
    """Say which operation the following writes of this transaction belong to."""
    values = (device_id, op_id, name, kind.value, inverts, int(undoable), actor, at_utc)
    run(db, "INSERT INTO op_context VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def end_context(db: Database) -> None:
    """Close the operation, before COMMIT: outside one, journalled tables take no write."""
    run(db, "DELETE FROM op_context")


def insert_explicit(
    db: Database, action: str, *, table: str, row_id: str, new_json: str | None
) -> None:
    """Write an entry that no trigger sees: a read, an export, a log-in."""
    run(
        db,
        f"INSERT INTO journal ({_CONTEXT_COLUMNS}, table_name, row_id, action, new_json)"
        f" SELECT {_CONTEXT_COLUMNS}, ?, ?, ?, ? FROM op_context",
        (table, row_id, action, new_json),
    )
