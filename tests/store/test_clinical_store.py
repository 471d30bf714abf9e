"""The clinical file: what is put is read back, journalled, owed to the schedule, and undone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.clinical.anatomy import Side, Technique
from clinic_desktop.domain.clinical.consent import Consent, Relation, signature_of, strokes_of
from clinic_desktop.domain.clinical.episode import Episode, EpisodeState, Referral
from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.clinical.intake import AnsweredBy, Intake, IntakeState
from clinic_desktop.domain.clinical.note import (
    AdverseEvent,
    NeedlePass,
    Note,
    NoteKind,
    Onset,
    ScreeningSnapshot,
    Severity,
    TestOutcome,
    TestResult,
    TwitchResponse,
)
from clinic_desktop.domain.clinical.screening import Answer, ScreeningAnswer
from clinic_desktop.domain.clinical.signing import FIRST, Seal, SealKind, note_parts
from clinic_desktop.domain.clinical_ports import Blob, ClinicalRecord, ClinicalStore
from clinic_desktop.domain.errors import NotFound, RuleBroken
from clinic_desktop.domain.ids import (
    ConsentId,
    EpisodeId,
    IntakeId,
    NoteId,
    PatientId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA, TABLES
from clinic_desktop.store.clinical_store import ClinicalFile
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.sqlcipher import IntegrityError, rows, run

NOW = datetime(2026, 11, 24, 14, 0, 0, 123456, tzinfo=UTC)
SINCE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
NORA = PatientId("nora")
DANA = Session(
    user_id=UserId("dana"),
    name="Dana",
    roles=frozenset({Role.PRACTITIONER}),
    practitioner_id=None,
    opens_clinical=True,
    device_id="desk",
)
EPISODE = Episode(
    id=EpisodeId("e"),
    patient_id=NORA,
    condition="itbs",
    side=Side.LEFT,
    icd10="M76.32",
    referral=Referral.PROVIDER,
    evaluation_date=date(2026, 11, 24),
    plan="Three sessions",
    state=EpisodeState.ON_HOLD,
    ended_reason="Holiday",
    opened_by=DANA.user_id,
    opened_at=NOW,
)
INTAKE = Intake(
    id=IntakeId("i"),
    patient_id=NORA,
    episode_id=EPISODE.id,
    visit_id=VisitId("v"),
    template_id="itbs",
    template_version=1,
    state=IntakeState.COMPLETE,
    answers={"side": "left", "quality": ("ache", "sharp"), "miles": 3.5, "tried": True, "n": 2},
    screening=(
        ScreeningAnswer(
            intake_id=IntakeId("i"),
            item_id="anticoag",
            answer=Answer.UNSURE,
            details={"drug": "apixaban", "when": ("morning",)},
            rationale="Shallow",
            letter_sha256="a" * 64,
            asked_by=DANA.user_id,
            asked_at=NOW,
        ),
    ),
    answered_by=AnsweredBy.FAMILY,
    answered_by_name="Jo",
    taken_by=DANA.user_id,
    taken_at=NOW,
    completed_by=DANA.user_id,
    completed_at=NOW,
)
INK = signature_of((((0.1, 0.2), (0.3, 0.4)), ((0.5, 0.5),)))
FILES = (
    Blob(sha256="a" * 64, media_type="application/pdf", data=b"%PDF-"),
    Blob(sha256="b" * 64, media_type="text/markdown", data=b"text"),
    Blob(sha256=INK.sha256, media_type=INK.media_type, data=INK.data),
)
CONSENT = Consent(
    id=ConsentId("c"),
    patient_id=NORA,
    episode_id=EPISODE.id,
    procedure="needling",
    text_id="needling",
    text_version=1,
    text_sha256="b" * 64,
    risks=("bruising", "bleeding"),
    regions=("thigh_lateral",),
    signer="Nora Abbott",
    relation=Relation.SELF,
    signature_sha256=INK.sha256,
    signed_at=NOW,
    taken_by=DANA.user_id,
    on_paper=True,
)
NOTE = Note(
    id=NoteId("n"),
    patient_id=NORA,
    episode_id=EPISODE.id,
    visit_id=VisitId("v"),
    intake_id=INTAKE.id,
    kind=NoteKind.SESSION,
    template_id="itbs",
    template_version=1,
    service_at=NOW,
    created_at=NOW,
    author=DANA.user_id,
    author_name="Dana",
    subjective="שלום, é",
    health_change=Answer.NO,
    timed_min=40,
    total_min=50,
    screening=(ScreeningSnapshot(item_id="bbv", answer=Answer.NO, details={"a": ("b",)}),),
    needles=(
        NeedlePass(
            id="n1",
            muscle="vl",
            side=Side.LEFT,
            gauge_mm=0.3,
            length_mm=50,
            inserted=3,
            removed=3,
            technique=Technique.ELECTRICAL,
            hertz=2,
            minutes=10,
            twitch=TwitchResponse.YES,
            twitch_count=4,
            familiar_pain=True,
            response="eased",
            position="side-lying",
            rationale="plan",
        ),
        NeedlePass(id="n2", muscle="tfl"),
    ),
    tests=(
        TestResult(
            id="t1",
            test="noble",
            side=Side.LEFT,
            outcome=TestOutcome.POSITIVE,
            value=30.0,
            unit="deg",
            method="hand",
            finding="at 30",
            details={"nprs": 5},
            retest=True,
        ),
    ),
    adverse_events=(
        AdverseEvent(
            id="a1",
            kind="faint",
            severity=Severity.MINOR,
            onset=Onset.DURING,
            action="lay down",
            outcome="well",
            follow_up_due=date(2026, 11, 26),
        ),
    ),
)


class Moves(Protocol):
    def now_utc(self) -> datetime: ...


@pytest.fixture
def clinical(tmp_path: Path, clock: Moves) -> Iterator[ClinicalFile]:
    numbers = count(1)
    store = FileStore.create(
        tmp_path / "clinical.db", new_key(), CLINICAL_SCHEMA, device_id="desk", at_utc=NOW
    )
    yield ClinicalFile(store, clock, lambda: f"op-{next(numbers):04d}")
    store.close()


def put(clinical: ClinicalFile, *records: ClinicalRecord, name: str = "Save") -> None:
    with clinical.operation(name, DANA) as op:
        for blob in FILES:
            op.put_blob(blob)
        for record in records:
            op.put(record)


def test_everything_that_is_put_is_read_back(clinical: ClinicalFile) -> None:
    port: ClinicalStore = clinical
    put(clinical, EPISODE, INTAKE, CONSENT, NOTE)
    reader = port.reader()
    assert reader.episode(EPISODE.id) == EPISODE
    assert reader.intake(INTAKE.id) == INTAKE
    assert reader.intake_of_visit(VisitId("v")) == INTAKE
    assert reader.consent(CONSENT.id) == CONSENT
    assert reader.note(NOTE.id) == NOTE
    assert reader.note_of_visit(VisitId("v")) == NOTE
    assert reader.notes_of([NORA, PatientId("alias")]) == [NOTE]
    assert list(reader.every_note()) == [NOTE]
    assert strokes_of(INK) == (((0.1, 0.2), (0.3, 0.4)), ((0.5, 0.5),))
    assert reader.blob(INK.sha256).data == INK.data


def test_what_is_not_there_is_said(clinical: ClinicalFile) -> None:
    reader = clinical.reader()
    for read in (
        lambda: reader.episode(EpisodeId("x")),
        lambda: reader.intake(IntakeId("x")),
        lambda: reader.consent(ConsentId("x")),
        lambda: reader.note(NoteId("x")),
        lambda: reader.blob("x"),
    ):
        with pytest.raises(NotFound):
            read()
    assert reader.note_of_visit(VisitId("x")) is None
    assert reader.recovered_note(NoteId("x")) is None


def test_every_table_is_noted_as_journalled_or_not_with_a_reason(clinical: ClinicalFile) -> None:
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    found = {row["name"] for row in rows(clinical.file_store.reader(), query)}
    core = {"journal", "op_context", "anchors", "schema_migrations", "sqlite_sequence"}
    assert found - core == {note.table for note in TABLES}
    assert all(note.why for note in TABLES)


def test_just_the_journalled_tables_leave_entries(clinical: ClinicalFile) -> None:
    alert = ImportedAlert(id="a", patient_id=NORA, text="Pacemaker", sealed_at=NOTE.service_at)
    put(clinical, EPISODE, INTAKE, CONSENT, NOTE, alert)
    assert clinical.reader().alerts_of([NORA]) == [alert]
    clinical.autosave(NOTE, DANA)
    signed = replace(NOTE, signed=True)
    with clinical.operation("Sign", DANA, undoable=False) as op:
        op.seal_note(signed, seal_of(signed))
        op.owe_audit("sign", table="notes", row_id=NOTE.id, patient_id=NORA)
    query = "SELECT DISTINCT table_name FROM journal WHERE action IN ('insert', 'update', 'delete')"
    found = {row["table_name"] for row in rows(clinical.file_store.reader(), query)}
    assert found == {note.table for note in TABLES if note.journalled} - {"amendments"}


def seal_of(note: Note) -> Seal:
    return Seal(
        id="s1",
        kind=SealKind.NOTE,
        note_id=note.id,
        subject_id=note.id,
        device_id="desk",
        position=1,
        previous=FIRST,
        parts=note_parts(note),
        signer=DANA.user_id,
        signer_name="Dana",
        signed_at=NOW,
        public_key=b"\x01" * 32,
        signature=b"\x02" * 64,
    )


def test_a_seal_comes_back_as_it_was_and_closes_the_note(clinical: ClinicalFile) -> None:
    put(clinical, EPISODE, INTAKE, CONSENT, NOTE)
    signed = replace(NOTE, signed=True, consent_id=CONSENT.id)
    with clinical.operation("Sign", DANA, undoable=False) as op:
        op.seal_note(signed, seal_of(signed))
    reader = clinical.reader()
    assert reader.seals() == reader.seals(NOTE.id) == [seal_of(signed)]
    assert reader.last_seal("desk") == seal_of(signed)
    assert reader.last_seal("laptop") is None
    assert reader.note(NOTE.id) == signed
    assert reader.journalled_seals() == {"s1": "n"}
    with pytest.raises(IntegrityError, match="never changes"):
        put(clinical, replace(signed, plan="Something else"))


def test_only_what_changed_is_written_and_the_note_is_told(clinical: ClinicalFile) -> None:
    put(clinical, EPISODE, INTAKE, CONSENT, NOTE)
    fewer = replace(NOTE, needles=(replace(NOTE.needles[0], removed=2),))
    with clinical.operation("Save note", DANA) as op:
        op.put(fewer)
        changes = op.changes()
    assert changes.of(RecordKind.NOTES) == {NOTE.id}
    query = "SELECT table_name, action, new_json FROM journal WHERE op_name = 'Save note'"
    found = [tuple(row.values()) for row in rows(clinical.file_store.reader(), query)]
    assert sorted(found, key=str) == [
        ("needle_passes", "delete", None),
        ("needle_passes", "update", '{"removed":2}'),
    ]
    undone = clinical.undo(DANA, SINCE)
    assert undone.of(RecordKind.NOTES) == {NOTE.id}
    assert clinical.reader().note(NOTE.id) == NOTE
    assert clinical.redo_name(DANA, SINCE) == "Save note"
    clinical.redo(DANA, SINCE)
    assert clinical.reader().note(NOTE.id) == fewer


def test_every_write_undo_and_redo_owes_the_patient_to_the_schedule_once(
    clinical: ClinicalFile,
) -> None:
    put(clinical, EPISODE, INTAKE, name="Open intake")
    (owed,) = clinical.reader().outbox()
    assert (owed.name, owed.patient_ids, owed.actor) == ("Open intake", {NORA}, "dana")
    assert owed.audit == ()
    clinical.delivered(owed.operation_id)
    assert clinical.reader().outbox() == []
    clinical.undo(DANA, SINCE)
    clinical.redo(DANA, SINCE)
    assert [entry.patient_ids for entry in clinical.reader().outbox()] == [{NORA}, {NORA}]


def test_an_answer_alone_owes_too(clinical: ClinicalFile) -> None:
    put(clinical, EPISODE, INTAKE)
    clinical.delivered(clinical.reader().outbox()[0].operation_id)
    put(clinical, replace(INTAKE, screening=()))
    assert clinical.reader().outbox()[0].patient_ids == {NORA}


def test_a_failed_operation_owes_nothing(clinical: ClinicalFile) -> None:
    with pytest.raises(IntegrityError):
        put(clinical, EPISODE, replace(INTAKE, episode_id=EpisodeId("none"), screening=()))
    assert clinical.reader().outbox() == []
    assert clinical.reader().episodes_of([NORA]) == []


def test_an_autosaved_draft_comes_back_whole_and_goes_with_the_save(
    clinical: ClinicalFile,
) -> None:
    put(clinical, EPISODE, INTAKE, CONSENT, NOTE)
    typed = replace(NOTE, subjective="Half a sen", needles=NOTE.needles[:1])
    clinical.autosave(NOTE, DANA)
    clinical.autosave(typed, DANA)
    recovered = clinical.reader().recovered_note(NOTE.id)
    assert recovered is not None
    assert recovered.record == typed
    assert recovered.saved_by == DANA.user_id
    put(clinical, typed)
    assert clinical.reader().recovered_note(NOTE.id) is None
    clinical.autosave(INTAKE, DANA)
    found = clinical.reader().recovered_intake(INTAKE.id)
    assert found is not None
    assert found.record == INTAKE
    clinical.drop_autosave(INTAKE.id)
    assert clinical.reader().recovered_intake(INTAKE.id) is None


def test_a_consent_is_withdrawn_once_and_otherwise_stays(clinical: ClinicalFile) -> None:
    put(clinical, EPISODE, CONSENT)
    withdrawn = replace(
        CONSENT, withdrawn_at=NOW, withdrawn_by=DANA.user_id, withdrawn_reason="Changed her mind"
    )
    with pytest.raises(IntegrityError, match="as it was signed"):
        put(clinical, replace(CONSENT, regions=("knee",)))
    put(clinical, withdrawn)
    assert clinical.reader().consent(CONSENT.id) == withdrawn
    with pytest.raises(IntegrityError, match="as it was signed"):
        put(clinical, CONSENT)


def test_records_are_deleted_by_undo_of_their_making_only(clinical: ClinicalFile) -> None:
    put(clinical, EPISODE, INTAKE, NOTE)
    for table in ("episodes", "intakes", "notes"):
        with pytest.raises(IntegrityError, match="never deleted"):
            remove(clinical, table)
    clinical.undo(DANA, SINCE)
    assert clinical.reader().notes_of([NORA]) == []
    with pytest.raises(RuleBroken):
        clinical.undo(DANA, SINCE)


def remove(clinical: ClinicalFile, table: str) -> None:
    with clinical.file_store.operation(op_id="x", name="X", actor="dana", at_utc=NOW) as op:
        run(op.db, f"DELETE FROM {table}")
