"""One file in use: all or nothing, one writer, and what the environment does to it."""

import os
import resource
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import Key, new_key
from clinic_desktop.store.sqlcipher import (
    PLAINTEXT_HEADER,
    DataFile,
    IntegrityError,
    OperationalError,
    open_connection,
    rows,
    run,
    scalar,
)
from clinic_desktop.store.verify import verify_file

NOW = datetime(2026, 11, 24, 14, 26, tzinfo=UTC)


def count(store: FileStore) -> int:
    return scalar(store.reader(), "SELECT count(*) FROM visits")


def test_a_failed_operation_leaves_nothing(store, ana) -> None:
    ana.adds_visit("v1")
    before = store.head()
    with pytest.raises(IntegrityError):
        ana.does(
            "Two things",
            ("INSERT INTO visits (id, title) VALUES ('v2', 'x')",),
            ("INSERT INTO visits (id, title) VALUES ('v1', 'x')",),
        )
    assert count(store) == 1
    assert store.head() == before
    ana.adds_visit("v3")
    assert count(store) == 2


def test_an_operation_is_not_nested(store) -> None:
    def operation(op_id):
        return store.operation(op_id=op_id, name="n", actor="ana", at_utc=NOW)

    with operation("a"):
        with pytest.raises(RuntimeError, match="open already"), operation("b"):
            pass
        with pytest.raises(RuntimeError, match="open already"), store.unjournalled():
            pass
        with pytest.raises(RuntimeError, match="open already"), store.paused():
            pass
        with pytest.raises(RuntimeError, match="open already"):
            store.close()


def test_sqlite_utils_writes_inside_the_operation(store) -> None:
    with store.operation(op_id="a", name="n", actor="ana", at_utc=NOW) as op:
        op.db["visits"].insert({"id": "v1", "title": "t"}, pk="id")
        op.db["visits"].update("v1", {"minutes": 5})
        assert op.changed() == {"visits": {"v1"}}
        assert count(store) == 0
    assert count(store) == 1
    with (
        pytest.raises(IntegrityError),
        store.operation(op_id="b", name="n", actor="ana", at_utc=NOW) as op,
    ):
        op.db["visits"].insert_all([{"id": "v2", "title": "t"}, {"id": "v1", "title": "t"}])
    assert count(store) == 1


def test_a_paused_file_takes_the_write_afterwards(store, ana) -> None:
    with store.paused():
        thread = threading.Thread(target=lambda: ana.adds_visit("v1"))
        thread.start()
        thread.join(0.05)
        assert count(store) == 0
    thread.join()
    assert count(store) == 1


def test_only_one_thread_writes(store, ana) -> None:
    ana.adds_visit("v1")
    seen: list[str] = []

    def write() -> None:
        try:
            ana.adds_visit("v2")
        except RuntimeError as error:
            seen.append(str(error))

    for _turn in range(2):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        store.release_writer()
    assert seen == ["another thread is this file's writer"]
    assert count(store) == 2


def test_each_reading_thread_has_its_own_connection_and_cannot_write(store, ana) -> None:
    ana.adds_visit("v1")
    readers = [store.reader()]
    thread = threading.Thread(target=lambda: readers.append(store.reader()))
    thread.start()
    thread.join()
    assert readers[0] is store.reader()
    assert readers[0] is not readers[1]
    for reader in readers:
        with pytest.raises(StoreTrouble, match="read-only"):
            run(reader, "DELETE FROM visits")


def test_closing_wipes_the_key_and_closes_every_reader(store, ana, key) -> None:
    ana.adds_visit("v1")
    reader = store.reader()
    thread_reader: list[object] = []
    thread = threading.Thread(target=lambda: thread_reader.append(store.reader()))
    thread.start()
    thread.join()
    store.close()
    assert store._key.wiped
    assert not key.wiped
    for closed in (reader, thread_reader[0]):
        with pytest.raises(Exception, match="closed database"):
            rows(closed, "SELECT 1")
    with pytest.raises(StoreTrouble, match="closed"):
        store.reader()
    assert not store.path.with_name("schedule.db-wal").exists()


def test_the_settings_that_safety_rests_on_are_on(store) -> None:
    def value(name: str) -> object:
        return scalar(store._writer, f"PRAGMA {name}")

    assert value("journal_mode") == "wal"
    assert value("synchronous") == 2
    assert value("foreign_keys") == 1
    assert value("recursive_triggers") == 1
    assert value("trusted_schema") == 0
    assert value("secure_delete") == 1
    assert store.path.read_bytes()[:16] != PLAINTEXT_HEADER


def test_nothing_readable_lies_on_the_disk(store, ana, tmp_path: Path) -> None:
    ana.adds_visit("v1", title="Johannson knee")
    assert all(b"Johannson" not in path.read_bytes() for path in tmp_path.iterdir())
    store.close()
    assert b"Johannson" not in (tmp_path / "schedule.db").read_bytes()


def test_a_wrong_key_is_told_and_the_file_is_left_alone(store, ana, tmp_path, reopen) -> None:
    ana.adds_visit("v1")
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(StoreTrouble, match="schedule file is damaged, or it belongs to other keys"):
        open_connection(store.path, new_key(), file=DataFile.SCHEDULE)
    assert store.path.read_bytes() == before
    assert count(reopen()) == 1


def test_a_plaintext_file_is_refused(tmp_path: Path, key: Key) -> None:
    import sqlite3

    path = tmp_path / "clinical.db"
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE visits (id TEXT)")
    plain.commit()
    plain.close()
    with pytest.raises(StoreTrouble, match="clinical file is empty or not encrypted"):
        open_connection(path, key, file=DataFile.CLINICAL)


def test_an_empty_a_missing_and_an_existing_file_are_told(tmp_path: Path, key: Key, store) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreTrouble, match="empty or not encrypted"):
        open_connection(tmp_path / "empty.db", key, file=DataFile.CLINICAL)
    with pytest.raises(StoreTrouble, match="clinical file is missing"):
        open_connection(tmp_path / "none.db", key, file=DataFile.CLINICAL)
    assert not (tmp_path / "none.db").exists()
    with pytest.raises(StoreTrouble, match="already there"):
        open_connection(store.path, key, file=DataFile.SCHEDULE, create=True)


def test_a_damaged_first_page_is_told(store, ana, reopen) -> None:
    ana.adds_visit("v1")
    store.close()
    content = bytearray(store.path.read_bytes())
    content[100] ^= 1
    store.path.write_bytes(content)
    with pytest.raises(StoreTrouble, match="damaged"):
        reopen()
    assert store.path.read_bytes() == content


def test_a_file_in_use_elsewhere_is_told(store, ana, key) -> None:
    ana.adds_visit("v1")
    other = open_connection(store.path, key, file=DataFile.SCHEDULE)
    run(other, "BEGIN IMMEDIATE")
    run(store._writer, "PRAGMA busy_timeout = 1")
    with pytest.raises(StoreTrouble, match="in use by another program"):
        ana.adds_visit("v2")
    run(other, "ROLLBACK")
    other.conn.close()
    ana.adds_visit("v2")


def test_sentences_hold_no_value_of_a_person(store, ana, key) -> None:
    with pytest.raises(IntegrityError) as caught:
        ana.does("x", ("INSERT INTO visits (id, title, minutes) VALUES ('v', 't', ?)", "Johannson"))
    assert "Johannson" not in str(caught.value)
    with pytest.raises(OperationalError):
        rows(store.reader(), "SELECT nonsense FROM visits")


CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
sys.path.insert(0, {here!r})
from conftest import NOW, small_schema
from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import Key
from clinic_desktop.store.sqlcipher import run
path, key = Path(sys.argv[1]), Key(bytes.fromhex(sys.argv[2]))
def open_store():
    return FileStore.open(path, key, small_schema(), device_id="child", at_utc=NOW)
def add(store, number, size=200):
    with store.operation(op_id=f"c{{number}}", name="Book", actor="ana", at_utc=NOW) as op:
        run(op.db, "INSERT INTO visits (id, title) VALUES (?, ?)", (f"a{{number}}", "x" * size))
        run(op.db, "INSERT INTO visits (id, title) VALUES (?, ?)", (f"b{{number}}", "x" * size))
"""


def child(body: str, store: FileStore, key: Key, **options) -> subprocess.Popen[str]:
    code = CHILD.format(here=str(Path(__file__).parent)) + body
    return subprocess.Popen(
        [sys.executable, "-c", code, str(store.path), key.hex()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_kill_9_while_writing_loses_nothing_committed(store, ana, key, reopen) -> None:
    store.close()
    done = 0
    for turn in range(4):
        process = child(
            f"store = open_store()\nn = {turn} * 100000\n"
            "while True:\n    add(store, n)\n    print(n, flush=True)\n    n += 1\n",
            store,
            key,
        )
        assert process.stdout is not None
        told = [process.stdout.readline() for _line in range(7 + turn * 5)]
        process.send_signal(signal.SIGKILL)
        rest, _errors = process.communicate()
        numbers = [int(line) for line in [*told, *rest.split()] if line.strip().isdigit()]
        done += len(numbers)
        again = reopen()
        found = {row["id"] for row in rows(again.reader(), "SELECT id FROM visits")}
        assert {f"{side}{n}" for n in numbers for side in "ab"} <= found
        assert {i[1:] for i in found if i[0] == "a"} == {i[1:] for i in found if i[0] == "b"}
        assert verify_file(again) == []
        again.close()
    assert done > 20


def test_a_full_disk_is_told_and_nothing_is_half_written(store, ana, key, reopen) -> None:
    ana.adds_visit("v1")
    store.close()
    limit = store.path.stat().st_size + 200_000

    process = child(
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nstore = open_store()\n"
        "n = 0\n"
        "try:\n    while n < 500:\n        add(store, n, 20_000)\n        n += 1\n"
        "except StoreTrouble as trouble:\n    print(n, trouble, flush=True)\n",
        store,
        key,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    told, errors = process.communicate(timeout=60)
    assert "disk is full" in told, errors
    committed = int(told.split()[0])
    again = reopen()
    found = {row["id"] for row in rows(again.reader(), "SELECT id FROM visits WHERE id <> 'v1'")}
    assert found == {f"{side}{n}" for n in range(committed) for side in "ab"}
    assert verify_file(again) == []


@pytest.mark.skipif(os.name == "nt", reason="folder rights work otherwise there")
def test_a_read_only_folder_is_told_to_an_unprivileged_user(store, ana, key, tmp_path) -> None:
    ana.adds_visit("v1")
    store.close()
    # The way to the folder has to be open to the other user; only the folder itself is closed.
    modes = [(p, p.stat().st_mode) for p in tmp_path.parents if p.stat().st_uid == os.getuid()]
    for parent, mode in modes:
        parent.chmod(mode | 0o055)
    store.path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        process = child(
            "import os\n"
            "if os.getuid() == 0:\n    os.setgid(65534)\n    os.setuid(65534)\n"
            "try:\n    store = open_store()\n    add(store, 1)\n"
            "except StoreTrouble as trouble:\n    print(trouble, flush=True)\n",
            store,
            key,
        )
        told, errors = process.communicate(timeout=60)
    finally:
        tmp_path.chmod(0o700)
        store.path.chmod(0o600)
        for parent, mode in modes:
            parent.chmod(mode)
    assert "read-only" in told, errors
