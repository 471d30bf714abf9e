"""Puts several extracts together: what lies in two of them stands once, the newer one.

Neighbouring extracts share the roads along their border by id, so a bridge whose ends lie in two
of them is whole again.
"""
# osmium carries no complete types; what it yields is narrowed here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import osmium
import osmium.io

from clinic_desktop.domain.progress import Progress
from clinic_desktop.text import _

_TELL_EVERY: Final = 100_000
_BYTES_AN_OBJECT: Final = 9


def merge_extracts(
    extracts: Sequence[Path], target: Path, stamp: str, generator: str, progress: Progress
) -> None:
    """Write one sorted extract with all objects of several sorted ones.

    Args:
        extracts: checked before, sorted.
        target: the ``.osm.pbf`` to write.
        stamp: the moment of the oldest of them, as their headers write it.
        generator: what the header says made it.
        progress: told how far it is.
    """
    expected = max(1, sum(path.stat().st_size for path in extracts) // _BYTES_AN_OBJECT)
    header = osmium.io.Header()
    header.set("generator", generator)
    header.set("sorting", "Type_then_ID")
    if stamp:
        header.set("osmosis_replication_timestamp", stamp)
    done = 0
    sources = [osmium.FileProcessor(str(path)) for path in extracts]
    with osmium.SimpleWriter(str(target), header=header, overwrite=True) as writer:
        for found in osmium.zip_processors(*sources):
            writer.add(_newest(found))
            done += 1
            if done % _TELL_EVERY == 0:
                progress.report(min(0.95, done / expected), _("Putting the extracts together"))


def _newest(found: Sequence[Any]) -> Any:
    """The object's highest version among the extracts that hold it."""
    there = [one for one in found if one is not None]
    return max(there, key=lambda one: int(one.version))
