"""Days on which the whole clinic is closed: public holidays and its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from clinic_desktop.domain.clinic import Clinic


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PublicHoliday:
    """One public holiday of a country and state."""

    day: date
    name: str


def public_holidays(country: str, subdivision: str, year: int) -> tuple[PublicHoliday, ...]:
    """The public holidays of a year, in order; none where country or state are not known.

    Args:
        country: ISO 3166-1 alpha-2, "" for none.
        subdivision: the state's letters, "" for the country's holidays alone.
        year: the calendar year.
    """
    return tuple(PublicHoliday(day=d, name=n) for d, n in _holidays(country, subdivision, year))


def holiday_places() -> Mapping[str, tuple[str, ...]]:
    """The countries whose holidays are known, each with its states."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {country: tuple(states) for country, states in known.items()}


@lru_cache(maxsize=64)
def _holidays(country: str, subdivision: str, year: int) -> tuple[tuple[date, str], ...]:
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        return ()
    subdiv = subdivision if subdivision in known[country] else None
    found = holidays.country_holidays(country, subdiv=subdiv, years=year)
    return tuple(sorted((day, name) for day, name in found.items() if day.year == year))


def closed_days(clinic: Clinic, first: date, last: date) -> Mapping[date, str]:
    """The closed days from ``first`` to ``last`` (inclusive), each with its name.

    A closed day of the clinic's own names the date before a holiday does. An observed date is
    switched off together with its holiday.
    """
    rules = clinic.closing
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        for day, name in _holidays(rules.country, rules.subdivision, year):
            if first <= day <= last and holiday_key(name) not in rules.open_holidays:
                found[day] = name
    for own in rules.own:
        for n in range((min(own.last, last) - max(own.first, first)).days + 1):
            found[max(own.first, first) + timedelta(days=n)] = own.name
    return dict(sorted(found.items()))


def closed_on(clinic: Clinic, day: date) -> str:
    """Why the clinic is closed on a date, "" if it is open."""
    return closed_days(clinic, day, day).get(day, "")


def holiday_key(name: str) -> str:
    """A holiday's name, the same for the day it is observed on."""
    return name.removesuffix(" (observed)")
