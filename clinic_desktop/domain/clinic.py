"""The clinic's own settings."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from clinic_desktop.domain.drive_corrections import Calibration
from clinic_desktop.domain.phone_rules import USUAL_RULES, PhoneRules
from clinic_desktop.domain.slot_weights import USUAL_WEIGHTS, SlotWeights
from clinic_desktop.domain.travel import ASSUMED_PROFILE, DriveProfile

CLINIC_ROW_ID = "clinic"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnClosedDay:
    """Days from ``first`` to ``last`` (inclusive) on which the clinic closes by its own choice."""

    first: date
    last: date
    name: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("closed days end on or after their first day")


USUALLY_WORKED: Final = frozenset(
    {
        "Martin Luther King Jr. Day",
        "Lincoln's Birthday",
        "Washington's Birthday",
        "Truman Day",
        "Juneteenth National Independence Day",
        "Columbus Day",
        "Veterans Day",
    }
)
"""Holidays on which a private clinic in Missouri usually works; each can be chosen otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRules:
    """Whose public holidays the clinic keeps, which of them it works on, and its own days.

    ``subdivision`` is also the clinic's home state. ``open_holidays`` are names of holidays.
    """

    country: str = "US"
    subdivision: str = "MO"
    open_holidays: frozenset[str] = USUALLY_WORKED
    own: tuple[OwnClosedDay, ...] = ()


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
    closing: ClosingRules = ClosingRules()
    calibration: Calibration | None = None
    weights: SlotWeights = USUAL_WEIGHTS
    phone_rules: PhoneRules = USUAL_RULES

    @property
    def calibration_in_use(self) -> Calibration | None:
        """The measured factors, None once the factors they were fitted on top of have changed."""
        known = self.calibration
        return known if known is not None and known.profile == self.profile else None

    @property
    def home_state(self) -> str:
        """The state whose licence a practitioner's first licence is."""
        return self.closing.subdivision
