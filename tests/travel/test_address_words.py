"""One street, many spellings; and what a typed line is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.travel.address_extract import house_numbers
from clinic_desktop.travel.address_read import readings, state_code
from clinic_desktop.travel.address_words import street_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North Maple Street", "n. maple st"),
        ("E Broad St", "EAST BROAD STREET"),
        ("Twenty-First Avenue", "21st Ave"),
        ("West Seventeenth Avenue", "W 17th Av."),
        ("Saint Charles Road", "St. Charles Rd"),
        ("Mount Vernon Avenue", "Mt Vernon Ave"),
        ("O'Fallon Boulevard", "OFallon Blvd"),
        ("County Road 12", "Co Rd 12"),
        ("State Highway 161", "State Route 161"),
        ("Avenida Cristóbal Colón", "avenida cristobal colon"),
        ("Grand Avenue North", "Grand Ave N"),
    ],
)
def test_two_spellings_of_one_street_are_one(one: str, other: str) -> None:
    assert street_name(one).norm == street_name(other).norm


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North High Street", "South High Street"),
        ("Maple Street", "Maple Court"),
        ("4th Street", "5th Street"),
        ("North Street", "South Street"),
        ("Avenue A", "Avenue B"),
    ],
)
def test_two_streets_stay_two(one: str, other: str) -> None:
    assert street_name(one).norm != street_name(other).norm


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    street_name(text)
    readings(text, {"ferry"})


@pytest.mark.parametrize(
    ("typed", "number", "street", "city", "state", "postcode", "unit"),
    [
        ("123 N Main St Apt 4, Ferry, MO 63000", 123, "N Main St", "ferry", "MO", "63000", "Apt 4"),
        ("123 Main Street #5", 123, "Main Street", "", "", "", "#5"),
        ("Maple Street 123", 123, "Maple Street", "", "", "", ""),
        ("maple st 123 unit 2b", 123, "maple st", "", "", "", "unit 2b"),
        ("123 maple st ferry mo 63000-1234", 123, "maple st", "ferry", "MO", "63000", ""),
        ("1265 Flame Avenue, Ferry", 1265, "Flame Avenue", "ferry", "", "", ""),
        ("12 1/2 Oak Ln", 12, "Oak Ln", "", "", "", ""),
        ("123A Oak Ln", 123, "Oak Ln", "", "", "", ""),
        ("Blue House, 123 Oak Ln, Ferry", 123, "Oak Ln", "ferry", "", "", ""),
        ("9 Palm Way, Miami, FL 33101", 9, "Palm Way", "miami", "FL", "33101", ""),
        ("123 5th Ave, New York, New York", 123, "5th Ave", "newyork", "NY", "", ""),
        ("123 Oak Ln, Ferry, Missouri, USA", 123, "Oak Ln", "ferry", "MO", "", ""),
    ],
)
def test_the_parts_of_a_typed_line(
    typed: str, number: int, street: str, city: str, state: str, postcode: str, unit: str
) -> None:
    first = readings(typed, {"ferry"})[0]
    assert (first.number, first.street) == (number, street)
    assert (first.city, first.state, first.postcode) == (city, state, postcode)
    assert first.unit == unit


def test_a_number_after_the_street_may_be_its_name() -> None:
    ways = {(way.number, way.street) for way in readings("State Route 161", set())}
    assert ways == {(161, "State Route"), (None, "State Route 161")}


@pytest.mark.parametrize("typed", ["", "  ", "123", "\N{GRINNING FACE}", "P.O. Box 12", "#", ",,,"])
def test_what_is_no_street_address_is_not_read(typed: str) -> None:
    assert readings(typed, set()) == []


def test_states_by_name_or_code() -> None:
    assert state_code("ohio") == "OH"
    assert state_code("mo") == "MO"
    assert state_code("Ontario") == "Ontario"


@pytest.mark.parametrize(
    ("tag", "numbers"),
    [
        ("12", [12]),
        ("12A", [12]),
        ("12;14", [12, 14]),
        ("12-16", [12, 16]),
        ("37-12", [37]),
        ("Mill", []),
        ("", []),
    ],
)
def test_numbers_that_a_door_bears(tag: str, numbers: list[int]) -> None:
    assert house_numbers(tag) == numbers
