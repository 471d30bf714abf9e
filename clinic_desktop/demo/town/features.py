"""What the subjects hand to the network and the writer."""

from dataclasses import dataclass, field
from typing import Final

from clinic_desktop.demo.town.frame import Points

RANK: Final = {
    "motorway": 0,
    "motorway_link": 1,
    "trunk": 2,
    "primary": 3,
    "secondary": 4,
    "tertiary": 5,
    "unclassified": 6,
    "residential": 7,
    "service": 8,
}
"""Classes of road from the greatest; the greater one wins where two lie on one another."""


@dataclass(slots=True)
class Road:
    """One street or stretch of it in world metres, before the network is knotted.

    ``oneway`` means in the order of the points. ``section`` is the survey section that it belongs
    to, or -1.
    """

    points: Points
    kind: str
    name: str
    ref: str = ""
    oneway: bool = False
    lanes: int = 0
    maxspeed: int = 0
    surface: str = "asphalt"
    houses: str = ""
    """The density of houses along it: "", "grid", "suburb", "rural" or "shops"."""
    section: int = -1


@dataclass(slots=True)
class Shape:
    """A closed outline (area) or an open line with its tags, in world metres."""

    points: Points
    tags: dict[str, str]
    closed: bool = True
    holes: tuple[Points, ...] = ()


@dataclass(slots=True)
class Spot:
    """A single tagged point in world metres."""

    x: float
    y: float
    tags: dict[str, str] = field(default_factory=dict[str, str])
