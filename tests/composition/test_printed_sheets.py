"""A printed sheet proves what the files were: an older copy in their place disagrees with it."""

import shutil

import pytest

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.errors import RuleBroken
from tests.composition.made_clinic import PASSWORD


def work(door) -> str:
    """Log in, leave a line in the journal, and read what a sheet's foot would say."""
    opened = door.open("dana", PASSWORD)
    try:
        services = opened.services
        services.audit.note_print(services.session, RecordKind.VISITS, "sheet")
        return services.store.reader().sheet_anchor()
    finally:
        opened.close()


def test_a_sheet_s_foot_agrees_with_the_files_it_was_printed_from(door):
    anchor = work(door)
    assert anchor.startswith("S")
    work(door)
    report = door.check("dana", PASSWORD, sheet=f"K7QD-2MXA · {anchor}")
    assert report.sound
    assert report.findings == ()


def test_an_older_copy_in_the_file_s_place_is_told_by_the_sheet(door, root, tmp_path):
    work(door)
    older = tmp_path / "older"
    shutil.copytree(root, older)
    anchor = work(door)
    for path in older.glob("*.db*"):
        shutil.copy(path, root / path.name)
    for path in root.glob("*.db-*"):
        if not (older / path.name).exists():
            path.unlink()
    report = door.check("dana", PASSWORD, sheet=anchor)
    assert not report.sound
    assert any("when the sheet was printed" in sentence for sentence in report.findings)


@pytest.mark.parametrize("typed", ["", "K7QD-2MXA", "S12", "hello"])
def test_what_is_no_sheet_s_code_is_told(door, typed):
    if not typed:
        assert door.check("dana", PASSWORD, sheet=typed).sound
        return
    with pytest.raises(RuleBroken, match="no code of a sheet"):
        door.check("dana", PASSWORD, sheet=typed)
