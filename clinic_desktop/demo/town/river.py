"""The river that the town stands on, and the creek that runs into it."""

import math
from random import Random

import numpy as np

from clinic_desktop.demo.town.features import Shape
from clinic_desktop.demo.town.frame import Extent, Flags, Floats, Points, normals


class Meander:
    """A winding line that is a function of the way along a straight axis.

    Because it never doubles back, the distance to it is a closed formula.
    """

    def __init__(
        self,
        *,
        through: tuple[float, float],
        angle: float,
        waves: tuple[tuple[float, float, float], ...],
        half_width_m: float,
    ) -> None:
        self._through = through
        self._axis = (math.cos(angle), math.sin(angle))
        self._waves = waves
        self.half_width_m = half_width_m

    def _offset(self, t: Floats) -> Floats:
        total = np.zeros_like(t)
        for amplitude, wavelength, phase in self._waves:
            total += amplitude * np.sin(2 * math.pi * t / wavelength + phase)
        return total

    def slope(self, t: Floats) -> Floats:
        """Metres aside for each metre along the axis."""
        total = np.zeros_like(t)
        for amplitude, wavelength, phase in self._waves:
            k = 2 * math.pi / wavelength
            total += amplitude * k * np.cos(k * t + phase)
        return total

    def half_width(self, t: Floats) -> Floats:
        """Half of the width in metres: no river is equally wide everywhere."""
        return self.half_width_m * (
            1 + 0.14 * np.sin(2 * math.pi * t / 3700) + 0.09 * np.sin(2 * math.pi * t / 1350 + 1)
        )

    def along(self, t: Floats) -> Points:
        """World points at ``t`` metres along the axis."""
        offset = self._offset(t)
        ax, ay = self._axis
        return np.column_stack(
            (self._through[0] + ax * t - ay * offset, self._through[1] + ay * t + ax * offset)
        )

    def place(self, world: Points) -> tuple[Floats, Floats]:
        """Metres along the axis and signed metres to the left of the line, for each point."""
        ax, ay = self._axis
        dx, dy = world[:, 0] - self._through[0], world[:, 1] - self._through[1]
        t = ax * dx + ay * dy
        aside = -ay * dx + ax * dy - self._offset(t)
        return t, aside / np.sqrt(1 + self.slope(t) ** 2)

    def clearance(self, world: Points) -> Floats:
        """Metres from the bank; negative in the water."""
        t, aside = self.place(world)
        return np.abs(aside) - self.half_width(t)

    def heading(self, t: float) -> float:
        """The direction of flow at ``t`` in radians from east."""
        base = math.atan2(self._axis[1], self._axis[0])
        return base + math.atan(float(self.slope(np.array([t]))[0]))


class River:
    """The river and its creek."""

    def __init__(self, extent: Extent, rng: Random) -> None:
        self.name = "Marlow River"
        self.creek_name = "Sycamore Creek"
        angle = math.radians(rng.uniform(-34, -24))
        through = (
            rng.uniform(-0.05, 0.0) * extent.width_m,
            rng.uniform(-0.14, -0.10) * extent.height_m,
        )
        self.main = Meander(
            through=through,
            angle=angle,
            waves=(
                (rng.uniform(850, 1050), rng.uniform(9300, 10500), rng.uniform(0, 2 * math.pi)),
                (rng.uniform(150, 230), rng.uniform(3900, 4600), rng.uniform(0, 2 * math.pi)),
            ),
            half_width_m=165.0,
        )
        self.reach_m = math.hypot(extent.width_m, extent.height_m) / 2 + 1500
        self.downtown_t = self._straightest_bend()
        self._mouth_t = self.downtown_t - 2900 * min(1.0, extent.scale)
        mouth = self.main.along(np.array([self._mouth_t]))[0]
        self.creek = Meander(
            through=(float(mouth[0]), float(mouth[1])),
            angle=math.radians(rng.uniform(62, 74)),
            waves=((rng.uniform(150, 220), 2600.0, 0.0), (60.0, 1130.0, 0.0)),
            half_width_m=7.0,
        )

    def _straightest_bend(self) -> float:
        """Where the bank bends least and runs askew to the survey: downtown goes there."""
        t = np.arange(-1800.0, 1801.0, 50.0)
        bend = np.abs(np.gradient(self.main.slope(t), t)) * 1e4
        askew = np.array([math.degrees(self.main.heading(float(v))) for v in t])
        skew_cost = np.maximum(0, 20 - np.abs(askew)) + np.maximum(0, np.abs(askew) - 42)
        return float(t[int(np.argmin(bend * 1.5 + skew_cost * 0.4 + np.abs(t) / 900))])

    def in_water(self, world: Points, margin_m: float = 0.0) -> Flags:
        """Which points lie in the river, or within ``margin_m`` of its banks."""
        return self.main.clearance(world) < margin_m

    def near_creek(self, world: Points, margin_m: float) -> Flags:
        """Which points lie within ``margin_m`` of the creek's banks."""
        t, _aside = self.creek.place(world)
        return (self.creek.clearance(world) < margin_m) & (t > 0)

    def shapes(self) -> list[Shape]:
        """The water area, the line of flow, and the creek."""
        t = np.arange(-self.reach_m, self.reach_m + 1, 70.0)
        line = self.main.along(t)
        aside = normals(line) * self.main.half_width(t)[:, None]
        outline = np.vstack((line + aside, (line - aside)[::-1]))
        creek_t = np.arange(0.0, 1.4 * self.reach_m, 45.0)
        creek = self.creek.along(creek_t)
        return [
            Shape(outline, {"natural": "water", "water": "river", "name": self.name}),
            Shape(line[::3], {"waterway": "river", "name": self.name}, closed=False),
            Shape(creek, {"waterway": "stream", "name": self.creek_name}, closed=False),
        ]
