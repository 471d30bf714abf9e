"""The street map: panning, the first tile, opening a county cold and from its geometry.

Compared with: painting the same view straight from the geometry without tiles (what a simple map
widget does at every frame), in the same run. Without the folder of real extracts the generated
town stands for the county.
"""

import os
import time as stopwatch
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from clinic_desktop.demo.town import generate_town
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.map_shapes import TILE_PX
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.travel.map_geometry import MapGeometry, build_map_geometry
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.map_content import MapRoute, MapStop
from clinic_desktop.ui.map.map_view import MapView
from clinic_desktop.ui.map.tile_painter import paint_tile
from clinic_desktop.ui.map.tile_source import TileSource

FRAMES = 240
GOALS = "goals: pan p99 8 ms, first tile 100 ms, cold 1.5 s, from the geometry 0.3 s"


def county(folder: Path) -> Path:
    default = Path(__file__).parents[2].parent / "shared" / "data" / "roads"
    found = Path(os.environ.get("CLINIC_ROADS_DIR", str(default))) / "imperial_ca.osm.pbf"
    if found.is_file():
        return found
    town = folder / "town.osm.pbf"
    generate_town(town)
    return town


def memory_mb(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1000
    return 0.0


@pytest.mark.timeout(300)
def test_the_map_of_a_county(qtbot, qapp, tmp_path: Path) -> None:
    extract, geometry = county(tmp_path), tmp_path / "map.geometry"
    started = stopwatch.perf_counter()
    build_map_geometry(extract, geometry)
    built = stopwatch.perf_counter() - started
    started = stopwatch.perf_counter()
    opened = MapGeometry(geometry)
    cached = stopwatch.perf_counter() - started
    theme = Theme("light")

    x0, y0, x1, y1 = opened.bounds()
    busiest = busy_tile(opened, 13)
    started = stopwatch.perf_counter()
    paint_tile(opened, theme, 13, *busiest, 1.0)
    first = stopwatch.perf_counter() - started

    begun = stopwatch.perf_counter()
    source = TileSource(geometry)
    arrived: list[float] = []
    source.tile_arrived.connect(lambda: arrived.append(stopwatch.perf_counter()))
    view = MapView(theme, Formats())
    qtbot.addWidget(view)
    view.resize(1280, 800)
    view.set_source(source)
    middle = Coordinate(lat=32.85, lon=-115.5)
    line = tuple(Coordinate(lat=middle.lat, lon=middle.lon + n / 500) for n in range(120))
    stops = tuple(
        MapStop(place=at, number=n, kind="stop", label="", visit_id=str(n), spoken=str(n))
        for n, at in enumerate(line[::12])
    )
    view.show_routes(
        tuple(MapRoute(marker=m, name=str(m), lines=(line,), stops=stops) for m in (1, 2, 3))
    )
    view._camera.centre = ((x0 + x1) / 2, (y0 + y1) / 2)
    view.show()
    qtbot.waitUntil(lambda: bool(arrived), timeout=20_000)
    cold = arrived[0] - begun
    qtbot.waitUntil(lambda: not source._wanted and not source._asked, timeout=60_000)

    frames: list[float] = []
    for frame in range(FRAMES):
        view._pan(7 if frame % 80 < 40 else -7, 3 if frame % 40 < 20 else -3)
        started = stopwatch.perf_counter()
        view.repaint()
        frames.append(stopwatch.perf_counter() - started)
        if frame % 8 == 0:
            qapp.processEvents()
    straight = [painted_straight(opened, view, theme) for _n in range(5)]
    mean_straight = float(np.median(straight))
    ms = 1e3 * np.array(frames)
    p50, p99 = float(np.percentile(ms, 50)), float(np.percentile(ms, 99))
    worker = memory_mb(source.process_id)
    source.close()
    print(f"\n{extract.name}, {len(opened.lines.classes):,} lines ({GOALS})")
    print(f"pan frame     p50 {p50:6.2f} ms  p99 {p99:6.2f} ms   "
          f"{1e3 * mean_straight / p50:6.1f} x as fast as painted straight")  # fmt: skip
    print(f"first tile    {1e3 * first:6.1f} ms (the busiest at zoom 13)")
    print(f"geometry read {cached:6.2f} s; made once from the extract in {built:5.1f} s")
    print(f"cold open     {cold:6.2f} s from starting the process to the first tile on screen")
    print(f"memory        {worker:6.0f} MB in the tile process")


def busy_tile(opened: MapGeometry, zoom: int) -> tuple[int, int]:
    middles = (opened.lines.boxes[:, :2] + opened.lines.boxes[:, 2:]) / 2
    tiles = np.floor(middles * 2**zoom).astype(int)
    found, counts = np.unique(tiles, axis=0, return_counts=True)
    column, row = found[int(np.argmax(counts))]
    return int(column), int(row)


def painted_straight(opened: MapGeometry, view: MapView, theme: Theme) -> float:
    """Every line in view, from the geometry, as one frame."""
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    started = stopwatch.perf_counter()
    level = round(view.zoom)
    count = 2**level
    painter = QPainter(image)
    left, top = view._camera.to_world(QPoint(0, 0).toPointF())
    right, bottom = view._camera.to_world(QPoint(view.width(), view.height()).toPointF())
    for column in range(int(left * count), int(right * count) + 1):
        for row in range(int(top * count), int(bottom * count) + 1):
            tile = paint_tile(opened, theme, level, column, row, 1.0)
            painter.drawImage(QPoint(column * TILE_PX, row * TILE_PX) * 0, tile)
    painter.end()
    return stopwatch.perf_counter() - started
