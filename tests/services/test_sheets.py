"""A sheet has what is needed at the door, and nothing that may not be lost on the street."""

from dataclasses import replace

import pytest

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.page_model import Card
from clinic_desktop.domain.ports import ClinicalFlags
from clinic_desktop.services.sheets import agenda_sheet, day_sheet, week_sheet
from tests.services.clinic_day import OFFICE, RUTH, SITES, TODAY, TOM, clinic_day


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def sheet(day):
    board = day.board.day(OFFICE, TODAY)
    return day_sheet(board, board.plans[0], Formats())


def test_a_day_sheet_has_every_visit_once_in_order_with_its_promise(day):
    cards = [block for block in sheet(day).blocks if isinstance(block, Card)]
    assert [card.title for card in cards] == ["Ruth A.", "Tom K."]
    assert ("Promised", "9:15–9:45 AM") in cards[0].lines
    assert any("McPherson" in text for _name, text in cards[0].lines)


def test_it_carries_no_code_no_flag_and_no_diagnosis(day):
    site = replace(SITES["ruth"], access_code="4711#", parking="Driveway")
    day.puts(site)
    with day.store.operation("Flags", OFFICE, undoable=False) as op:
        op.put_flags(ClinicalFlags(patient_id=RUTH.patient_id, review_screening=True))
    text = repr(sheet(day))
    assert "Driveway" in text
    assert "4711" not in text
    assert "Screening" not in text


def test_a_change_changes_the_revision(day):
    before = sheet(day).revision
    day.puts(replace(TOM, door_min=50))
    assert sheet(day).revision != before


def test_week_and_agenda_name_the_same_visits(day):
    week = week_sheet(day.calendars.week(OFFICE, TODAY), Formats())
    details = day.calendars.agenda(OFFICE, TODAY, TODAY)
    agenda = agenda_sheet(details, {"dana": "Dana"}, "Today", "Gateway", Formats())
    for name in ("Ruth A.", "Tom K."):
        assert name in repr(week)
        assert name in repr(agenda)
