"""Where on the body: sides, regions, limbs and muscles."""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """A side of the body; ``MIDLINE`` for what has none."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    MIDLINE = "midline"


class Limb(StrEnum):
    """The limb a region belongs to; the trunk is none."""

    ARM = "arm"
    LEG = "leg"
    TRUNK = "trunk"


class Technique(StrEnum):
    """How a needle is used."""

    STATIC = "static"
    PISTONING = "pistoning"
    ROTATION = "rotation"
    ELECTRICAL = "electrical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region of the body, the same on both sides."""

    id: str
    name: str
    limb: Limb


@dataclass(frozen=True, slots=True, kw_only=True)
class Muscle:
    """A muscle that can be needled. ``thoracic_risk``: a needle may reach the pleura."""

    id: str
    name: str
    region: str
    templates: tuple[str, ...] = ()
    thoracic_risk: bool = False
    caution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a needle is to go, and how. A side that is not said yet counts as both."""

    muscle: Muscle
    limb: Limb
    side: Side | None
    technique: Technique | None = None

    @property
    def sides(self) -> frozenset[Side]:
        """The sides it may touch."""
        if self.side is Side.LEFT or self.side is Side.RIGHT:
            return frozenset({self.side})
        return frozenset({Side.LEFT, Side.RIGHT})
