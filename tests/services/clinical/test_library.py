"""The data files that come with the program, and one that a clinic wrote itself."""

import json
import shutil
from pathlib import Path

import pytest

from clinic_desktop.domain.clinical.data_reading import DataFault
from clinic_desktop.domain.errors import NotFound
from clinic_desktop.resources import resource
from clinic_desktop.services.clinical.library import load_library

# A signed text is never reworded under the same version: a changed one is version 2.
CONSENT_1 = "9e4efdb663d5de31494dad53106bfc3b3157082010c7f46911bffca14cdfcc1a"


def test_the_newest_version_is_offered_and_old_ones_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "clinical"
    shutil.copytree(resource("clinical"), folder)
    newer = json.loads((folder / "template-itbs.v1.json").read_text(encoding="utf-8"))
    newer["version"] = 2
    newer["name"] = "IT band, shorter"
    (folder / "template-itbs.v2.json").write_text(json.dumps(newer), encoding="utf-8")
    library = load_library(folder)
    assert library.template("itbs").version == 2
    assert library.template("itbs", 1).name == "IT band syndrome"
    assert [t.id for t in library.newest_templates()] == ["itbs", "lateral_elbow", "general"]


@pytest.mark.parametrize(
    ("label", "template"),
    [
        ("ITB left", "itbs"),
        ("IT band", "itbs"),
        ("Tennis elbow R", "lateral_elbow"),
        ("", "general"),
    ],
)
def test_the_form_follows_the_course(label: str, template: str) -> None:
    assert load_library().template_for(label).id == template


def test_the_consent_text_names_its_wording() -> None:
    text = load_library().consent_text()
    assert (text.id, text.version) == ("needling", 1)
    assert text.sha256 == CONSENT_1
    for rate in ("36.7", "16", "7.7", "5.9", "1 of 1,024"):
        assert rate in text.body
    assert "hours later" in text.body


def test_what_is_not_installed_is_said() -> None:
    library = load_library()
    with pytest.raises(NotFound, match="shoulder"):
        library.template("shoulder")
    with pytest.raises(NotFound):
        library.template("itbs", 9)
    with pytest.raises(NotFound):
        library.consent_text("surgery")


def test_a_file_that_is_no_json_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "clinical"
    shutil.copytree(resource("clinical"), folder)
    (folder / "template-mine.v1.json").write_text('{"id": "mine",\n  oops}', encoding="utf-8")
    with pytest.raises(DataFault, match=r"template-mine\.v1\.json, line 2"):
        load_library(folder)
