"""From world metres to an extract's tagged nodes, ways and relations."""

import numpy as np

from clinic_desktop.demo.town.addresses import House
from clinic_desktop.demo.town.features import RANK, Shape
from clinic_desktop.demo.town.frame import Extent, Points, Projection, as_points
from clinic_desktop.demo.town.freeways import Freeway
from clinic_desktop.demo.town.names import STATE
from clinic_desktop.demo.town.network import Network, Way
from clinic_desktop.demo.town.quarters import Quarters
from clinic_desktop.demo.town.summary import TownAddress
from clinic_desktop.demo.town.writer import Extract, Tags
from clinic_desktop.domain.place import Coordinate


class Draughtsman:
    """Turns world metres into an extract's nodes, ways and relations."""

    def __init__(self, projection: Projection) -> None:
        self.extract = Extract()
        self.road_ways: dict[str, list[int]] = {}
        self._projection = projection

    def network(self, network: Network, extent: Extent) -> None:
        """All roads, with signals and turning circles on their nodes."""
        lat, lon = self._projection.degrees(network.xy)
        signals = _signals(network)
        circles = _turning_circles(network, extent)
        ids: dict[int, int] = {}
        for node in sorted({node for way in network.ways for node in way.nodes}):
            tags = None
            if node in signals:
                tags = {"highway": "traffic_signals"}
            elif node in circles:
                tags = {"highway": "turning_circle"}
            ids[node] = self.extract.node(float(lat[node]), float(lon[node]), tags)
        for way in network.ways:
            number = self.extract.way([ids[node] for node in way.nodes], _road_tags(way))
            if way.road.kind == "motorway":
                self.road_ways.setdefault(way.road.ref, []).append(number)

    def freeway_routes(self, freeways: list[Freeway]) -> None:
        """A route relation for each freeway."""
        for freeway in freeways:
            network, _space, ref = freeway.ref.partition(" ")
            members = [("w", number, "") for number in self.road_ways.get(freeway.ref, [])]
            if members:
                self.extract.relation(
                    members,
                    {"type": "route", "route": "road", "network": f"US:{network}", "ref": ref},
                )

    def shapes(self, shapes: list[Shape]) -> None:
        """Closed areas and open lines."""
        if not shapes:
            return
        lat, lon = self._projection.degrees(np.vstack([shape.points for shape in shapes]))
        lats: list[float] = lat.tolist()
        lons: list[float] = lon.tolist()
        start = 0
        for shape in shapes:
            stop = start + len(shape.points)
            nodes = [
                self.extract.node(a, b)
                for a, b in zip(lats[start:stop], lons[start:stop], strict=True)
            ]
            start = stop
            self.extract.way([*nodes, nodes[0]] if shape.closed else nodes, shape.tags)

    def with_holes(self, shape: Shape) -> None:
        """An area with holes, as a multipolygon."""
        members = [("w", self.extract.way(self._ring(shape.points), {}), "outer")]
        members += [("w", self.extract.way(self._ring(hole), {}), "inner") for hole in shape.holes]
        self.extract.relation(members, {"type": "multipolygon", **shape.tags})

    def point(self, x: float, y: float, tags: Tags) -> None:
        """A tagged point."""
        lat, lon = self._projection.degrees(as_points([(x, y)]))
        self.extract.node(float(lat[0]), float(lon[0]), tags)

    def addresses(self, built: list[House], quarters: Quarters) -> list[TownAddress]:
        """The address nodes of all houses, in their order."""
        lat, lon = self._projection.degrees(as_points([(house.x, house.y) for house in built]))
        return [
            self._address(house, Coordinate(lat=a, lon=b), quarters)
            for house, a, b in zip(built, lat.tolist(), lon.tolist(), strict=True)
        ]

    def _address(self, house: House, where: Coordinate, quarters: Quarters) -> TownAddress:
        address = TownAddress(
            coordinate=where,
            housenumber=str(house.number),
            street=house.street,
            city=quarters.cities[house.quarter],
            state=STATE,
            postcode=quarters.postcodes[house.quarter],
            area=quarters.names[house.quarter],
        )
        self.extract.node(
            where.lat,
            where.lon,
            {
                "addr:housenumber": address.housenumber,
                "addr:street": address.street,
                "addr:city": address.city,
                "addr:state": address.state,
                "addr:postcode": address.postcode,
            },
        )
        return address

    def coordinate(self, x: float, y: float) -> Coordinate:
        """A world point in degrees."""
        lat, lon = self._projection.degrees(as_points([(x, y)]))
        return Coordinate(lat=float(lat[0]), lon=float(lon[0]))

    def _ring(self, points: Points) -> list[int]:
        lat, lon = self._projection.degrees(points)
        nodes = [self.extract.node(a, b) for a, b in zip(lat.tolist(), lon.tolist(), strict=True)]
        return [*nodes, nodes[0]]


def _road_tags(way: Way) -> Tags:
    road = way.road
    tags = {"highway": road.kind}
    if road.name:
        tags["name"] = road.name
    if road.ref:
        tags["ref"] = road.ref
    if road.oneway:
        tags["oneway"] = "yes"
    if road.lanes:
        tags["lanes"] = str(road.lanes)
    if road.maxspeed:
        tags["maxspeed"] = f"{road.maxspeed} mph"
    tags["surface"] = road.surface
    if way.bridge:
        tags["bridge"] = "yes"
        tags["layer"] = "1"
    return tags


def _signals(network: Network) -> set[int]:
    """Where two greater roads of different names cross."""
    at: dict[int, set[str]] = {}
    for way in network.ways:
        if RANK["trunk"] <= RANK[way.road.kind] <= RANK["secondary"]:
            for node in way.nodes:
                at.setdefault(node, set()).add(way.road.name)
    return {
        node for node, roads in at.items() if len(roads) > 1 and network.degree.get(node, 0) > 2
    }


def _turning_circles(network: Network, extent: Extent) -> set[int]:
    """The ends of dead-end streets."""
    ends: set[int] = set()
    inside = extent.inside(network.xy, 80.0)
    for way in network.ways:
        if way.road.kind == "residential":
            ends.update(
                node
                for node in (way.nodes[0], way.nodes[-1])
                if network.degree.get(node, 0) == 1 and inside[node]
            )
    return ends
