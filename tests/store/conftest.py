"""A small journalled file for the tests of the store's core."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.journal import Journalled
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import KdfCost, Key, new_key
from clinic_desktop.store.migrations import FileSchema, Migration
from clinic_desktop.store.sqlcipher import Database, DataFile, run
from clinic_desktop.store.unlocked import NewUser, Unlocked

NOW = datetime(2026, 11, 24, 14, 26, tzinfo=UTC)


def make_tables(db: Database) -> None:
    run(
        db,
        "CREATE TABLE visits (id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL, minutes INTEGER,"
        " weight REAL, patient_id TEXT REFERENCES patients (id)) STRICT",
    )
    run(db, "CREATE TABLE patients (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL) STRICT")
    run(db, "CREATE TABLE drawings (id TEXT PRIMARY KEY NOT NULL, ink BLOB) STRICT")
    run(db, "CREATE TABLE cache (name TEXT PRIMARY KEY NOT NULL, value TEXT) STRICT")


def small_schema(file: DataFile = DataFile.SCHEDULE, *more: Migration) -> FileSchema:
    return FileSchema(
        file=file,
        migrations=(Migration(name="0001 tables", apply=make_tables), *more),
        journalled=(
            Journalled(table="visits"),
            Journalled(table="patients"),
            Journalled(table="drawings"),
        ),
        triggers={
            "visits_no_negative": "CREATE TRIGGER visits_no_negative BEFORE UPDATE ON visits"
            " WHEN NEW.minutes < 0 BEGIN SELECT RAISE(ABORT, 'negative'); END"
        },
    )


@pytest.fixture
def key() -> Key:
    return new_key()


@pytest.fixture
def store(tmp_path: Path, key: Key) -> Iterator[FileStore]:
    made = FileStore.create(
        tmp_path / "schedule.db", key, small_schema(), device_id="desk", at_utc=NOW
    )
    yield made
    made.close()


@pytest.fixture
def reopen(tmp_path: Path, key: Key) -> Iterator[Callable[..., FileStore]]:
    """Opens the fixture's file again."""
    opened: list[FileStore] = []

    def open_again(schema: FileSchema | None = None, **options: object) -> FileStore:
        opened.append(
            FileStore.open(
                tmp_path / "schedule.db",
                key,
                schema or small_schema(),
                device_id="desk",
                at_utc=NOW,
                **options,
            )
        )
        return opened[-1]

    yield open_again
    for one in opened:
        one.close()


class Person:
    """Somebody who works on a file, operation by operation."""

    _numbers = itertools.count(1)

    def __init__(self, store: FileStore, name: str = "ana") -> None:
        self.store = store
        self.name = name

    def does(
        self,
        name: str,
        *statements: tuple[str, *tuple[object, ...]],
        undoable: bool = True,
        at: datetime = NOW,
    ) -> str:
        op_id = f"op{next(self._numbers):06d}"
        with self.store.operation(
            op_id=op_id, name=name, actor=self.name, at_utc=at, undoable=undoable
        ) as op:
            for sql, *values in statements:
                run(op.db, sql, values)
        return op_id

    def adds_visit(self, visit_id: str, title: str = "Evaluation", minutes: int = 60) -> str:
        return self.does(
            "Book visit",
            ("INSERT INTO visits (id, title, minutes) VALUES (?, ?, ?)", visit_id, title, minutes),
        )

    def sets_minutes(self, visit_id: str, minutes: int, name: str = "Change length") -> str:
        return self.does(name, ("UPDATE visits SET minutes = ? WHERE id = ?", minutes, visit_id))


@pytest.fixture
def ana(store: FileStore) -> Person:
    return Person(store)


@pytest.fixture
def ben(store: FileStore) -> Person:
    return Person(store, "ben")


QUICK = KdfCost(memory_kib=64, passes=1, lanes=1)
"""A password's key in well under a millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallClinic:
    """A clinic on disk, its keys in hand: Olive owns and treats, Ana is office, Ben treats."""

    folder: DataFolder
    ring: KeyRing
    schedule_key: Key
    clinical_key: Key
    codes: dict[str, str]
    passwords: dict[str, str]

    def unlock(self, login: str) -> Unlocked:
        return self.ring.unlock(login, self.passwords[login])

    def open_with(self, unlocked: Unlocked, file: DataFile) -> FileStore:
        key = unlocked.key_of(file)
        assert key is not None
        return self.open_file(file, key)

    def open_file(self, file: DataFile, key: Key | None = None) -> FileStore:
        known = self.schedule_key if file is DataFile.SCHEDULE else self.clinical_key
        return FileStore.open(
            self.folder.path_of(file), key or known, small_schema(file), device_id="d", at_utc=NOW
        )


PASSWORDS = {"olive": "olive tree 1", "ana": "ana in office", "ben": "ben treats 22"}


@pytest.fixture
def passwords() -> dict[str, str]:
    return dict(PASSWORDS)


@pytest.fixture
def new_users() -> list[NewUser]:
    roles = {"olive": {"owner", "practitioner"}, "ana": {"office"}, "ben": {"practitioner"}}
    return [
        NewUser(user_id=f"u-{login}", login=login, password=PASSWORDS[login], roles=frozenset(r))
        for login, r in roles.items()
    ]


@pytest.fixture
def clinic(tmp_path: Path, new_users: list[NewUser]) -> SmallClinic:
    folder = DataFolder(tmp_path / "clinic")
    folder.prepare()
    ring, schedule_key, clinical_key, sheets = KeyRing.create(folder.keyring, new_users, cost=QUICK)
    made = SmallClinic(
        folder=folder,
        ring=ring,
        schedule_key=schedule_key,
        clinical_key=clinical_key,
        codes={sheet.file: sheet.code for sheet in sheets},
        passwords=dict(PASSWORDS),
    )
    for file, key in ((DataFile.SCHEDULE, schedule_key), (DataFile.CLINICAL, clinical_key)):
        store = FileStore.create(
            folder.path_of(file), key, small_schema(file), device_id="d", at_utc=NOW
        )
        Person(store).adds_visit(f"first in {file.value}")
        store.close()
    return made


@pytest.fixture
def person() -> Callable[[FileStore, str], Person]:
    return Person


@pytest.fixture
def quick() -> KdfCost:
    return QUICK
