"""What a check finds after somebody with the key, or the disk, changed a file."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.store import chain
from clinic_desktop.store.chain import HASHED_COLUMNS, ChainHead, entry_hash
from clinic_desktop.store.journal import drop_triggers
from clinic_desktop.store.sqlcipher import DataFile, rows, run
from clinic_desktop.store.verify import check_anchors, record_anchor, verify_chain, verify_file


@pytest.fixture
def pair(clinic, person):
    schedule, clinical = (clinic.open_file(file) for file in DataFile)
    ben = person(clinical)
    for number in range(6):
        ben.adds_visit(f"v{number}")
    yield schedule, clinical
    schedule.close()
    clinical.close()


def anchor(into, other) -> bool:
    from datetime import UTC, datetime

    with into.operation(
        op_id=f"anchor {other.head().seq}",
        name="Anchor",
        actor="ben",
        at_utc=datetime(2026, 11, 24, tzinfo=UTC),
        undoable=False,
    ) as op:
        return record_anchor(op, other.file, other.head())


def whats(findings):
    return [finding.what for finding in findings]


def attack(store, *statements) -> None:
    """A key-holder takes the triggers out, writes, and puts the triggers back."""
    db = store._writer
    run(db, "BEGIN IMMEDIATE")
    expected = store.schema.expected_triggers(db)
    drop_triggers(db)
    for sql in statements:
        run(db, sql)
    for sql in expected.values():
        run(db, sql)
    run(db, "COMMIT")


def recompute(store) -> None:
    """The attacker computes the whole chain anew."""
    db = store._writer
    run(db, "BEGIN IMMEDIATE")
    expected = store.schema.expected_triggers(db)
    drop_triggers(db)
    run(db, "UPDATE journal SET hash = NULL, prev_hash = NULL")
    head = chain.seal(db, chain.genesis(store.file))
    run(db, "UPDATE sqlite_sequence SET seq = ? WHERE name = 'journal'", (head.seq,))
    for sql in expected.values():
        run(db, sql)
    run(db, "COMMIT")


def test_a_sound_pair_gives_no_finding(pair) -> None:
    schedule, clinical = pair
    assert anchor(schedule, clinical)
    assert not anchor(schedule, clinical)
    assert anchor(clinical, schedule)
    for store, other in (pair, pair[::-1]):
        assert verify_file(store) == []
        assert check_anchors(store, other) == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE journal SET new_json = '{}' WHERE seq = 3", "chain"),
        ("UPDATE journal SET actor = 'eve' WHERE seq = 3", "chain"),
        ("DELETE FROM journal WHERE seq = 3", "gap"),
        ("DELETE FROM journal WHERE seq > 5", "cut"),
        ("UPDATE journal SET hash = NULL, prev_hash = NULL WHERE seq = 7", "unsealed"),
        ("UPDATE journal SET seq = 99 WHERE seq = 7", "gap"),
    ],
)
def test_a_changed_journal_is_found(pair, statement, what) -> None:
    _schedule, clinical = pair
    attack(clinical, statement)
    assert whats(verify_file(clinical)) == [what]


def test_a_dropped_trigger_and_a_broken_reference_are_found(pair) -> None:
    _schedule, clinical = pair
    db = clinical._writer
    run(db, "DROP TRIGGER visits_guard_insert")
    run(db, "PRAGMA foreign_keys = OFF")
    run(db, "DROP TRIGGER visits_guard_update")
    run(db, "DROP TRIGGER visits_journal_update")
    run(db, "UPDATE visits SET patient_id = 'nobody' WHERE id = 'v1'")
    found = sorted(whats(verify_file(clinical)))
    assert found == ["references", "row", "triggers", "triggers", "triggers"]


def test_a_recomputed_chain_is_found_by_the_other_file_s_anchor(pair) -> None:
    schedule, clinical = pair
    anchor(schedule, clinical)
    attack(clinical, "UPDATE journal SET actor = 'eve' WHERE seq = 3")
    recompute(clinical)
    assert verify_file(clinical) == []
    assert whats(check_anchors(schedule, clinical)) == ["anchor"]


def test_a_journal_cut_and_recomputed_is_found_by_the_anchor(pair) -> None:
    schedule, clinical = pair
    anchor(schedule, clinical)
    attack(clinical, "DELETE FROM journal WHERE seq > 5")
    recompute(clinical)
    assert set(whats(verify_file(clinical))) == {"row"}, "rows whose entries are gone"
    (finding,) = check_anchors(schedule, clinical)
    assert finding.what == "cut"
    assert "older copy was put in its place" in finding.sentence


def test_an_older_file_put_in_place_is_found_by_the_anchor(clinic, pair, person) -> None:
    schedule, clinical = pair
    clinical.close()
    older = clinic.folder.root / "older"
    shutil.copyfile(clinical.path, older)
    again = clinic.open_file(DataFile.CLINICAL)
    person(again).adds_visit("new")
    anchor(schedule, again)
    again.close()
    older.replace(clinical.path)
    restored = clinic.open_file(DataFile.CLINICAL)
    assert verify_file(restored) == []
    assert whats(check_anchors(schedule, restored)) == ["cut"]
    restored.close()


def test_anchors_that_were_taken_out_are_missed(pair) -> None:
    schedule, clinical = pair
    anchor(schedule, clinical)
    attack(schedule, "DELETE FROM anchors")
    assert whats(check_anchors(schedule, clinical)) == ["anchor"]


@pytest.mark.parametrize("where", [0.35, 0.6, 0.999])
def test_one_flipped_bit_is_found(clinic, pair, where) -> None:
    _schedule, clinical = pair
    clinical.close()
    again = clinic.open_file(DataFile.CLINICAL)
    content = bytearray(clinical.path.read_bytes())
    content[int(len(content) * where)] ^= 0x10
    clinical.path.write_bytes(content)
    assert {"pages", "damaged"} & set(whats(verify_file(again)))
    again.close()


entry_values = st.one_of(st.text(max_size=20), st.integers(0, 10), st.none())


@given(
    entries=st.lists(
        st.fixed_dictionaries({c: entry_values for c in HASHED_COLUMNS if c != "seq"}),
        min_size=1,
        max_size=6,
    ),
    data=st.data(),
)
@settings(max_examples=150)
def test_any_change_of_any_entry_changes_its_hash_and_every_later_one(entries, data) -> None:
    def hashes(rows_):
        newest, found = chain.genesis(DataFile.SCHEDULE).hash, []
        for seq, entry in enumerate(rows_, start=1):
            newest = entry_hash(newest, {"seq": seq, **entry})
            found.append(newest)
        return found

    before = hashes(entries)
    place = data.draw(st.integers(0, len(entries) - 1))
    column = data.draw(st.sampled_from([c for c in HASHED_COLUMNS if c != "seq"]))
    value = data.draw(entry_values.filter(lambda v: v != entries[place][column]))
    after = hashes([*entries[:place], {**entries[place], column: value}, *entries[place + 1 :]])
    assert after[:place] == before[:place]
    assert all(a != b for a, b in zip(after[place:], before[place:], strict=True))


def test_the_chains_of_the_two_files_start_apart(pair) -> None:
    schedule, clinical = pair
    assert chain.genesis(DataFile.SCHEDULE) != chain.genesis(DataFile.CLINICAL)
    entry = rows(schedule.reader(), "SELECT * FROM journal WHERE seq = 1")[0]
    assert entry["prev_hash"] == chain.genesis(DataFile.SCHEDULE).hash
    assert verify_chain(schedule.reader(), DataFile.CLINICAL)[0].what == "chain"
    assert isinstance(clinical.head(), ChainHead)
