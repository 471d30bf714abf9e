"""Valhalla builds its tiles from the town and drives between its houses."""

import json
import os
import subprocess
from pathlib import Path
from random import Random

import pytest
import valhalla
from valhalla._scripts import PYVALHALLA_BIN_DIR

from clinic_desktop.demo.town import generate_town


@pytest.mark.timeout(180)
def test_forty_houses_can_be_driven_between(tmp_path: Path) -> None:
    extract = tmp_path / "town.osm.pbf"
    town = generate_town(extract, seed=7, width_km=12, height_km=10)
    tiles = tmp_path / "tiles"
    tiles.mkdir()
    config = valhalla.get_config(tile_extract="", tile_dir=str(tiles))
    config["mjolnir"]["logging"] = {"type": ""}
    settings = tmp_path / "valhalla.json"
    settings.write_text(json.dumps(config), encoding="utf-8")
    program = Path(PYVALHALLA_BIN_DIR) / (
        "valhalla_build_tiles.exe" if os.name == "nt" else "valhalla_build_tiles"
    )
    subprocess.run(
        [str(program), "-c", str(settings), str(extract)], check=True, capture_output=True
    )
    actor = valhalla.Actor(config)
    houses = Random(40).sample(town.sample_addresses, 40)
    places = [{"lat": h.coordinate.lat, "lon": h.coordinate.lon} for h in houses]
    matrix = actor.matrix({"sources": places, "targets": places, "costing": "auto"})
    seconds = [cell["time"] for row in matrix["sources_to_targets"] for cell in row]
    assert len(seconds) == 1600
    assert None not in seconds
    assert max(seconds) < 45 * 60
    for start, end, here, there in zip(places, places[1:11], houses, houses[1:11], strict=False):
        route = actor.route({"locations": [start, end], "costing": "auto"})["trip"]["summary"]
        straight_km = here.coordinate.metres_to(there.coordinate) / 1000
        assert straight_km * 0.9 - 0.2 < route["length"] < straight_km * 2.6 + 3
