"""Makes the kept files of the newest schema: run it once when a schema is released."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import Key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA

KEY = bytes(range(32))
"""These files hold no person's data; their key is public."""


def make(folder: Path) -> None:
    """One file a schema, named by its number of migrations."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for schema in (SCHEDULE_SCHEMA, CLINICAL_SCHEMA):
        path = folder / f"{schema.file.value}-{len(schema.migrations)}.db"
        path.unlink(missing_ok=True)
        store = FileStore.create(path, Key(KEY), schema, device_id="released", at_utc=now)
        store.close()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
