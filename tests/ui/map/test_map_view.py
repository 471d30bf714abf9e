"""The map in a window: tiles from their own process, panning, pins by mouse and by keyboard."""

import os
import signal
import sys

import osmium
import pytest
from osmium.osm.mutable import Node, Way
from PySide6.QtCore import Qt

from clinic_desktop.domain.map_shapes import project, unproject
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.travel.map_geometry import MapGeometry, build_map_geometry
from clinic_desktop.ui.kit.accessible import painted_interface
from clinic_desktop.ui.map.map_content import MapRoute, MapStop
from clinic_desktop.ui.map.map_view import MapView
from clinic_desktop.ui.map.tile_painter import paint_tile
from clinic_desktop.ui.map.tile_protocol import TileKey
from clinic_desktop.ui.map.tile_source import TileSource

LAT, LON = 38.63, -90.25
HERE = Coordinate(lat=LAT, lon=LON)


@pytest.fixture(scope="module")
def geometry(tmp_path_factory):
    """A crossing of a motorway and a street, a pond, a place name."""
    folder = tmp_path_factory.mktemp("map")
    extract = folder / "small.osm.pbf"
    points = [(0, -0.01), (0, 0.01), (-0.01, 0), (0.01, 0)]
    pond = [(0.002, 0.002), (0.002, 0.004), (0.004, 0.004), (0.004, 0.002)]
    with osmium.SimpleWriter(str(extract)) as writer:
        for number, (dlat, dlon) in enumerate([*points, *pond], start=1):
            writer.add_node(Node(id=number, location=(LON + dlon, LAT + dlat), tags={}))
        writer.add_node(Node(id=20, location=(LON, LAT), tags={"place": "suburb", "name": "Shaw"}))
        writer.add_way(
            Way(id=1, nodes=[1, 2], tags={"highway": "motorway", "ref": "I 44", "oneway": "yes"})
        )
        writer.add_way(
            Way(id=2, nodes=[3, 4], tags={"highway": "residential", "name": "Elm Street"})
        )
        writer.add_way(Way(id=3, nodes=[5, 6, 7, 8, 5], tags={"natural": "water"}))
    target = folder / "map.geometry"
    build_map_geometry(extract, target)
    return target


@pytest.fixture
def source(qtbot, geometry):
    made = TileSource(geometry)
    qtbot.waitUntil(lambda: made.contents is not None, timeout=20_000)
    yield made
    made.close()


ROUTES = (
    MapRoute(
        marker=1,
        name="Dana",
        lines=((HERE, Coordinate(lat=LAT + 0.005, lon=LON + 0.005)),),
        stops=(
            MapStop(
                place=HERE,
                number=1,
                kind="stop",
                label="Ruth A.",
                visit_id="a",
                spoken="Dana, stop 1: Ruth A.",
            ),
            MapStop(
                place=Coordinate(lat=LAT + 0.005, lon=LON + 0.005),
                number=2,
                kind="done",
                label="Tom K.",
                visit_id="b",
                spoken="Dana, stop 2: Tom K.",
            ),
        ),
    ),
)


@pytest.fixture
def view(qtbot, theme, formats, source):
    made = MapView(theme, formats)
    qtbot.addWidget(made)
    made.resize(600, 420)
    made.set_source(source)
    made.show_routes(ROUTES, fit=True)
    made.show()
    return made


def test_the_geometry_opens_as_it_was_written(geometry):
    opened = MapGeometry(geometry)
    assert len(opened.lines.classes) == 2
    assert len(opened.areas.classes) == 1
    assert [p.name for p in opened.places] == ["Shaw"]
    assert "Elm Street" in opened.names
    x, y = project(HERE)
    assert len(opened.lines.within(x, y, x, y)) == 2
    assert len(opened.lines.within(0, 0, 0.1, 0.1)) == 0


def test_a_projected_point_comes_back():
    assert unproject(*project(HERE)).metres_to(HERE) < 0.01


def test_a_tile_shows_roads_and_land_in_the_themes_colours(qapp, theme, geometry):
    x, y = project(HERE)
    n = 2**15
    image = paint_tile(MapGeometry(geometry), theme, 15, int(x * n), int(y * n), 1.0)
    colours = {image.pixelColor(i, j).name() for i in range(256) for j in range(256)}
    assert theme.color("map.motorway").name() in colours
    assert theme.color("map.land").name() in colours


def tile_at(theme, zoom: int) -> TileKey:
    x, y = project(HERE)
    return TileKey(
        theme=theme.name, zoom=zoom, column=int(x * 2**zoom), row=int(y * 2**zoom), ratio=1.0
    )


def test_tiles_come_from_another_process_and_again_after_it_died(qtbot, source, theme):
    first = source.process_id
    assert first not in (0, os.getpid())
    source.want([tile_at(theme, 14)])
    qtbot.waitUntil(lambda: source.tile(tile_at(theme, 14)) is not None, timeout=20_000)
    if sys.platform == "win32":
        return
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: source.process_id not in (0, first), timeout=20_000)
    source.want([tile_at(theme, 13)])
    qtbot.waitUntil(lambda: source.tile(tile_at(theme, 13)) is not None, timeout=20_000)


def test_the_keyboard_moves_and_zooms_the_map(qtbot, view):
    before, zoom = view.centre, view.zoom
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.centre.lon > before.lon
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom == pytest.approx(min(18.0, zoom + 0.5))


def test_a_pin_is_chosen_by_mouse_and_by_keyboard(qtbot, view):
    with qtbot.waitSignal(view.stop_selected) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.painted_rect(0).center())
    assert chosen.args == ["a"]
    with qtbot.waitSignal(view.stop_selected) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert chosen.args == ["b"]


def test_a_pin_by_hand_is_set_with_the_keyboard(qtbot, view):
    view.start_placing(HERE)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.pin_placed) as placed:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert 0 < placed.args[0].metres_to(HERE) < 400
    view.start_placing(None)
    with qtbot.assertNotEmitted(view.pin_placed):
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_every_pin_has_an_accessible_name(view):
    interface = painted_interface("", view)
    assert interface.childCount() == 2
    assert view.painted_name(1) == "Dana, stop 2: Tom K."


def test_without_roads_pins_stand_on_plain_land_with_a_sentence(qtbot, theme, formats):
    view = MapView(theme, formats)
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show_routes(ROUTES, fit=True)
    view.set_message("No roads yet. Add an extract in Settings.")
    view.show()
    image = view.grab().toImage()
    assert image.pixelColor(10, 150) == theme.color("map.land")
