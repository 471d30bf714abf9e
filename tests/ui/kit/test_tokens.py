"""Tokens, icons and style sheet: none is missing, contrast holds, no colour is written in code."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from clinic_desktop.resources import resource, resources_root
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.practitioner_mark import dash_pattern, practitioner_style
from clinic_desktop.ui.kit.stylesheet import stylesheet
from clinic_desktop.ui.kit.tokens import Theme, color_keys

UI = Path(__file__).parents[3] / "clinic_desktop" / "ui"
LITERAL = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b|QColor\(\s*\d|QColor\(\s*[\"']")


def luminance(color: QColor) -> float:
    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    return (
        0.2126 * channel(color.redF())
        + 0.7152 * channel(color.greenF())
        + 0.0722 * channel(color.blueF())
    )


def contrast(one: QColor, other: QColor) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_both_themes_have_every_colour():
    for key in color_keys():
        assert Theme("light").color(key).isValid(), key
        assert Theme("dark").color(key).isValid(), key


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text.primary", "bg.window"),
        ("text.secondary", "bg.surface"),
        ("text.tertiary", "bg.canvas"),
        ("text.onAccent", "accent.base"),
        ("accent.text", "accent.tint"),
        ("danger.text", "danger.tint"),
        ("warn.text", "warn.tint"),
        ("ok.text", "ok.tint"),
        *((f"prac.{n}.text", f"prac.{n}.tint") for n in (1, 2, 3)),
    ],
)
def test_text_is_readable_on_its_ground(name, text, ground):
    theme = Theme(name)
    assert contrast(theme.color(text), theme.color(ground)) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_high_contrast_has_no_tints_no_faint_ink_and_no_faint_lines(name):
    theme = Theme(name, high_contrast=True)
    grounds = [theme.color(k) for k in ("bg.window", "bg.canvas", "bg.surface", "prac.1.tint")]
    assert len({ground.name() for ground in grounds}) == 1
    inks = ("text.primary", "text.secondary", "text.tertiary", "line.default", "line.strong")
    for key in inks:
        assert contrast(theme.color(key), grounds[0]) >= 7, key
    families = ("accent", "danger", "warn", "ok", "prac.1", "prac.2", "prac.3")
    for key in (f"{family}.{part}" for family in families for part in ("text", "line")):
        assert contrast(theme.color(key), grounds[0]) >= 4.5, key
    assert stylesheet(theme) != stylesheet(Theme(name))
    assert theme.color("map.water") == Theme(name).color("map.water")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_focus_ring_is_seen(name):
    theme = Theme(name)
    assert contrast(theme.color("focus.ring"), theme.color("bg.window")) >= 3


def test_no_colour_is_written_into_ui_code():
    found = [
        f"{path.relative_to(UI)}: {line.strip()}"
        for path in UI.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if LITERAL.search(line)
    ]
    assert found == []


def test_every_icon_named_in_the_code_exists(qapp):
    named = set()
    for path in UI.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named |= set(
            re.findall(
                r"(?:icon(?:_button|_label|_pixmap)?\(\s*(?:\w+(?:\.\w+)*,\s*)?|icon=)\"([a-z0-9-]+)\"",
                text,
            )
        )
    assert len(named) > 15
    for name in named:
        assert resource("icons", f"{name}.svg").is_file(), name
        assert not icon_pixmap(name, QColor("red"), 16).isNull()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_style_sheet_leaves_no_token_open(name):
    sheet = stylesheet(Theme(name))
    assert "@" not in sheet
    assert "%" not in sheet
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert Path(path).is_file()


def test_pictures_of_the_style_sheet_have_the_tokens_colours():
    for name in ("light", "dark"):
        svg = (resources_root() / "icons" / "qss" / f"check-{name}.svg").read_text()
        assert Theme(name).color("text.onAccent").name().casefold() in svg.casefold()


def test_a_fourth_practitioner_takes_a_new_shape_and_dash_before_a_new_hue():
    first, fourth = practitioner_style(1), practitioner_style(4)
    assert first.colour == fourth.colour
    assert first.shape != fourth.shape
    assert dash_pattern(1) != dash_pattern(4)
    looks = {(practitioner_style(n).colour, practitioner_style(n).shape) for n in range(1, 7)}
    assert len(looks) == 6
