"""Imports a patient list: preview, duplicates, then all of it in one write or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import Cancelled, ImportTrouble, RuleBroken
from clinic_desktop.domain.ids import NewId, PatientId, SiteId
from clinic_desktop.domain.patient import Patient, PinSource, VisitSite
from clinic_desktop.domain.patient_import import (
    ColumnMapping,
    Found,
    ImportPreview,
    ImportResult,
    PatientDraft,
    PatientFiles,
    PatientTable,
    PreviewRow,
    RowTrouble,
    Seal,
)
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.ports import ScheduleRecord, ScheduleStore
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.domain.travel import AddressSearch
from clinic_desktop.services.patient_checks import checked_patient, checked_site, name_key
from clinic_desktop.services.permission import require_office
from clinic_desktop.text import _

_CHUNK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPatients:
    """The import as a person confirmed it; rows that start on ``left_out_lines`` are not taken."""

    table: PatientTable
    mapping: ColumnMapping
    left_out_lines: frozenset[int] = frozenset()


class PatientImportService:
    """One use case in three steps: read, preview, run."""

    def __init__(
        self,
        store: ScheduleStore,
        files: PatientFiles,
        clock: Clock,
        new_id: NewId,
        seal: Seal,
    ) -> None:
        self._seal = seal
        self._store = store
        self._files = files
        self._clock = clock
        self._new_id = new_id

    def read(self, session: Session, path: Path, *, encoding: str | None = None) -> PatientTable:
        """Read a list. Raises ``EncodingUnclear``, ``ImportTrouble`` or ``PermissionRefused``."""
        require_office(session)
        return self._files.read(path, encoding=encoding)

    def suggest(self, table: PatientTable) -> ColumnMapping:
        """The mapping that headings and dates tell."""
        return self._files.suggest(table)

    def preview(self, table: PatientTable, mapping: ColumnMapping) -> ImportPreview:
        """What an import would do; nothing is written, no medical alert is kept.

        Raises:
            ImportTrouble: the mapping cannot work.
        """
        return self._matched(table, mapping, None)

    def run(
        self,
        session: Session,
        command: ImportPatients,
        progress: Progress,
        *,
        addresses: AddressSearch | None = None,
    ) -> ImportResult:
        """Import what is new, all of it or nothing.

        Args:
            session: office or owner.
            command: the table with its confirmed mapping.
            progress: reports, and stops before anything is committed.
            addresses: puts a pin where an address is found for sure.

        Raises:
            PermissionRefused: a practitioner's session.
            ImportTrouble: a row that is not left out is broken.
            Cancelled: a person stopped it; nothing was changed.
        """
        require_office(session)
        preview = self._matched(command.table, command.mapping, self._seal)
        troubles = [t for t in preview.troubles if t.line not in command.left_out_lines]
        if troubles:
            raise _refusal(troubles)
        rows = [r for r in preview.rows if r.draft.line not in command.left_out_lines]
        new = [row.draft for row in rows if row.found is Found.NEW]
        records = self._staged(new, addresses, progress)
        changes = self._commit(session, records, progress) if records else Changes()
        return ImportResult(
            changes=changes,
            added=len(new),
            already_here=len(rows) - len(new),
            alerts=sum(isinstance(record, SealedAlert) for record in records),
            alerts_left=sum(row.draft.has_alert for row in rows if row.found is not Found.NEW),
        )

    def _matched(
        self, table: PatientTable, mapping: ColumnMapping, seal: Seal | None
    ) -> ImportPreview:
        reader = self._store.reader()
        today = local_now(self._clock, reader.clinic().zone).date()
        batch = self._files.drafts(table, mapping, seal)
        register = _Register(reader.every_patient())
        troubles = list(batch.troubles)
        rows: list[PreviewRow] = []
        for draft in batch.drafts:
            try:
                checked = replace(draft, patient=checked_patient(draft.patient, today))
                row = register.compare(checked)
            except RuleBroken as refusal:
                troubles.append(RowTrouble(line=draft.line, sentence=refusal.sentence))
                continue
            rows.append(row)
            if row.found is Found.NEW:
                register.add(checked.patient, draft.line)
        return ImportPreview(
            rows=tuple(rows), troubles=tuple(sorted(troubles, key=lambda t: t.line))
        )

    def _staged(
        self,
        drafts: list[PatientDraft],
        addresses: AddressSearch | None,
        progress: Progress,
    ) -> list[ScheduleRecord]:
        records: list[ScheduleRecord] = []
        for done, draft in enumerate(drafts):
            _go_on(progress, 0.5 * done / len(drafts), _("Preparing"))
            patient = replace(draft.patient, id=PatientId(self._new_id()))
            records.append(patient)
            if draft.address is not None:
                records.append(self._site(patient.id, draft.address, addresses))
            if draft.sealed_alert is not None:
                records.append(
                    SealedAlert(
                        id=self._new_id(),
                        patient_id=patient.id,
                        box=draft.sealed_alert,
                        sealed_at=self._clock.now_utc(),
                    )
                )
        return records

    def _site(
        self, patient_id: PatientId, address: Address, addresses: AddressSearch | None
    ) -> VisitSite:
        site = checked_site(
            VisitSite(id=SiteId(self._new_id()), patient_id=patient_id, address=address)
        )
        matches = addresses.search(site.address.one_line(), limit=1) if addresses else []
        if matches and matches[0].sure:
            site = replace(site, coordinate=matches[0].coordinate, pin_source=PinSource.ADDRESS)
        return site

    def _commit(
        self, session: Session, records: list[ScheduleRecord], progress: Progress
    ) -> Changes:
        with self._store.operation(_("Import patients"), session) as op:
            for start in range(0, len(records), _CHUNK):
                _go_on(progress, 0.5 + 0.5 * start / len(records), _("Writing"))
                op.put_all(records[start : start + _CHUNK])
            _go_on(progress, 1.0, _("Writing"))
            return op.changes()


class _Register:
    """Everybody known so far, by what an import can be recognised by."""

    def __init__(self, patients: Iterable[Patient]) -> None:
        self._by_number: dict[str, list[tuple[Patient, int | None]]] = {}
        self._by_name: dict[str, list[tuple[Patient, int | None]]] = {}
        for patient in patients:
            self.add(patient, None)

    def add(self, patient: Patient, line: int | None) -> None:
        """Know one more; ``line`` if the list itself brought it."""
        if patient.external_number:
            self._by_number.setdefault(patient.external_number, []).append((patient, line))
        self._by_name.setdefault(name_key(patient), []).append((patient, line))

    def compare(self, draft: PatientDraft) -> PreviewRow:
        """What is known of a draft.

        A number alone is not enough, since two programs may both have a patient 12; and a phone
        alone is not either, since a household shares one.

        Raises:
            RuleBroken: its number belongs to somebody else here.
        """
        patient = draft.patient
        numbered = self._by_number.get(patient.external_number, [])
        for known, line in numbered:
            if _agree(known, patient):
                return _row(draft, Found.SAME_NUMBER, known, line)
        if numbered:
            raise RuleBroken(_("Another patient here has this patient number."))
        for known, line in self._by_name.get(name_key(patient), []):
            found = _same_name(known, patient)
            if found is not None:
                return _row(draft, found, known, line)
        return PreviewRow(draft=draft, found=Found.NEW)


def _numbers(patient: Patient) -> set[str]:
    return {phone.number for phone in patient.phones}


def _agree(known: Patient, patient: Patient) -> bool:
    return (
        name_key(known) == name_key(patient)
        or (patient.dob is not None and known.dob == patient.dob)
        or bool(_numbers(known) & _numbers(patient))
    )


def _same_name(known: Patient, patient: Patient) -> Found | None:
    if patient.dob is not None and known.dob is not None:
        return Found.SAME_NAME_AND_DOB if patient.dob == known.dob else None
    if _numbers(known) & _numbers(patient):
        return Found.SAME_NAME_AND_PHONE
    if patient.dob is None and not patient.phones:
        # Nothing tells two people of this name apart: a second import may not double them.
        return Found.SAME_NAME
    return None


def _row(draft: PatientDraft, found: Found, known: Patient, line: int | None) -> PreviewRow:
    return PreviewRow(
        draft=draft,
        found=found,
        patient_id=known.id if line is None else None,
        earlier_line=line,
    )


def _refusal(troubles: list[RowTrouble]) -> ImportTrouble:
    first = troubles[0]
    return ImportTrouble(
        _("Line {line}: {why}").format(line=first.line, why=first.sentence),
        still_works=_("Nothing was imported."),
        way_out=_("Correct the list, or leave out the lines that are marked."),
    )


def _go_on(progress: Progress, fraction: float, message: str) -> None:
    if progress.stop_requested():
        raise Cancelled(_("The import was stopped; nothing was changed."))
    progress.report(fraction, message)
