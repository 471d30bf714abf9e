"""Map geometry of an extract in one file that opens at once: lines, areas, names, shields.

Coordinates are Web Mercator, 0 to 1 over the world. Each line and area has its bounding box in an
array, so that what a tile shows is found by one comparison over all of them.
"""
# osmium carries no complete types; what it yields is narrowed here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import osmium
import osmium.filter
import osmium.osm
from numpy.typing import NDArray

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.map_shapes import MAX_LAT, AreaClass, LineClass, PlaceName
from clinic_desktop.text import _

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]

_ROADS: Final = {
    "motorway": LineClass.MOTORWAY,
    "motorway_link": LineClass.MOTORWAY_LINK,
    "trunk": LineClass.PRIMARY,
    "trunk_link": LineClass.SECONDARY,
    "primary": LineClass.PRIMARY,
    "primary_link": LineClass.SECONDARY,
    "secondary": LineClass.SECONDARY,
    "secondary_link": LineClass.TERTIARY,
    "tertiary": LineClass.TERTIARY,
    "tertiary_link": LineClass.TERTIARY,
    "unclassified": LineClass.MINOR,
    "residential": LineClass.MINOR,
    "living_street": LineClass.MINOR,
    "road": LineClass.MINOR,
    "pedestrian": LineClass.SERVICE,
    "service": LineClass.SERVICE,
}
_GREEN: Final = {
    "leisure": {"park", "golf_course", "nature_reserve", "garden", "pitch"},
    "landuse": {"forest", "cemetery", "recreation_ground", "grass", "meadow", "village_green"},
    "natural": {"wood", "scrub", "grassland"},
}
_RANKS: Final = {
    "city": 0, "town": 1, "suburb": 2, "village": 2, "quarter": 3, "neighbourhood": 3, "hamlet": 3,
}  # fmt: skip
_KEYS: Final = (
    "highway", "railway", "waterway", "building", "natural", "leisure", "landuse", "place",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Lines or areas: ``points[starts[i]:starts[i + 1]]`` is the i-th; boxes are x0, y0, x1, y1."""

    points: Floats
    starts: Numbers
    classes: Numbers
    names: Numbers
    refs: Numbers
    bridges: NDArray[np.bool_]
    oneways: NDArray[np.int8]
    boxes: Floats

    def within(self, x0: float, y0: float, x1: float, y1: float) -> Numbers:
        """Indices of the shapes whose box touches a rectangle."""
        b = self.boxes
        hit = (b[:, 0] <= x1) & (b[:, 2] >= x0) & (b[:, 1] <= y1) & (b[:, 3] >= y0)
        return np.flatnonzero(hit).astype(np.int32)

    def line(self, index: int) -> Floats:
        """The points of one shape, n x 2."""
        return self.points[self.starts[index] : self.starts[index + 1]]


@dataclass(slots=True)
class _Collected:
    """Shapes while an extract is read; points are latitudes and longitudes, projected at the end.

    All at once: an array for each of tens of thousands of shapes costs more than reading them.
    """

    points: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    lengths: list[int] = field(default_factory=list[int])
    classes: list[int] = field(default_factory=list[int])
    names: list[int] = field(default_factory=list[int])
    refs: list[int] = field(default_factory=list[int])
    bridges: list[bool] = field(default_factory=list[bool])
    oneways: list[int] = field(default_factory=list[int])

    def add(
        self,
        points: list[tuple[float, float]],
        kind: int,
        name: int,
        ref: int,
        *,
        bridge: bool,
        oneway: int,
    ) -> None:
        self.points.extend(points)
        self.lengths.append(len(points))
        self.classes.append(kind)
        self.names.append(name)
        self.refs.append(ref)
        self.bridges.append(bridge)
        self.oneways.append(oneway)

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        points = _projected(self.points)
        starts = np.concatenate(([0], np.cumsum(self.lengths))).astype(np.int32)
        boxes = np.zeros((0, 4))
        if self.lengths:
            low = np.minimum.reduceat(points, starts[:-1])
            high = np.maximum.reduceat(points, starts[:-1])
            boxes = np.hstack((low, high))
        return {
            f"{prefix}_points": points,
            f"{prefix}_starts": starts,
            f"{prefix}_classes": np.array(self.classes, np.int32),
            f"{prefix}_names": np.array(self.names, np.int32),
            f"{prefix}_refs": np.array(self.refs, np.int32),
            f"{prefix}_bridges": np.array(self.bridges, np.bool_),
            f"{prefix}_oneways": np.array(self.oneways, np.int8),
            f"{prefix}_boxes": boxes,
        }


class _Names:
    """Each text once, by number; 0 is none."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._numbers: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found


def build_map_geometry(extract: Path, target: Path) -> None:
    """Read an extract and write its geometry; an older file is replaced whole.

    Args:
        extract: a sorted ``.osm.pbf``.
        target: the file to make.
    """
    lines, areas, names = _Collected(), _Collected(), _Names()
    places: list[tuple[str, int, float, float]] = []
    processor = osmium.FileProcessor(str(extract)).with_locations().with_areas()
    processor.with_filter(osmium.filter.KeyFilter(*_KEYS))
    for entity in processor:
        tags = {str(tag.k): str(tag.v) for tag in entity.tags}
        if isinstance(entity, osmium.osm.Node):
            if tags.get("place") in _RANKS and "name" in tags and entity.location.valid():
                x, y = _projected([(entity.lat, entity.lon)])[0]
                places.append((tags["name"], _RANKS[tags["place"]], float(x), float(y)))
        elif isinstance(entity, osmium.osm.Way):
            _add_line(lines, names, tags, entity)
        elif isinstance(entity, osmium.osm.Area):
            _add_area(areas, names, tags, entity)
    beside = target.with_name(f".{target.name}.part")
    meta = json.dumps({"names": names.texts, "places": places}).encode()
    arrays = {
        **lines.arrays("line"),
        **areas.arrays("area"),
        "meta": np.frombuffer(meta, np.uint8),
    }
    with beside.open("wb") as file:
        np.savez(file, **cast("dict[str, Any]", arrays))
    beside.replace(target)


def _projected(points: Iterable[tuple[float, float]]) -> Floats:
    """Web Mercator of latitudes and longitudes in degrees, n x 2."""
    raw = np.array(list(points), np.float64).reshape(-1, 2)
    lat = np.radians(np.clip(raw[:, 0], -MAX_LAT, MAX_LAT))
    x = (raw[:, 1] + 180) / 360
    y = (1 - np.log(np.tan(lat) + 1 / np.cos(lat)) / np.pi) / 2
    return np.column_stack((x, y))


def _add_line(
    lines: _Collected, names: _Names, tags: Mapping[str, str], way: osmium.osm.Way
) -> None:
    if tags.get("highway") in _ROADS:
        kind = _ROADS[tags["highway"]]
    elif tags.get("railway") == "rail":
        kind = LineClass.RAIL
    elif tags.get("waterway") in ("stream", "river", "canal", "creek"):
        kind = LineClass.STREAM
    else:
        return
    points = [(at.lat, at.lon) for n in way.nodes if (at := n.location).valid()]
    if len(points) < 2:
        return
    ref = tags.get("ref", "") if kind in (LineClass.MOTORWAY, LineClass.PRIMARY) else ""
    lines.add(
        points,
        kind,
        names.number(tags.get("name", "")),
        names.number(ref.split(";")[0].strip()),
        bridge=tags.get("bridge", "no") != "no",
        oneway={"yes": 1, "1": 1, "-1": -1}.get(tags.get("oneway", ""), 0),
    )


def _add_area(
    areas: _Collected, names: _Names, tags: Mapping[str, str], area: osmium.osm.Area
) -> None:
    kind = _area_class(tags)
    if kind is None:
        return
    for ring in area.outer_rings():
        points = [(at.lat, at.lon) for n in ring if (at := n.location).valid()]
        if len(points) >= 4:
            areas.add(
                points,
                kind,
                names.number(tags.get("name", "")),
                0,
                bridge=False,
                oneway=0,
            )


def _area_class(tags: Mapping[str, str]) -> AreaClass | None:
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        return AreaClass.WATER
    if any(tags.get(key) in values for key, values in _GREEN.items()):
        return AreaClass.PARK
    if "building" in tags:
        return AreaClass.BUILDING
    return None


class MapGeometry:
    """An opened geometry file (a reader of public map data).

    Args:
        path: made by ``build_map_geometry``.

    Raises:
        RoadsTrouble: the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        try:
            with np.load(path) as data:
                self.lines = _shapes(data, "line")
                self.areas = _shapes(data, "area")
                meta = cast("dict[str, Any]", json.loads(bytes(data["meta"])))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            raise RoadsTrouble(
                _("The map cannot be read."),
                still_works=_("Pins and drives are shown without it."),
                way_out=_("Add the extract again in Settings, Maps and roads."),
            ) from None
        self.names: list[str] = [str(name) for name in meta["names"]]
        self.places = tuple(
            PlaceName(name=str(name), rank=int(rank), x=float(x), y=float(y))
            for name, rank, x, y in meta["places"]
        )

    def bounds(self) -> tuple[float, float, float, float]:
        """The rectangle of all roads, projected: x0, y0, x1, y1."""
        boxes = self.lines.boxes
        if not len(boxes):
            return 0.0, 0.0, 1.0, 1.0
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _shapes(data: Mapping[str, NDArray[Any]], prefix: str) -> Shapes:
    return Shapes(
        points=data[f"{prefix}_points"],
        starts=data[f"{prefix}_starts"],
        classes=data[f"{prefix}_classes"],
        names=data[f"{prefix}_names"],
        refs=data[f"{prefix}_refs"],
        bridges=data[f"{prefix}_bridges"],
        oneways=data[f"{prefix}_oneways"],
        boxes=data[f"{prefix}_boxes"],
    )
