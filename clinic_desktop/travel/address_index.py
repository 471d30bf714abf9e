"""Finds typed addresses in an extract's index, tolerant of typos and missing parts."""

import sqlite3
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.travel import AddressMatch, MatchKind
from clinic_desktop.text import _
from clinic_desktop.travel.address_words import TypedAddress, take_apart, without_type

_LEAST_SCORE: Final = 70.0
_PREFIX_SCORE: Final = 92.0
_NO_TYPE_PRICE: Final = 3.0
_NAMES: Final = 24
_LEAST_LETTERS: Final = 2
_FAR_NUMBERS: Final = 60


@dataclass(frozen=True, slots=True)
class _Street:
    id: int
    name: str
    norm: str
    city: str
    state: str
    postcode: str
    area: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class _House:
    number: int
    postcode: str
    city: str
    lat: float
    lon: float


class AddressIndex:
    """Implements the port ``AddressSearch`` over a built index file.

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
            rows = self._db.execute(
                "SELECT id, name, norm, city, state, postcode, area, lat, lon FROM streets"
            ).fetchall()
        except sqlite3.Error:
            raise RoadsTrouble(
                _("The address index cannot be read."),
                still_works=_("A pin can be set by hand."),
                way_out=_("Build the roads again from the extract."),
            ) from None
        self._by_norm: dict[str, list[_Street]] = defaultdict(list)
        for values in rows:
            street = _Street(*values)
            self._by_norm[street.norm].append(street)
        self._norms = list(self._by_norm)
        self._bare: dict[str, list[str]] = defaultdict(list)
        for norm in self._norms:
            self._bare[without_type(norm)].append(norm)
        self._bare_names = list(self._bare)

    def house_count(self) -> int:
        """How many house points the index holds."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM houses").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def search(self, text: str, limit: int = 8) -> list[AddressMatch]:
        """Candidates for what was typed, best first; [] for nothing usable."""
        typed = take_apart(text)
        if typed is None or len(typed.street) < _LEAST_LETTERS:
            return []
        found: list[tuple[float, AddressMatch]] = []
        for norm, score in self._names_like(typed).items():
            for street in self._by_norm[norm]:
                match = self._locate(street, typed, score)
                found.append((self._rank(match, street, typed), match))
        found.sort(key=lambda pair: (-pair[0], pair[1].address.one_line()))
        best = [match for _rank, match in found[:limit]]
        return best or self._place(typed)

    def _names_like(self, typed: TypedAddress) -> dict[str, float]:
        """Street names by similarity, 0 to 100: whole, without type, and as a prefix."""
        scores: dict[str, float] = {}

        def keep(norm: str, score: float) -> None:
            if score >= _LEAST_SCORE:
                scores[norm] = max(scores.get(norm, 0.0), score)

        wanted = [typed.street]
        if typed.rest:
            # What was taken for a city may be the last word of the street.
            wanted.append(f"{typed.street} {typed.rest}")
        for words in wanted:
            for norm, score, _index in process.extract(
                words, self._norms, scorer=fuzz.ratio, limit=_NAMES, score_cutoff=_LEAST_SCORE
            ):
                keep(norm, score)
            bare = without_type(words)
            for name, score, _index in process.extract(
                bare, self._bare_names, scorer=fuzz.ratio, limit=_NAMES, score_cutoff=_LEAST_SCORE
            ):
                typed_type = bare != words
                for norm in self._bare[name]:
                    same = norm == words
                    keep(norm, score - (0 if same else _NO_TYPE_PRICE * (3 if typed_type else 1)))
        if len(typed.street) >= _LEAST_LETTERS + 1:
            for norm in self._norms:
                if norm.startswith(typed.street) or f" {typed.street}" in norm:
                    keep(norm, _PREFIX_SCORE if norm.startswith(typed.street) else _LEAST_SCORE)
        return dict(sorted(scores.items(), key=lambda pair: -pair[1])[:_NAMES])

    def _rank(self, match: AddressMatch, street: _Street, typed: TypedAddress) -> float:
        rank = match.score
        order = list(MatchKind)
        rank -= 2.0 * order.index(match.kind) if typed.number is not None else 0.0
        if typed.postcode:
            rank += 8.0 if match.address.postcode == typed.postcode else -8.0
        if typed.rest and street.city:
            rank += 6.0 * fuzz.partial_ratio(typed.rest, street.city.casefold()) / 100
        return rank

    def _locate(self, street: _Street, typed: TypedAddress, score: float) -> AddressMatch:
        if typed.number is None:
            return _match(street, "", typed, street.lat, street.lon, MatchKind.STREET, score)
        with self._lock:
            rows = self._db.execute(
                "SELECT number, postcode, city, lat, lon FROM houses"
                " WHERE street = ? ORDER BY number",
                (street.id,),
            ).fetchall()
        houses = [_House(*values) for values in rows]
        return _on_street(street, houses, typed.number, typed, score)

    def _place(self, typed: TypedAddress) -> list[AddressMatch]:
        with self._lock:
            rows = self._db.execute(
                "SELECT name, lat, lon FROM places WHERE norm = ?", (typed.street,)
            ).fetchall()
        return [
            AddressMatch(
                address=Address(line="", city=str(name), area=str(name)),
                coordinate=Coordinate(lat=lat, lon=lon),
                kind=MatchKind.PLACE,
                score=100.0,
            )
            for name, lat, lon in rows
        ]


def _on_street(
    street: _Street, houses: list[_House], number: int, typed: TypedAddress, score: float
) -> AddressMatch:
    """The house itself; else between its neighbours on the same side; else the nearest one."""
    text = str(number)
    for house in houses:
        if house.number == number:
            return _match(street, text, typed, house.lat, house.lon, MatchKind.POINT, score, house)
    side = [h for h in houses if h.number % 2 == number % 2]
    below = max((h for h in side if h.number < number), key=lambda h: h.number, default=None)
    above = min((h for h in side if h.number > number), key=lambda h: h.number, default=None)
    if below is not None and above is not None:
        part = (number - below.number) / (above.number - below.number)
        lat = below.lat + part * (above.lat - below.lat)
        lon = below.lon + part * (above.lon - below.lon)
        close = above.number - below.number <= 2 * _FAR_NUMBERS
        kind = MatchKind.INTERPOLATED if close else MatchKind.NEAREST
        return _match(street, text, typed, lat, lon, kind, score, below)
    near = min(houses, key=lambda h: abs(h.number - number), default=None)
    if near is not None and abs(near.number - number) <= _FAR_NUMBERS:
        return _match(street, text, typed, near.lat, near.lon, MatchKind.NEAREST, score, near)
    return _match(street, text, typed, street.lat, street.lon, MatchKind.STREET, score)


def _match(
    street: _Street,
    number: str,
    typed: TypedAddress,
    lat: float,
    lon: float,
    kind: MatchKind,
    score: float,
    house: _House | None = None,
) -> AddressMatch:
    return AddressMatch(
        address=Address(
            line=f"{number} {street.name}".strip(),
            unit=typed.unit,
            city=(house.city if house else "") or street.city,
            state=street.state,
            postcode=(house.postcode if house else "") or street.postcode,
            area=street.area,
        ),
        coordinate=Coordinate(lat=lat, lon=lon),
        kind=kind,
        score=round(score, 1),
    )
