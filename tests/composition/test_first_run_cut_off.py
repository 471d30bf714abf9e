"""A first run that was killed can be begun anew; nothing of it is in the way or deleted."""

from pathlib import Path

import pytest

from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import new_id
from clinic_desktop.domain.progress import SilentProgress
from tests.composition.made_clinic import CHEAP, PASSWORD, first_run


class Killed(BaseException):
    """As kill -9: no cleaning up runs after it."""


def test_a_killed_first_run_is_set_aside_and_begun_anew(tmp_path, clock, monkeypatch):
    root = tmp_path / "clinic"
    door = ClinicFolder(root, clock, new_id, CHEAP)

    def killed(*_args):
        raise Killed

    with monkeypatch.context() as bad_luck:
        bad_luck.setattr(door, "_make_files", killed)
        bad_luck.setattr(Path, "unlink", lambda *_args, **_options: None)
        with pytest.raises(Killed):
            door.create(first_run(), SilentProgress())
    door.release()

    again = ClinicFolder(root, clock, new_id, CHEAP)
    assert not again.look().has_clinic
    assert (root / "unfinished" / again.folder.keyring.name).exists()
    again.create(first_run(), SilentProgress())
    again.open("dana", PASSWORD).close()
    again.release()
    later = ClinicFolder(root, clock, new_id, CHEAP)
    assert later.look().has_clinic
    later.open("dana", PASSWORD).close()
    later.release()
