"""What counts against a patient, and what does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from clinic_desktop.domain.attendance import Attendance, attendance, hours_before, is_late
from clinic_desktop.domain.visit import CancelledBy, VisitState
from tests.services.clinic_day import RUTH, at, visit

STARTS = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # 9:30 AM in St. Louis


def test_late_is_less_than_the_clinics_hours_before_the_start():
    assert hours_before(RUTH, STARTS - timedelta(hours=5)) == 5
    assert not is_late(RUTH, STARTS - timedelta(hours=24), 24)
    assert is_late(RUTH, STARTS - timedelta(hours=23, minutes=59), 24)
    assert is_late(RUTH, STARTS + timedelta(minutes=1), 0), "after the start it is late anyway"


def test_only_what_the_patient_did_counts():
    called_off = replace(
        visit("ruth", at(9, 30)),
        state=VisitState.CANCELLED,
        cancelled_by=CancelledBy.PATIENT,
        cancelled_at=STARTS - timedelta(hours=2),
    )
    visits = [
        called_off,
        replace(called_off, cancelled_at=STARTS - timedelta(days=3)),
        replace(called_off, cancelled_by=CancelledBy.CLINIC),
        replace(RUTH, state=VisitState.NO_SHOW),
        replace(RUTH, state=VisitState.DONE),
        RUTH,
    ]
    assert attendance(visits, 24) == Attendance(kept=1, cancelled=2, late=1, no_shows=1)
