"""The schedule file's tables, what of them is journalled and why, and the rules SQL holds itself.

Migrations are append-only: what is written here for version 1 is never edited once released.
"""

from dataclasses import dataclass
from typing import Final

from clinic_desktop.store.migrations import FileSchema, Journalled, Migration
from clinic_desktop.store.schedule_triggers import GUARD_TRIGGERS, SEARCH_TRIGGERS
from clinic_desktop.store.sqlcipher import Database, DataFile, run

SCHEDULE_TABLES_1: Final = (
    """
    CREATE TABLE clinic (
        id TEXT PRIMARY KEY CHECK (id = 'clinic'),
        name TEXT NOT NULL CHECK (trim(name) <> ''),
        zone TEXT NOT NULL,
        locale TEXT NOT NULL,
        clock TEXT NOT NULL CHECK (clock IN ('12h', '24h')),
        distance_unit TEXT NOT NULL CHECK (distance_unit IN ('mi', 'km')),
        auto_lock_min INTEGER NOT NULL CHECK (auto_lock_min >= 0),
        hold_min INTEGER NOT NULL CHECK (hold_min >= 0),
        slot_horizon_days INTEGER NOT NULL CHECK (slot_horizon_days > 0),
        slot_grid_min INTEGER NOT NULL CHECK (slot_grid_min > 0),
        profile TEXT NOT NULL CHECK (json_valid(profile)),
        backup_folder TEXT NOT NULL,
        is_demo INTEGER NOT NULL CHECK (is_demo IN (0, 1)),
        phone TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE practitioners (
        id TEXT PRIMARY KEY NOT NULL,
        first_name TEXT NOT NULL,
        last_name TEXT NOT NULL,
        profession TEXT NOT NULL CHECK (profession IN ('PT', 'DC', 'LAc', 'MD', 'other')),
        credentials TEXT NOT NULL,
        marker INTEGER NOT NULL CHECK (marker >= 1),
        home_lat REAL CHECK (home_lat BETWEEN -90 AND 90),
        home_lon REAL CHECK (home_lon BETWEEN -180 AND 180),
        home_address TEXT CHECK (home_address IS NULL OR json_valid(home_address)),
        pattern TEXT NOT NULL CHECK (json_valid(pattern)),
        certifications TEXT NOT NULL CHECK (json_valid(certifications)),
        licence_number TEXT NOT NULL,
        licence_expires TEXT,
        direct_access_qualified INTEGER NOT NULL CHECK (direct_access_qualified IN (0, 1)),
        active INTEGER NOT NULL CHECK (active IN (0, 1)),
        CHECK ((home_lat IS NULL) = (home_lon IS NULL))
    ) STRICT
    """,
    """
    CREATE TABLE users (
        id TEXT PRIMARY KEY NOT NULL,
        login TEXT NOT NULL CHECK (trim(login) <> ''),
        name TEXT NOT NULL,
        roles TEXT NOT NULL CHECK (json_valid(roles)),
        practitioner_id TEXT REFERENCES practitioners (id),
        notes_access TEXT NOT NULL CHECK (notes_access IN ('none', 'waiting', 'granted')),
        active INTEGER NOT NULL CHECK (active IN (0, 1))
    ) STRICT
    """,
    """
    CREATE TABLE services (
        id TEXT PRIMARY KEY NOT NULL,
        name TEXT NOT NULL,
        short_name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('evaluation', 'follow_up', 're_evaluation', 'other')),
        treatment_min INTEGER NOT NULL CHECK (treatment_min >= 0),
        setup_min INTEGER NOT NULL CHECK (setup_min >= 0),
        packdown_min INTEGER NOT NULL CHECK (packdown_min >= 0),
        needed_certification TEXT,
        price_cents INTEGER NOT NULL,
        promise_width_min INTEGER NOT NULL CHECK (promise_width_min >= 0),
        active INTEGER NOT NULL CHECK (active IN (0, 1))
    ) STRICT
    """,
    """
    CREATE TABLE patients (
        id TEXT PRIMARY KEY NOT NULL,
        first_name TEXT NOT NULL,
        last_name TEXT NOT NULL,
        preferred_name TEXT NOT NULL,
        pronouns TEXT NOT NULL,
        dob TEXT,
        sex TEXT NOT NULL,
        phones TEXT NOT NULL CHECK (json_valid(phones)),
        email TEXT NOT NULL,
        guardian TEXT NOT NULL,
        emergency TEXT NOT NULL CHECK (json_valid(emergency)),
        payer TEXT NOT NULL,
        referral_source TEXT NOT NULL,
        caller TEXT CHECK (caller IS NULL OR json_valid(caller)),
        external_number TEXT NOT NULL,
        course_label TEXT NOT NULL,
        merged_into TEXT REFERENCES patients (id) CHECK (merged_into <> id),
        archived INTEGER NOT NULL CHECK (archived IN (0, 1))
    ) STRICT
    """,
    """
    CREATE TABLE sites (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL REFERENCES patients (id),
        label TEXT NOT NULL,
        line TEXT NOT NULL,
        unit TEXT NOT NULL,
        city TEXT NOT NULL,
        state TEXT NOT NULL,
        postcode TEXT NOT NULL,
        area TEXT NOT NULL,
        lat REAL CHECK (lat BETWEEN -90 AND 90),
        lon REAL CHECK (lon BETWEEN -180 AND 180),
        pin_source TEXT NOT NULL CHECK (pin_source IN ('none', 'address', 'street', 'hand')),
        access_code TEXT NOT NULL,
        parking TEXT NOT NULL,
        stairs TEXT NOT NULL,
        table_space TEXT NOT NULL,
        pets TEXT NOT NULL,
        pets_restrained INTEGER CHECK (pets_restrained IN (0, 1)),
        smokers INTEGER NOT NULL CHECK (smokers IN (0, 1)),
        hazards TEXT NOT NULL,
        phone_signal TEXT NOT NULL,
        never_alone INTEGER NOT NULL CHECK (never_alone IN (0, 1)),
        extra_door_min INTEGER NOT NULL CHECK (extra_door_min >= 0),
        active INTEGER NOT NULL CHECK (active IN (0, 1)),
        CHECK ((lat IS NULL) = (lon IS NULL))
    ) STRICT
    """,
    """
    CREATE TABLE visits (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL REFERENCES patients (id),
        site_id TEXT NOT NULL REFERENCES sites (id),
        service_id TEXT NOT NULL REFERENCES services (id),
        practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
        start TEXT NOT NULL CHECK (start GLOB '????-??-??T??:??*'),
        zone TEXT NOT NULL,
        start_utc TEXT NOT NULL CHECK (start_utc GLOB '????-??-??T??:??*'),
        door_min INTEGER NOT NULL CHECK (door_min > 0),
        state TEXT NOT NULL CHECK (state IN ('requested', 'held', 'booked', 'confirmed',
            'en_route', 'in_progress', 'done', 'no_show', 'cancelled')),
        locks TEXT NOT NULL CHECK (json_valid(locks)),
        session_label TEXT NOT NULL,
        office_note TEXT NOT NULL,
        held_until TEXT,
        departed_at TEXT,
        started_at TEXT,
        finished_at TEXT,
        cancel_reason TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE promises (
        id TEXT PRIMARY KEY NOT NULL,
        visit_id TEXT NOT NULL REFERENCES visits (id),
        window_start TEXT NOT NULL CHECK (window_start GLOB '????-??-??T??:??*'),
        window_end TEXT NOT NULL CHECK (window_end >= window_start),
        zone TEXT NOT NULL,
        practitioner_id TEXT REFERENCES practitioners (id),
        told_to TEXT NOT NULL,
        told_by TEXT NOT NULL,
        told_at TEXT NOT NULL,
        call_id TEXT,
        replaces TEXT REFERENCES promises (id),
        current INTEGER NOT NULL CHECK (current IN (0, 1))
    ) STRICT
    """,
    """
    CREATE TABLE time_off (
        id TEXT PRIMARY KEY NOT NULL,
        practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
        start TEXT NOT NULL,
        "end" TEXT NOT NULL CHECK ("end" > start),
        reason TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE clinical_flags (
        patient_id TEXT PRIMARY KEY NOT NULL REFERENCES patients (id),
        has_record INTEGER NOT NULL CHECK (has_record IN (0, 1)),
        consent_missing INTEGER NOT NULL CHECK (consent_missing IN (0, 1)),
        review_screening INTEGER NOT NULL CHECK (review_screening IN (0, 1)),
        unsigned_notes INTEGER NOT NULL CHECK (unsigned_notes >= 0)
    ) STRICT
    """,
    """
    CREATE TABLE outbox_seen (
        operation_id TEXT PRIMARY KEY NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE drive_pairs (
        extract_id TEXT NOT NULL,
        from_lat REAL NOT NULL,
        from_lon REAL NOT NULL,
        to_lat REAL NOT NULL,
        to_lon REAL NOT NULL,
        seconds REAL NOT NULL,
        metres REAL NOT NULL,
        motorway_seconds REAL NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('roads', 'estimate', 'override')),
        as_of TEXT,
        PRIMARY KEY (extract_id, from_lat, from_lon, to_lat, to_lon)
    ) STRICT, WITHOUT ROWID
    """,
    # The key table gives the search index integers that survive VACUUM (plain rowids do not).
    """
    CREATE TABLE patient_search_key (
        n INTEGER PRIMARY KEY,
        patient_id TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE VIRTUAL TABLE patient_search USING fts5 (
        names, phones, streets, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    )
    """,
)

SCHEDULE_INDEXES_1: Final = (
    "CREATE UNIQUE INDEX users_by_login ON users (login COLLATE NOCASE)",
    "CREATE UNIQUE INDEX practitioners_by_marker ON practitioners (marker)",
    "CREATE INDEX patients_by_name ON patients"
    " (last_name COLLATE NOCASE, first_name COLLATE NOCASE)",
    "CREATE INDEX patients_by_external_number ON patients (external_number)"
    " WHERE external_number <> ''",
    "CREATE INDEX patients_by_merged_into ON patients (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX sites_by_patient ON sites (patient_id)",
    "CREATE INDEX visits_by_start ON visits (start)",
    "CREATE INDEX visits_by_practitioner ON visits (practitioner_id, start)",
    "CREATE INDEX visits_by_patient ON visits (patient_id, start)",
    "CREATE INDEX promises_by_visit ON promises (visit_id, told_at)",
    "CREATE UNIQUE INDEX promises_current ON promises (visit_id) WHERE current = 1",
    'CREATE INDEX time_off_by_end ON time_off ("end")',
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNote:
    """Whether a table is journalled, and why or why not."""

    table: str
    journalled: bool
    why: str
    key: str = "id"


SCHEDULE_TABLES_2: Final = (
    """
    CREATE TABLE sealed_alerts (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL REFERENCES patients (id),
        box TEXT NOT NULL,
        sealed_at TEXT NOT NULL
    ) STRICT
    """,
)

SCHEDULE_TABLES_3: Final = (
    """
    CREATE TABLE published_days (
        day TEXT PRIMARY KEY NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('published', 'closed')),
        revision INTEGER NOT NULL CHECK (revision >= 1),
        at TEXT NOT NULL,
        by TEXT NOT NULL,
        visits TEXT NOT NULL CHECK (json_valid(visits))
    ) STRICT
    """,
    """
    CREATE TABLE told (
        id TEXT PRIMARY KEY NOT NULL,
        day TEXT NOT NULL,
        key TEXT NOT NULL,
        at TEXT NOT NULL,
        by TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX told_by_day ON told (day)",
)

SCHEDULE_COLUMNS_4: Final = (
    "ALTER TABLE time_off ADD COLUMN repeats TEXT CHECK (repeats IS NULL OR json_valid(repeats))",
    "ALTER TABLE practitioners ADD COLUMN licences TEXT NOT NULL DEFAULT '[]'"
    " CHECK (json_valid(licences))",
    "ALTER TABLE clinic ADD COLUMN closing TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(closing))",
)

SCHEDULE_TABLES_5: Final = (
    """
    CREATE TABLE visit_records (
        visit_id TEXT PRIMARY KEY NOT NULL REFERENCES visits (id)
    ) STRICT
    """,
)

SCHEDULE_TABLES_6: Final = (
    """
    CREATE TABLE series (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL REFERENCES patients (id),
        first TEXT NOT NULL CHECK (first GLOB '????-??-??T??:??*'),
        every_weeks INTEGER NOT NULL CHECK (every_weeks >= 1),
        visits INTEGER CHECK (visits >= 1),
        until TEXT,
        from_number INTEGER NOT NULL CHECK (from_number >= 1),
        CHECK ((visits IS NULL) <> (until IS NULL))
    ) STRICT
    """,
    "ALTER TABLE visits ADD COLUMN series_id TEXT REFERENCES series (id)",
    "ALTER TABLE visits ADD COLUMN series_number INTEGER"
    " CHECK ((series_id IS NULL) = (series_number IS NULL))",
    "ALTER TABLE visits ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1))",
    "CREATE INDEX visits_by_series ON visits (series_id, series_number)"
    " WHERE series_id IS NOT NULL",
)

SCHEDULE_COLUMNS_7: Final = (
    "ALTER TABLE services ADD COLUMN kit TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(kit))",
)

SCHEDULE_TABLES_8: Final = (
    """
    CREATE TABLE calendar_sharing (
        id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
        salt BLOB NOT NULL CHECK (length(salt) >= 16),
        url TEXT NOT NULL,
        user TEXT NOT NULL,
        password TEXT NOT NULL,
        published_at TEXT
    ) STRICT
    """,
)

SCHEDULE_TABLES_9: Final = (
    """
    CREATE TABLE drive_overrides (
        id TEXT PRIMARY KEY NOT NULL,
        from_lat REAL NOT NULL CHECK (from_lat BETWEEN -90 AND 90),
        from_lon REAL NOT NULL CHECK (from_lon BETWEEN -180 AND 180),
        to_lat REAL NOT NULL CHECK (to_lat BETWEEN -90 AND 90),
        to_lon REAL NOT NULL CHECK (to_lon BETWEEN -180 AND 180),
        minutes INTEGER NOT NULL CHECK (minutes >= 0),
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX drive_overrides_by_pair"
    " ON drive_overrides (from_lat, from_lon, to_lat, to_lon)",
    "ALTER TABLE sites ADD COLUMN parking_min INTEGER CHECK (parking_min >= 0)",
    "CREATE INDEX sites_by_parking ON sites (parking_min) WHERE parking_min IS NOT NULL",
    "ALTER TABLE clinic ADD COLUMN calibration TEXT"
    " CHECK (calibration IS NULL OR json_valid(calibration))",
    "CREATE INDEX visits_driven ON visits (start)"
    " WHERE departed_at IS NOT NULL AND started_at IS NOT NULL",
)

SCHEDULE_TABLES_10: Final = (
    "ALTER TABLE clinic ADD COLUMN weights TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(weights))",
)

SCHEDULE_TABLES_11: Final = (
    """
    CREATE TABLE calls (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT REFERENCES patients (id),
        caller TEXT NOT NULL,
        by TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        state TEXT NOT NULL CHECK (state IN ('open', 'parked', 'ended')),
        outcome TEXT NOT NULL CHECK (outcome IN ('', 'booked', 'moved', 'cancelled', 'wait_list',
            'declined', 'call_back', 'message', 'no_answer', 'reminded', 'nothing')),
        note TEXT NOT NULL,
        draft TEXT NOT NULL CHECK (json_valid(draft)),
        hold_id TEXT REFERENCES visits (id),
        CHECK ((state = 'ended') = (ended_at IS NOT NULL))
    ) STRICT
    """,
    "CREATE INDEX calls_by_start ON calls (started_at)",
    "CREATE INDEX calls_by_patient ON calls (patient_id, started_at) WHERE patient_id IS NOT NULL",
    "CREATE INDEX calls_going_on ON calls (state) WHERE state <> 'ended'",
    """
    CREATE TABLE wait_list (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL REFERENCES patients (id),
        site_id TEXT REFERENCES sites (id),
        service_id TEXT NOT NULL REFERENCES services (id),
        kind TEXT NOT NULL CHECK (kind IN ('waiting', 'declined', 'call_back')),
        urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 2),
        reason TEXT NOT NULL,
        said TEXT NOT NULL,
        windows TEXT NOT NULL CHECK (json_valid(windows)),
        practitioner_id TEXT REFERENCES practitioners (id),
        preferred_id TEXT REFERENCES practitioners (id),
        visit_id TEXT REFERENCES visits (id),
        expires TEXT,
        call_back_on TEXT,
        made_at TEXT NOT NULL,
        by TEXT NOT NULL,
        call_id TEXT REFERENCES calls (id),
        state TEXT NOT NULL CHECK (state IN ('open', 'booked', 'dropped')),
        closed_at TEXT,
        CHECK ((state = 'open') = (closed_at IS NULL))
    ) STRICT
    """,
    "CREATE INDEX wait_list_open ON wait_list (state) WHERE state = 'open'",
    "CREATE INDEX wait_list_by_patient ON wait_list (patient_id)",
    """
    CREATE TABLE messages (
        id TEXT PRIMARY KEY NOT NULL,
        patient_id TEXT NOT NULL REFERENCES patients (id),
        box TEXT NOT NULL,
        urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 2),
        answer_by TEXT,
        taken_at TEXT NOT NULL,
        by TEXT NOT NULL,
        call_id TEXT REFERENCES calls (id),
        answered_at TEXT,
        answered_by TEXT,
        CHECK ((answered_at IS NULL) = (answered_by IS NULL))
    ) STRICT
    """,
    "CREATE INDEX messages_waiting ON messages (taken_at) WHERE answered_at IS NULL",
    "ALTER TABLE clinic ADD COLUMN phone_rules TEXT NOT NULL DEFAULT '{}'"
    " CHECK (json_valid(phone_rules))",
    "ALTER TABLE visits ADD COLUMN cancelled_at TEXT",
    "ALTER TABLE visits ADD COLUMN cancelled_by TEXT NOT NULL DEFAULT ''"
    " CHECK (cancelled_by IN ('', 'patient', 'clinic'))",
    "ALTER TABLE patients ADD COLUMN household TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX patients_by_household ON patients (household) WHERE household <> ''",
)

TABLES: Final = (
    TableNote(table="clinic", journalled=True, why="settings decide what was offered and told"),
    TableNote(table="practitioners", journalled=True, why="their hours and certificates"),
    TableNote(table="users", journalled=True, why="who could log in, and since when"),
    TableNote(table="services", journalled=True, why="durations and prices are answered for"),
    TableNote(table="patients", journalled=True, why="a record; never deleted, only marked"),
    TableNote(table="sites", journalled=True, why="where somebody was sent, and on whose word"),
    TableNote(table="visits", journalled=True, why="a record; never deleted, only marked"),
    TableNote(table="series", journalled=True, why="when somebody was told to expect visits"),
    TableNote(table="promises", journalled=True, why="the ledger of what was told"),
    TableNote(table="time_off", journalled=True, why="removable, so the journal is all that stays"),
    TableNote(
        table="drive_overrides",
        journalled=True,
        why="removable, and people are promised times by them",
    ),
    TableNote(table="calls", journalled=True, why="who phoned, what was offered and agreed"),
    TableNote(table="wait_list", journalled=True, why="who waits, and whose no was kept"),
    TableNote(
        table="messages", journalled=True, why="what was passed on and answered; only ciphertext"
    ),
    TableNote(
        table="published_days",
        journalled=True,
        why="what people went by, and when it became so",
        key="day",
    ),
    TableNote(table="told", journalled=True, why="who was told of a change, by whom and when"),
    TableNote(
        table="visit_records",
        journalled=True,
        why="which visits an intake or a note stands on: they are not taken back",
        key="visit_id",
    ),
    TableNote(
        table="sealed_alerts", journalled=True, why="an import is undone whole; only ciphertext"
    ),
    TableNote(
        table="clinical_flags",
        journalled=True,
        why="a projection, but machines without the clinical key learn it only from this journal",
        key="patient_id",
    ),
    TableNote(
        table="outbox_seen",
        journalled=False,
        why="bookkeeping of this file: an undo may not make it forget what it has applied",
        key="operation_id",
    ),
    TableNote(
        table="drive_pairs",
        journalled=False,
        why="a cache, computed again from the extract",
        key="extract_id",
    ),
    TableNote(
        table="calendar_sharing",
        journalled=False,
        why="a server's password may not stay in the journal; each change is an audit line",
    ),
    TableNote(
        table="patient_search_key",
        journalled=False,
        why="part of the search index, which triggers keep",
        key="n",
    ),
    TableNote(
        table="patient_search",
        journalled=False,
        why="the search index: triggers keep it equal to patients and sites, undo included",
        key="rowid",
    ),
)
"""Every table of the schedule file but the journal's own and the search index's inner ones."""


def _first_tables(db: Database) -> None:
    for statement in (*SCHEDULE_TABLES_1, *SCHEDULE_INDEXES_1):
        run(db, statement)


def _sealed_alerts(db: Database) -> None:
    for statement in SCHEDULE_TABLES_2:
        run(db, statement)


def _published_days(db: Database) -> None:
    for statement in SCHEDULE_TABLES_3:
        run(db, statement)


def _rules_of_time(db: Database) -> None:
    for statement in SCHEDULE_COLUMNS_4:
        run(db, statement)


def _visit_records(db: Database) -> None:
    for statement in SCHEDULE_TABLES_5:
        run(db, statement)


def _series(db: Database) -> None:
    for statement in SCHEDULE_TABLES_6:
        run(db, statement)


def _service_kits(db: Database) -> None:
    for statement in SCHEDULE_COLUMNS_7:
        run(db, statement)


def _calendar_sharing(db: Database) -> None:
    for statement in SCHEDULE_TABLES_8:
        run(db, statement)


def _drive_corrections(db: Database) -> None:
    for statement in SCHEDULE_TABLES_9:
        run(db, statement)


def _offer_weights(db: Database) -> None:
    for statement in SCHEDULE_TABLES_10:
        run(db, statement)


def _phone_calls(db: Database) -> None:
    for statement in SCHEDULE_TABLES_11:
        run(db, statement)


SCHEDULE_SCHEMA: Final = FileSchema(
    file=DataFile.SCHEDULE,
    migrations=(
        Migration(name="0001 tables", apply=_first_tables),
        Migration(name="0002 sealed alerts", apply=_sealed_alerts),
        Migration(name="0003 published days", apply=_published_days),
        Migration(name="0004 rules of time", apply=_rules_of_time),
        Migration(name="0005 visit records", apply=_visit_records),
        Migration(name="0006 series", apply=_series),
        Migration(name="0007 service kits", apply=_service_kits),
        Migration(name="0008 calendar sharing", apply=_calendar_sharing),
        Migration(name="0009 drive corrections", apply=_drive_corrections),
        Migration(name="0010 offer weights", apply=_offer_weights),
        Migration(name="0011 phone calls", apply=_phone_calls),
    ),
    journalled=tuple(Journalled(table=n.table, key=n.key) for n in TABLES if n.journalled),
    triggers={**GUARD_TRIGGERS, **SEARCH_TRIGGERS},
)
