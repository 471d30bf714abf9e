"""The tile process: ``python -m clinic_desktop.composition.tile_worker GEOMETRY``."""

import os
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.travel.map_geometry import MapGeometry
from clinic_desktop.ui.map.tile_server import serve_tiles


def main(arguments: list[str]) -> int:
    """Serve tiles of one geometry file until standard input ends."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication([])
    try:
        source = MapGeometry(Path(arguments[0]))
    except RoadsTrouble:
        return 2
    serve_tiles(source)
    del app
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
