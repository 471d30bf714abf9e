"""A practitioner's day laid out: visits, lunch, the drives between, gap left and slack.

``gap left`` is the gap between two visits minus the drive. ``slack`` is the largest overrun, in
minutes, before the first promise breaks. ``planning.day_layout`` computes both; board, slots and
simulation show only what it returned.
"""

from dataclasses import dataclass
from datetime import date

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.travel import Drive
from clinic_desktop.domain.visit import Promise, Visit
from clinic_desktop.domain.working_time import MinuteSpan, TimeOff


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A visit with where it is and what was promised. ``place`` None: no point on the map yet."""

    visit: Visit
    place: Coordinate | None
    promise: Promise | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One drive of the day.

    ``depart_min`` and ``arrive_min`` are minutes after local midnight; ``gap_left_min`` may be
    negative ("short by 6 min"). ``slack_min`` is None where no promise lies ahead.
    ``from_index``/``to_index`` are stop indices, None for home. ``drive`` is None where a place
    has no point on the map.
    """

    from_index: int | None
    to_index: int | None
    drive: Drive | None
    depart_min: int
    arrive_min: int
    gap_left_min: int
    slack_min: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """One practitioner's day.

    ``legs`` has one entry more than ``stops`` (home to home), or none if there are no stops.
    """

    practitioner: Practitioner
    day: date
    hours: tuple[MinuteSpan, ...]
    time_off: tuple[TimeOff, ...]
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]
    lunch: MinuteSpan | None
    """When lunch is taken, None if there is no room or no rule."""
    lunch_missing: bool = False
    closed: str = ""
    """Why the whole clinic is closed that day, "" if it is not; ``hours`` are () then."""

    @property
    def driving_min(self) -> int:
        """Minutes of driving, home to home."""
        return sum(leg.drive.minutes for leg in self.legs if leg.drive)

    @property
    def metres(self) -> float:
        """Metres of driving, home to home."""
        return sum(leg.drive.metres for leg in self.legs if leg.drive)

    @property
    def home_by_min(self) -> int | None:
        """When the practitioner is home again, minutes after midnight."""
        return self.legs[-1].arrive_min if self.legs else None

    @property
    def leave_min(self) -> int | None:
        """When the practitioner leaves home, minutes after midnight."""
        return self.legs[0].depart_min if self.legs else None
