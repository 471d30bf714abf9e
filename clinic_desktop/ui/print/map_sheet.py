"""The day's routes on one page: the map, and whose line is which."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.text import _
from clinic_desktop.ui.kit.practitioner_mark import dash_pattern, paint_mark, practitioner_style
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.print.page_layout import print_font

_PAPER = Theme("light")
_POINTS = 72.0
_MARGIN = 36.0
_HEAD = 44.0
_LEGEND_ROW = 20.0
_MARK = 14.0
_LINE = 34.0
_COLUMNS = 2

MAP_SIZE = QSizeF(960, 560)
"""The map's size on the page, 96 to an inch: ten inches wide on a landscape Letter page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendRow:
    """Whose route: the marker's shape, the name, and its figures."""

    marker: int
    name: str
    figures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSheet:
    """What stands on the page. ``picture`` is ``MAP_SIZE`` large, as sharp as it can be."""

    title: str
    subtitle: str
    legend: tuple[LegendRow, ...]
    picture: QImage


def paint_map_sheet(device: QPagedPaintDevice, sheet: MapSheet) -> None:
    """Paint it on a paged device, landscape, one page."""
    device.setPageOrientation(QPageLayout.Orientation.Landscape)
    device.setPageMargins(QMarginsF(0, 0, 0, 0))
    page = device.pageLayout().fullRect(QPageLayout.Unit.Point)
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    scale = painter.device().logicalDpiX() / _POINTS
    painter.scale(scale, scale)
    wide = page.width() - 2 * _MARGIN
    painter.setPen(_PAPER.color("text.primary"))
    painter.setFont(print_font("page"))
    painter.drawText(QRectF(_MARGIN, _MARGIN, wide, 20), sheet.title)
    painter.setFont(print_font("subtitle"))
    painter.drawText(QRectF(_MARGIN, _MARGIN + 20, wide, 16), sheet.subtitle)
    rows = -(-len(sheet.legend) // _COLUMNS)
    room = page.height() - 2 * _MARGIN - _HEAD - rows * _LEGEND_ROW - 6
    share = MAP_SIZE.height() / MAP_SIZE.width()
    high = min(room, wide * share)
    frame = QRectF(_MARGIN, _MARGIN + _HEAD, high / share, high)
    painter.drawImage(frame, sheet.picture, QRectF(sheet.picture.rect()))
    painter.setPen(QPen(_PAPER.color("line.default"), 0.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame)
    for number, entry in enumerate(sheet.legend):
        x = _MARGIN + (number % _COLUMNS) * wide / _COLUMNS
        y = frame.bottom() + 8 + (number // _COLUMNS) * _LEGEND_ROW
        _legend_row(painter, entry, x, y, wide / _COLUMNS)
    painter.end()


def _legend_row(painter: QPainter, entry: LegendRow, x: float, y: float, wide: float) -> None:
    middle = y + _LEGEND_ROW / 2
    colour = _PAPER.color(f"{practitioner_style(entry.marker).colour}.base")
    pen = QPen(colour, 2.5)
    dashes = dash_pattern(entry.marker)
    if dashes:
        pen.setDashPattern(dashes)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, middle), QPointF(x + _LINE, middle))
    paint_mark(painter, _PAPER, entry.marker, QPointF(x + _LINE / 2, middle), _MARK, "")
    painter.setPen(_PAPER.color("text.primary"))
    painter.setFont(print_font("body"))
    painter.drawText(
        QRectF(x + _LINE + 8, y, wide - _LINE - 12, _LEGEND_ROW),
        Qt.AlignmentFlag.AlignVCenter,
        f"{entry.name}: {entry.figures}",
    )


def write_map_pdf(path: Path, sheet: MapSheet) -> None:
    """Write it as a PDF, whole or not at all. Raises ``StoreTrouble``."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.touch(mode=0o600)
        writer = QPdfWriter(str(part))
        writer.setTitle(sheet.title)
        writer.setCreator("Clinic Desktop")
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
        paint_map_sheet(writer, sheet)
        del writer
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreTrouble(
            _("{file} could not be written.").format(file=path.name),
            way_out=_("Choose another folder."),
        ) from error
