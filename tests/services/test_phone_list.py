"""Whom to phone today, in order, with words that permission allows."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import unquote

import pytest

from clinic_desktop.domain.call import CallOutcome
from clinic_desktop.domain.patient import EmergencyContact, Phone
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.wait_list import Urgency, WaitKind
from clinic_desktop.services.phone_list import PhoneReason, best_phone
from clinic_desktop.services.wait_list import AddWait
from tests.services.clinic_day import (
    FOLLOW_UP,
    OFFICE,
    PATIENTS,
    SINCE,
    SITES,
    TODAY,
    TOM,
    at,
    clinic_day,
    promise,
    visit,
)

TOMORROW = TODAY + timedelta(days=1)
CELL = Phone(number="+13145550142", label="cell", voicemail_ok=True, text_ok=True)
DESK = Phone(number="+13145550143", label="work")


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def booked_tomorrow(day, who: str, hour: int, **changes):
    made = visit(who, at(hour, day=TOMORROW), **changes)
    day.puts(made, promise(made))
    return made


def test_unconfirmed_visits_of_the_next_day_are_reminded_of_in_the_order_of_the_day(day):
    booked_tomorrow(day, "gil", 14)
    booked_tomorrow(day, "nora", 9)
    done = replace(
        visit("ruth", at(11, day=TOMORROW)), id="ruth-tomorrow", state=VisitState.CONFIRMED
    )
    day.puts(done)
    tasks = day.phoning.today(OFFICE)
    assert [(t.reason, t.patient.id) for t in tasks] == [
        (PhoneReason.REMINDER, "nora"),
        (PhoneReason.REMINDER, "gil"),
    ]
    assert "tomorrow, Wednesday, November 25, between 8:45 and 9:15 AM" in tasks[0].say


def test_a_weekend_in_between_is_skipped(day):
    monday = TODAY + timedelta(days=6)
    made = visit("nora", at(9, day=monday))
    day.puts(made)
    (task,) = day.phoning.today(OFFICE)
    assert task.day == monday


def test_voicemail_text_and_mail_are_offered_only_where_they_are_allowed(day):
    day.puts(replace(PATIENTS["nora"], phones=(DESK, CELL), email="nora@example.org"))
    day.puts(replace(PATIENTS["gil"], phones=(DESK,)))
    booked_tomorrow(day, "nora", 9)
    booked_tomorrow(day, "gil", 11)
    nora, gil = day.phoning.today(OFFICE)
    assert nora.phone == CELL
    assert nora.leave
    assert "nora@example.org" in nora.mail
    assert unquote(nora.text).startswith("sms:+13145550142?body=Hello Nora")
    assert (gil.phone, gil.leave, gil.text, gil.mail) == (DESK, "", "", "")
    for words in (nora.leave, unquote(nora.text), unquote(nora.mail)):
        assert "follow" not in words.casefold()
        assert "Dana" not in words


def test_a_change_of_a_published_day_comes_first_and_goes_once_told(day):
    booked_tomorrow(day, "nora", 9)
    day.publishing.publish(OFFICE, TODAY)
    day.puts(replace(TOM, start=at(14)))
    first, second = day.phoning.today(OFFICE)
    assert (first.reason, first.patient.id) == (PhoneReason.CHANGE, "tom")
    assert "new time" in first.say
    assert "between 2:00 and 2:30 PM" in first.say, "what was promised for 1 PM is no promise"
    assert second.reason is PhoneReason.REMINDER
    day.phoning.told(OFFICE, first)
    told = day.store.reader().promises_for([TOM.id])[TOM.id]
    assert (told.window_start, told.window_end) == (at(14), at(14, 30)), "as it was said"
    assert [t.reason for t in day.phoning.today(OFFICE)] == [PhoneReason.REMINDER]


def test_who_waits_is_on_the_list_when_something_fits_or_a_call_back_is_due(day):
    wait = AddWait(
        patient_id=PATIENTS["nora"].id, service_id=FOLLOW_UP.id, site_id=SITES["nora"].id
    )
    day.waiting.add(OFFICE, replace(wait, said="any day"))
    gil = replace(
        wait, patient_id=PATIENTS["gil"].id, site_id=SITES["gil"].id, kind=WaitKind.CALL_BACK,
        call_back_on=TODAY, urgency=Urgency.URGENT,
    )  # fmt: skip
    day.waiting.add(OFFICE, gil)
    first, second = day.phoning.today(OFFICE)
    assert (first.reason, first.patient.id) == (PhoneReason.CALL_BACK, "gil")
    assert (second.reason, second.patient.id) == (PhoneReason.OPENING, "nora")
    assert "any day" in second.why
    assert "Would that suit you?" in second.say


def test_no_answer_is_kept_in_the_log_of_calls(day):
    day.phoning.log(OFFICE, PATIENTS["nora"].id, CallOutcome.NO_ANSWER)
    (line,) = day.calls.of_patient(OFFICE, PATIENTS["nora"].id)
    assert line.call.outcome is CallOutcome.NO_ANSWER
    assert day.store.undo_name(OFFICE, SINCE) == "", "a call cannot be made unhappened"


def test_opening_a_text_leaves_a_line_in_the_audit_trail(day):
    day.phoning.written(OFFICE, PATIENTS["nora"].id, "text")
    (entry,) = day.store.reader().journal(limit=1)
    assert (entry.action, entry.table, entry.row_id) == ("export", "patients", "nora")


def test_the_number_that_may_be_texted_is_tried_first():
    assert best_phone([DESK, CELL]) == CELL
    assert best_phone([]) is None


def test_what_is_missing_of_those_who_come_is_a_queue_that_empties_itself(day):
    lines = day.missing.lines(OFFICE)
    assert [line.patient.id for line in lines] == ["ruth", "tom"]
    assert lines[0].missing == (
        "phone number", "date of birth", "emergency contact", "who referred",
    )  # fmt: skip
    day.puts(
        replace(
            PATIENTS["ruth"],
            phones=(CELL,),
            dob=date(1980, 1, 2),
            emergency=EmergencyContact(name="Ann", phone="+13145550100"),
            referral_source="Dr. Stroud",
        )
    )
    assert [line.patient.id for line in day.missing.lines(OFFICE)] == ["tom"]
    day.puts(replace(SITES["tom"], coordinate=None))
    (line,) = day.missing.lines(OFFICE)
    assert "point on the map" in line.missing
