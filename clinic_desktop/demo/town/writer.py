"""Writes what was drawn as an OpenStreetMap extract, sorted as readers want it."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# osmium carries no types; this module is the only one of the town that touches it.

from dataclasses import dataclass, field
from pathlib import Path

import osmium
import osmium.io
from osmium.osm.mutable import Node, Relation, Way

type Tags = dict[str, str]


@dataclass(slots=True)
class Extract:
    """Objects in the order in which they get their ids, which count from 1 for each kind."""

    nodes: list[tuple[float, float, Tags | None]] = field(
        default_factory=list[tuple[float, float, Tags | None]]
    )
    """Latitude, longitude, tags."""
    ways: list[tuple[list[int], Tags]] = field(default_factory=list[tuple[list[int], Tags]])
    relations: list[tuple[list[tuple[str, int, str]], Tags]] = field(
        default_factory=list[tuple[list[tuple[str, int, str]], Tags]]
    )

    def node(self, lat: float, lon: float, tags: Tags | None = None) -> int:
        """Add a node; returns its id."""
        self.nodes.append((lat, lon, tags))
        return len(self.nodes)

    def way(self, nodes: list[int], tags: Tags) -> int:
        """Add a way; returns its id."""
        self.ways.append((nodes, tags))
        return len(self.ways)

    def relation(self, members: list[tuple[str, int, str]], tags: Tags) -> int:
        """Add a relation; returns its id."""
        self.relations.append((members, tags))
        return len(self.relations)

    def write(self, path: Path) -> None:
        """Write nodes, ways, relations, each by rising id; an older file is replaced whole."""
        beside = path.with_name(f".{path.name.removesuffix('.osm.pbf')}.part.osm.pbf")
        header = osmium.io.Header()
        # Names the town as made up wherever the extract is shown.
        header.set("generator", "clinic-desktop town")
        with osmium.SimpleWriter(str(beside), header=header, overwrite=True) as writer:
            for number, (lat, lon, tags) in enumerate(self.nodes, start=1):
                writer.add_node(Node(id=number, version=1, location=(lon, lat), tags=tags or {}))
            for number, (nodes, tags) in enumerate(self.ways, start=1):
                writer.add_way(Way(id=number, version=1, nodes=nodes, tags=tags))
            for number, (members, tags) in enumerate(self.relations, start=1):
                writer.add_relation(Relation(id=number, version=1, members=members, tags=tags))
        beside.replace(path)
