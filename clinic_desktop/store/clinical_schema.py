"""The clinical file's tables, what of them is journalled and why.

Migrations are append-only: what is written here for version 1 is never edited once released.
"""

from typing import Final

from clinic_desktop.store.clinical_triggers import GUARD_TRIGGERS, OUTBOX_TRIGGERS
from clinic_desktop.store.migrations import FileSchema, Journalled, Migration
from clinic_desktop.store.schedule_schema import TableNote
from clinic_desktop.store.sqlcipher import Database, DataFile, run

CLINICAL_TABLES_1: Final = (
    """
    CREATE TABLE blobs (
        sha256 TEXT PRIMARY KEY NOT NULL CHECK (length(sha256) = 64),
        media_type TEXT NOT NULL,
        data BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE episodes (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL,
        condition TEXT NOT NULL,
        side TEXT CHECK (side IN ('left', 'right', 'both', 'midline')),
        icd10 TEXT NOT NULL,
        referral TEXT NOT NULL CHECK (referral IN ('self', 'provider')),
        evaluation_date TEXT,
        plan TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('active', 'on_hold', 'discharged')),
        ended_reason TEXT NOT NULL,
        opened_by TEXT NOT NULL,
        opened_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE intakes (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL,
        episode_id TEXT NOT NULL REFERENCES episodes (id),
        visit_id TEXT,
        template_id TEXT NOT NULL,
        template_version INTEGER NOT NULL CHECK (template_version >= 1),
        state TEXT NOT NULL CHECK (state IN ('draft', 'complete')),
        answers TEXT NOT NULL CHECK (json_valid(answers)),
        answered_by TEXT NOT NULL CHECK (answered_by IN ('patient_phone', 'family', 'in_person')),
        answered_by_name TEXT NOT NULL,
        taken_by TEXT NOT NULL,
        taken_at TEXT NOT NULL,
        completed_by TEXT,
        completed_at TEXT,
        CHECK ((state = 'complete') = (completed_at IS NOT NULL))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE screening_answers (
        id TEXT PRIMARY KEY NOT NULL CHECK (id = intake_id || ':' || item_id),
        intake_id TEXT NOT NULL REFERENCES intakes (id),
        item_id TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('yes', 'no', 'unsure')),
        details TEXT NOT NULL CHECK (json_valid(details)),
        rationale TEXT NOT NULL,
        letter_sha256 TEXT REFERENCES blobs (sha256),
        asked_by TEXT NOT NULL,
        asked_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE consents (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL,
        episode_id TEXT NOT NULL REFERENCES episodes (id),
        procedure TEXT NOT NULL,
        text_id TEXT NOT NULL,
        text_version INTEGER NOT NULL,
        text_sha256 TEXT NOT NULL REFERENCES blobs (sha256),
        risks TEXT NOT NULL CHECK (json_valid(risks)),
        regions TEXT NOT NULL CHECK (json_valid(regions)),
        signer TEXT NOT NULL CHECK (trim(signer) <> ''),
        relation TEXT NOT NULL
            CHECK (relation IN ('self', 'parent', 'guardian', 'power_of_attorney')),
        signature_sha256 TEXT NOT NULL REFERENCES blobs (sha256),
        signed_at TEXT NOT NULL,
        taken_by TEXT NOT NULL,
        on_paper INTEGER NOT NULL CHECK (on_paper IN (0, 1)),
        withdrawn_at TEXT,
        withdrawn_by TEXT,
        withdrawn_reason TEXT NOT NULL,
        CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE notes (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL,
        episode_id TEXT NOT NULL REFERENCES episodes (id),
        visit_id TEXT,
        intake_id TEXT REFERENCES intakes (id),
        kind TEXT NOT NULL CHECK (kind IN ('evaluation', 'session')),
        template_id TEXT NOT NULL,
        template_version INTEGER NOT NULL,
        service_at TEXT NOT NULL,
        created_at TEXT NOT NULL,
        author TEXT NOT NULL,
        author_name TEXT NOT NULL,
        subjective TEXT NOT NULL,
        objective TEXT NOT NULL,
        assessment TEXT NOT NULL,
        plan TEXT NOT NULL,
        progress TEXT NOT NULL,
        response TEXT NOT NULL,
        advice TEXT NOT NULL,
        health_change TEXT CHECK (health_change IN ('yes', 'no', 'unsure')),
        health_change_detail TEXT NOT NULL,
        location TEXT NOT NULL,
        people_present TEXT NOT NULL,
        timed_min INTEGER,
        total_min INTEGER,
        consent_id TEXT REFERENCES consents (id),
        screening TEXT NOT NULL CHECK (json_valid(screening)),
        state TEXT NOT NULL CHECK (state IN ('draft', 'signed'))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE needle_passes (
        id TEXT PRIMARY KEY NOT NULL,
        note_id TEXT NOT NULL REFERENCES notes (id),
        muscle TEXT NOT NULL,
        side TEXT CHECK (side IN ('left', 'right', 'both', 'midline')),
        gauge_mm REAL,
        length_mm REAL,
        inserted INTEGER NOT NULL CHECK (inserted >= 0),
        removed INTEGER CHECK (removed >= 0),
        technique TEXT CHECK (technique IN ('static', 'pistoning', 'rotation', 'electrical')),
        hertz REAL,
        minutes REAL,
        twitch TEXT NOT NULL CHECK (twitch IN ('yes', 'no', 'not_sought')),
        twitch_count INTEGER,
        familiar_pain INTEGER CHECK (familiar_pain IN (0, 1)),
        response TEXT NOT NULL,
        position TEXT NOT NULL,
        rationale TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE test_results (
        id TEXT PRIMARY KEY NOT NULL,
        note_id TEXT NOT NULL REFERENCES notes (id),
        test TEXT NOT NULL,
        side TEXT CHECK (side IN ('left', 'right', 'both', 'midline')),
        outcome TEXT NOT NULL CHECK (outcome IN ('positive', 'negative', 'not_tested')),
        value REAL,
        unit TEXT NOT NULL,
        method TEXT NOT NULL,
        finding TEXT NOT NULL,
        details TEXT NOT NULL CHECK (json_valid(details)),
        retest INTEGER NOT NULL CHECK (retest IN (0, 1))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE adverse_events (
        id TEXT PRIMARY KEY NOT NULL,
        note_id TEXT NOT NULL REFERENCES notes (id),
        kind TEXT NOT NULL,
        severity TEXT NOT NULL CHECK (severity IN ('minor', 'significant', 'serious')),
        onset TEXT NOT NULL CHECK (onset IN ('during', 'after', 'hours_later')),
        action TEXT NOT NULL,
        outcome TEXT NOT NULL,
        follow_up_due TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE amendments (
        id TEXT PRIMARY KEY NOT NULL,
        note_id TEXT NOT NULL REFERENCES notes (id),
        section TEXT NOT NULL,
        text TEXT NOT NULL CHECK (trim(text) <> ''),
        reason TEXT NOT NULL CHECK (trim(reason) <> ''),
        author TEXT NOT NULL,
        author_name TEXT NOT NULL,
        written_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # Keys and signatures are hexadecimal text, so that the journal holds them whole.
    """
    CREATE TABLE seals (
        id TEXT PRIMARY KEY NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('note', 'amendment')),
        note_id TEXT NOT NULL REFERENCES notes (id),
        subject_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        position INTEGER NOT NULL CHECK (position >= 1),
        previous TEXT NOT NULL,
        parts TEXT NOT NULL CHECK (json_valid(parts)),
        signer TEXT NOT NULL,
        signer_name TEXT NOT NULL,
        signed_at TEXT NOT NULL,
        public_key TEXT NOT NULL,
        signature TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE draft_recovery (
        draft_id TEXT PRIMARY KEY NOT NULL,
        saved_by TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        content TEXT NOT NULL CHECK (json_valid(content))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        operation_id TEXT NOT NULL,
        name TEXT NOT NULL,
        actor TEXT NOT NULL,
        patient_id TEXT NOT NULL,
        action TEXT NOT NULL,
        table_name TEXT NOT NULL,
        row_id TEXT NOT NULL,
        at_utc TEXT NOT NULL
    ) STRICT
    """,
)

CLINICAL_INDEXES_1: Final = (
    "CREATE INDEX episodes_by_patient ON episodes (patient_id, opened_at)",
    "CREATE INDEX intakes_by_patient ON intakes (patient_id, taken_at)",
    "CREATE INDEX intakes_by_visit ON intakes (visit_id) WHERE visit_id IS NOT NULL",
    "CREATE INDEX intakes_by_episode ON intakes (episode_id)",
    "CREATE INDEX screening_by_intake ON screening_answers (intake_id)",
    "CREATE INDEX consents_by_patient ON consents (patient_id, signed_at)",
    "CREATE INDEX notes_by_patient ON notes (patient_id, service_at)",
    "CREATE INDEX notes_by_visit ON notes (visit_id) WHERE visit_id IS NOT NULL",
    "CREATE INDEX notes_by_episode ON notes (episode_id)",
    "CREATE INDEX needles_by_note ON needle_passes (note_id)",
    "CREATE INDEX needles_by_muscle ON needle_passes (muscle, side)",
    "CREATE INDEX tests_by_note ON test_results (note_id)",
    "CREATE INDEX adverse_events_by_note ON adverse_events (note_id)",
    "CREATE INDEX amendments_by_note ON amendments (note_id)",
    "CREATE INDEX seals_by_note ON seals (note_id)",
    "CREATE INDEX seals_by_device ON seals (device_id, position)",
    "CREATE INDEX outbox_by_operation ON outbox (operation_id)",
)

CLINICAL_TABLES_2: Final = (
    """
    CREATE TABLE imported_alerts (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL,
        text TEXT NOT NULL,
        sealed_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX imported_alerts_by_patient ON imported_alerts (patient_id, sealed_at)",
)

TABLES: Final = (
    TableNote(table="episodes", journalled=True, why="what is treated, and since when"),
    TableNote(table="intakes", journalled=True, why="a record; never deleted"),
    TableNote(table="screening_answers", journalled=True, why="they decide about needling"),
    TableNote(table="consents", journalled=True, why="a record; signed once, then withdrawn"),
    TableNote(table="notes", journalled=True, why="a record; signed, then amended"),
    TableNote(table="needle_passes", journalled=True, why="part of a note"),
    TableNote(table="test_results", journalled=True, why="part of a note"),
    TableNote(table="adverse_events", journalled=True, why="part of a note"),
    TableNote(table="amendments", journalled=True, why="corrections with their reasons"),
    TableNote(
        table="seals", journalled=True, why="a signature that goes missing is missed by the journal"
    ),
    TableNote(table="imported_alerts", journalled=True, why="what an old list said, as it said it"),
    TableNote(
        table="blobs",
        journalled=False,
        why="append-only and named by its hash; journalled rows refer to it",
        key="sha256",
    ),
    TableNote(
        table="draft_recovery",
        journalled=False,
        why="autosave: every few seconds; the save by hand is journalled",
        key="draft_id",
    ),
    TableNote(
        table="outbox",
        journalled=False,
        why="what is still owed to the schedule file; emptied when delivered",
        key="id",
    ),
)
"""Every table of the clinical file but the journal's own."""


def _first_tables(db: Database) -> None:
    for statement in (*CLINICAL_TABLES_1, *CLINICAL_INDEXES_1):
        run(db, statement)


def _imported_alerts(db: Database) -> None:
    for statement in CLINICAL_TABLES_2:
        run(db, statement)


CLINICAL_SCHEMA: Final = FileSchema(
    file=DataFile.CLINICAL,
    migrations=(
        Migration(name="0001 tables", apply=_first_tables),
        Migration(name="0002 imported alerts", apply=_imported_alerts),
    ),
    journalled=tuple(Journalled(table=n.table, key=n.key) for n in TABLES if n.journalled),
    triggers={**GUARD_TRIGGERS, **OUTBOX_TRIGGERS},
)
