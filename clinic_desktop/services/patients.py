"""Patients and their sites: create, edit, archive, merge, and reveal an access code."""

from dataclasses import dataclass, replace
from datetime import date

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import NotFound, RuleBroken
from clinic_desktop.domain.ids import NewId, PatientId, SiteId
from clinic_desktop.domain.patient import Patient, PinSource, VisitSite
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import ON_THE_BOARD, Visit, VisitState
from clinic_desktop.services.patient_checks import (
    PossibleDuplicate,
    checked_patient,
    same_person,
    visitable_site,
)
from clinic_desktop.services.permission import require_office, require_schedule
from clinic_desktop.text import _

_DUPLICATE_CANDIDATES = 50
_PLANNED = (ON_THE_BOARD | {VisitState.REQUESTED}) - {VisitState.DONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavePatient:
    """Create or edit a patient (told apart by whether the id is there), with sites to save.

    ``keep_both`` says that a person has seen the possible duplicates.
    """

    patient: Patient
    sites: tuple[VisitSite, ...] = ()
    keep_both: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSite:
    """Add or edit one site."""

    site: VisitSite


@dataclass(frozen=True, slots=True, kw_only=True)
class PinSite:
    """Put a site's point where a person says it is."""

    site_id: SiteId
    coordinate: Coordinate


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePatients:
    """Make ``alias_id`` an alias of ``kept_id``; its sites and planned visits move over."""

    kept_id: PatientId
    alias_id: PatientId


class PatientService:
    """Everything that changes who the patients are and where they are visited."""

    def __init__(self, store: ScheduleStore, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def new_patient_id(self) -> PatientId:
        """An id for a patient about to be created."""
        return PatientId(self._new_id())

    def new_site_id(self) -> SiteId:
        """An id for a site about to be added."""
        return SiteId(self._new_id())

    def duplicates(self, patient: Patient) -> list[Patient]:
        """Records in use that may be the same person, closest first."""
        return _duplicates(self._store.reader(), patient)

    def save(self, session: Session, command: SavePatient) -> Changes:
        """Create or edit a patient.

        Raises:
            RuleBroken: a field is not acceptable.
            PossibleDuplicate: someone like that is there already and nobody said "keep both".
        """
        require_schedule(session)
        patient = checked_patient(command.patient, self._today())
        sites = [visitable_site(replace(site, patient_id=patient.id)) for site in command.sites]
        known = self._store.reader().patients([patient.id]).get(patient.id)
        name = _("Edit patient") if known else _("New patient")
        with self._store.operation(name, session) as op:
            if not command.keep_both and (known is None or _identity_changed(known, patient)):
                twins = _duplicates(op, patient)
                if twins:
                    raise PossibleDuplicate(tuple(twin.id for twin in twins))
            if known is not None:
                # Alias and archive have their own verbs; an edit form never changes them.
                patient = replace(patient, merged_into=known.merged_into, archived=known.archived)
            op.put(patient)
            op.put_all(sites)
            return op.changes()

    def save_site(self, session: Session, command: SaveSite) -> Changes:
        """Add or edit a site.

        Raises:
            RuleBroken: it has neither address nor point, or is a PO box.
        """
        require_schedule(session)
        site = visitable_site(command.site)
        with self._store.operation(_("Save site"), session) as op:
            op.patient(site.patient_id)
            op.put(site)
            return op.changes()

    def pin_site(self, session: Session, command: PinSite) -> Changes:
        """Set a site's point by hand; it outranks whatever the address search says."""
        require_schedule(session)
        with self._store.operation(_("Set the pin"), session) as op:
            site = op.site(command.site_id)
            op.put(replace(site, coordinate=command.coordinate, pin_source=PinSource.HAND))
            return op.changes()

    def retire_site(self, session: Session, site_id: SiteId) -> Changes:
        """Take a site out of use; visits that were there keep it.

        Raises:
            RuleBroken: a planned visit still goes there.
        """
        require_schedule(session)
        with self._store.operation(_("Retire site"), session) as op:
            site = op.site(site_id)
            if any(v.site_id == site_id for v in self._planned(op, site.patient_id)):
                raise RuleBroken(
                    _("A planned visit still goes to this site."),
                    way_out=_("Move or cancel that visit first."),
                )
            op.put(replace(site, active=False))
            return op.changes()

    def archive(self, session: Session, patient_id: PatientId) -> Changes:
        """Take a patient out of lists and search; nothing is deleted.

        Raises:
            RuleBroken: visits are still planned.
        """
        require_schedule(session)
        with self._store.operation(_("Archive patient"), session) as op:
            patient = op.patient(patient_id)
            if self._planned(op, patient.id):
                raise RuleBroken(
                    _("This patient still has planned visits."),
                    way_out=_("Cancel or finish them first."),
                )
            op.put(replace(patient, archived=True))
            return op.changes()

    def restore(self, session: Session, patient_id: PatientId) -> Changes:
        """Bring an archived patient back."""
        require_schedule(session)
        with self._store.operation(_("Restore patient"), session) as op:
            op.put(replace(op.patient(patient_id), archived=False))
            return op.changes()

    def merge(self, session: Session, command: MergePatients) -> Changes:
        """Make one record an alias of the other.

        Its sites and planned visits move to the kept record; past visits, promises and signed
        notes keep the id they were made under, and readers follow the alias.

        Raises:
            RuleBroken: both are one record already.
            NotFound: one of them is not there.
        """
        require_office(session)
        with self._store.operation(_("Merge patients"), session) as op:
            kept = op.patient(command.kept_id)
            alias = op.patients([command.alias_id]).get(command.alias_id)
            if alias is None:
                raise NotFound(_("That patient is not here any more."))
            if alias.merged_into is not None or alias.id == kept.id:
                raise RuleBroken(_("These two are one patient already."))
            op.put_all(
                [replace(site, patient_id=kept.id) for site in op.sites_of(alias.id)]
                + [replace(visit, patient_id=kept.id) for visit in self._planned(op, alias.id)]
            )
            op.put(_taken_together(kept, alias))
            op.put(replace(alias, merged_into=kept.id))
            return op.changes()

    def reveal_access_code(self, session: Session, site_id: SiteId) -> str:
        """The site's access code; that it was read stands in the audit trail first."""
        require_schedule(session)
        with self._store.operation(_("Reveal access code"), session, undoable=False) as op:
            site = op.site(site_id)
            op.audit("read", table=RecordKind.SITES.value, row_id=site_id, reason="access_code")
        return site.access_code

    def _today(self) -> date:
        return local_now(self._clock, self._store.reader().clinic().zone).date()

    def _planned(self, reader: ScheduleReader, patient_id: PatientId) -> list[Visit]:
        return [visit for visit in reader.visits_of_patient(patient_id) if visit.state in _PLANNED]


def _duplicates(reader: ScheduleReader, patient: Patient) -> list[Patient]:
    names = f"{patient.first_name} {patient.last_name}"
    texts = [names, *(phone.number for phone in patient.phones)]
    found: dict[PatientId, Patient] = {}
    for text in texts:
        for hit in reader.find_patients(text, limit=_DUPLICATE_CANDIDATES):
            if hit.patient.id != patient.id and same_person(patient, hit.patient):
                found.setdefault(hit.patient.id, hit.patient)
    return list(found.values())


def _identity_changed(known: Patient, patient: Patient) -> bool:
    return (known.first_name, known.last_name, known.dob, known.phones) != (
        patient.first_name,
        patient.last_name,
        patient.dob,
        patient.phones,
    )


def _taken_together(kept: Patient, alias: Patient) -> Patient:
    """The kept record with what only the alias knew."""
    numbers = {phone.number for phone in kept.phones}
    return replace(
        kept,
        dob=kept.dob or alias.dob,
        email=kept.email or alias.email,
        external_number=kept.external_number or alias.external_number,
        phones=kept.phones + tuple(p for p in alias.phones if p.number not in numbers),
    )
