"""The one place where SQLCipher is touched: encrypted connections, with errors as sentences.

sqlite-utils catches the exceptions of the module it was imported over, so sqlcipher3 has to stand
in ``sys.modules`` before sqlite-utils is imported. This module does that; no other module imports
``sqlcipher3`` or ``sqlite_utils`` by itself.
"""

# sqlcipher3 carries no types: unknown types end in this module.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import errno
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, cast

import sqlcipher3
import sqlcipher3.dbapi2

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.keys import Key
from clinic_desktop.text import _

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from sqlite_utils import Database  # noqa: E402 - see the module's docstring

__all__ = [
    "DataFile",
    "Database",
    "DatabaseError",
    "FileDatabase",
    "IntegrityError",
    "OperationalError",
    "Row",
    "Value",
    "database_troubles",
    "in_transaction",
    "one",
    "open_connection",
    "os_trouble",
    "rows",
    "run",
    "run_many",
    "scalar",
    "troubles",
]

_driver = cast("Any", sqlcipher3.dbapi2)
DatabaseError = cast("type[Exception]", _driver.DatabaseError)
IntegrityError = cast("type[Exception]", _driver.IntegrityError)
OperationalError = cast("type[Exception]", _driver.OperationalError)

Value = str | int | float | bytes | None
Row = dict[str, Any]

PLAINTEXT_HEADER: Final = b"SQLite format 3\x00"
BUSY_MILLISECONDS: Final = 5_000

# SQLite's primary result codes.
_PERM, _BUSY, _LOCKED, _READONLY, _IOERR = 3, 5, 6, 8, 10
_CORRUPT, _FULL, _CANTOPEN, _NOTADB = 11, 13, 14, 26


class DataFile(StrEnum):
    """The clinic's two database files; each has its own key, journal and migrations."""

    SCHEDULE = "schedule"
    CLINICAL = "clinical"

    @property
    def label(self) -> str:
        """The file as a sentence names it."""
        return _("the clinical file") if self is DataFile.CLINICAL else _("the schedule file")


class FileDatabase(Database):
    """A connection that knows its file; whoever closes it from elsewhere waits for its reads."""

    def __init__(self, connection: Any, file: DataFile) -> None:
        super().__init__(connection, recursive_triggers=False, execute_plugins=False)
        self.file = file
        self.guard = threading.RLock()

    def close_from_anywhere(self) -> None:
        """Stop a running query and close, whatever thread the connection belongs to."""
        self.conn.interrupt()
        with self.guard:
            self.conn.close()


def open_connection(
    path: Path,
    key: Key,
    *,
    file: DataFile,
    read_only: bool = False,
    create: bool = False,
    immutable: bool = False,
    busy_milliseconds: int = BUSY_MILLISECONDS,
) -> FileDatabase:
    """Open one encrypted file with its raw key.

    The connection is in autocommit mode: transactions are begun by name (``BEGIN IMMEDIATE``).
    It may be closed from another thread, but is to be used by one.

    Args:
        path: the database file.
        key: its 32-byte key.
        file: which of the two files it is, for the sentences.
        read_only: open without any right to write.
        create: make a new file; it may not exist yet.
        immutable: nobody writes to it (a backup, perhaps on a read-only disk): no file beside it
            is made or read.
        busy_milliseconds: how long to wait for another connection's lock.

    Raises:
        StoreTrouble: missing, not encrypted, wrong key or damaged, read-only, full or busy.
    """
    if create == path.exists():
        raise _already_there(file) if create else _missing(file)
    if not create:
        _refuse_plaintext(path, file)
    mode = "ro" if read_only else ("rwc" if create else "rw")
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    if immutable:
        uri += "&immutable=1"
    with troubles(file):
        connection: Any = _driver.connect(
            uri,
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=busy_milliseconds / 1000,
        )
        try:
            _set_up(connection, key, read_only=read_only, busy_milliseconds=busy_milliseconds)
        except BaseException:
            connection.close()
            if create:
                path.unlink(missing_ok=True)
            raise
    if create and _starts_as_plaintext(path):
        connection.close()
        path.unlink()
        raise RuntimeError("a new file came out unencrypted")
    return FileDatabase(connection, file)


def _set_up(connection: Any, key: Key, *, read_only: bool, busy_milliseconds: int) -> None:
    # The log level comes first, or a damaged page floods the error stream.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    pragmas = [
        f"busy_timeout = {busy_milliseconds}",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "trusted_schema = OFF",
        "temp_store = MEMORY",
        "cell_size_check = ON",
    ]
    pragmas += (
        ["query_only = ON"]
        if read_only
        else ["journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"]
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _starts_as_plaintext(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(len(PLAINTEXT_HEADER))
    return not head or head == PLAINTEXT_HEADER


def _refuse_plaintext(path: Path, file: DataFile) -> None:
    try:
        plain = _starts_as_plaintext(path)
    except OSError as error:
        raise os_trouble(error, file) from error
    if plain:
        raise StoreTrouble(
            _("{file} is empty or not encrypted, so it was not made by this program.").format(
                file=_capital(file.label)
            ),
            way_out=_("Restore it from a backup."),
        )


@contextmanager
def database_troubles(file: DataFile) -> Generator[None]:
    """As ``troubles``, for SQLite's errors only.

    Raises:
        StoreTrouble: the file is damaged, locked, full, read-only or missing.
    """
    try:
        yield
    except DatabaseError as error:
        trouble = _trouble_of(error, file)
        if trouble is None:
            raise
        raise trouble from error


@contextmanager
def troubles(file: DataFile) -> Generator[None]:
    """Tell what the environment does to a file as sentences; a bug passes as it is.

    Neither bound values nor SQL reach a sentence.

    Raises:
        StoreTrouble: the file is damaged, locked, full, read-only or missing.
    """
    try:
        with database_troubles(file):
            yield
    except OSError as error:
        raise os_trouble(error, file) from error


def _trouble_of(error: Exception, file: DataFile) -> StoreTrouble | None:
    code = cast("int", getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    label = _capital(file.label)
    match code:
        case 26 | 11:
            return _wrong_key_or_damaged(file)
        case 13 | 10:
            return _no_room(file)
        case 8 | 3:
            return _read_only(file)
        case 14:
            return StoreTrouble(
                _("{file} cannot be opened: its folder is missing or read-only.").format(
                    file=label
                ),
                way_out=_("Check the folder's permissions, or choose another folder."),
            )
        case 5 | 6:
            return StoreTrouble(
                _("{file} is in use by another program.").format(file=label),
                still_works=_("Nothing was changed."),
                way_out=_("Close other copies of the program and try again."),
            )
        case _:
            return None


def os_trouble(error: OSError, file: DataFile | None = None) -> StoreTrouble:
    """What the operating system says about a file or folder, as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _no_room(file)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _read_only(file)
    if error.errno == errno.ENOENT and file is not None:
        return _missing(file)
    return StoreTrouble(
        _("The data folder cannot be read or written: {reason}.").format(
            reason=error.strerror or type(error).__name__
        ),
        way_out=_("Check the disk, then try again."),
    )


def _wrong_key_or_damaged(file: DataFile) -> StoreTrouble:
    return StoreTrouble(
        _("{file} is damaged, or it belongs to other keys than these.").format(
            file=_capital(file.label)
        ),
        still_works=_("It was left as it is."),
        way_out=_("Restore the last backup."),
    )


def _no_room(file: DataFile | None) -> StoreTrouble:
    label = file.label if file else _("the data folder")
    return StoreTrouble(
        _("The disk is full or failing: {file} could not be written.").format(file=label),
        still_works=_("All that was saved before is safe; the last change was not saved."),
        way_out=_("Make room on the disk and try again."),
    )


def _read_only(file: DataFile | None) -> StoreTrouble:
    label = file.label if file else _("the data folder")
    return StoreTrouble(
        _("{file} is read-only for this account.").format(file=_capital(label)),
        still_works=_("Nothing was changed."),
        way_out=_("Give this account the right to write in the folder, or choose another one."),
    )


def _missing(file: DataFile) -> StoreTrouble:
    return StoreTrouble(
        _("{file} is missing.").format(file=_capital(file.label)),
        way_out=_("Restore it from a backup."),
    )


def _already_there(file: DataFile) -> StoreTrouble:
    return StoreTrouble(
        _("{file} is already there; it was left as it is.").format(file=_capital(file.label)),
        way_out=_("Choose another folder."),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@contextmanager
def _using(db: Database) -> Generator[None]:
    if isinstance(db, FileDatabase):
        with db.guard, database_troubles(db.file):
            yield
    else:
        yield


def rows(db: Database, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """All rows of a query as dictionaries; fetched whole. Raises ``StoreTrouble``."""
    with _using(db):
        cursor: Any = db.conn.execute(sql, tuple(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one(db: Database, sql: str, parameters: Sequence[object] = ()) -> Row | None:
    """The first row of a query, or None. Raises ``StoreTrouble``."""
    found = rows(db, sql, parameters)
    return found[0] if found else None


def scalar(db: Database, sql: str, parameters: Sequence[object] = ()) -> Any:
    """The first column of the first row, or None. Raises ``StoreTrouble``."""
    with _using(db):
        cursor: Any = db.conn.execute(sql, tuple(parameters))
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else row[0]


def run(db: Database, sql: str, parameters: Sequence[object] = ()) -> int:
    """Execute one statement inside the open transaction.

    Returns:
        The number of rows changed (-1 where SQLite does not say).

    Raises:
        StoreTrouble: the file cannot be written.
    """
    with _using(db):
        cursor: Any = db.conn.execute(sql, tuple(parameters))
        changed = int(cursor.rowcount)
        cursor.close()
        return changed


def run_many(db: Database, sql: str, parameters: Sequence[Sequence[object]]) -> None:
    """Execute one statement for each set of values. Raises ``StoreTrouble``."""
    with _using(db):
        cursor: Any = db.conn.executemany(sql, parameters)
        cursor.close()


def in_transaction(db: Database) -> bool:
    """Whether a transaction is open on the connection."""
    return bool(db.conn.in_transaction)
