"""Who cannot get in, what a crash leaves, and that no plain word of a patient lies on the disk."""

import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.domain.errors import PermissionRefused, StoreTrouble
from clinic_desktop.services.clinical.access import Keys
from clinic_desktop.services.clinical.intakes import AnswerScreening
from clinic_desktop.services.clinical.notes import AmendNote
from clinic_desktop.services.clinical.service import ClinicalService
from clinic_desktop.store.backup import make_backup
from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.clinical_signing import RingChecker
from clinic_desktop.store.clinical_store import ClinicalFile
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.keys import Key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.store.sqlcipher import DataFile, open_connection, rows

SECRET = "Zwiebelkuchen pain behind the patella"


def calls(bench: Any, session: Any) -> list[Any]:
    service, note_id, intake_id = bench.service, "none", "none"
    return [
        lambda: service.intakes.open_for_visit(session, bench.first_visit.id),
        lambda: service.intakes.view(session, intake_id),
        lambda: service.intakes.answer(
            session, AnswerScreening(intake_id=intake_id, item_id="faint", answer=Answer.NO)
        ),
        lambda: service.intakes.complete(session, intake_id),
        lambda: service.notes.start_for_visit(session, bench.first_visit.id),
        lambda: service.notes.view(session, note_id),
        lambda: service.notes.sign(session, note_id),
        lambda: service.notes.amend(session, AmendNote(note_id=note_id, text="x", reason="y")),
        lambda: service.record_of_patient(session, bench.nora.id),
        lambda: service.verify_signatures(session),
        lambda: service.file(session, "0" * 64),
        lambda: service.undo(session, bench.since),
        lambda: service.after_login(session),
    ]


def test_the_office_is_refused_everywhere_even_if_its_session_lies(bench: Any) -> None:
    for session in (bench.olive, replace(bench.olive, opens_clinical=True)):
        for call in calls(bench, session):
            with pytest.raises(PermissionRefused, match="clinician's keys"):
                call()


def test_none_of_the_offices_keys_opens_the_clinical_file(bench: Any) -> None:
    bench.signed()
    unlocked = bench.unlocked["olive"]
    assert unlocked.clinical_key is None
    with pytest.raises(PermissionRefused):
        bench.ring.clinic_private_key(unlocked.schedule_key)
    for path, key in (
        ("clinical.db", unlocked.schedule_key),
        ("schedule.db", bench.clinical_key),
    ):
        with pytest.raises(StoreTrouble):
            open_connection(bench.folder / path, key, file=DataFile.CLINICAL)


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_no_word_of_a_draft_lies_readable_in_files_logs_and_backups(bench: Any) -> None:
    note_id = bench.started()
    draft = replace(bench.note(note_id), subjective=SECRET)
    bench.service.notes.autosave(bench.dana, draft)
    bench.service.notes.save(bench.dana, replace(draft, plan=SECRET))
    bench.service.notes.autosave(bench.dana, replace(draft, advice=SECRET))
    make_backup(
        DataFolder(bench.folder),
        (bench.schedule.file_store, bench.clinical.file_store),
        at_utc=bench.clock.now_utc(),
    )
    names = {path.name for path in bench.folder.rglob("*")}
    assert {"clinical.db", "clinical.db-wal", "schedule.db", "backups"} <= names
    found = every_byte(bench.folder)
    assert len(found) > 100_000
    for text in (SECRET, "Zwiebelkuchen", "Nora"):
        assert text.encode() not in found
        assert text.encode("utf-16-le") not in found


def test_the_schedule_file_learns_neutral_words_only(bench: Any) -> None:
    intake_id = bench.opened()
    bench.filled(
        bbv=bench.said(intake_id, "bbv"),
        anticoag=bench.said(intake_id, "anticoag", drug="apixaban", dose="5 mg"),
    )
    note_id = bench.started()
    bench.service.notes.save(bench.dana, replace(bench.note(note_id), subjective=SECRET))
    everything = "".join(
        str(row)
        for table in ("journal", "clinical_flags", "outbox_seen")
        for row in rows(bench.schedule.file_store.reader(), f"SELECT * FROM {table}")
    )
    for word in ("Zwiebelkuchen", "apixaban", "bbv", "anticoag", "lateral_knee"):
        assert word not in everything
    assert bench.flags().unsigned_notes == 1
    assert bench.flags().review_screening
    assert bench.flags().consent_missing


class Broken:
    """A schedule file that fails just when it is to take over what it is owed."""

    def __init__(self, schedule: ScheduleFile, fail: Any) -> None:
        self._schedule = schedule
        self._fail = fail

    def reader(self) -> Any:
        return self._schedule.reader()

    def operation(self, *_args: object, **_options: object) -> AbstractContextManager[Any]:
        return self._fail()


def service_with(bench: Any, schedule: object) -> ClinicalService:
    return ClinicalService(
        keys=Keys(
            clinical=lambda _session: bench.clinical,
            signer=lambda session: bench.unlocked[session.user_id].signing_key,
            checker=RingChecker(lambda: bench.ring),
        ),
        schedule=schedule,  # type: ignore[arg-type]
        clock=bench.clock,
        new_id=lambda: f"b-{bench.clock.now_utc().timestamp()}-{os.urandom(6).hex()}",
    )


def test_a_schedule_file_that_cannot_be_written_is_told_later(bench: Any) -> None:
    def full() -> AbstractContextManager[Any]:
        raise StoreTrouble("The disk is full.")

    limping = service_with(bench, Broken(bench.schedule, full))
    limping.intakes.open_for_visit(bench.dana, bench.first_visit.id)
    assert bench.nora.id not in bench.schedule.reader().clinical_flags([bench.nora.id])
    (owed,) = bench.clinical.reader().outbox()
    changes = bench.service.after_login(bench.marcus)
    assert bench.flags().has_record
    assert changes.ids
    assert bench.clinical.reader().outbox() == []
    newest = bench.schedule.reader().journal(limit=1)[0]
    assert (newest.actor, newest.operation) == (owed.actor, "Open intake")


def test_what_is_owed_is_taken_over_once_even_if_the_receipt_is_lost(bench: Any) -> None:
    note_id = bench.ready_to_sign()
    lost: list[str] = []
    kept = bench.clinical.delivered
    bench.clinical.delivered = lost.append
    bench.service.notes.sign(bench.dana, note_id)
    bench.clinical.delivered = kept
    assert lost
    bench.service.after_login(bench.marcus)
    lines = [e for e in bench.schedule.reader().journal() if e.action == "sign"]
    assert [line.row_id for line in lines if line.table == "notes"] == [note_id]
    assert bench.clinical.reader().outbox() == []


CHILD = '''
import os, signal, sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from clinic_desktop.domain.ids import NoteId, UserId, VisitId
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.services.clinical.access import Keys
from clinic_desktop.services.clinical.service import ClinicalService
from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.clinical_store import ClinicalFile
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import Key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile

folder, what, record = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
schedule_key, clinical_key = (Key(bytes.fromhex(line.strip())) for line in sys.stdin)
now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)

class Clock:
    def now_utc(self):
        return now

def opened(name, key, schema):
    return FileStore.open(folder / name, key, schema, device_id="desk", at_utc=now)

def new_id():
    return str(uuid4())

schedule = ScheduleFile(opened("schedule.db", schedule_key, SCHEDULE_SCHEMA), Clock(), new_id)
clinical = ClinicalFile(opened("clinical.db", clinical_key, CLINICAL_SCHEMA), Clock(), new_id)

class Between:
    """Dies where the schedule file would take over."""
    def reader(self):
        return schedule.reader()
    def operation(self, *args, **options):
        print("committed", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

session = Session(user_id=UserId("dana"), name="Dana", roles=frozenset({Role.PRACTITIONER}),
                  practitioner_id=None, opens_clinical=True, device_id="desk")
service = ClinicalService(
    keys=Keys(clinical=lambda s: clinical, signer=lambda s: None, checker=None),
    schedule=Between() if what == "between" else schedule,
    clock=Clock(), new_id=lambda: str(uuid4()))
if what == "between":
    service.intakes.open_for_visit(session, VisitId(record))
else:
    note = clinical.reader().note(NoteId(record))
    service.notes.autosave(session, replace(note, subjective=os.environ["TYPED"]))
    print("saved", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
'''


def killed(bench: Any, what: str, record: str) -> str:
    """Run a second process on the files until it kills itself; what it said before."""
    keys = f"{bench.schedule_key.hex()}\n{bench.clinical_key.hex()}\n"
    bench.schedule.file_store.close()
    bench.clinical.file_store.close()
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(bench.folder), what, record],
        input=keys,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "TYPED": SECRET},
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    return ended.stdout.strip()


def reopened(bench: Any, keys: tuple[Key, Key]) -> tuple[ScheduleFile, ClinicalFile]:
    def opened(name: str, key: Key, schema: Any) -> FileStore:
        now: datetime = bench.clock.now_utc()
        return FileStore.open(bench.folder / name, key, schema, device_id="desk", at_utc=now)

    numbers = (f"again-{n}" for n in range(1000))
    return (
        ScheduleFile(
            opened("schedule.db", keys[0], SCHEDULE_SCHEMA), bench.clock, lambda: next(numbers)
        ),
        ClinicalFile(
            opened("clinical.db", keys[1], CLINICAL_SCHEMA), bench.clock, lambda: next(numbers)
        ),
    )


def test_a_draft_reported_as_saved_survives_a_kill(bench: Any) -> None:
    note_id = bench.started()
    assert killed(bench, "autosave", note_id) == "saved"
    schedule, clinical = reopened(bench, (bench.schedule_key, bench.clinical_key))
    recovered = clinical.reader().recovered_note(note_id)
    assert recovered is not None
    assert recovered.record.subjective == SECRET
    assert clinical.reader().note(note_id).subjective == ""
    schedule.file_store.close()
    clinical.file_store.close()


def test_a_kill_between_the_two_files_is_made_good_at_the_next_log_in(bench: Any) -> None:
    assert killed(bench, "between", bench.first_visit.id) == "committed"
    schedule, clinical = reopened(bench, (bench.schedule_key, bench.clinical_key))
    assert clinical.reader().intake_of_visit(bench.first_visit.id) is not None
    assert schedule.reader().clinical_flags([bench.nora.id]) == {}
    bench.clinical = clinical
    service = service_with(bench, schedule)
    service.after_login(bench.marcus)
    assert schedule.reader().clinical_flags([bench.nora.id])[bench.nora.id].has_record
    assert clinical.reader().outbox() == []
    schedule.file_store.close()
    clinical.file_store.close()
