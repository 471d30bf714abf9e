"""What an import from the command line says of the columns before it runs."""

from clinic_desktop.domain.patient_import import (
    ColumnMapping,
    DateOrder,
    ImportField,
    PatientTable,
)
from clinic_desktop.text import _


def mapping_lines(table: PatientTable, mapping: ColumnMapping) -> list[str]:
    """One line a column: its heading and what it is taken for. No value of a row is shown."""
    words = field_words()
    lines: list[str] = []
    for column, heading in enumerate(table.headers):
        meaning = mapping.fields.get(column)
        word = words[meaning] if meaning is not None else _("left out")
        name = heading.strip() or _("column {n}").format(n=column + 1)
        lines.append(f"  {name} → {word}")
    if mapping.date_order is not None and mapping.columns_of(ImportField.BIRTH_DATE):
        lines.append(_("Dates are read as {order}.").format(order=_order_word(mapping.date_order)))
    return lines


def with_local_dates(mapping: ColumnMapping, locale: str) -> ColumnMapping:
    """The mapping, with the clinic's own order where the dates themselves do not prove one."""
    if mapping.date_order is not None or not mapping.columns_of(ImportField.BIRTH_DATE):
        return mapping
    american = locale.endswith("_US")
    return mapping.with_dates(DateOrder.MONTH_DAY_YEAR if american else DateOrder.DAY_MONTH_YEAR)


def field_words() -> dict[ImportField, str]:
    """Each meaning of a column, as a person calls it."""
    return {
        ImportField.EXTERNAL_NUMBER: _("patient number"),
        ImportField.FULL_NAME: _("full name"),
        ImportField.FIRST_NAME: _("first name"),
        ImportField.LAST_NAME: _("last name"),
        ImportField.PREFERRED_NAME: _("preferred name"),
        ImportField.PRONOUNS: _("pronouns"),
        ImportField.BIRTH_DATE: _("date of birth"),
        ImportField.SEX: _("sex"),
        ImportField.EMAIL: _("e-mail"),
        ImportField.MOBILE_PHONE: _("mobile phone"),
        ImportField.HOME_PHONE: _("home phone"),
        ImportField.WORK_PHONE: _("work phone"),
        ImportField.PHONE: _("phone"),
        ImportField.STREET: _("street"),
        ImportField.STREET_2: _("second line of the street"),
        ImportField.CITY: _("city"),
        ImportField.STATE: _("state"),
        ImportField.POSTCODE: _("ZIP code"),
        ImportField.GUARDIAN: _("guardian"),
        ImportField.EMERGENCY_NAME: _("emergency contact"),
        ImportField.EMERGENCY_PHONE: _("emergency contact's phone"),
        ImportField.EMERGENCY_RELATIONSHIP: _("emergency contact's relationship"),
        ImportField.PAYER: _("payer"),
        ImportField.REFERRAL_SOURCE: _("referral source"),
        ImportField.MEDICAL_ALERT: _("medical alert"),
        ImportField.ARCHIVED: _("archived"),
    }


def _order_word(order: DateOrder) -> str:
    return {
        DateOrder.MONTH_DAY_YEAR: _("month, day, year"),
        DateOrder.DAY_MONTH_YEAR: _("day, month, year"),
        DateOrder.YEAR_MONTH_DAY: _("year, month, day"),
    }[order]
