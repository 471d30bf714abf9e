"""The address that the caller says is found, or a person is asked to look."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import AddressMatch, MatchKind
from clinic_desktop.travel.address_build import build_address_index
from clinic_desktop.travel.address_index import AddressIndex
from tests.travel.blocks import Blocks, house

LAT, LON = 39.0, -91.0


@pytest.fixture(scope="module")
def index(blocks_pbf: Path, tmp_path_factory: pytest.TempPathFactory) -> AddressIndex:
    target = tmp_path_factory.mktemp("index") / "addresses.index"
    assert build_address_index(blocks_pbf, target) == 25
    return AddressIndex(target)


def first(index: AddressIndex, typed: str) -> AddressMatch:
    return index.search(typed)[0]


def near(match: AddressMatch, lat: float, lon: float, metres: float = 5) -> bool:
    return match.coordinate.metres_to(Coordinate(lat=lat, lon=lon)) < metres


@pytest.mark.parametrize(
    "typed",
    [
        "105 Maple Street",
        "105 maple st",
        "105 MAPLE ST., FERRY, MO 63000",
        "105 maple st ferry mo",
        "105 Maple",
        "Maple Street 105",
        "  105   Maple   Street  ",
        "105 Maple Street Apt 4, Ferry",
    ],
)
def test_a_house_is_found_however_it_is_said(index: AddressIndex, typed: str) -> None:
    match = first(index, typed)
    assert match.kind is MatchKind.POINT
    assert match.sure
    assert near(match, LAT + 0.0001, LON + 0.0005)
    assert match.address.line == "105 Maple Street"
    assert (match.address.city, match.address.state) == ("Ferry", "MO")
    assert match.address.postcode == "63000"
    assert match.address.area == "Shaw Landing"


def test_the_unit_is_kept(index: AddressIndex) -> None:
    assert first(index, "105 Maple Street Apt 4, Ferry").address.unit == "Apt 4"


def test_a_spelled_street_number_is_the_same_street(index: AddressIndex) -> None:
    for typed in ("12 North First Avenue", "12 n 1st ave", "12 1st Ave", "12 First Avenue"):
        match = first(index, typed)
        assert match.kind is MatchKind.POINT
        assert near(match, LAT + 0.001, LON + 0.0001)


def test_a_missing_house_lies_between_its_neighbours_on_its_side(index: AddressIndex) -> None:
    match = first(index, "103 Maple Street")
    assert match.kind is MatchKind.INTERPOLATED
    assert match.sure
    assert near(match, LAT + 0.0001, LON + 0.0003)
    assert match.address.line == "103 Maple Street"


def test_a_number_on_a_range_line_lies_along_it(index: AddressIndex) -> None:
    match = first(index, "220 Osage St")
    assert match.kind is MatchKind.RANGE
    assert match.sure
    assert near(match, LAT + 0.0041, LON + 0.003)
    assert first(index, "221 Osage St").kind is not MatchKind.RANGE
    assert first(index, "200 Osage St").kind is MatchKind.POINT


@pytest.mark.parametrize("typed", ["99 Maple Street", "185 Maple Street", "150 Maple Street"])
def test_a_number_outside_what_is_known_is_not_sure(index: AddressIndex, typed: str) -> None:
    match = first(index, typed)
    assert match.kind is MatchKind.NEAREST
    assert not match.sure


def test_a_street_without_houses_is_found_as_a_street(index: AddressIndex) -> None:
    match = first(index, "500 Sycamore Street")
    assert match.kind is MatchKind.STREET
    assert not match.sure
    assert match.coordinate.lat == pytest.approx(LAT + 4 * 0.002)


@pytest.mark.parametrize(
    "typed",
    ["105 Mapel Street", "105 Mple St", "105 Maplle St", "105 Naple Street", "105 Maple Steet"],
)
def test_one_slip_finds_the_house(index: AddressIndex, typed: str) -> None:
    match = first(index, typed)
    assert match.kind is MatchKind.POINT
    assert near(match, LAT + 0.0001, LON + 0.0005)


@pytest.mark.parametrize(
    "typed",
    [
        "105 Zanzibar Street",
        "105 Marble Street",
        "105 Maple Court",
        "105 Stable Street",
        "12 North 9th Avenue",
        "12 South 1st Avenue",
        "105 Mapleton Street",
        "105 Maple Street, Toledo, OH",
        "105 Maple Street, 90210",
        "105 Maple Street, Gotham",
    ],
)
def test_a_street_that_is_not_there_is_never_sure(index: AddressIndex, typed: str) -> None:
    assert not any(match.sure for match in index.search(typed))


@pytest.mark.parametrize(
    ("there", "typed"),
    [("Cove Road", "Dove Road"), ("Lake Avenue", "Blake Avenue"), ("East Street", "Easy Street")],
)
def test_a_name_that_is_nearly_a_kind_of_street_is_still_a_name(
    tmp_path: Path, there: str, typed: str
) -> None:
    blocks = Blocks()
    ends = [blocks.node(LAT, LON), blocks.node(LAT, LON + 0.004)]
    blocks.way(ends, highway="residential", name=there)
    house(blocks, "10", there, LAT, LON + 0.001)
    build_address_index(blocks.write(tmp_path / "one.osm.pbf"), tmp_path / "a.index")
    index = AddressIndex(tmp_path / "a.index")
    assert first(index, f"10 {there}, Ferry").sure
    assert not any(match.sure for match in index.search(f"10 {typed}, Ferry"))


def test_three_letters_offer_the_street(index: AddressIndex) -> None:
    for typed in ("105 map", "105 Mapl"):
        match = first(index, typed)
        assert match.address.line == "105 Maple Street"
        assert not match.sure
    assert first(index, "syc").address.line == "Sycamore Street"
    assert first(index, "12 north fir").address.line == "12 North 1st Avenue"
    assert index.search("105 zzz") == []


def test_a_part_of_town_is_found_by_name(index: AddressIndex) -> None:
    match = first(index, "Shaw Landing")
    assert match.kind is MatchKind.PLACE
    assert near(match, LAT + 0.001, LON + 0.001)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\N{GRINNING FACE}\N{HOUSE BUILDING}",
        "PO Box 123, Ferry, MO",
        "105 Maple Street, P.O. Box 123, Ferry",
        "POB 123 Maple Street",
        "\n\t",
        "\x00\x01",
        "'; DROP TABLE houses; --",
        "12345",
    ],
)
def test_what_is_no_address_finds_nothing(index: AddressIndex, typed: str) -> None:
    assert index.search(typed) == []


def test_ten_thousand_letters_do_no_harm(index: AddressIndex) -> None:
    for typed in ("x" * 10_000, "105 " * 2500, "\N{HOUSE BUILDING}" * 10_000):
        assert not any(match.sure for match in index.search(typed))
    assert first(index, "105 Maple Street " + "," * 10_000).sure, "what follows is no address"


def test_a_smiling_face_beside_an_address_does_no_harm(index: AddressIndex) -> None:
    match = first(index, "105 Maple Street \N{GRINNING FACE}")
    assert match.address.line == "105 Maple Street"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_nothing_that_is_typed_raises(blocks_region_index: AddressIndex, typed: str) -> None:
    assert len(blocks_region_index.search(typed, limit=3)) <= 3


@pytest.fixture(scope="session")
def blocks_region_index(blocks_pbf: Path, tmp_path_factory: pytest.TempPathFactory) -> AddressIndex:
    target = tmp_path_factory.mktemp("fuzz") / "addresses.index"
    build_address_index(blocks_pbf, target)
    return AddressIndex(target)


def two_towns(tmp_path: Path) -> AddressIndex:
    """10 Main Street stands in two towns 11 km apart."""
    blocks = Blocks()
    for town, lat, postcode in (("Ferry", 39.0, "63000"), ("Marlow", 39.1, "63900")):
        ends = [blocks.node(lat, LON), blocks.node(lat, LON + 0.004)]
        blocks.way(ends, highway="residential", name="Main Street")
        more = {"addr__city": town, "addr__postcode": postcode}
        house(blocks, "10", "Main Street", lat, LON + 0.001, **more)
    target = tmp_path / "addresses.index"
    build_address_index(blocks.write(tmp_path / "two.osm.pbf"), target)
    return AddressIndex(target)


def test_the_same_address_in_two_towns_asks_which(tmp_path: Path) -> None:
    index = two_towns(tmp_path)
    both = index.search("10 Main Street")
    assert {match.address.city for match in both} == {"Ferry", "Marlow"}
    assert not any(match.sure for match in both)


@pytest.mark.parametrize("tail", [", Marlow", ", 63900", " marlow mo", ", Marlow, MO 63900"])
def test_town_or_postcode_tells_which(tmp_path: Path, tail: str) -> None:
    match = first(two_towns(tmp_path), f"10 Main Street{tail}")
    assert match.address.city == "Marlow"
    assert match.sure


def test_a_missing_or_damaged_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(RoadsTrouble):
        AddressIndex(tmp_path / "none.index")
    damaged = tmp_path / "damaged.index"
    damaged.write_bytes(b"not a database at all" * 100)
    with pytest.raises(RoadsTrouble):
        AddressIndex(damaged)
    empty = tmp_path / "empty.index"
    sqlite3.connect(empty).close()
    with pytest.raises(RoadsTrouble):
        AddressIndex(empty)
