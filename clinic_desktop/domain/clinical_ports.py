"""What the clinical services need of the clinical file, of the signer's key and of the schedule."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinical.consent import Consent
from clinic_desktop.domain.clinical.episode import Episode
from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.clinical.intake import Intake
from clinic_desktop.domain.clinical.note import Amendment, Note
from clinic_desktop.domain.clinical.signing import Seal
from clinic_desktop.domain.ids import (
    ConsentId,
    EpisodeId,
    IntakeId,
    NoteId,
    PatientId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.ports import ScheduleOperation, ScheduleReader
from clinic_desktop.domain.role import Session

ClinicalRecord = Episode | Intake | Consent | Note | ImportedAlert
Draft = Intake | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A picture, a letter or a text, kept by its SHA-256."""

    sha256: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered[R]:
    """An autosaved draft that was not saved by hand yet. ``saved_at`` is UTC."""

    record: R
    saved_by: UserId
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """A line without content for the schedule file's audit trail."""

    action: str
    table: str
    row_id: str
    at_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """What one committed operation of the clinical file still owes to the schedule file."""

    operation_id: str
    name: str
    actor: UserId
    patient_ids: frozenset[PatientId]
    audit: tuple[AuditLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTitle:
    """A note as a list shows it: nothing of what it says."""

    id: NoteId
    service_at: datetime


class ClinicalReader(Protocol):
    """Reads of the clinical file; each thread has its own."""

    def episode(self, episode_id: EpisodeId) -> Episode:
        """One episode. Raises ``NotFound``."""
        ...

    def episodes_of(self, patient_ids: Iterable[PatientId]) -> list[Episode]:
        """Episodes of a patient and their aliases, newest first."""
        ...

    def alerts_of(self, patient_ids: Iterable[PatientId]) -> list[ImportedAlert]:
        """What an imported list warned of, for a patient and their aliases."""
        ...

    def intake(self, intake_id: IntakeId) -> Intake:
        """One intake with its screening. Raises ``NotFound``."""
        ...

    def intakes_of(self, patient_ids: Iterable[PatientId]) -> list[Intake]:
        """Intakes of a patient and their aliases, newest first."""
        ...

    def intake_of_visit(self, visit_id: VisitId) -> Intake | None:
        """The intake that was opened from a visit, if any."""
        ...

    def consent(self, consent_id: ConsentId) -> Consent:
        """One consent. Raises ``NotFound``."""
        ...

    def consents_of(self, patient_ids: Iterable[PatientId]) -> list[Consent]:
        """Consents of a patient and their aliases, newest first."""
        ...

    def note(self, note_id: NoteId) -> Note:
        """One note with its children and amendments. Raises ``NotFound``."""
        ...

    def notes_of(self, patient_ids: Iterable[PatientId]) -> list[Note]:
        """Notes of a patient and their aliases, newest first."""
        ...

    def visits_with_records(self, patient_ids: Iterable[PatientId]) -> frozenset[VisitId]:
        """The visits on which an intake or a note of these patients stands."""
        ...

    def note_titles(self, patient_ids: Iterable[PatientId], limit: int) -> list[NoteTitle]:
        """The newest notes of a patient and their aliases, without their content."""
        ...

    def note_of_visit(self, visit_id: VisitId) -> Note | None:
        """The note of a visit, if any."""
        ...

    def every_note(self) -> Iterable[Note]:
        """All notes, for verification."""
        ...

    def seals(self, note_id: NoteId | None = None) -> list[Seal]:
        """All signatures, or those of one note, oldest first."""
        ...

    def last_seal(self, device_id: str) -> Seal | None:
        """The newest signature made on a machine."""
        ...

    def journalled_seals(self) -> dict[str, str]:
        """Note ids by seal id, of every signature that the journal knows."""
        ...

    def blob(self, sha256: str) -> Blob:
        """A kept file. Raises ``NotFound``."""
        ...

    def recovered_intake(self, intake_id: IntakeId) -> Recovered[Intake] | None:
        """The autosaved draft of an intake, if one is newer than the saved state."""
        ...

    def recovered_note(self, note_id: NoteId) -> Recovered[Note] | None:
        """The autosaved draft of a note, if one is newer than the saved state."""
        ...

    def outbox(self) -> list[OutboxEntry]:
        """What is still owed to the schedule file, oldest first."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Rows by table."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class ClinicalOperation(ClinicalReader, Protocol):
    """One open write: reads see its own changes; all of it commits or none."""

    def put(self, record: ClinicalRecord) -> None:
        """Insert the record with its children, or update just what changed.

        An autosaved draft of it is dropped: this is the save.
        """
        ...

    def put_blob(self, blob: Blob) -> None:
        """Keep a file; one that is there already is left as it is."""
        ...

    def seal_note(self, note: Note, seal: Seal) -> None:
        """Save a note for the last time and sign it: from here on the file refuses changes."""
        ...

    def add_amendment(self, amendment: Amendment, seal: Seal) -> None:
        """Add a signed correction to a signed note."""
        ...

    def owe_audit(self, action: str, *, table: str, row_id: str, patient_id: PatientId) -> None:
        """Leave an audit line for the schedule file, committed together with this operation."""
        ...

    def changes(self) -> Changes:
        """What has been written so far in this operation."""
        ...


class ClinicalStore(Protocol):
    """The clinical file: one writer, many readers."""

    def operation(
        self, name: str, session: Session, *, undoable: bool = True, operation_id: str | None = None
    ) -> AbstractContextManager[ClinicalOperation]:
        """Begin one named, journalled write; commits when the block ends without an error.

        Raises:
            StoreTrouble: the file cannot be written.
        """
        ...

    def reader(self) -> ClinicalReader:
        """The calling thread's read-only view, made on first use."""
        ...

    def autosave(self, draft: Draft, session: Session) -> None:
        """Keep a draft against a crash: durable when this returns, and not journalled."""
        ...

    def drop_autosave(self, draft_id: str) -> None:
        """Forget an autosaved draft."""
        ...

    def delivered(self, operation_id: str) -> None:
        """Forget what an operation owed: the schedule file has it."""
        ...

    def undo(self, session: Session, since_utc: datetime) -> Changes:
        """Take the person's newest undoable operation back. Raises ``RuleBroken``."""
        ...

    def redo(self, session: Session, since_utc: datetime) -> Changes:
        """Do again what was last undone. Raises ``RuleBroken``."""
        ...

    def newest_at(self, session: Session, since_utc: datetime, *, redo: bool) -> str:
        """When the operation was made that ``undo`` (or ``redo``) would take; "" for none."""
        ...

    def undo_name(self, session: Session, since_utc: datetime) -> str:
        """The name of what ``undo`` would take back, or ""."""
        ...

    def redo_name(self, session: Session, since_utc: datetime) -> str:
        """The name of what ``redo`` would do again, or ""."""
        ...


class ProjectionOperation(ScheduleOperation, Protocol):
    """A write of the schedule file that takes over what the clinical file owes it."""

    def put_visit_records(self, visit_ids: Iterable[VisitId]) -> None:
        """Keep which visits an intake or a note stands on: an undo leaves them."""
        ...

    def first_time(self, operation_id: str) -> bool:
        """Whether that operation was not taken over yet; it counts as taken from this call on."""
        ...


class ProjectionStore(Protocol):
    """The schedule file as the clinical services write it."""

    def operation(
        self, name: str, session: Session, *, undoable: bool = True, operation_id: str | None = None
    ) -> AbstractContextManager[ProjectionOperation]:
        """As ``ScheduleStore.operation``."""
        ...

    def reader(self) -> ScheduleReader:
        """As ``ScheduleStore.reader``."""
        ...


class Signer(Protocol):
    """A person's signing key, for as long as they are logged in."""

    def public(self) -> bytes:
        """The public key that verifies the signatures."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature of a message."""
        ...


class SignatureChecker(Protocol):
    """Knows everybody's public keys, former ones too."""

    def holds(self, signer: UserId, public_key: bytes, signature: bytes, message: bytes) -> bool:
        """Whether the key is that person's and the signature was made over just this message."""
        ...
