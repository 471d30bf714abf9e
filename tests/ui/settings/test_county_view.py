"""Counties are chosen from a list, fetched, added from a file, and taken out again."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QPushButton

from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.travel import MatchKind
from clinic_desktop.ui.settings.roads_view import RoadsView
from tests.travel.blocks import draw_blocks
from tests.travel.counties import write_county
from tests.travel.file_server import Server


@pytest.fixture
def server():
    made = Server()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def roads(opened):
    return opened.services.roads


@pytest.fixture
def view(qtbot, context, roads, tmp_path):
    roads.build(draw_blocks().write(tmp_path / "blocks.osm.pbf"), SilentProgress())
    roads.open(None)
    made = RoadsView(context)
    qtbot.addWidget(made)
    made.resize(760, 1000)
    made.show()
    made.reload()
    qtbot.waitUntil(made.counties.isVisible)
    return made


def part(parent, name, kind=QPushButton):
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def press(qtbot, view, name):
    qtbot.mouseClick(part(view, name), Qt.MouseButton.LeftButton)


def check(qtbot, view, name):
    """Go to the county by its name and press Space, as from the keyboard."""
    offered = part(view, "counties_offered", QListWidget)
    (item,) = offered.findItems(name, Qt.MatchFlag.MatchExactly)
    offered.setCurrentItem(item)
    qtbot.keyClick(offered, Qt.Key.Key_Space)


def in_use(view):
    return [row.cells[0] for row in view.counties._table.model().rows()]


def told(view):
    return part(view, "counties_error", QLabel).text()


def test_without_roads_no_counties_are_offered(qtbot, context):
    view = RoadsView(context)
    qtbot.addWidget(view)
    view.show()
    view.reload()
    facts = part(view, "roads_facts", QLabel)
    qtbot.waitUntil(lambda: "Bookings work" in facts.text())
    assert not view.counties.isVisible()


def test_the_home_states_counties_come_first(qtbot, view):
    states = part(view, "counties_state", QComboBox)
    offered = part(view, "counties_offered", QListWidget)
    assert (states.currentText(), offered.count()) == ("MO", 115)
    states.setCurrentText("IL")
    assert offered.count() == 102
    assert offered.item(0).text() == "Adams County"


def test_counties_of_two_states_are_chosen_together(qtbot, view):
    fetch = part(view, "counties_fetch")
    assert not fetch.isEnabled()
    check(qtbot, view, "St. Louis city")
    part(view, "counties_state", QComboBox).setCurrentText("IL")
    check(qtbot, view, "Madison County")
    assert fetch.text() == "Fetch 2 counties"
    part(view, "counties_state", QComboBox).setCurrentText("MO")
    check(qtbot, view, "St. Louis city")
    assert fetch.text() == "Fetch 1 county"


def test_a_county_is_fetched_used_and_taken_out_again(qtbot, view, roads, server, tmp_path):
    county = write_county(tmp_path)
    server.name, server.content, server.md5 = county.name, county.read_bytes(), None
    pattern = server.url.replace("29510", "{fips}")
    part(view, "counties_url", QLineEdit).setText(pattern)
    check(qtbot, view, "St. Louis city")
    press(qtbot, view, "counties_fetch")
    assert not part(view, "roads_add").isEnabled(), "one thing is built at a time"
    qtbot.waitUntil(lambda: "house numbers are in use" in told(view), timeout=60_000)
    assert in_use(view) == ["St. Louis city, MO"]
    assert not part(view, "counties_fetch").isEnabled()
    offered = part(view, "counties_offered", QListWidget)
    assert not offered.findItems("St. Louis city", Qt.MatchFlag.MatchExactly)
    assert roads.search_address("549 Sycamore Street")[0].kind is MatchKind.RANGE
    view.counties._table.selectRow(0)
    press(qtbot, view, "counties_remove")
    qtbot.waitUntil(lambda: in_use(view) == [], timeout=60_000)
    assert roads.search_address("549 Sycamore Street")[0].kind is MatchKind.STREET


def test_a_file_from_the_disk_is_added(qtbot, view, monkeypatch, tmp_path):
    county = write_county(tmp_path)
    monkeypatch.setattr(
        "clinic_desktop.ui.settings.county_view.QFileDialog.getOpenFileNames",
        lambda *_args: ([str(county)], ""),
    )
    press(qtbot, view, "counties_add")
    qtbot.waitUntil(lambda: in_use(view) == ["St. Louis city, MO"], timeout=60_000)


def test_another_file_is_refused_beside_the_counties(qtbot, view, tmp_path):
    letter = tmp_path / "letter.zip"
    letter.write_text("dear reader")
    view.counties.add([letter])
    qtbot.waitUntil(lambda: "does not hold a county" in told(view), timeout=20_000)
    assert part(view, "counties_add").isEnabled()
    assert in_use(view) == []


def test_an_address_without_a_place_for_the_county_is_refused(qtbot, view):
    part(view, "counties_url", QLineEdit).setText("https://example.org/all.zip")
    check(qtbot, view, "St. Louis city")
    press(qtbot, view, "counties_fetch")
    qtbot.waitUntil(lambda: "does not say where" in told(view))
    assert part(view, "counties_fetch").isEnabled()


def test_fetching_is_stopped_and_nothing_is_used(qtbot, view, server, tmp_path):
    server.name, server.md5 = "tl_2025_29510_addrfeat.zip", None
    server.content = bytes(40_000_000)
    part(view, "counties_url", QLineEdit).setText(server.url.replace("29510", "{fips}"))
    check(qtbot, view, "St. Louis city")
    press(qtbot, view, "counties_fetch")
    view.counties.working.stop.click()
    qtbot.waitUntil(lambda: "Stopped" in told(view), timeout=20_000)
    assert in_use(view) == []
