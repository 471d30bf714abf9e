"""A medical alert as an old patient list had it."""

from dataclasses import dataclass, field
from datetime import datetime

from clinic_desktop.domain.ids import PatientId


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAlert:
    """One alert: somebody else's words, to be asked about, never an answer to a screening."""

    id: str
    patient_id: PatientId
    text: str = field(repr=False)
    sealed_at: datetime
