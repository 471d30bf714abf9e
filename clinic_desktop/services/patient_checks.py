"""What makes a patient's record acceptable, and which records may be the same person."""

import unicodedata
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import Caller, EmergencyContact, Patient, Phone, VisitSite
from clinic_desktop.domain.phone_number import parse_phone
from clinic_desktop.domain.place import Address, is_po_box
from clinic_desktop.text import _


class PossibleDuplicate(RuleBroken):
    """The patient may be there already; ``patient_ids`` are the records to compare with."""

    def __init__(self, patient_ids: tuple[PatientId, ...]) -> None:
        super().__init__(
            _("A patient with this name and birth date, or this phone number, is already here."),
            way_out=_("Open the record that is there, or keep both."),
        )
        self.patient_ids = patient_ids


class SameBy(StrEnum):
    """Why two records may be one person."""

    NAME_AND_DOB = "name_and_dob"
    PHONE = "phone"


def one_line(text: str) -> str:
    """Typed text without control signs, its runs of blanks as one."""
    return " ".join("".join(c if _printable(c) else " " for c in text).split())


def several_lines(text: str) -> str:
    """Typed text without control signs other than line ends."""
    kept = "".join(c if c == "\n" or _printable(c) else " " for c in text.replace("\r\n", "\n"))
    return kept.strip()


def _printable(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs", "Zl", "Zp")


def name_key(patient: Patient) -> str:
    """First and last name with case, accents and signs folded away."""
    decomposed = unicodedata.normalize("NFKD", f"{patient.first_name} {patient.last_name}")
    return "".join(c for c in decomposed.casefold() if c.isalnum())


def same_person(one: Patient, other: Patient) -> SameBy | None:
    """Whether two records may be one person: name and birth date agree, or a phone does.

    Two people of one household share a phone, so this warns and never merges.
    """
    if one.dob and one.dob == other.dob and name_key(one) == name_key(other):
        return SameBy.NAME_AND_DOB
    numbers = {phone.number for phone in one.phones}
    if numbers & {phone.number for phone in other.phones}:
        return SameBy.PHONE
    return None


def checked_patient(patient: Patient, today: date) -> Patient:
    """The record with its text cleaned and its phones in E.164 form.

    Raises:
        RuleBroken: a name is missing, the birth date is not in the past, a phone is none, or the
            e-mail address cannot be one.
    """
    cleaned = _cleaned(patient)
    if not cleaned.first_name or not cleaned.last_name:
        raise RuleBroken(_("A patient needs a first and a last name."))
    if cleaned.dob is not None and not date(1890, 1, 1) <= cleaned.dob < today:
        raise RuleBroken(_("The birth date has to lie in the past."))
    if cleaned.email and not _like_email(cleaned.email):
        raise RuleBroken(_("That is not an e-mail address."))
    return replace(cleaned, phones=_checked_phones(patient.phones))


def checked_site(site: VisitSite) -> VisitSite:
    """The site with its text cleaned.

    Raises:
        RuleBroken: it has neither an address nor a point, or takes a negative time.
    """
    cleaned = replace(
        site,
        address=_cleaned_address(site.address),
        label=one_line(site.label),
        access_code=one_line(site.access_code),
        parking=one_line(site.parking),
        stairs=one_line(site.stairs),
        table_space=one_line(site.table_space),
        pets=one_line(site.pets),
        hazards=several_lines(site.hazards),
        phone_signal=one_line(site.phone_signal),
    )
    if not cleaned.address.line and cleaned.coordinate is None:
        raise RuleBroken(
            _("A site needs an address or a point on the map."),
            way_out=_("Type the street, or set a pin."),
        )
    if cleaned.extra_door_min < 0:
        raise RuleBroken(_("Extra minutes at the door cannot be negative."))
    if cleaned.parking_min is not None and cleaned.parking_min < 0:
        raise RuleBroken(_("Minutes of parking cannot be negative."))
    return cleaned


def visitable_site(site: VisitSite) -> VisitSite:
    """The same as ``checked_site``, for one that somebody types: a PO box needs a point too.

    Raises:
        RuleBroken: nobody can be visited there.
    """
    checked = checked_site(site)
    if checked.coordinate is None and is_po_box(checked.address.one_line()):
        raise RuleBroken(
            _("A PO box is no place to drive to."),
            way_out=_("Ask for the street address, or set a pin."),
        )
    return checked


def without_doubles(phones: Iterable[Phone]) -> tuple[Phone, ...]:
    """The phones with each number once, in order."""
    kept: dict[str, Phone] = {}
    for phone in phones:
        kept.setdefault(phone.number, phone)
    return tuple(kept.values())


def _cleaned(patient: Patient) -> Patient:
    caller = patient.caller
    return replace(
        patient,
        first_name=one_line(patient.first_name),
        last_name=one_line(patient.last_name),
        preferred_name=one_line(patient.preferred_name),
        pronouns=one_line(patient.pronouns),
        sex=one_line(patient.sex),
        email=one_line(patient.email),
        guardian=one_line(patient.guardian),
        payer=one_line(patient.payer),
        referral_source=one_line(patient.referral_source),
        external_number=one_line(patient.external_number),
        course_label=one_line(patient.course_label),
        emergency=EmergencyContact(
            name=one_line(patient.emergency.name),
            phone=one_line(patient.emergency.phone),
            relationship=one_line(patient.emergency.relationship),
        ),
        caller=Caller(
            name=one_line(caller.name),
            relation=one_line(caller.relation),
            may_discuss=caller.may_discuss,
        )
        if caller
        else None,
    )


def _cleaned_address(address: Address) -> Address:
    cleaned: dict[str, str] = {f.name: one_line(getattr(address, f.name)) for f in fields(address)}
    return Address(**cleaned)


def _checked_phones(phones: Iterable[Phone]) -> tuple[Phone, ...]:
    return without_doubles(
        replace(phone, number=parse_phone(phone.number), label=one_line(phone.label))
        for phone in phones
        if phone.number.strip()
    )


def _like_email(text: str) -> bool:
    name, at, host = text.partition("@")
    return bool(name and at and "." in host and " " not in text and "@" not in host)
