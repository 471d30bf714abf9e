"""How the program looks on this machine; nothing of it is about patients."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

SIZES: Final = (100, 125, 150, 175, 200)
"""Percent; everything grows with the text, so that nothing is cut."""


class Shade(StrEnum):
    """Light, dark, or as the system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``size`` is in percent, one of ``SIZES``."""

    shade: Shade = Shade.SYSTEM
    high_contrast: bool = False
    size: int = 100
    still: bool = False
    """Nothing moves by itself."""


class LookKeeper(Protocol):
    """Keeps the look on this machine."""

    def look(self) -> Look:
        """As it is kept; the usual one where nothing is, or what is there cannot be read."""
        ...

    def keep(self, look: Look) -> None:
        """Keep it for the next start.

        Raises:
            StoreTrouble: the file cannot be written.
        """
        ...
