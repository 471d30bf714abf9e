"""Messages from callers to the clinicians: the office writes them once and never reads them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from clinic_desktop.domain.caller_message import CallerMessage
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import CallId, MessageId, NewId, PatientId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.patient_import import Seal
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.wait_list import Urgency
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.text import _

MOST_LETTERS: Final = 4000
"""Longer ones are refused: a message is for the phone, not a record."""

Unseal = Callable[[Session, bytes], bytes]
"""Opens what was sealed for the clinicians; raises ``PermissionRefused``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage:
    """What the caller said, word for word; ``answer_by`` is local time as told to them."""

    patient_id: PatientId
    text: str = field(repr=False)
    urgency: Urgency = Urgency.ROUTINE
    answer_by: datetime | None = None
    call_id: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMessage:
    """A message that nobody has answered; ``text`` is None where these keys do not open it."""

    message: CallerMessage
    patient: Patient
    taken_by: str
    overdue: bool
    text: str | None = field(default=None, repr=False)


class MessageService:
    """Sealed before anything is written: the plain text is kept nowhere."""

    def __init__(
        self, store: ScheduleStore, clock: Clock, new_id: NewId, seal: Seal, unseal: Unseal
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._seal = seal
        self._unseal = unseal

    def take(self, session: Session, command: TakeMessage) -> Changes:
        """Seal a message for the clinicians.

        Raises:
            PermissionRefused: the session has no role.
            NotFound: there is no such patient or call.
            RuleBroken: it says nothing, or has more than ``MOST_LETTERS`` letters.
        """
        require_schedule(session)
        text = command.text.strip()
        if not text:
            raise RuleBroken(_("The message says nothing yet."))
        if len(text) > MOST_LETTERS:
            raise RuleBroken(
                _("A message has at most {n} letters.").format(n=MOST_LETTERS),
                way_out=_("Write down what the practitioner has to know to call back."),
            )
        box = self._seal(text.encode())
        with self._store.operation(_("Take a message"), session) as op:
            if command.call_id is not None:
                op.call(command.call_id)
            op.put(
                CallerMessage(
                    id=MessageId(self._new_id()),
                    patient_id=op.patient(command.patient_id).id,
                    box=box,
                    taken_at=self._clock.now_utc(),
                    by=session.user_id,
                    urgency=command.urgency,
                    answer_by=command.answer_by,
                    call_id=command.call_id,
                )
            )
            return op.changes()

    def waiting(self, session: Session) -> tuple[WaitingMessage, ...]:
        """What waits for an answer: the most urgent first, then by when one is due.

        Whoever opens the boxes reads the texts too; everybody else only who waits, and until when.
        """
        require_schedule(session)
        reader = self._store.reader()
        now = local_now(self._clock, reader.clinic().zone)
        names = {user.id: user.name for user in reader.users()}
        return tuple(
            WaitingMessage(
                message=message,
                patient=reader.patient(message.patient_id),
                taken_by=names.get(message.by, ""),
                overdue=message.answer_by is not None and message.answer_by < now,
                text=self._text(session, message),
            )
            for message in reader.messages_waiting()
        )

    def answer(self, session: Session, message_id: MessageId) -> Changes:
        """Mark a message answered; only whoever can read it may.

        Raises:
            PermissionRefused: the session's keys do not open it.
            NotFound: there is no such message.
            RuleBroken: it has been answered.
        """
        with self._store.operation(_("Answer a message"), session) as op:
            message = op.message(message_id)
            if self._text(session, message) is None:
                raise PermissionRefused(
                    _("Only a clinician who can read the message can mark it answered."),
                    way_out=_("Ask a practitioner to log in."),
                )
            if message.answered_at is not None:
                raise RuleBroken(
                    _("{name} has answered this message.").format(
                        name=_name_of(op, message) or _("Somebody")
                    )
                )
            op.put(replace(message, answered_at=self._clock.now_utc(), answered_by=session.user_id))
            return op.changes()

    def _text(self, session: Session, message: CallerMessage) -> str | None:
        if not session.opens_clinical:
            return None
        try:
            return self._unseal(session, message.box).decode()
        except (PermissionRefused, UnicodeDecodeError):
            return None


def _name_of(reader: ScheduleReader, message: CallerMessage) -> str:
    return next((user.name for user in reader.users() if user.id == message.answered_by), "")
