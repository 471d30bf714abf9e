"""Finished pictures of lanes: scrolling and hovering copy them instead of painting anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from clinic_desktop.ui.board.lane_layout import PlacedLane, TimeScale
from clinic_desktop.ui.board.lane_painter import LanePainter

_NONE: Final = ""


@dataclass(frozen=True, slots=True)
class LaneLook:
    """What pointer and keyboard change in a lane; visit ids of other lanes are left out.

    ``blocked`` are the minutes at which the visit in the hand does not fit.
    """

    selected: str = _NONE
    hovered: str = _NONE
    focus_visible: bool = False
    blocked: tuple[tuple[int, int], ...] = ()

    def of_lane(self, lane: PlacedLane, blocked: tuple[tuple[int, int], ...] = ()) -> "LaneLook":
        """The same, as far as it concerns this lane: others need no new picture."""
        ids = {card.content.visit_id for card in lane.cards}
        selected = self.selected if self.selected in ids else _NONE
        return LaneLook(
            selected=selected,
            hovered=self.hovered if self.hovered in ids else _NONE,
            focus_visible=self.focus_visible and bool(selected),
            blocked=blocked,
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    lane: PlacedLane
    scale: TimeScale
    look: LaneLook
    ratio: float
    picture: QPixmap


class LanePictures:
    """One picture a lane, made again only when what it shows has changed."""

    def __init__(self, lanes: LanePainter) -> None:
        self._lanes = lanes
        self._kept: list[_Kept | None] = []

    def paint(
        self,
        painter: QPainter,
        placed: tuple[PlacedLane, ...],
        scale: TimeScale,
        look: LaneLook,
        blocked: Mapping[str, tuple[tuple[int, int], ...]],
    ) -> None:
        """Draw every lane at its place; ``blocked`` are minutes by practitioner."""
        del self._kept[len(placed) :]
        self._kept += [None] * (len(placed) - len(self._kept))
        ratio = painter.device().devicePixelRatioF()
        for index, lane in enumerate(placed):
            corner = QPoint(lane.rect.toAlignedRect().left(), 0)
            own = look.of_lane(lane, blocked.get(lane.content.practitioner_id, ()))
            painter.drawPixmap(corner, self._picture(index, lane, scale, own, ratio))

    def _picture(
        self, index: int, lane: PlacedLane, scale: TimeScale, own: LaneLook, ratio: float
    ) -> QPixmap:
        kept = self._kept[index]
        if (
            kept is not None
            and kept.look == own
            and kept.ratio == ratio
            and kept.scale == scale
            and kept.lane == lane
        ):
            return kept.picture
        area = lane.rect.toAlignedRect()
        size = QSize(area.width(), max(1, round(scale.height)))
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-area.left(), 0)
        self._lanes.paint_grid(painter, (lane,), scale, float(area.right() + 1), ())
        if own.blocked:
            self._lanes.paint_blocked(painter, lane, scale, own.blocked)
        self._lanes.paint_lane(
            painter,
            lane,
            selected=own.selected,
            hovered=own.hovered,
            focus_visible=own.focus_visible,
        )
        painter.end()
        self._kept[index] = _Kept(lane, scale, own, ratio, picture)
        return picture
