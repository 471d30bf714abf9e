"""What is known is told; what is not is estimated and says so."""

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import BaseDrive, LegSource, estimate_drive
from clinic_desktop.travel.drive_book import KnownDrives

HOME = Coordinate(lat=39.00001, lon=-91.0)
PATIENT = Coordinate(lat=39.02, lon=-91.03)
KNOWN = BaseDrive(seconds=400, metres=3900)


def test_a_known_drive_is_found_by_places_a_metre_off() -> None:
    book = KnownDrives({(HOME, PATIENT): KNOWN})
    assert book.drive(HOME, PATIENT) is KNOWN
    nearby = Coordinate(lat=39.000012, lon=-91.000003)
    assert book.drive(nearby, PATIENT) is KNOWN


def test_the_way_back_is_another_drive_and_estimated_until_known() -> None:
    book = KnownDrives({(HOME, PATIENT): KNOWN})
    back = book.drive(PATIENT, HOME)
    assert back == estimate_drive(PATIENT, HOME)
    assert back.source is LegSource.ESTIMATE


def test_staying_takes_no_time() -> None:
    assert KnownDrives({}).drive(HOME, HOME).seconds == 0
