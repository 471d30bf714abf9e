"""What a caller says for the clinicians is sealed at once: the office cannot read it again."""

import logging
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import new_id
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import NotFound, PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import CallId, MessageId, PatientId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.wait_list import Urgency
from clinic_desktop.services.messages import MOST_LETTERS, MessageService, TakeMessage
from clinic_desktop.store.sqlcipher import DataFile, open_connection
from tests.composition.made_clinic import CHEAP, PASSWORD, make_clinic
from tests.services.clinic_day import (
    DANA,
    NOBODY,
    OFFICE,
    PATIENTS,
    SINCE,
    ZONE,
    clinic_day,
)
from tests.services.sealing import sealed, unsealed

CLINICIAN = replace(
    OFFICE,
    user_id="dana-login",
    name="Dana",
    roles=frozenset({Role.PRACTITIONER}),
    practitioner_id=DANA.id,
    opens_clinical=True,
)
SAID = "Her calf is swollen since Zwetschgentag"
RUTH = PATIENTS["ruth"].id


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


@pytest.fixture
def messages(day):
    numbers = count(1)
    return MessageService(
        day.store, day.clock, lambda: f"message-{next(numbers)}", sealed, unsealed
    )


def said(text=SAID, **changes):
    return TakeMessage(patient_id=RUTH, text=text, **changes)


def now(day):
    return local_now(day.clock, ZONE)


def test_the_office_sees_who_waits_and_until_when_but_never_what_was_said(day, messages):
    by = now(day) + timedelta(minutes=5)
    messages.take(OFFICE, said(urgency=Urgency.URGENT, answer_by=by))
    (one,) = messages.waiting(OFFICE)
    assert one.text is None
    assert (one.patient.id, one.message.urgency, one.message.answer_by) == (
        RUTH, Urgency.URGENT, by,
    )  # fmt: skip
    assert not one.overdue
    assert one.message.taken_at == day.clock.now_utc()
    day.clock.advance(minutes=6)
    assert messages.waiting(OFFICE)[0].overdue
    assert messages.waiting(CLINICIAN)[0].text == SAID


def test_neither_a_command_nor_a_message_shows_its_text_when_printed(day, messages):
    messages.take(OFFICE, said())
    assert SAID not in repr(said())
    assert SAID not in repr(messages.waiting(CLINICIAN))


def test_the_most_urgent_comes_first_then_the_earliest_answer(day, messages):
    for text, urgency, minutes in (
        ("a", Urgency.ROUTINE, None),
        ("b", Urgency.ROUTINE, 60),
        ("c", Urgency.URGENT, None),
        ("d", Urgency.ROUTINE, 30),
    ):
        by = None if minutes is None else now(day) + timedelta(minutes=minutes)
        messages.take(OFFICE, said(text, urgency=urgency, answer_by=by))
    assert [one.text for one in messages.waiting(CLINICIAN)] == ["c", "d", "b", "a"]


def test_only_who_can_read_it_marks_it_answered_and_may_take_that_back(day, messages):
    messages.take(OFFICE, said())
    (one,) = messages.waiting(CLINICIAN)
    with pytest.raises(PermissionRefused, match="clinician"):
        messages.answer(OFFICE, one.message.id)
    changes = messages.answer(CLINICIAN, one.message.id)
    assert (changes.operation, changes.undoable) == ("Answer a message", True)
    assert messages.waiting(CLINICIAN) == ()
    answered = day.store.reader().message(one.message.id)
    assert answered.answered_by == CLINICIAN.user_id
    with pytest.raises(RuleBroken, match="has answered"):
        messages.answer(CLINICIAN, one.message.id)
    day.store.undo(CLINICIAN, SINCE)
    assert [w.text for w in messages.waiting(CLINICIAN)] == [SAID]


@pytest.mark.parametrize(
    ("text", "why"), [("  \n ", "nothing"), ("x" * (MOST_LETTERS + 1), "at most 4000")]
)
def test_an_empty_or_endless_message_is_refused(messages, text, why):
    with pytest.raises(RuleBroken, match=why):
        messages.take(OFFICE, said(text))
    assert messages.waiting(OFFICE) == ()


def test_who_has_no_role_and_what_is_not_there_is_refused(messages):
    with pytest.raises(PermissionRefused):
        messages.take(NOBODY, said())
    with pytest.raises(PermissionRefused):
        messages.waiting(NOBODY)
    with pytest.raises(NotFound):
        messages.take(OFFICE, said(call_id=CallId("no-call")))
    with pytest.raises(NotFound):
        messages.take(OFFICE, TakeMessage(patient_id=PatientId("nobody"), text="x"))
    with pytest.raises(NotFound):
        messages.answer(CLINICIAN, MessageId("none"))


def test_a_message_about_a_merged_patient_is_about_the_one_kept(day, messages):
    messages.take(OFFICE, said())
    day.puts(replace(PATIENTS["ruth"], merged_into=PATIENTS["tom"].id))
    messages.take(OFFICE, said("again"))
    assert {one.patient.id for one in messages.waiting(OFFICE)} == {PATIENTS["tom"].id}
    assert {m.patient_id for m in day.store.reader().messages_waiting()} == {
        RUTH, PATIENTS["tom"].id,
    }  # fmt: skip


@pytest.fixture
def door(tmp_path, clock):
    root = tmp_path / "clinic"
    make_clinic(root, clock)
    made = ClinicFolder(root, clock, new_id, CHEAP)
    yield made
    made.release()


def everything(opened, file, key):
    """Each value of each table of the decrypted file."""
    db = open_connection(opened, key, file=file, read_only=True)
    try:
        tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(repr(row) for t in tables for row in db.execute(f'SELECT * FROM "{t}"'))
    finally:
        db.close()


def test_in_the_real_files_the_text_is_nowhere_in_plain_and_new_keys_wait_for_it(
    door, tmp_path, caplog
):
    caplog.set_level(logging.DEBUG)
    office = door.open("olive", PASSWORD)
    session, services = office.services.session, office.services
    with office.schedule.operation("Set up", session) as op:
        op.put(Patient(id=RUTH, first_name="Ruth", last_name="Abel"))
    services.messages.take(session, said())
    assert services.messages.waiting(session)[0].text is None
    with pytest.raises(PermissionRefused):
        services.messages.answer(session, services.messages.waiting(session)[0].message.id)
    # Not even a session that says it opens the records: its keys decide.
    posing = replace(session, opens_clinical=True)
    assert services.messages.waiting(posing)[0].text is None
    found = everything(
        tmp_path / "clinic" / "schedule.db", DataFile.SCHEDULE, office.unlocked.schedule_key
    )
    assert "Take a message" in found, "the dump does hold the journal"
    assert "Zwetschgentag" not in found
    assert "Zwetschgentag" not in caplog.text
    office.close()

    dana = door.open("dana", PASSWORD)
    session, services = dana.services.session, dana.services
    (one,) = services.messages.waiting(session)
    assert (one.text, one.taken_by) == (SAID, "Olive")
    olive = next(u for u in dana.schedule.reader().users() if u.login == "olive")
    with pytest.raises(RuleBroken, match=r"still sealed.*mark them answered"):
        services.users.remove(session, olive.id, SilentProgress())
    services.messages.answer(session, one.message.id)
    files = ((DataFile.SCHEDULE, dana.unlocked.schedule_key, "schedule.db"),
             (DataFile.CLINICAL, dana.unlocked.clinical_key, "clinical.db"))  # fmt: skip
    for file, key, name in files:
        assert "Zwetschgentag" not in everything(tmp_path / "clinic" / name, file, key)
    assert dana.verify() == []
    dana.close()
