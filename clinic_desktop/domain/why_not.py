"""Why a time cannot be had: every rule, and the smallest change of the day that would free it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.domain.service import Service


class RuleKind(StrEnum):
    """The rules that a start keeps."""

    TIME = "time"
    CLOSED = "closed"
    CALLER = "caller"
    CERTIFIED = "certified"
    LICENSED = "licensed"
    HOURS = "hours"
    TIME_OFF = "time_off"
    VISIT = "visit"
    DRIVE_BEFORE = "drive_before"
    DRIVE_AFTER = "drive_after"
    LUNCH = "lunch"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCheck:
    """One rule, whether it holds, and why not. ``visit_id`` is the visit that is in the way."""

    kind: RuleKind
    ok: bool
    sentence: str = ""
    detail: str = ""
    visit_id: VisitId | None = None


class ChangeKind(StrEnum):
    """What may be done to a visit that is in the way."""

    MOVE = "move"
    REASSIGN = "reassign"
    SHORTEN = "shorten"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChange:
    """One visit at another time, with another person, or with a shorter buffer.

    ``lifts_lock``: a lock of the visit has to be lifted for it, which nobody does unasked.
    ``breaks_promise``: the start lies outside what was promised, or somebody else was promised.
    ``needs_call``: the patient was told something else, or would be surprised at the door.
    """

    visit_id: VisitId
    kind: ChangeKind
    before_id: PractitionerId
    practitioner_id: PractitionerId
    before: datetime
    start: datetime
    door_min: int
    lifts_lock: bool = False
    breaks_promise: bool = False
    needs_call: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallestChange:
    """The changes that free a time, and what they cost.

    ``added_min`` is the change in driving of all days concerned, the wanted visit included.
    """

    changes: tuple[VisitChange, ...]
    added_min: int

    @property
    def promises_broken(self) -> int:
        """How many promises would not hold any more."""
        return sum(change.breaks_promise for change in self.changes)

    @property
    def calls(self) -> int:
        """How many patients have to be phoned."""
        return sum(change.needs_call for change in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """The answer about one start of one practitioner (local wall-clock).

    ``change`` None where the start is free as it is, or where no change of two visits frees it.
    """

    practitioner_id: PractitionerId
    start: datetime
    checks: tuple[RuleCheck, ...]
    change: SmallestChange | None = None

    @property
    def free(self) -> bool:
        """Whether no rule is in the way."""
        return all(check.ok for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNeeds:
    """What a visit on the board needs wherever it goes: its service, and the state of its site."""

    service: Service
    state: str = ""


Needs = Mapping[VisitId, VisitNeeds]
