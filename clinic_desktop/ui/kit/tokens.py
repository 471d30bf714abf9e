"""The design tokens: every colour, size and type step that paint code and QSS may use."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from PySide6.QtGui import QColor

from clinic_desktop.resources import resource

_PLAIN_GROUND = frozenset({"bg.window", "bg.canvas", "bg.sunken", "bg.raised"})
_FULL_INK = frozenset(
    {
        "text.secondary",
        "text.tertiary",
        "line.default",
        "line.strong",
        "hatch",
    }
)
_RGBA = re.compile(r"rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)")


@cache
def _tokens() -> dict[str, Any]:
    text = resource("tokens", "tokens.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


@dataclass(frozen=True, slots=True)
class TypeStep:
    """One step of the type scale; sizes in logical pixels."""

    px: int
    line: int
    weight: int


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme, ``light`` or ``dark``; with high contrast it has no tints and no faint ink."""

    name: str
    high_contrast: bool = False

    def color(self, key: str) -> QColor:
        """A colour by its token, for example ``bg.surface``. Raises ``KeyError``."""
        return QColor(_colour(self.name, self._token(key)))

    def css(self, key: str) -> str:
        """The colour as QSS writes it."""
        colour = _colour(self.name, self._token(key))
        return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alpha()})"

    def _token(self, key: str) -> str:
        """The token that stands for ``key``: with high contrast grounds are plain, lines inked."""
        if not self.high_contrast:
            return key
        if key in _PLAIN_GROUND or key.endswith(".tint"):
            return "bg.surface"
        if key in _FULL_INK:
            return "text.primary"
        family, _dot, part = key.rpartition(".")
        if part == "line" and f"{family}.text" in _tokens()["color"][self.name]:
            return f"{family}.text"
        return key

    @property
    def label(self) -> str:
        """As file names have it: ``light``, ``dark-contrast``."""
        return f"{self.name}-contrast" if self.high_contrast else self.name

    @property
    def dark(self) -> bool:
        """Whether it is the dark theme."""
        return self.name == "dark"


@cache
def _colour(theme: str, key: str) -> QColor:
    text = str(_tokens()["color"][theme][key])
    found = _RGBA.fullmatch(text)
    if found:
        colour = QColor(*(int(found[n]) for n in (1, 2, 3)))
        colour.setAlphaF(float(found[4]))
        return colour
    return QColor(text)


def color_keys() -> frozenset[str]:
    """Every colour token."""
    return frozenset(_tokens()["color"]["light"])


@cache
def type_step(name: str) -> TypeStep:
    """A step of the type scale: caption, small, body, bodyStrong, title, page, figure, hero."""
    step = _tokens()["type"]["scale"][name]
    return TypeStep(int(step["px"]), int(step["line"]), int(step["weight"]))


@cache
def size(name: str) -> int:
    """A size token in logical pixels, for example ``rail``."""
    return int(_tokens()["size"][name])


@cache
def duration_ms(name: str) -> int:
    """A duration token in milliseconds."""
    return int(_tokens()["duration"][name])
