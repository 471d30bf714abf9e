"""Headings of patient lists that are known: Jane, Google Contacts, Cliniko and plain words."""

from typing import Final

from clinic_desktop.domain.patient_import import ImportField

_F = ImportField

_WORDS: Final[dict[ImportField, tuple[str, ...]]] = {
    _F.EXTERNAL_NUMBER: ("patient number", "patient id", "patient no", "client id", "id", "number"),
    _F.FULL_NAME: ("name", "full name", "patient name", "patient", "client name"),
    _F.FIRST_NAME: ("first name", "given name", "first", "forename", "legal first name"),
    _F.LAST_NAME: ("last name", "family name", "last", "surname", "legal last name"),
    _F.PREFERRED_NAME: ("preferred name", "preferred first name", "nickname", "known as"),
    _F.PRONOUNS: ("pronouns", "gender pronouns"),
    _F.BIRTH_DATE: ("birth date", "date of birth", "dob", "birthday", "born"),
    _F.SEX: ("sex", "gender", "gender identity"),
    _F.EMAIL: ("email", "e-mail", "email address", "e-mail 1 - value", "email 1 - value"),
    _F.MOBILE_PHONE: ("mobile phone", "mobile", "cell", "cell phone", "mobile number"),
    _F.HOME_PHONE: ("home phone", "home", "landline"),
    _F.WORK_PHONE: ("work phone", "business phone"),
    _F.PHONE: (
        "phone",
        "phone number",
        "telephone",
        "tel",
        "primary phone",
        "phone 1 - value",
        "phone 2 - value",
        "phone 3 - value",
        "phone 4 - value",
        "patient phone numbers",
    ),
    _F.STREET: ("street address", "street", "address", "address 1", "address line 1",
                "address 1 - street"),
    _F.STREET_2: ("street address 2", "address 2", "address line 2", "unit", "apt", "apartment",
                  "suite", "address 1 - extended address"),
    _F.CITY: ("city", "town", "address 1 - city"),
    _F.STATE: ("state", "province", "region", "address 1 - region"),
    _F.POSTCODE: ("postal", "postal code", "post code", "postcode", "zip", "zip code",
                  "address 1 - postal code"),
    _F.GUARDIAN: ("guardian", "parent", "parent or guardian"),
    _F.EMERGENCY_NAME: ("emergency contact name", "emergency contact"),
    _F.EMERGENCY_PHONE: ("emergency contact phone", "emergency phone"),
    _F.EMERGENCY_RELATIONSHIP: ("emergency contact relationship", "emergency relationship"),
    _F.PAYER: ("payer", "insurance", "insurer"),
    _F.REFERRAL_SOURCE: ("referral source", "referred by", "how did you hear about us"),
    _F.MEDICAL_ALERT: ("medical alert", "medical alerts", "medical history alert"),
    _F.ARCHIVED: ("archived at", "archived"),
}  # fmt: skip


def heading_key(heading: str) -> str:
    """A heading without case, blanks and signs."""
    return "".join(sign for sign in heading.casefold() if sign.isalnum())


_MEANINGS: Final = {
    heading_key(word): meaning for meaning, words in _WORDS.items() for word in words
}


def meaning_of(heading: str) -> ImportField | None:
    """What a heading is known to hold, None if it is not known."""
    return _MEANINGS.get(heading_key(heading))
