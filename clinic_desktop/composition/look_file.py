"""The look of the program on this machine, in a small file beside no clinic's data."""

import json
from pathlib import Path
from typing import Any, Final

from platformdirs import user_config_path

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.atomic_file import write_whole
from clinic_desktop.text import _
from clinic_desktop.ui.kit.look import SIZES, Look, Shade

_FILE: Final = "look.json"


class LookFile:
    """Reads and writes the look (port ``LookKeeper``).

    Args:
        folder: where it lies; by default the person's own settings folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or user_config_path("clinic-desktop", "Clinic Desktop")) / _FILE

    def look(self) -> Look:
        """As it is kept; the usual one where nothing is, or what is there cannot be read."""
        try:
            found: Any = json.loads(self._path.read_text(encoding="utf-8"))
            size = int(found["size"])
            return Look(
                shade=Shade(found["shade"]),
                high_contrast=found["high_contrast"] is True,
                size=size if size in SIZES else 100,
                still=found.get("still") is True,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Look()

    def keep(self, look: Look) -> None:
        """Keep it for the next start. Raises ``StoreTrouble``."""
        content = {
            "shade": look.shade.value,
            "high_contrast": look.high_contrast,
            "size": look.size,
            "still": look.still,
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(content).encode())
        except OSError as error:
            raise StoreTrouble(
                _("The look cannot be kept on this machine."),
                still_works=_("Everything else works as before."),
                way_out=_("Free some space, or ask whoever keeps this machine."),
            ) from error
