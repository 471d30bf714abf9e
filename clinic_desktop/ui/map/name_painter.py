"""Paints place names and road shields, the important ones first, none over a pin or another."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.camera import Camera
from clinic_desktop.ui.map.tile_source import MapContents

_SMALL_PLACES_FROM = 11.5
_SMALL_RANK = 3
_PIN_PX = 15.0
_MOST_SHIELDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spots:
    """Names with their rank, the important ones first, and road numbers; points are n x 2."""

    names: list[tuple[str, int]]
    places: NDArray[np.float64]
    numbers: list[str]
    shields: NDArray[np.float64]


class NamePainter:
    """Keeps names as pictures: stroking letters at every frame would cost most of its time."""

    def __init__(self, theme: Theme, *, mini: bool) -> None:
        self._theme, self._mini = theme, mini
        self._spots: tuple[MapContents, _Spots] | None = None
        self._pictures: dict[tuple[str, int, float], QPixmap] = {}

    def paint(
        self,
        painter: QPainter,
        camera: Camera,
        area: QRectF,
        contents: MapContents,
        pins: Sequence[QPointF],
        ratio: float,
    ) -> None:
        """The names of one view.

        Args:
            painter: in the view's logical pixels.
            camera: the view.
            area: what is painted of it.
            contents: all names and shields.
            pins: what stays free.
            ratio: device pixels a logical one.
        """
        taken = [QRectF(p.x() - _PIN_PX, p.y() - _PIN_PX, 2 * _PIN_PX, 2 * _PIN_PX) for p in pins]
        known = self._spots_of(contents)
        for index, at in _inside(known.places, camera, area):
            name, rank = known.names[index]
            if rank < _SMALL_RANK or camera.zoom >= _SMALL_PLACES_FROM:
                self._name(painter, name, at, taken, ratio, strong=rank == 0)
        numbered: Counter[str] = Counter()
        for index, at in _inside(known.shields, camera, area):
            text = known.numbers[index]
            if numbered[text] < _MOST_SHIELDS and self._shield(painter, text, at, taken):
                numbered[text] += 1

    def _spots_of(self, contents: MapContents) -> _Spots:
        """Found once for a map: a state has tens of thousands of them."""
        if self._spots is None or self._spots[0] is not contents:
            places = sorted(contents.places, key=lambda place: place[1])
            made = _Spots(
                names=[(name.upper(), rank) for name, rank, _x, _y in places],
                places=np.array([(x, y) for *_words, x, y in places], np.float64).reshape(-1, 2),
                numbers=[text for text, _x, _y in contents.shields],
                shields=np.array([(x, y) for _text, x, y in contents.shields], np.float64).reshape(
                    -1, 2
                ),
            )
            self._spots = contents, made
        return self._spots[1]

    def _name(
        self,
        painter: QPainter,
        text: str,
        at: QPointF,
        taken: list[QRectF],
        ratio: float,
        *,
        strong: bool,
    ) -> None:
        chosen = QFont(font("caption", 600 if strong else 500))
        chosen.setPixelSize(11 if strong else 9 if self._mini else 10)
        chosen.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
        width = QFontMetricsF(chosen).horizontalAdvance(text)
        # A name moves a little, or hides, rather than collide.
        for shift in (0, 18, -18):
            box = QRectF(at.x() - width / 2 - 3, at.y() - 8 + shift, width + 6, 16)
            if not any(box.intersects(t) for t in taken):
                break
        else:
            return
        taken.append(box)
        painter.drawPixmap(box.topLeft(), self._picture(text, chosen, ratio))

    def _picture(self, text: str, chosen: QFont, ratio: float) -> QPixmap:
        """A name with its halo."""
        key = (text, chosen.pixelSize(), ratio)
        found = self._pictures.get(key)
        if found is not None:
            return found
        width = QFontMetricsF(chosen).horizontalAdvance(text) + 6
        made = QPixmap(math.ceil(width * ratio), math.ceil(16 * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addText(QPointF(3, 12), chosen, text)
        halo = QPen(self._theme.color("map.labelHalo"), 3)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, halo)
        painter.fillPath(path, self._theme.color("map.label"))
        painter.end()
        self._pictures[key] = made
        return made

    def _shield(self, painter: QPainter, text: str, at: QPointF, taken: list[QRectF]) -> bool:
        chosen = QFont(font("caption", 600))
        chosen.setPixelSize(9)
        number = text.split()[-1]
        width = max(18.0, QFontMetricsF(chosen).horizontalAdvance(number) + 10)
        box = QRectF(at.x() - width / 2, at.y() - 8, width, 15)
        if any(box.adjusted(-30, -30, 30, 30).intersects(t) for t in taken):
            return False
        taken.append(box)
        painter.setPen(QPen(self._theme.color("map.case"), 1))
        painter.setBrush(self._theme.color("bg.surface"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(chosen)
        painter.setPen(self._theme.color("text.secondary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number)
        return True


def _inside(
    points: NDArray[np.float64], camera: Camera, area: QRectF
) -> Iterator[tuple[int, QPointF]]:
    """Which points lie in an area of the view, and where."""
    pixels = camera.all_to_px(points)
    x, y = pixels[:, 0], pixels[:, 1]
    inside = (x >= area.left()) & (x <= area.right()) & (y >= area.top()) & (y <= area.bottom())
    for index in np.flatnonzero(inside).tolist():
        yield index, QPointF(pixels[index, 0], pixels[index, 1])
