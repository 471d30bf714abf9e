"""Looks at the machine before Qt is loaded: is there a screen, is a library missing."""

import os
import sys
import tempfile
from pathlib import Path

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.display import has_display, missing_packages, missing_sentence
from clinic_desktop.text import _


def start_app(arguments: Arguments) -> int:
    """Open the window, or say in a sentence why not."""
    if not has_display():
        _say(_("There is no display to open a window on."))
        return 1
    if _lacks_libraries(with_window=True):
        return 1
    from clinic_desktop.composition.app import run_app  # loads Qt

    return run_app(arguments)


def start_demo(arguments: Arguments) -> int:
    """Open the demo clinic; without a display render its screens into a folder and say where."""
    shots = arguments.screenshots
    if shots is None and not has_display():
        shots = Path(tempfile.mkdtemp(prefix="clinic-desktop-screens-"))
        _say(
            _("There is no display here: the screens are rendered into {folder}").format(
                folder=shots
            )
        )
    if _lacks_libraries(with_window=shots is None):
        return 1
    if shots is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["QT_SCALE_FACTOR"] = str(arguments.scale / 100)
        from clinic_desktop.composition.screenshots import render_screens  # loads Qt

        return render_screens(arguments, shots)
    from clinic_desktop.composition.demo import run_demo  # loads Qt

    return run_demo(arguments)


def _lacks_libraries(*, with_window: bool) -> bool:
    missing = missing_packages(with_window=with_window)
    if missing:
        _say(missing_sentence(missing))
    return bool(missing)


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
