"""Finished pictures of lanes: scrolling and hovering copy them instead of painting anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from clinic_desktop.ui.board.lane_layout import PlacedLane, TimeScale
from clinic_desktop.ui.board.lane_painter import LanePainter

_NONE: Final = ""
_PICTURES: Final = 3
"""Of one lane: as it is, and two of a drag; a picture is about 1.5 MB at twice the density."""


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

    def shows(self, lane: PlacedLane, scale: TimeScale, look: LaneLook, ratio: float) -> bool:
        """Whether it is the picture of just this."""
        return (
            self.look == look and self.ratio == ratio and self.scale == scale and self.lane == lane
        )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lies under a lane's visits; a drag leaves it as it is."""

    key: tuple[QRectF, tuple[tuple[int, int], ...], TimeScale, tuple[tuple[int, int], ...], float]
    picture: QPixmap


class LanePictures:
    """A few pictures a lane, made only when what a lane shows was not among them.

    A drag leaves a lane and comes back: the lane as it was is still there.
    """

    def __init__(self, lanes: LanePainter) -> None:
        self._lanes = lanes
        self._kept: list[list[_Kept]] = []
        self._grounds: list[_Ground | None] = []

    def paint(
        self,
        painter: QPainter,
        placed: tuple[PlacedLane, ...],
        scale: TimeScale,
        look: LaneLook,
        blocked: Mapping[str, tuple[tuple[int, int], ...]],
    ) -> None:
        """Draw every lane at its place; ``blocked`` are minutes by practitioner."""
        del self._kept[len(placed) :], self._grounds[len(placed) :]
        self._kept += [[] for _n in range(len(placed) - len(self._kept))]
        self._grounds += [None] * (len(placed) - len(self._grounds))
        ratio = painter.device().devicePixelRatioF()
        for index, lane in enumerate(placed):
            corner = QPoint(lane.rect.toAlignedRect().left(), 0)
            own = look.of_lane(lane, blocked.get(lane.content.practitioner_id, ()))
            painter.drawPixmap(corner, self._picture(index, lane, scale, own, ratio))

    def _picture(
        self, index: int, lane: PlacedLane, scale: TimeScale, own: LaneLook, ratio: float
    ) -> QPixmap:
        kept = self._kept[index]
        found = next((k for k in kept if k.shows(lane, scale, own, ratio)), None)
        if found is None:
            picture = QPixmap(self._ground(index, lane, scale, own.blocked, ratio))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-lane.rect.toAlignedRect().left(), 0)
            self._lanes.paint_lane(
                painter,
                lane,
                selected=own.selected,
                hovered=own.hovered,
                focus_visible=own.focus_visible,
            )
            painter.end()
            found = _Kept(lane, scale, own, ratio, picture)
        else:
            kept.remove(found)
        kept.insert(0, found)
        del kept[_PICTURES:]
        return found.picture

    def _ground(
        self,
        index: int,
        lane: PlacedLane,
        scale: TimeScale,
        blocked: tuple[tuple[int, int], ...],
        ratio: float,
    ) -> QPixmap:
        """Hours, working time and what is blocked."""
        key = (lane.rect, lane.content.hours, scale, blocked, ratio)
        known = self._grounds[index]
        if known is not None and known.key == key:
            return known.picture
        area = lane.rect.toAlignedRect()
        picture = QPixmap(QSize(area.width(), max(1, round(scale.height))) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-area.left(), 0)
        self._lanes.paint_grid(painter, (lane,), scale, float(area.right() + 1), ())
        if blocked:
            self._lanes.paint_blocked(painter, lane, scale, blocked)
        painter.end()
        self._grounds[index] = _Ground(key, picture)
        return picture
