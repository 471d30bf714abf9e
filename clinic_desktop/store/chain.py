"""The hash chain over a file's journal: each entry's hash covers the entry and the hash before it.

The chain is sealed in Python before COMMIT, because a trigger may not call functions that the
program registers (``trusted_schema = OFF``).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from clinic_desktop.store.sqlcipher import Database, DataFile, one, rows, run_many

HASHED_COLUMNS: Final = (
    "seq",
    "device_id",
    "op_id",
    "op_name",
    "op_kind",
    "inverts",
    "undoable",
    "actor",
    "at_utc",
    "table_name",
    "row_id",
    "action",
    "old_json",
    "new_json",
)
_COLUMNS: Final = ", ".join(HASHED_COLUMNS)
_BATCH: Final = 2_000
BLOB_MARK: Final = "$hex"
HASH_MARK: Final = "$sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """The newest sealed entry of a journal: its number (0 for none) and hash."""

    seq: int
    hash: str


def utc_text(moment: datetime) -> str:
    """A moment as the journal writes it: UTC, always the same length, so that text sorts by time.

    Raises:
        ValueError: the moment carries no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def utc_moment(text: str) -> datetime:
    """The moment that ``utc_text`` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)


def genesis(file: DataFile) -> ChainHead:
    """The head of an empty journal; it differs by file, so entries cannot change files."""
    text = f"clinic-desktop journal 1 {file.value}"
    return ChainHead(seq=0, hash=hashlib.sha256(text.encode()).hexdigest())


def entry_hash(previous: str, entry: Mapping[str, Any]) -> str:
    """The hash of one entry (``HASHED_COLUMNS``) after the one before it."""
    values = [previous, *(entry[column] for column in HASHED_COLUMNS)]
    canonical = json.dumps(values, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def head(db: Database, file: DataFile) -> ChainHead:
    """The newest sealed entry."""
    row = one(db, "SELECT seq, hash FROM journal WHERE hash IS NOT NULL ORDER BY seq DESC LIMIT 1")
    return ChainHead(seq=row["seq"], hash=row["hash"]) if row else genesis(file)


def seal(db: Database, after: ChainHead) -> ChainHead:
    """Give every entry after a head its hash, inside the open transaction.

    BLOBs that the triggers wrote out are replaced by their SHA-256 and size.

    Returns:
        The new head.
    """
    newest = after
    query = f"SELECT {_COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT {_BATCH}"
    while entries := rows(db, query, (newest.seq,)):
        sealed: list[tuple[object, ...]] = []
        for entry in entries:
            entry["old_json"] = _without_blobs(entry["old_json"])
            entry["new_json"] = _without_blobs(entry["new_json"])
            digest = entry_hash(newest.hash, entry)
            sealed.append((entry["old_json"], entry["new_json"], newest.hash, digest, entry["seq"]))
            newest = ChainHead(seq=entry["seq"], hash=digest)
        run_many(
            db,
            "UPDATE journal SET old_json = ?, new_json = ?, prev_hash = ?, hash = ? WHERE seq = ?",
            sealed,
        )
    return newest


def _without_blobs(text: str | None) -> str | None:
    if text is None or BLOB_MARK not in text:
        return text
    row = cast("dict[str, Any]", json.loads(text))
    return json.dumps({k: _hashed(v) for k, v in row.items()}, ensure_ascii=False)


def _hashed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    blob = bytes.fromhex(cast("dict[str, str]", value)[BLOB_MARK])
    return blob_mark(blob)


def blob_mark(blob: bytes) -> dict[str, str | int]:
    """How the journal names a BLOB: by its SHA-256 and size in bytes."""
    return {HASH_MARK: hashlib.sha256(blob).hexdigest(), "$size": len(blob)}
