"""Neighbourhoods and outlying towns: their names, middles and postcodes."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from clinic_desktop.demo.town.features import Spot
from clinic_desktop.demo.town.names import CITY, FIRST_POSTCODE, Names
from clinic_desktop.demo.town.obstacles import Ground
from clinic_desktop.demo.town.site import Site, Use


@dataclass(slots=True)
class Quarters:
    """Neighbourhoods by number; every list has one entry for each."""

    names: list[str]
    middles: list[tuple[float, float]]
    cities: list[str]
    postcodes: list[str]
    places: list[str]

    def nearest(self, x: float, y: float) -> int:
        """The number of the neighbourhood that a world point belongs to."""
        return min(
            range(len(self.middles)),
            key=lambda n: math.hypot(self.middles[n][0] - x, self.middles[n][1] - y),
        )

    def spots(self, core: tuple[float, float]) -> list[Spot]:
        """The place nodes, the city's first."""
        spots = [Spot(core[0] + 30, core[1] + 520, {"place": "city", "name": CITY})]
        spots += [
            Spot(x, y, {"place": place, "name": name})
            for name, (x, y), place in zip(self.names, self.middles, self.places, strict=True)
        ]
        return spots


def lay_quarters(site: Site, names: Names, seed: int) -> Quarters:
    """One for each tilted grid, one for every two built-up square miles, one for each village."""
    rng = Random(f"{seed}/quarters")
    quarters = Quarters([], [], [], [], [])

    def add(name: str, x: float, y: float, city: str, place: str) -> None:
        quarters.names.append(name)
        quarters.middles.append((x, y))
        quarters.cities.append(city)
        quarters.places.append(place)

    for district in site.districts:
        middle = district.centre()[0]
        add(district.name, float(middle[0]), float(middle[1]), CITY, "suburb")
    built = [s for s in site.sections if s.use in (Use.GRID, Use.SUBURB)]
    rng.shuffle(built)
    count = 0
    for section in built:
        x, y = section.centre
        if not site.extent.inside(np.array([[x, y]]), 350)[0]:
            continue
        if not site.settled(np.array([[x, y]]))[0]:
            continue
        plan = site.warp.to_plan(np.array([[x, y]]))
        if site.obstacles.blocked(plan, int(Ground.WATER | Ground.DISTRICT))[0]:
            continue
        if any(math.hypot(x - a, y - b) < 1900 for a, b in quarters.middles):
            continue
        place = "suburb" if section.use is Use.GRID else "neighbourhood"
        add(names.quarter(count), x, y, CITY, place)
        count += 1
    villages = [s for s in site.sections if s.use is Use.VILLAGE]
    for number, section in enumerate(villages):
        name = names.village(number)
        add(name, section.centre[0], section.centre[1], name, "town")
    quarters.postcodes = _postcodes(site, quarters)
    return quarters


def _postcodes(site: Site, quarters: Quarters) -> list[str]:
    """Downtown has the first code; others share one with their sector and ring."""
    codes: list[str] = []
    for (x, y), city in zip(quarters.middles, quarters.cities, strict=True):
        away = math.hypot(x - site.core[0], y - site.core[1])
        sector = int((math.atan2(y - site.core[1], x - site.core[0]) + math.pi) / (math.pi / 2)) % 4
        if away < 1300:
            step = 0
        elif city != CITY:
            step = 10 + len({c for c in quarters.cities[: len(codes)] if c != CITY} | {city})
        else:
            step = 1 + sector + (4 if away > 4300 * site.extent.scale else 0)
        codes.append(f"{FIRST_POSTCODE + min(step, 18):05d}")
    return codes
