"""The blocks with a river between the 4th and the 5th avenue, as the extracts of two states."""

from pathlib import Path

import osmium

from tests.travel.blocks import LON, draw_blocks

BORDER = LON + 0.007


def write_banks(folder: Path) -> tuple[Path, Path]:
    """The west and the east extract.

    As in real ones, a way that crosses the border stands in both, with all its nodes; only
    the Maple Street bridge does. Other streets end at the water.
    """
    whole = draw_blocks()
    drawn = draw_blocks()
    drawn.ways = []
    for nodes, tags in whole.ways:
        west = [n for n in nodes if whole.nodes[n - 1][1] <= BORDER]
        east = [n for n in nodes if whole.nodes[n - 1][1] > BORDER]
        bridge = tags.get("name") == "Maple Street"
        if bridge or not west or not east:
            drawn.ways.append((nodes, tags))
            continue
        for bank in (west, east):
            if len(bank) > 1:
                drawn.ways.append((bank, tags))
    source = drawn.write(folder / "whole.osm.pbf")
    return _half(source, folder / "west.osm.pbf", "w"), _half(source, folder / "east.osm.pbf", "e")


def _half(source: Path, target: Path, bank: str) -> Path:
    lons = {n.id: n.lon for n in osmium.FileProcessor(str(source)) if n.is_node()}

    def here(lon: float) -> bool:
        return lon <= BORDER if bank == "w" else lon > BORDER

    ways = [
        (w.id, [n.ref for n in w.nodes]) for w in osmium.FileProcessor(str(source)) if w.is_way()
    ]
    kept = {number for number, refs in ways if any(here(lons[ref]) for ref in refs)}
    nodes = {n for n, lon in lons.items() if here(lon)}
    nodes |= {ref for number, refs in ways if number in kept for ref in refs}
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for entity in osmium.FileProcessor(str(source)):
            if entity.id in (nodes if entity.is_node() else kept):
                writer.add(entity)
    return target
