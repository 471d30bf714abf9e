"""What leaves as a calendar tells no name and no address, and reads back as it was."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.ids import PatientId, PractitionerId, ServiceId, SiteId, VisitId
from clinic_desktop.domain.patient import Patient, Phone, VisitSite
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.exchange.ics_read import IcsFiles
from clinic_desktop.exchange.ics_write import ics_text, opaque_uid, published_visit

ZONE = "America/Chicago"
NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
SALT = b"clinic"
RUTH = Patient(
    id=PatientId("ruth"),
    first_name="Ruth",
    last_name="Abelson",
    phones=(Phone(number="+13145550142"),),
)
HOME = VisitSite(
    id=SiteId("home"),
    patient_id=RUTH.id,
    address=Address(line="4120 Hidden Blvd", city="St. Louis", postcode="63110", area="Shaw"),
    access_code="9876",
)


def visit(start: datetime, minutes: int = 45, state: VisitState = VisitState.BOOKED) -> Visit:
    return Visit(
        id=VisitId("0190-visit"),
        patient_id=RUTH.id,
        site_id=HOME.id,
        service_id=ServiceId("needling"),
        practitioner_id=PractitionerId("dana"),
        start=start,
        zone=ZONE,
        door_min=minutes,
        state=state,
        session_label="Lumbar",
        office_note="Private note",
    )


def written(of: Visit) -> bytes:
    event = published_visit(of, RUTH, HOME, salt=SALT, travel_min=17, sequence=3)
    assert event is not None
    return ics_text([event], NOW, "Dana")


def test_initials_and_area_leave_and_nothing_else() -> None:
    text = written(visit(datetime(2026, 11, 26, 9))).decode()
    for secret in ("Ruth", "Abelson", "555", "Hidden", "63110", "9876", "Lumbar", "note", "0190"):
        assert secret not in text
    for line in (
        "SUMMARY:R. A. · Shaw",
        "CLASS:PRIVATE",
        "SEQUENCE:3",
        "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT17M",
        "BEGIN:VTIMEZONE",
        f"DTSTART;TZID={ZONE}:20261126T090000",
    ):
        assert line in text


def test_uids_are_steady_opaque_and_the_clinics_own() -> None:
    assert opaque_uid(VisitId("v"), b"a") == opaque_uid(VisitId("v"), b"a")
    assert opaque_uid(VisitId("v"), b"a") != opaque_uid(VisitId("v"), b"b")
    with pytest.raises(ValueError, match="salt"):
        opaque_uid(VisitId("v"), b"")


def test_a_request_stays_inside_and_a_cancelled_visit_says_so() -> None:
    asked = visit(datetime(2026, 11, 26, 9), state=VisitState.REQUESTED)
    assert published_visit(asked, RUTH, HOME, salt=SALT) is None
    assert b"STATUS:CANCELLED" in written(
        visit(datetime(2026, 11, 26, 9), state=VisitState.CANCELLED)
    )


@given(
    start=st.one_of(
        st.datetimes(datetime(2026, 3, 6), datetime(2026, 3, 10)),
        st.datetimes(datetime(2026, 10, 30), datetime(2026, 11, 3)),
    ),
    minutes=st.integers(5, 180),
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_visits_in_the_weeks_when_the_clock_changes_read_back(
    tmp_path: Path, start: datetime, minutes: int
) -> None:
    start = start.replace(second=0, microsecond=0)
    if (start.month, start.day) in ((3, 8), (11, 1)) and start.hour < 4:
        start = start.replace(hour=9)
    path = tmp_path / "visits.ics"
    path.write_bytes(written(visit(start, minutes)))
    day = start.date()
    (event,) = IcsFiles().read(path, ZONE, day, day + timedelta(days=1)).events
    assert event.start == start
    assert event.title == "R. A. · Shaw"
    if start.date() == (start + timedelta(minutes=minutes)).date():
        assert event.end == start + timedelta(minutes=minutes)
