"""A day as it was published, and what has been told since: both facts, neither ever recomputed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinic_desktop.domain.ids import PractitionerId, UserId, VisitId


class DayState(StrEnum):
    """A day is a draft until it is published, and closed once it is settled."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVisit:
    """Where a visit stood when its day was published; ``start`` is local."""

    practitioner_id: PractitionerId
    start: datetime
    door_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDay:
    """A date that is no draft any more: which revision, when, by whom, and what stood on it."""

    day: date
    state: DayState
    revision: int
    at: datetime
    by: UserId
    visits: Mapping[VisitId, PublishedVisit]

    def __post_init__(self) -> None:
        if self.state is DayState.DRAFT:
            raise ValueError("a draft is not published")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """That somebody was told of a change: ``key`` says of which change, and whom."""

    id: str
    day: date
    key: str
    at: datetime
    by: UserId
