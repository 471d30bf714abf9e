"""What the clinic holds each part of an offer's cost worth, in minutes of driving."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotWeights:
    """The ranking of offers; each is at least 0.

    ``idle`` is a minute's price in a gap too short for a visit, ``tight`` of each minute that a
    drive misses to being easy, ``slack`` of each minute that the least slack misses to five,
    ``other_person`` of coming to another practitioner than preferred, ``later_day`` of each day of
    waiting, ``balance`` of each minute that somebody's day is fuller than the mean of all.
    """

    driving: float = 1.0
    idle: float = 0.1
    tight: float = 1.0
    slack: float = 3.0
    other_person: float = 12.0
    later_day: float = 0.75
    balance: float = 0.02

    def __post_init__(self) -> None:
        if any(getattr(self, field.name) < 0 for field in fields(self)):
            raise ValueError("a price is at least 0")


USUAL_WEIGHTS = SlotWeights()
