"""A generated, fictional Midwestern river city, written as a real OpenStreetMap extract."""

from clinic_desktop.demo.town.generator import generate_town
from clinic_desktop.demo.town.summary import (
    Bounds,
    Neighbourhood,
    TownAddress,
    TownCounts,
    TownSummary,
)

__all__ = [
    "Bounds",
    "Neighbourhood",
    "TownAddress",
    "TownCounts",
    "TownSummary",
    "generate_town",
]
