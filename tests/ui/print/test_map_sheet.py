"""The day's routes on one page: the map whole, and whose line is which."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.ui.print.map_sheet import MAP_SIZE, LegendRow, MapSheet, write_map_pdf


def sheet(people: int) -> MapSheet:
    picture = QImage(
        QSize(round(MAP_SIZE.width()), round(MAP_SIZE.height())), QImage.Format.Format_RGB32
    )
    picture.fill(0xFF00FF)
    return MapSheet(
        title="Routes",
        subtitle="Tue, Nov 24, 2026",
        legend=tuple(
            LegendRow(marker=n, name=f"Person {n}", figures="6 visits, 61 min driving, 22.8 mi")
            for n in range(1, people + 1)
        ),
        picture=picture,
    )


@pytest.mark.parametrize("people", [0, 3, 7])
def test_it_is_one_landscape_page_with_a_line_for_everybody(qapp, tmp_path, people):
    path = tmp_path / "map.pdf"
    write_map_pdf(path, sheet(people))
    document = QPdfDocument()
    document.load(str(path))
    assert document.pageCount() == 1
    size = document.pagePointSize(0)
    assert size.width() > size.height()
    text = document.getAllText(0).text()
    assert "Tue, Nov 24, 2026" in text
    assert [f"Person {n}" in text for n in range(1, people + 1)] == [True] * people
    image = document.render(0, QSize(792, 612))
    inside = image.pixelColor(792 // 2, 612 // 2)
    assert min(inside.red(), inside.blue()) > 250
    assert inside.green() < 5
    document.close()


def test_a_folder_that_cannot_be_written_leaves_nothing_half_done(qapp, tmp_path):
    with pytest.raises(StoreTrouble, match=r"map\.pdf could not be written"):
        write_map_pdf(tmp_path / "missing" / "map.pdf", sheet(1))
    assert list(tmp_path.iterdir()) == []
