"""The program's look for every UI test."""

import pytest

from clinic_desktop.domain.formats import Formats
from clinic_desktop.ui.kit.stylesheet import palette, stylesheet
from clinic_desktop.ui.kit.tokens import Theme


@pytest.fixture(params=["light", "dark"])
def theme(request, qapp) -> Theme:
    chosen = Theme(request.param)
    qapp.setStyle("Fusion")
    qapp.setPalette(palette(chosen))
    qapp.setStyleSheet(stylesheet(chosen))
    yield chosen
    qapp.setStyleSheet("")


@pytest.fixture
def formats() -> Formats:
    return Formats()
