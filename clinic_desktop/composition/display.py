"""Whether a window can be opened here, and what is missing if not."""

import ctypes.util
import os
import sys
from typing import Final

from clinic_desktop.text import _

# Library of Qt's xcb plugin -> Debian/Ubuntu package that holds it.
XCB_LIBRARIES: Final = {
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-image": "libxcb-image0",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-render-util": "libxcb-render-util0",
    "xcb-shape": "libxcb-shape0",
    "xcb-xinerama": "libxcb-xinerama0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
}
BASE_LIBRARIES: Final = {"EGL": "libegl1", "GL": "libgl1", "fontconfig": "libfontconfig1"}


def has_display() -> bool:
    """Whether there is a screen to open a window on (or Qt was told another platform)."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_packages(*, with_window: bool) -> list[str]:
    """Packages whose library Qt needs and this Linux lacks; [] elsewhere.

    Args:
        with_window: whether the xcb plugin is needed too.
    """
    if sys.platform != "linux":
        return []
    needed = dict(BASE_LIBRARIES)
    if with_window and os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        needed |= XCB_LIBRARIES
    return [package for name, package in needed.items() if not ctypes.util.find_library(name)]


def missing_sentence(packages: list[str]) -> str:
    """What to tell the person who lacks them."""
    return _(
        "Qt needs system libraries that are not here. Install them, then start again: "
        "sudo apt-get install {packages}"
    ).format(packages=" ".join(packages))
