"""Fits the clinic's drive times to drives that were driven, and says whether that helps.

The logarithm of actual over computed time is taken apart into an effect that every drive shares,
one of the part of the day and one of the area driven to, each drawn towards none as long as few
drives speak for it (ridge regression, solved by going from one to the other). Whether the fit is
used is decided on days it has not seen: the days are dealt into groups, each group is predicted
from the others.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from clinic_desktop.domain.drive_corrections import AreaFactor, Calibration, PartFactor, cell_of
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import BaseDrive, DriveProfile, drive_seconds

LEAST_DRIVES: Final = 30
_GROUPS: Final = 5
_ALL_DRAW: Final = 4.0
_PART_DRAW: Final = 4.0
_AREA_DRAW: Final = 6.0
_ROUNDS: Final = 12
_LEAST_GAIN: Final = 0.02
_BAND: Final = 0.8
# Below or above these shares of the computed time somebody stopped on the way, or pressed too late.
_SLOWEST: Final = 2.5
_FASTEST: Final = 0.5
_SHORTEST_S: Final = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrivenDrive:
    """One drive as it was driven: left at ``depart_min`` of the day, there after ``seconds``.

    ``base`` is the computed drive without any measured factor; ``seconds`` are without parking.
    ``area`` is what the address driven to calls its neighbourhood.
    """

    day: date
    depart_min: int
    base: BaseDrive
    end: Coordinate
    area: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What the driven drives say; ``calibration`` is None where using it would not help.

    ``left_out`` counts drives too short or too odd to learn from. Errors are means in minutes on
    held-out days, None without enough drives.
    """

    drives: int
    left_out: int
    error_before_min: float | None = None
    error_after_min: float | None = None
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class _Sample:
    day: date
    part: int
    cell: str
    area: str
    computed_s: float
    actual_s: float

    @property
    def log_ratio(self) -> float:
        return math.log(self.actual_s / self.computed_s)


Predict = Callable[[_Sample], float]


def fit_drives(driven: Iterable[DrivenDrive], profile: DriveProfile) -> Fit:
    """Fit the drives, and use the fit only if it lowers the error on days it has not seen.

    Args:
        driven: what was measured, in any order.
        profile: the clinic's factors, which the fit comes on top of.
    """
    samples: list[_Sample] = []
    left_out = 0
    for drive in driven:
        sample = _sample(drive, profile)
        if sample is None:
            left_out += 1
        else:
            samples.append(sample)
    days = sorted({sample.day for sample in samples})
    if len(samples) < LEAST_DRIVES or len(days) < _GROUPS:
        return Fit(drives=len(samples), left_out=left_out)
    before, after, band = _held_out(samples, days)
    calibration = None
    if after < before * (1 - _LEAST_GAIN):
        calibration = _calibration(samples, profile, before, after, band)
    return Fit(
        drives=len(samples),
        left_out=left_out,
        error_before_min=before,
        error_after_min=after,
        calibration=calibration,
    )


def _sample(drive: DrivenDrive, profile: DriveProfile) -> _Sample | None:
    computed = drive_seconds(drive.base, drive.depart_min * 60.0, profile)
    if computed < _SHORTEST_S or not (_FASTEST * computed <= drive.seconds <= _SLOWEST * computed):
        return None
    part = max(i for i, p in enumerate(profile.parts) if p.start_min <= drive.depart_min)
    return _Sample(drive.day, part, cell_of(drive.end), drive.area, computed, drive.seconds)


def _held_out(samples: Sequence[_Sample], days: Sequence[date]) -> tuple[float, float, float]:
    """Mean errors in minutes without and with the fit, and the share that holds four of five."""
    group = {day: index % _GROUPS for index, day in enumerate(days)}
    before = after = 0.0
    shares: list[float] = []
    for held in range(_GROUPS):
        predict = _fitted([s for s in samples if group[s.day] != held])
        for sample in samples:
            if group[sample.day] == held:
                predicted = predict(sample)
                before += abs(sample.actual_s - sample.computed_s)
                after += abs(sample.actual_s - predicted)
                shares.append(abs(sample.actual_s - predicted) / predicted)
    shares.sort()
    band = shares[min(len(shares) - 1, math.ceil(_BAND * len(shares)) - 1)]
    return before / 60 / len(samples), after / 60 / len(samples), band


def _fitted(samples: Sequence[_Sample]) -> Predict:
    all_, parts, areas = _effects(samples)
    return lambda s: s.computed_s * math.exp(all_ + parts.get(s.part, 0.0) + areas.get(s.cell, 0.0))


def _effects(samples: Sequence[_Sample]) -> tuple[float, dict[int, float], dict[str, float]]:
    """The effects in logarithms: of every drive, by part of the day, by area."""
    all_ = 0.0
    parts: dict[int, float] = {}
    areas: dict[str, float] = {}
    for _round in range(_ROUNDS):
        rest = [s.log_ratio - parts.get(s.part, 0.0) - areas.get(s.cell, 0.0) for s in samples]
        all_ = sum(rest) / (len(rest) + _ALL_DRAW)
        parts = _drawn(
            ((s.part, s.log_ratio - all_ - areas.get(s.cell, 0.0)) for s in samples), _PART_DRAW
        )
        areas = _drawn(((s.cell, s.log_ratio - all_ - parts[s.part]) for s in samples), _AREA_DRAW)
    return all_, parts, areas


def _drawn[K](values: Iterable[tuple[K, float]], draw: float) -> dict[K, float]:
    """The mean of each key's values, with ``draw`` values of nothing added to it."""
    total: defaultdict[K, float] = defaultdict(float)
    count: Counter[K] = Counter()
    for key, value in values:
        total[key] += value
        count[key] += 1
    return {key: total[key] / (count[key] + draw) for key in count}


def _calibration(
    samples: Sequence[_Sample], profile: DriveProfile, before: float, after: float, band: float
) -> Calibration:
    all_, parts, areas = _effects(samples)
    by_part = Counter(s.part for s in samples)
    by_cell = Counter(s.cell for s in samples)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for sample in samples:
        names[sample.cell][sample.area] += 1
    return Calibration(
        profile=profile,
        parts=tuple(
            PartFactor(
                start_min=part.start_min,
                factor=math.exp(all_ + parts.get(index, 0.0)),
                drives=by_part[index],
            )
            for index, part in enumerate(profile.parts)
        ),
        areas=tuple(
            AreaFactor(
                cell=cell,
                name=names[cell].most_common(1)[0][0],
                factor=math.exp(areas[cell]),
                drives=count,
            )
            for cell, count in sorted(by_cell.items(), key=lambda item: (-item[1], item[0]))
        ),
        drives=len(samples),
        error_before_min=before,
        error_after_min=after,
        band=band,
        first=min(s.day for s in samples),
        last=max(s.day for s in samples),
    )
