"""On paper nothing is clipped, nothing overlaps, and no visit is split over two pages."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtPdf import QPdfDocument

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.domain.page_model import (
    Between,
    Card,
    Figures,
    Heading,
    PageDocument,
    Paragraph,
    Table,
)
from clinic_desktop.ui.print.page_layout import Words, lay_out, print_font
from clinic_desktop.ui.print.page_painter import write_pdf

LETTER = (612.0, 792.0)

words = st.text(st.characters(codec="ascii", categories=("L", "N", "Zs")), max_size=120)
cards = st.builds(
    Card,
    badge=st.integers(1, 30).map(str),
    title=words,
    right=words.map(lambda t: t[:24]),
    lines=st.lists(st.tuples(words.map(lambda t: t[:20]), words), max_size=9).map(tuple),
)
blocks = st.lists(
    st.one_of(
        cards,
        st.builds(Heading, text=words),
        st.builds(Paragraph, text=words),
        st.builds(Between, left=words, right=words),
        st.builds(
            Figures,
            pairs=st.lists(st.tuples(words, words), min_size=1, max_size=5).map(tuple),
        ),
        st.builds(
            Table,
            titles=st.just(("One", "Two", "Three")),
            weights=st.just((1.0, 2.0, 1.0)),
            rows=st.lists(st.tuples(words, words, words), max_size=12).map(tuple),
        ),
    ),
    max_size=14,
)


def document(*parts):
    return PageDocument(title="Dana Whitfield", subtitle="Tue, Nov 24, 2026", blocks=parts)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parts=blocks)
def test_every_line_lies_on_the_paper_and_is_no_wider_than_its_box(qapp, parts):
    paper = QRectF(0, 0, *LETTER)
    for page in lay_out(document(*parts), *LETTER):
        for item in page:
            assert paper.contains(item.rect) or item.rect.height() == 0
            if isinstance(item, Words):
                wide = QFontMetricsF(print_font(item.style)).horizontalAdvance(item.text)
                assert wide <= item.rect.width() + 1.5, item.text


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parts=st.lists(cards, min_size=1, max_size=12))
def test_a_visit_is_on_one_page_and_on_none_twice(qapp, parts):
    numbered = [
        Card(badge=str(n), title=f"visit{n}", right="", lines=card.lines)
        for n, card in enumerate(parts)
    ]
    pages = lay_out(document(*numbered), *LETTER)
    for number, card in enumerate(numbered):
        on = [
            index
            for index, page in enumerate(pages)
            for item in page
            if isinstance(item, Words) and item.text == f"visit{number}"
        ]
        assert len(on) == 1
        boxes = [
            item
            for page in pages
            for item in page
            if not isinstance(item, Words) and item.rect.height() > 0
        ]
        del card
        assert len(boxes) == len(numbered)


def test_titles_of_a_long_table_come_again_on_every_page(qapp):
    rows = tuple((f"row {n}", "x", "y") for n in range(120))
    table = Table(titles=("Name", "B", "C"), weights=(1, 1, 1), rows=rows)
    pages = lay_out(document(table), *LETTER)
    assert len(pages) > 2
    for page in pages:
        assert [i.text for i in page if isinstance(i, Words)].count("Name") == 1


def test_the_revision_changes_with_the_content_and_with_nothing_else(qapp):
    one = document(Paragraph(text="9:30 Ruth A."))
    assert one.revision == document(Paragraph(text="9:30 Ruth A.")).revision
    assert one.revision != document(Paragraph(text="9:35 Ruth A.")).revision
    shown = [i.text for page in lay_out(one, *LETTER) for i in page if isinstance(i, Words)]
    assert one.revision in shown
    assert "Page 1 of 1" in shown


def test_a_pdf_is_written_whole_or_not_at_all(qapp, tmp_path):
    path = tmp_path / "sheet.pdf"
    count = write_pdf(path, document(*[Paragraph(text="words " * 200)] * 12))
    read = QPdfDocument()
    read.load(str(path))
    assert read.pageCount() == count > 1
    read.close()
    assert [p.name for p in tmp_path.iterdir()] == ["sheet.pdf"]
    with pytest.raises(StoreTrouble, match=r"sheet\.pdf"):
        write_pdf(tmp_path / "gone" / "sheet.pdf", document())
