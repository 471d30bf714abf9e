"""What a change of a series would do, visit by visit: commands and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import PractitionerId, PromiseId, VisitId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.series import MOST_VISITS, Scope, Series, SeriesRule
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.move_rules import BrokenPromise
from clinic_desktop.text import _


class SeriesStep(StrEnum):
    """What would happen to one turn of a series."""

    BOOK = "book"
    MOVE = "move"
    STAY = "stay"
    CANCEL = "cancel"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How often, and how often in all or until when; the visit itself is the first."""

    every_weeks: int = 1
    count: int | None = None
    until: date | None = None

    def rule(self, first: datetime) -> SeriesRule:
        """The rule from a first time on. Raises ``RuleBroken`` where it makes no sense."""
        if self.until is not None and self.until < first.date():
            raise RuleBroken(_("The last day lies before the first visit."))
        try:
            return SeriesRule(
                first=first, every_weeks=self.every_weeks, count=self.count, until=self.until
            )
        except ValueError:
            raise RuleBroken(_("A series has at most {n} visits.").format(n=MOST_VISITS)) from None


Choices = Mapping[int, datetime | None]
"""By number, what was chosen where the rule's time cannot be had: another time, None to skip."""


def _none_chosen() -> dict[int, datetime | None]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeries:
    """A visit is repeated, or a series is changed from one of its visits.

    ``repeat`` is a new rule from the visit on: it makes a series of a lone visit. Without it the
    visit goes to ``start`` (local) and ``practitioner_id``, and those of ``scope`` go with it.
    ``accept_promises`` are those a person has agreed to break; they stay in the ledger as told.
    """

    visit_id: VisitId
    repeat: Repeat | None = None
    scope: Scope = Scope.FOLLOWING
    start: datetime | None = None
    practitioner_id: PractitionerId | None = None
    choices: Choices = field(default_factory=_none_chosen)
    accept_promises: frozenset[PromiseId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesItem:
    """One turn. ``wanted`` is the rule's time, ``start`` the one that would be written (local).

    ``wanted_problem`` says why the rule's time cannot be had, ``problem`` why what would be done
    cannot ("" for nothing in the way). ``offers`` are the nearest times that fit, that day first.
    ``visit`` is the visit as it would be, None for a skipped turn; ``window`` what is promised of a
    new one, None if the first visit has no promise.
    """

    number: int
    step: SeriesStep
    wanted: datetime
    start: datetime
    before: Visit | None = None
    visit: Visit | None = None
    wanted_problem: str = ""
    problem: str = ""
    offers: tuple[datetime, ...] = ()
    tell: tuple[BrokenPromise, ...] = ()
    by_hand: bool = False
    window: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlan:
    """Every turn concerned, in order, and the series as it would be."""

    patient: Patient
    visit: Visit
    series: Series
    items: tuple[SeriesItem, ...]

    @property
    def open(self) -> tuple[SeriesItem, ...]:
        """Turns that cannot be written as they are: something has to be chosen."""
        return tuple(item for item in self.items if item.problem)

    @property
    def tellings(self) -> tuple[BrokenPromise, ...]:
        """Promises that would not be kept: these people have to be told."""
        return tuple(promise for item in self.items for promise in item.tell)

    def steps(self, step: SeriesStep) -> int:
        """How many turns take a step."""
        return sum(1 for item in self.items if item.step is step)
