"""The lie of the land: where downtown, the tilted grids and each survey section's use are."""

import math
from dataclasses import dataclass
from enum import StrEnum
from random import Random

import numpy as np

from clinic_desktop.demo.town.frame import SECTION_M, District, Extent, Flags, Floats, Points, Warp
from clinic_desktop.demo.town.obstacles import Ground, Obstacles
from clinic_desktop.demo.town.river import River

SETTLED_M = 7000.0
COLUMN_M = 118.0
ROW_M = 104.0


class Use(StrEnum):
    """What a survey section is used for."""

    GRID = "grid"
    SUBURB = "suburb"
    VILLAGE = "village"
    RURAL = "rural"


@dataclass(frozen=True, slots=True)
class Section:
    """A square mile of the survey: ``west`` and ``south`` are its plan corner."""

    number: int
    column: int
    row: int
    west: float
    south: float
    use: Use
    centre: tuple[float, float]
    """In world metres."""


class Site:
    """Everything that is settled before the first road is drawn."""

    def __init__(self, extent: Extent, seed: int) -> None:
        rng = Random(f"{seed}/site")
        self.extent = extent
        self.warp = Warp(rng)
        self.river = River(extent, Random(f"{seed}/river"))
        self.downtown, self.landing = self._districts()
        self.core = tuple(float(v) for v in self.downtown.centre()[0])
        self._lobes = [rng.uniform(0, 2 * math.pi) for _i in range(5)]
        self._west0 = rng.uniform(-0.4, 0.4) * SECTION_M
        self._south0 = rng.uniform(-0.4, 0.4) * SECTION_M
        self.sections = self._survey(rng)
        self._by_place = {(s.column, s.row): s for s in self.sections}
        self.baseline = self._baseline()
        self.obstacles = Obstacles(extent, self.warp)
        self.obstacles.mark(Ground.WATER, lambda world: self.river.in_water(world, 34.0))
        self.obstacles.mark(Ground.CREEK, lambda world: self.river.near_creek(world, 38.0))
        self.obstacles.mark(Ground.COUNTRY, lambda world: ~self.settled(world))
        for section in self.sections:
            if section.use is Use.VILLAGE:
                self.obstacles.clear_plan_box(
                    Ground.COUNTRY,
                    (section.west, section.south),
                    (section.west + SECTION_M, section.south + SECTION_M),
                )
        for district in self.districts:
            # Streets from outside run a little into a district, across its edge road.
            self.obstacles.mark(
                Ground.DISTRICT,
                lambda world, d=district: d.inside(world, 24.0) | _quay(d, world, self.river),
            )

    @property
    def districts(self) -> tuple[District, ...]:
        """The rectangles with a grid of their own."""
        return (self.downtown, self.landing)

    def line_u(self, column: int) -> float:
        """Plan easting of the section line west of a column."""
        return self._west0 + column * SECTION_M

    def line_v(self, row: int) -> float:
        """Plan northing of the section line south of a row."""
        return self._south0 + row * SECTION_M

    def use(self, column: int, row: int) -> Use | None:
        """The use of a section, None outside the town."""
        section = self._by_place.get((column, row))
        return section.use if section else None

    def distance_to_core(self, world: Points) -> float:
        """Metres from the middle of downtown to a (2,) point."""
        return math.hypot(float(world[0]) - self.core[0], float(world[1]) - self.core[1])

    def settled(self, world: Points) -> Flags:
        """Which points lie inside the built-up edge of town, which is ragged."""
        away = np.hypot(world[:, 0] - self.core[0], world[:, 1] - self.core[1])
        edge = SETTLED_M * self.extent.scale * self._reach(world)
        x, y = world[:, 0] / 1000, world[:, 1] / 1000
        ragged = 260 * np.sin(5.3 * x + self._lobes[3]) + 260 * np.sin(4.7 * y + self._lobes[4])
        ragged += 150 * np.sin(9.1 * (x + y) + self._lobes[2])
        return away + ragged < edge

    def built_up_outline(self) -> Points:
        """The edge of town as an outline in world metres."""
        bearing = np.linspace(0, 2 * math.pi, 260, endpoint=False)
        away = np.arange(400.0, 2.0 * SETTLED_M * self.extent.scale, 40.0)
        rays = np.column_stack(
            (
                self.core[0] + np.outer(np.cos(bearing), away).ravel(),
                self.core[1] + np.outer(np.sin(bearing), away).ravel(),
            )
        )
        inside = (self.settled(rays) & self.extent.inside(rays)).reshape(len(bearing), len(away))
        last = len(away) - 1 - np.argmax(inside[:, ::-1], axis=1)
        # A lone field or lane does not make a spike of the edge.
        around = np.stack([np.roll(last, k) for k in range(-2, 3)])
        last = np.median(around, axis=0).astype(np.int64)
        last = np.minimum(last, np.minimum(np.roll(last, 1), np.roll(last, -1)))
        picked = rays.reshape(len(bearing), len(away), 2)
        return picked[np.arange(len(bearing)), last]

    def _reach(self, world: Points) -> Floats:
        """How far the town reaches in the direction of each point; 1 on average."""
        bearing = np.arctan2(world[:, 1] - self.core[1], world[:, 0] - self.core[0])
        lobes = 0.15 * np.sin(2 * bearing + self._lobes[0])
        lobes += 0.12 * np.sin(3 * bearing + self._lobes[1])
        lobes += 0.07 * np.sin(5 * bearing + self._lobes[2])
        return 1 + lobes

    def _districts(self) -> tuple[District, District]:
        t = self.river.downtown_t
        heading = self.river.main.heading(t)
        along = (math.cos(heading), math.sin(heading))
        left = (-along[1], along[0])
        middle = self.river.main.along(np.array([t]))[0]
        bank = float(self.river.main.half_width(np.array([t]))[0]) + 80.0
        small = min(1.0, max(0.45, self.extent.scale))
        columns, rows = 2 * round(11 * small), round(16 * small)
        far_columns, far_rows = 2 * round(6 * small), round(9 * small)

        def corner(along_m: float, left_m: float) -> tuple[float, float]:
            return (
                float(middle[0]) + along[0] * along_m + left[0] * left_m,
                float(middle[1]) + along[1] * along_m + left[1] * left_m,
            )

        downtown = District(
            origin=corner(-columns / 2 * COLUMN_M, bank),
            angle=heading,
            length_m=columns * COLUMN_M,
            depth_m=rows * ROW_M,
            columns=columns,
            rows=rows,
            name="Downtown",
        )
        landing = District(
            origin=corner(far_columns / 2 * COLUMN_M, -bank),
            angle=heading + math.pi,
            length_m=far_columns * COLUMN_M,
            depth_m=far_rows * ROW_M,
            columns=far_columns,
            rows=far_rows,
            name="Ferry Landing",
        )
        return downtown, landing

    def _survey(self, rng: Random) -> list[Section]:
        columns = math.ceil((self.extent.width_m / 2 + 900) / SECTION_M) + 1
        rows = math.ceil((self.extent.height_m / 2 + 900) / SECTION_M) + 1
        scale = self.extent.scale
        sections: list[Section] = []
        villages: list[tuple[float, float]] = []
        for row in range(-rows, rows):
            for column in range(-columns, columns):
                west, south = self.line_u(column), self.line_v(row)
                middle = np.array([[west + SECTION_M / 2, south + SECTION_M / 2]])
                x, y = (float(v) for v in self.warp.to_world(middle)[0])
                jitter = rng.uniform(-1, 1)
                chance = rng.random()
                if not self.extent.inside(np.array([[x, y]]), -SECTION_M * 0.7)[0]:
                    continue
                away = math.hypot(x - self.core[0], y - self.core[1])
                reach = float(self._reach(np.array([[x, y]]))[0])
                use = Use.RURAL
                if away < 3000 * scale**0.7 * reach + 450 * jitter:
                    use = Use.GRID
                elif away < SETTLED_M * scale * reach * 1.1:
                    use = Use.SUBURB
                elif (
                    chance < 0.16
                    and away > 1.25 * SETTLED_M * scale * reach
                    and float(self.river.main.clearance(np.array([[x, y]]))[0]) > 1300
                    and self.extent.inside(np.array([[x, y]]), 900)[0]
                    and all(math.hypot(x - a, y - b) > 5200 for a, b in villages)
                ):
                    use = Use.VILLAGE
                    villages.append((x, y))
                sections.append(Section(len(sections), column, row, west, south, use, (x, y)))
        return sections

    def _baseline(self) -> tuple[float, float]:
        """The section lines nearest to downtown: house numbers count from them."""
        plan = self.warp.to_plan(np.array([self.core]))[0]
        return (
            self.line_u(round((float(plan[0]) - self._west0) / SECTION_M)),
            self.line_v(round((float(plan[1]) - self._south0) / SECTION_M)),
        )


def _quay(district: District, world: Points, river: River) -> Flags:
    """The strip between a district's first street and the water."""
    local = district.to_local(world)
    return (
        (local[:, 0] > 15)
        & (local[:, 0] < district.length_m - 15)
        & (local[:, 1] <= 15)
        & (local[:, 1] > -700)
        & (river.main.clearance(world) > -10)
        & ((river.main.place(world)[1] > 0) == (river.main.place(district.centre())[1][0] > 0))
    )
