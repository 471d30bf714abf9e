"""Finds typed addresses in an extract's index, tolerant of typos and missing parts."""

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.travel import AddressMatch, MatchKind
from clinic_desktop.text import _
from clinic_desktop.travel.address_read import TypedAddress, readings
from clinic_desktop.travel.address_spot import HouseRow, RangeRow, Spot, spots_on_street
from clinic_desktop.travel.address_words import StreetName, compact, street_name
from clinic_desktop.travel.name_book import PREFIX_GAIN, PREFIX_LETTERS, PREFIX_SCORE, NameBook

_PLACES: Final = 12
_STREETS: Final = 60
# A street this far behind the first one is not what was meant: its houses are not read.
_BEHIND: Final = 25.0
# Just below what ``AddressMatch.sure`` asks for.
_NOT_SURE: Final = 87.0
_APART_M: Final = 250.0
_TIED: Final = 1.0
_CITY_LIKE: Final = 0.8
_KIND_WORTH: Final = {
    MatchKind.POINT: 6.0,
    MatchKind.RANGE: 5.0,
    MatchKind.INTERPOLATED: 4.0,
    MatchKind.NEAREST: 0.0,
    MatchKind.STREET: -2.0,
    MatchKind.PLACE: -4.0,
}

# A state's towns and parts of towns, each asked for again and again.
_compact: Final = lru_cache(maxsize=8192)(compact)


@dataclass(frozen=True, slots=True)
class _Street:
    id: int
    name: str
    city: str
    state: str
    postcode: str
    area: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class _Found:
    rank: float
    match: AddressMatch


class AddressIndex:
    """Implements the port ``AddressSearch`` over a built index file; any thread may search.

    Args:
        path: made by ``build_address_index``.

    Raises:
        RoadsTrouble: the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            streets = self._db.execute(
                "SELECT id, name, city, state, postcode, area, lat, lon FROM streets"
            ).fetchall()
            places = self._db.execute("SELECT name, lat, lon FROM places").fetchall()
            columns = {row[1] for row in self._db.execute("PRAGMA table_info(ranges)")}
        except sqlite3.Error:
            raise _unreadable() from None
        self._streets: dict[StreetName, list[_Street]] = defaultdict(list)
        self._places: dict[str, list[_Place]] = defaultdict(list)
        self._cities: set[str] = set()
        parts: dict[str, StreetName] = {}
        for values in streets:
            street = _Street(*values)
            name = parts.get(street.name) or parts.setdefault(street.name, street_name(street.name))
            self._streets[name].append(street)
            if street.city:
                self._cities.add(compact(street.city))
        for values in places:
            place = _Place(*values)
            self._places[compact(place.name)].append(place)
            self._cities.add(compact(place.name))
        self._names = NameBook(self._streets)
        self._place_names = list(self._places)
        # An index of an earlier version does not know its ranges' postcodes.
        postcode = "postcode" if "postcode" in columns else "''"
        self._range_query = (
            f"SELECT low, high, step, line, {postcode} FROM ranges"
            " WHERE street = ? AND low <= ? AND high >= ?"
        )

    def house_count(self) -> int:
        """How many house points the index holds."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM houses").fetchone()[0])

    def samples(self, most: int) -> tuple[list[AddressMatch], list[AddressMatch]]:
        """Some house points, and a point on some streets, spread over the index.

        Args:
            most: how many of each.
        """
        with self._lock:
            rows = self._db.execute(
                "SELECT h.number, s.name, COALESCE(NULLIF(h.city, ''), s.city), s.state,"
                " COALESCE(NULLIF(h.postcode, ''), s.postcode), s.area, h.lat, h.lon"
                " FROM houses h JOIN streets s ON s.id = h.street"
                " ORDER BY (h.rowid * 7919) % 10007 LIMIT ?",
                (most,),
            ).fetchall()
        houses = [
            AddressMatch(
                address=Address(
                    line=f"{number} {name}", city=city, state=state, postcode=postcode, area=area
                ),
                coordinate=Coordinate(lat=lat, lon=lon),
                kind=MatchKind.POINT,
                score=100.0,
            )
            for number, name, city, state, postcode, area, lat, lon in rows
        ]
        named = sorted(
            (street for found in self._streets.values() for street in found),
            key=lambda street: street.id * 7919 % 10007,
        )
        streets = [
            AddressMatch(
                address=Address(
                    line=street.name,
                    city=street.city,
                    state=street.state,
                    postcode=street.postcode,
                    area=street.area,
                ),
                coordinate=Coordinate(lat=street.lat, lon=street.lon),
                kind=MatchKind.STREET,
                score=100.0,
            )
            for street in named[:most]
        ]
        return houses, streets

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def search(self, text: str, limit: int = 8) -> list[AddressMatch]:
        """Candidates for what was typed, best first; [] for nothing usable.

        Only the first can be ``sure``, and only if nothing else far from it fits as well.

        Raises:
            RoadsTrouble: the index file was damaged after it was opened.
        """
        best: dict[tuple[str, Coordinate], _Found] = {}
        try:
            for typed in readings(text, self._cities):
                for found in self._candidates(typed):
                    key = (found.match.address.line.casefold(), found.match.coordinate)
                    if key not in best or found.rank > best[key].rank:
                        best[key] = found
        except sqlite3.Error:
            raise _unreadable() from None
        ranked = sorted(best.values(), key=lambda f: (-f.rank, f.match.address.one_line()))
        return _only_first_sure(ranked[: max(2, limit)])[:limit]

    def _candidates(self, typed: TypedAddress) -> Iterator[_Found]:
        names = self._names.like(street_name(typed.street), typed.street)
        wanted = [
            (score + self._whereabouts(street, typed)[0], score, street)
            for name, score in names.items()
            for street in self._streets[name]
        ]
        wanted.sort(key=lambda item: -item[0])
        for rank, score, street in wanted[:_STREETS]:
            if rank < wanted[0][0] - _BEHIND:
                break
            for spot in self._spots(street, typed.number):
                yield self._found(street, spot, typed, score)
        if typed.number is None:
            yield from self._places_like(typed)

    def _whereabouts(
        self,
        street: _Street,
        typed: TypedAddress,
        house: HouseRow | None = None,
        own_postcode: str = "",
    ) -> tuple[float, bool]:
        """What town, state and postcode add to the rank, and whether one speaks against it."""
        rank, against = 0.0, False
        postcode = own_postcode or (house.postcode if house else "") or street.postcode
        same_postcode = bool(typed.postcode) and postcode == typed.postcode
        if typed.postcode and postcode:
            rank += 8.0 if same_postcode else -8.0
            against = not same_postcode
        towns = {_compact(t) for t in (house.city if house else "", street.city, street.area) if t}
        if typed.city and towns:
            like = max(OSA.normalized_similarity(typed.city, town) for town in towns)
            if like >= _CITY_LIKE:
                rank += 6.0
            else:
                rank -= 6.0
                against = against or not same_postcode
        if typed.state and street.state and typed.state != street.state:
            rank -= 10.0
            against = True
        return rank, against

    def _spots(self, street: _Street, number: int | None) -> list[Spot]:
        middle = Spot(MatchKind.STREET, street.lat, street.lon, None)
        if number is None:
            return [middle]
        with self._lock:
            houses = self._db.execute(
                "SELECT number, postcode, city, area, lat, lon FROM houses"
                " WHERE street = ? ORDER BY number",
                (street.id,),
            ).fetchall()
            ranges = self._db.execute(self._range_query, (street.id, number, number)).fetchall()
        spots = spots_on_street(
            [HouseRow(*row) for row in houses], [RangeRow(*row) for row in ranges], number
        )
        return spots or [middle]

    def _found(self, street: _Street, spot: Spot, typed: TypedAddress, score: float) -> _Found:
        rank, against = self._whereabouts(street, typed, spot.house, spot.postcode)
        house = spot.house
        match = AddressMatch(
            address=Address(
                line=f"{typed.number_text} {street.name}".strip(),
                unit=typed.unit,
                city=(house.city if house else "") or street.city,
                state=street.state,
                postcode=spot.postcode or (house.postcode if house else "") or street.postcode,
                area=(house.area if house else "") or street.area,
            ),
            coordinate=Coordinate(lat=spot.lat, lon=spot.lon),
            kind=spot.kind,
            score=round(min(score, _NOT_SURE) if against else score, 1),
        )
        return _Found(score + rank + _KIND_WORTH[spot.kind], match)

    def _places_like(self, typed: TypedAddress) -> Iterator[_Found]:
        asked = compact(typed.street)
        if len(asked) < PREFIX_LETTERS:
            return
        for key, like, _index in process.extract(
            asked,
            self._place_names,
            scorer=OSA.normalized_similarity,
            limit=_PLACES,
            score_cutoff=_CITY_LIKE,
        ):
            for place in self._places[key]:
                yield _place_found(place, 100.0 * like)
        for key in self._place_names:
            if key.startswith(asked):
                for place in self._places[key]:
                    yield _place_found(place, PREFIX_SCORE + PREFIX_GAIN * len(asked) / len(key))


def _place_found(place: _Place, score: float) -> _Found:
    match = AddressMatch(
        address=Address(line="", city=place.name, area=place.name),
        coordinate=Coordinate(lat=place.lat, lon=place.lon),
        kind=MatchKind.PLACE,
        score=round(score, 1),
    )
    return _Found(score + _KIND_WORTH[MatchKind.PLACE], match)


def _only_first_sure(ranked: list[_Found]) -> list[AddressMatch]:
    """The matches; the first is not sure either if another far from it fits as well."""
    if not ranked:
        return []
    first = ranked[0]
    tied = any(
        other.rank >= first.rank - _TIED
        and other.match.coordinate.metres_to(first.match.coordinate) > _APART_M
        for other in ranked[1:]
    )
    return [
        found.match
        if place == 0 and not tied
        else replace(found.match, score=min(found.match.score, _NOT_SURE))
        for place, found in enumerate(ranked)
    ]


def _unreadable() -> RoadsTrouble:
    return RoadsTrouble(
        _("The address index cannot be read."),
        still_works=_("A pin can be set by hand."),
        way_out=_("Build the roads again from the extract."),
    )
