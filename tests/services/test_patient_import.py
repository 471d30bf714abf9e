"""A list from another program comes in whole, once, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import Cancelled, ImportTrouble, PermissionRefused
from clinic_desktop.domain.ids import UserId
from clinic_desktop.domain.patient import PinSource
from clinic_desktop.domain.patient_import import Found, ImportResult
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.domain.travel import AddressMatch, MatchKind
from clinic_desktop.exchange.patient_csv import PatientCsv
from clinic_desktop.services.patient_import import ImportPatients, PatientImportService
from clinic_desktop.services.patients import PatientService, SavePatient
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile

HEAD = (
    "Patient Number,First Name,Last Name,Birth Date,Mobile Phone,Street Address,City,"
    "Medical Alert\n"
)
LIST = (
    HEAD + "1,Nora,Abbott,1988-05-14,3145550142,4120 Shaw Blvd,St. Louis,\n"
    "2,Sam,Reed,,3145550143,,,Pacemaker\n"
    ",Ada,Byron,,,12 Elm St,St. Louis,\n"
)


class Moves(Protocol):
    def now_utc(self) -> datetime: ...

    def advance(self, **delta: float) -> None: ...


def session(role: Role) -> Session:
    return Session(
        user_id=UserId(role.value),
        name=role.value,
        roles=frozenset({role}),
        practitioner_id=None,
        opens_clinical=False,
        device_id="desk",
    )


OFFICE = session(Role.OFFICE)


def seal(plain: bytes) -> bytes:
    return bytes(byte ^ 0x5A for byte in plain)


class Kit:
    """The service over a real file, and a list to import."""

    def __init__(self, folder: Path, schedule: ScheduleFile, clock: Moves) -> None:
        self.path = folder / "list.csv"
        self.schedule = schedule
        self.service = PatientImportService(
            schedule, PatientCsv(), clock, lambda: str(uuid4()), seal
        )
        self.patients = PatientService(schedule, clock, lambda: str(uuid4()))

    def command(self, text: str, *, left_out: tuple[int, ...] = ()) -> ImportPatients:
        self.path.write_text(text, encoding="utf-8")
        table = self.service.read(OFFICE, self.path)
        return ImportPatients(
            table=table,
            mapping=self.service.suggest(table),
            left_out_lines=frozenset(left_out),
        )

    def run(self, text: str, *, left_out: tuple[int, ...] = ()) -> ImportResult:
        command = self.command(text, left_out=left_out)
        return self.service.run(OFFICE, command, SilentProgress())

    def names(self) -> list[str]:
        return sorted(p.name for p in self.schedule.reader().every_patient())


@pytest.fixture
def kit(tmp_path: Path, clock: Moves) -> Iterator[Kit]:
    store = FileStore.create(
        tmp_path / "schedule.db",
        new_key(),
        SCHEDULE_SCHEMA,
        device_id="desk",
        at_utc=clock.now_utc(),
    )
    file = ScheduleFile(store, clock, lambda: str(uuid4()))
    with file.operation("Set up", OFFICE, undoable=False) as op:
        op.put(Clinic(name="Gateway"))
    clock.advance(minutes=1)
    yield Kit(tmp_path, file, clock)
    store.close()


def test_a_list_comes_in_with_sites_and_can_be_undone_as_one(kit: Kit) -> None:
    result = kit.run(LIST)
    assert (result.added, result.already_here) == (3, 0)
    assert len(result.changes.of(RecordKind.PATIENTS)) == 3
    assert kit.names() == ["Ada Byron", "Nora Abbott", "Sam Reed"]
    (hit,) = kit.schedule.reader().find_patients("nora 0142")
    (site,) = kit.schedule.reader().sites_of(hit.patient.id)
    assert (site.address.line, site.pin_source) == ("4120 Shaw Blvd", PinSource.NONE)
    kit.schedule.undo(OFFICE, datetime.fromisoformat("2026-11-24T00:00+00:00"))
    assert kit.names() == []


def test_a_second_import_changes_nothing(kit: Kit) -> None:
    kit.run(LIST)
    before = kit.schedule.reader().journal(limit=1)[0].seq
    again = kit.run(LIST)
    assert (again.added, again.already_here) == (0, 3)
    assert again.changes.ids == {}
    assert again.alerts == 0
    assert kit.schedule.reader().journal(limit=1)[0].seq == before


def test_an_import_after_edits_and_archives_still_knows_its_people(kit: Kit) -> None:
    kit.run(LIST)
    (nora,) = [h.patient for h in kit.schedule.reader().find_patients("nora")]
    (sam,) = [h.patient for h in kit.schedule.reader().find_patients("sam")]
    kit.patients.save(OFFICE, SavePatient(patient=replace(nora, last_name="Quill")))
    kit.patients.archive(OFFICE, sam.id)
    assert kit.run(LIST).added == 0


def test_medical_alerts_wait_sealed_and_are_nowhere_in_plain(kit: Kit) -> None:
    result = kit.run(LIST)
    assert result.alerts == 1
    (alert,) = kit.schedule.reader().sealed_alerts()
    assert seal(alert.box) == b"Pacemaker"
    assert kit.schedule.reader().patient(alert.patient_id).name == "Sam Reed"
    dump = "".join(
        str(tuple(row))
        for row in kit.schedule.file_store.reader().conn.execute("SELECT * FROM journal")
    )
    assert "Sam" in dump
    assert "Pacemaker" not in dump
    assert "Pacemaker" not in repr(alert)


def test_an_import_that_is_undone_takes_its_alerts_along_and_redo_brings_them(kit: Kit) -> None:
    kit.run(LIST)
    morning = datetime.fromisoformat("2026-11-24T00:00+00:00")
    kit.schedule.undo(OFFICE, morning)
    assert kit.schedule.reader().sealed_alerts() == []
    kit.schedule.redo(OFFICE, morning)
    (alert,) = kit.schedule.reader().sealed_alerts()
    assert seal(alert.box) == b"Pacemaker"


def test_one_bad_row_stops_the_whole_list_until_it_is_left_out(kit: Kit) -> None:
    bad = LIST + "4,Bea,Future,2031-01-01,,,,\n5,,Nameless,,,,,\n"
    with pytest.raises(ImportTrouble, match="Line 5") as told:
        kit.run(bad)
    assert "Bea" not in str(told.value)
    assert kit.names() == []
    assert kit.run(bad, left_out=(5, 6)).added == 3


def test_the_preview_tells_who_is_here_already_and_what_repeats(kit: Kit) -> None:
    kit.run(LIST)
    text = (
        HEAD + "1,Nora,Abbott,,,,,\n"
        ",NORA,abbott,1988-05-14,,,,\n"
        ",Sam,Reed,,(314) 555-0143,,,\n"
        ",Ada,Byron,,,,,\n"
        ",Nora,Abbott,1990-01-01,,,,\n"
        ",Max,New,,3145550150,,,\n"
        ",Max,New,,3145550150,,,\n"
        "2,Somebody,Else,,3145550199,,,\n"
    )
    command = kit.command(text)
    preview = kit.service.preview(command.table, command.mapping)
    assert [row.found for row in preview.rows] == [
        Found.SAME_NUMBER,
        Found.SAME_NAME_AND_DOB,
        Found.SAME_NAME_AND_PHONE,
        Found.SAME_NAME,
        Found.NEW,
        Found.NEW,
        Found.SAME_NAME_AND_PHONE,
    ]
    assert preview.rows[6].earlier_line == 7
    assert [t.line for t in preview.troubles] == [9]
    assert len(preview.new_rows) == 2
    assert kit.names() == ["Ada Byron", "Nora Abbott", "Sam Reed"], "a preview writes nothing"


class StopsAt(SilentProgress):
    def __init__(self, fraction: float) -> None:
        self.stop_at = fraction
        self.fraction = -1.0

    def report(self, fraction: float, message: str = "") -> None:
        assert fraction >= self.fraction
        self.fraction = fraction

    def stop_requested(self) -> bool:
        return self.fraction >= self.stop_at


@pytest.mark.parametrize("when", [-1.0, 0.3, 0.5, 0.9])
def test_a_stopped_import_leaves_nothing(kit: Kit, when: float) -> None:
    rows = "".join(f"{n},First{n},Last{n},,,{n} Elm St,,\n" for n in range(700))
    command = kit.command(HEAD + rows)
    with pytest.raises(Cancelled):
        kit.service.run(OFFICE, command, StopsAt(when))
    assert kit.names() == []


class TwoStreets:
    """Knows Shaw for sure and Elm not."""

    def search(self, text: str, limit: int = 8) -> list[AddressMatch]:
        sure = "Shaw" in text
        return [
            AddressMatch(
                address=Address(line=text),
                coordinate=Coordinate(lat=38.6, lon=-90.2),
                kind=MatchKind.POINT if sure else MatchKind.STREET,
                score=99,
            )
        ][:limit]


def test_an_address_that_is_found_for_sure_gets_its_pin(kit: Kit) -> None:
    command = kit.command(LIST)
    kit.service.run(OFFICE, command, SilentProgress(), addresses=TwoStreets())
    pins = {
        hit.matched: kit.schedule.reader().sites_of(hit.patient.id)[0].pin_source
        for street in ("shaw", "elm")
        for hit in kit.schedule.reader().find_patients(street)
    }
    assert pins == {"4120 Shaw Blvd": PinSource.ADDRESS, "12 Elm St": PinSource.NONE}


def test_a_practitioner_does_not_import(kit: Kit) -> None:
    command = kit.command(LIST)
    with pytest.raises(PermissionRefused):
        kit.service.read(session(Role.PRACTITIONER), kit.path)
    with pytest.raises(PermissionRefused):
        kit.service.run(session(Role.PRACTITIONER), command, SilentProgress())
