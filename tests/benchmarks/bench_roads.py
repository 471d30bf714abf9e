"""Roads: building a region by size of the extract, and drives cold and warm.

Compared with: reading the extract once with ``osmium`` (the least that any build has to do), and
one Valhalla route for each pair (what a matrix saves), in the same run. Without the folder of real
extracts only the generated towns are built.
"""

import os
import random
import threading
import time as stopwatch
from pathlib import Path

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from clinic_desktop.demo.town import generate_town
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.travel import BaseDrive
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.travel.region import Region
from clinic_desktop.travel.region_desk import RegionDesk
from clinic_desktop.travel.road_build import build_region

TOWNS_KM = ((8, 6), (20, 15), (40, 30))
REAL = ("harrisburg_pa", "columbus_oh", "imperial_ca")
COPIES = 7
_FAR = 3.0  # degrees east: copies do not touch
_IDS = 10**11


class Memory(threading.Thread):
    """The most that this process's children held together, in MB; sampled from /proc."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most_mb = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.05):
            self.most_mb = max(self.most_mb, _children_mb(os.getpid()))

    def __enter__(self) -> "Memory":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()


def _children_mb(root: int) -> float:
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)], sizes[int(entry.name)] = int(fields[1]), int(fields[21])
    total, ours = 0, {root}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in ours} - ours
        grown = bool(more)
        ours |= more
    total = sum(sizes.get(pid, 0) for pid in ours - {root})
    return total * os.sysconf("SC_PAGE_SIZE") / 1e6


def copied(source: Path, target: Path, copies: int) -> None:
    """The same county several times side by side: as large a file as a small state's."""
    kinds: list[list[object]] = [[], [], []]
    for entity in osmium.FileProcessor(str(source)):
        letter = entity.type_str()
        if letter == "n":
            kinds[0].append((entity.id, entity.lon, entity.lat, dict(entity.tags)))
        elif letter == "w":
            kinds[1].append((entity.id, [n.ref for n in entity.nodes], dict(entity.tags)))
        else:
            members = [(m.type, m.ref, m.role) for m in entity.members]
            kinds[2].append((entity.id, members, dict(entity.tags)))
    with osmium.SimpleWriter(str(target)) as writer:
        for copy in range(copies):
            for number, lon, lat, tags in kinds[0]:  # type: ignore[misc]
                east = lon + copy * _FAR
                node = Node(id=number + copy * _IDS, version=1, location=(east, lat), tags=tags)
                writer.add_node(node)
        for copy in range(copies):
            for number, nodes, tags in kinds[1]:  # type: ignore[misc]
                refs = [ref + copy * _IDS for ref in nodes]
                writer.add_way(Way(id=number + copy * _IDS, version=1, nodes=refs, tags=tags))
        for copy in range(copies):
            for number, members, tags in kinds[2]:  # type: ignore[misc]
                moved = [(kind, ref + copy * _IDS, role) for kind, ref, role in members]
                writer.add_relation(
                    Relation(id=number + copy * _IDS, version=1, members=moved, tags=tags)
                )


def read_once_s(extract: Path) -> float:
    started = stopwatch.perf_counter()
    for _entity in osmium.FileProcessor(str(extract)):
        pass
    return stopwatch.perf_counter() - started


def extracts(folder: Path) -> list[Path]:
    found = []
    for wide, high in TOWNS_KM:
        path = folder / f"town_{wide}x{high}km.osm.pbf"
        generate_town(path, width_km=wide, height_km=high)
        found.append(path)
    default = Path(__file__).parents[2].parent / "shared" / "data" / "roads"
    roads = Path(os.environ.get("CLINIC_ROADS_DIR", str(default)))
    if roads.is_dir():
        found += [roads / f"{name}.osm.pbf" for name in REAL]
        replicated = folder / f"imperial_x{COPIES}.osm.pbf"
        copied(roads / "imperial_ca.osm.pbf", replicated, COPIES)
        found.append(replicated)
    return found


@pytest.mark.timeout(1200)
def test_building_a_region_by_the_size_of_its_extract(tmp_path: Path) -> None:
    print(f"\n{'extract':24}{'MB':>8}{'build s':>10}{'x read':>8}{'MB held':>10}{'MB disk':>10}")
    for extract in extracts(tmp_path):
        folder = tmp_path / f"region-{extract.name}"
        least = read_once_s(extract)
        with Memory() as memory:
            started = stopwatch.perf_counter()
            status = build_region(extract, folder, SilentProgress())
            took = stopwatch.perf_counter() - started
        print(
            f"{extract.name.removesuffix('.osm.pbf'):24}{extract.stat().st_size / 1e6:8.1f}"
            f"{took:10.1f}{took / least:8.1f}{memory.most_mb:10.0f}{status.built_bytes / 1e6:10.1f}"
        )
        region = Region.open(folder)
        assert region is not None


@pytest.mark.timeout(600)
def test_drives_one_to_forty_and_forty_to_forty_cold_and_warm(tmp_path: Path, clock) -> None:
    town = tmp_path / "town.osm.pbf"
    summary = generate_town(town)
    folder = tmp_path / "region"
    build_region(town, folder, SilentProgress())
    rng = random.Random(5)
    places = [house.coordinate for house in rng.sample(list(summary.sample_addresses), k=41)]
    region = Region.open(folder)
    assert region is not None
    engine = region.engine()
    engine.matrix(places[:1], places[1:2])  # opens the tiles
    row = timed(lambda: engine.matrix(places[:1], places[1:]))
    square = timed(lambda: engine.matrix(places[1:], places[1:]))
    routes = timed(lambda: [engine.route_shape((places[0], end)) for end in places[1:]])
    file = FileStore.create(
        tmp_path / "schedule.db", new_key(), SCHEDULE_SCHEMA, device_id="x", at_utc=clock.now_utc()
    )
    store = ScheduleFile(file, clock, lambda: "id")
    roads = RoadsService(RegionDesk(folder), lambda call: call())
    roads.open(store)
    cold = timed(lambda: roads.warm(store, places, SilentProgress()))
    again = RoadsService(RegionDesk(folder), lambda call: call())
    opened = timed(lambda: again.open(store))
    book = again.computed_drives()
    pairs = [(a, b) for a in places for b in places]
    warm = timed(lambda: [book.drive(a, b) for a, b in pairs])
    drives: list[BaseDrive] = [book.drive(a, b) for a, b in pairs if a != b]
    shares = np.array([d.motorway_seconds / d.seconds for d in drives])
    print(f"\n1 x 40 cold   {1e3 * row:8.1f} ms   {routes / row:5.1f} x as fast as 40 routes")
    print(f"40 x 40 cold  {1e3 * square:8.1f} ms   {40 * row / square:5.1f} x as fast as 40 rows")
    print(f"41 places computed and kept {cold:6.2f} s; region and cache opened {opened:6.2f} s")
    print(f"40 x 40 warm  {1e3 * warm:8.2f} ms   {square / warm:7.0f} x as fast as cold")
    print(f"motorway share of the drives: mean {shares.mean():.0%}, most {shares.max():.0%}")
    file.close()


def timed(work) -> float:
    started = stopwatch.perf_counter()
    work()
    return stopwatch.perf_counter() - started
