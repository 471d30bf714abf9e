"""Backups as Settings and the status bar use them, and the way back without a session."""

from dataclasses import replace

import pytest

from clinic_desktop.domain.errors import PermissionRefused, StoreTrouble
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.store.sqlcipher import DataFile, open_connection
from tests.composition.made_clinic import PASSWORD, flip_byte

NOTHING = SilentProgress()


def add_patient(opened, number: str) -> None:
    with opened.schedule.operation("Add patient", opened.services.session) as op:
        op.put(Patient(id=number, first_name="Nora", last_name="Kessler"))


def patients(opened) -> set[str]:
    return {patient.id for patient in opened.schedule.reader().every_patient()}


def backed_up(opened, into=None):
    return opened.services.backups.make(opened.services.session, into, NOTHING)


@pytest.mark.parametrize("login", ["dana", "owen", "olive"])
def test_everybody_backs_both_files_up_even_one_they_cannot_open(door, login) -> None:
    opened = door.open(login, PASSWORD)
    backup = backed_up(opened)
    assert [b.path for b in opened.services.backups.backups()] == [backup.path]
    opened.close()
    clinician = door.open("dana", PASSWORD)
    for file, other in zip(DataFile, reversed(DataFile), strict=True):
        path = backup.path / f"{file.value}.db"
        open_connection(
            path, clinician.unlocked.key_of(file), file=file, read_only=True, immutable=True
        ).conn.close()
        with pytest.raises(StoreTrouble, match="other keys"):
            open_connection(path, clinician.unlocked.key_of(other), file=file, read_only=True)
    clinician.close()


@pytest.mark.parametrize("login", ["dana", "owen"])
def test_what_was_saved_comes_back_and_what_came_later_is_kept_aside(door, root, login) -> None:
    opened = door.open(login, PASSWORD)
    add_patient(opened, "before")
    backup = backed_up(opened)
    add_patient(opened, "after")
    opened.services.backups.restore(backup.path, NOTHING)
    opened.close()
    opened = door.open("dana", PASSWORD)
    assert patients(opened) == {"before"}
    assert opened.verify() == []
    assert len(list((root / "replaced").iterdir())) == 1
    opened.close()


def test_the_office_does_not_restore(door) -> None:
    opened = door.open("olive", PASSWORD)
    backup = backed_up(opened)
    with pytest.raises(PermissionRefused, match="owner"):
        opened.services.backups.restore(backup.path, NOTHING)
    with pytest.raises(PermissionRefused, match="owner"):
        door.restore(backup.path, "olive", PASSWORD, NOTHING)
    assert patients(opened) == set()
    opened.close()


def test_a_damaged_backup_is_refused_and_the_session_goes_on(door) -> None:
    opened = door.open("dana", PASSWORD)
    backup = backed_up(opened)
    flip_byte(backup.path / "schedule.db", 5000)
    with pytest.raises(StoreTrouble, match=r"schedule\.db"):
        opened.services.backups.restore(backup.path, NOTHING)
    add_patient(opened, "still working")
    assert patients(opened) == {"still working"}
    opened.close()


def test_the_clinics_own_folder_for_backups_is_used_and_listed(door, tmp_path) -> None:
    opened = door.open("dana", PASSWORD)
    chosen = tmp_path / "usb stick"
    inside = backed_up(opened)
    with opened.schedule.operation("Settings", opened.services.session) as op:
        op.put(replace(opened.schedule.reader().clinic(), backup_folder=str(chosen)))
    outside = backed_up(opened)
    assert outside.path.parent == chosen
    assert {b.path for b in opened.services.backups.backups()} == {inside.path, outside.path}
    opened.close()


@pytest.mark.parametrize("harm", ["damaged", "missing", "no keys"])
def test_a_clinic_that_nobody_can_open_comes_back_by_its_backup(door, root, harm) -> None:
    opened = door.open("dana", PASSWORD)
    add_patient(opened, "nora")
    backup = backed_up(opened)
    opened.close()
    if harm == "damaged":
        flip_byte(root / "schedule.db", 100)
    elif harm == "missing":
        (root / "clinical.db").unlink()
    else:
        (root / "keyring.json").write_text("{")
    with pytest.raises(StoreTrouble):
        door.open("dana", PASSWORD)
    with pytest.raises(PermissionRefused):
        door.restore(backup.path, "dana", "guessed-wrong", NOTHING)
    done = door.restore(backup.path, "owen", PASSWORD, NOTHING)
    assert done.replaced is not None
    opened = door.open("dana", PASSWORD)
    assert patients(opened) == {"nora"}
    assert opened.verify() == []
    opened.close()
