"""Removing a user: new keys for both files, whatever happens on the way."""

import shutil
from pathlib import Path

import pytest

from clinic_desktop.domain.errors import Cancelled, PermissionRefused, RuleBroken, StoreTrouble
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.recovery import finish_interrupted
from clinic_desktop.store.rekey import remove_user_with_rekey
from clinic_desktop.store.sqlcipher import DataFile, scalar
from clinic_desktop.store.verify import verify_file


def head_of(clinic, unlocked, file):
    store = clinic.open_with(unlocked, file)
    assert verify_file(store) == []
    assert scalar(store.reader(), "SELECT id FROM visits") == f"first in {file.value}"
    head = store.head()
    store.close()
    return head


def test_the_removed_user_and_the_old_sheets_open_nothing_any_more(clinic) -> None:
    old_clinic_key = clinic.ring.clinic_public_key()
    olive, ben = clinic.unlock("olive"), clinic.unlock("ben")
    heads = {file: head_of(clinic, ben, file) for file in DataFile}
    done = remove_user_with_rekey(clinic.folder, clinic.ring, olive, "u-ben")

    for file in DataFile:
        assert head_of(clinic, done.unlocked, file) == heads[file]
        with pytest.raises(StoreTrouble, match="other keys"):
            clinic.open_with(ben, file)
    with pytest.raises(PermissionRefused):
        done.ring.unlock("ben", clinic.passwords["ben"])
    for code in clinic.codes.values():
        with pytest.raises(PermissionRefused, match="old one"):
            done.ring.key_from_sheet(code)
    assert {done.ring.key_from_sheet(sheet.code)[0] for sheet in done.sheets} == set(DataFile)
    assert done.ring.clinic_public_key() != old_clinic_key
    assert done.ring.generation == 2
    assert olive.schedule_key.wiped
    assert not list(clinic.folder.root.glob("*.bak"))


def test_those_who_stay_log_in_with_their_own_passwords(clinic) -> None:
    done = remove_user_with_rekey(clinic.folder, clinic.ring, clinic.unlock("olive"), "u-ben")
    olive = done.ring.unlock("olive", clinic.passwords["olive"])
    ana = done.ring.unlock("ana", clinic.passwords["ana"])
    assert olive.clinical_key == done.unlocked.clinical_key
    assert ana.schedule_key == done.unlocked.schedule_key
    assert ana.clinical_key is None
    assert (olive.warnings, ana.warnings) == ((), ())
    assert len(done.ring.signing_public_keys("u-ben")) == 1


def test_it_takes_both_keys_and_never_oneself(clinic) -> None:
    with pytest.raises(PermissionRefused, match="you hold only the schedule's"):
        remove_user_with_rekey(clinic.folder, clinic.ring, clinic.unlock("ana"), "u-ben")
    with pytest.raises(RuleBroken, match="your own"):
        remove_user_with_rekey(clinic.folder, clinic.ring, clinic.unlock("olive"), "u-olive")


def test_an_open_file_stops_it_before_anything_changes(clinic) -> None:
    store = clinic.open_file(DataFile.CLINICAL)
    with pytest.raises(StoreTrouble, match="clinical file is in use"):
        remove_user_with_rekey(clinic.folder, clinic.ring, clinic.unlock("olive"), "u-ben")
    store.close()
    assert clinic.unlock("ben").clinical_key == clinic.clinical_key
    assert not list(clinic.folder.root.glob("*.next*"))
    clinic.open_file(DataFile.SCHEDULE).close()


def test_stopping_it_changes_nothing(clinic) -> None:
    class Stop(SilentProgress):
        def stop_requested(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        remove_user_with_rekey(
            clinic.folder, clinic.ring, clinic.unlock("olive"), "u-ben", progress=Stop()
        )
    assert not list(clinic.folder.root.glob("*.next*"))
    for file in DataFile:
        head_of(clinic, clinic.unlock("ben"), file)


class Killed(BaseException):
    """The machine stops here: nothing after it runs, not even tidying up."""


STEPS = [
    "staged schedule",
    "staged clinical",
    "staged keyring",
    "decided",
    "in place schedule.db",
    "in place clinical.db",
    "in place keyring.json",
    "placed",
]


@pytest.mark.parametrize("fatal", STEPS)
def test_a_crash_at_any_step_leaves_all_old_or_all_new(clinic, tmp_path: Path, fatal) -> None:
    frozen = tmp_path / "frozen"
    steps: list[str] = []

    def on_step(step: str) -> None:
        steps.append(step)
        if step == fatal:
            # What lies on the disk at this moment is what the next start finds.
            shutil.copytree(clinic.folder.root, frozen)
            raise Killed

    with pytest.raises(Killed):
        remove_user_with_rekey(
            clinic.folder, clinic.ring, clinic.unlock("olive"), "u-ben", on_step=on_step
        )
    assert steps == STEPS[: STEPS.index(fatal) + 1]

    folder = DataFolder(frozen)
    decided = STEPS.index(fatal) >= STEPS.index("decided")
    assert finish_interrupted(folder) == ("rekey" if decided else None)
    assert finish_interrupted(folder) is None
    assert not list(frozen.glob("*.next*"))
    ring = KeyRing.load(folder.keyring)
    assert ring.generation == (2 if decided else 1)
    after = clinic.__class__(
        folder=folder,
        ring=ring,
        schedule_key=clinic.schedule_key,
        clinical_key=clinic.clinical_key,
        codes=clinic.codes,
        passwords=clinic.passwords,
    )
    for file in DataFile:
        head_of(after, after.unlock("olive"), file)
    if decided:
        with pytest.raises(PermissionRefused):
            after.unlock("ben")
    else:
        head_of(after, after.unlock("ben"), DataFile.CLINICAL)


def test_a_second_crash_while_finishing_is_finished_too(clinic) -> None:
    def stop_at(wanted: str):
        def on_step(step: str) -> None:
            if step == wanted:
                raise Killed

        return on_step

    with pytest.raises(Killed):
        remove_user_with_rekey(
            clinic.folder, clinic.ring, clinic.unlock("olive"), "u-ben", on_step=stop_at("decided")
        )
    for wanted in STEPS[4:]:
        with pytest.raises(Killed):
            finish_interrupted(clinic.folder, on_step=stop_at(wanted))
    assert finish_interrupted(clinic.folder) == "rekey"
    ring = KeyRing.load(clinic.folder.keyring)
    olive = ring.unlock("olive", clinic.passwords["olive"])
    for file in DataFile:
        head_of(clinic, olive, file)


def test_a_damaged_record_of_the_change_is_told(clinic) -> None:
    (clinic.folder.root / "swap.json").write_text("{")
    with pytest.raises(StoreTrouble, match=r"swap\.json is damaged"):
        finish_interrupted(clinic.folder)
