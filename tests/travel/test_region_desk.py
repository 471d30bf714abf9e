"""The desk is what the services open, build and ask for drives."""

from pathlib import Path

from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.roads_ports import RoadDesk
from clinic_desktop.domain.travel import LegSource, RegionState
from clinic_desktop.travel.region_desk import RegionDesk
from tests.travel.blocks import CORNER, FAR_CORNER


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
