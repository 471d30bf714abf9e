"""What happens to a visit after it is booked: confirm, lock, cancel, start, finish, no-show."""

from dataclasses import dataclass, replace
from datetime import datetime

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.ports import ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import STATE_STEPS, CancelledBy, Lock, Visit, VisitState
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.publishing import require_open_day
from clinic_desktop.text import _


def _verb(state: VisitState) -> str:
    """The operation's name by the state it sets; "" for states that no person sets here."""
    return {
        VisitState.BOOKED: _("Unconfirm {name}"),
        VisitState.CONFIRMED: _("Confirm {name}"),
        VisitState.EN_ROUTE: _("On the way to {name}"),
        VisitState.IN_PROGRESS: _("Start {name}"),
        VisitState.DONE: _("Finish {name}"),
        VisitState.NO_SHOW: _("No-show {name}"),
        VisitState.CANCELLED: _("Cancel {name}"),
    }.get(state, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVisitState:
    """A step in a visit's life; ``at_utc`` back-dates it (None: now)."""

    visit_id: VisitId
    state: VisitState
    at_utc: datetime | None = None
    reason: str = ""
    cancelled_by: CancelledBy = CancelledBy.PATIENT
    """Who called it off; counts only for a cancellation."""


class VisitService:
    """Each verb is one named operation that can be undone."""

    def __init__(self, store: ScheduleStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def set_state(self, session: Session, command: SetVisitState) -> Changes:
        """Take the step, if it may follow on the present state.

        Raises:
            RuleBroken: the step cannot follow, lies in the future, or lacks its reason.
            PermissionRefused: the session has no role.
        """
        require_schedule(session)
        now = self._clock.now_utc()
        at = command.at_utc or now
        if at > now:
            raise RuleBroken(_("That moment has not come yet."))
        if command.state is VisitState.CANCELLED and not command.reason.strip():
            raise RuleBroken(_("A cancellation needs a reason."), way_out=_("Type one."))
        with self._store.operation(self._title(command.visit_id, command.state), session) as op:
            visit = op.visit(command.visit_id)
            require_open_day(op, {visit.day})
            if command.state not in STATE_STEPS[visit.state]:
                raise RuleBroken(
                    _("A visit that is {state} cannot be set to that.").format(
                        state=state_word(visit.state)
                    )
                )
            before = max((t for t in (visit.departed_at, visit.started_at) if t), default=None)
            if before is not None and at < before:
                raise RuleBroken(_("That would be before the step that came before it."))
            op.put(_stepped(visit, command, at))
            return op.changes()

    def toggle_confirmed(self, session: Session, visit_id: VisitId) -> Changes:
        """Confirm a booked visit, or take the confirmation back."""
        visit = self._store.reader().visit(visit_id)
        target = VisitState.BOOKED if visit.state is VisitState.CONFIRMED else VisitState.CONFIRMED
        return self.set_state(session, SetVisitState(visit_id=visit_id, state=target))

    def toggle_lock(self, session: Session, visit_id: VisitId, lock: Lock) -> Changes:
        """Lock or unlock a visit's time, practitioner or order."""
        require_schedule(session)
        name = self._short_name(visit_id)
        locked = lock in self._store.reader().visit(visit_id).locks
        title = _("Unlock {name}") if locked else _("Lock {name}")
        with self._store.operation(title.format(name=name), session) as op:
            visit = op.visit(visit_id)
            op.put(replace(visit, locks=visit.locks ^ {lock}))
            return op.changes()

    def _title(self, visit_id: VisitId, state: VisitState) -> str:
        verb = _verb(state)
        if not verb:
            raise RuleBroken(_("A visit cannot be set to that."))
        return verb.format(name=self._short_name(visit_id))

    def _short_name(self, visit_id: VisitId) -> str:
        reader = self._store.reader()
        return reader.patient(reader.visit(visit_id).patient_id).short_name


def _stepped(visit: Visit, command: SetVisitState, at: datetime) -> Visit:
    state = command.state
    return replace(
        visit,
        state=state,
        departed_at=at if state is VisitState.EN_ROUTE else visit.departed_at,
        started_at=at if state is VisitState.IN_PROGRESS else visit.started_at,
        finished_at=at if state is VisitState.DONE else visit.finished_at,
        cancel_reason=command.reason.strip() if state is VisitState.CANCELLED else "",
        cancelled_at=at if state is VisitState.CANCELLED else None,
        cancelled_by=(
            command.cancelled_by if state is VisitState.CANCELLED else CancelledBy.NOBODY
        ),
    )


def state_word(state: VisitState) -> str:
    """A state as a person says it."""
    return {
        VisitState.REQUESTED: _("requested"),
        VisitState.HELD: _("held"),
        VisitState.BOOKED: _("booked"),
        VisitState.CONFIRMED: _("confirmed"),
        VisitState.EN_ROUTE: _("on the way"),
        VisitState.IN_PROGRESS: _("in progress"),
        VisitState.DONE: _("done"),
        VisitState.NO_SHOW: _("no-show"),
        VisitState.CANCELLED: _("cancelled"),
    }[state]


def next_steps(visit: Visit) -> tuple[VisitState, ...]:
    """The steps a person is offered for a visit, in the order of a visit's life."""
    order = list(VisitState)
    return tuple(sorted(STATE_STEPS[visit.state], key=order.index))
