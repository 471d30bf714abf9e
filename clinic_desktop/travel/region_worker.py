"""Runs in a process of its own: reads an extract into addresses and map geometry.

Called as ``python -m clinic_desktop.travel.region_worker EXTRACT FOLDER``. Parsing an extract in a
thread would starve the window; a process does not. Prints a line for each finished part.
"""

import sys
from pathlib import Path

from clinic_desktop.travel.address_build import build_address_index
from clinic_desktop.travel.map_geometry import build_map_geometry

ADDRESSES = "addresses.index"
GEOMETRY = "map.geometry"


def main(arguments: list[str]) -> int:
    """Build both files; the exit code is 0 if both are there."""
    extract, folder = Path(arguments[0]), Path(arguments[1])
    count = build_address_index(extract, folder / ADDRESSES)
    sys.stdout.write(f"addresses {count}\n")
    sys.stdout.flush()
    build_map_geometry(extract, folder / GEOMETRY)
    sys.stdout.write("geometry\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
