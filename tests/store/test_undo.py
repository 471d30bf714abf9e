"""Undo and redo by name, for each person."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.store.sqlcipher import one, rows, run
from clinic_desktop.store.undo import redo_last, undo_last, undo_stack
from clinic_desktop.store.verify import verify_file

NOW = datetime(2026, 11, 24, 14, 26, tzinfo=UTC)
MORNING = NOW - timedelta(hours=6)
_numbers = itertools.count()


def undo(store, actor="ana", since=MORNING, **options):
    op_id = f"undo{next(_numbers)}"
    return undo_last(store, actor=actor, since_utc=since, op_id=op_id, at_utc=NOW, **options)


def redo(store, actor="ana", **options):
    op_id = f"redo{next(_numbers)}"
    return redo_last(store, actor=actor, since_utc=MORNING, op_id=op_id, at_utc=NOW, **options)


def names(store, actor="ana"):
    stack = undo_stack(store, actor=actor, since_utc=MORNING)
    return [i.name for i in stack.undo], [i.name for i in stack.redo]


def minutes(store, visit_id="v1"):
    row = one(store.reader(), "SELECT minutes FROM visits WHERE id = ?", (visit_id,))
    return row and row["minutes"]


def test_three_steps_back_and_forth_by_name(store, ana) -> None:
    ana.adds_visit("v1", minutes=60)
    ana.sets_minutes("v1", 45, "Shorten")
    ana.does("Remove visit", ("DELETE FROM visits WHERE id = 'v1'",))
    assert names(store) == (["Remove visit", "Shorten", "Book visit"], [])

    done = undo(store)
    assert (done.name, done.changed, minutes(store)) == ("Remove visit", {"visits": {"v1"}}, 45)
    assert undo(store).name == "Shorten"
    assert minutes(store) == 60
    assert undo(store).name == "Book visit"
    assert minutes(store) is None
    assert names(store) == ([], ["Book visit", "Shorten", "Remove visit"])
    with pytest.raises(RuleBroken, match="nothing to undo"):
        undo(store)

    assert redo(store).name == "Book visit"
    assert redo(store).name == "Shorten"
    assert minutes(store) == 45
    assert undo(store).name == "Shorten"
    assert redo(store).name == "Shorten"
    assert redo(store).name == "Remove visit"
    assert minutes(store) is None
    with pytest.raises(RuleBroken, match="nothing to redo"):
        redo(store)
    assert undo(store).name == "Remove visit"
    assert verify_file(store) == []


def test_the_undo_itself_stands_in_the_journal(store, ana) -> None:
    booked = ana.adds_visit("v1")
    undo(store)
    row = rows(store.reader(), "SELECT * FROM journal ORDER BY seq DESC LIMIT 1")[0]
    assert (row["op_name"], row["op_kind"], row["inverts"], row["actor"]) == (
        "Undo: Book visit",
        "undo",
        booked,
        "ana",
    )


def test_new_work_forgets_what_could_be_redone(store, ana) -> None:
    ana.adds_visit("v1")
    undo(store)
    ana.adds_visit("v2")
    assert names(store) == (["Book visit"], [])


def test_each_person_takes_back_their_own(store, ana, ben) -> None:
    ana.adds_visit("v1")
    ben.adds_visit("v2")
    assert undo(store, "ana").changed == {"visits": {"v1"}}
    assert minutes(store, "v2") == 60


def test_a_newer_change_of_the_same_row_is_in_the_way_and_named(store, ana, ben) -> None:
    ana.adds_visit("v1")
    ana.sets_minutes("v1", 45, "Shorten")
    ben.sets_minutes("v1", 90, "Lengthen")
    with pytest.raises(RuleBroken, match="“Lengthen” has changed the same record since"):
        undo(store)
    assert minutes(store) == 90
    undo(store, "ben")
    assert undo(store).name == "Shorten"
    assert minutes(store) == 60


def test_a_redo_is_refused_where_the_other_person_went_back_further(store, ana, ben) -> None:
    ana.adds_visit("v1", minutes=10)
    ana.sets_minutes("v1", 20, "To twenty")
    ben.sets_minutes("v1", 30, "To thirty")
    undo(store, "ben")
    undo(store, "ana")
    with pytest.raises(RuleBroken, match="has changed the same record since"):
        redo(store, "ben")
    assert minutes(store) == 10


def test_a_row_that_something_newer_needs_is_not_taken_away(store, ana, ben) -> None:
    ana.does("New patient", ("INSERT INTO patients VALUES ('p1', 'Ann')",))
    ben.does("Book visit", ("INSERT INTO visits (id, title, patient_id) VALUES ('v1', 't', 'p1')",))
    with pytest.raises(RuleBroken, match="something newer depends on it"):
        undo(store)
    assert rows(store.reader(), "SELECT * FROM patients")


def test_what_cannot_be_undone_is_skipped_with_its_reason(store, ana) -> None:
    ana.adds_visit("v1")
    ana.does("Sign", ("INSERT INTO patients VALUES ('p1', 'Ann')",), undoable=False)
    stack = undo_stack(store, actor="ana", since_utc=MORNING)
    assert [(i.name, i.reason) for i in stack.skipped] == [("Sign", "This cannot be undone.")]
    assert undo(store).name == "Book visit"
    assert rows(store.reader(), "SELECT * FROM patients")


def test_yesterday_stays(store, ana) -> None:
    ana.does(
        "Yesterday's", ("INSERT INTO patients VALUES ('p1', 'A')",), at=NOW - timedelta(days=1)
    )
    with pytest.raises(RuleBroken, match="nothing to undo"):
        undo(store)


def test_the_other_half_in_a_closed_file_refuses_with_its_sentence(store, ana) -> None:
    op_id = ana.adds_visit("v1")
    with pytest.raises(RuleBroken, match="log in as a practitioner"):
        undo(store, refuse=lambda op: "log in as a practitioner" if op == op_id else None)


def test_several_rows_and_steps_in_one_operation_go_back_together(store, ana) -> None:
    ana.adds_visit("v1", minutes=1)
    ana.does(
        "Big change",
        ("INSERT INTO patients VALUES ('p1', 'Ann')",),
        ("UPDATE visits SET patient_id = 'p1', minutes = 2 WHERE id = 'v1'",),
        ("UPDATE visits SET minutes = 3 WHERE id = 'v1'",),
        ("INSERT INTO visits (id, title) VALUES ('v2', 't')",),
        ("DELETE FROM visits WHERE id = 'v2'",),
    )
    assert undo(store).changed == {"visits": {"v1", "v2"}, "patients": {"p1"}}
    assert minutes(store) == 1
    assert rows(store.reader(), "SELECT * FROM patients") == []
    redo(store)
    assert minutes(store) == 3
    assert rows(store.reader(), "SELECT id FROM visits") == [{"id": "v1"}]


def test_a_deleted_drawing_cannot_be_brought_back_and_says_so(store, ana) -> None:
    ana.does("Draw", ("INSERT INTO drawings VALUES ('d1', ?)", b"ink"))
    ana.does("Erase", ("DELETE FROM drawings WHERE id = 'd1'",))
    with pytest.raises(RuleBroken, match="does not keep what a file held"):
        undo(store)


def test_undo_meets_the_rules_of_the_tables(store, ana) -> None:
    ana.adds_visit("v1", minutes=-5)
    ana.sets_minutes("v1", 5)
    with pytest.raises(RuleBroken):
        undo(store)
    assert minutes(store) == 5


def test_a_reader_sees_no_half_of_an_undo(store, ana) -> None:
    ana.adds_visit("v1")
    with store.operation(op_id="x", name="n", actor="ana", at_utc=NOW) as op:
        run(op.db, "UPDATE visits SET minutes = 1")
        assert minutes(store) == 60
