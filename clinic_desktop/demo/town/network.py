"""Knots roads into one graph: shared nodes at crossings, no stubs, everything reachable."""

import itertools
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic_desktop.demo.town.features import RANK, Road
from clinic_desktop.demo.town.frame import Extent, Flags, Points
from clinic_desktop.demo.town.freeways import HALF_MEDIAN_M, Freeway, Ramp, carriageways
from clinic_desktop.demo.town.river import River

type Integers = NDArray[np.int64]

BIN_M = 90.0
TOUCH_M = 1.5
SNAP_M = 6.0
STUB_M = 46.0


@dataclass(slots=True)
class Way:
    """A stretch of a road as the file has it: node numbers in order."""

    road: Road
    nodes: list[int]
    bridge: bool = False


@dataclass(slots=True)
class Network:
    """All ways, over nodes whose world points are the rows of ``xy``."""

    xy: Points
    ways: list[Way]
    degree: dict[int, int]
    """Street edges at each node."""


def knot(
    streets: list[Road],
    freeways: list[Freeway],
    ramps: list[Ramp],
    river: River,
    extent: Extent,
) -> Network:
    """Join streets where they meet, ramps to carriageways, and drop what cannot be reached."""
    ground = [*streets, *(ramp.road for ramp in ramps)]
    xy, chains = _join(ground)
    points = [xy]
    count = len(xy)
    roads: list[Road] = list(ground)
    first_node: dict[tuple[int, bool], tuple[int, int]] = {}
    for number, freeway in enumerate(freeways):
        for left, road in zip((False, True), carriageways(freeway), strict=True):
            roads.append(road)
            chains.append(list(range(count, count + len(road.points))))
            first_node[number, left] = (count, len(road.points))
            points.append(road.points)
            count += len(road.points)
    for offset, ramp in enumerate(ramps):
        chain = chains[len(streets) + offset]
        for place, anchor in ((0, ramp.start), (-1, ramp.end)):
            if anchor:
                first, length = first_node[anchor[0], anchor[1]]
                chain[place] = first + (length - 1 - anchor[2] if anchor[1] else anchor[2])
    xy = np.vstack(points)
    edges = _edges(roads, chains)
    edges = _without_stubs(edges, roads, xy, extent)
    edges = _greatest_component(edges, len(xy))
    _make_passable(edges, roads, len(xy))
    over = _bridges(edges, roads, xy, freeways, river)
    return _ways(edges, roads, chains, over, xy)


def _pairs(keys: Integers) -> tuple[Integers, Integers]:
    """All pairs of positions that hold the same key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    ones: list[Integers] = []
    others: list[Integers] = []
    step = 1
    while step < len(ordered):
        same = np.flatnonzero(ordered[:-step] == ordered[step:])
        if len(same) == 0:
            break
        ones.append(order[same])
        others.append(order[same + step])
        step += 1
    if not ones:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(ones), np.concatenate(others)


def _join(roads: list[Road]) -> tuple[Points, list[list[int]]]:
    """Nodes at every vertex and crossing, and each road's node numbers in order."""
    vertices = np.vstack([road.points for road in roads])
    sizes = np.array([len(road.points) for road in roads])
    owner = np.repeat(np.arange(len(roads)), sizes)
    start = np.flatnonzero(owner[:-1] == owner[1:])
    a, b = vertices[start], vertices[start + 1]
    one, other, t, u = _crossings(a, b, owner[start])
    # Crossings come first, so that a cluster takes the place of its first crossing.
    cuts = a[one] + t[:, None] * (b[one] - a[one])
    cloud = np.vstack((cuts, vertices))
    cluster = _clusters(cloud)
    along = np.concatenate((start[one] + t, start[other] + u, np.arange(len(vertices))))
    member = np.concatenate(
        (np.arange(len(cuts)), np.arange(len(cuts)), len(cuts) + np.arange(len(vertices)))
    )
    order = np.lexsort((member, along))
    whose = owner[np.minimum(along.astype(np.int64), len(owner) - 1)]
    numbers, compact = np.unique(cluster, return_inverse=True)
    chains: list[list[int]] = [[] for _road in roads]
    road: int
    node: int
    for road, node in zip(whose[order].tolist(), compact[member[order]].tolist(), strict=True):
        chain = chains[road]
        if not chain or chain[-1] != node:
            chain.append(node)
    return cloud[numbers], chains


def _crossings(
    a: Points, b: Points, owner: Integers
) -> tuple[Integers, Integers, NDArray[np.float64], NDArray[np.float64]]:
    """Pairs of segments of different roads that cross or touch, with the fraction on each."""
    low = np.floor((np.minimum(a, b) - TOUCH_M) / BIN_M).astype(np.int64)
    high = np.floor((np.maximum(a, b) + TOUCH_M) / BIN_M).astype(np.int64)
    wide, tall = high[:, 0] - low[:, 0] + 1, high[:, 1] - low[:, 1] + 1
    total = wide * tall
    segment = np.repeat(np.arange(len(a)), total)
    nth = np.arange(len(segment)) - np.repeat(np.cumsum(total) - total, total)
    column = low[segment, 0] + nth % wide[segment]
    row = low[segment, 1] + nth // wide[segment]
    i, j = _pairs(column * 1_000_003 + row)
    one, other = segment[i], segment[j]
    one, other = np.minimum(one, other), np.maximum(one, other)
    keep = owner[one] != owner[other]
    key = np.unique(one[keep] * len(a) + other[keep])
    one, other = key // len(a), key % len(a)
    d, e = b[one] - a[one], b[other] - a[other]
    gap = a[other] - a[one]
    cross = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    long_d, long_e = np.hypot(d[:, 0], d[:, 1]), np.hypot(e[:, 0], e[:, 1])
    skew = np.abs(cross) > 0.03 * long_d * long_e
    cross = np.where(skew, cross, 1.0)
    t = (gap[:, 0] * e[:, 1] - gap[:, 1] * e[:, 0]) / cross
    u = (gap[:, 0] * d[:, 1] - gap[:, 1] * d[:, 0]) / cross
    loose_t = TOUCH_M / np.maximum(long_d, 1e-6)
    loose_u = TOUCH_M / np.maximum(long_e, 1e-6)
    hit = skew & (t >= -loose_t) & (t <= 1 + loose_t) & (u >= -loose_u) & (u <= 1 + loose_u)
    # Just short of 1, so that a crossing at a segment's end stays with that segment's road.
    return one[hit], other[hit], np.clip(t[hit], 0, 1 - 1e-9), np.clip(u[hit], 0, 1 - 1e-9)


def _clusters(cloud: Points) -> Integers:
    """For each point the lowest point that it is one with."""
    parent = list(range(len(cloud)))

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    size = 2.5 * SNAP_M
    for shift_x in (0.0, 0.5):
        for shift_y in (0.0, 0.5):
            column = np.floor(cloud[:, 0] / size + shift_x).astype(np.int64)
            row = np.floor(cloud[:, 1] / size + shift_y).astype(np.int64)
            i, j = _pairs(column * 1_000_003 + row)
            near = np.hypot(*(cloud[i] - cloud[j]).T) < SNAP_M
            for x, y in zip(i[near].tolist(), j[near].tolist(), strict=True):
                p, q = find(x), find(y)
                if p != q:
                    parent[max(p, q)] = min(p, q)
    return np.array([find(node) for node in range(len(cloud))], dtype=np.int64)


type Edges = dict[tuple[int, int], tuple[int, int, bool]]
"""(lower node, higher node) to (road, position in its chain, whether the chain goes upward)."""


def _edges(roads: list[Road], chains: list[list[int]]) -> Edges:
    edges: Edges = {}
    for number in sorted(range(len(roads)), key=lambda n: RANK[roads[n].kind]):
        chain = chains[number]
        for position in range(len(chain) - 1):
            p, q = chain[position], chain[position + 1]
            edges.setdefault((min(p, q), max(p, q)), (number, position, p < q))
    return edges


def _neighbours(edges: Edges) -> dict[int, set[int]]:
    around: dict[int, set[int]] = {}
    for p, q in edges:
        around.setdefault(p, set()).add(q)
        around.setdefault(q, set()).add(p)
    return around


def _without_stubs(edges: Edges, roads: list[Road], xy: Points, extent: Extent) -> Edges:
    """Without loose ends: short ones of local streets, whole ones of greater roads."""
    around = _neighbours(edges)
    on_edge = ~extent.inside(xy, 60.0)
    again = True
    while again:
        again = False
        for end in [node for node, others in around.items() if len(others) == 1]:
            if len(around[end]) != 1 or on_edge[end]:
                continue
            chain = [end]
            length = 0.0
            local = False
            while True:
                here = chain[-1]
                ahead = [n for n in around[here] if len(chain) < 2 or n != chain[-2]]
                if len(ahead) != 1 or (len(chain) > 1 and len(around[here]) > 2):
                    break
                nxt = ahead[0]
                road = roads[edges[min(here, nxt), max(here, nxt)][0]]
                local = local or RANK[road.kind] >= RANK["residential"]
                if road.kind == "motorway":
                    local = True
                    length = STUB_M
                length += float(np.hypot(*(xy[here] - xy[nxt])))
                chain.append(nxt)
                if on_edge[nxt]:
                    length = max(length, STUB_M)
                    local = True
                    break
            if len(chain) < 2 or (local and length >= STUB_M):
                continue
            again = True
            for p, q in itertools.pairwise(chain):
                del edges[min(p, q), max(p, q)]
                around[p].discard(q)
                around[q].discard(p)
    return edges


def _greatest_component(edges: Edges, count: int) -> Edges:
    parent = list(range(count))

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for p, q in edges:
        parent[find(p)] = find(q)
    sizes: dict[int, int] = {}
    for p, _q in edges:
        sizes[find(p)] = sizes.get(find(p), 0) + 1
    greatest = max(sizes, key=lambda root: (sizes[root], -root))
    return {pair: value for pair, value in edges.items() if find(pair[0]) == greatest}


def _make_passable(edges: Edges, roads: list[Road], count: int) -> None:
    """Open a one-way street to both directions where it would cut something off."""
    for _round in range(6):
        out: list[list[int]] = [[] for _n in range(count)]
        back: list[list[int]] = [[] for _n in range(count)]
        hub = -1
        for (low, high), (number, _position, upward) in edges.items():
            road = roads[number]
            p, q = (low, high) if upward else (high, low)
            out[p].append(q)
            back[q].append(p)
            if not road.oneway:
                out[q].append(p)
                back[p].append(q)
                if hub < 0 and road.kind in ("primary", "secondary", "tertiary"):
                    hub = p
        both = _reach(out, hub) & _reach(back, hub)
        stuck = {
            number
            for (p, q), (number, _position, _upward) in edges.items()
            if roads[number].oneway
            and not roads[number].kind.startswith("motorway")
            and not (p in both and q in both)
        }
        if not stuck:
            return
        for number in stuck:
            roads[number].oneway = False


def _reach(links: list[list[int]], start: int) -> set[int]:
    seen = {start}
    queue = deque([start])
    while queue:
        for node in links[queue.popleft()]:
            if node not in seen:
                seen.add(node)
                queue.append(node)
    return seen


def _bridges(
    edges: Edges, roads: list[Road], xy: Points, freeways: list[Freeway], river: River
) -> set[tuple[int, int]]:
    """The edges that lie over water or over a freeway."""
    pairs = list(edges)
    ends = np.array(pairs)
    a, b = xy[ends[:, 0]], xy[ends[:, 1]]
    over: Flags = river.in_water((a + b) / 2, 4.0)
    over |= river.near_creek((a + b) / 2, 0.0) & (np.hypot(*(a - b).T) < 80)
    kinds = np.array([RANK[roads[edges[pair][0]].kind] for pair in pairs])
    for freeway in freeways:
        side_a, side_b = freeway.meander.place(a)[1], freeway.meander.place(b)[1]
        low, high = np.minimum(side_a, side_b), np.maximum(side_a, side_b)
        # An edge spans a carriageway where it reaches from one side of it to the other.
        spans = (low < HALF_MEDIAN_M + 9) & (high > -HALF_MEDIAN_M - 9)
        crosses = high - low > 4
        inside = extent_of(freeway.centre, (a + b) / 2)
        over |= spans & crosses & inside & (kinds > RANK["motorway_link"])
        if freeway.east_west:
            for other in freeways:
                for i in other.cloverleaves if not other.east_west else ():
                    near = np.hypot(*((a + b) / 2 - other.centre[i]).T) < 62
                    level = np.abs((side_a + side_b) / 2) < HALF_MEDIAN_M + 2
                    along = (high - low) < 12
                    over |= near & level & along & (kinds == RANK["motorway"])
    return {pair for pair, flag in zip(pairs, over.tolist(), strict=True) if flag}


def extent_of(line: Points, world: Points) -> Flags:
    """Which points lie within the box around a line."""
    low, high = line.min(axis=0) - 50, line.max(axis=0) + 50
    return ((world >= low) & (world <= high)).all(axis=1)


def _ways(
    edges: Edges,
    roads: list[Road],
    chains: list[list[int]],
    over: set[tuple[int, int]],
    xy: Points,
) -> Network:
    ways: list[Way] = []
    around = _neighbours(edges)
    for number, chain in enumerate(chains):
        current: Way | None = None
        for position in range(len(chain) - 1):
            p, q = chain[position], chain[position + 1]
            pair = (min(p, q), max(p, q))
            mine = edges.get(pair)
            if mine is None or mine[:2] != (number, position):
                current = None
                continue
            bridge = pair in over
            if current is None or current.bridge != bridge:
                current = Way(roads[number], [p], bridge)
                ways.append(current)
            current.nodes.append(q)
    degree = {node: len(others) for node, others in around.items()}
    return Network(xy, ways, degree)
