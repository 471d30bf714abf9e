"""Undo and redo by name: the inverse of an operation, read from the journal, as a new operation.

Undo is per person and per working day. A chain of undo and redo is followed by ``inverts``: an
undone operation and its undo cancel each other, a redo stands for the operation again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.store import chain
from clinic_desktop.store.chain import HASH_MARK, utc_text
from clinic_desktop.store.database import TRIGGER_ACTIONS, FileStore, Operation
from clinic_desktop.store.journal import OpKind, quoted
from clinic_desktop.store.sqlcipher import Database, IntegrityError, Row, one, rows, run
from clinic_desktop.text import _

_WRITES = "('insert', 'update', 'delete')"
assert set(TRIGGER_ACTIONS) == {"insert", "update", "delete"}

RefusalOf = Callable[[str], str | None]
CheckOf = Callable[[Operation], None]
"""Given an operation's id, a sentence why it cannot be taken back, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackItem:
    """An operation that could be undone or redone; ``reason`` says why not, or is ""."""

    op_id: str
    name: str
    at_utc: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoStack:
    """A person's operations since a moment, newest first."""

    undo: tuple[StackItem, ...]
    redo: tuple[StackItem, ...]
    skipped: tuple[StackItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoDone:
    """What an undo or redo did: the new operation's id, the name taken back, the rows changed."""

    op_id: str
    name: str
    changed: dict[str, set[str]]


def undo_stack(store: FileStore, *, actor: str, since_utc: datetime) -> UndoStack:
    """What a person can undo and redo, and what of theirs is skipped because it is final."""
    return _stack(store.reader(), actor, since_utc)


def undo_last(
    store: FileStore,
    *,
    actor: str,
    since_utc: datetime,
    op_id: str,
    at_utc: datetime,
    refuse: RefusalOf | None = None,
    check: CheckOf | None = None,
) -> UndoDone:
    """Take a person's newest undoable operation back.

    Args:
        store: the file.
        actor: the person's user id.
        since_utc: nothing before this moment is taken back (the start of the working day).
        op_id: a fresh id for the new operation.
        at_utc: the present moment.
        refuse: says of an operation why it cannot be taken back, for example because its other
            half lies in a file that is closed.
        check: looks at the file as the undo would leave it, and raises ``RuleBroken`` to stop it.

    Raises:
        RuleBroken: there is nothing to undo, or something newer is in the way.
    """
    return _take_back(store, OpKind.UNDO, actor, since_utc, op_id, at_utc, refuse, check)


def redo_last(
    store: FileStore,
    *,
    actor: str,
    since_utc: datetime,
    op_id: str,
    at_utc: datetime,
    refuse: RefusalOf | None = None,
    check: CheckOf | None = None,
) -> UndoDone:
    """Do again what the person undid last. Arguments and errors as ``undo_last``."""
    return _take_back(store, OpKind.REDO, actor, since_utc, op_id, at_utc, refuse, check)


def _take_back(
    store: FileStore,
    kind: OpKind,
    actor: str,
    since_utc: datetime,
    op_id: str,
    at_utc: datetime,
    refuse: RefusalOf | None,
    check: CheckOf | None,
) -> UndoDone:
    stack = _stack(store.reader(), actor, since_utc)
    items = stack.undo if kind is OpKind.UNDO else stack.redo
    if not items:
        raise RuleBroken(
            _("There is nothing to undo.")
            if kind is OpKind.UNDO
            else _("There is nothing to redo.")
        )
    item = items[0]
    sentence = refuse(item.op_id) if refuse else None
    if sentence:
        raise RuleBroken(sentence)
    title = _("Undo: {name}") if kind is OpKind.UNDO else _("Redo: {name}")
    with store.operation(
        op_id=op_id,
        name=title.format(name=item.name),
        actor=actor,
        at_utc=at_utc,
        kind=kind,
        inverts=item.op_id,
    ) as op:
        _invert(op, item)
        if check is not None:
            check(op)
        return UndoDone(op_id=op_id, name=item.name, changed=op.changed())


def _stack(db: Database, actor: str, since_utc: datetime) -> UndoStack:
    operations = rows(
        db,
        "SELECT op_id, op_name, op_kind, inverts, undoable, min(at_utc) AS at_utc,"
        f" max(action IN {_WRITES}) AS writes FROM journal"
        " WHERE actor = ? AND at_utc >= ? GROUP BY op_id ORDER BY min(seq)",
        (actor, utc_text(since_utc)),
    )
    undo: list[StackItem] = []
    redo: list[StackItem] = []
    skipped: list[StackItem] = []
    for row in operations:
        match OpKind(row["op_kind"]):
            case OpKind.DO if not row["undoable"]:
                if row["writes"]:
                    skipped.append(_item(db, row, _("This cannot be undone.")))
                    undo = _without_rows_of(db, undo, row["op_id"], skipped)
            case OpKind.DO:
                if row["writes"]:
                    undo.append(_item(db, row))
                    redo.clear()
            case OpKind.UNDO:
                undo = [item for item in undo if item.op_id != row["inverts"]]
                redo.append(_item(db, row))
            case OpKind.REDO:
                redo = [item for item in redo if item.op_id != row["inverts"]]
                undo.append(_item(db, row))
    return UndoStack(
        undo=tuple(reversed(undo)), redo=tuple(reversed(redo)), skipped=tuple(reversed(skipped))
    )


def _without_rows_of(
    db: Database, undo: list[StackItem], final: str, skipped: list[StackItem]
) -> list[StackItem]:
    """What stands under something final is not offered any more: it could only be refused."""
    touched = _rows_of(db, final)
    kept: list[StackItem] = []
    for item in undo:
        if _rows_of(db, item.op_id) & touched:
            skipped.append(replace(item, reason=_("Something final stands on it.")))
        else:
            kept.append(item)
    return kept


def _rows_of(db: Database, op_id: str) -> frozenset[tuple[str, str]]:
    found = rows(
        db,
        f"SELECT DISTINCT table_name, row_id FROM journal WHERE op_id = ? AND action IN {_WRITES}",
        (op_id,),
    )
    return frozenset((row["table_name"], row["row_id"]) for row in found)


def _item(db: Database, row: Row, reason: str = "") -> StackItem:
    return StackItem(
        op_id=row["op_id"],
        name=_first_name(db, row["op_id"]),
        at_utc=row["at_utc"],
        reason=reason,
    )


def _first_name(db: Database, op_id: str) -> str:
    """The name of the operation at the start of a chain of undo and redo."""
    while True:
        query = "SELECT op_name, inverts FROM journal WHERE op_id = ? LIMIT 1"
        row = one(db, query, (op_id,))
        if row is None:
            return ""
        if row["inverts"] is None:
            return row["op_name"]
        op_id = row["inverts"]


def _invert(op: Operation, item: StackItem) -> None:
    entries = rows(
        op.db,
        "SELECT seq, table_name, row_id, action, old_json, new_json FROM journal"
        f" WHERE op_id = ? AND action IN {_WRITES} ORDER BY seq DESC",
        (item.op_id,),
    )
    by_row: dict[tuple[str, str], list[Row]] = {}
    for entry in entries:
        by_row.setdefault((entry["table_name"], entry["row_id"]), []).append(entry)
    for (table, row_id), of_row in by_row.items():
        _refuse_newer(op, item, table, row_id, of_row)
    try:
        for entry in entries:
            _apply_inverse(op.db, entry, item)
    except IntegrityError as error:
        raise RuleBroken(
            _("“{name}” stays as it is: something newer depends on it.").format(name=item.name)
        ) from error


def _refuse_newer(
    op: Operation, item: StackItem, table: str, row_id: str, newest_first: list[Row]
) -> None:
    """Stop if a row has moved on since the operation.

    Newer operations that cancelled each other do not count. The row is compared as well, because
    the undone pairs of two people may interleave.
    """
    newer = rows(
        op.db,
        "SELECT op_id, inverts FROM journal WHERE table_name = ? AND row_id = ? AND seq > ?"
        f" AND op_id <> ? AND action IN {_WRITES} GROUP BY op_id ORDER BY min(seq)",
        (table, row_id, newest_first[0]["seq"], op.op_id),
    )
    standing: dict[str, None] = {}
    for later in newer:
        if later["inverts"] in standing:
            del standing[later["inverts"]]
        else:
            standing[later["op_id"]] = None
    if standing or not _as_left(op.db, table, row_id, newest_first):
        in_the_way = next(reversed(standing or [later["op_id"] for later in newer]), "")
        raise RuleBroken(
            _("“{name}” stays as it is: “{newer}” has changed the same record since.").format(
                name=item.name, newer=_first_name(op.db, in_the_way)
            ),
            way_out=_("Undo that first, or change the record by hand."),
        )


def _as_left(db: Database, table: str, row_id: str, newest_first: list[Row]) -> bool:
    """Whether the row still is what the operation left."""
    key = _key_of(db, table)
    found = rows(db, f"SELECT * FROM {quoted(table)} WHERE {quoted(key)} = ?", (row_id,))
    if newest_first[0]["action"] == "delete":
        return not found
    if not found:
        return False
    left: dict[str, Any] = {}
    for entry in reversed(newest_first):
        left |= cast("dict[str, Any]", json.loads(entry["new_json"] or "{}"))
    return all(_same(found[0].get(column), value) for column, value in left.items())


def _same(value: Any, journalled: Any) -> bool:
    if isinstance(value, bytes):
        return chain.blob_mark(value) == journalled
    return value == journalled


def _apply_inverse(db: Database, entry: Row, item: StackItem) -> None:
    table, key = entry["table_name"], _key_of(db, entry["table_name"])
    target = f"{quoted(table)} WHERE {quoted(key)} = ?"
    if entry["action"] == "insert":
        run(db, f"DELETE FROM {target}", (entry["row_id"],))
        return
    old = cast("dict[str, Any]", json.loads(entry["old_json"]))
    if any(isinstance(value, dict) and HASH_MARK in value for value in old.values()):
        raise RuleBroken(
            _("“{name}” stays as it is: the journal does not keep what a file held.").format(
                name=item.name
            )
        )
    names = ", ".join(quoted(column) for column in old)
    if entry["action"] == "delete":
        marks = ", ".join("?" for _column in old)
        run(db, f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})", tuple(old.values()))
        return
    changes = ", ".join(f"{quoted(column)} = ?" for column in old)
    run(
        db,
        f"UPDATE {quoted(table)} SET {changes} WHERE {quoted(key)} = ?",
        (*old.values(), entry["row_id"]),
    )


def _key_of(db: Database, table: str) -> str:
    found = rows(db, f"PRAGMA table_info({quoted(table)})")
    return next(row["name"] for row in found if row["pk"])
