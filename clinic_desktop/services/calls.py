"""Calls: begun, parked, taken up again, ended with what came of them; and the times they hold."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clinic_desktop.domain.call import Call, CallDraft, CallOutcome, CallState
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import NotFound, RuleBroken
from clinic_desktop.domain.ids import CallId, NewId, PatientId, SiteId, VisitId
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleOperation, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.slot import Slot
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.services.board import BoardService, FindSlots, hold_is_over
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCall:
    """How far a call has come; ``started_at`` is UTC and counts only for a new one."""

    call_id: CallId
    started_at: datetime
    patient_id: PatientId | None
    draft: CallDraft
    caller: str = ""
    state: CallState = CallState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSlot:
    """A time that is being offered in a call: nobody else is offered it for a while."""

    call: SaveCall
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """A call with the words of who it is about; ``hold`` is the time held for it, if it still is.

    ``name`` is "" where nobody was found yet.
    """

    call: Call
    name: str
    hold: Visit | None = None


class CallService:
    """A call is a log of what happened: none of its steps is undone, each is journalled."""

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

    def going_on(self, session: Session) -> tuple[CallLine, ...]:
        """Calls that have not ended, the longest first."""
        require_schedule(session)
        reader = self._store.reader()
        return self._lines(reader.calls_going_on())

    def since(self, session: Session, since: datetime) -> tuple[CallLine, ...]:
        """The log: calls begun since a moment (UTC), newest first."""
        require_schedule(session)
        return self._lines(self._store.reader().calls_since(since))

    def of_patient(self, session: Session, patient_id: PatientId) -> tuple[CallLine, ...]:
        """A person's calls, newest first."""
        require_schedule(session)
        reader = self._store.reader()
        return self._lines(reader.calls_of(reader.ids_of_person(patient_id)))

    def save(self, session: Session, command: SaveCall) -> Changes:
        """Keep how far a call has come; a parked one keeps the time that it holds.

        Raises:
            RuleBroken: the call has ended.
        """
        require_schedule(session)
        parked = command.state is CallState.PARKED
        name = self._name(command.patient_id)
        title = _("Park the call of {name}") if parked else _("Call of {name}")
        with self._store.operation(title.format(name=name), session, undoable=False) as op:
            op.put(self._saved(op, session, command))
            return op.changes()

    def offer(self, session: Session, command: OfferSlot) -> Changes:
        """Hold a time for the call, in place of the one it held before.

        It is held for the clinic's ``hold_min`` minutes from now; nothing is promised by it.

        Raises:
            RuleBroken: the time has been taken meanwhile, or the call has ended.
        """
        require_schedule(session)
        call, slot, draft = command.call, command.slot, command.call.draft
        if call.patient_id is None or draft.site_id is None or draft.service_id is None:
            raise RuleBroken(_("A time is held for a patient at an address."))
        clinic = self._store.reader().clinic()
        title = _("Offer a time to {name}").format(name=self._name(call.patient_id))
        with self._store.operation(title, session, undoable=False) as op:
            saved = self._saved(op, session, call)
            request, schedule = self._board.search_input(
                op,
                clinic,
                FindSlots(
                    service_id=draft.service_id,
                    site_id=draft.site_id,
                    practitioner_id=slot.practitioner_id,
                    first_day=slot.start.date(),
                    moving=draft.moving,
                    door_min=draft.door_min,
                    call_id=saved.id,
                ),
            )
            refusal = self._planner.refusal(request, schedule, self._board.drives(op), clinic, slot)
            if refusal:
                raise RuleBroken(_("This slot is not free any more: {reason}").format(
                    reason=refusal))  # fmt: skip
            held = Visit(
                id=saved.hold_id or VisitId(self._new_id()),
                patient_id=op.patient(call.patient_id).id,
                site_id=SiteId(draft.site_id),
                service_id=draft.service_id,
                practitioner_id=slot.practitioner_id,
                start=slot.start,
                zone=clinic.zone,
                door_min=request.door_min,
                state=VisitState.HELD,
                held_until=self._clock.now_utc() + timedelta(minutes=clinic.hold_min),
            )
            op.put(held)
            op.put(replace(saved, hold_id=held.id))
            return op.changes()

    def resume(self, session: Session, call_id: CallId) -> Changes:
        """Take a parked call up again. Raises ``RuleBroken`` if it has ended."""
        require_schedule(session)
        call = self._store.reader().call(call_id)
        title = _("Resume the call of {name}").format(name=self._name(call.patient_id))
        with self._store.operation(title, session, undoable=False) as op:
            call = _going_on(op.call(call_id))
            op.put(replace(call, state=CallState.OPEN))
            return op.changes()

    def end(
        self, session: Session, command: SaveCall, outcome: CallOutcome, note: str = ""
    ) -> Changes:
        """End a call with its outcome; a time still held for it is free again."""
        require_schedule(session)
        title = _("End the call of {name}").format(name=self._name(command.patient_id))
        now = self._clock.now_utc()
        with self._store.operation(title, session, undoable=False) as op:
            call = self._saved(op, session, command)
            if call.hold_id is not None:
                held = op.visit(call.hold_id)
                if held.state is VisitState.HELD:
                    op.put(
                        replace(
                            held,
                            state=VisitState.CANCELLED,
                            cancel_reason=_("offered, not taken"),
                            cancelled_at=now,
                        )
                    )
            op.put(
                replace(
                    call,
                    state=CallState.ENDED,
                    ended_at=now,
                    outcome=outcome,
                    note=note.strip(),
                    hold_id=None,
                )
            )
            return op.changes()

    def _saved(self, op: ScheduleOperation, session: Session, command: SaveCall) -> Call:
        try:
            known = _going_on(op.call(command.call_id))
        except NotFound:
            known = Call(id=command.call_id, by=session.user_id, started_at=command.started_at)
        patient_id = command.patient_id
        return replace(
            known,
            patient_id=op.patient(patient_id).id if patient_id else None,
            caller=command.caller,
            draft=command.draft,
            state=command.state,
        )

    def _lines(self, calls: list[Call]) -> tuple[CallLine, ...]:
        reader, now = self._store.reader(), self._clock.now_utc()
        patients = reader.patients({c.patient_id for c in calls if c.patient_id})
        lines: list[CallLine] = []
        for call in calls:
            patient = patients.get(call.patient_id) if call.patient_id else None
            held = reader.visit(call.hold_id) if call.hold_id else None
            if held is not None and (held.state is not VisitState.HELD or hold_is_over(held, now)):
                held = None
            name = patient.short_name if patient else call.caller
            lines.append(CallLine(call=call, name=name, hold=held))
        return tuple(lines)

    def _name(self, patient_id: PatientId | None) -> str:
        if patient_id is None:
            return _("somebody")
        return self._store.reader().patient(patient_id).short_name


def _going_on(call: Call) -> Call:
    if call.state is CallState.ENDED:
        raise RuleBroken(_("This call has ended already."), way_out=_("Begin a new one."))
    return call
