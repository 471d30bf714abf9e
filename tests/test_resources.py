"""What the program carries with it is there and usable."""

import json
import re

import pytest

from clinic_desktop.resources import resource, resources_root

ICONS = sorted(p.stem for p in (resources_root() / "icons").glob("*.svg"))


def test_the_resources_are_found_from_the_source_tree():
    for parts in (("tokens", "tokens.json"), ("fonts", "InterVariable.ttf"), ("icons", "LICENSE"),
                  ("fonts", "Inter-LICENSE.txt")):  # fmt: skip
        assert resource(*parts).exists(), parts


def test_the_font_is_the_full_variable_one():
    font = resource("fonts", "InterVariable.ttf").read_bytes()
    assert font[:4] == b"\x00\x01\x00\x00"
    assert b"fvar" in font[:512]
    assert len(font) > 500_000


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_takes_its_colour_from_the_program(name):
    svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    assert 'stroke="currentColor"' in svg
    assert 'stroke-width="2"' in svg
    assert 'viewBox="0 0 24 24"' in svg
    assert not re.search(r"#[0-9A-Fa-f]{3,6}\b", svg)


def test_both_themes_name_the_same_colours_and_no_colour_is_odd():
    tokens = json.loads(resource("tokens", "tokens.json").read_text(encoding="utf-8"))
    light, dark = tokens["color"]["light"], tokens["color"]["dark"]
    assert light.keys() == dark.keys()
    form = re.compile(r"#[0-9A-F]{6}|rgba\(\d+,\d+,\d+,\.\d+\)")
    assert [k for t in (light, dark) for k, v in t.items() if not form.fullmatch(v)] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("picture", "token"),
    [
        ("check", "text.onAccent"),
        ("chevron", "text.secondary"),
        ("chevron-up", "text.secondary"),
    ],
)
def test_pictures_of_the_style_sheet_have_a_tokens_colour(theme, picture, token):
    tokens = json.loads(resource("tokens", "tokens.json").read_text(encoding="utf-8"))
    svg = resource("icons", "qss", f"{picture}-{theme}.svg").read_text(encoding="utf-8")
    assert re.findall(r'stroke="(#\w+)"', svg) == [tokens["color"][theme][token]]
