"""What is shown above the map: routes with their stops."""

from dataclasses import dataclass

from clinic_desktop.domain.place import Coordinate


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStop:
    """A pin. ``kind`` is stop, done, home or ghost; ``spoken`` is what a screen reader says."""

    place: Coordinate
    number: int | None
    kind: str
    label: str
    visit_id: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRoute:
    """One practitioner's day: the lines driven, and the stops."""

    marker: int
    name: str
    lines: tuple[tuple[Coordinate, ...], ...]
    stops: tuple[MapStop, ...]
