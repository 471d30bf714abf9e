"""The people who treat."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.us_state import state_letters
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
class Licence:
    """A licence of one state (``IL``) and its last valid day; without one it holds for good."""

    state: str
    number: str = ""
    expires: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.expires is None or day <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Practitioner:
    """A practitioner with home base, hours and certificates.

    ``marker`` (1, 2, 3, ...) picks colour, shape and dash everywhere; it never changes.
    ``licence_number`` and ``licence_expires`` are the licence of the clinic's home state,
    ``licences`` those of states named.
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
    licences: tuple[Licence, ...] = ()

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def certified(self, kind: str | None, day: date) -> bool:
        """Whether a needed certificate (None: none is needed) holds on a day."""
        return kind is None or any(c.kind == kind and c.valid_on(day) for c in self.certifications)

    def all_licences(self, home_state: str) -> tuple[Licence, ...]:
        """Every licence; the single one counts for the home state unless ``licences`` names it."""
        home = state_letters(home_state)
        if any(state_letters(licence.state) == home for licence in self.licences):
            return self.licences
        first = Licence(state=home, number=self.licence_number, expires=self.licence_expires)
        return (first, *self.licences)

    def licensed(self, state: str, day: date, home_state: str) -> bool:
        """Whether they may treat in a state on a day; where the state is not known, they may.

        Without a home state the single licence counts in every state that ``licences`` leaves out.
        """
        wanted = state_letters(state)
        if not wanted:
            return True
        own = self.all_licences(home_state)
        named = [x for x in own if state_letters(x.state) == wanted]
        return any(x.valid_on(day) for x in named or [x for x in own if not x.state])
