"""The whole way on real extracts: build, drive, find addresses."""

from pathlib import Path
from random import Random

import osmium
import osmium.filter
import pytest

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.travel import RegionState
from clinic_desktop.travel.address_index import AddressIndex
from clinic_desktop.travel.region import Region
from clinic_desktop.travel.road_build import build_region

pytestmark = pytest.mark.roads

# Five corners of central Columbus: the Statehouse, Ohio State, German Village, Bexley, Grandview.
CORNERS = [
    Coordinate(lat=39.9612, lon=-82.9988),
    Coordinate(lat=40.0025, lon=-83.0155),
    Coordinate(lat=39.9464, lon=-82.9942),
    Coordinate(lat=39.9687, lon=-82.9377),
    Coordinate(lat=39.9826, lon=-83.0416),
]


@pytest.fixture(scope="module")
def columbus_pbf(roads_dir: Path) -> Path:
    return roads_dir / "columbus_oh.osm.pbf"


@pytest.fixture(scope="module")
def columbus(columbus_pbf: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    folder = tmp_path_factory.mktemp("columbus")
    assert build_region(columbus_pbf, folder, SilentProgress()).state is RegionState.READY
    region = Region.open(folder)
    assert region is not None
    return region


def houses_of(extract: Path) -> list[tuple[str, str, Coordinate]]:
    """Number, street and place of every house, read anew from the extract."""
    found: list[tuple[str, str, Coordinate]] = []
    processor = osmium.FileProcessor(str(extract)).with_locations()
    for entity in processor.with_filter(osmium.filter.KeyFilter("addr:street")):
        number, street = entity.tags.get("addr:housenumber", ""), entity.tags["addr:street"]
        if not number.isdigit() or "addr:interpolation" in entity.tags:
            continue
        if entity.is_node():
            found.append((number, street, Coordinate(lat=entity.lat, lon=entity.lon)))
        elif entity.is_way():
            # The middle of the building's box: a campus is wider than what is asked for.
            lats, lons = [n.lat for n in entity.nodes], [n.lon for n in entity.nodes]
            middle = Coordinate(lat=(min(lats) + max(lats)) / 2, lon=(min(lons) + max(lons)) / 2)
            found.append((number, street, middle))
    return found


def slipped(street: str, rng: Random) -> str:
    """The name with a letter left out, doubled, wrong, or two of them swapped."""
    inside = [i for i in range(1, len(street) - 1) if street[i - 1 : i + 2].isalpha()]
    if not inside:
        return street
    place = rng.choice(inside)
    before, letter, after = street[:place], street[place], street[place + 1 :]
    wrong = rng.choice([x for x in "aeionrst" if x != letter.lower()])
    return rng.choice(
        [
            before + after,
            before + letter + letter + after,
            before + wrong + after,
            before + after[0] + letter + after[1:],
        ]
    )


def found_near(addresses: AddressIndex, typed: str, place: Coordinate) -> bool:
    matches = addresses.search(typed)
    return bool(matches) and matches[0].coordinate.metres_to(place) < 250


def test_five_places_can_be_driven_between_in_a_sensible_time(columbus: Region) -> None:
    rows = columbus.engine().matrix(CORNERS, CORNERS)
    for start, row in zip(CORNERS, rows, strict=True):
        for end, drive in zip(CORNERS, row, strict=True):
            assert drive is not None
            straight = start.metres_to(end)
            assert straight * 0.95 - 100 <= drive.metres <= straight * 2.5 + 1500
            if start != end:
                # Between 15 and 110 km/h over the road.
                assert 15 / 3.6 < drive.metres / drive.seconds < 110 / 3.6


def test_thirty_real_addresses_are_found_clean_and_with_a_slip(
    columbus: Region, columbus_pbf: Path
) -> None:
    rng = Random(30)
    asked = rng.sample(houses_of(columbus_pbf), 30)
    addresses = columbus.addresses()
    clean = [(n, s) for n, s, place in asked if not found_near(addresses, f"{n} {s}", place)]
    turned = [(n, s) for n, s, place in asked if not found_near(addresses, f"{s} {n}", place)]
    typed = [(f"{n} {slipped(s, rng)}", place) for n, s, place in asked]
    missed = [text for text, place in typed if not found_near(addresses, text, place)]
    assert clean == []
    assert turned == []
    assert missed == []


def test_what_is_sure_is_right(columbus: Region, columbus_pbf: Path) -> None:
    rng = Random(31)
    houses = houses_of(columbus_pbf)
    wrong: list[str] = []
    for number, street, _place in houses:
        typed = f"{number} {slipped(street, rng)}"
        match = next(iter(columbus.addresses().search(typed)), None)
        there = [p for n, _s, p in houses if n == number]
        if match and match.sure and all(match.coordinate.metres_to(p) > 250 for p in there):
            wrong.append(typed)
    assert wrong == []


def test_a_whole_county_builds_too(roads_dir: Path, tmp_path: Path) -> None:
    status = build_region(roads_dir / "imperial_ca.osm.pbf", tmp_path, SilentProgress())
    assert status.address_count > 1000
    region = Region.open(tmp_path)
    assert region is not None
    assert region.addresses().house_count() == status.address_count


def test_a_real_extract_with_a_way_after_the_relations_is_put_in_order_first(
    roads_dir: Path, tmp_path: Path
) -> None:
    build_region(roads_dir / "harrisburg_pa.osm.pbf", tmp_path, SilentProgress())
    region = Region.open(tmp_path)
    assert region is not None
    capitol, city_island = (
        Coordinate(lat=40.2645, lon=-76.8835),
        Coordinate(lat=40.2560, lon=-76.8830),
    )
    drive = region.engine().matrix([capitol], [city_island])[0][0]
    assert drive is not None
    assert drive.metres >= capitol.metres_to(city_island)
    assert not list(tmp_path.rglob("sorted-*")), "what was only needed to build is gone"
