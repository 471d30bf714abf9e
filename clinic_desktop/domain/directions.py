"""Turn-by-turn text of a drive, and the links by which a phone's own maps take it over."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from clinic_desktop.domain.place import Coordinate, rounded

MOST_STOPS: Final = 10
"""Google's documented links take a destination and nine stops before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionStep:
    """One manoeuvre: what to do, and how far and how long (free flow) until the next."""

    words: str
    metres: float
    seconds: float


class PhoneMaps(StrEnum):
    """Whose link a phone is given."""

    GOOGLE = "google"
    APPLE = "apple"
    ANY = "any"
    """``geo:`` (RFC 5870): whatever maps the phone has; one place only."""


def phone_link(maps: PhoneMaps, stops: Sequence[Coordinate]) -> str:
    """A link that drives from where the phone is over the stops; it holds nothing but points.

    Sources: Google "Maps URLs" (``dir``, ``destination``, ``waypoints``), Apple "Map Links"
    (``daddr`` with ``to:``), RFC 5870.

    Raises:
        ValueError: no stop, more than the maps take, or several for ``geo:``.
    """
    most = 1 if maps is PhoneMaps.ANY else MOST_STOPS
    if not 1 <= len(stops) <= most:
        raise ValueError("the maps do not take so many stops")
    points = [_degrees(stop) for stop in stops]
    if maps is PhoneMaps.ANY:
        # Android shows a pin only for a query; the bare form is all that the standard asks for.
        return f"geo:{points[0]}?q={points[0]}"
    if maps is PhoneMaps.APPLE:
        query = urlencode({"daddr": " to:".join(points), "dirflg": "d"}, safe=",:")
        return f"https://maps.apple.com/?{query}"
    asked = {"api": "1", "travelmode": "driving", "destination": points[-1]}
    if points[:-1]:
        asked["waypoints"] = "|".join(points[:-1])
    return f"https://www.google.com/maps/dir/?{urlencode(asked, safe=',')}"


def _degrees(point: Coordinate) -> str:
    known = rounded(point)
    return f"{known.lat:.5f},{known.lon:.5f}"
