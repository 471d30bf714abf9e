"""A file of every released schema is kept; it opens today and ends up like a fresh one."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.ids import PractitionerId, TimeOffId
from clinic_desktop.domain.practitioner import Practitioner, Profession
from clinic_desktop.domain.working_time import MinuteSpan, TimeOff, WorkingPattern
from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import Key
from clinic_desktop.store.migrations import schema_of
from clinic_desktop.store.schedule_mapping import mapping_of
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.sqlcipher import DataFile, rows, run
from clinic_desktop.store.verify import verify_file

RELEASED = Path(__file__).parent / "released"
KEY = bytes(range(32))
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SCHEMAS = {DataFile.SCHEDULE: SCHEDULE_SCHEMA, DataFile.CLINICAL: CLINICAL_SCHEMA}


def test_the_newest_schema_of_both_files_is_kept():
    for schema in SCHEMAS.values():
        assert (RELEASED / f"{schema.file.value}-{len(schema.migrations)}.db").is_file()


@pytest.mark.parametrize("kept", sorted(RELEASED.glob("*.db")), ids=lambda path: path.stem)
def test_a_released_file_opens_and_equals_a_fresh_one_triggers_included(kept, tmp_path):
    schema = SCHEMAS[DataFile(kept.stem.split("-")[0])]
    path = tmp_path / kept.name
    shutil.copy(kept, path)
    migrated = FileStore.open(path, Key(KEY), schema, device_id="test", at_utc=NOW)
    fresh = FileStore.create(tmp_path / "fresh.db", Key(KEY), schema, device_id="test", at_utc=NOW)
    assert schema_of(migrated.reader()) == schema_of(fresh.reader())
    assert verify_file(migrated) == []
    migrated.close()
    fresh.close()


def test_what_was_written_before_the_rules_of_time_reads_as_it_was_meant(tmp_path):
    path = tmp_path / "schedule.db"
    shutil.copy(RELEASED / "schedule-2.db", path)
    before = replace(SCHEDULE_SCHEMA, migrations=SCHEDULE_SCHEMA.migrations[:2])
    person = Practitioner(
        id=PractitionerId("p"), first_name="Dana", last_name="Okafor", profession=Profession.PT,
        credentials="PT", marker=1, home=None, home_address=None, licence_number="PT-7",
        pattern=WorkingPattern(weekdays=((MinuteSpan(start_min=480, end_min=1020),),) * 7),
    )  # fmt: skip
    absence = TimeOff(
        id=TimeOffId("t"), practitioner_id=person.id,
        start=datetime(2026, 11, 24, 9), end=datetime(2026, 11, 24, 10),
    )  # fmt: skip
    old = FileStore.open(path, Key(KEY), before, device_id="test", at_utc=NOW)
    with old.operation(op_id="old", name="Enter", actor="u", at_utc=NOW) as op:
        for record in (Clinic(name="Gateway"), person, absence):
            mapping = mapping_of(record)
            row = mapping.to_row(record)
            newer = ("closing", "licences", "repeats", "calibration", "weights", "phone_rules")
            for column in newer:
                row.pop(column, None)
            names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
            sql = f"INSERT INTO {mapping.table} ({names}) VALUES ({marks})"
            run(op.db, sql, tuple(row.values()))
    old.close()
    now = FileStore.open(path, Key(KEY), SCHEDULE_SCHEMA, device_id="test", at_utc=NOW)
    for record in (Clinic(name="Gateway"), person, absence):
        mapping = mapping_of(record)
        (row,) = rows(now.reader(), f"SELECT * FROM {mapping.table}")
        assert mapping.from_row(row) == record
    assert person.licensed("MO", NOW.date(), Clinic(name="Gateway").home_state)
    assert verify_file(now) == []
    now.close()
