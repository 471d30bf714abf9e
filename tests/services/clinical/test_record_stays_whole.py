"""Merges, undo and a colleague's stale form leave a patient's record whole."""

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import PatientId, SiteId, VisitId
from clinic_desktop.services.clinical.intakes import AnswerScreening
from clinic_desktop.services.patients import MergePatients, PatientService
from tests.services.clinical.conftest import (
    DANA,
    FIRST_VISIT,
    MARCUS,
    NORA,
    OLIVE,
    REQUIRED,
    SHAW,
    SINCE,
)

LATER = replace(FIRST_VISIT, id=VisitId("later"), start=datetime(2026, 11, 24, 11, 0))


def first_question(bench: Any) -> str:
    return bench.service.library.catalogue.asked[0].id


def test_the_record_of_a_merged_double_is_found_under_the_kept_patient(bench: Any) -> None:
    double = replace(NORA, id=PatientId("double"), phones=())
    site = replace(SHAW, id=SiteId("double-site"), patient_id=double.id)
    visit = replace(LATER, patient_id=double.id, site_id=site.id)
    with bench.schedule.operation("Double", OLIVE) as op:
        op.put_all([double, site, visit])
    intake_id = bench.opened(visit)
    numbers = count()
    patients = PatientService(bench.schedule, bench.clock, lambda: f"m{next(numbers)}")
    patients.merge(OLIVE, MergePatients(kept_id=NORA.id, alias_id=double.id))
    record = bench.service.record_of_patient(DANA, NORA.id)
    assert intake_id in {intake.id for intake in record.intakes}


def test_a_booking_under_a_note_is_not_taken_back(bench: Any) -> None:
    with bench.schedule.operation("Book Nora", OLIVE) as op:
        op.put(LATER)
    bench.opened(LATER)
    with pytest.raises(RuleBroken, match="depends on it"):
        bench.schedule.undo(OLIVE, SINCE)
    assert bench.schedule.reader().visit(LATER.id) == LATER


def test_a_merge_under_a_note_is_not_taken_back(bench: Any) -> None:
    double = replace(NORA, id=PatientId("double"), phones=())
    site = replace(SHAW, id=SiteId("double-site"), patient_id=double.id)
    visit = replace(LATER, patient_id=double.id, site_id=site.id, start=datetime(2026, 12, 1, 10))
    with bench.schedule.operation("Double", OLIVE) as op:
        op.put_all([double, site, visit])
    numbers = count()
    patients = PatientService(bench.schedule, bench.clock, lambda: f"m{next(numbers)}")
    patients.merge(OLIVE, MergePatients(kept_id=NORA.id, alias_id=double.id))
    bench.opened(bench.schedule.reader().visit(visit.id))
    with pytest.raises(RuleBroken):
        bench.schedule.undo(OLIVE, SINCE)
    assert bench.schedule.reader().visit(visit.id).patient_id == NORA.id


def test_a_form_opened_before_a_colleague_answered_deletes_no_answer(bench: Any) -> None:
    intake_id = bench.opened()
    stale = bench.intake(intake_id)
    item = first_question(bench)
    yes = AnswerScreening(intake_id=intake_id, item_id=item, answer=Answer.YES)
    bench.service.intakes.answer(MARCUS, yes)
    bench.service.intakes.save(DANA, replace(stale, answers=REQUIRED))
    assert bench.intake(intake_id).answer(item).answer is Answer.YES
