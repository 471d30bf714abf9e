"""Phone numbers as people write them, kept in E.164 form."""

import phonenumbers

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.text import _

HOME_REGION = "US"


def parse_phone(text: str) -> str:
    """What was typed as E.164 text (``+13145550142``).

    The number has to be possible (a US number has ten digits); whether the exchange exists is not
    asked, so that numbers newer than the library are taken.

    Raises:
        RuleBroken: it cannot be a phone number.
    """
    number = e164_or_none(text)
    if number is None:
        raise RuleBroken(
            _("That is not a phone number."),
            way_out=_("Type ten digits, or + and the country code."),
        )
    return number


def e164_or_none(text: str) -> str | None:
    """What was typed as E.164 text, None if it cannot be a phone number."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < 7:
        return None
    if number.country_code == 1 and len(str(number.national_number)) != 10:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_text(number: str) -> str:
    """An E.164 number as read aloud: ``(314) 555-0142``; international outside the home region."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    home = phonenumbers.country_code_for_region(HOME_REGION)
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code == home
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, form)
