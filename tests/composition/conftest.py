"""A clinic on the disk, made once; each test works on a copy of its folder."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import new_id
from tests.composition.made_clinic import CHEAP, make_clinic


class _Morning:
    def now_utc(self) -> datetime:
        return datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The folder and the recovery sheets of the clinic."""
    root = tmp_path_factory.mktemp("made") / "clinic"
    return root, make_clinic(root, _Morning())


@pytest.fixture
def root(made, tmp_path) -> Path:
    copy = tmp_path / "clinic"
    shutil.copytree(made[0], copy)
    return copy


@pytest.fixture
def enter(root, clock):
    """Opens further doors to the folder, one at a time."""
    doors: list[ClinicFolder] = []

    def door() -> ClinicFolder:
        doors.append(ClinicFolder(root, clock, new_id, CHEAP))
        return doors[-1]

    yield door
    for opened in doors:
        opened.release()


@pytest.fixture
def door(enter) -> ClinicFolder:
    return enter()
