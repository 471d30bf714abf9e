"""A whole course in one call: found together, booked as one operation, or not at all."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from clinic_desktop.domain.call import Keep
from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.service import ServiceKind
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.booking import BookVisit
from clinic_desktop.services.courses import BookCourse, FindCourse, course_read_back
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    MARCUS,
    OFFICE,
    PATIENTS,
    SINCE,
    SITES,
    TODAY,
    clinic_day,
)

EVALUATION = replace(
    FOLLOW_UP, id="eval", name="Evaluation", short_name="Evaluation",
    kind=ServiceKind.EVALUATION, treatment_min=65,
)  # fmt: skip
AGAIN = replace(EVALUATION, id="again", kind=ServiceKind.RE_EVALUATION, treatment_min=45)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        made.puts(EVALUATION, AGAIN)
        yield made


def asked(**changes) -> FindCourse:
    made = FindCourse(
        site_id=SITES["nora"].id, with_evaluation=True, block=3, with_re_evaluation=True
    )
    return replace(made, **changes)


def booking(found) -> BookCourse:
    return BookCourse(
        patient_id=PATIENTS["nora"].id,
        site_id=SITES["nora"].id,
        sessions=found.sessions,
        offer=found.offers[0],
    )


def test_the_course_is_booked_as_one_operation_and_taken_back_as_one(day):
    found = day.courses.find(OFFICE, asked(keep=Keep.HARD, wanted_id=MARCUS.id))
    offer = found.offers[0]
    assert offer.practitioners == (MARCUS.id,)
    gaps = [(b.start.date() - a.start.date()).days for a, b in pairwise(offer.slots)]
    assert all(5 <= gap <= 10 for gap in gaps[:3])
    changes = day.courses.book(OFFICE, booking(found))
    assert changes.operation == "Book a course for Nora K., 5 visits"
    visits = [day.now(visit_id) for visit_id in changes.of(RecordKind.VISITS)]
    visits.sort(key=lambda v: v.start)
    assert [v.session_label for v in visits] == ["", "1/3", "2/3", "3/3", ""]
    assert {v.state for v in visits} == {VisitState.BOOKED}
    promises = day.store.reader().promises_for([v.id for v in visits])
    assert all(promises[v.id].keeps(v.start) for v in visits)
    day.store.undo(OFFICE, SINCE)
    assert day.store.reader().visits_of_patient(PATIENTS["nora"].id) == []


def test_if_one_session_was_taken_meanwhile_nothing_is_booked(day):
    found = day.courses.find(OFFICE, asked(wanted_id=DANA.id))
    third = found.offers[0].slots[2]
    day.booking.book_visit(
        OFFICE,
        BookVisit(
            patient_id=PATIENTS["gil"].id, site_id=SITES["gil"].id, service_id=FOLLOW_UP.id,
            slot=third, promise_start=third.promise_start, promise_end=third.promise_end,
        ),
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="Nothing was booked"):
        day.courses.book(OFFICE, booking(found))
    assert day.store.reader().visits_of_patient(PATIENTS["nora"].id) == []


def test_a_race_date_plans_back_and_too_little_time_is_said(day):
    race = TODAY + timedelta(days=40)
    found = day.courses.find(OFFICE, asked(race=race, with_re_evaluation=False))
    slots = found.offers[0].slots
    assert 3 <= (race - slots[-1].start.date()).days <= 10
    soonest = day.courses.find(OFFICE, asked(with_re_evaluation=False)).offers[0].slots
    assert slots[0].start > soonest[0].start, "as late as it may be, not as soon"
    assert "before the race on" in found.sentence
    with pytest.raises(RuleBroken, match="Too little time before the race"):
        day.courses.find(OFFICE, asked(race=TODAY + timedelta(days=14)))


def test_the_sentence_to_read_back_names_every_time(day):
    found = day.courses.find(OFFICE, asked(block=2, with_re_evaluation=False, keep=Keep.HARD))
    offer = found.offers[0]
    names = {DANA.id: "Dana", MARCUS.id: "Marcus"}
    words = course_read_back(
        told_to="Nora", offer=offer, names=names, today=TODAY, formats=Formats()
    )
    assert words.startswith(f"Nora, {names[offer.practitioners[0]]} will come 3 times: ")
    assert words.count(" between ") == 3
