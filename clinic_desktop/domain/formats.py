"""How the clinic writes times, dates, distances and money; its locale rules all that is shown."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, get_date_format
from babel.numbers import format_currency, format_decimal

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.place import FEET_PER_METRE, METRES_PER_MILE
from clinic_desktop.text import _, ngettext

_NARROW_SPACES = str.maketrans({"\u202f": " ", "\u00a0": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """Text for values, by locale, clock (``12h`` or ``24h``) and distance unit (``mi``, ``km``)."""

    locale: str = "en_US"
    clock: str = "12h"
    distance_unit: str = "mi"

    @classmethod
    def of(cls, clinic: Clinic) -> "Formats":
        """The formats of a clinic."""
        return cls(locale=clinic.locale, clock=clinic.clock, distance_unit=clinic.distance_unit)

    def time(self, minute: int, *, meridiem: bool = True) -> str:
        """A minute after midnight as ``2:45 PM`` or ``14:45``."""
        hour, minutes = divmod(minute % (24 * 60), 60)
        if self.clock == "24h":
            return f"{hour:02d}:{minutes:02d}"
        suffix = (" AM" if hour < 12 else " PM") if meridiem else ""
        return f"{(hour - 1) % 12 + 1}:{minutes:02d}{suffix}"

    def hour(self, minute: int) -> str:
        """A full hour on a time axis: ``2 PM`` or ``14:00``."""
        if self.clock == "24h":
            return self.time(minute)
        hour = minute // 60 % 24
        return f"{(hour - 1) % 12 + 1} {'AM' if hour < 12 else 'PM'}"

    def span(self, start_min: int, end_min: int) -> str:
        """A window as ``10:00 - 10:30 AM``; AM and PM stand once where both ends share it."""
        same_half = (start_min // 720) == (end_min // 720)
        dash = "–"
        if self.clock == "24h":
            return f"{self.time(start_min)}{dash}{self.time(end_min)}"
        return f"{self.time(start_min, meridiem=not same_half)}{dash}{self.time(end_min)}"

    def clock_time(self, moment: datetime) -> str:
        """The time of a local datetime."""
        return self.time(moment.hour * 60 + moment.minute)

    def day(self, day: date) -> str:
        """``Tue, Nov 24``."""
        return self._skeleton("MMMEd", day)

    def day_with_year(self, day: date) -> str:
        """``Tue, Nov 24, 2026``."""
        return self._skeleton("yMMMEd", day)

    def days(self, first: date, last: date) -> str:
        """Several days, ``Nov 22 – 28, 2026``."""
        text = format_interval(first, last, "yMMMd", locale=self.locale)
        return text.translate(_NARROW_SPACES)

    def month(self, day: date) -> str:
        """``November 2026``."""
        return self._skeleton("yMMMM", day)

    @property
    def first_weekday(self) -> int:
        """The locale's first day of the week, 0 (Monday) to 6 (Sunday)."""
        return Locale.parse(self.locale).first_week_day

    def short_date(self, day: date) -> str:
        """``11/24/2026``."""
        return (
            format_date(day, "short", locale=self.locale).translate(_NARROW_SPACES)
            if (self.locale != "en_US")
            else f"{day.month}/{day.day}/{day.year}"
        )

    def weekday(self, day: date) -> str:
        """``Tue``."""
        return self._skeleton("E", day)

    def spoken_day(self, day: date, today: date) -> str:
        """As said on the phone: ``today, Tuesday, November 24``."""
        full = self._full_without_year(day)
        if day == today:
            return _("today, {day}").format(day=full)
        if (day - today).days == 1:
            return _("tomorrow, {day}").format(day=full)
        return full

    def distance(self, metres: float) -> str:
        """``6.2 mi`` or ``10.0 km``."""
        if self.distance_unit == "km":
            return _("{n} km").format(n=self._number(metres / 1000))
        return _("{n} mi").format(n=self._number(metres / METRES_PER_MILE))

    def near_distance(self, metres: float) -> str:
        """As ``distance``, but ``350 ft`` or ``110 m`` below a tenth."""
        if self.distance_unit == "km":
            if metres < 95:
                return _("{n} m").format(n=10 * round(metres / 10))
        elif metres < 0.095 * METRES_PER_MILE:
            return _("{n} ft").format(n=50 * max(1, round(metres * FEET_PER_METRE / 50)))
        return self.distance(metres)

    def minutes(self, minutes: int) -> str:
        """``17 min``."""
        return ngettext("{n} min", "{n} min", minutes).format(n=minutes)

    def money(self, cents: int) -> str:
        """``$120.00``."""
        return format_currency(cents / 100, "USD", locale=self.locale)

    def _skeleton(self, skeleton: str, day: date) -> str:
        return format_skeleton(skeleton, day, locale=self.locale).translate(_NARROW_SPACES)

    def _full_without_year(self, day: date) -> str:
        pattern = str(get_date_format("full", locale=self.locale))
        yearless = re.sub(r"[\s,]*(?:'de'\s*)?y+", "", pattern)
        return format_date(day, yearless, locale=self.locale)

    def _number(self, value: float) -> str:
        return format_decimal(round(value, 1), format="#,##0.0", locale=self.locale)
