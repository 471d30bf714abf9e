"""Checks of a file: its pages, its references, its triggers and the chain of its journal.

A person who holds a file's key can drop the triggers, rewrite the journal and recompute its chain.
That is found out by the anchors: each file keeps heads of the other one's chain.
"""

import json
from dataclasses import dataclass
from typing import Final

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store import chain
from clinic_desktop.store.chain import HASHED_COLUMNS, ChainHead, utc_text
from clinic_desktop.store.database import FileStore, Operation
from clinic_desktop.store.migrations import trigger_faults
from clinic_desktop.store.sqlcipher import Database, DataFile, one, rows, run, scalar
from clinic_desktop.store.verify_rows import rows_past_the_journal
from clinic_desktop.text import _

_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with a file.

    ``what`` is one of damaged, pages, references, triggers, chain, gap, unsealed, cut, row, anchor.
    ``seq`` is the journal entry concerned, if there is one.
    """

    file: DataFile
    what: str
    sentence: str
    seq: int | None = None


def verify_file(store: FileStore) -> list[Finding]:
    """Check one file from a connection of its own; takes seconds on a large file.

    Returns:
        What was found; empty if all is well.
    """
    file = store.file
    try:
        db = store.fresh_reader()
    except StoreTrouble as trouble:
        return [Finding(file=file, what="damaged", sentence=str(trouble))]
    try:
        journal = verify_chain(db, file)
        return [
            *_pages(db, file),
            *_references(db, file),
            *_triggers(db, store),
            *journal,
            # A journal that is broken itself says nothing of the rows.
            *([] if journal else _rows(db, store)),
        ]
    except StoreTrouble as trouble:
        return [
            *_damaged_pages(db, file),
            Finding(file=file, what="damaged", sentence=str(trouble)),
        ]
    finally:
        db.conn.close()


def _damaged_pages(db: Database, file: DataFile) -> list[Finding]:
    try:
        return _pages(db, file)
    except StoreTrouble:
        return []


def _pages(db: Database, file: DataFile) -> list[Finding]:
    damaged = [str(row) for row in rows(db, "PRAGMA cipher_integrity_check")]
    if not damaged:
        result = [
            str(value) for row in rows(db, "PRAGMA integrity_check") for value in row.values()
        ]
        damaged = [] if result == ["ok"] else result
    if not damaged:
        return []
    sentence = _("{n} parts of {file} are damaged.").format(n=len(damaged), file=file.label)
    return [Finding(file=file, what="pages", sentence=sentence)]


def _references(db: Database, file: DataFile) -> list[Finding]:
    broken = rows(db, "PRAGMA foreign_key_check")
    if not broken:
        return []
    tables = ", ".join(sorted({row["table"] for row in broken}))
    sentence = _("{n} rows of {file} point to something that is not there ({tables}).").format(
        n=len(broken), file=file.label, tables=tables
    )
    return [Finding(file=file, what="references", sentence=sentence)]


def _rows(db: Database, store: FileStore) -> list[Finding]:
    """Clinical rows that were changed past the journal; a record is what this is for."""
    if store.file is not DataFile.CLINICAL:
        return []
    return [
        Finding(
            file=store.file,
            what="row",
            sentence=_("A record in {file} was changed past its journal: {table} {id}.").format(
                file=store.file.label, table=table, id=row_id
            ),
        )
        for table, row_id in rows_past_the_journal(db, store.schema.journalled)
    ]


def _triggers(db: Database, store: FileStore) -> list[Finding]:
    return [
        Finding(
            file=store.file,
            what="triggers",
            sentence=_("A safeguard in {file} is {what}: {name}.").format(
                file=store.file.label, what=fault.what, name=fault.name
            ),
        )
        for fault in trigger_faults(db, store.schema)
    ]


def verify_chain(db: Database, file: DataFile) -> list[Finding]:
    """Recompute the chain of a journal from its beginning; stops at the first wrong hash."""
    findings: list[Finding] = []
    newest = chain.genesis(file)
    columns = ", ".join((*HASHED_COLUMNS, "prev_hash", "hash"))
    query = f"SELECT {columns} FROM journal WHERE seq > ? ORDER BY seq LIMIT {_BATCH}"
    while entries := rows(db, query, (newest.seq,)):
        for entry in entries:
            seq: int = entry["seq"]
            if seq != newest.seq + 1:
                sentence = _("Journal entries {first} to {last} of {file} are missing.").format(
                    first=newest.seq + 1, last=seq - 1, file=file.label
                )
                findings.append(Finding(file=file, what="gap", sentence=sentence, seq=seq))
                return findings
            if entry["hash"] is None:
                sentence = _("Journal entry {seq} of {file} was written without its seal.").format(
                    seq=seq, file=file.label
                )
                findings.append(Finding(file=file, what="unsealed", sentence=sentence, seq=seq))
                return findings
            expected = chain.entry_hash(newest.hash, entry)
            if entry["prev_hash"] != newest.hash or entry["hash"] != expected:
                sentence = _("Journal entry {seq} of {file} was changed.").format(
                    seq=seq, file=file.label
                )
                findings.append(Finding(file=file, what="chain", sentence=sentence, seq=seq))
                return findings
            newest = ChainHead(seq=seq, hash=expected)
    counted = scalar(db, "SELECT seq FROM sqlite_sequence WHERE name = 'journal'") or 0
    if counted != newest.seq:
        sentence = _("The end of the journal of {file} is missing after entry {seq}.").format(
            file=file.label, seq=newest.seq
        )
        findings.append(Finding(file=file, what="cut", sentence=sentence, seq=newest.seq))
    return findings


def record_anchor(op: Operation, other_file: DataFile, head: ChainHead) -> bool:
    """Keep a head of the other file's chain in this file, inside an open operation.

    Returns:
        Whether it was written: not if the newest anchor says the same already.
    """
    newest = one(
        op.db,
        "SELECT seq, hash FROM anchors WHERE other_file = ? ORDER BY id DESC LIMIT 1",
        (other_file.value,),
    )
    if head.seq == 0 or newest == {"seq": head.seq, "hash": head.hash}:
        return False
    run(
        op.db,
        "INSERT INTO anchors (other_file, seq, hash, at_utc) VALUES (?, ?, ?, ?)",
        (other_file.value, head.seq, head.hash, utc_text(op.at_utc)),
    )
    detail = {"file": other_file.value, "seq": head.seq, "hash": head.hash}
    op.explicit_entry("anchor", table="anchors", detail=detail)
    return True


def check_anchors(store: FileStore, other: FileStore) -> list[Finding]:
    """Hold the other file against the heads of its chain that this file has kept.

    Returns:
        What was found about the other file: its journal was cut, an older copy of it was put in
        place, or its past was rewritten. Or about this file: its anchors were changed.
    """
    db, other_db = store.reader(), other.reader()
    kept = rows(
        db,
        "SELECT seq, hash FROM anchors WHERE other_file = ? ORDER BY id",
        (other.file.value,),
    )
    findings = _against_journal(db, store.file, other.file, kept)
    other_head = chain.head(other_db, other.file)
    for anchor in kept:
        seq: int = anchor["seq"]
        if seq > other_head.seq:
            sentence = _(
                "{file} ends at journal entry {last}, but entry {seq} was there before: its end"
                " was cut off, or an older copy was put in its place."
            ).format(file=_capital(other.file.label), last=other_head.seq, seq=seq)
            findings.append(Finding(file=other.file, what="cut", sentence=sentence, seq=seq))
            break
        found = scalar(other_db, "SELECT hash FROM journal WHERE seq = ?", (seq,))
        if found != anchor["hash"]:
            sentence = _(
                "The journal of {file} was rewritten: entry {seq} is not what it was."
            ).format(file=other.file.label, seq=seq)
            findings.append(Finding(file=other.file, what="anchor", sentence=sentence, seq=seq))
            break
    return findings


def _against_journal(
    db: Database, file: DataFile, other: DataFile, kept: list[dict[str, object]]
) -> list[Finding]:
    """The anchors' own journal entries have to say the same as the anchors."""
    entries = rows(db, "SELECT new_json FROM journal WHERE action = 'anchor' ORDER BY seq")
    facts = [json.loads(entry["new_json"]) for entry in entries]
    journalled = [(f["seq"], f["hash"]) for f in facts if f["file"] == other.value]
    if journalled == [(anchor["seq"], anchor["hash"]) for anchor in kept]:
        return []
    sentence = _("The anchors kept in {file} were changed.").format(file=file.label)
    return [Finding(file=file, what="anchor", sentence=sentence)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
