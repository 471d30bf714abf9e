"""Reads a CSV file of unknown make: encoding, delimiter, rows that are all as wide as the headings.

No sentence ever repeats a value of the file: it holds patients.
"""

import codecs
import csv
import io
import itertools
from pathlib import Path
from typing import Final

from clinic_desktop.domain.errors import ImportTrouble
from clinic_desktop.domain.patient_import import EncodingUnclear, PatientTable, TableRow
from clinic_desktop.text import _

MAX_BYTES: Final = 64 * 1024 * 1024
FALLBACK_ENCODING: Final = "cp1252"
_SAMPLES: Final = 3
_DELIMITERS: Final = (",", ";", "\t", "|")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_table(path: Path, *, encoding: str | None = None) -> PatientTable:
    """Read a CSV file whole.

    Args:
        path: the file.
        encoding: what a person said it is; None finds it out.

    Raises:
        EncodingUnclear: it is not Unicode and nobody said what else.
        ImportTrouble: it cannot be read, is empty or too large, or a row is broken.
    """
    data = _bytes_of(path)
    used = encoding or _encoding_of(data)
    try:
        text = data.decode(used)
    except (UnicodeDecodeError, LookupError) as error:
        raise ImportTrouble(
            _("This file cannot be read as {encoding}.").format(encoding=used),
            still_works=_("Nothing was imported."),
            way_out=_("Choose another encoding, or save it again as UTF-8."),
        ) from error
    text = text.replace("\0", "")
    delimiter = _delimiter_of(text)
    records = _records(text, delimiter)
    if not records:
        raise ImportTrouble(_("This file is empty."))
    headers = tuple(cell.strip() for cell in records[0].cells)
    return PatientTable(
        headers=headers,
        rows=tuple(_as_wide(row, len(headers)) for row in records[1:]),
        encoding=used,
        delimiter=delimiter,
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportTrouble(
                _("This file is larger than a patient list can be."),
                way_out=_("Export the patients alone, as CSV."),
            )
        data = path.read_bytes()
    except OSError as error:
        raise ImportTrouble(
            _("The file {name} cannot be read.").format(name=path.name),
            way_out=_("Check that it is there and that you may open it."),
        ) from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise ImportTrouble(
            _("This is not a CSV file."), way_out=_("Save the list as CSV and choose that file.")
        )
    return data


def _encoding_of(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    head = data[:4096]
    if head.count(0) > len(head) // 4:
        # Plain letters in UTF-16 have a zero in every second byte: which one tells the order.
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EncodingUnclear(FALLBACK_ENCODING, _telling_lines(data)) from error
    return "utf-8"


def _telling_lines(data: bytes) -> tuple[str, ...]:
    """The first lines whose letters show whether the encoding is right."""
    telling = (line for line in data.splitlines() if not line.isascii())
    shown = itertools.islice(telling, _SAMPLES)
    return tuple(line.decode(FALLBACK_ENCODING, errors="replace") for line in shown)


def _delimiter_of(text: str) -> str:
    """The delimiter that splits the heading into most columns; a comma if none does."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    widths = {d: sum(map(len, csv.reader([head], delimiter=d))) for d in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: widths[d])


def _records(text: str, delimiter: str) -> list[TableRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[TableRow] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append(TableRow(line=line, cells=tuple(cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _broken(line, _("a quotation mark is missing or out of place")) from error
    return records


def _as_wide(row: TableRow, width: int) -> TableRow:
    """The row cut to the headings; cells beyond them have to be empty."""
    if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        raise _broken(
            row.line,
            _("it has {n} columns, the heading has {width}").format(n=len(row.cells), width=width),
        )
    return TableRow(line=row.line, cells=row.cells[:width])


def _broken(line: int, why: str) -> ImportTrouble:
    return ImportTrouble(
        _("Line {line} is broken: {why}.").format(line=line, why=why),
        still_works=_("Nothing was imported."),
        way_out=_("Correct that line and choose the file again."),
    )
