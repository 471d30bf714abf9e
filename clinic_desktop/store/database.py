"""One encrypted file in use: one writer, a read-only connection for each reading thread."""

import json
import threading
import weakref
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store import chain
from clinic_desktop.store.chain import ChainHead
from clinic_desktop.store.journal import (
    OpKind,
    begin_context,
    build_triggers,
    drop_triggers,
    end_context,
    insert_explicit,
    triggers_fingerprint,
)
from clinic_desktop.store.keys import Key
from clinic_desktop.store.migrations import (
    TRIGGERS,
    FileSchema,
    migrate,
    refuse_newer,
    schema_version,
    trigger_faults,
    write_program_entry,
)
from clinic_desktop.store.sqlcipher import (
    Database,
    DataFile,
    FileDatabase,
    database_troubles,
    in_transaction,
    open_connection,
    rows,
    run,
    troubles,
)
from clinic_desktop.text import _

TRIGGER_ACTIONS = ("insert", "update", "delete")


class Operation:
    """One open write. Everything in it commits together, or nothing does."""

    def __init__(
        self,
        db: FileDatabase,
        before: ChainHead,
        *,
        op_id: str,
        name: str,
        actor: str,
        at_utc: datetime,
    ) -> None:
        self.db: Database = db
        self.op_id = op_id
        self.name = name
        self.actor = actor
        self.at_utc = at_utc
        self._before = before

    @property
    def file(self) -> DataFile:
        """The file that is written."""
        assert isinstance(self.db, FileDatabase)
        return self.db.file

    def changed(self) -> dict[str, set[str]]:
        """The ids of the journalled rows written so far, by table."""
        found = rows(
            self.db,
            # Not by the index on rows: it would read all of them to spare a few duplicates.
            "SELECT table_name, row_id FROM journal NOT INDEXED WHERE seq > ?"
            " AND action IN (?, ?, ?)",
            (self._before.seq, *TRIGGER_ACTIONS),
        )
        changed: dict[str, set[str]] = {}
        for row in found:
            changed.setdefault(row["table_name"], set()).add(row["row_id"])
        return changed

    def explicit_entry(
        self,
        action: str,
        *,
        table: str = "",
        row_id: str = "",
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """Journal what no trigger sees: "read", "export", "print", "login", "login_failed".

        Args:
            action: what was done, in one word.
            table: the table of the record concerned, or "".
            row_id: the record's id, or "".
            detail: more facts, kept as JSON; no clinical content in the schedule file.

        Raises:
            ValueError: the action is one that only triggers write.
        """
        if action in TRIGGER_ACTIONS:
            raise ValueError(f"{action} is written by triggers")
        text = None if detail is None else json.dumps(dict(detail), ensure_ascii=False)
        insert_explicit(self.db, action, table=table, row_id=row_id, new_json=text)


class FileStore:
    """An open file. Made by ``create`` or ``open``; one thread writes, any may read.

    The first thread that writes is the writer until ``release_writer``.
    """

    def __init__(
        self, path: Path, key: Key, schema: FileSchema, device_id: str, writer: FileDatabase
    ) -> None:
        self.path = path
        self.schema = schema
        self.device_id = device_id
        self._key = key.copy()
        self._writer = writer
        self._writer_thread: int | None = None
        self._writing = threading.Lock()
        self._writing_thread: int | None = None
        self._local = threading.local()
        self._readers: weakref.WeakSet[FileDatabase] = weakref.WeakSet()
        self._readers_lock = threading.Lock()
        self._closed = False

    @classmethod
    def create(
        cls, path: Path, key: Key, schema: FileSchema, *, device_id: str, at_utc: datetime
    ) -> Self:
        """Make a new encrypted file with the newest schema.

        Raises:
            StoreTrouble: it exists already, or its folder cannot be written.
        """
        writer = open_connection(path, key, file=schema.file, create=True)
        try:
            with troubles(schema.file):
                path.chmod(0o600)
                migrate(writer, schema, path=path, device_id=device_id, at_utc=at_utc)
        except BaseException:
            writer.conn.close()
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
            raise
        return cls(path, key, schema, device_id, writer)

    @classmethod
    def open(
        cls,
        path: Path,
        key: Key,
        schema: FileSchema,
        *,
        device_id: str,
        at_utc: datetime,
        backup_before_migration: Callable[[], None] | None = None,
        repair_triggers: bool = False,
    ) -> Self:
        """Open a file, bring its schema up to date and check its triggers.

        Args:
            path: the file.
            key: its key; the store keeps a copy of its own.
            schema: what the file consists of.
            device_id: this machine, for the journal.
            at_utc: the present moment.
            backup_before_migration: called before a file with data is migrated.
            repair_triggers: build missing or changed triggers again, which is journalled, instead
                of refusing the file.

        Raises:
            StoreTrouble: missing, damaged, wrong key, read-only, newer than this program, or its
                triggers were changed outside it.
        """
        writer = open_connection(path, key, file=schema.file)
        try:
            with troubles(schema.file):
                refuse_newer(writer, schema)
                store = cls(path, key, schema, device_id, writer)
                if schema_version(writer) > 0:
                    store._check_triggers(at_utc, repair=repair_triggers)
                migrate(
                    writer,
                    schema,
                    path=path,
                    device_id=device_id,
                    at_utc=at_utc,
                    backup=backup_before_migration,
                )
        except BaseException:
            writer.conn.close()
            raise
        return store

    @property
    def file(self) -> DataFile:
        """Which of the two files it is."""
        return self.schema.file

    @contextmanager
    def operation(
        self,
        *,
        op_id: str,
        name: str,
        actor: str,
        at_utc: datetime,
        undoable: bool = True,
        kind: OpKind = OpKind.DO,
        inverts: str | None = None,
    ) -> Generator[Operation]:
        """Begin one named, journalled write; it commits when the block ends without an error.

        Args:
            op_id: a fresh UUIDv7, or the id shared with the other file's half.
            name: what the person did, as undo and the audit trail show it.
            actor: the user's id.
            at_utc: the present moment.
            undoable: False for the short list that cannot be taken back.
            kind: whether it undoes or redoes another operation (``undo`` module only).
            inverts: the id of that other operation.

        Raises:
            RuntimeError: another operation is open in this thread, or another thread writes.
            StoreTrouble: the file cannot be written; nothing of the operation is.
        """
        with self._transaction() as db:
            before = chain.head(db, self.file)
            begin_context(
                db,
                device_id=self.device_id,
                op_id=op_id,
                name=name,
                kind=kind,
                inverts=inverts,
                undoable=undoable,
                actor=actor,
                at_utc=chain.utc_text(at_utc),
            )
            yield Operation(db, before, op_id=op_id, name=name, actor=actor, at_utc=at_utc)
            end_context(db)
            chain.seal(db, before)

    @contextmanager
    def unjournalled(self) -> Generator[Database]:
        """A plain transaction for caches and drafts; journalled tables take no write in it.

        Raises:
            RuntimeError: as ``operation``.
            StoreTrouble: the file cannot be written; nothing of the block is.
        """
        with self._transaction() as db:
            yield db

    @contextmanager
    def _transaction(self) -> Generator[FileDatabase]:
        me = threading.get_ident()
        self._must_not_write()
        with self._writing:
            self._must_be_open()
            if self._writer_thread is None:
                self._writer_thread = me
            if self._writer_thread != me:
                raise RuntimeError("another thread is this file's writer")
            self._writing_thread = me
            try:
                with database_troubles(self.file):
                    run(self._writer, "BEGIN IMMEDIATE")
                    try:
                        yield self._writer
                        run(self._writer, "COMMIT")
                    except BaseException:
                        # A full disk may have rolled back by itself.
                        if in_transaction(self._writer):
                            run(self._writer, "ROLLBACK")
                        raise
            finally:
                self._writing_thread = None

    @contextmanager
    def paused(self) -> Generator[None]:
        """Hold every write back, from any thread, while a backup takes both files together."""
        self._must_not_write()
        with self._writing:
            self._must_be_open()
            yield

    def release_writer(self) -> None:
        """Let another thread become the writer."""
        with self._writing:
            self._writer_thread = None

    def reader(self) -> FileDatabase:
        """The calling thread's read-only connection, made on first use. Raises ``StoreTrouble``."""
        self._must_be_open()
        known: FileDatabase | None = getattr(self._local, "reader", None)
        if known is None:
            with self._readers_lock:
                self._must_be_open()
                known = open_connection(self.path, self._key, file=self.file, read_only=True)
                self._readers.add(known)
            self._local.reader = known
        return known

    def release_reader(self) -> None:
        """Close the calling thread's read-only connection."""
        known: FileDatabase | None = getattr(self._local, "reader", None)
        if known is not None:
            self._local.reader = None
            with self._readers_lock:
                self._readers.discard(known)
            known.conn.close()

    def fresh_reader(self) -> FileDatabase:
        """A read-only connection that the caller closes. Raises ``StoreTrouble``."""
        self._must_be_open()
        return open_connection(self.path, self._key, file=self.file, read_only=True)

    def head(self) -> ChainHead:
        """The newest committed journal entry."""
        return chain.head(self.reader(), self.file)

    @property
    def closed(self) -> bool:
        """Whether the file was closed and its key wiped."""
        return self._closed

    def close(self) -> None:
        """Close every connection and wipe the key, from any thread; waits for a running write."""
        self._must_not_write()
        with self._writing:
            if self._closed:
                return
            self._closed = True
            with self._readers_lock:
                for reader in list(self._readers):
                    reader.close_from_anywhere()
            try:
                with troubles(self.file):
                    run(self._writer, "PRAGMA wal_checkpoint(TRUNCATE)")
            except StoreTrouble:
                # The write-ahead log stays and is read at the next start: nothing is lost.
                pass
            finally:
                self._writer.conn.close()
                self._key.wipe()

    def _must_not_write(self) -> None:
        """Waiting for oneself would never end. Raises ``RuntimeError``."""
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("an operation is open already in this thread")

    def _must_be_open(self) -> None:
        if self._closed:
            label = self.file.label
            raise StoreTrouble(
                _("{file} is closed.").format(file=label[:1].upper() + label[1:]),
                way_out=_("Log in again."),
            )

    def _check_triggers(self, at_utc: datetime, *, repair: bool) -> None:
        faults = trigger_faults(self._writer, self.schema)
        if not faults:
            return
        if not repair:
            raise StoreTrouble(
                _("The safeguards inside {file} were changed outside this program.").format(
                    file=self.file.label
                ),
                still_works=_("It was left as it is."),
                way_out=_("Restore the last backup."),
            )
        with self._transaction() as db:
            before = chain.head(db, self.file)
            drop_triggers(db)
            build_triggers(db, self.schema.expected_triggers(db))
            write_program_entry(
                db,
                "repair",
                name=_("Repair of the file's safeguards"),
                device_id=self.device_id,
                op_id=f"repair {chain.utc_text(at_utc)}",
                at_utc=chain.utc_text(at_utc),
                detail={
                    "faults": {fault.name: fault.what for fault in faults},
                    TRIGGERS: triggers_fingerprint(db),
                },
            )
            chain.seal(db, before)
        self._writer_thread = None
