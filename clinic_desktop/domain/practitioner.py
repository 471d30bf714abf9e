"""The people who treat."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.working_time import WorkingPattern


class Profession(StrEnum):
    """What a practitioner is licensed as."""

    PT = "PT"
    DC = "DC"
    LAC = "LAc"
    MD = "MD"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A certificate (``kind`` such as ``dry_needling_advanced``) and its last valid day."""

    kind: str
    number: str = ""
    expires: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether it holds on a day; one without an expiry holds for good."""
        return self.expires is None or day <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Practitioner:
    """A practitioner with home base, hours and certificates.

    ``marker`` (1, 2, 3, ...) picks colour, shape and dash everywhere; it never changes.
    """

    id: PractitionerId
    first_name: str
    last_name: str
    profession: Profession
    credentials: str
    marker: int
    home: Coordinate | None
    home_address: Address | None
    pattern: WorkingPattern
    certifications: tuple[Certification, ...] = ()
    licence_number: str = ""
    licence_expires: date | None = None
    direct_access_qualified: bool = False
    active: bool = True

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def certified(self, kind: str | None, day: date) -> bool:
        """Whether a needed certificate (None: none is needed) holds on a day."""
        return kind is None or any(c.kind == kind and c.valid_on(day) for c in self.certifications)
