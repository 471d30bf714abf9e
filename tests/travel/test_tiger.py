"""A county's Census file gives numbers to streets whose houses nobody has drawn."""

import sqlite3
import zipfile
from pathlib import Path

import pytest

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import AddressMatch, MatchKind
from clinic_desktop.travel.address_build import build_address_index
from clinic_desktop.travel.address_extract import NumberRange
from clinic_desktop.travel.address_index import AddressIndex
from clinic_desktop.travel.tiger import county_of, read_county
from tests.travel.blocks import BLOCK, LAT, LON, Blocks
from tests.travel.counties import EDGES, FIELDS, SYCAMORE, write_county


@pytest.fixture(scope="module")
def index(blocks_pbf: Path, tmp_path_factory: pytest.TempPathFactory) -> AddressIndex:
    folder = tmp_path_factory.mktemp("county")
    ranges = read_county(write_county(folder)).ranges
    build_address_index(blocks_pbf, folder / "addresses.index", ranges)
    return AddressIndex(folder / "addresses.index")


def first(index: AddressIndex, typed: str) -> AddressMatch:
    return index.search(typed)[0]


def refusal(path: Path) -> str:
    with pytest.raises(RoadsTrouble) as caught:
        read_county(path)
    assert caught.value.still_works
    assert caught.value.way_out
    return caught.value.sentence


def test_each_side_of_a_street_has_its_numbers_and_postcode(tmp_path: Path) -> None:
    county = read_county(write_county(tmp_path))
    assert (county.fips, county.year) == ("29510", 2025)
    left, right = county.ranges[:2]
    line = [(SYCAMORE, LON), (SYCAMORE, LON + BLOCK)]
    assert left == NumberRange("Sycamore St", 501, 599, 2, line, "63000", "MO")
    assert (right.low, right.high, right.step, right.postcode) == (500, 598, 2, "63001")


def test_numbers_against_the_line_turn_it_round(tmp_path: Path) -> None:
    linden = read_county(write_county(tmp_path)).ranges[2]
    assert (linden.low, linden.high) == (700, 798)
    assert linden.line[0] == (LAT + 5 * BLOCK, LON)


def test_numbers_with_letters_or_dashes_are_left_out(tmp_path: Path) -> None:
    streets = {found.street for found in read_county(write_county(tmp_path)).ranges}
    assert streets == {"Sycamore St", "Linden St", "Orchard Ln"}


def test_a_street_without_houses_now_has_its_numbers(index: AddressIndex) -> None:
    match = first(index, "549 Sycamore Street, Ferry")
    assert match.kind is MatchKind.RANGE
    assert match.sure
    assert match.coordinate.metres_to(Coordinate(lat=SYCAMORE, lon=LON + BLOCK / 2)) < 10
    assert match.address.line == "549 Sycamore Street", "the map's spelling, not the Census's"
    assert (match.address.state, match.address.postcode) == ("MO", "63000")
    assert first(index, "548 Sycamore Street").address.postcode == "63001"


def test_the_other_sides_postcode_speaks_against_a_number(index: AddressIndex) -> None:
    assert first(index, "548 Sycamore Street, 63001").sure
    assert not first(index, "548 Sycamore Street, 63999").sure


def test_a_house_on_the_map_comes_before_the_range(
    blocks_pbf: Path, tmp_path: Path, index: AddressIndex
) -> None:
    edge = ("Maple St", ("101", "199", "", ""), ("63000", ""), [(LAT, LON), (LAT, LON + BLOCK)])
    ranges = read_county(write_county(tmp_path, edges=[edge])).ranges
    build_address_index(blocks_pbf, tmp_path / "a.index", ranges)
    both = AddressIndex(tmp_path / "a.index")
    assert first(both, "105 Maple Street").kind is MatchKind.POINT
    assert first(both, "105 Maple Street") == first(index, "105 Maple Street")
    # Between two doors the range is asked before the doors are.
    assert first(both, "103 Maple Street").kind is MatchKind.RANGE


def test_a_street_only_the_census_knows_is_found_too(index: AddressIndex) -> None:
    match = first(index, "51 Orchard Lane")
    assert match.kind is MatchKind.RANGE
    assert match.address.city == "Ferry"
    assert not first(index, "50 Orchard Lane").sure, "the even side has no numbers"


def test_the_next_towns_street_of_the_same_name_asks_which(tmp_path: Path) -> None:
    blocks = Blocks()
    ends = [blocks.node(LAT, LON), blocks.node(LAT, LON + 0.004)]
    blocks.way(ends, highway="residential", name="Main Street")
    far = LAT + 0.02
    edges = [
        ("Main St", ("101", "199", "", ""), ("63000", ""), [(LAT, LON), (LAT, LON + 0.004)]),
        ("Main St", ("101", "199", "", ""), ("63900", ""), [(far, LON), (far, LON + 0.004)]),
    ]
    ranges = read_county(write_county(tmp_path, edges=edges)).ranges
    build_address_index(blocks.write(tmp_path / "m.osm.pbf"), tmp_path / "a.index", ranges)
    index = AddressIndex(tmp_path / "a.index")
    both = index.search("151 Main Street")
    assert {match.address.postcode for match in both} == {"63000", "63900"}
    assert not any(match.sure for match in both)
    told = first(index, "151 Main Street, 63900")
    assert told.sure
    assert told.coordinate.lat == pytest.approx(far)


def test_a_range_of_one_number_is_the_middle_of_its_street(tmp_path: Path) -> None:
    edge = ("Maple St", ("7", "7", "", ""), ("63000", ""), [(LAT, LON), (LAT, LON + BLOCK)])
    (only,) = read_county(write_county(tmp_path, edges=[edge])).ranges
    blocks = Blocks()
    ends = [blocks.node(LAT, LON), blocks.node(LAT, LON + 0.004)]
    blocks.way(ends, highway="residential", name="Maple Street")
    build_address_index(blocks.write(tmp_path / "m.osm.pbf"), tmp_path / "a.index", [only])
    match = first(AddressIndex(tmp_path / "a.index"), "7 Maple Street")
    assert match.coordinate.lon == pytest.approx(LON + BLOCK / 2)


def test_an_index_of_an_earlier_version_still_opens(blocks_pbf: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.index"
    build_address_index(blocks_pbf, path)
    with sqlite3.connect(path) as old:
        old.execute("ALTER TABLE ranges DROP COLUMN postcode")
    old.close()
    assert first(AddressIndex(path), "220 Osage St").kind is MatchKind.RANGE


@pytest.mark.parametrize("content", [b"", b"dear reader, this is a letter\n" * 40, b"PK\x03\x04"])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tl_2025_29510_addrfeat.zip"
    path.write_bytes(content)
    assert "is damaged or was cut off" in refusal(path)
    with pytest.raises(RoadsTrouble, match="does not hold a county"):
        county_of(path)


def test_another_census_file_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    wrong = write_county(tmp_path, name="tl_2025_29510_roads")
    assert "does not hold a county’s address ranges" in refusal(wrong)
    short = write_county(
        tmp_path, name="tl_2024_29510_addrfeat", fields=FIELDS[:4], edges=EDGES[:1]
    )
    assert "does not hold a county’s address ranges" in refusal(short)
    empty = write_county(tmp_path, name="tl_2023_29510_addrfeat", edges=[])
    assert "does not hold a county’s address ranges" in refusal(empty)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.zip") == "The file no.zip is not there."
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
def test_a_file_cut_off_is_refused(tmp_path: Path, kept: float) -> None:
    path = write_county(tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    assert "is damaged or was cut off" in refusal(path)


def test_a_flipped_byte_is_told_or_changes_nothing(tmp_path: Path) -> None:
    path = write_county(tmp_path)
    whole, good = path.read_bytes(), read_county(path)
    told = 0
    for place in range(0, len(whole), 13):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            assert read_county(path).ranges == good.ranges
        except RoadsTrouble:
            told += 1
    assert told > 0


def test_a_shapefile_that_lies_about_its_length_is_refused(tmp_path: Path) -> None:
    path = write_county(tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[:-30] if name.endswith("shp") else content)
    assert "is damaged or was cut off" in refusal(path)
