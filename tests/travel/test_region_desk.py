"""The desk is what the services open, build and ask for drives."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.roads_ports import RoadDesk
from clinic_desktop.domain.travel import LegSource, RegionState
from clinic_desktop.travel.region import EXTRACTS
from clinic_desktop.travel.region_desk import RegionDesk
from tests.travel.blocks import CORNER, FAR_CORNER
from tests.travel.file_server import Server

QUIET = SilentProgress()


def test_roads_are_added_opened_and_driven(tmp_path: Path, blocks_pbf: Path) -> None:
    desk: RoadDesk = RegionDesk(tmp_path / "roads")
    assert desk.open_region() is None
    assert desk.book({}).drive(CORNER, FAR_CORNER).source is LegSource.ESTIMATE
    assert desk.build_region(blocks_pbf, SilentProgress()).state is RegionState.READY
    region = desk.open_region()
    assert region is not None
    drive = region.engine().matrix([CORNER], [FAR_CORNER])[0][0]
    assert drive is not None
    assert desk.book({(CORNER, FAR_CORNER): drive}).drive(CORNER, FAR_CORNER) is drive


@pytest.fixture
def server(blocks_pbf: Path) -> Iterator[Server]:
    made = Server()
    made.content, made.md5 = blocks_pbf.read_bytes(), None
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def test_a_fetched_extract_knows_where_it_comes_from_and_can_be_fetched_anew(
    tmp_path: Path, blocks_pbf: Path, server: Server
) -> None:
    desk = RegionDesk(tmp_path / "roads")
    (first,) = desk.add_extract(desk.fetch(server.url, QUIET), QUIET).extracts
    assert first.url == "", "told when the roads are opened"
    (opened,) = desk.open_region().status().extracts
    assert opened.url == server.url
    kept = tmp_path / "roads" / EXTRACTS / "town.osm.pbf"
    server.content = server.content[:300]
    server.tag = '"spoilt"'
    with pytest.raises(RoadsTrouble):
        desk.add_extract(desk.fetch(server.url, QUIET), QUIET)
    assert kept.read_bytes() == blocks_pbf.read_bytes(), "an update that is spoilt spoils nothing"
    (opened,) = desk.open_region().status().extracts
    assert opened.url == server.url
    own = tmp_path / "town.osm.pbf"
    own.write_bytes(blocks_pbf.read_bytes())
    desk.add_extract(own, QUIET)
    (opened,) = desk.open_region().status().extracts
    assert opened.url == "", "a file from this machine came from nowhere"
