"""Reads of the clinical file; the same queries serve readers and open operations."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from clinic_desktop.domain.clinical.consent import Consent
from clinic_desktop.domain.clinical.episode import Episode
from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.clinical.intake import Intake
from clinic_desktop.domain.clinical.note import Note
from clinic_desktop.domain.clinical.signing import Seal
from clinic_desktop.domain.clinical_ports import (
    AuditLine,
    Blob,
    NoteTitle,
    OutboxEntry,
    Recovered,
)
from clinic_desktop.domain.errors import NotFound
from clinic_desktop.domain.ids import (
    ConsentId,
    EpisodeId,
    IntakeId,
    NoteId,
    PatientId,
    UserId,
    VisitId,
)
from clinic_desktop.store import clinical_mapping as m
from clinic_desktop.store import clinical_note_mapping as n
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.clinical_schema import TABLES
from clinic_desktop.store.clinical_triggers import NOTE_CHILDREN
from clinic_desktop.store.sqlcipher import Database, Row, one, rows, scalar
from clinic_desktop.store.table_mapping import TableMapping
from clinic_desktop.text import _

_AMONG = "IN (SELECT value FROM json_each(?))"
_BATCH = 500


def _nothing() -> None:
    """Close nothing: the connection is somebody else's."""


class ClinicalQueries:
    """Implements the port ``ClinicalReader`` over one connection.

    Args:
        db: the connection; it belongs to one thread.
        on_close: gives the connection back.
    """

    def __init__(self, db: Database, on_close: Callable[[], None] = _nothing) -> None:
        self._db = db
        self._on_close = on_close

    def episode(self, episode_id: EpisodeId) -> Episode:
        """One episode. Raises ``NotFound``."""
        return self._one(m.EPISODES, episode_id, _("That episode is not here any more."))

    def episodes_of(self, patient_ids: Iterable[PatientId]) -> list[Episode]:
        """Episodes of a patient and their aliases, newest first."""
        return self._of(m.EPISODES, patient_ids, "opened_at")

    def alerts_of(self, patient_ids: Iterable[PatientId]) -> list[ImportedAlert]:
        """What an imported list warned of, for a patient and their aliases."""
        return self._of(m.ALERTS, patient_ids, "sealed_at")

    def intake(self, intake_id: IntakeId) -> Intake:
        """One intake with its screening. Raises ``NotFound``."""
        found = self._one(m.INTAKES, intake_id, _("That intake is not here any more."))
        return self._screened([found])[0]

    def intakes_of(self, patient_ids: Iterable[PatientId]) -> list[Intake]:
        """Intakes of a patient and their aliases, newest first."""
        return self._screened(self._of(m.INTAKES, patient_ids, "taken_at"))

    def intake_of_visit(self, visit_id: VisitId) -> Intake | None:
        """The intake that was opened from a visit, if any."""
        found = self._all(m.INTAKES, "WHERE visit_id = ? ORDER BY id LIMIT 1", (visit_id,))
        return self._screened(found)[0] if found else None

    def consent(self, consent_id: ConsentId) -> Consent:
        """One consent. Raises ``NotFound``."""
        return self._one(m.CONSENTS, consent_id, _("That consent is not here any more."))

    def consents_of(self, patient_ids: Iterable[PatientId]) -> list[Consent]:
        """Consents of a patient and their aliases, newest first."""
        return self._of(m.CONSENTS, patient_ids, "signed_at")

    def note(self, note_id: NoteId) -> Note:
        """One note with its children and amendments. Raises ``NotFound``."""
        found = self._one(n.NOTES, note_id, _("That note is not here any more."))
        return self._complete([found])[0]

    def notes_of(self, patient_ids: Iterable[PatientId]) -> list[Note]:
        """Notes of a patient and their aliases, newest first."""
        return self._complete(self._of(n.NOTES, patient_ids, "service_at"))

    def visits_with_records(self, patient_ids: Iterable[PatientId]) -> frozenset[VisitId]:
        """The visits on which an intake or a note of these patients stands."""
        among = json.dumps(sorted(patient_ids))
        found = rows(
            self._db,
            f"SELECT visit_id FROM notes WHERE patient_id {_AMONG} AND visit_id IS NOT NULL"
            f" UNION SELECT visit_id FROM intakes WHERE patient_id {_AMONG}"
            " AND visit_id IS NOT NULL",
            (among, among),
        )
        return frozenset(VisitId(row["visit_id"]) for row in found)

    def note_titles(self, patient_ids: Iterable[PatientId], limit: int) -> list[NoteTitle]:
        """The newest notes of a patient and their aliases, without their content."""
        found = rows(
            self._db,
            f"SELECT id, service_at FROM notes WHERE patient_id {_AMONG}"
            " ORDER BY service_at DESC, id DESC LIMIT ?",
            (json.dumps(sorted(patient_ids)), limit),
        )
        return [
            NoteTitle(id=NoteId(v.text(row, "id")), service_at=v.local(row, "service_at"))
            for row in found
        ]

    def note_of_visit(self, visit_id: VisitId) -> Note | None:
        """The note of a visit, if any."""
        found = self._all(n.NOTES, "WHERE visit_id = ? ORDER BY id LIMIT 1", (visit_id,))
        return self._complete(found)[0] if found else None

    def every_note(self) -> Iterator[Note]:
        """All notes, a few hundred at a time."""
        last = ""
        while found := self._all(n.NOTES, f"WHERE id > ? ORDER BY id LIMIT {_BATCH}", (last,)):
            yield from self._complete(found)
            last = found[-1].id

    def seals(self, note_id: NoteId | None = None) -> list[Seal]:
        """All signatures, or those of one note, oldest first."""
        order = "ORDER BY device_id, position, id"
        if note_id is None:
            return self._all(m.SEALS, order)
        return self._all(m.SEALS, f"WHERE note_id = ? {order}", (note_id,))

    def last_seal(self, device_id: str) -> Seal | None:
        """The newest signature made on a machine."""
        found = self._all(
            m.SEALS, "WHERE device_id = ? ORDER BY position DESC LIMIT 1", (device_id,)
        )
        return found[0] if found else None

    def journalled_seals(self) -> dict[str, str]:
        """Note ids by seal id, of every signature that the journal knows."""
        found = rows(
            self._db,
            "SELECT row_id, json_extract(new_json, '$.note_id') AS note_id FROM journal"
            " WHERE table_name = 'seals' AND action = 'insert'",
        )
        return {row["row_id"]: row["note_id"] for row in found}

    def blob(self, sha256: str) -> Blob:
        """A kept file. Raises ``NotFound``."""
        return self._one(m.BLOBS, sha256, _("That file is not here any more."))

    def recovered_intake(self, intake_id: IntakeId) -> Recovered[Intake] | None:
        """The autosaved draft of an intake, if one is newer than the saved state."""
        return self._recovered(intake_id, n.load_intake_draft)

    def recovered_note(self, note_id: NoteId) -> Recovered[Note] | None:
        """The autosaved draft of a note, if one is newer than the saved state."""
        return self._recovered(note_id, n.load_note_draft)

    def outbox(self) -> list[OutboxEntry]:
        """What is still owed to the schedule file, oldest first."""
        by_operation: dict[str, list[Row]] = {}
        for row in rows(self._db, "SELECT * FROM outbox ORDER BY id"):
            by_operation.setdefault(row["operation_id"], []).append(row)
        return [
            OutboxEntry(
                operation_id=operation_id,
                name=owed[0]["name"],
                actor=UserId(owed[0]["actor"]),
                patient_ids=frozenset(PatientId(row["patient_id"]) for row in owed),
                audit=tuple(
                    AuditLine(
                        action=row["action"],
                        table=row["table_name"],
                        row_id=row["row_id"],
                        at_utc=v.local(row, "at_utc"),
                    )
                    for row in owed
                    if row["action"]
                ),
            )
            for operation_id, owed in by_operation.items()
        ]

    def counts(self) -> Mapping[str, int]:
        """Rows by table, the journal's among them."""
        names = [note.table for note in TABLES] + ["journal"]
        return {name: int(scalar(self._db, f"SELECT count(*) FROM {name}")) for name in names}

    def close(self) -> None:
        """Give the connection back."""
        self._on_close()

    def _recovered[R](self, draft_id: str, load: Callable[[str], R]) -> Recovered[R] | None:
        row = one(self._db, "SELECT * FROM draft_recovery WHERE draft_id = ?", (draft_id,))
        if row is None:
            return None
        return Recovered(
            record=load(row["content"]),
            saved_by=UserId(row["saved_by"]),
            saved_at=v.local(row, "saved_at"),
        )

    def _screened(self, intakes: list[Intake]) -> list[Intake]:
        ids = json.dumps([intake.id for intake in intakes])
        answers = self._all(m.ANSWERS, f"WHERE intake_id {_AMONG} ORDER BY item_id", (ids,))
        return [
            replace(intake, screening=tuple(a for a in answers if a.intake_id == intake.id))
            for intake in intakes
        ]

    def _complete(self, notes: list[Note]) -> list[Note]:
        ids = json.dumps([note.id for note in notes])
        grouped: dict[str, dict[str, list[Row]]] = {}
        for table in (*NOTE_CHILDREN, n.AMENDMENTS.table):
            order = "written_at, id" if table == n.AMENDMENTS.table else "id"
            query = f"SELECT * FROM {table} WHERE note_id {_AMONG} ORDER BY {order}"
            for row in rows(self._db, query, (ids,)):
                grouped.setdefault(row["note_id"], {}).setdefault(table, []).append(row)
        return [
            n.with_children(note, found, found.get(n.AMENDMENTS.table, ()))
            for note in notes
            for found in (grouped.get(note.id, {}),)
        ]

    def _of[R](
        self, mapping: TableMapping[R], patient_ids: Iterable[PatientId], order: str
    ) -> list[R]:
        return self._all(
            mapping,
            f"WHERE patient_id {_AMONG} ORDER BY {order} DESC, id DESC",
            (json.dumps(sorted(patient_ids)),),
        )

    def _all[R](
        self, mapping: TableMapping[R], rest: str, params: tuple[str | int, ...] = ()
    ) -> list[R]:
        found = rows(self._db, f"SELECT * FROM {mapping.table} {rest}", params)
        return [mapping.from_row(row) for row in found]

    def _one[R](self, mapping: TableMapping[R], record_id: str, gone: str) -> R:
        row = one(self._db, f"SELECT * FROM {mapping.table} WHERE {mapping.key} = ?", (record_id,))
        if row is None:
            raise NotFound(gone)
        return mapping.from_row(row)
