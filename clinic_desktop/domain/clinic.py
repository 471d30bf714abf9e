"""The clinic's own settings."""

from dataclasses import dataclass

from clinic_desktop.domain.travel import ASSUMED_PROFILE, DriveProfile

CLINIC_ROW_ID = "clinic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """One row: the clinic's name, zone, locale and rules.

    ``distance_unit`` is ``mi`` or ``km``; ``clock`` ``12h`` or ``24h``; times in minutes.
    """

    name: str
    zone: str = "America/Chicago"
    locale: str = "en_US"
    clock: str = "12h"
    distance_unit: str = "mi"
    auto_lock_min: int = 10
    hold_min: int = 10
    slot_horizon_days: int = 14
    slot_grid_min: int = 5
    profile: DriveProfile = ASSUMED_PROFILE
    backup_folder: str = ""
    is_demo: bool = False
    phone: str = ""
