"""A file of every released schema is kept; it opens today and ends up like a fresh one."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import Key
from clinic_desktop.store.migrations import schema_of
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.sqlcipher import DataFile
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
