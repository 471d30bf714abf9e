"""One field finds people by name or phone, their visits, their notes, and dates."""

from datetime import timedelta

import pytest

from clinic_desktop.domain.clinical_ports import NoteTitle
from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.ids import NoteId
from clinic_desktop.services.finding import FindService, FoundKind
from tests.services.clinic_day import NOBODY, OFFICE, RUTH, TODAY, clinic_day


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def kinds(found):
    return [f.kind for f in found]


def test_a_name_brings_the_person_and_the_next_visit(day, clock):
    finder = FindService(day.store, clock, None)
    found = finder.find(OFFICE, "ruth")
    assert kinds(found) == [FoundKind.PATIENT, FoundKind.VISIT]
    assert found[1].ref == RUTH.id
    assert found[1].day == TODAY
    assert found[1].detail == "Tue, Nov 24 9:30 AM with Dana"


@pytest.mark.parametrize(
    ("typed", "days"), [("tomorrow", 1), ("dec 1", 7), ("12/1", 7), ("friday", 3)]
)
def test_a_date_leads_to_its_day(day, clock, typed, days):
    found = FindService(day.store, clock, None).find(OFFICE, typed)
    assert found[0].kind is FoundKind.DAY
    assert found[0].day == TODAY + timedelta(days=days)


def test_words_that_are_no_date_lead_to_none(day, clock):
    finder = FindService(day.store, clock, None)
    for typed in ("mornings", "after 2", "ruth", "not friday", "zzz"):
        assert FoundKind.DAY not in kinds(finder.find(OFFICE, typed))


def test_notes_are_found_only_where_the_keys_open_them(day, clock):
    asked = []

    def notes(session, patient_id, limit):
        asked.append((patient_id, limit))
        return [NoteTitle(id=NoteId("n"), service_at=clock.now_utc())]

    found = FindService(day.store, clock, notes).find(OFFICE, "ruth")
    assert kinds(found) == [FoundKind.PATIENT, FoundKind.VISIT, FoundKind.NOTE]
    assert asked == [(RUTH.patient_id, 2)]
    assert FoundKind.NOTE not in kinds(FindService(day.store, clock, None).find(OFFICE, "ruth"))


def test_nobody_without_a_role_finds_anything(day, clock):
    with pytest.raises(PermissionRefused):
        FindService(day.store, clock, None).find(NOBODY, "ruth")
