import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic_desktop.store import chain
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import Key
from clinic_desktop.store.sqlcipher import (
    DataFile,
    IntegrityError,
    open_connection,
    rows,
    run,
    scalar,
)

NOW = datetime(2026, 11, 24, 14, 26, tzinfo=UTC)


def entries(store: FileStore, where: str = "1") -> list[dict[str, object]]:
    return rows(
        store.reader(),
        f"SELECT * FROM journal WHERE table_name = 'visits' AND {where} ORDER BY seq",
    )


def test_each_change_leaves_who_what_and_when(store, ana) -> None:
    ana.adds_visit("v1", 'A "quoted" title\n– é', 45)
    ana.sets_minutes("v1", 30)
    ana.does("Remove visit", ("DELETE FROM visits WHERE id = 'v1'",))

    made, changed, removed = entries(store)
    assert made["action"] == "insert"
    assert made["old_json"] is None
    assert json.loads(made["new_json"]) == {
        "id": "v1",
        "title": 'A "quoted" title\n– é',
        "minutes": 45,
        "weight": None,
        "patient_id": None,
    }
    assert (made["actor"], made["op_name"], made["device_id"]) == ("ana", "Book visit", "desk")
    assert made["at_utc"] == "2026-11-24T14:26:00.000000Z"
    assert json.loads(changed["old_json"]) == {"minutes": 45}
    assert json.loads(changed["new_json"]) == {"minutes": 30}
    assert json.loads(removed["old_json"])["minutes"] == 30
    assert removed["new_json"] is None


def test_a_change_that_changes_nothing_leaves_no_entry(store, ana) -> None:
    ana.adds_visit("v1", minutes=45)
    ana.sets_minutes("v1", 45)
    assert len(entries(store)) == 1


def test_a_drawing_is_journalled_by_its_hash_only(store, ana) -> None:
    ana.does("Draw", ("INSERT INTO drawings VALUES ('d1', ?)", b"secret ink"))
    ana.does("Draw", ("UPDATE drawings SET ink = ? WHERE id = 'd1'", b"other ink"))
    texts = rows(store.reader(), "SELECT old_json, new_json FROM journal WHERE row_id = 'd1'")
    assert json.loads(texts[0]["new_json"])["ink"] == chain.blob_mark(b"secret ink")
    assert json.loads(texts[1]["old_json"])["ink"] == chain.blob_mark(b"secret ink")
    assert json.loads(texts[1]["new_json"])["ink"] == chain.blob_mark(b"other ink")
    assert b"secret ink".hex().upper() not in str(texts)


def test_every_committed_entry_is_sealed_and_the_context_is_empty(store, ana) -> None:
    ana.adds_visit("v1")
    assert scalar(store.reader(), "SELECT count(*) FROM journal WHERE hash IS NULL") == 0
    assert scalar(store.reader(), "SELECT count(*) FROM op_context") == 0


def test_the_operation_says_what_it_changed_so_far(store, ana) -> None:
    ana.adds_visit("v1")
    with store.operation(op_id="x", name="Two", actor="ana", at_utc=NOW) as op:
        run(op.db, "UPDATE visits SET minutes = 5 WHERE id = 'v1'")
        run(op.db, "INSERT INTO patients VALUES ('p1', 'Ann')")
        op.explicit_entry("read", table="patients", row_id="p2")
        assert op.changed() == {"visits": {"v1"}, "patients": {"p1"}}


def test_a_read_is_journalled_by_hand(store) -> None:
    with store.operation(
        op_id="r", name="Open record", actor="ana", at_utc=NOW, undoable=False
    ) as op:
        op.explicit_entry("read", table="patients", row_id="p1", detail={"screen": "patient"})
        with pytest.raises(ValueError, match="triggers"):
            op.explicit_entry("insert", table="patients", row_id="p1")
    row = rows(store.reader(), "SELECT * FROM journal WHERE action = 'read'")[0]
    assert (row["table_name"], row["row_id"], row["hash"] is None) == ("patients", "p1", False)


ATTACKS = {
    "change an entry": "UPDATE journal SET new_json = '{}' WHERE seq = 2",
    "change an entry's hash": "UPDATE journal SET hash = 'x' WHERE seq = 2",
    "delete an entry": "DELETE FROM journal WHERE seq = 2",
    "empty the journal": "DELETE FROM journal",
    "replace an entry": "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 2",
    "replace by update": "UPDATE OR REPLACE journal SET seq = 2 WHERE seq = 3",
    "insert a sealed entry": "INSERT INTO journal (device_id, op_id, op_name, op_kind, undoable,"
    " actor, at_utc, table_name, row_id, action, prev_hash, hash)"
    " VALUES ('d', 'o', 'n', 'do', 1, 'a', 't', 'visits', 'v1', 'insert', 'x', 'y')",
    "move an anchor": "UPDATE anchors SET hash = 'x'",
    "drop an anchor": "DELETE FROM anchors",
    "replace an anchor": "REPLACE INTO anchors VALUES (1, 'clinical', 1, 'x', 't')",
}


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_the_past_cannot_be_changed_in_an_operation(store, ana, attack, recursive) -> None:
    ana.adds_visit("v1")
    ana.adds_visit("v2")
    with store.operation(op_id="a", name="Anchor", actor="ana", at_utc=NOW) as op:
        run(
            op.db,
            "INSERT INTO anchors (other_file, seq, hash, at_utc) VALUES ('clinical', 1, 'h', 't')",
        )
    before = rows(store.reader(), "SELECT * FROM journal")
    store._writer.execute(f"PRAGMA recursive_triggers = {recursive}")
    with (
        pytest.raises(IntegrityError),
        store.operation(op_id="x", name="Attack", actor="eve", at_utc=NOW) as op,
    ):
        run(op.db, attack)
    assert rows(store.reader(), "SELECT * FROM journal") == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO visits (id, title) VALUES ('v9', 'x')",
        "UPDATE visits SET minutes = 1",
        "DELETE FROM visits",
        "INSERT OR REPLACE INTO visits (id, title) VALUES ('v1', 'x')",
        "INSERT INTO journal (device_id, op_id, op_name, op_kind, undoable, actor, at_utc,"
        " table_name, row_id, action) VALUES ('d', 'o', 'n', 'do', 1, 'a', 't', 'v', 'r', 'read')",
    ],
)
def test_nothing_is_written_outside_an_operation(store, ana, statement) -> None:
    ana.adds_visit("v1")
    with pytest.raises(IntegrityError, match="named operation"), store.unjournalled() as db:
        run(db, statement)


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO visits (id, title) VALUES ('v1', 'x')",
        "REPLACE INTO visits (id, title) VALUES ('v1', 'x')",
        "UPDATE OR REPLACE visits SET id = 'v1' WHERE id = 'v2'",
        "INSERT INTO visits (id, title) VALUES ('v1', 'x') ON CONFLICT DO UPDATE SET title = 'x'",
    ],
)
def test_a_row_is_never_replaced(store, ana, statement, recursive) -> None:
    ana.adds_visit("v1")
    ana.adds_visit("v2")
    store._writer.execute(f"PRAGMA recursive_triggers = {recursive}")
    with (
        pytest.raises(IntegrityError),
        store.operation(op_id="x", name="Attack", actor="eve", at_utc=NOW) as op,
    ):
        run(op.db, statement)


def test_caches_are_written_without_a_journal(store) -> None:
    before = store.head()
    with store.unjournalled() as db:
        run(db, "INSERT INTO cache VALUES ('a', 'b')")
    assert scalar(store.reader(), "SELECT value FROM cache") == "b"
    assert store.head() == before


def test_a_row_without_a_key_is_refused(store) -> None:
    with (
        pytest.raises(IntegrityError),
        store.operation(op_id="x", name="n", actor="eve", at_utc=NOW) as op,
    ):
        run(op.db, "INSERT INTO visits (id, title) VALUES (NULL, 'x')")


def test_real_numbers_survive_the_journal_exactly(store, ana, tmp_path: Path, key: Key) -> None:
    for i, value in enumerate([0.1, 1 / 3, 1e-300, 38.627003, -90.199402, 5e-324, 1.0]):
        ana.does(
            "Weigh", ("INSERT INTO visits (id, title, weight) VALUES (?, 't', ?)", f"v{i}", value)
        )
        (entry,) = entries(store, f"row_id = 'v{i}'")
        assert json.loads(entry["new_json"])["weight"] == value
    store.close()
    db = open_connection(tmp_path / "schedule.db", key, file=DataFile.SCHEDULE, read_only=True)
    assert scalar(db, "SELECT count(*) FROM visits") == 7
    db.conn.close()
