"""Points, distances and addresses."""

import pytest

from clinic_desktop.domain.place import Address, Coordinate, is_po_box, rounded

ARCH = Coordinate(lat=38.6247, lon=-90.1848)
UNION_STATION = Coordinate(lat=38.6278, lon=-90.2080)


def test_the_distance_between_two_landmarks_is_right_to_a_percent():
    assert ARCH.metres_to(UNION_STATION) == pytest.approx(2045, rel=0.01)
    assert ARCH.metres_to(ARCH) == 0


def test_a_point_off_the_earth_is_refused():
    with pytest.raises(ValueError, match="earth"):
        Coordinate(lat=91, lon=0)


def test_a_rounded_point_is_about_a_metre_away_and_rounds_to_itself():
    point = Coordinate(lat=38.624712345, lon=-90.184812345)
    assert rounded(point).metres_to(point) < 1
    assert rounded(rounded(point)) == rounded(point)


def test_an_address_on_one_line_leaves_out_what_is_empty():
    whole = Address(line="12 Elm Street", unit="Apt 3", city="Troy", state="MO", postcode="63999")
    assert whole.one_line() == "12 Elm Street Apt 3, Troy, MO 63999"
    assert Address(line="12 Elm Street").one_line() == "12 Elm Street"


@pytest.mark.parametrize(
    "typed",
    ["PO Box 12", "P.O. Box 12, Ferry, MO", "p o box 7", "POBox 12", "Post Office Box 3", "POB 99",
     "12 Elm Street, PO Box 4", "po box", "P.O.B. 12", "Postal Box 8"],
)  # fmt: skip
def test_a_po_box_is_known_however_it_is_written(typed: str) -> None:
    assert is_po_box(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "12 Box Elder Road", "4 Po Boyd Lane", "12 Pobst Street", "100 Post Road", "1 Po St"],
)
def test_a_street_is_no_po_box(typed: str) -> None:
    assert not is_po_box(typed)
