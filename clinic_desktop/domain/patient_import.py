"""A patient list from another program: its columns, its rows as patients, what was found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ImportTrouble
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.place import Address
from clinic_desktop.text import _

Seal = Callable[[bytes], bytes]
"""Turns plain bytes into a box that only the clinicians' key opens."""


class ImportField(StrEnum):
    """What a column may hold."""

    EXTERNAL_NUMBER = "external_number"
    FULL_NAME = "full_name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PREFERRED_NAME = "preferred_name"
    PRONOUNS = "pronouns"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    EMAIL = "email"
    MOBILE_PHONE = "mobile_phone"
    HOME_PHONE = "home_phone"
    WORK_PHONE = "work_phone"
    PHONE = "phone"
    STREET = "street"
    STREET_2 = "street_2"
    CITY = "city"
    STATE = "state"
    POSTCODE = "postcode"
    GUARDIAN = "guardian"
    EMERGENCY_NAME = "emergency_name"
    EMERGENCY_PHONE = "emergency_phone"
    EMERGENCY_RELATIONSHIP = "emergency_relationship"
    PAYER = "payer"
    REFERRAL_SOURCE = "referral_source"
    MEDICAL_ALERT = "medical_alert"
    ARCHIVED = "archived"


class DateOrder(StrEnum):
    """How a list writes its dates; a year has four digits."""

    MONTH_DAY_YEAR = "mdy"
    DAY_MONTH_YEAR = "dmy"
    YEAR_MONTH_DAY = "ymd"


class EncodingUnclear(ImportTrouble):
    """The text is not Unicode; a person has to agree to ``suggestion`` before it is read so.

    ``samples`` are lines with letters that tell, read so: for the screen and never for a log.
    """

    def __init__(self, suggestion: str, samples: tuple[str, ...] = ()) -> None:
        super().__init__(
            _("This file is not in UTF-8 or UTF-16."),
            way_out=_("Read it as Western European (Windows) text, or save it again as UTF-8."),
        )
        self.suggestion = suggestion
        self.samples = samples


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row; ``line`` is the line of the file on which it starts, from 1."""

    line: int
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientTable:
    """A list as read: every row has as many cells as there are headers."""

    headers: tuple[str, ...]
    rows: tuple[TableRow, ...] = field(repr=False)
    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Which column holds what, by column number from 0; ``date_order`` None: not yet said."""

    fields: Mapping[int, ImportField]
    date_order: DateOrder | None = None

    def with_column(self, column: int, meaning: ImportField | None) -> "ColumnMapping":
        """The mapping with one column changed, or left out."""
        fields = {k: v for k, v in self.fields.items() if k != column}
        if meaning is not None:
            fields[column] = meaning
        return ColumnMapping(fields=fields, date_order=self.date_order)

    def with_dates(self, order: DateOrder | None) -> "ColumnMapping":
        """The mapping with dates read in another order."""
        return ColumnMapping(fields=self.fields, date_order=order)

    def columns_of(self, meaning: ImportField) -> list[int]:
        """The columns that hold something, left to right."""
        return sorted(column for column, held in self.fields.items() if held is meaning)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTrouble:
    """Why a row cannot be taken; the sentence holds no value of the row.

    ``name`` and ``value`` are what the row says, for the screen and never for a log.
    """

    line: int
    sentence: str
    name: str = field(default="", repr=False)
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDraft:
    """One row as a patient with no id yet.

    A medical alert is never kept in plain: ``sealed_alert`` is its box, None where there is no
    alert or no seal was given (``has_alert`` tells which).
    """

    line: int
    patient: Patient
    address: Address | None
    has_alert: bool = False
    sealed_alert: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBatch:
    """All rows of a list as drafts, and the rows that cannot be taken."""

    drafts: tuple[PatientDraft, ...]
    troubles: tuple[RowTrouble, ...]


class PatientFiles(Protocol):
    """Reads patient lists; ``exchange`` stands behind it."""

    def read(self, path: Path, *, encoding: str | None = None) -> PatientTable:
        """Read a list.

        Raises:
            EncodingUnclear: it is not Unicode and nobody said what else.
            ImportTrouble: it cannot be read, or a row is broken (the sentence names the line).
        """
        ...

    def suggest(self, table: PatientTable) -> ColumnMapping:
        """The mapping that the headings and dates themselves tell."""
        ...

    def drafts(
        self, table: PatientTable, mapping: ColumnMapping, seal: Seal | None = None
    ) -> DraftBatch:
        """The rows as patients.

        Raises:
            ImportTrouble: the mapping names no column for the names, or dates are mapped and
                nobody said how they are written.
        """
        ...


class Found(StrEnum):
    """What the clinic knows of a draft already."""

    NEW = "new"
    SAME_NUMBER = "same_number"
    SAME_NAME_AND_DOB = "same_name_and_dob"
    SAME_NAME_AND_PHONE = "same_name_and_phone"
    SAME_NAME = "same_name"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A draft with what is known of it; ``earlier_line``: it repeats a row of the same list."""

    draft: PatientDraft
    found: Found
    patient_id: PatientId | None = None
    earlier_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What an import would do."""

    rows: tuple[PreviewRow, ...]
    troubles: tuple[RowTrouble, ...]

    @property
    def new_rows(self) -> tuple[PreviewRow, ...]:
        """The rows that would become patients."""
        return tuple(row for row in self.rows if row.found is Found.NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did; ``changes`` is empty where every row was here already.

    ``alerts`` counts the medical alerts that were sealed for the clinicians, ``alerts_left`` those
    of patients who were here already: they are not taken again.
    """

    changes: Changes
    added: int
    already_here: int
    alerts: int = 0
    alerts_left: int = 0
