"""Drives set by hand and measured factors, as they lie in the schedule file."""

from datetime import date
from typing import Any, cast

from clinic_desktop.domain.drive_corrections import (
    AreaFactor,
    Calibration,
    DriveOverride,
    PartFactor,
)
from clinic_desktop.domain.ids import DriveOverrideId, UserId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.schedule_values import Row
from clinic_desktop.store.sqlcipher import Value
from clinic_desktop.store.table_mapping import TableMapping


def _override_row(override: DriveOverride) -> dict[str, Value]:
    return {
        "id": override.id,
        "from_lat": override.start.lat,
        "from_lon": override.start.lon,
        "to_lat": override.end.lat,
        "to_lon": override.end.lon,
        "minutes": override.minutes,
        "by": override.by,
        "at": v.utc_iso(override.at),
        "reason": override.reason,
    }


def _override(row: Row) -> DriveOverride:
    return DriveOverride(
        id=DriveOverrideId(v.text(row, "id")),
        start=Coordinate(lat=v.real(row, "from_lat"), lon=v.real(row, "from_lon")),
        end=Coordinate(lat=v.real(row, "to_lat"), lon=v.real(row, "to_lon")),
        minutes=v.whole(row, "minutes"),
        by=UserId(v.text(row, "by")),
        at=v.local(row, "at"),
        reason=v.text(row, "reason"),
    )


OVERRIDES = TableMapping(table="drive_overrides", to_row=_override_row, from_row=_override)


def dump_calibration(calibration: Calibration | None) -> str | None:
    """Measured factors as JSON, None for none."""
    if calibration is None:
        return None
    return v.dump(
        {
            "profile": v.dump_profile(calibration.profile),
            "parts": [[p.start_min, p.factor, p.drives] for p in calibration.parts],
            "areas": [[a.cell, a.name, a.factor, a.drives] for a in calibration.areas],
            "drives": calibration.drives,
            "error_before_min": calibration.error_before_min,
            "error_after_min": calibration.error_after_min,
            "band": calibration.band,
            "first": calibration.first.isoformat(),
            "last": calibration.last.isoformat(),
        }
    )


def load_calibration(value: str | None) -> Calibration | None:
    """Back from ``dump_calibration``."""
    if value is None:
        return None
    data: dict[str, Any] = v.load_dict(value)
    parts = cast("list[tuple[int, float, int]]", data["parts"])
    areas = cast("list[tuple[str, str, float, int]]", data["areas"])
    return Calibration(
        profile=v.load_profile(data["profile"]),
        parts=tuple(PartFactor(start_min=s, factor=f, drives=n) for s, f, n in parts),
        areas=tuple(AreaFactor(cell=c, name=name, factor=f, drives=n) for c, name, f, n in areas),
        drives=data["drives"],
        error_before_min=data["error_before_min"],
        error_after_min=data["error_after_min"],
        band=data["band"],
        first=date.fromisoformat(data["first"]),
        last=date.fromisoformat(data["last"]),
    )
