"""Paints laid-out pages on a printer or into a PDF: black on white, whatever the theme."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF, Qt
from PySide6.QtGui import (
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.domain.page_model import PageDocument
from clinic_desktop.text import _
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.print.page_layout import Box, Page, Words, lay_out, print_font

_PAPER = Theme("light")
"""Paper is light, whatever the screen is."""
_POINTS = 72.0


def paint_pages(device: QPagedPaintDevice, document: PageDocument) -> int:
    """Paint a document on a paged device; returns the number of pages.

    The device's page is used whole: the layout brings its own margins.
    """
    device.setPageMargins(QMarginsF(0, 0, 0, 0))
    size = QSizeF(device.pageLayout().fullRect(QPageLayout.Unit.Point).size())
    pages = lay_out(document, size.width(), size.height())
    painter = QPainter(device)
    for number, page in enumerate(pages):
        if number:
            device.newPage()
        painter.save()
        scale = painter.device().logicalDpiX() / _POINTS
        painter.scale(scale, scale)
        paint_page(painter, page)
        painter.restore()
    painter.end()
    return len(pages)


def paint_page(painter: QPainter, page: Page) -> None:
    """Paint one page; the painter's unit is a point."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for item in page:
        if isinstance(item, Box):
            painter.setPen(QPen(_PAPER.color("line.default"), 0.6))
            painter.setBrush(_PAPER.color("bg.sunken") if item.filled else Qt.BrushStyle.NoBrush)
            if item.rect.height() == 0:
                painter.drawLine(item.rect.topLeft(), item.rect.topRight())
            elif item.filled:
                painter.fillRect(item.rect, _PAPER.color("bg.sunken"))
            else:
                painter.drawRoundedRect(item.rect, 4, 4)
    painter.setPen(_PAPER.color("text.primary"))
    for item in page:
        if isinstance(item, Words):
            painter.setFont(print_font(item.style))
            side = Qt.AlignmentFlag.AlignRight if item.right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(item.rect, side | Qt.AlignmentFlag.AlignVCenter, item.text)


def write_pdf(path: Path, document: PageDocument, paper: str = "Letter") -> int:
    """Write a document as a PDF, whole or not at all; returns the number of pages.

    Args:
        path: the file; one that is there is replaced only by a finished one.
        document: what to write.
        paper: "Letter" or "A4".

    Raises:
        StoreTrouble: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.touch(mode=0o600)
        writer = QPdfWriter(str(part))
        writer.setTitle(document.title)
        writer.setCreator("Clinic Desktop")
        size = QPageSize.PageSizeId.A4 if paper == "A4" else QPageSize.PageSizeId.Letter
        writer.setPageSize(QPageSize(size))
        count = paint_pages(writer, document)
        del writer
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreTrouble(
            _("{file} could not be written.").format(file=path.name),
            way_out=_("Choose another folder."),
        ) from error
    return count
