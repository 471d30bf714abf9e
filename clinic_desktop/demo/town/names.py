"""Invented names: streets of the survey, of downtown and of subdivisions, and of quarters."""

from random import Random
from typing import Final

from clinic_desktop.demo.town import word_lists

CITY: Final = "Marlow Bend"
STATE: Final = "MO"
FIRST_POSTCODE: Final = 63981


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


class Names:
    """Hands out names, the same ones for one seed, none twice where one would confuse."""

    def __init__(self, seed: int) -> None:
        rng = Random(f"{seed}/names")
        self._surnames = _shuffled(word_lists.SURNAMES, rng)
        self._southern = list(word_lists.SOUTHERN)
        self._north_south = _shuffled(word_lists.BOULEVARDS_NS, rng)
        self._east_west = _shuffled(word_lists.BOULEVARDS_EW, rng)
        self._pikes = _shuffled(word_lists.PIKES, rng)
        self._quarters = _shuffled(word_lists.QUARTERS, rng)
        self._villages = _shuffled(word_lists.VILLAGES, rng)
        self._parks = _shuffled(word_lists.PARKS, rng)
        self._lakes = _shuffled(word_lists.LAKES, rng)
        pairs = [
            f"{first} {second}"
            for first in word_lists.FIRST_HALF
            for second in word_lists.SECOND_HALF
            if first != second and first.lower() not in second.lower()
        ]
        self._subdivision = _shuffled(pairs, rng)
        self._given = 0

    def section_line(self, index: int, *, north_south: bool) -> str:
        """The name of a mile road, without its direction."""
        pool = self._north_south if north_south else self._east_west
        return _cycled(pool, index, "Road")

    def north_south(self, index: int) -> str:
        """A street of the survey that runs north and south, by its grid line."""
        return _cycled([f"{name} Avenue" for name in self._surnames], index, "Avenue")

    def east_west(self, index: int) -> str:
        """A street of the survey that runs east and west: numbered north of the baseline."""
        if index > 0:
            kind = "Street" if index % 2 == 0 else "Place"
            return f"{ordinal(12 + (index + 1) // 2)} {kind}"
        return _cycled([f"{name} Street" for name in self._southern], -index, "Street")

    def cross_street(self, index: int, *, landing: bool) -> str:
        """A downtown street that runs up from the river."""
        pool = word_lists.LANDING if landing else word_lists.CROSS_STREETS
        return _cycled([f"{name} Street" for name in pool], index, "Street")

    def along_river(self, index: int, *, landing: bool) -> str:
        """A downtown street that runs along the river."""
        if landing:
            return "Landing Street" if index == 0 else f"{chr(ord('A') + index - 1)} Street"
        return "Front Street" if index == 0 else f"{ordinal(index + 1)} Street"

    def pike(self, index: int) -> str:
        """An old road out of town."""
        return _cycled(self._pikes, index, "Road")

    def subdivision(self, length_m: float, *, dead_end: bool, rng: Random) -> str:
        """A street of a subdivision, by its length; each stem is given once."""
        stem = self._subdivision[self._given % len(self._subdivision)]
        lap = self._given // len(self._subdivision)
        self._given += 1
        if dead_end and length_m < 260:
            kind = rng.choice(("Court", "Court", "Court", "Circle", "Place"))
        elif length_m > 900:
            kind = rng.choice(("Drive", "Drive", "Parkway", "Trail"))
        else:
            kind = rng.choice(("Lane", "Drive", "Way", "Lane", "Drive", "Terrace", "Road"))
        return f"{('East ', 'West ', 'Upper ', 'Lower ')[lap % 4] if lap else ''}{stem} {kind}"

    def quarter(self, index: int) -> str:
        """A neighbourhood."""
        return _cycled(self._quarters, index, "Quarter")

    def village(self, index: int) -> str:
        """A small town outside."""
        return _cycled(self._villages, index, "Corners")

    def park(self, index: int) -> str:
        """A park."""
        return _cycled(self._parks, index, "Park")

    def lake(self, index: int) -> str:
        """A lake or pond."""
        return _cycled(self._lakes, index, "Lake")


def _shuffled(names: list[str], rng: Random) -> list[str]:
    shuffled = list(names)
    rng.shuffle(shuffled)
    return shuffled


def _cycled(pool: list[str], index: int, kind: str) -> str:
    """The pool's name; further rounds put "Upper", "New", ... before it (for huge towns)."""
    lap, at = divmod(index, len(pool))
    if lap == 0:
        return pool[at]
    if lap < 0:
        lap = 2 * -lap
    prefixes = ("", "Upper", "Lower", "New", "Little", "Great", "Old", "Far")
    if lap < len(prefixes):
        return f"{prefixes[lap]} {pool[at]}"
    return f"{pool[at].rsplit(' ', 1)[0]} {lap} {kind}"
