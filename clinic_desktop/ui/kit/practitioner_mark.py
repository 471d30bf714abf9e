"""A practitioner's shape, colour and dash: the same on board, list and map."""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.tokens import Theme

HUES: Final = 3
_LARGE_PX: Final = 32
_SHAPES: Final = ("circle", "square", "diamond", "hexagon", "triangle", "pentagon")
# In pen widths. After three people hues come again, with a new shape and a new dash.
_DASHES: Final[tuple[tuple[float, ...], ...]] = (
    (),
    (2.4, 1.4),
    (0.1, 1.75),
    (4.0, 1.2, 0.8, 1.2),
    (1.2, 1.2),
    (5.0, 1.5),
)


@dataclass(frozen=True, slots=True)
class PractitionerStyle:
    """``colour`` is the token prefix (``prac.1``); ``dotted`` lines need round caps."""

    colour: str
    shape: str
    dotted: bool


def practitioner_style(marker: int) -> PractitionerStyle:
    """The style of a marker (1, 2, 3, ...): a fourth person takes a new shape before a new hue."""
    index = max(0, marker - 1)
    return PractitionerStyle(
        colour=f"prac.{index % HUES + 1}",
        shape=_SHAPES[index % len(_SHAPES)],
        dotted=index % len(_DASHES) == 2,
    )


def dash_pattern(marker: int) -> list[float]:
    """The dash in pen widths, [] for solid."""
    return list(_DASHES[max(0, marker - 1) % len(_DASHES)])


def paint_mark(
    painter: QPainter,
    theme: Theme,
    marker: int,
    centre: QPointF,
    size: float,
    text: str,
    *,
    hollow: bool = False,
    selected: bool = False,
) -> None:
    """Paint the mark with a number or letter in it.

    Args:
        painter: paints in logical pixels.
        theme: the colours.
        marker: whose mark.
        centre: of the shape.
        size: its width in pixels.
        text: one or two characters.
        hollow: done, or a preview: outline only.
        selected: with a ring around it.
    """
    style = practitioner_style(marker)
    base = theme.color(f"{style.colour}.base")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(base, 1.5) if hollow else QPen(theme.color("bg.surface"), 1.5))
    painter.setBrush(theme.color("bg.surface") if hollow else base)
    _draw_shape(painter, style.shape, centre, size)
    if selected:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("text.primary"), 2))
        painter.drawEllipse(centre, size / 2 + 4, size / 2 + 4)
    chosen = tabular(font("title" if size >= _LARGE_PX else "caption", 600))
    # At a large text scale the figure may not outgrow its shape.
    chosen.setPixelSize(9 if size < 18 else min(chosen.pixelSize(), round(size * 0.6)))
    painter.setFont(chosen)
    painter.setPen(base if hollow else theme.color(f"{style.colour}.on"))
    # A triangle has its room below the middle.
    lower = size * 0.08 if style.shape == "triangle" else 0.0
    box = QRectF(centre.x() - size, centre.y() - size + lower, 2 * size, 2 * size)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _draw_shape(painter: QPainter, shape: str, centre: QPointF, size: float) -> None:
    half = size / 2
    if shape == "circle":
        painter.drawEllipse(centre, half, half)
        return
    if shape == "square":
        side = size * 0.9
        painter.drawRoundedRect(
            QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side), 4, 4
        )
        return
    corners = {"diamond": 4, "hexagon": 6, "triangle": 3, "pentagon": 5}[shape]
    reach = half * (1.4 if shape == "triangle" else 1.18)
    polygon = QPolygonF(
        [
            QPointF(
                centre.x() + reach * math.sin(2 * math.pi * k / corners),
                centre.y() - reach * math.cos(2 * math.pi * k / corners),
            )
            for k in range(corners)
        ]
    )
    painter.drawPolygon(polygon)
