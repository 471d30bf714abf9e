"""What an operation changed, so that just the views that show it reload."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RecordKind(StrEnum):
    """Kinds of records; the value is the table's name."""

    CLINIC = "clinic"
    USERS = "users"
    PRACTITIONERS = "practitioners"
    SERVICES = "services"
    PATIENTS = "patients"
    SITES = "sites"
    VISITS = "visits"
    SERIES = "series"
    PROMISES = "promises"
    TIME_OFF = "time_off"
    PUBLISHED_DAYS = "published_days"
    TOLD = "told"
    CALLS = "calls"
    WAIT_LIST = "wait_list"
    MESSAGES = "messages"
    CLINICAL_FLAGS = "clinical_flags"
    EPISODES = "episodes"
    INTAKES = "intakes"
    CONSENTS = "consents"
    NOTES = "notes"
    DRIVE_OVERRIDES = "drive_overrides"
    ROADS = "roads"
    BACKUPS = "backups"


def _no_ids() -> dict[RecordKind, frozenset[str]]:
    return {}


class HistoryStep(StrEnum):
    """Whether an operation was done, taken back, or done again."""

    DONE = "done"
    UNDONE = "undone"
    REDONE = "redone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Ids by kind, with the name of the operation as the person reads it."""

    operation: str = ""
    operation_id: str = ""
    undoable: bool = True
    step: HistoryStep = HistoryStep.DONE
    ids: Mapping[RecordKind, frozenset[str]] = field(default_factory=_no_ids)

    def of(self, kind: RecordKind) -> frozenset[str]:
        """The changed ids of one kind."""
        return self.ids.get(kind, frozenset())

    def touches(self, *kinds: RecordKind) -> bool:
        """Whether anything of these kinds changed."""
        return any(self.ids.get(kind) for kind in kinds)


def changes_of(tables: Mapping[str, Iterable[str]]) -> dict[RecordKind, frozenset[str]]:
    """Changed row ids by table name as ids by kind; tables that no view shows are left out."""
    known = {kind.value: kind for kind in RecordKind}
    return {known[t]: frozenset(ids) for t, ids in tables.items() if t in known}
