"""The look is kept for this machine; a spoilt file is as good as none."""

import pytest

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.look_file import LookFile
from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.ui.kit.look import Look, Shade


def test_what_is_kept_is_read_again(tmp_path):
    keeper = LookFile(tmp_path / "settings")
    assert keeper.look() == Look()
    look = Look(shade=Shade.DARK, high_contrast=True, size=175, still=True)
    keeper.keep(look)
    assert LookFile(tmp_path / "settings").look() == look


@pytest.mark.parametrize("text", ["", "{", "[]", '{"shade": "pink", "size": 100}', '{"size": 100}'])
def test_a_spoilt_file_is_as_good_as_none(tmp_path, text):
    (tmp_path / "look.json").write_text(text)
    assert LookFile(tmp_path).look() == Look()


def test_a_size_that_is_none_of_ours_is_the_usual_one(tmp_path):
    (tmp_path / "look.json").write_text('{"shade": "light", "high_contrast": false, "size": 4000}')
    assert LookFile(tmp_path).look() == Look(shade=Shade.LIGHT)


def test_a_folder_that_cannot_be_written_says_what_still_works(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreTrouble, match="cannot be kept"):
        LookFile(tmp_path / "file").keep(Look())


def test_the_command_line_comes_before_what_is_kept(tmp_path, monkeypatch, request):
    pytest.importorskip("PySide6")
    from clinic_desktop.composition import app as app_module

    request.getfixturevalue("qapp")
    keeper = LookFile(tmp_path)
    keeper.keep(Look(shade=Shade.DARK, high_contrast=True))
    monkeypatch.setattr(app_module, "LookFile", lambda: keeper)
    kept = app_module._theme_of(Arguments(verb=""))
    assert (kept.name, kept.high_contrast) == ("dark", True)
    asked = app_module._theme_of(Arguments(verb="demo", theme="light-contrast"))
    assert (asked.name, asked.high_contrast) == ("light", True)
