"""Whom to phone today, in order, with the words to say."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final

from clinic_desktop.domain.call import Call, CallOutcome, CallState
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import CallId, NewId, PatientId, VisitId
from clinic_desktop.domain.patient import Patient, Phone
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.phone_words import filled, mail_link, sms_link
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import Promise, Visit, VisitState
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.promises import PromiseService, Risk
from clinic_desktop.services.publishing import PublishService, TellWhom
from clinic_desktop.services.wait_list import WaitLine, WaitListService
from clinic_desktop.text import _

_USUAL_WIDTH_MIN: Final = 30
_REMIND_AHEAD: Final = 7
"""Reminders are for the next day with visits, at most so many days ahead."""


class PhoneReason(IntEnum):
    """Why somebody is to be phoned; the value is the order."""

    CHANGE = 0
    PROMISE = 1
    CALL_BACK = 2
    OPENING = 3
    REMINDER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneTask:
    """One to phone.

    ``say`` is what to say, ``leave`` what may be left on voicemail ("" where nothing may be).
    ``text`` and ``mail`` are links for the person's own programs, "" where that is not allowed.
    ``key`` is the change's or the entry's.
    """

    reason: PhoneReason
    key: str
    patient: Patient
    phone: Phone | None
    why: str
    say: str
    leave: str = ""
    text: str = ""
    mail: str = ""
    visit: Visit | None = None
    day: date | None = None
    line: WaitLine | None = None
    window: tuple[datetime, datetime] | None = None
    """The arrival window that ``say`` names, local wall-clock."""
    breaks_promise: bool = False

    @property
    def order(self) -> tuple[int, int, datetime, str]:
        """Changes first, the sooner visit before the later."""
        urgency = -int(self.line.entry.urgency) if self.line else 0
        return (
            int(self.reason),
            urgency,
            self.visit.start if self.visit else datetime.max,
            self.patient.name,
        )


class PhoneListService:
    """Reads in any worker thread; what comes of a call is one journalled line."""

    def __init__(
        self,
        store: ScheduleStore,
        publishing: PublishService,
        waiting: WaitListService,
        promises: PromiseService,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._store = store
        self._publishing = publishing
        self._waiting = waiting
        self._promises = promises
        self._clock = clock
        self._new_id = new_id

    def today(self, session: Session) -> tuple[PhoneTask, ...]:
        """Everybody to be phoned, in order."""
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        words = _Words(clinic=clinic, today=local_now(self._clock, clinic.zone).date())
        changes = list(self._changes(session, reader, words))
        known = {task.visit.id for task in changes if task.visit}
        tasks = [
            *changes,
            *self._broken(session, words, known),
            *self._waits(session, words),
            *self._reminders(reader, words),
        ]
        return tuple(sorted(tasks, key=lambda task: task.order))

    def told(self, session: Session, task: PhoneTask) -> Changes:
        """The patient knows of a change: it is ticked off, and the time as said is promised.

        Raises:
            RuleBroken: it has been told already, or has changed since.
        """
        require_schedule(session)
        if task.reason is PhoneReason.CHANGE and task.day is not None:
            done = self._publishing.told(session, task.day, task.key)
            if task.visit is None or not task.breaks_promise:
                return done
        assert task.visit is not None
        return self._promises.tell_anew(session, task.visit.id, task.window)

    def log(
        self, session: Session, patient_id: PatientId, outcome: CallOutcome, note: str = ""
    ) -> Changes:
        """Keep what came of a call that was made outside the call panel."""
        require_schedule(session)
        patient = self._store.reader().patient(patient_id)
        title = _("Call to {name}").format(name=patient.short_name)
        now = self._clock.now_utc()
        with self._store.operation(title, session, undoable=False) as op:
            op.put(
                Call(
                    id=CallId(self._new_id()),
                    by=session.user_id,
                    started_at=now,
                    ended_at=now,
                    state=CallState.ENDED,
                    patient_id=patient.id,
                    outcome=outcome,
                    note=note.strip(),
                )
            )
            return op.changes()

    def written(self, session: Session, patient_id: PatientId, how: str) -> Changes:
        """Keep that a message was opened in the person's own program (``how``: text or mail)."""
        require_schedule(session)
        patient = self._store.reader().patient(patient_id)
        title = _("Message opened for {name}").format(name=patient.short_name)
        with self._store.operation(title, session, undoable=False) as op:
            op.audit("export", table="patients", row_id=patient.id, reason=how)
            return op.changes()

    # Inside.

    def _changes(
        self, session: Session, reader: ScheduleReader, words: "_Words"
    ) -> Iterable[PhoneTask]:
        horizon = words.clinic.slot_horizon_days
        for day in (words.today + timedelta(days=n) for n in range(horizon)):
            if reader.published_day(day) is None:
                continue
            for telling in self._publishing.status(session, day).tellings:
                if telling.whom is not TellWhom.PATIENT:
                    continue
                visit = reader.visit(telling.visit_id)
                promise = reader.promises_for([visit.id]).get(visit.id)
                patient = reader.patient(visit.patient_id)
                gone = visit.state is VisitState.CANCELLED
                yield words.task(
                    PhoneReason.CHANGE,
                    telling.key,
                    patient,
                    telling.what,
                    visit=visit,
                    promise=None if gone else promise,
                    day=day,
                )

    def _broken(
        self, session: Session, words: "_Words", known: Collection[VisitId]
    ) -> Iterable[PhoneTask]:
        """Promises that do not hold any more, on days that nobody has published too."""
        for line in self._promises.ledger(session):
            if line.risk is Risk.BROKEN and line.visit.id not in known:
                yield words.task(
                    PhoneReason.PROMISE,
                    line.visit.id,
                    line.patient,
                    line.why,
                    visit=line.visit,
                    promise=line.promise,
                    day=line.visit.day,
                )

    def _waits(self, session: Session, words: "_Words") -> Iterable[PhoneTask]:
        for line in self._waiting.lines(session):
            if line.due:
                reason, why = PhoneReason.CALL_BACK, _("asked to be called back")
            elif line.slot is not None:
                reason, why = PhoneReason.OPENING, _("waits, and now something fits")
            else:
                continue
            said = line.entry.said or line.entry.reason
            yield words.task(
                reason,
                line.entry.id,
                line.patient,
                f"{why}: “{said}”" if said else why,
                line=line,
            )

    def _reminders(self, reader: ScheduleReader, words: "_Words") -> Iterable[PhoneTask]:
        """Visits of the next day that has any and that nobody has confirmed yet."""
        for ahead in range(1, _REMIND_AHEAD + 1):
            day = words.today + timedelta(days=ahead)
            visits = [
                v
                for v in reader.visits_between(day, day)
                if v.state in (VisitState.BOOKED, VisitState.CONFIRMED)
            ]
            if not visits:
                continue
            open_ = [v for v in visits if v.state is VisitState.BOOKED]
            promises = reader.promises_for([v.id for v in open_])
            for visit in open_:
                yield words.task(
                    PhoneReason.REMINDER,
                    visit.id,
                    reader.patient(visit.patient_id),
                    _("not confirmed yet"),
                    visit=visit,
                    promise=promises.get(visit.id),
                    day=day,
                )
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Fills the clinic's sentences in."""

    clinic: Clinic
    today: date

    @property
    def _own_phone(self) -> str:
        """The clinic's number as people say it."""
        return phone_text(self.clinic.phone) if self.clinic.phone else ""

    def task(
        self,
        reason: PhoneReason,
        key: str,
        patient: Patient,
        why: str,
        *,
        visit: Visit | None = None,
        promise: Promise | None = None,
        day: date | None = None,
        line: WaitLine | None = None,
    ) -> PhoneTask:
        """A task with what may be said, left, texted and mailed."""
        rules = self.clinic.phone_rules
        told = reason in (PhoneReason.CHANGE, PhoneReason.PROMISE)
        template = rules.change if told else rules.reminder
        phone = best_phone(patient.phones)
        message = "" if visit is None else self._message(template, patient, visit, promise)
        gone = visit is not None and visit.state is VisitState.CANCELLED
        neutral = _("Hello, this is {clinic}. Please call us back: {phone}.").format(
            clinic=self.clinic.name, phone=self._own_phone
        )
        if gone:
            message = _("Hello {name}, this is {clinic}. Please call us about your visit: {phone}.")
            message = message.format(
                name=_called(patient), clinic=self.clinic.name, phone=self._own_phone
            )
        written = message or neutral
        return PhoneTask(
            reason=reason,
            key=key,
            patient=patient,
            phone=phone,
            why=why,
            say=self._say(reason, patient, message, line),
            leave=neutral if phone is not None and phone.voicemail_ok else "",
            text=sms_link(phone.number, written) if phone is not None and phone.text_ok else "",
            mail=(
                mail_link(patient.email, _("Your appointment"), written) if patient.email else ""
            ),
            visit=visit,
            day=day,
            line=line,
            window=None if visit is None or gone else self._window(visit, promise),
            breaks_promise=(
                promise is not None
                and visit is not None
                and not (
                    promise.keeps(visit.start)
                    and promise.practitioner_id in (None, visit.practitioner_id)
                )
            ),
        )

    @staticmethod
    def _window(visit: Visit, promise: Promise | None) -> tuple[datetime, datetime]:
        """The window to say: what was promised, or as wide from the planned start on."""
        if promise is not None and promise.keeps(visit.start):
            return promise.window_start, promise.window_end
        width = (
            promise.window_end - promise.window_start
            if promise is not None
            else timedelta(minutes=_USUAL_WIDTH_MIN)
        )
        return visit.start, min(visit.start + width, visit.start.replace(hour=23, minute=59))

    def _message(
        self, template: str, patient: Patient, visit: Visit, promise: Promise | None
    ) -> str:
        formats = Formats.of(self.clinic)
        # What was promised for another time is no promise for this one.
        first, last = (at.hour * 60 + at.minute for at in self._window(visit, promise))
        return filled(
            template,
            name=_called(patient),
            clinic=self.clinic.name,
            day=formats.spoken_day(visit.day, self.today),
            window=formats.span(first, last).replace("–", _(" and ")),
            phone=self._own_phone,
        )

    def _say(
        self, reason: PhoneReason, patient: Patient, message: str, line: WaitLine | None
    ) -> str:
        if message:
            return message
        slot = line.slot if line else None
        if slot is None:
            return _("{name}, you asked us to call you back.").format(name=_called(patient))
        formats = Formats.of(self.clinic)
        minutes = slot.promise_start.hour * 60 + slot.promise_start.minute
        until = slot.promise_end.hour * 60 + slot.promise_end.minute
        asked = _("you asked us to call you back") if reason is PhoneReason.CALL_BACK else ""
        offer = _("we could come {day}, between {window}. Would that suit you?").format(
            day=formats.spoken_day(slot.start.date(), self.today),
            window=formats.span(minutes, until).replace("–", _(" and ")),
        )
        return ", ".join(p for p in (_called(patient), asked, offer) if p)


def best_phone(phones: Sequence[Phone]) -> Phone | None:
    """The number to try first: the one that may be texted or spoken to, else the first."""
    ranked = sorted(phones, key=lambda p: -(2 * p.text_ok + p.voicemail_ok))
    return ranked[0] if ranked else None


def _called(patient: Patient) -> str:
    return patient.preferred_name or patient.first_name
