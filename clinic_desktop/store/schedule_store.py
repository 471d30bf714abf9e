"""The schedule file as the services know it: named writes, reads, undo and the drive cache."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from clinic_desktop.domain.calendar_import import CalendarSharing
from clinic_desktop.domain.changes import Changes, changes_of
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.drive_corrections import DriveOverride
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import NewId, VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.ports import ClinicalFlags, ScheduleRecord
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.domain.travel import BaseDrive
from clinic_desktop.domain.visit import ON_THE_BOARD, Promise
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.store import schedule_mapping as m
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.database import FileStore, Operation
from clinic_desktop.store.schedule_mapping import mapping_of
from clinic_desktop.store.schedule_reader import COORDINATE_DECIMALS, ScheduleQueries
from clinic_desktop.store.sqlcipher import Value, one, run
from clinic_desktop.store.table_mapping import TableMapping
from clinic_desktop.store.undo import UndoDone, redo_last, undo_last, undo_stack
from clinic_desktop.text import _


class ScheduleWrite(ScheduleQueries):
    """One open write (port ``ScheduleOperation``): its reads see its own changes."""

    def __init__(self, op: Operation, *, undoable: bool) -> None:
        super().__init__(op.db)
        self._op = op
        self._undoable = undoable

    def put(self, record: ScheduleRecord) -> None:
        """Insert the record, or update just its changed fields. Unchanged records write nothing.

        A promise told now ends the visit's current one.
        """
        if isinstance(record, Promise) and record.current:
            self._end_current(record)
        self._put(mapping_of(record), record)

    def put_all(self, records: Sequence[ScheduleRecord]) -> None:
        """Several ``put``s."""
        for record in records:
            self.put(record)

    def remove(self, record: TimeOff | DriveOverride | SealedAlert) -> None:
        """Take out time off, a drive set by hand, or an alert that was taken over."""
        run(self._db, f"DELETE FROM {mapping_of(record).table} WHERE id = ?", (record.id,))

    def put_flags(self, flags: ClinicalFlags) -> None:
        """Project what the schedule shows of the clinical file."""
        self._put(m.FLAGS, flags)

    def put_visit_records(self, visit_ids: Iterable[VisitId]) -> None:
        """Keep which visits an intake or a note stands on: an undo leaves them."""
        for visit_id in sorted(visit_ids):
            run(
                self._db,
                "INSERT INTO visit_records (visit_id) SELECT id FROM visits WHERE id = ?"
                " AND id NOT IN (SELECT visit_id FROM visit_records)",
                (visit_id,),
            )

    def first_time(self, operation_id: str) -> bool:
        """Whether an operation of the clinical file has not been applied here yet.

        It counts as applied from this call on, if the write commits.
        """
        seen = "SELECT 1 FROM outbox_seen WHERE operation_id = ?"
        if one(self._db, seen, (operation_id,)) is not None:
            return False
        run(self._db, "INSERT INTO outbox_seen (operation_id) VALUES (?)", (operation_id,))
        return True

    def put_calendar_sharing(self, sharing: CalendarSharing) -> None:
        """Keep how calendars leave the clinic; secrets go into no journal."""
        at = sharing.published_at
        run(
            self._db,
            "INSERT INTO calendar_sharing (id, salt, url, user, password, published_at)"
            " VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET url = excluded.url,"
            " user = excluded.user, password = excluded.password,"
            " published_at = excluded.published_at",
            (
                sharing.salt,
                sharing.url,
                sharing.user,
                sharing.password,
                at.isoformat() if at else None,
            ),
        )

    def audit(self, action: str, *, table: str, row_id: str, reason: str = "") -> None:
        """An explicit journal line: read, export, print, login, login_failed."""
        self._op.explicit_entry(
            action, table=table, row_id=row_id, detail={"reason": reason} if reason else None
        )

    def changes(self) -> Changes:
        """What has been written so far in this operation."""
        return Changes(
            operation=self._op.name,
            operation_id=self._op.op_id,
            undoable=self._undoable,
            ids=changes_of(self._op.changed()),
        )

    def _end_current(self, told: Promise) -> None:
        run(
            self._db,
            "UPDATE promises SET current = 0 WHERE visit_id = ? AND current = 1 AND id <> ?",
            (told.visit_id, told.id),
        )

    def _put[R](self, mapping: TableMapping[R], record: R) -> None:
        new = mapping.to_row(record)
        key = mapping.key
        old = one(self._db, f"SELECT * FROM {mapping.table} WHERE {key} = ?", (new[key],))
        if old is None:
            columns = ", ".join(f'"{column}"' for column in new)
            marks = ", ".join("?" for _column in new)
            run(
                self._db,
                f"INSERT INTO {mapping.table} ({columns}) VALUES ({marks})",
                tuple(new.values()),
            )
            return
        changed = {column: value for column, value in new.items() if old[column] != value}
        if changed:
            settings = ", ".join(f'"{column}" = ?' for column in changed)
            run(
                self._db,
                f"UPDATE {mapping.table} SET {settings} WHERE {key} = ?",
                (*changed.values(), new[key]),
            )


class ScheduleFile:
    """Implements the port ``ScheduleStore`` over the schedule file.

    Args:
        store: the open file, made with ``SCHEDULE_SCHEMA``.
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
    ) -> Generator[ScheduleWrite]:
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
            yield ScheduleWrite(op, undoable=undoable)

    def reader(self) -> ScheduleQueries:
        """The calling thread's read-only view, made on first use."""
        return ScheduleQueries(self._store.reader(), self._store.release_reader)

    def undo(self, session: Session, since_utc: datetime) -> Changes:
        """Take the person's newest undoable operation back. Raises ``RuleBroken``."""
        return self._changes(
            undo_last(
                self._store,
                actor=session.user_id,
                since_utc=since_utc,
                op_id=self._new_id(),
                at_utc=self._clock.now_utc(),
                check=_schedule_holds,
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
                check=_schedule_holds,
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

    def save_drive_pairs(
        self, extract_id: str, pairs: Mapping[tuple[Coordinate, Coordinate], BaseDrive]
    ) -> None:
        """Keep computed base drives (a cache: not journalled)."""
        with self._store.unjournalled() as db:
            for (start, end), drive in pairs.items():
                run(db, _SAVE_PAIR, _pair_row(extract_id, start, end, drive))

    def _changes(self, done: UndoDone) -> Changes:
        return Changes(operation=done.name, operation_id=done.op_id, ids=changes_of(done.changed))


_SAVE_PAIR = """
    INSERT INTO drive_pairs (extract_id, from_lat, from_lon, to_lat, to_lon,
        seconds, metres, motorway_seconds, source, as_of)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET seconds = excluded.seconds, metres = excluded.metres,
        motorway_seconds = excluded.motorway_seconds, source = excluded.source,
        as_of = excluded.as_of
"""


def _pair_row(
    extract_id: str, start: Coordinate, end: Coordinate, drive: BaseDrive
) -> tuple[Value, ...]:
    return (
        extract_id,
        round(start.lat, COORDINATE_DECIMALS),
        round(start.lon, COORDINATE_DECIMALS),
        round(end.lat, COORDINATE_DECIMALS),
        round(end.lon, COORDINATE_DECIMALS),
        float(drive.seconds),
        float(drive.metres),
        float(drive.motorway_seconds),
        str(drive.source),
        v.utc_iso(drive.as_of),
    )


def _schedule_holds(op: Operation) -> None:
    """What an undo may not bring about. Raises ``RuleBroken``."""
    _no_double_booking(op)
    _records_stay(op)


def _records_stay(op: Operation) -> None:
    """A visit that an intake or a note stands on keeps its patient. Raises ``RuleBroken``."""
    found = one(
        op.db,
        "SELECT 1 FROM journal j JOIN visit_records r ON r.visit_id = j.row_id"
        " WHERE j.op_id = ? AND j.table_name = 'visits' AND j.action = 'update'"
        " AND json_extract(j.old_json, '$.patient_id')"
        " IS NOT json_extract(j.new_json, '$.patient_id') LIMIT 1",
        (op.op_id,),
    )
    if found is not None:
        raise RuleBroken(_("That stays as it is: an intake or a note stands on the visit."))


def _no_double_booking(op: Operation) -> None:
    """Nobody is at two doors at once, whatever is taken back. Raises ``RuleBroken``."""
    visits = sorted(op.changed().get("visits", ()))
    marks = ", ".join(f"'{state.value}'" for state in sorted(ON_THE_BOARD))
    found = one(
        op.db,
        "SELECT p.first_name AS name FROM visits v JOIN visits o"
        " ON o.practitioner_id = v.practitioner_id AND o.id <> v.id"
        " JOIN patients p ON p.id = o.patient_id"
        f" WHERE v.id IN (SELECT value FROM json_each(?)) AND v.state IN ({marks})"
        f" AND o.state IN ({marks}) AND substr(o.start, 1, 10) = substr(v.start, 1, 10)"
        " AND datetime(o.start) < datetime(v.start, '+' || v.door_min || ' minutes')"
        " AND datetime(v.start) < datetime(o.start, '+' || o.door_min || ' minutes') LIMIT 1",
        (v.dump(visits),),
    )
    if found is not None:
        raise RuleBroken(
            _("That stays as it is: {name} has been given that time since.").format(
                name=found["name"]
            ),
            way_out=_("Move one of the two first."),
        )
