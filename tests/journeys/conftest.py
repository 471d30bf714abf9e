"""A demo clinic made once for all journeys; each journey works on a copy of its folder."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.app import ClinicApp, make_application
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.demo import make_demo
from clinic_desktop.composition.system import new_id
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.store.keys import KdfCost

CHEAP = KdfCost(memory_kib=1024, passes=1, lanes=1)


class Morning:
    """Tuesday, November 24, 2026, 8:26 AM in St. Louis."""

    def now_utc(self) -> datetime:
        return datetime(2026, 11, 24, 14, 26, tzinfo=UTC)


def make(root: Path, region: Path | None = None) -> None:
    folder = ClinicFolder(root, Morning(), new_id, CHEAP)
    make_demo(folder, Morning(), Arguments(verb="demo", region=region), SilentProgress())
    folder.release()


@pytest.fixture(scope="session")
def town_clinic(tmp_path_factory) -> Path:
    """The clinic in the generated town."""
    root = tmp_path_factory.mktemp("town-clinic") / "clinic"
    make(root)
    return root


@pytest.fixture(scope="session")
def columbus_clinic(tmp_path_factory, roads_dir) -> Path:
    """The same clinic on the real roads of Columbus, Ohio."""
    root = tmp_path_factory.mktemp("columbus-clinic") / "clinic"
    make(root, roads_dir / "columbus_oh.osm.pbf")
    return root


@pytest.fixture
def open_window(qtbot, qapp, tmp_path):
    """Opens the real window on a copy of a clinic's folder; closes it at the end."""
    opened: list[ClinicApp] = []

    def open_on(source: Path, *, again: bool = False) -> ClinicApp:
        root = tmp_path / "clinic"
        if not again:
            shutil.copytree(source, root)
        _app, theme = make_application(Arguments(verb=""))
        clinic = ClinicApp(ClinicFolder(root, Morning(), new_id, CHEAP), Morning(), theme)
        opened.append(clinic)
        clinic.start()
        clinic.window.resize(1440, 900)
        clinic.window.show()
        qtbot.waitExposed(clinic.window)
        return clinic

    yield open_on
    for clinic in opened:
        clinic.close()
        clinic.window.close()
        clinic.window.deleteLater()
    qapp.setStyleSheet("")
