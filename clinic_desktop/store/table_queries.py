"""Reading whole records over one connection."""

from collections.abc import Callable, Iterable

from clinic_desktop.domain.errors import NotFound
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.sqlcipher import Database, one, rows
from clinic_desktop.store.table_mapping import TableMapping

AMONG = "IN (SELECT value FROM json_each(?))"
"""What follows a column to ask for any of the ids in a JSON list."""


def _nothing() -> None:
    """Close nothing: the connection is somebody else's."""


class TableQueries:
    """Records by their table.

    Args:
        db: the connection; it belongs to one thread.
        on_close: gives the connection back.
    """

    def __init__(self, db: Database, on_close: Callable[[], None] = _nothing) -> None:
        self._db = db
        self._on_close = on_close

    def close(self) -> None:
        """Give the connection back."""
        self._on_close()

    def _all[R](
        self, mapping: TableMapping[R], rest: str, params: tuple[str | int | float, ...] = ()
    ) -> list[R]:
        found = rows(self._db, f"SELECT * FROM {mapping.table} {rest}", params)
        return [mapping.from_row(row) for row in found]

    def _among[R](self, mapping: TableMapping[R], ids: Iterable[str]) -> list[R]:
        return self._all(mapping, f"WHERE {mapping.key} {AMONG}", (v.dump(list(ids)),))

    def _one[R](self, mapping: TableMapping[R], record_id: str, gone: str) -> R:
        row = one(self._db, f"SELECT * FROM {mapping.table} WHERE {mapping.key} = ?", (record_id,))
        if row is None:
            raise NotFound(gone)
        return mapping.from_row(row)
