"""What a caller asked the office to pass on to the clinicians, sealed."""

from dataclasses import dataclass, field
from datetime import datetime

from clinic_desktop.domain.ids import CallId, MessageId, PatientId, UserId
from clinic_desktop.domain.wait_list import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerMessage:
    """Ciphertext that only a clinician's session opens.

    ``answer_by`` is local wall-clock time, told to the caller; ``taken_at`` and ``answered_at``
    are UTC.
    """

    id: MessageId
    patient_id: PatientId
    box: bytes = field(repr=False)
    taken_at: datetime
    by: UserId
    urgency: Urgency = Urgency.ROUTINE
    answer_by: datetime | None = None
    call_id: CallId | None = None
    answered_at: datetime | None = None
    answered_by: UserId | None = None

    def __post_init__(self) -> None:
        if (self.answered_at is None) != (self.answered_by is None):
            raise ValueError("an answer has a moment and a person")
