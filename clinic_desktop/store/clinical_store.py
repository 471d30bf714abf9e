"""The clinical file as the services know it: named writes, reads, undo, autosave and outbox."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime

from clinic_desktop.domain.changes import Changes, changes_of
from clinic_desktop.domain.clinical.consent import Consent
from clinic_desktop.domain.clinical.episode import Episode
from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.clinical.intake import Intake
from clinic_desktop.domain.clinical.note import Amendment, Note
from clinic_desktop.domain.clinical.signing import Seal
from clinic_desktop.domain.clinical_ports import Blob, ClinicalRecord, Draft
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.ids import NewId, PatientId
from clinic_desktop.domain.role import Session
from clinic_desktop.store import clinical_mapping as m
from clinic_desktop.store import clinical_note_mapping as n
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.chain import utc_text
from clinic_desktop.store.clinical_reader import ClinicalQueries
from clinic_desktop.store.clinical_triggers import NOTE_CHILDREN
from clinic_desktop.store.database import FileStore, Operation
from clinic_desktop.store.sqlcipher import Database, Value, one, rows, run, scalar
from clinic_desktop.store.undo import UndoDone, redo_last, undo_last, undo_stack


class ClinicalWrite(ClinicalQueries):
    """One open write (port ``ClinicalOperation``): its reads see its own changes."""

    def __init__(self, op: Operation, *, undoable: bool) -> None:
        super().__init__(op.db)
        self._op = op
        self._undoable = undoable

    def put(self, record: ClinicalRecord) -> None:
        """Insert the record with its children, or update just what changed.

        An autosaved draft of it is dropped: this is the save.
        """
        match record:
            case Episode():
                _put_row(self._db, "episodes", m.EPISODES.to_row(record))
            case Consent():
                _put_row(self._db, "consents", m.CONSENTS.to_row(record))
            case Intake():
                _put_row(self._db, "intakes", m.INTAKES.to_row(record))
                answers = [m.ANSWERS.to_row(answer) for answer in record.screening]
                _sync(self._db, m.ANSWERS.table, "intake_id", record.id, answers)
                _drop_draft(self._db, record.id)
            case Note():
                self._put_note(record)
            case ImportedAlert():
                _put_row(self._db, "imported_alerts", m.ALERTS.to_row(record))

    def put_blob(self, blob: Blob) -> None:
        """Keep a file; one that is there already is left as it is."""
        if one(self._db, "SELECT 1 FROM blobs WHERE sha256 = ?", (blob.sha256,)) is None:
            _insert(self._db, "blobs", m.BLOBS.to_row(blob))

    def seal_note(self, note: Note, seal: Seal) -> None:
        """Save a note for the last time and sign it: from here on the file refuses changes."""
        self._put_note(note, seal)

    def add_amendment(self, amendment: Amendment, seal: Seal) -> None:
        """Add a signed correction to a signed note."""
        _insert(self._db, "amendments", n.AMENDMENTS.to_row(amendment))
        _insert(self._db, "seals", m.SEALS.to_row(seal))

    def owe_audit(self, action: str, *, table: str, row_id: str, patient_id: PatientId) -> None:
        """Leave an audit line for the schedule file, committed together with this operation."""
        _insert(
            self._db,
            "outbox",
            {
                "operation_id": self._op.op_id,
                "name": self._op.name,
                "actor": self._op.actor,
                "patient_id": patient_id,
                "action": action,
                "table_name": table,
                "row_id": row_id,
                "at_utc": utc_text(self._op.at_utc),
            },
        )

    def changes(self) -> Changes:
        """What has been written so far in this operation."""
        return Changes(
            operation=self._op.name,
            operation_id=self._op.op_id,
            undoable=self._undoable,
            ids=changes_of(_with_parents(self._db, self._op.changed())),
        )

    def _put_note(self, note: Note, seal: Seal | None = None) -> None:
        row = n.NOTES.to_row(note)
        if one(self._db, "SELECT 1 FROM notes WHERE id = ?", (note.id,)) is None:
            _insert(self._db, "notes", row)
        for table, children in n.child_rows(note).items():
            _sync(self._db, table, "note_id", note.id, children)
        if seal is not None:
            _insert(self._db, "seals", m.SEALS.to_row(seal))
        # Last, because signing closes the note and its children.
        _put_row(self._db, "notes", row)
        _drop_draft(self._db, note.id)


def _insert(db: Database, table: str, row: Mapping[str, Value]) -> None:
    columns = ", ".join(f'"{column}"' for column in row)
    marks = ", ".join("?" for _column in row)
    run(db, f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))


def _put_row(db: Database, table: str, new: Mapping[str, Value]) -> None:
    old = one(db, f"SELECT * FROM {table} WHERE id = ?", (new["id"],))
    if old is None:
        _insert(db, table, new)
        return
    changed = {column: value for column, value in new.items() if old[column] != value}
    if changed:
        settings = ", ".join(f'"{column}" = ?' for column in changed)
        run(db, f"UPDATE {table} SET {settings} WHERE id = ?", (*changed.values(), new["id"]))


def _sync(
    db: Database, table: str, owner_column: str, owner_id: str, wanted: list[dict[str, Value]]
) -> None:
    """Make an owner's rows just the wanted ones."""
    found = rows(db, f"SELECT id FROM {table} WHERE {owner_column} = ?", (owner_id,))
    keep = {row["id"] for row in wanted}
    for row in found:
        if row["id"] not in keep:
            run(db, f"DELETE FROM {table} WHERE id = ?", (row["id"],))
    for row in wanted:
        _put_row(db, table, row)


def _drop_draft(db: Database, draft_id: str) -> None:
    run(db, "DELETE FROM draft_recovery WHERE draft_id = ?", (draft_id,))


def _with_parents(db: Database, changed: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Changed rows by table, with the notes and intakes that changed children belong to."""
    found = {table: set(ids) for table, ids in changed.items()}
    owners = [(table, "notes", "note_id") for table in (*NOTE_CHILDREN, "amendments", "seals")]
    owners.append(("screening_answers", "intakes", "intake_id"))
    for table, parent, column in owners:
        for row_id in changed.get(table, ()):
            owner = scalar(
                db,
                f"SELECT json_extract(new_json, '$.{column}') FROM journal"
                " WHERE table_name = ? AND row_id = ? AND action = 'insert' LIMIT 1",
                (table, row_id),
            )
            found.setdefault(parent, set()).add(str(owner))
    return found


class ClinicalFile:
    """Implements the port ``ClinicalStore`` over the clinical file.

    Args:
        store: the open file, made with ``CLINICAL_SCHEMA``.
        clock: dates the journal's lines.
        new_id: names the operations.
    """

    def __init__(self, store: FileStore, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    @property
    def file_store(self) -> FileStore:
        """The file itself, for backup, verify and re-keying."""
        return self._store

    @contextmanager
    def operation(
        self, name: str, session: Session, *, undoable: bool = True, operation_id: str | None = None
    ) -> Generator[ClinicalWrite]:
        """Begin one named, journalled write; commits when the block ends without an error.

        Raises:
            StoreTrouble: the file cannot be written (read-only, full, damaged).
        """
        with self._store.operation(
            op_id=operation_id or self._new_id(),
            name=name,
            actor=session.user_id,
            at_utc=self._clock.now_utc(),
            undoable=undoable,
        ) as op:
            yield ClinicalWrite(op, undoable=undoable)

    def reader(self) -> ClinicalQueries:
        """The calling thread's read-only view, made on first use."""
        return ClinicalQueries(self._store.reader(), self._store.release_reader)

    def autosave(self, draft: Draft, session: Session) -> None:
        """Keep a draft against a crash: durable when this returns, and not journalled."""
        row = (
            draft.id,
            session.user_id,
            v.utc_iso(self._clock.now_utc()),
            n.dump_draft(draft),
        )
        with self._store.unjournalled() as db:
            run(db, _AUTOSAVE, row)

    def drop_autosave(self, draft_id: str) -> None:
        """Forget an autosaved draft."""
        with self._store.unjournalled() as db:
            _drop_draft(db, draft_id)

    def delivered(self, operation_id: str) -> None:
        """Forget what an operation owed: the schedule file has it."""
        with self._store.unjournalled() as db:
            run(db, "DELETE FROM outbox WHERE operation_id = ?", (operation_id,))

    def undo(self, session: Session, since_utc: datetime) -> Changes:
        """Take the person's newest undoable operation back. Raises ``RuleBroken``."""
        return self._changes(
            undo_last(
                self._store,
                actor=session.user_id,
                since_utc=since_utc,
                op_id=self._new_id(),
                at_utc=self._clock.now_utc(),
            )
        )

    def redo(self, session: Session, since_utc: datetime) -> Changes:
        """Do again what was last undone. Raises ``RuleBroken``."""
        return self._changes(
            redo_last(
                self._store,
                actor=session.user_id,
                since_utc=since_utc,
                op_id=self._new_id(),
                at_utc=self._clock.now_utc(),
            )
        )

    def newest_at(self, session: Session, since_utc: datetime, *, redo: bool) -> str:
        """When the operation was made that ``undo`` (or ``redo``) would take; "" for none."""
        stack = undo_stack(self._store, actor=session.user_id, since_utc=since_utc)
        items = stack.redo if redo else stack.undo
        return items[0].at_utc if items else ""

    def undo_name(self, session: Session, since_utc: datetime) -> str:
        """The name of what ``undo`` would take back, or ""."""
        stack = undo_stack(self._store, actor=session.user_id, since_utc=since_utc)
        return stack.undo[0].name if stack.undo else ""

    def redo_name(self, session: Session, since_utc: datetime) -> str:
        """The name of what ``redo`` would do again, or ""."""
        stack = undo_stack(self._store, actor=session.user_id, since_utc=since_utc)
        return stack.redo[0].name if stack.redo else ""

    def _changes(self, done: UndoDone) -> Changes:
        changed = _with_parents(self._store.reader(), done.changed)
        return Changes(operation=done.name, operation_id=done.op_id, ids=changes_of(changed))


_AUTOSAVE = """
    INSERT INTO draft_recovery (draft_id, saved_by, saved_at, content) VALUES (?, ?, ?, ?)
    ON CONFLICT (draft_id) DO UPDATE SET saved_by = excluded.saved_by,
        saved_at = excluded.saved_at, content = excluded.content
"""
