"""The row above the lanes: who, and the day in four figures."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from clinic_desktop.ui.board.lane_content import LaneContent
from clinic_desktop.ui.board.lane_layout import GUTTER
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.practitioner_mark import dash_pattern, paint_mark, practitioner_style
from clinic_desktop.ui.kit.tokens import Theme

_HEIGHT = 78
_PAD = 12
_APART = 14
_ALL_FIGURES = 4
_KEPT_A_LANE = 3
_MILES = 2


class LaneHeaders(QWidget):
    """Painted beside the canvas's lanes; ``follow`` keeps them in line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lanes: tuple[LaneContent, ...] = ()
        self._edges: list[tuple[int, int]] = []
        self._zone_text = ""
        self._pictures: dict[object, QPixmap] = {}
        self._all_fit = True
        self.setFixedHeight(_HEIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another theme's colours."""
        self._theme = theme
        self._pictures.clear()
        self.update()

    def show_lanes(self, lanes: tuple[LaneContent, ...], zone_text: str | None) -> None:
        """Show who the lanes belong to; ``zone_text`` is the zone's short name, None: as before."""
        zone = self._zone_text if zone_text is None else zone_text
        if (
            zone == self._zone_text
            and [x.figures for x in lanes] == [x.figures for x in self._lanes]
            and [x.name for x in lanes] == [x.name for x in self._lanes]
        ):
            return
        self._lanes, self._zone_text = lanes, zone
        self.setAccessibleName(
            "; ".join(
                f"{lane.name}: " + ", ".join(f"{value} {label}" for value, label in lane.figures)
                for lane in lanes
            )
        )
        self.update()

    def follow(self, edges: list[tuple[int, int]], shift: int) -> None:
        """Lie above the lanes: their edges in the canvas, and the canvas's scroll shift."""
        self._edges = [(left - shift, right - shift) for left, right in edges]
        self.update()

    def sizeHint(self) -> QSize:
        """One fixed row."""
        return QSize(600, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Mark, name, credentials, figures; below them the person's line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.fillRect(self.rect(), theme.color("bg.window"))
        self._all_fit = self._fit()
        for lane, (left, right) in zip(self._lanes, self._edges, strict=False):
            painter.drawPixmap(QPointF(left, 0), self._picture(lane, right - left))
        painter.fillRect(QRectF(0, 0, GUTTER, _HEIGHT), theme.color("bg.window"))
        painter.setFont(font("caption"))
        painter.setPen(theme.color("text.tertiary"))
        painter.drawText(
            QRectF(0, _HEIGHT - 22, GUTTER - 8, 16),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            self._zone_text,
        )
        painter.setPen(QPen(theme.color("line.default"), 1))
        painter.drawLine(QPointF(0, _HEIGHT - 0.5), QPointF(GUTTER, _HEIGHT - 0.5))
        painter.end()

    def _picture(self, lane: LaneContent, width: int) -> QPixmap:
        """A lane's head; a drag changes figures to and fro, so a few are kept."""
        ratio = self.devicePixelRatioF()
        key = (
            lane.name, lane.credentials, lane.marker, lane.figures, width, ratio, self._all_fit
        )  # fmt: skip
        known = self._pictures.pop(key, None)
        if known is None:
            known = QPixmap(QSize(max(1, width), _HEIGHT) * ratio)
            known.setDevicePixelRatio(ratio)
            known.fill(Qt.GlobalColor.transparent)
            painter = QPainter(known)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_lane(painter, lane, 0, width)
            painter.end()
        self._pictures[key] = known
        while len(self._pictures) > _KEPT_A_LANE * max(1, len(self._lanes)):
            self._pictures.pop(next(iter(self._pictures)))
        return known

    def _paint_lane(self, painter: QPainter, lane: LaneContent, left: int, right: int) -> None:
        theme = self._theme
        style = practitioner_style(lane.marker)
        painter.save()
        painter.setClipRect(QRectF(left, 0, right - left, _HEIGHT))
        painter.fillRect(QRectF(left, 0, right - left, _HEIGHT), theme.color("bg.canvas"))
        painter.setPen(QPen(theme.color("line.default"), 1))
        painter.drawLine(QPointF(left + 0.5, 0), QPointF(left + 0.5, _HEIGHT))
        paint_mark(painter, theme, lane.marker, QPointF(left + 21, 20), 20.0, lane.name[:1])
        title = font("title")
        painter.setFont(title)
        painter.setPen(theme.color("text.primary"))
        name_x = left + 39
        metrics = QFontMetricsF(title)
        name = metrics.elidedText(lane.name, Qt.TextElideMode.ElideRight, right - name_x - 8)
        name_width = metrics.horizontalAdvance(name)
        painter.drawText(QPointF(name_x, 25), name)
        painter.setFont(font("small"))
        painter.setPen(theme.color("text.tertiary"))
        small = QFontMetricsF(font("small"))
        credentials_x = name_x + name_width + 8
        painter.drawText(
            QPointF(credentials_x, 25),
            small.elidedText(
                lane.credentials, Qt.TextElideMode.ElideRight, right - credentials_x - 8
            ),
        )
        self._paint_figures(painter, lane, left, right)
        self._paint_line(painter, style.colour, lane.marker, left, right, dotted=style.dotted)
        painter.restore()

    def _paint_figures(self, painter: QPainter, lane: LaneContent, left: int, right: int) -> None:
        theme = self._theme
        strong, caption = tabular(font("bodyStrong")), font("caption")
        shown = lane.figures if self._all_fit else _without_miles(lane.figures)
        step = (right - left - _PAD) / max(1, len(shown))
        for index, (value, label) in enumerate(shown):
            x = left + _PAD + index * step
            painter.setFont(strong)
            painter.setPen(theme.color("text.primary"))
            painter.drawText(QPointF(x, 50), value)
            painter.setFont(caption)
            painter.setPen(theme.color("text.tertiary"))
            painter.drawText(QPointF(x, 64), label)
            if index:
                painter.setPen(QPen(theme.color("line.subtle"), 1))
                painter.drawLine(QPointF(x - 8, 38), QPointF(x - 8, 66))

    def _fit(self) -> bool:
        """Whether all figures of every lane stand side by side; lanes show the same ones."""
        strong, caption = QFontMetricsF(tabular(font("bodyStrong"))), QFontMetricsF(font("caption"))
        for lane, (left, right) in zip(self._lanes, self._edges, strict=False):
            widest = max(
                (
                    max(strong.horizontalAdvance(value), caption.horizontalAdvance(words))
                    for value, words in lane.figures
                ),
                default=0.0,
            )
            if (widest + _APART) * len(lane.figures) > right - left - _PAD:
                return False
        return True

    def _paint_line(
        self, painter: QPainter, colour: str, marker: int, left: int, right: int, *, dotted: bool
    ) -> None:
        pen = QPen(self._theme.color(f"{colour}.base"), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if dotted else Qt.PenCapStyle.FlatCap)
        dashes = dash_pattern(marker)
        if dashes:
            pen.setDashPattern(dashes)
        painter.setPen(pen)
        painter.drawLine(QPointF(left + 2, _HEIGHT - 2), QPointF(right, _HEIGHT - 2))


def _without_miles(figures: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Visits, driving, home by: miles say least beside the minutes."""
    if len(figures) != _ALL_FIGURES:
        return figures
    return (*figures[:_MILES], *figures[_MILES + 1 :])
