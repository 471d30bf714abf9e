"""Inter in the steps of the type scale; weights by the variable axis, figures by feature."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from clinic_desktop.resources import resource
from clinic_desktop.ui.kit.tokens import type_step

_scale = 1.0


@cache
def _family() -> str:
    loaded = QFontDatabase.addApplicationFont(str(resource("fonts", "InterVariable.ttf")))
    families = QFontDatabase.applicationFontFamilies(loaded)
    return families[0] if families else "sans-serif"


def set_text_scale(scale: float) -> None:
    """Enlarge all text, 1 to 2; fonts made afterwards have it."""
    global _scale
    _scale = scale
    _font.cache_clear()


def font(step: str, weight: int | None = None) -> QFont:
    """The font of a type step; ``weight`` (400, 500, 600) overrides the step's own."""
    chosen = type_step(step)
    return QFont(_font(chosen.px, weight or chosen.weight))


@cache
def _font(px: int, weight: int) -> QFont:
    made = QFont(_family())
    made.setPixelSize(round(px * _scale))
    # setWeight alone leaves a variable font at Regular.
    made.setVariableAxis(QFont.Tag("wght"), float(weight))
    made.setWeight(QFont.Weight(weight))
    return made


def tabular(base: QFont) -> QFont:
    """The font with figures of equal width, for runs of numbers only."""
    made = QFont(base)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
