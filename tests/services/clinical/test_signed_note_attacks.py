"""What is tried against a signed note, by the program and by somebody who holds the key."""

from dataclasses import replace
from typing import Any

import pytest

from clinic_desktop.domain.clinical.signing import SealFault, note_parts
from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.services.clinical.notes import AmendNote
from clinic_desktop.store.chain import genesis
from clinic_desktop.store.chain import seal as seal_journal
from clinic_desktop.store.clinical_mapping import SEALS
from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_signing_key
from clinic_desktop.store.sqlcipher import DataFile, IntegrityError, open_connection, rows, run
from clinic_desktop.store.verify import verify_file

NOTE_COLUMNS = (
    "id, patient_id, episode_id, visit_id, intake_id, kind, template_id, template_version,"
    " service_at, created_at, author, author_name, subjective, objective, assessment, plan,"
    " progress, response, advice, health_change, health_change_detail, location, people_present,"
    " timed_min, total_min, consent_id, screening, state"
)
OTHERS = NOTE_COLUMNS.replace("plan,", "'forged',")


@pytest.fixture
def signed(bench: Any) -> str:
    note_id = bench.signed()
    bench.service.notes.amend(
        bench.dana, AmendNote(note_id=note_id, text="Left was meant.", reason="Typing error")
    )
    return note_id


ATTACKS = [
    "UPDATE notes SET plan = 'forged' WHERE id = :note",
    "UPDATE notes SET state = 'draft' WHERE id = :note",
    "UPDATE OR REPLACE notes SET plan = 'forged' WHERE id = :note",
    "DELETE FROM notes WHERE id = :note",
    f"INSERT OR REPLACE INTO notes ({NOTE_COLUMNS}) SELECT {OTHERS} FROM notes WHERE id = :note",
    f"REPLACE INTO notes ({NOTE_COLUMNS}) SELECT {OTHERS} FROM notes WHERE id = :note",
    f"INSERT INTO notes ({NOTE_COLUMNS}) SELECT {OTHERS} FROM notes WHERE id = :note"
    " ON CONFLICT (id) DO UPDATE SET plan = excluded.plan",
    "UPDATE needle_passes SET removed = 0 WHERE note_id = :note",
    "DELETE FROM needle_passes WHERE note_id = :note",
    "INSERT INTO needle_passes SELECT 'new', note_id, muscle, side, gauge_mm, length_mm, inserted,"
    " removed, technique, hertz, minutes, twitch, twitch_count, familiar_pain, response, position,"
    " rationale FROM needle_passes WHERE note_id = :note LIMIT 1",
    "INSERT OR REPLACE INTO needle_passes SELECT * FROM needle_passes WHERE note_id = :note",
    "UPDATE test_results SET outcome = 'negative' WHERE note_id = :note",
    "DELETE FROM test_results WHERE note_id = :note",
    "INSERT INTO adverse_events VALUES ('new', :note, 'x', 'minor', 'during', '', '', NULL)",
    "UPDATE amendments SET text = 'forged' WHERE note_id = :note",
    "UPDATE amendments SET note_id = 'other' WHERE note_id = :note",
    "DELETE FROM amendments WHERE note_id = :note",
    "INSERT OR REPLACE INTO amendments SELECT * FROM amendments WHERE note_id = :note",
    "UPDATE seals SET signer = 'marcus' WHERE note_id = :note",
    "DELETE FROM seals WHERE note_id = :note",
    "INSERT OR REPLACE INTO seals SELECT * FROM seals WHERE note_id = :note",
    "UPDATE consents SET signer = 'forged'",
    "DELETE FROM consents",
    "UPDATE blobs SET media_type = 'forged'",
    "DELETE FROM blobs",
    "DELETE FROM intakes",
]


def attack(bench: Any, *statements: str) -> None:
    """What the program itself could do wrong: a named operation with these statements."""
    store: FileStore = bench.clinical.file_store
    with store.operation(
        op_id="x", name="Attack", actor="dana", at_utc=bench.clock.now_utc()
    ) as op:
        for statement in statements:
            run(op.db, statement)


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("statement", ATTACKS)
def test_the_file_itself_refuses(bench: Any, signed: str, statement: str, recursive: str) -> None:
    before = bench.note(signed)
    with pytest.raises(IntegrityError):
        attack(
            bench,
            f"PRAGMA recursive_triggers = {recursive}",
            statement.replace(":note", f"'{signed}'"),
        )
    assert bench.note(signed) == before
    assert bench.service.verify_signatures(bench.dana) == []


def test_a_child_of_a_draft_is_not_moved_into_a_signed_note(bench: Any, signed: str) -> None:
    draft_id = bench.started(bench.second_visit)
    bench.service.notes.save(
        bench.dana, replace(bench.note(draft_id), needles=(bench.needle("vl"),))
    )
    with pytest.raises(IntegrityError, match="never changes"):
        attack(
            bench,
            f"UPDATE needle_passes SET note_id = '{signed}' WHERE note_id = '{draft_id}'",
        )


def test_outside_an_operation_nothing_is_written(bench: Any) -> None:
    note_id = bench.ready_to_sign()
    with pytest.raises(IntegrityError, match="named operation"):
        bench.with_raw_clinical(f"UPDATE notes SET plan = 'forged' WHERE id = '{note_id}'")


def without_triggers(bench: Any, *statements: str) -> None:
    names = [
        row["name"]
        for row in rows(
            bench.clinical.file_store.reader(),
            "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        )
    ]
    bench.with_raw_clinical(*(f'DROP TRIGGER "{name}"' for name in names), *statements)


def faults(bench: Any) -> set[SealFault]:
    return {finding.what for finding in bench.service.verify_signatures(bench.dana)}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE notes SET plan = 'forged'", SealFault.CONTENT),
        ("UPDATE notes SET author_name = 'forged'", SealFault.CONTENT),
        ("UPDATE notes SET state = 'draft'", SealFault.CONTENT),
        ("UPDATE notes SET screening = '[]'", SealFault.CHILDREN),
        ("UPDATE needle_passes SET removed = 0", SealFault.CHILDREN),
        ("DELETE FROM needle_passes", SealFault.CHILDREN),
        ("UPDATE test_results SET outcome = 'negative'", SealFault.CHILDREN),
        (
            "INSERT INTO adverse_events SELECT 'new', id, 'x', 'minor', 'during', '', '', NULL"
            " FROM notes",
            SealFault.CHILDREN,
        ),
        ("UPDATE amendments SET reason = 'forged'", SealFault.CHILDREN),
        ("DELETE FROM amendments", SealFault.MISSING),
        ("DELETE FROM seals WHERE kind = 'note'", SealFault.MISSING),
        ("DELETE FROM seals WHERE kind = 'note'", SealFault.CHAIN),
        ("DELETE FROM seals", SealFault.MISSING),
        ("UPDATE seals SET signed_at = '2026-01-01T00:00:00+00:00'", SealFault.SIGNATURE),
        ("UPDATE seals SET signer = 'marcus'", SealFault.SIGNATURE),
        ("UPDATE seals SET signature = 'not hexadecimal'", SealFault.SIGNATURE),
    ],
)
def test_a_change_behind_dropped_triggers_is_found(
    bench: Any, signed: str, statement: str, what: SealFault
) -> None:
    without_triggers(bench, "PRAGMA foreign_keys = OFF", statement)
    assert what in faults(bench)
    assert "triggers" in {finding.what for finding in verify_file(bench.clinical.file_store)}


def test_triggers_taken_out_through_the_schema_are_found_and_the_file_stays_shut(
    bench: Any, signed: str
) -> None:
    bench.with_raw_clinical(
        "PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE type = 'trigger'"
    )
    bench.with_raw_clinical("UPDATE notes SET plan = 'forged'")
    assert SealFault.CONTENT in faults(bench)
    bench.clinical.file_store.close()
    with pytest.raises(StoreTrouble, match="safeguards"):
        FileStore.open(
            bench.folder / "clinical.db",
            bench.clinical_key,
            CLINICAL_SCHEMA,
            device_id="desk",
            at_utc=bench.clock.now_utc(),
        )


def test_a_note_resealed_with_another_key_is_found_even_with_a_recomputed_journal(
    bench: Any, signed: str
) -> None:
    note = replace(bench.note(signed), plan="forged")
    thief = new_signing_key()
    (first, *_rest) = bench.clinical.reader().seals(signed)
    forged = replace(first, parts=note_parts(note), public_key=thief.public())
    forged = replace(forged, signature=thief.sign(forged.message()))
    row = SEALS.to_row(forged)
    without_triggers(
        bench,
        f"UPDATE notes SET plan = 'forged' WHERE id = '{signed}'",
        f"UPDATE seals SET parts = '{row['parts']}', public_key = '{row['public_key']}',"
        f" signature = '{row['signature']}' WHERE id = '{first.id}'",
        "UPDATE journal SET new_json = replace(new_json, 'Three sessions, weekly.', 'forged'),"
        " hash = NULL, prev_hash = NULL",
    )
    db = open_connection(bench.folder / "clinical.db", bench.clinical_key, file=DataFile.CLINICAL)
    run(db, "BEGIN IMMEDIATE")
    seal_journal(db, genesis(DataFile.CLINICAL))
    run(db, "COMMIT")
    db.conn.close()
    assert "chain" not in {f.what for f in verify_file(bench.clinical.file_store)}
    # The amendment's seal still holds the hash of the true note.
    assert faults(bench) == {SealFault.SIGNATURE, SealFault.CHAIN, SealFault.CONTENT}


def test_a_whole_signed_note_made_away_with_is_known_to_the_schedule_file(
    bench: Any, signed: str
) -> None:
    tables = ("needle_passes", "test_results", "adverse_events", "amendments", "seals", "notes")
    without_triggers(
        bench,
        "PRAGMA foreign_keys = OFF",
        *(f"DELETE FROM {table}" for table in tables),
        "DELETE FROM journal",
    )
    (finding,) = bench.service.verify_signatures(bench.dana)
    assert (finding.what, finding.note_id) == (SealFault.MISSING, signed)
