"""What the clinic offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from clinic_desktop.domain.ids import ServiceId


class ServiceKind(StrEnum):
    """Where a service stands in a course."""

    EVALUATION = "evaluation"
    FOLLOW_UP = "follow_up"
    RE_EVALUATION = "re_evaluation"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class KitItem:
    """What one visit uses up: ``count`` pieces of it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A kind of visit; all durations in minutes.

    A visit fills ``door_min`` at the door: set-up, treatment, pack-down. ``promise_width_min`` is
    the width of the arrival window that is told by default. ``kit`` is what a visit usually takes.
    """

    id: ServiceId
    name: str
    short_name: str
    kind: ServiceKind
    treatment_min: int
    setup_min: int = 5
    packdown_min: int = 5
    needed_certification: str | None = None
    price_cents: int = 0
    promise_width_min: int = 30
    active: bool = True
    kit: tuple[KitItem, ...] = ()

    @property
    def door_min(self) -> int:
        """Minutes from arrival to leaving."""
        return self.setup_min + self.treatment_min + self.packdown_min


def kit_of(services: Iterable[Service]) -> tuple[KitItem, ...]:
    """What several visits take together, in the order in which it is first named."""
    counts: dict[str, int] = {}
    for service in services:
        for item in service.kit:
            counts[item.name] = counts.get(item.name, 0) + item.count
    return tuple(KitItem(name=name, count=count) for name, count in counts.items())
