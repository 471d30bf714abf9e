"""Books a slot with its promise, and says the words to read back."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import (
    CallId,
    NewId,
    PatientId,
    PractitionerId,
    PromiseId,
    ServiceId,
    SiteId,
    VisitId,
    WaitId,
)
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleOperation, ScheduleReader, ScheduleStore
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.slot import Slot
from clinic_desktop.domain.visit import Lock, Promise, Visit, VisitState
from clinic_desktop.domain.wait_list import WaitState
from clinic_desktop.services.board import BoardService, FindSlots, held_for
from clinic_desktop.services.move_rules import require_movable
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.publishing import require_open_day
from clinic_desktop.services.visit_changes import changed_visit
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class BookVisit:
    """A chosen slot with what was promised; the window is local wall-clock time.

    ``moving`` names the visit that this one replaces: the old time stays until the new one is
    booked, in the same operation. What is held for the call ``call_id`` becomes the visit, or is
    free again once another one is.
    """

    patient_id: PatientId
    site_id: SiteId
    service_id: ServiceId
    slot: Slot
    promise_start: datetime
    promise_end: datetime
    any_practitioner: bool = False
    told_to: str = ""
    call_id: CallId | None = None
    session_label: str = ""
    office_note: str = ""
    moving: VisitId | None = None
    door_min: int | None = None
    """Agreed minutes at the door, None: the service's."""
    wait_id: WaitId | None = None
    """The entry of the wait list that this booking serves."""


class BookingService:
    """Turns an offer into a visit and a promise."""

    def __init__(
        self,
        store: ScheduleStore,
        board: BoardService,
        planner: DayPlanner,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._store = store
        self._board = board
        self._planner = planner
        self._clock = clock
        self._new_id = new_id

    def book_visit(self, session: Session, command: BookVisit) -> Changes:
        """Book: the rules are checked again against what is on the board now.

        Raises:
            RuleBroken: the slot has been taken meanwhile (the sentence says by what rule), or
                the promise does not hold the planned arrival.
        """
        require_schedule(session)
        slot = command.slot
        if not command.promise_start <= slot.start <= command.promise_end:
            raise RuleBroken(_("The promised window has to hold the planned arrival."))
        if {command.promise_start.date(), command.promise_end.date()} != {slot.start.date()}:
            raise RuleBroken(_("A promise is for one day: that of the visit."))
        reader = self._store.reader()
        clinic = reader.clinic()
        patient = reader.patient(command.patient_id)
        with self._store.operation(self._title(reader, clinic, command), session) as op:
            self._require_patient_at(op, patient, command.site_id)
            hold = _live_hold(op, command.call_id)
            old = op.visit(command.moving) if command.moving else hold
            if old is not None:
                if old.patient_id not in op.ids_of_person(patient.id):
                    raise RuleBroken(_("That visit is another patient’s."))
                require_movable(old, slot.start, slot.practitioner_id)
                if Lock.ORDER in old.locks and old.start != slot.start:
                    raise RuleBroken(
                        _("The order of this visit is locked."), way_out=_("Unlock it first.")
                    )
            self._make_room(op, clinic, slot, command.call_id)
            door_min = self._require_free(
                op, clinic, command.service_id, command.site_id, slot, command.moving,
                command.door_min, command.call_id,
            )  # fmt: skip
            visit_id = old.id if old else VisitId(self._new_id())
            visit = Visit(
                id=visit_id,
                patient_id=patient.id,
                site_id=command.site_id,
                service_id=command.service_id,
                practitioner_id=slot.practitioner_id,
                start=slot.start,
                zone=clinic.zone,
                door_min=door_min,
                state=VisitState.BOOKED,
                locks=old.locks if old else frozenset(),
                session_label=command.session_label or (old.session_label if old else ""),
                office_note=command.office_note or (old.office_note if old else ""),
                series_id=old.series_id if old else None,
                series_number=old.series_number if old else None,
                by_hand=old is not None and old.series_id is not None,
            )
            replaced = op.promises_for([visit_id]).get(visit_id)
            promise = Promise(
                id=PromiseId(self._new_id()),
                visit_id=visit_id,
                window_start=command.promise_start,
                window_end=command.promise_end,
                zone=clinic.zone,
                practitioner_id=None if command.any_practitioner else slot.practitioner_id,
                told_to=command.told_to or promise_patient(patient),
                told_by=session.user_id,
                told_at=self._clock.now_utc(),
                call_id=command.call_id,
                replaces=replaced.id if replaced else None,
            )
            op.put(visit)
            op.put(promise)
            if hold is not None and hold.id != visit.id:
                op.put(
                    replace(hold, state=VisitState.CANCELLED, cancel_reason=_("offered, not taken"))
                )
            if command.wait_id is not None:
                entry = op.wait_entry(command.wait_id)
                if entry.state is WaitState.OPEN:
                    now = self._clock.now_utc()
                    op.put(replace(entry, state=WaitState.BOOKED, closed_at=now))
            return op.changes()

    def _make_room(
        self, op: ScheduleOperation, clinic: Clinic, slot: Slot, call_id: CallId | None
    ) -> None:
        """Make the changes that an offer comes with; each has to be as harmless as it was."""
        for change in slot.moves:
            visit = op.visit(change.visit_id)
            promise = op.promises_for([visit.id]).get(visit.id)
            name = op.patient(visit.patient_id).short_name
            stands = (visit.start, visit.practitioner_id) == (change.before, change.before_id)
            kept = promise is None or promise.keeps(change.start)
            if not stands or not kept or visit.locks:
                raise RuleBroken(
                    _("The visit of {name} has changed since.").format(name=name),
                    way_out=_("Search again; the list shows what fits now."),
                )
            require_open_day(op, {visit.day})
            op.put(changed_visit(visit, change))
            self._require_free(
                op,
                clinic,
                visit.service_id,
                visit.site_id,
                replace(slot, start=change.start, practitioner_id=change.practitioner_id),
                visit.id,
                change.door_min,
                call_id,
            )

    def _title(self, reader: ScheduleReader, clinic: Clinic, command: BookVisit) -> str:
        moved = command.moving and reader.visit(command.moving).state is not VisitState.HELD
        name = _("Move {name} to {when}") if moved else _("Book {name} {when}")
        return name.format(
            name=reader.patient(command.patient_id).short_name,
            when=_when(clinic, command.slot.start),
        )

    def _require_patient_at(
        self, reader: ScheduleReader, patient: Patient, site_id: SiteId
    ) -> None:
        if patient.archived:
            raise RuleBroken(
                _("This patient is archived."), way_out=_("Bring the patient back first.")
            )
        if reader.patient(reader.site(site_id).patient_id).id != patient.id:
            raise RuleBroken(_("This address belongs to another patient."))

    def _require_free(
        self,
        reader: ScheduleReader,
        clinic: Clinic,
        service_id: ServiceId,
        site_id: SiteId,
        slot: Slot,
        moving: VisitId | None,
        door_min: int | None = None,
        call_id: CallId | None = None,
    ) -> int:
        """The visit's minutes at the door. Raises ``RuleBroken`` where the slot is taken."""
        request, schedule = self._board.search_input(
            reader,
            clinic,
            FindSlots(
                service_id=service_id,
                site_id=site_id,
                practitioner_id=slot.practitioner_id,
                first_day=slot.start.date(),
                moving=moving,
                door_min=door_min,
                call_id=call_id,
            ),
        )
        refusal = self._planner.refusal(request, schedule, self._board.drives(reader), clinic, slot)
        if refusal:
            raise RuleBroken(
                _("This slot is not free any more: {reason}").format(reason=refusal),
                way_out=_("Search again; the list shows what fits now."),
            )
        return request.door_min


def _live_hold(reader: ScheduleReader, call_id: CallId | None) -> Visit | None:
    """What is held for a call, None if nothing; a hold that ran out but is free still counts."""
    for visit_id in held_for(reader, call_id):
        held = reader.visit(visit_id)
        return held if held.state is VisitState.HELD else None
    return None


def _when(clinic: Clinic, start: datetime) -> str:
    formats = Formats.of(clinic)
    return f"{formats.day(start.date())} {formats.clock_time(start)}"


def read_back(
    *,
    told_to: str,
    practitioner: Practitioner,
    service: Service,
    site: VisitSite | None,
    promise_start: datetime,
    promise_end: datetime,
    today: date,
    formats: Formats,
    practitioner_id: PractitionerId | None,
) -> str:
    """The sentence to say on the phone; it promises just what is booked.

    ``practitioner_id`` None means that anybody may come.
    """
    who = practitioner.first_name if practitioner_id is not None else _("one of us")
    window = formats.span(
        promise_start.hour * 60 + promise_start.minute, promise_end.hour * 60 + promise_end.minute
    )
    street = site.address.line.split(" ", 1)[-1] if site and site.address.line else ""
    where = _(" at your place on {street}").format(street=street) if street else ""
    return _(
        "{caller}, {who} will come {day}, between {window}, for a {n}-minute {service}{where}."
    ).format(
        caller=told_to,
        who=who,
        day=formats.spoken_day(promise_start.date(), today),
        window=window.replace("–", _(" and ")),
        n=service.door_min,
        service=service.short_name.lower(),
        where=where,
    )


def promise_patient(patient: Patient) -> str:
    """Whom the promise is told to by default: the caller, or the patient."""
    return patient.caller.name if patient.caller else patient.preferred_name or patient.first_name
