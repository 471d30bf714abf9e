"""Compares rows with what the journal says of them: a change past the triggers leaves no entry.

Who holds a file's key can take the triggers out, change a signed note with its signature and put
the triggers back. The row then differs from what its journal entries left.
"""

import json
from collections.abc import Iterable
from typing import Any, cast

from clinic_desktop.store import chain
from clinic_desktop.store.journal import Journalled, quoted
from clinic_desktop.store.sqlcipher import Database, Row, rows


def rows_past_the_journal(db: Database, tables: Iterable[Journalled]) -> list[tuple[str, str]]:
    """Table and id of every row that is not as its journal entries left it.

    Args:
        db: a connection to the file.
        tables: the journalled tables to look at; takes some microseconds a row.
    """
    found: list[tuple[str, str]] = []
    for table in tables:
        name, key = table.table, table.key
        for row in rows(db, f"SELECT * FROM {quoted(name)}"):
            if not _as_journalled(db, name, str(row[key]), row):
                found.append((name, str(row[key])))
    return found


def _as_journalled(db: Database, table: str, row_id: str, row: Row) -> bool:
    entries = rows(
        db,
        "SELECT action, new_json FROM journal WHERE table_name = ? AND row_id = ?"
        " AND action IN ('insert', 'update', 'delete') ORDER BY seq",
        (table, row_id),
    )
    state: dict[str, Any] | None = None
    for entry in entries:
        if entry["action"] == "delete":
            state = None
        else:
            state = (state or {}) | cast("dict[str, Any]", json.loads(entry["new_json"] or "{}"))
    if state is None:
        return False
    return all(column not in row or _same(row[column], value) for column, value in state.items())


def _same(value: Any, journalled: Any) -> bool:
    return chain.blob_mark(value) == journalled if isinstance(value, bytes) else value == journalled
