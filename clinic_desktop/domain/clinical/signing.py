"""Signatures over notes: one canonical text of a note and all its children, hashed and chained.

Each seal covers the hashes of the note's parts and the seal before it on the same machine, so a
note taken out leaves a gap that nobody can close without the signer's own key.
"""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final, cast

from clinic_desktop.domain.clinical.note import Amendment, Note
from clinic_desktop.domain.ids import NoteId, UserId
from clinic_desktop.text import _

FIRST: Final = hashlib.sha256(b"clinic-desktop seals 1").hexdigest()
CHILDREN: Final = ("needles", "tests", "adverse_events", "screening")
_NOT_CONTENT: Final = (*CHILDREN, "amendments", "signed")


class SealKind(StrEnum):
    """What was signed."""

    NOTE = "note"
    AMENDMENT = "amendment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One signature. ``parts`` are SHA-256 by part of what was signed; ``signed_at`` is UTC.

    ``position`` counts this machine's seals from 1; ``previous`` is the hash of the one before.
    """

    id: str
    kind: SealKind
    note_id: NoteId
    subject_id: str
    device_id: str
    position: int
    previous: str
    parts: Mapping[str, str]
    signer: UserId
    signer_name: str
    signed_at: datetime
    public_key: bytes
    signature: bytes = b""

    def message(self) -> bytes:
        """The text that the signature is over."""
        return canonical(
            {
                "id": self.id,
                "kind": self.kind,
                "note": self.note_id,
                "subject": self.subject_id,
                "device": self.device_id,
                "position": self.position,
                "previous": self.previous,
                "parts": self.parts,
                "signer": self.signer,
                "signer_name": self.signer_name,
                "signed_at": self.signed_at,
                "public_key": self.public_key.hex(),
            }
        )

    def hash(self) -> str:
        """What the next seal names as the one before it."""
        return hashlib.sha256(self.message() + self.signature).hexdigest()


def canonical(value: object) -> bytes:
    """A value as one and the same bytes however it was put together.

    Keys are sorted, text is in NFC, whole floats are written as integers, moments in UTC. Sequences
    of records that have an ``id`` or ``item_id`` are sorted by it: the order of rows means nothing.
    A record's empty fields are left out, so a field that a later release adds leaves the hashes of
    older notes as they were.
    """
    plain = _plain(value)
    return json.dumps(
        plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _plain(value: object) -> object:
    match value:
        case None | bool():
            return value
        case StrEnum():
            return value.value
        case str():
            return unicodedata.normalize("NFC", value)
        case int():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case datetime():
            return value.isoformat() if value.tzinfo is None else _utc(value)
        case date():
            return value.isoformat()
        case _:
            return _plain_group(value)


def _plain_group(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        content = {f.name: getattr(value, f.name) for f in fields(value)}
        return {name: _plain(item) for name, item in content.items() if not _is_empty(item)}
    if isinstance(value, Mapping):
        found = cast("Mapping[str, object]", value)
        return {key: _plain(item) for key, item in found.items()}
    if isinstance(value, tuple | list):
        items = [_plain(item) for item in cast("Iterable[object]", value)]
        return sorted(items, key=_record_key) if _are_records(items) else items
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _is_empty(value: object) -> bool:
    return value is None or value == "" or value == () or value == {}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _are_records(items: list[object]) -> bool:
    return bool(items) and all(
        isinstance(item, dict) and ("id" in item or "item_id" in item) for item in items
    )


def _record_key(item: object) -> str:
    record = cast("dict[str, Any]", item)
    return str(record.get("id", record.get("item_id")))


def note_parts(note: Note) -> dict[str, str]:
    """SHA-256 of the note's own content and of each kind of children."""
    content = {f.name: getattr(note, f.name) for f in fields(note) if f.name not in _NOT_CONTENT}
    own = {name: value for name, value in content.items() if not _is_empty(value)}
    parts = {"content": _sha256(own)}
    return parts | {name: _sha256(getattr(note, name)) for name in CHILDREN}


def amendment_parts(amendment: Amendment, note: Note) -> dict[str, str]:
    """SHA-256 of an amendment and of the note that it amends."""
    return {"amendment": _sha256(amendment)} | note_parts(note)


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


class SealFault(StrEnum):
    """What can be wrong with signed notes."""

    CONTENT = "content"
    CHILDREN = "children"
    CHAIN = "chain"
    SIGNATURE = "signature"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFinding:
    """One thing that is wrong, and with which note ("" if it concerns the chain itself)."""

    what: SealFault
    note_id: str
    sentence: str


SignatureHolds = Callable[[UserId, bytes, bytes, bytes], bool]
"""Given signer, public key, signature and message: whether it is theirs and holds."""


def check_seals(
    notes: Iterable[Note], seals: Iterable[Seal], holds: SignatureHolds
) -> list[SealFinding]:
    """Compare every signed note with its seals.

    Args:
        notes: all notes with children and amendments.
        seals: all seals.
        holds: checks one signature against the signer's known keys.

    Returns:
        Empty if all is well.
    """
    by_id = {note.id: note for note in notes}
    ordered = sorted(seals, key=lambda seal: (seal.device_id, seal.position, seal.id))
    found = _chain_faults(ordered)
    for seal in ordered:
        found += _seal_faults(seal, by_id.get(seal.note_id), holds)
    sealed = {(seal.kind, seal.subject_id) for seal in ordered}
    for note in by_id.values():
        wanted: list[tuple[SealKind, str]] = [(SealKind.NOTE, note.id)] if note.signed else []
        wanted += [(SealKind.AMENDMENT, amendment.id) for amendment in note.amendments]
        found += [
            _finding(SealFault.MISSING, note.id, _("A signed note has lost its signature."))
            for key in wanted
            if key not in sealed
        ]
    return found


def _chain_faults(ordered: list[Seal]) -> list[SealFinding]:
    found: list[SealFinding] = []
    device, previous, position = "", FIRST, 0
    for seal in ordered:
        if seal.device_id != device:
            device, previous, position = seal.device_id, FIRST, 0
        if seal.previous != previous or seal.position != position + 1:
            found.append(
                _finding(
                    SealFault.CHAIN,
                    seal.note_id,
                    _("The chain of signatures is broken before a note: something is missing."),
                )
            )
        previous, position = seal.hash(), seal.position
    return found


def _seal_faults(seal: Seal, note: Note | None, holds: SignatureHolds) -> list[SealFinding]:
    found: list[SealFinding] = []
    if not holds(seal.signer, seal.public_key, seal.signature, seal.message()):
        found.append(
            _finding(SealFault.SIGNATURE, seal.note_id, _("A signature is not the signer's own."))
        )
    parts = _parts_now(seal, note)
    if note is None or parts is None:
        return [
            *found,
            _finding(SealFault.MISSING, seal.note_id, _("Something signed is not there any more.")),
        ]
    if not note.signed:
        found.append(
            _finding(SealFault.CONTENT, note.id, _("A signed note was turned back into a draft."))
        )
    for name in sorted(seal.parts.keys() | parts.keys()):
        if seal.parts.get(name) != parts.get(name):
            found.append(_altered(name, note.id))
    return found


def _parts_now(seal: Seal, note: Note | None) -> dict[str, str] | None:
    if note is None:
        return None
    if seal.kind is SealKind.NOTE:
        return note_parts(note) if seal.subject_id == note.id else None
    for amendment in note.amendments:
        if amendment.id == seal.subject_id:
            return amendment_parts(amendment, note)
    return None


def _altered(part: str, note_id: str) -> SealFinding:
    names = {
        "needles": _("The needles of a signed note were altered."),
        "tests": _("The tests of a signed note were altered."),
        "adverse_events": _("The adverse events of a signed note were altered."),
        "screening": _("The screening in a signed note was altered."),
        "amendment": _("An amendment was altered."),
    }
    what = SealFault.CHILDREN if part in names else SealFault.CONTENT
    return _finding(what, note_id, names.get(part, _("The text of a signed note was altered.")))


def _finding(what: SealFault, note_id: str, sentence: str) -> SealFinding:
    return SealFinding(what=what, note_id=note_id, sentence=sentence)
