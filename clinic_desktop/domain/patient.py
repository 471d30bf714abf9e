"""Patients and the sites where they are visited; nothing clinical is kept here."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic_desktop.domain.ids import PatientId, SiteId
from clinic_desktop.domain.place import Address, Coordinate


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number in E.164 form (``+13145550142``) and what may be done with it."""

    number: str
    label: str = ""
    voicemail_ok: bool = False
    text_ok: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyContact:
    """Whom to call for the patient."""

    name: str = ""
    phone: str = ""
    relationship: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Someone who calls for the patient, and whether they may discuss the patient's care."""

    name: str
    relation: str = ""
    may_discuss: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient as the office knows them. ``merged_into`` makes this an alias; never deleted.

    Patients with the same ``household`` (any text but "") live together.
    """

    id: PatientId
    first_name: str
    last_name: str
    preferred_name: str = ""
    pronouns: str = ""
    dob: date | None = None
    sex: str = ""
    phones: tuple[Phone, ...] = ()
    email: str = ""
    guardian: str = ""
    emergency: EmergencyContact = EmergencyContact()
    payer: str = ""
    referral_source: str = ""
    caller: Caller | None = None
    external_number: str = ""
    course_label: str = ""
    household: str = ""
    merged_into: PatientId | None = None
    archived: bool = False

    @property
    def name(self) -> str:
        """Preferred (or first) name and last name."""
        return f"{self.preferred_name or self.first_name} {self.last_name}".strip()

    @property
    def short_name(self) -> str:
        """First name and last initial, as on cards and route sheets: ``Ruth A.``."""
        first = self.preferred_name or self.first_name
        return f"{first} {self.last_name[:1]}.".strip() if self.last_name else first


class PinSource(StrEnum):
    """How a site's point on the map was found."""

    NONE = "none"
    ADDRESS = "address"
    STREET = "street"
    HAND = "hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSite:
    """A place where a patient is treated. A site without a point is booked with no drive times.

    ``parking_min`` stands for the clinic's own minutes of parking and walking in, None: the same.
    """

    id: SiteId
    patient_id: PatientId
    address: Address
    label: str = ""
    coordinate: Coordinate | None = None
    pin_source: PinSource = PinSource.NONE
    access_code: str = ""
    parking: str = ""
    stairs: str = ""
    table_space: str = ""
    pets: str = ""
    pets_restrained: bool | None = None
    smokers: bool = False
    hazards: str = ""
    phone_signal: str = ""
    never_alone: bool = False
    extra_door_min: int = 0
    parking_min: int | None = None
    active: bool = True
