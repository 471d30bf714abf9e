"""lucide icons, tinted per state and crisp at every pixel ratio."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from clinic_desktop.resources import resource

_STROKE = "1.75"


@cache
def _source(name: str) -> str:
    text = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return text.replace('stroke-width="2"', f'stroke-width="{_STROKE}"')


def icon_pixmap(name: str, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon in one colour; ``size`` in logical pixels. Raises ``FileNotFoundError``."""
    return _pixmap(name, color.rgba(), size, ratio)


@lru_cache(maxsize=1024)
def _pixmap(name: str, rgba: int, size: int, ratio: float) -> QPixmap:
    colour = QColor.fromRgba(rgba).name()
    svg = _source(name).replace("currentColor", colour)
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(
    name: str,
    color: QColor,
    disabled: QColor | None = None,
    size: int = 16,
    *,
    chosen: QColor | None = None,
) -> QIcon:
    """The icon for a button, in its normal, its disabled and its checked colour."""
    made = QIcon()
    for ratio in (1.0, 1.5, 2.0):
        made.addPixmap(icon_pixmap(name, color, size, ratio), QIcon.Mode.Normal)
        if chosen is not None:
            checked = icon_pixmap(name, chosen, size, ratio)
            made.addPixmap(checked, QIcon.Mode.Normal, QIcon.State.On)
        if disabled is not None:
            made.addPixmap(icon_pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return made
