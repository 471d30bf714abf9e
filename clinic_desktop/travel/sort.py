"""Puts the objects of an extract into the order that every reader of it relies on."""
# osmium carries no complete types.
# pyright: reportUnknownMemberType=false

from pathlib import Path
from typing import Final

import osmium
import osmium.osm

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.text import _

MOST_BYTES: Final = 60_000_000
"""Sorting holds all of it in memory, some 15 bytes for one in the file."""


def sort_extract(extract: Path, target: Path) -> None:
    """Write the same objects in order (nodes, ways, relations, rising ids).

    Args:
        extract: whole and readable, in any order.
        target: the ``.osm.pbf`` to write; its header is the plain one of the library.

    Raises:
        RoadsTrouble: it is too large to be sorted here.
    """
    if extract.stat().st_size > MOST_BYTES:
        raise RoadsTrouble(
            _("The file {name} is not sorted (nodes, ways, relations, rising ids).").format(
                name=extract.name
            ),
            still_works=_("The roads in use stay as they are, and bookings go on."),
            way_out=_("Choose another extract, or sort it with osmium first."),
        )
    reader = osmium.MergeInputReader()
    reader.add_file(str(extract))
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        reader.apply(_Copy(writer))


class _Copy(osmium.SimpleHandler):
    """Hands every object on."""

    def __init__(self, writer: osmium.SimpleWriter) -> None:
        super().__init__()
        self._writer = writer

    def node(self, node: osmium.osm.Node) -> None:
        self._writer.add_node(node)

    def way(self, way: osmium.osm.Way) -> None:
        self._writer.add_way(way)

    def relation(self, relation: osmium.osm.Relation) -> None:
        self._writer.add_relation(relation)
