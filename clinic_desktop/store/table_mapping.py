"""How one kind of record lies in its table."""

from collections.abc import Callable
from dataclasses import dataclass

from clinic_desktop.store.schedule_values import Row
from clinic_desktop.store.sqlcipher import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping[R]:
    """How one kind of record lies in its table; ``key`` is the primary key's column."""

    table: str
    to_row: Callable[[R], dict[str, Value]]
    from_row: Callable[[Row], R]
    key: str = "id"
