"""The blocks as an extract, and the region built from them."""

from pathlib import Path

import pytest

from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.travel.region import Region
from clinic_desktop.travel.road_build import build_region
from tests.travel.blocks import draw_blocks


@pytest.fixture(scope="session")
def blocks_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blocks as an extract."""
    return draw_blocks().write(tmp_path_factory.mktemp("blocks") / "blocks.osm.pbf")


@pytest.fixture(scope="session")
def blocks_region(blocks_pbf: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region built from the blocks, open."""
    folder = tmp_path_factory.mktemp("region")
    build_region(blocks_pbf, folder, SilentProgress())
    region = Region.open(folder)
    assert region is not None
    return region
