"""Where an extract's motorways and trunk roads run, so that a drive's share on them is known.

The engine's matrix gives a drive's time and its line but not the classes of the roads it takes. The
points of fast roads are therefore kept in one sorted array of keys; two consecutive points of a
drive's line that are both among them are a stretch of fast road.
"""
# osmium carries no complete types; what it yields is narrowed here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import osmium
import osmium.filter
import osmium.osm
from numpy.typing import NDArray

from clinic_desktop.domain.place import EARTH_RADIUS_M
from clinic_desktop.travel.polyline import Micro, decode_polylines

_USUAL_KMH: Final = {"motorway": 105.0, "trunk": 90.0}
"""Where no limit is tagged: Valhalla's own defaults are close to these."""
_KMH_A_MPH: Final = 1.609344
# A key is a point on a grid of 1e-5 degrees (about a metre).
_GRID: Final = 10
_COLUMNS: Final = 36_000_001


def build_fast_roads(extract: Path, target: Path) -> int:
    """Read an extract's motorways and trunk roads and write their points and speeds.

    Args:
        extract: a sorted ``.osm.pbf``.
        target: the file to make.

    Returns:
        How many keys were written.
    """
    points: list[tuple[int, int]] = []
    speeds: list[float] = []
    processor = osmium.FileProcessor(str(extract)).with_locations()
    processor.with_filter(osmium.filter.TagFilter(*(("highway", kind) for kind in _USUAL_KMH)))
    for entity in processor:
        if not isinstance(entity, osmium.osm.Way):
            continue
        usual = _USUAL_KMH[str(entity.tags["highway"])]
        speed = _limit_kmh(str(entity.tags.get("maxspeed", ""))) or usual
        for node in entity.nodes:
            if node.location.valid():
                points.append((round(node.lat * 1e6), round(node.lon * 1e6)))
                speeds.append(speed)
    micro = np.array(points, np.int64).reshape(-1, 2)
    # The engine rounds to six decimals in its own way: one off in any direction is the same point.
    around = np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)], np.int64)
    keys = _keys((micro[:, None, :] + around[None, :, :]).reshape(-1, 2))
    unique, first = np.unique(keys, return_index=True)
    kmh = np.repeat(np.array(speeds, np.float32), len(around))[first]
    beside = target.with_name(f".{target.name}.part")
    with beside.open("wb") as file:
        np.savez(file, keys=unique, kmh=kmh)
    beside.replace(target)
    return int(unique.size)


class FastRoads:
    """The points of fast roads, opened.

    Args:
        path: made by ``build_fast_roads``.

    Raises:
        OSError, ValueError, KeyError: the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        with np.load(path) as data:
            self._keys: NDArray[np.int64] = data["keys"]
            self._kmh: NDArray[np.float32] = data["kmh"]

    def seconds(self, lines: Sequence[str]) -> list[float]:
        """The free-flow seconds that each encoded line spends on fast roads."""
        points, firsts = decode_polylines(lines)
        if not self._keys.size or len(points) < 2:
            return [0.0] * len(lines)
        keys = _keys(points)
        found = np.minimum(np.searchsorted(self._keys, keys), self._keys.size - 1)
        speed = np.where(self._keys[found] == keys, self._kmh[found], 0.0)
        # The slower of both ends: 0 where one of them is no fast road, or another line's point.
        stretch = np.minimum(speed[:-1], speed[1:]).astype(np.float64)
        borders = firsts[1:-1]
        stretch[borders[(borders > 0) & (borders < len(points))] - 1] = 0.0
        seconds = np.zeros(len(points))
        fast = stretch > 0
        seconds[1:][fast] = _metres(points)[fast] * 3.6 / stretch[fast]
        running = np.concatenate(([0.0], np.cumsum(seconds)))
        return (running[firsts[1:]] - running[firsts[:-1]]).tolist()


def _keys(micro: Micro) -> NDArray[np.int64]:
    grid = micro // _GRID
    return (grid[:, 0] + 9_000_000) * _COLUMNS + (grid[:, 1] + 18_000_000)


def _metres(points: Micro) -> NDArray[np.float64]:
    """Lengths between consecutive points; flat-earth, right to a millimetre at these lengths."""
    radians = np.radians(points * 1e-6)
    steps = np.diff(radians, axis=0)
    middle = (radians[1:, 0] + radians[:-1, 0]) / 2
    return EARTH_RADIUS_M * np.hypot(steps[:, 0], steps[:, 1] * np.cos(middle))


def _limit_kmh(text: str) -> float:
    """A ``maxspeed`` in km/h, 0 where it is none."""
    number, _space, unit = text.partition(" ")
    if not number.isdigit():
        return 0.0
    return float(number) * (_KMH_A_MPH if unit.startswith("mph") else 1.0)
