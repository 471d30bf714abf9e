"""Patients and their sites, from a new caller to a merged double."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import NotFound, PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import (
    PatientId,
    PractitionerId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.patient import Patient, Phone, PinSource, VisitSite
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.practitioner import Practitioner, Profession
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.domain.working_time import WorkingPattern
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.patient_checks import PossibleDuplicate
from clinic_desktop.services.patients import (
    MergePatients,
    PatientService,
    PinSite,
    SavePatient,
    SaveSite,
)
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile

SINCE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


class Moves(Protocol):
    def now_utc(self) -> datetime: ...

    def advance(self, **delta: float) -> None: ...


def session(*roles: Role, user: str) -> Session:
    return Session(
        user_id=UserId(user),
        name=user,
        roles=frozenset(roles),
        practitioner_id=None,
        opens_clinical=False,
        device_id="desk",
    )


OFFICE = session(Role.OFFICE, user="u-office")
OWNER = session(Role.OWNER, user="u-owner")
DANAS = session(Role.PRACTITIONER, user="u-dana")
NOBODY = session(user="u-nobody")

NORA = Patient(
    id=PatientId("nora"),
    first_name="Nora",
    last_name="Abbott",
    dob=date(1988, 5, 14),
    phones=(Phone(number="(314) 555-0142", label="mobile"),),
)
SHAW = VisitSite(
    id=SiteId("shaw"),
    patient_id=NORA.id,
    address=Address(line="4120 Shaw Blvd"),
    access_code="#4711",
)
DANA = Practitioner(
    id=PractitionerId("dana"),
    first_name="Dana",
    last_name="Whitfield",
    profession=Profession.PT,
    credentials="PT",
    marker=1,
    home=None,
    home_address=None,
    pattern=WorkingPattern(weekdays=((),) * 7),
)
FOLLOW_UP = Service(
    id=ServiceId("fu"),
    name="Follow-up",
    short_name="F/U",
    kind=ServiceKind.FOLLOW_UP,
    treatment_min=45,
)
AHEAD = Visit(
    id=VisitId("ahead"),
    patient_id=NORA.id,
    site_id=SHAW.id,
    service_id=FOLLOW_UP.id,
    practitioner_id=DANA.id,
    start=datetime(2026, 11, 25, 9),
    zone="America/Chicago",
    door_min=55,
)


@pytest.fixture
def schedule(tmp_path: Path, clock: Moves) -> Iterator[ScheduleFile]:
    store = FileStore.create(
        tmp_path / "schedule.db",
        new_key(),
        SCHEDULE_SCHEMA,
        device_id="desk",
        at_utc=clock.now_utc(),
    )
    file = ScheduleFile(store, clock, lambda: str(uuid4()))
    with file.operation("Set up", OWNER, undoable=False) as op:
        op.put_all([Clinic(name="Gateway"), DANA, FOLLOW_UP])
    clock.advance(minutes=1)
    yield file
    store.close()


@pytest.fixture
def patients(schedule: ScheduleFile, clock: Moves) -> PatientService:
    return PatientService(schedule, clock, lambda: str(uuid4()))


@pytest.fixture
def nora(patients: PatientService) -> Patient:
    """Nora, saved with her site."""
    patients.save(OFFICE, SavePatient(patient=NORA, sites=(SHAW,)))
    return replace(NORA, phones=(Phone(number="+13145550142", label="mobile"),))


def book(schedule: ScheduleFile, *visits: Visit) -> None:
    with schedule.operation("Book", OFFICE) as op:
        op.put_all(visits)


def test_a_new_caller_becomes_a_patient_with_a_site(
    schedule: ScheduleFile, patients: PatientService
) -> None:
    changes = patients.save(OFFICE, SavePatient(patient=NORA, sites=(SHAW,)))
    assert changes.operation == "New patient"
    assert changes.of(RecordKind.PATIENTS) == {NORA.id}
    assert changes.of(RecordKind.SITES) == {SHAW.id}
    saved = schedule.reader().patient(NORA.id)
    assert saved.phones[0].number == "+13145550142"
    assert schedule.reader().sites_of(NORA.id) == [SHAW]
    schedule.undo(OFFICE, SINCE)
    with pytest.raises(NotFound):
        schedule.reader().patient(NORA.id)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"first_name": "  "}, "first and a last name"),
        ({"last_name": "\0"}, "first and a last name"),
        ({"dob": date(2026, 11, 24)}, "past"),
        ({"dob": date(1066, 1, 1)}, "past"),
        ({"phones": (Phone(number="call me"),)}, "not a phone number"),
        ({"phones": (Phone(number="555-0142"),)}, "not a phone number"),
        ({"email": "nora at home"}, "e-mail"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    schedule: ScheduleFile, patients: PatientService, wrong: dict[str, object], why: str
) -> None:
    patient = replace(NORA, **wrong)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken, match=why):
        patients.save(OFFICE, SavePatient(patient=patient))
    assert schedule.reader().every_patient() == []


def test_typed_text_is_tidied_and_empty_or_double_phones_fall_away(
    schedule: ScheduleFile, patients: PatientService
) -> None:
    typed = replace(
        NORA,
        first_name="  Nora\t Lee ",
        phones=(Phone(number="314 555 0142"), Phone(number=" "), Phone(number="+13145550142")),
        email=" nora@example.org ",
    )
    patients.save(OFFICE, SavePatient(patient=typed))
    saved = schedule.reader().patient(NORA.id)
    assert (saved.first_name, saved.email) == ("Nora Lee", "nora@example.org")
    assert [p.number for p in saved.phones] == ["+13145550142"]


def test_a_double_is_warned_about_by_name_and_birth_date_or_by_phone(
    schedule: ScheduleFile, patients: PatientService, nora: Patient
) -> None:
    by_dob = Patient(
        id=PatientId("b"), first_name="NORA", last_name="Ábbott", dob=date(1988, 5, 14)
    )
    by_phone = Patient(
        id=PatientId("c"),
        first_name="Sam",
        last_name="Reed",
        phones=(Phone(number="+1 314 555 0142"),),
    )
    other = Patient(id=PatientId("d"), first_name="Nora", last_name="Abbott", dob=date(1990, 1, 1))
    for double in (by_dob, by_phone):
        with pytest.raises(PossibleDuplicate) as told:
            patients.save(OFFICE, SavePatient(patient=double))
        assert told.value.patient_ids == (nora.id,)
    patients.save(OFFICE, SavePatient(patient=other))
    patients.save(OFFICE, SavePatient(patient=by_phone, keep_both=True))
    assert len(schedule.reader().every_patient()) == 3
    patients.save(OFFICE, SavePatient(patient=replace(by_phone, email="s@example.org")))


def test_an_edit_cannot_undo_an_archive_or_alias(
    schedule: ScheduleFile, patients: PatientService, nora: Patient
) -> None:
    patients.archive(OFFICE, nora.id)
    changes = patients.save(OFFICE, SavePatient(patient=replace(nora, preferred_name="Nono")))
    assert changes.operation == "Edit patient"
    saved = schedule.reader().patient(nora.id)
    assert saved.archived
    assert saved.preferred_name == "Nono"
    patients.restore(OFFICE, nora.id)
    assert schedule.reader().all_patients() == [replace(saved, archived=False)]


def test_a_po_box_is_refused_unless_somebody_set_its_pin(
    schedule: ScheduleFile, patients: PatientService
) -> None:
    box = replace(SHAW, address=Address(line="PO Box 12", city="St. Louis"), coordinate=None)
    with pytest.raises(RuleBroken, match="no place to drive to"):
        patients.save(OFFICE, SavePatient(patient=NORA, sites=(box,)))
    with pytest.raises(NotFound):
        schedule.reader().patient(NORA.id)
    patients.save(OFFICE, SavePatient(patient=NORA))
    with pytest.raises(RuleBroken, match="no place to drive to"):
        patients.save_site(OFFICE, SaveSite(site=box))
    pinned = replace(box, coordinate=Coordinate(lat=38.6, lon=-90.2), pin_source=PinSource.HAND)
    patients.save_site(OFFICE, SaveSite(site=pinned))
    assert schedule.reader().sites_of(NORA.id) == [pinned]


def test_a_pin_set_by_hand_stays_with_the_site(
    schedule: ScheduleFile, patients: PatientService, nora: Patient
) -> None:
    here = Coordinate(lat=38.61, lon=-90.25)
    patients.pin_site(OFFICE, PinSite(site_id=SHAW.id, coordinate=here))
    site = schedule.reader().site(SHAW.id)
    assert (site.coordinate, site.pin_source) == (here, PinSource.HAND)
    second = VisitSite(
        id=patients.new_site_id(), patient_id=nora.id, address=Address(line=""), coordinate=here
    )
    patients.save_site(OFFICE, SaveSite(site=second))
    assert len(schedule.reader().sites_of(nora.id)) == 2
    with pytest.raises(RuleBroken, match="address or a point"):
        patients.save_site(OFFICE, SaveSite(site=replace(second, coordinate=None)))
    with pytest.raises(NotFound):
        patients.save_site(OFFICE, SaveSite(site=replace(second, patient_id=PatientId("x"))))


def test_a_site_or_patient_with_planned_visits_stays(
    schedule: ScheduleFile, patients: PatientService, nora: Patient
) -> None:
    book(schedule, AHEAD)
    with pytest.raises(RuleBroken, match="planned"):
        patients.archive(OFFICE, nora.id)
    with pytest.raises(RuleBroken, match="planned"):
        patients.retire_site(OFFICE, SHAW.id)
    book(schedule, replace(AHEAD, state=VisitState.CANCELLED))
    patients.retire_site(OFFICE, SHAW.id)
    assert schedule.reader().sites_of(nora.id) == []
    assert not schedule.reader().site(SHAW.id).active
    patients.archive(OFFICE, nora.id)
    assert schedule.reader().all_patients() == []


def test_merging_makes_an_alias_and_moves_what_is_planned(
    schedule: ScheduleFile, patients: PatientService, nora: Patient
) -> None:
    twin = Patient(
        id=PatientId("twin"),
        first_name="Nora",
        last_name="Abott",
        phones=(Phone(number="+13145550199"),),
        external_number="1042",
    )
    patients.save(OFFICE, SavePatient(patient=twin))
    site = replace(SHAW, id=SiteId("twins"), patient_id=twin.id)
    patients.save_site(OFFICE, SaveSite(site=site))
    planned = replace(AHEAD, id=VisitId("planned"), patient_id=twin.id, site_id=site.id)
    past = replace(
        planned, id=VisitId("past"), state=VisitState.DONE, start=AHEAD.start - timedelta(days=9)
    )
    book(schedule, planned, past)
    before = schedule.reader().patients([nora.id, twin.id])
    with pytest.raises(PermissionRefused):
        patients.merge(DANAS, MergePatients(kept_id=nora.id, alias_id=twin.id))
    patients.merge(OFFICE, MergePatients(kept_id=nora.id, alias_id=twin.id))
    reader = schedule.reader()
    kept = reader.patient(twin.id)
    assert kept.id == nora.id
    assert {p.number for p in kept.phones} == {"+13145550142", "+13145550199"}
    assert kept.external_number == "1042"
    assert reader.visit(planned.id).patient_id == nora.id
    assert reader.visit(past.id).patient_id == twin.id
    assert {s.id for s in reader.sites_of(nora.id)} == {SHAW.id, site.id}
    assert reader.all_patients() == [kept]
    with pytest.raises(RuleBroken, match="one patient already"):
        patients.merge(OFFICE, MergePatients(kept_id=nora.id, alias_id=twin.id))
    with pytest.raises(RuleBroken, match="one patient already"):
        patients.merge(OFFICE, MergePatients(kept_id=nora.id, alias_id=nora.id))
    schedule.undo(OFFICE, SINCE)
    assert schedule.reader().patients([nora.id, twin.id]) == before


def test_revealing_an_access_code_stands_in_the_audit_trail(
    schedule: ScheduleFile, patients: PatientService, nora: Patient
) -> None:
    audit = AuditService(schedule)
    audit.note_login(OFFICE)
    assert patients.reveal_access_code(DANAS, SHAW.id) == "#4711"
    newest = audit.trail(OWNER, limit=1)[0]
    assert (newest.action, newest.table, newest.row_id) == ("read", "sites", SHAW.id)
    assert newest.actor == DANAS.user_id
    assert {line.actor for line in audit.trail(OFFICE)} == {OFFICE.user_id}
    audit.note_read(OFFICE, RecordKind.PATIENTS, nora.id)
    audit.note_export(OFFICE, RecordKind.PATIENTS, nora.id, reason="access request")
    audit.note_print(OFFICE, RecordKind.VISITS, "today")
    assert [line.action for line in audit.trail(OWNER, limit=3)] == ["print", "export", "read"]
    assert schedule.undo_name(DANAS, SINCE) == ""
    assert NORA.first_name not in "".join(map(repr, audit.trail(OWNER)))


def test_a_login_without_a_role_changes_nothing(patients: PatientService) -> None:
    for change in (
        lambda: patients.save(NOBODY, SavePatient(patient=NORA)),
        lambda: patients.save_site(NOBODY, SaveSite(site=SHAW)),
        lambda: patients.archive(NOBODY, NORA.id),
        lambda: patients.reveal_access_code(NOBODY, SHAW.id),
    ):
        with pytest.raises(PermissionRefused):
            change()
