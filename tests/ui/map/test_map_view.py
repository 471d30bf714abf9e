"""The map in a window: tiles from their own process, panning, pins by mouse and by keyboard."""

import math
import os
import signal
import sys
from dataclasses import replace

import osmium
import pytest
from osmium.osm.mutable import Node, Way
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QPointingDevice
from PySide6.QtWidgets import QApplication

from clinic_desktop.domain.map_shapes import project, unproject
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.travel.map_geometry import MapGeometry, build_map_geometry
from clinic_desktop.ui.kit.accessible import painted_interface
from clinic_desktop.ui.kit.motion import set_still
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.map_content import MapRoute, MapStop
from clinic_desktop.ui.map.map_picture import RATIO, MapPicture
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
    qtbot.waitUntil(lambda: view.zoom == pytest.approx(min(18.0, zoom + 0.5)))


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


def drag(qtbot, view, steps):
    start = QPoint(300, 200)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, steps + 1):
        at = QPointF(start + QPoint(-12 * step, 0))
        move = QMouseEvent(
            QEvent.Type.MouseMove, at, view.mapToGlobal(at),
            Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(view, move)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(-12 * steps, 0))


@pytest.fixture
def still(qapp):
    set_still(qapp, still=True)
    yield
    set_still(qapp, still=False)


def test_a_map_that_is_thrown_runs_on_and_stops_at_a_touch(qtbot, view):
    drag(qtbot, view, 8)
    at_release = view.centre
    qtbot.waitUntil(lambda: view.centre.lon > at_release.lon)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    stopped = view.centre
    qtbot.wait(60)
    assert view.centre == stopped


def test_nothing_runs_on_where_motion_is_not_wanted(qtbot, view, still):
    drag(qtbot, view, 8)
    at_release, zoom = view.centre, view.zoom
    qtbot.wait(60)
    assert view.centre == at_release
    view.zoom_by(0.5)
    assert view.zoom == pytest.approx(zoom + 0.5), "it jumps"


def test_turns_of_the_wheel_add_up_while_the_map_glides(qtbot, view):
    zoom = view.zoom
    anchor = QPointF(100, 100)
    under = view._camera.to_world(anchor)
    for _turn in range(3):
        view.zoom_by(0.25, anchor)
    qtbot.waitUntil(lambda: view.zoom == pytest.approx(zoom + 0.75))
    assert view._camera.to_world(anchor) == pytest.approx(under), "what is pointed at stays"


def test_a_pinch_zooms_where_the_fingers_are(qtbot, view):
    zoom = view.zoom
    device = QPointingDevice.primaryPointingDevice()
    at = QPointF(120, 90)
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, device, 2, at, at, at, 0.5, QPointF()
    )
    QApplication.sendEvent(view, pinch)
    assert view.zoom == pytest.approx(zoom + math.log2(1.5))


def test_a_pin_that_is_pointed_at_is_told_and_grows(qtbot, view):
    pointed = []
    view.stop_hovered.connect(pointed.append)
    plain = view.grab().toImage()
    at = QPointF(view.painted_rect(0).center())
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, view.mapToGlobal(at),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view, move)
    assert pointed == ["a"]
    assert view.grab().toImage() != plain
    view.hover("")
    assert view.grab().toImage() == plain


def test_a_day_that_is_planned_anew_fades_in_and_ends_as_it_is(qtbot, view):
    other = replace(ROUTES[0], lines=((HERE, Coordinate(lat=LAT - 0.005, lon=LON)),))
    view.grab()
    view.show_routes((other,))
    assert view.overlay.fading
    qtbot.waitUntil(lambda: not view.overlay.fading)
    faded = view.grab().toImage()
    view.overlay.drop()
    assert view.grab().toImage() == faded


def test_two_routes_on_one_street_are_both_seen(qtbot, view):
    along = (HERE, Coordinate(lat=LAT, lon=LON + 0.01))
    one = MapRoute(marker=1, name="Dana", lines=(along,), stops=())
    other = MapRoute(marker=2, name="Marcus", lines=(tuple(reversed(along)),), stops=())
    view.show_routes((one, other), fit=True)
    image = view.grab().toImage()
    theme = view._theme
    middle = view._camera.place_px(Coordinate(lat=LAT, lon=LON + 0.005))
    column = [image.pixelColor(round(middle.x()), y).rgb() for y in range(image.height())]
    colours = {theme.color("prac.1.base").rgb(), theme.color("prac.2.base").rgb()}
    rows = {c: [y for y, found in enumerate(column) if found == c] for c in colours}
    if not all(rows.values()):  # a gap of the second one's dashes lies just here
        column = [image.pixelColor(round(middle.x()) + 6, y).rgb() for y in range(image.height())]
        rows = {c: [y for y, found in enumerate(column) if found == c] for c in colours}
    first, second = (sorted(found) for found in rows.values())
    assert first
    assert second
    assert first[-1] < second[0] or second[-1] < first[0], "side by side, not over each other"


def test_the_picture_for_paper_waits_for_its_tiles_and_is_sharp(qtbot, source, formats):
    made = []
    owner = QObject()
    picture = MapPicture(ROUTES, source, formats, "© OpenStreetMap", QSizeF(320, 200), owner)
    picture.ready.connect(made.append)
    qtbot.waitUntil(lambda: bool(made), timeout=20_000)
    (image,) = made
    assert (image.width(), image.height()) == (math.ceil(320 * RATIO), math.ceil(200 * RATIO))
    paper = Theme("light")
    seen = {image.pixelColor(x, y).rgb() for x in range(0, image.width(), 2)
            for y in range(0, image.height(), 2)}  # fmt: skip
    assert paper.color("map.motorway").rgb() in seen, "the tiles are in it"
    assert paper.color("prac.1.base").rgb() in seen, "the route is in it"


def test_the_day_fills_the_room_there_is_until_a_person_looks_elsewhere(qtbot, theme, formats):
    view = MapView(theme, formats)
    qtbot.addWidget(view)
    view.show_routes(ROUTES, fit=True)
    view.resize(300, 200)
    view.show()
    small = view.zoom
    view.resize(1000, 800)
    qtbot.waitUntil(lambda: view.width() == 1000)
    assert view.zoom > small
    qtbot.keyClick(view, Qt.Key.Key_Right)
    chosen, zoom = view.centre, view.zoom
    view.resize(700, 500)
    assert (view.centre, view.zoom) == (chosen, zoom)
