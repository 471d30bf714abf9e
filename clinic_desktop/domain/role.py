"""Who may do what: roles are held by keys, the checks here only say so early and kindly."""

from dataclasses import dataclass
from enum import StrEnum

from clinic_desktop.domain.ids import PractitionerId, UserId


class Role(StrEnum):
    """A user's roles; one person may have several."""

    OFFICE = "office"
    PRACTITIONER = "practitioner"
    OWNER = "owner"


class NotesAccess(StrEnum):
    """Whether a user's keys open the clinical file."""

    NONE = "none"
    WAITING = "waiting"
    GRANTED = "granted"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who logs in."""

    id: UserId
    login: str
    name: str
    roles: frozenset[Role]
    practitioner_id: PractitionerId | None = None
    notes_access: NotesAccess = NotesAccess.NONE
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is logged in now and what their keys open; holds no key itself."""

    user_id: UserId
    name: str
    roles: frozenset[Role]
    practitioner_id: PractitionerId | None
    opens_clinical: bool
    device_id: str

    @property
    def is_owner(self) -> bool:
        """Whether users, settings and backups are this session's to change."""
        return Role.OWNER in self.roles
