"""A whole course found together and booked as one operation, and the sentence to read back."""

from dataclasses import dataclass, replace
from datetime import date

from clinic_desktop.domain.call import Keep
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.course import (
    LONGEST_DAYS,
    CourseOffer,
    CourseRequest,
    CourseSession,
    days_needed,
    last_day_before,
    usual_sessions,
)
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import (
    CallId,
    NewId,
    PatientId,
    PractitionerId,
    PromiseId,
    SiteId,
    VisitId,
)
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleOperation, ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.slot import CallerWindow, Slot
from clinic_desktop.domain.visit import Promise, Visit, VisitState
from clinic_desktop.services.board import BoardService, FindSlots
from clinic_desktop.services.booking import promise_patient
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.text import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCourse:
    """What is asked for on the phone; ``race`` is a date the course has to be over before."""

    site_id: SiteId
    with_evaluation: bool
    block: int
    with_re_evaluation: bool
    windows: tuple[CallerWindow, ...] = ()
    keep: Keep = Keep.SOFT
    wanted_id: PractitionerId | None = None
    race: date | None = None
    call_id: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCourses:
    """The courses on offer; ``sentence`` says why there is none, or warns before a race."""

    sessions: tuple[CourseSession, ...]
    offers: tuple[CourseOffer, ...]
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCourse:
    """A chosen course; every session is promised in its offered window."""

    patient_id: PatientId
    site_id: SiteId
    sessions: tuple[CourseSession, ...]
    offer: CourseOffer
    told_to: str = ""
    call_id: CallId | None = None


class CourseService:
    """Finds in any worker thread; booking is one named operation that can be undone."""

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

    def find(self, session: Session, command: FindCourse) -> FoundCourses:
        """The best courses.

        Raises:
            NotFound: the site is not there.
            RuleBroken: the clinic offers no such sessions, or the race is too close or too far.
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        site = reader.site(command.site_id)
        sessions = usual_sessions(
            reader.services(),
            with_evaluation=command.with_evaluation,
            block=command.block,
            with_re_evaluation=command.with_re_evaluation,
            extra_min=site.extra_door_min,
        )
        if not sessions:
            raise RuleBroken(
                _("The clinic offers no service for a course."),
                way_out=_("Add a follow-up in Settings, Services."),
            )
        today = local_now(self._clock, clinic.zone).date()
        last, days = self._reach(command, sessions, today)
        asked = FindSlots(
            service_id=sessions[0].service.id,
            site_id=site.id,
            windows=command.windows,
            days=days,
            call_id=command.call_id,
        )
        base, schedule = self._board.search_input(reader, clinic, asked)
        request = CourseRequest(
            sessions=sessions,
            place=base.place,
            state=base.state,
            windows=base.windows,
            not_before=base.not_before,
            keep=command.keep,
            wanted_id=command.wanted_id,
            last_day=last,
        )
        drives = self._board.drives(reader)
        offers = self._planner.course(request, schedule, drives, clinic)
        return FoundCourses(
            sessions=sessions,
            offers=offers,
            sentence=self._sentence(command, clinic, sessions, offers, days),
        )

    def book(self, session: Session, command: BookCourse) -> Changes:
        """Book every session with its promise, all or none.

        Raises:
            RuleBroken: a session's time has been taken meanwhile (the sentence says which).
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        patient = reader.patient(command.patient_id)
        count = len(command.offer.slots)
        title = ngettext(
            "Book a course for {name}, {n} visit",
            "Book a course for {name}, {n} visits",
            count,
        ).format(name=patient.short_name, n=count)
        with self._store.operation(title, session) as op:
            if patient.archived:
                raise RuleBroken(
                    _("This patient is archived."), way_out=_("Bring the patient back first.")
                )
            if op.patient(op.site(command.site_id).patient_id).id != patient.id:
                raise RuleBroken(_("This address belongs to another patient."))
            for part, slot in zip(command.sessions, command.offer.slots, strict=True):
                self._require_free(op, clinic, command, part, slot)
                visit = Visit(
                    id=VisitId(self._new_id()),
                    patient_id=patient.id,
                    site_id=command.site_id,
                    service_id=part.service.id,
                    practitioner_id=slot.practitioner_id,
                    start=slot.start,
                    zone=clinic.zone,
                    door_min=part.door_min,
                    state=VisitState.BOOKED,
                    session_label=part.label,
                )
                op.put(visit)
                op.put(
                    Promise(
                        id=PromiseId(self._new_id()),
                        visit_id=visit.id,
                        window_start=slot.promise_start,
                        window_end=slot.promise_end,
                        zone=clinic.zone,
                        practitioner_id=slot.practitioner_id,
                        told_to=command.told_to or promise_patient(patient),
                        told_by=session.user_id,
                        told_at=self._clock.now_utc(),
                        call_id=command.call_id,
                    )
                )
            self._free_hold(op, command.call_id)
            return op.changes()

    # Inside.

    @staticmethod
    def _reach(
        command: FindCourse, sessions: tuple[CourseSession, ...], today: date
    ) -> tuple[date | None, int]:
        """The last day there may be, and how many days are looked at."""
        if command.race is None:
            return None, days_needed(sessions)
        last = last_day_before(command.race)
        days = (last - today).days + 1
        least = sum(part.min_days for part in sessions[1:])
        if days - 1 < least:
            raise RuleBroken(
                _("Too little time before the race: {n} sessions take {days} days or more.").format(
                    n=len(sessions), days=least
                ),
                way_out=_("Plan fewer sessions, or leave the re-evaluation for after it."),
            )
        if days > LONGEST_DAYS:
            raise RuleBroken(
                _("The race is more than {n} days away.").format(n=LONGEST_DAYS),
                way_out=_("Begin with the evaluation, and plan the rest later."),
            )
        return last, days

    def _sentence(
        self,
        command: FindCourse,
        clinic: Clinic,
        sessions: tuple[CourseSession, ...],
        offers: tuple[CourseOffer, ...],
        days: int,
    ) -> str:
        formats = Formats.of(clinic)
        if not offers:
            return _(
                "No course of {n} sessions fits within {days} days. Allow more times, or other"
                " practitioners."
            ).format(n=len(sessions), days=days)
        if command.race is None:
            return ""
        last = offers[0].slots[-1].start.date()
        return _("The last session is {n} days before the race on {day}.").format(
            n=(command.race - last).days, day=formats.day(command.race)
        )

    def _require_free(
        self,
        op: ScheduleReader,
        clinic: Clinic,
        command: BookCourse,
        part: CourseSession,
        slot: Slot,
    ) -> None:
        request, schedule = self._board.search_input(
            op,
            clinic,
            FindSlots(
                service_id=part.service.id,
                site_id=command.site_id,
                practitioner_id=slot.practitioner_id,
                first_day=slot.start.date(),
                days=1,
                door_min=part.door_min,
                call_id=command.call_id,
            ),
        )
        drives = self._board.drives(op)
        refusal = self._planner.refusal(request, schedule, drives, clinic, slot)
        if refusal:
            formats = Formats.of(clinic)
            raise RuleBroken(
                _("{day} {time} is not free any more: {reason} Nothing was booked.").format(
                    day=formats.day(slot.start.date()),
                    time=formats.clock_time(slot.start),
                    reason=refusal,
                ),
                way_out=_("Search the course again."),
            )

    @staticmethod
    def _free_hold(op: ScheduleOperation, call_id: CallId | None) -> None:
        """A time held for the call is free again: the course has its own."""
        for call in op.calls_going_on():
            if call.id == call_id and call.hold_id is not None:
                held = op.visit(call.hold_id)
                if held.state is VisitState.HELD:
                    op.put(
                        replace(
                            held,
                            state=VisitState.CANCELLED,
                            cancel_reason=_("offered, not taken"),
                        )
                    )


def course_read_back(
    *,
    told_to: str,
    offer: CourseOffer,
    names: dict[PractitionerId, str],
    today: date,
    formats: Formats,
) -> str:
    """The one sentence to read back; it promises just what is booked."""
    alone = len(offer.practitioners) == 1
    parts: list[str] = []
    for slot in offer.slots:
        window = formats.span(
            slot.promise_start.hour * 60 + slot.promise_start.minute,
            slot.promise_end.hour * 60 + slot.promise_end.minute,
        ).replace("–", _(" and "))
        part = _("{day} between {window}").format(
            day=formats.spoken_day(slot.start.date(), today), window=window
        )
        if not alone:
            part = _("{part} with {name}").format(part=part, name=names[slot.practitioner_id])
        parts.append(part)
    who = names[offer.practitioners[0]] if alone else _("one of us")
    return _("{caller}, {who} will come {n} times: {times}.").format(
        caller=told_to, who=who, n=len(offer.slots), times="; ".join(parts)
    )
