"""A medical alert on its way from an old patient list to the clinicians."""

from dataclasses import dataclass, field
from datetime import datetime

from clinic_desktop.domain.ids import PatientId


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAlert:
    """Ciphertext that only a clinician's session opens; it waits in the schedule file."""

    id: str
    patient_id: PatientId
    box: bytes = field(repr=False)
    sealed_at: datetime
