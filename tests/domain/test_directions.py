"""A link holds the points and nothing else, and each maps' own limits."""

import pytest

from clinic_desktop.domain.directions import MOST_STOPS, PhoneMaps, phone_link
from clinic_desktop.domain.place import Coordinate

ONE = Coordinate(lat=38.627, lon=-90.1994)
TWO = Coordinate(lat=38.6, lon=-90.25)


def test_one_stop_in_each_of_the_three_ways() -> None:
    assert phone_link(PhoneMaps.ANY, [ONE]) == "geo:38.62700,-90.19940?q=38.62700,-90.19940"
    assert phone_link(PhoneMaps.APPLE, [ONE]) == (
        "https://maps.apple.com/?daddr=38.62700,-90.19940&dirflg=d"
    )
    assert phone_link(PhoneMaps.GOOGLE, [ONE]) == (
        "https://www.google.com/maps/dir/?api=1&travelmode=driving&destination=38.62700,-90.19940"
    )


def test_a_day_keeps_the_order_of_its_stops() -> None:
    assert phone_link(PhoneMaps.GOOGLE, [TWO, TWO, ONE]).endswith(
        "destination=38.62700,-90.19940&waypoints=38.60000,-90.25000%7C38.60000,-90.25000"
    )
    assert "daddr=38.60000,-90.25000+to:38.62700,-90.19940" in phone_link(
        PhoneMaps.APPLE, [TWO, ONE]
    )


@pytest.mark.parametrize(
    ("maps", "count"),
    [(PhoneMaps.ANY, 2), (PhoneMaps.GOOGLE, 0), (PhoneMaps.APPLE, MOST_STOPS + 1)],
)
def test_more_than_the_maps_take_is_refused(maps: PhoneMaps, count: int) -> None:
    with pytest.raises(ValueError, match="so many stops"):
        phone_link(maps, [ONE] * count)
