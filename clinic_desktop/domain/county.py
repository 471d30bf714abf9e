"""Counties: the Census gives the number ranges of their streets, one file a county."""

from dataclasses import dataclass
from typing import Final

COUNTY_RANGES: Final = (
    "https://www2.census.gov/geo/tiger/TIGER2025/ADDRFEAT/tl_2025_{fips}_addrfeat.zip"
)
"""Where a county's file is fetched from; ``{fips}`` stands for its five figures."""

FIPS: Final = "{fips}"


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county that may be fetched; ``fips`` is the federal code of state and county."""

    fips: str
    state: str
    name: str

    @property
    def label(self) -> str:
        """As a list shows it."""
        return f"{self.name}, {self.state}" if self.state else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyStatus:
    """A county whose ranges the addresses were built with; ``year`` is the Census's edition."""

    county: County
    year: int
    range_count: int
    size_bytes: int
