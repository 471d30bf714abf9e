"""A county's address ranges for the blocks, written as a real Census shapefile."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import shapefile

from tests.travel.blocks import BLOCK, LAT, LON

FIELDS = (
    ("TLID", "N", 10), ("FULLNAME", "C", 100), ("LFROMHN", "C", 12), ("LTOHN", "C", 12),
    ("RFROMHN", "C", 12), ("RTOHN", "C", 12), ("ZIPL", "C", 5), ("ZIPR", "C", 5),
    ("PARITYL", "C", 1), ("PARITYR", "C", 1),
)  # fmt: skip

type Edge = tuple[str, Sequence[str], tuple[str, str], Sequence[tuple[float, float]]]
"""Name, numbers (left from, left to, right from, right to), the postcodes, and the points."""

SYCAMORE = LAT + 4 * BLOCK
EDGES: tuple[Edge, ...] = (
    # Left is the north side when a street is drawn eastwards.
    ("Sycamore St", ("501", "599", "500", "598"), ("63000", "63001"),
     [(SYCAMORE, LON), (SYCAMORE, LON + BLOCK)]),
    # Drawn against its numbers.
    ("Linden St", ("", "", "798", "700"), ("", "63000"),
     [(LAT + 5 * BLOCK, LON + BLOCK), (LAT + 5 * BLOCK, LON)]),
    ("N 8th Ave", ("N101", "N199", "12-14", "12-98"), ("63000", "63000"),
     [(LAT, LON + 7 * BLOCK), (LAT + BLOCK, LON + 7 * BLOCK)]),
    # A street that the extract does not have.
    ("Orchard Ln", ("1", "99", "", ""), ("63000", ""),
     [(LAT + 0.0005, LON), (LAT + 0.0005, LON + BLOCK)]),
)  # fmt: skip


def write_county(
    folder: Path,
    name: str = "tl_2025_29510_addrfeat",
    edges: Sequence[Edge] = EDGES,
    fields: Sequence[tuple[str, str, int]] = FIELDS,
) -> Path:
    """``<name>.zip`` in the folder."""
    parts = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    writer = shapefile.Writer(**parts, shapeType=shapefile.POLYLINE, encoding="utf-8")
    for field, kind, size in fields:
        writer.field(field, kind, size)
    for number, (street, numbers, postcodes, points) in enumerate(edges):
        writer.line([[(lon, lat) for lat, lon in points]])
        parities = ["" if not n.isdigit() else "O" if int(n) % 2 else "E" for n in numbers[::2]]
        values = [number, street, *numbers, *postcodes, *parities]
        writer.record(*values[: len(fields)])
    writer.close()
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, content in parts.items():
            archive.writestr(f"{name}.{ending}", content.getvalue())
    return path
