"""Drives and route lines from Valhalla's tiles, in free flow: traffic is the clinic's profile."""
# pyvalhalla carries no types; its answers are narrowed here.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
import json
import tempfile
import threading
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast

import valhalla

from clinic_desktop.domain.directions import DirectionStep
from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import BaseDrive
from clinic_desktop.text import _
from clinic_desktop.travel.fast_roads import FastRoads
from clinic_desktop.travel.polyline import decode_polyline

_CHUNK: Final = 50
# A place further from every road lies outside the extract: better an estimate, marked as one, than
# the drive to where the extract ends.
_FARTHEST_ROAD_M: Final = 2000
_LANGUAGE: Final = "en-US"
"""The program's own; the library words the turns."""


def valhalla_config(tiles: Path) -> dict[str, Any]:
    """The configuration for building and reading tiles in a folder, which is made."""
    tiles.mkdir(parents=True, exist_ok=True)
    # The library hands out its own nested defaults; they must not be changed for everybody.
    config = cast(
        "dict[str, Any]",
        copy.deepcopy(valhalla.get_config(tile_extract="", tile_dir=str(tiles))),
    )
    config["mjolnir"].pop("tile_extract", None)
    for name in ("admin", "timezone", "traffic_extract", "transit_dir", "landmarks"):
        config["mjolnir"].pop(name, None)
    config["mjolnir"]["logging"] = {"type": ""}
    config["mjolnir"]["concurrency"] = 2
    limits = config["service_limits"]["auto"]
    limits["max_locations"] = 2000
    limits["max_matrix_location_pairs"] = 250_000
    limits["max_matrix_distance"] = 1_000_000.0
    return config


class ValhallaEngine:
    """Implements the port ``RoadEngine``.

    Args:
        tiles: the built tiles' folder.
        extract_id: hash of the extract.
        as_of: when the extract was made (UTC).
        fast_roads: where its motorways run; without them drives have no motorway share.
    """

    def __init__(
        self,
        tiles: Path,
        extract_id: str,
        as_of: datetime,
        fast_roads: FastRoads | None = None,
    ) -> None:
        self._fast = fast_roads
        self._extract_id = extract_id
        self._as_of = as_of
        config = valhalla_config(tiles)
        config["loki"]["logging"] = config["thor"]["logging"] = {"type": ""}
        # Given the settings themselves, the library leaves a file behind in the temporary folder.
        with tempfile.TemporaryDirectory(prefix="clinic-desktop-") as folder:
            settings = Path(folder) / "valhalla.json"
            settings.write_text(json.dumps(config), encoding="utf-8")
            self._actor = valhalla.Actor(settings)
        # An actor is not made for several threads at once.
        self._lock = threading.Lock()

    @property
    def extract_id(self) -> str:
        """Hash of the extract."""
        return self._extract_id

    @property
    def drives_id(self) -> str:
        """Names the drives in the cache: the extract, and whether they know their motorways."""
        return f"{self._extract_id}+fast" if self._fast else self._extract_id

    @property
    def as_of(self) -> datetime:
        """When the extract was made (UTC)."""
        return self._as_of

    def matrix(
        self, sources: Sequence[Coordinate], targets: Sequence[Coordinate]
    ) -> list[list[BaseDrive | None]]:
        """Base drives, one row a source; None where no road joins the two."""
        rows: list[list[BaseDrive | None]] = []
        for first in range(0, len(sources), _CHUNK):
            block: list[list[BaseDrive | None]] = [[] for _s in sources[first : first + _CHUNK]]
            for start in range(0, len(targets), _CHUNK):
                part = self._block(sources[first : first + _CHUNK], targets[start : start + _CHUNK])
                for row, more in zip(block, part, strict=True):
                    row.extend(more)
            rows.extend(block)
        return rows

    def route_shape(self, points: Sequence[Coordinate]) -> tuple[tuple[Coordinate, ...], ...]:
        """The line driven for each leg; straight where no road joins its ends."""
        if len(points) < 2:
            return ()
        try:
            answer = self._ask("route", {"locations": [_location(p) for p in points]})
            legs = cast("list[dict[str, str]]", answer["trip"]["legs"])
            return tuple(decode_polyline(leg["shape"]) for leg in legs)
        except RoadsTrouble:
            if len(points) == 2:
                return (tuple(points),)
            lines: list[tuple[Coordinate, ...]] = []
            for start, end in pairwise(points):
                lines.extend(self.route_shape((start, end)))
            return tuple(lines)

    def directions(self, start: Coordinate, end: Coordinate) -> tuple[DirectionStep, ...]:
        """How to drive there, turn by turn; () where no road joins the two."""
        question: dict[str, Any] = {
            "locations": [_location(start), _location(end)],
            "units": "kilometers",
            "language": _LANGUAGE,
        }
        try:
            answer = self._ask("route", question)
        except RoadsTrouble:
            return ()
        steps = cast("list[dict[str, Any]]", answer["trip"]["legs"][0]["maneuvers"])
        return tuple(
            DirectionStep(
                words=str(step["instruction"]).rstrip("."),
                metres=1000 * float(step["length"]),
                seconds=float(step["time"]),
            )
            for step in steps
        )

    def _block(
        self, sources: Sequence[Coordinate], targets: Sequence[Coordinate]
    ) -> list[list[BaseDrive | None]]:
        question = {
            "sources": [_location(p) for p in sources],
            "targets": [_location(p) for p in targets],
            "units": "kilometers",
        }
        if self._fast is not None:
            question["shape_format"] = "polyline6"
        try:
            answer = self._ask("matrix", question)
        except RoadsTrouble:
            return self._block_with_gaps(sources, targets)
        cells = cast("list[list[dict[str, Any]]]", answer["sources_to_targets"])
        lines = [str(cell.get("shape") or "") for row in cells for cell in row]
        fast = iter(self._fast.seconds(lines) if self._fast else [0.0] * len(lines))
        return [[self._drive(cell, next(fast)) for cell in row] for row in cells]

    def _block_with_gaps(
        self, sources: Sequence[Coordinate], targets: Sequence[Coordinate]
    ) -> list[list[BaseDrive | None]]:
        """One place away from all roads fails the whole question: ask again without such places."""
        near = {point: self._near_road(point) for point in {*sources, *targets}}
        good_sources = [point for point in sources if near[point]]
        good_targets = [point for point in targets if near[point]]
        if len(good_sources) + len(good_targets) == len(sources) + len(targets):
            if len(sources) == 1 and len(targets) == 1:
                return [[None]]
            if len(sources) > 1:
                return [row for source in sources for row in self._block([source], targets)]
            return [[self._block(sources, [target])[0][0] for target in targets]]
        found: dict[tuple[Coordinate, Coordinate], BaseDrive | None] = {}
        if good_sources and good_targets:
            rows = self._block(good_sources, good_targets)
            for source, row in zip(good_sources, rows, strict=True):
                found.update(zip(((source, t) for t in good_targets), row, strict=True))
        return [[found.get((source, target)) for target in targets] for source in sources]

    def _near_road(self, point: Coordinate) -> bool:
        answer = self._ask("locate", {"locations": [_location(point)]})
        return any(place.get("edges") for place in cast("list[dict[str, Any]]", answer))

    def _drive(self, cell: dict[str, Any], fast_s: float) -> BaseDrive | None:
        seconds, kilometres = cell.get("time"), cell.get("distance")
        if seconds is None or kilometres is None:
            return None
        return BaseDrive(
            seconds=float(seconds),
            metres=1000 * float(kilometres),
            motorway_seconds=min(fast_s, float(seconds)),
            as_of=self._as_of,
        )

    def _ask(self, verb: str, question: dict[str, Any]) -> Any:
        text = json.dumps({**question, "costing": "auto"})
        try:
            with self._lock:
                answer = getattr(self._actor, verb)(text)
        except (RuntimeError, ValueError) as error:
            raise RoadsTrouble(_("The roads give no answer for a place.")) from error
        return json.loads(answer)


def _location(point: Coordinate) -> dict[str, float]:
    return {"lat": point.lat, "lon": point.lon, "search_cutoff": _FARTHEST_ROAD_M}
