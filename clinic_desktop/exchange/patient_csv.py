"""A patient list from another program as drafts of patients."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from clinic_desktop.domain.errors import ImportTrouble
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import EmergencyContact, Patient, Phone
from clinic_desktop.domain.patient_import import (
    ColumnMapping,
    DateOrder,
    DraftBatch,
    ImportField,
    PatientDraft,
    PatientTable,
    RowTrouble,
    Seal,
    TableRow,
)
from clinic_desktop.domain.phone_number import e164_or_none
from clinic_desktop.domain.place import Address
from clinic_desktop.exchange.csv_table import read_table
from clinic_desktop.exchange.patient_headings import meaning_of
from clinic_desktop.text import _

_F = ImportField
_SEVERAL_VALUES: Final = ":::"
_DATE_PARTS: Final = re.compile(r"(\d{1,4})[./\-\s](\d{1,2})[./\-\s](\d{1,4})(?:[T\s].*)?")
_NO_YEAR: Final = re.compile(r"--\d{1,2}-?\d{1,2}")
_PHONE_LABELS: Final = {
    _F.MOBILE_PHONE: "mobile",
    _F.HOME_PHONE: "home",
    _F.WORK_PHONE: "work",
    _F.PHONE: "",
}


class PatientCsv:
    """Reads lists from Jane, Google Contacts, Cliniko and any other CSV (port ``PatientFiles``)."""

    def read(self, path: Path, *, encoding: str | None = None) -> PatientTable:
        """Read a CSV file. Raises ``EncodingUnclear`` and ``ImportTrouble`` as the port says."""
        return read_table(path, encoding=encoding)

    def suggest(self, table: PatientTable) -> ColumnMapping:
        """The mapping that the headings tell, and the date order if the dates prove it."""
        fields = {
            column: meaning
            for column, heading in enumerate(table.headers)
            if (meaning := meaning_of(heading)) is not None
        }
        if _F.FIRST_NAME in fields.values() and _F.LAST_NAME in fields.values():
            fields = {k: v for k, v in fields.items() if v is not _F.FULL_NAME}
        mapping = ColumnMapping(fields=fields)
        return mapping.with_dates(_order_proven(_dates(table, mapping)))

    def drafts(
        self, table: PatientTable, mapping: ColumnMapping, seal: Seal | None = None
    ) -> DraftBatch:
        """The rows as patients. Raises ``ImportTrouble`` if the mapping cannot work."""
        _check_mapping(table, mapping)
        drafts: list[PatientDraft] = []
        troubles: list[RowTrouble] = []
        for row in table.rows:
            result = _draft(row, mapping, seal)
            if isinstance(result, RowTrouble):
                troubles.append(result)
            else:
                drafts.append(result)
        return DraftBatch(drafts=tuple(drafts), troubles=tuple(troubles))


def parse_list_date(text: str, order: DateOrder | None) -> date | None:
    """A date as lists write it; a year first is read so in every order.

    Raises:
        ValueError: it is none in that order, or its year has not four digits.
    """
    if not text or _NO_YEAR.fullmatch(text):
        return None
    parts = _DATE_PARTS.fullmatch(text)
    if parts is None:
        raise ValueError("not a date")
    first, second, third = parts.groups()
    if len(first) == 4 and len(third) <= 2:
        return date(int(first), int(second), int(third))
    if len(first) > 2 or len(third) != 4:
        raise ValueError("a year has four digits")
    if order is DateOrder.MONTH_DAY_YEAR:
        return date(int(third), int(first), int(second))
    if order is DateOrder.DAY_MONTH_YEAR:
        return date(int(third), int(second), int(first))
    raise ValueError("nobody said how dates are written")


def _dates(table: PatientTable, mapping: ColumnMapping) -> Iterable[str]:
    for column in mapping.columns_of(_F.BIRTH_DATE):
        yield from (row.cells[column].strip() for row in table.rows)


def _order_proven(texts: Iterable[str]) -> DateOrder | None:
    """The one order in which all these dates are dates; None if two would do, or none does."""
    written = [text for text in texts if text and not _NO_YEAR.fullmatch(text)]
    fitting = [order for order in DateOrder if written and _all_dates(written, order)]
    if DateOrder.YEAR_MONTH_DAY in fitting:
        return DateOrder.YEAR_MONTH_DAY
    return fitting[0] if len(fitting) == 1 else None


def _all_dates(texts: Iterable[str], order: DateOrder) -> bool:
    try:
        for text in texts:
            parse_list_date(text, order)
    except ValueError:
        return False
    return True


def _check_mapping(table: PatientTable, mapping: ColumnMapping) -> None:
    held = set(mapping.fields.values())
    if not {_F.FIRST_NAME, _F.LAST_NAME} <= held and _F.FULL_NAME not in held:
        raise ImportTrouble(
            _("No column holds the first and last name."),
            way_out=_("Say which columns hold the names."),
        )
    if any(not 0 <= column < len(table.headers) for column in mapping.fields):
        raise ImportTrouble(_("A chosen column is not in this file."))
    if mapping.date_order is None and any(_dates(table, mapping)):
        if _all_dates(_dates(table, mapping), DateOrder.YEAR_MONTH_DAY):
            return
        raise ImportTrouble(
            _("The birth dates can be read in more than one way."),
            way_out=_("Say how this list writes its dates."),
        )


def _draft(row: TableRow, mapping: ColumnMapping, seal: Seal | None) -> PatientDraft | RowTrouble:
    cells = _Cells(row, mapping)
    first, last = cells.names()
    if not first or not last:
        return RowTrouble(
            line=row.line,
            sentence=_("The first or last name is missing."),
            name=f"{first} {last}".strip(),
        )
    try:
        dob = parse_list_date(cells.one(_F.BIRTH_DATE), mapping.date_order)
    except ValueError:
        return RowTrouble(
            line=row.line,
            sentence=_("The birth date is not a date, or its year is too short."),
            name=f"{first} {last}",
            value=cells.one(_F.BIRTH_DATE),
        )
    phones = cells.phones()
    if isinstance(phones, str):
        return RowTrouble(
            line=row.line,
            sentence=_("A phone number is not one."),
            name=f"{first} {last}",
            value=phones,
        )
    alert = cells.lines(_F.MEDICAL_ALERT)
    patient = Patient(
        id=PatientId(""),
        first_name=first,
        last_name=last,
        preferred_name=cells.one(_F.PREFERRED_NAME),
        pronouns=cells.one(_F.PRONOUNS),
        dob=dob,
        sex=cells.one(_F.SEX),
        phones=phones,
        email=cells.one(_F.EMAIL),
        guardian=cells.one(_F.GUARDIAN),
        emergency=EmergencyContact(
            name=cells.one(_F.EMERGENCY_NAME),
            phone=cells.one(_F.EMERGENCY_PHONE),
            relationship=cells.one(_F.EMERGENCY_RELATIONSHIP),
        ),
        payer=cells.one(_F.PAYER),
        referral_source=cells.one(_F.REFERRAL_SOURCE),
        external_number=cells.one(_F.EXTERNAL_NUMBER),
        archived=_says_yes(cells.one(_F.ARCHIVED)),
    )
    return PatientDraft(
        line=row.line,
        patient=patient,
        address=cells.address(),
        has_alert=bool(alert),
        sealed_alert=seal(alert.encode()) if alert and seal else None,
    )


def _says_yes(text: str) -> bool:
    """Whether an "archived" cell says so: a date in it does, too."""
    return text.casefold() not in ("", "0", "no", "n", "false", "null")


class _Cells:
    """A row by meaning."""

    def __init__(self, row: TableRow, mapping: ColumnMapping) -> None:
        self._row = row
        self._mapping = mapping

    def all(self, meaning: ImportField) -> list[str]:
        """Every value of that meaning; Google Contacts writes several into one cell."""
        texts = (self._row.cells[column] for column in self._mapping.columns_of(meaning))
        parts = (part for text in texts for part in text.split(_SEVERAL_VALUES))
        return [" ".join(part.split()) for part in parts if part.strip()]

    def one(self, meaning: ImportField) -> str:
        """The first value of that meaning, or ""."""
        return next(iter(self.all(meaning)), "")

    def lines(self, meaning: ImportField) -> str:
        """All values of that meaning, a line each."""
        return "\n".join(self.all(meaning))

    def names(self) -> tuple[str, str]:
        first, last = self.one(_F.FIRST_NAME), self.one(_F.LAST_NAME)
        whole = self.one(_F.FULL_NAME)
        if whole and not (first and last):
            if "," in whole:
                last, first = (part.strip() for part in whole.split(",", 1))
            else:
                first, _blank, last = whole.rpartition(" ")
        return first, last

    def phones(self) -> tuple[Phone, ...] | str:
        """The phones, mobile first, each once; the text that is no number if there is one."""
        kept: dict[str, Phone] = {}
        for meaning, label in _PHONE_LABELS.items():
            for text in self.all(meaning):
                number = e164_or_none(text)
                if number is None:
                    return text
                kept.setdefault(number, Phone(number=number, label=label))
        return tuple(kept.values())

    def address(self) -> Address | None:
        line = self.one(_F.STREET)
        if not line:
            return None
        return Address(
            line=line,
            unit=self.one(_F.STREET_2),
            city=self.one(_F.CITY),
            state=self.one(_F.STATE),
            postcode=self.one(_F.POSTCODE),
        )
