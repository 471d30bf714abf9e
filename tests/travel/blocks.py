"""A few blocks of an invented town, written as a real extract."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from clinic_desktop.domain.place import Coordinate

LAT, LON = 39.0, -91.0
CORNER = Coordinate(lat=39.0, lon=-91.0)
FAR_CORNER = Coordinate(lat=39.014, lon=-90.986)
BLOCK = 0.002
"""Degrees between two streets: about 220 m north to south."""
STREETS = ("Maple", "Walnut", "Osage", "Poplar", "Sycamore", "Linden", "Hawthorn", "Juniper")


@dataclass
class Blocks:
    """Objects as they are drawn; written nodes first, then ways, by rising id."""

    nodes: list[tuple[float, float, dict[str, str]]] = field(default_factory=list)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)

    def node(self, lat: float, lon: float, **tags: str) -> int:
        self.nodes.append((lat, lon, {k.replace("__", ":"): v for k, v in tags.items()}))
        return len(self.nodes)

    def way(self, nodes: Sequence[int], **tags: str) -> None:
        self.ways.append((list(nodes), {k.replace("__", ":"): v for k, v in tags.items()}))

    def write(self, path: Path, *, header: osmium.io.Header | None = None) -> Path:
        written = path.with_name(f"new-{path.name}")
        more = {"header": header} if header else {}
        with osmium.SimpleWriter(str(written), overwrite=True, **more) as writer:
            for number, (lat, lon, tags) in enumerate(self.nodes, start=1):
                writer.add_node(Node(id=number, version=1, location=(lon, lat), tags=tags))
            for number, (nodes, tags) in enumerate(self.ways, start=1):
                writer.add_way(Way(id=number, version=1, nodes=nodes, tags=tags))
        return written.replace(path)


def house(blocks: Blocks, number: str, street: str, lat: float, lon: float, **more: str) -> None:
    """A house of Ferry, Missouri."""
    blocks.node(
        lat,
        lon,
        **{
            "addr__housenumber": number,
            "addr__street": street,
            "addr__city": "Ferry",
            "addr__state": "MO",
            "addr__postcode": "63000",
            **more,
        },
    )


def draw_blocks() -> Blocks:
    """Eight named streets west to east, eight numbered ones across, and what stands on them.

    Maple Street has 101, 105 ... 181 on its north side and 102 on its south side.
    """
    blocks = Blocks()
    grid = [
        [blocks.node(LAT + row * BLOCK, LON + column * BLOCK) for column in range(8)]
        for row in range(8)
    ]
    for row, name in enumerate(STREETS):
        blocks.way(grid[row], highway="residential", name=f"{name} Street")
    for column in range(8):
        ordinal = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th")[column]
        blocks.way(
            [grid[row][column] for row in range(8)],
            highway="residential",
            name=f"North {ordinal} Avenue",
        )
    for number in range(101, 182, 4):
        house(blocks, str(number), "Maple Street", LAT + 0.0001, LON + (number - 100) * 0.0001)
    house(blocks, "102", "Maple Street", LAT - 0.0001, LON + 0.0002)
    house(blocks, "12", "North First Avenue", LAT + 0.001, LON + 0.0001)
    # Osage Street knows its numbers only by a line along it.
    ends = [
        blocks.node(LAT + 2 * BLOCK + 0.0001, LON + 0.001, addr__housenumber="200"),
        blocks.node(LAT + 2 * BLOCK + 0.0001, LON + 0.005, addr__housenumber="240"),
    ]
    blocks.way(ends, addr__interpolation="even", addr__street="Osage Street")
    blocks.node(LAT + 0.001, LON + 0.001, place="neighbourhood", name="Shaw Landing")
    blocks.node(LAT + 0.007, LON + 0.007, place="town", name="Ferry")
    return blocks
