"""Addresses for the demo's patients: the generated town's, or those of a real extract."""

import random
from collections.abc import Sequence

from clinic_desktop.demo.clinic import Household
from clinic_desktop.demo.town import TownAddress
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.travel import AddressMatch


def town_households(addresses: Sequence[TownAddress]) -> list[Household]:
    """The generated town's houses."""
    return [
        Household(
            coordinate=a.coordinate,
            address=Address(
                line=f"{a.housenumber} {a.street}",
                city=a.city,
                state=a.state,
                postcode=a.postcode,
                area=a.area,
            ),
        )
        for a in addresses
    ]


def region_households(
    houses: Sequence[AddressMatch], streets: Sequence[AddressMatch], wanted: int, seed: int
) -> list[Household]:
    """Real houses of an extract; where there are too few, points on its streets.

    Args:
        houses: house points.
        streets: one point a street.
        wanted: how many are needed.
        seed: which of the streets are taken.
    """
    found = [Household(coordinate=h.coordinate, address=h.address) for h in houses]
    rng = random.Random(seed)
    spare = list(streets)
    rng.shuffle(spare)
    for street in spare:
        if len(found) >= wanted:
            break
        found.append(Household(coordinate=street.coordinate, address=street.address))
    return found
