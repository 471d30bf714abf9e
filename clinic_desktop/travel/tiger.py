"""Reads a county's house number ranges: a Census TIGER/Line ``ADDRFEAT`` file, public domain.

The ranges are potential ones: every number of a side's parity from its first to its last may exist
on that edge of the street, whether a house stands there or not.
Source: TIGER/Line Shapefiles Technical Documentation, Address Range-Feature Shapefile.
"""

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import shapefile

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.text import _
from clinic_desktop.travel.address_extract import NumberRange, Point

FILE_NAME: Final = re.compile(r"tl_(\d{4})_(\d{5})_addrfeat", re.IGNORECASE)
_NEEDED: Final = ("FULLNAME", "LFROMHN", "LTOHN", "RFROMHN", "RTOHN", "ZIPL", "ZIPR")
_PARITY: Final = {"E": 2, "O": 2, "B": 1}
_MOST_BYTES: Final = 2 << 30
# A block is a few hundred numbers long; what claims more is a slip of the data.
_WIDEST: Final = 10_000
_MOST_NUMBER: Final = 999_999
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    shapefile.ShapefileException,
    shapefile.PossiblyCorruptFileHeader,
    struct.error,
    NotImplementedError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)
# Federal codes of the states; source: ANSI INCITS 38.
_STATES: Final = {
    "01": "AL", "02": "AK", "04": "AZ", "05": "AR", "06": "CA", "08": "CO", "09": "CT", "10": "DE",
    "11": "DC", "12": "FL", "13": "GA", "15": "HI", "16": "ID", "17": "IL", "18": "IN", "19": "IA",
    "20": "KS", "21": "KY", "22": "LA", "23": "ME", "24": "MD", "25": "MA", "26": "MI", "27": "MN",
    "28": "MS", "29": "MO", "30": "MT", "31": "NE", "32": "NV", "33": "NH", "34": "NJ", "35": "NM",
    "36": "NY", "37": "NC", "38": "ND", "39": "OH", "40": "OK", "41": "OR", "42": "PA", "44": "RI",
    "45": "SC", "46": "SD", "47": "TN", "48": "TX", "49": "UT", "50": "VT", "51": "VA", "53": "WA",
    "54": "WV", "55": "WI", "56": "WY", "72": "PR",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyRanges:
    """What a county's file holds; ``fips`` is the five-figure code of state and county."""

    fips: str
    year: int
    ranges: tuple[NumberRange, ...]


def read_county(path: Path) -> CountyRanges:
    """Read ``tl_YYYY_SSCCC_addrfeat.zip``.

    Raises:
        RoadsTrouble: the file is not there, is another one, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
                raise _another(path)
            year, fips, stem = _inside(archive, path)
            # Reads every byte, so that a cut or flipped one is found before it is believed.
            if archive.testzip() is not None:
                raise _damaged(path)
            with (
                archive.open(f"{stem}.shp") as shp,
                archive.open(f"{stem}.dbf") as dbf,
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("error", shapefile.PossiblyCorruptFileHeader)
                reader = shapefile.Reader(shp=shp, dbf=dbf, encodingErrors="replace")
                names = {str(field[0]) for field in reader.fields}
                if not all(needed in names for needed in _NEEDED):
                    raise _another(path)
                ranges = tuple(_ranges(reader, _STATES.get(fips[:2], "")))
    except FileNotFoundError:
        raise RoadsTrouble(
            _("The file {name} is not there.").format(name=path.name),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Choose another county file, or fetch it again."),
        ) from None
    except OSError:
        raise RoadsTrouble(
            _("The file {name} cannot be read.").format(name=path.name),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Check that it may be opened, or choose another one."),
        ) from None
    except _DAMAGED:
        raise _damaged(path) from None
    if not ranges:
        raise _another(path)
    return CountyRanges(fips=fips, year=year, ranges=ranges)


def county_of(path: Path) -> tuple[str, int]:
    """The county and year that a file says it is of, without reading it through.

    Raises:
        RoadsTrouble: it is not a county's file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            year, fips, _stem = _inside(archive, path)
    except FileNotFoundError:
        raise RoadsTrouble(
            _("The file {name} is not there.").format(name=path.name),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Choose another county file, or fetch it again."),
        ) from None
    except (OSError, *_DAMAGED):
        raise _another(path) from None
    return fips, year


def _inside(archive: zipfile.ZipFile, path: Path) -> tuple[int, str, str]:
    """Year, county and the common name of the parts."""
    parts = set(archive.namelist())
    for name in sorted(parts):
        stem, _dot, ending = name.rpartition(".")
        match = FILE_NAME.fullmatch(stem.rpartition("/")[2])
        if match and ending == "shp" and f"{stem}.dbf" in parts:
            return int(match[1]), match[2], stem
    raise _another(path)


def _ranges(reader: shapefile.Reader, state: str) -> Iterator[NumberRange]:
    for item in reader.iterShapeRecords():
        if item.record is None or item.shape is None:
            continue
        fields = cast("Mapping[str, object]", item.record.as_dict())
        name = _text(fields, "FULLNAME")
        line: list[Point] = [
            (round(float(point[1]), 6), round(float(point[0]), 6)) for point in item.shape.points
        ]
        if not name or len(line) < 2:
            continue
        for side in ("L", "R"):
            if found := _side(fields, side, name, state, line):
                yield found


def _side(
    fields: Mapping[str, object], side: str, name: str, state: str, line: list[Point]
) -> NumberRange | None:
    first, last = _text(fields, f"{side}FROMHN"), _text(fields, f"{side}TOHN")
    # "N101" and "12-34" count in ways of their own.
    if not (first.isdecimal() and last.isdecimal()):
        return None
    low, high = int(first), int(last)
    if low > high:
        low, high, line = high, low, line[::-1]
    if high > _MOST_NUMBER or high - low > _WIDEST:
        return None
    parity = _text(fields, f"PARITY{side}")
    step = _PARITY.get(parity, 2 if low % 2 == high % 2 else 1)
    return NumberRange(
        street=name,
        low=low,
        high=high,
        step=step,
        line=line,
        postcode=_text(fields, f"ZIP{side}")[:5],
        state=state,
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return str(value).strip() if value is not None else ""


def _another(path: Path) -> RoadsTrouble:
    return RoadsTrouble(
        _("The file {name} does not hold a county’s address ranges.").format(name=path.name),
        still_works=_("The roads in use stay as they are."),
        way_out=_("Choose a Census file named like tl_2025_29510_addrfeat.zip."),
    )


def _damaged(path: Path) -> RoadsTrouble:
    return RoadsTrouble(
        _("The county file {name} is damaged or was cut off.").format(name=path.name),
        still_works=_("The roads in use stay as they are."),
        way_out=_("Fetch it again."),
    )
