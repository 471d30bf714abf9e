"""Runs Valhalla's tile builder and reads from its log how far it is."""
# pyvalhalla carries no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from valhalla._scripts import PYVALHALLA_BIN_DIR, WIN_LIB_DIR

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.text import _
from clinic_desktop.travel.valhalla_engine import valhalla_config

_PROGRAM: Final = "valhalla_build_tiles"
_CONFIG: Final = "valhalla.json"
# What the builder logs when it begins a stage, and how much of the time lies before it.
_STAGES: Final = (
    ("Parsing ways", 0.02),
    ("Parsing relations", 0.2),
    ("Parsing nodes", 0.25),
    ("Creating graph edges", 0.4),
    ("Building edge shapes", 0.45),
    (" tiles with ", 0.5),
    ("Enhancing local graph", 0.6),
    ("HierarchyBuilder", 0.72),
    ("Creating shortcuts", 0.8),
    ("Adding complex turn restrictions", 0.88),
    ("Validating, finishing", 0.93),
    ("Cleaning up temporary", 0.98),
)


def build_tiles(
    extract: Path,
    tiles: Path,
    on_start: Callable[[subprocess.Popen[str]], None],
    on_progress: Callable[[float], None],
) -> None:
    """Build the road network's tiles, using two threads of the machine.

    Args:
        extract: a sorted ``.osm.pbf``.
        tiles: the folder to fill.
        on_start: given the running builder, so that it can be ended.
        on_progress: told how far it is (0 to 1).

    Raises:
        RoadsTrouble: the builder failed.
    """
    config = valhalla_config(tiles)
    config["logging"] = {"type": "std_out", "color": False}
    settings = tiles.parent / _CONFIG
    settings.write_text(json.dumps(config), encoding="utf-8")
    windows = sys.platform == "win32"
    program = PYVALHALLA_BIN_DIR / ("valhalla_build_tiles.exe" if windows else _PROGRAM)
    environment = {**os.environ, **({"PATH": WIN_LIB_DIR} if windows else {})}
    with subprocess.Popen(
        [str(program), "-c", str(settings), str(extract.resolve())],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as builder:
        on_start(builder)
        reached = 0.0
        for line in builder.stdout or ():
            share = max((share for sign, share in _STAGES if sign in line), default=0.0)
            if share > reached:
                reached = share
                on_progress(share)
    settings.unlink()
    if builder.returncode != 0 or not any(tiles.rglob("*.gph")):
        raise RoadsTrouble(
            _("The road network could not be built from this extract."),
            still_works=_("The roads in use stay as they are, and bookings go on."),
            way_out=_("Check that there is room on the disk, or choose another extract."),
        )
