"""Decodes Valhalla's encoded polylines: one as coordinates, many at once as arrays.

Source: the algorithm published as "Encoded Polyline Algorithm Format", with 6 decimals.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clinic_desktop.domain.place import Coordinate

_PRECISION: Final = 1e-6
_OFFSET: Final = 63
_MORE: Final = 0x20
_BITS: Final = 5

Micro = NDArray[np.int64]
"""Points in millionths of a degree, n x 2: latitude, longitude."""


def decode_polylines(texts: Sequence[str]) -> tuple[Micro, Micro]:
    """Decode several lines in one go.

    Returns:
        The points of all lines, one after the other (n x 2), and where each line begins in them,
        with the total as last entry (len(texts) + 1).
    """
    lengths = np.array([len(text) for text in texts], np.int64)
    raw = np.frombuffer("".join(texts).encode("ascii"), np.uint8).astype(np.int64) - _OFFSET
    if not raw.size:
        return np.zeros((0, 2), np.int64), np.zeros(len(texts) + 1, np.int64)
    ends = np.flatnonzero(raw < _MORE)
    starts = np.concatenate(([0], ends[:-1] + 1))
    place = np.arange(raw.size) - np.repeat(starts, ends - starts + 1)
    values = np.add.reduceat((raw & (_MORE - 1)) << (_BITS * place), starts)
    deltas = np.where(values & 1, ~(values >> 1), values >> 1).reshape(-1, 2)
    # How many numbers end within each text, two a point.
    numbers = np.searchsorted(ends, np.cumsum(lengths))
    firsts = np.concatenate(([0], numbers)) // 2
    running = np.cumsum(deltas, axis=0)
    before = np.vstack((np.zeros((1, 2), np.int64), running))[firsts[:-1]]
    return running - np.repeat(before, np.diff(firsts), axis=0), firsts


def decode_polyline(text: str) -> tuple[Coordinate, ...]:
    """Decode one line."""
    points, _firsts = decode_polylines([text])
    return tuple(
        Coordinate(lat=lat * _PRECISION, lon=lon * _PRECISION) for lat, lon in points.tolist()
    )
