"""Into a clinic's folder and out of it: who gets in, what opens, what is said if it does not."""

import os
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from clinic_desktop.composition import clinic_folder as module
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import new_id
from clinic_desktop.domain.errors import (
    NotFound,
    PermissionRefused,
    RoadsTrouble,
    RuleBroken,
    StoreTrouble,
)
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.role import NotesAccess, Role
from clinic_desktop.services.users import AddUser, EditUser
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.migrations import FileSchema, Migration
from clinic_desktop.store.recovery import STATE_NAME, finish_interrupted
from clinic_desktop.store.rekey import remove_user_with_rekey
from clinic_desktop.store.sqlcipher import DataFile, open_connection, run
from tests.composition.made_clinic import CHEAP, DANA, PASSWORD, first_run, flip_byte

NOBODY_ID = 65534


def audited(opened, action):
    lines = opened.schedule.reader().journal(limit=200)
    return [line.row_id for line in lines if line.action == action]


def user_id(opened, login):
    return next(u.id for u in opened.schedule.reader().users() if u.login == login)


def test_an_empty_folder_holds_no_clinic_until_the_first_run_makes_it(tmp_path, clock) -> None:
    door = ClinicFolder(tmp_path / "new", clock, new_id, CHEAP)
    assert not door.look().has_clinic
    sheets = door.create(first_run(), SilentProgress())
    assert {sheet.file for sheet in sheets} == {"schedule", "clinical"}
    state = door.look()
    assert (state.logins, state.clinic_name) == (("olive", "dana", "owen"), "River Clinic")
    assert state.problem == ""
    with pytest.raises(StoreTrouble, match="holds a clinic already"):
        door.create(first_run(), SilentProgress())
    door.release()


def test_a_clinic_without_an_owner_is_not_made(tmp_path, clock) -> None:
    door = ClinicFolder(tmp_path / "new", clock, new_id, CHEAP)
    wanted = first_run()
    office_only = type(wanted)(
        clinic=wanted.clinic, logins=wanted.logins[:1], practitioners=(), services=()
    )
    with pytest.raises(RuleBroken, match="owner"):
        door.create(office_only, SilentProgress())
    assert not door.look().has_clinic
    door.release()


def test_an_extract_that_cannot_be_read_leaves_no_clinic_whose_sheets_nobody_saw(
    tmp_path, clock
) -> None:
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"not a map")
    door = ClinicFolder(tmp_path / "new", clock, new_id, CHEAP)
    with pytest.raises(RoadsTrouble):
        door.create(first_run(extract=broken), SilentProgress())
    assert not door.look().has_clinic
    assert len(door.create(first_run(), SilentProgress())) == 2
    door.release()


def test_the_office_works_in_the_schedule_and_cannot_open_the_clinical_file(door, root) -> None:
    opened = door.open("olive", PASSWORD)
    assert opened.services.clinical is None
    assert not opened.services.session.opens_clinical
    assert opened.unlocked.clinical_key is None
    with pytest.raises(StoreTrouble, match="other keys"):
        open_connection(
            root / "clinical.db",
            opened.unlocked.schedule_key,
            file=DataFile.CLINICAL,
            read_only=True,
        )
    opened.close()


def test_an_owner_who_does_not_treat_has_no_clinical_key_either(door) -> None:
    opened = door.open("owen", PASSWORD)
    assert opened.services.session.is_owner
    assert opened.clinical is None
    opened.close()


def test_a_practitioner_opens_both_files_and_reaches_the_notes(door) -> None:
    opened = door.open("dana", PASSWORD)
    services = opened.services
    assert services.session.practitioner_id == DANA.id
    assert services.clinical is not None
    with pytest.raises(NotFound):
        services.clinical.intakes.open_for_visit(services.session, VisitId("none"))
    opened.close()


def test_locking_closes_both_files_and_wipes_every_key(door) -> None:
    opened = door.open("dana", PASSWORD)
    unlocked = opened.unlocked
    opened.close()
    assert unlocked.schedule_key.wiped
    assert unlocked.clinical_key is not None
    assert unlocked.clinical_key.wiped
    with pytest.raises(StoreTrouble, match="is closed"):
        opened.schedule.reader()
    assert opened.clinical is not None
    with pytest.raises(StoreTrouble, match="is closed"):
        opened.clinical.reader()
    again = door.open("dana", PASSWORD)
    assert again.verify() == []
    again.close()


def test_wrong_passwords_stand_in_the_audit_trail_at_the_next_log_in(door, root, clock) -> None:
    for name in ("dana", "DANA ", "my-secret-typed-in-the-wrong-field"):
        with pytest.raises(PermissionRefused, match="name or the password is wrong"):
            door.open(name, "guessed-wrong")
        clock.advance(seconds=20)
    assert "my-secret" not in (root / "audit-pending").read_text()
    opened = door.open("olive", PASSWORD)
    dana = user_id(opened, "dana")
    assert audited(opened, "login_failed") == ["unknown", dana, dana]
    assert user_id(opened, "olive") in audited(opened, "login")
    opened.close()
    opened = door.open("olive", PASSWORD)
    assert len(audited(opened, "login_failed")) == 3
    opened.close()


def test_a_lost_password_comes_back_by_both_sheets_and_is_audited(door, made) -> None:
    _root, sheets = made
    codes = tuple(sheet.code for sheet in sheets)
    door.recover("dana", "another-quiet-lamp", codes)
    with pytest.raises(PermissionRefused):
        door.open("dana", PASSWORD)
    opened = door.open("dana", "another-quiet-lamp")
    assert opened.clinical is not None
    assert audited(opened, "password_recovered") == [user_id(opened, "dana")]
    opened.close()


def test_with_the_schedule_sheet_alone_a_practitioner_waits_for_the_notes(door, made) -> None:
    schedule = next(sheet.code for sheet in made[1] if sheet.file == "schedule")
    door.recover("dana", "another-quiet-lamp", (schedule,))
    opened = door.open("dana", "another-quiet-lamp")
    assert opened.clinical is None
    dana = next(u for u in opened.schedule.reader().users() if u.login == "dana")
    assert dana.notes_access is NotesAccess.WAITING
    opened.close()


def test_a_second_copy_of_the_program_is_refused_in_a_sentence(door, enter) -> None:
    door.look()
    with pytest.raises(StoreTrouble, match="open on this folder already"):
        enter().look()
    door.release()
    assert enter().look().has_clinic


@pytest.mark.parametrize("name", ["schedule.db", "clinical.db"])
def test_a_damaged_file_is_named_left_as_it_is_and_a_backup_offered(door, root, name) -> None:
    opened = door.open("dana", PASSWORD)
    backup = opened.services.backups.make(opened.services.session, None, SilentProgress())
    opened.close()
    flip_byte(root / name, 100)
    damaged = (root / name).read_bytes()
    with pytest.raises(StoreTrouble, match=name) as refused:
        door.open("dana", PASSWORD)
    assert "damaged" in str(refused.value)
    assert str(backup.path) in str(refused.value)
    assert (root / name).read_bytes() == damaged


def test_the_office_goes_on_working_while_the_clinical_file_is_damaged(door, root) -> None:
    flip_byte(root / "clinical.db", 100)
    opened = door.open("olive", PASSWORD)
    assert opened.verify() == []
    opened.close()


@pytest.mark.parametrize("name", ["schedule.db", "clinical.db", "keyring.json"])
def test_a_missing_file_is_named_before_anybody_logs_in(door, root, name) -> None:
    (root / name).unlink()
    state = door.look()
    assert state.has_clinic
    assert name in state.problem
    assert "restore" in state.problem.lower()


def test_a_damaged_key_file_is_named(door, root) -> None:
    (root / "keyring.json").write_text("{")
    state = door.look()
    assert "keyring.json" in state.problem
    assert "damaged" in state.problem


@pytest.fixture
def without_rights(root):
    """The folder belongs to an account without rights over others, and the test runs as it."""
    if sys.platform == "win32" or os.geteuid() != 0:
        pytest.skip("only root can take on an account without rights")
    place = Path(tempfile.mkdtemp())
    moved = place / "clinic"
    shutil.move(root, moved)
    for path in (place, moved, *moved.rglob("*")):
        os.chown(path, NOBODY_ID, NOBODY_ID)
    os.setegid(NOBODY_ID)
    os.seteuid(NOBODY_ID)
    yield moved
    os.seteuid(0)
    os.setegid(0)
    shutil.rmtree(place)


def test_a_read_only_folder_is_refused_in_a_sentence(without_rights, clock) -> None:
    without_rights.chmod(0o500)
    door = ClinicFolder(without_rights, clock, new_id, CHEAP)
    with pytest.raises(StoreTrouble, match="read-only"):
        door.look()
    door.release()


def test_a_read_only_file_is_named(without_rights, clock) -> None:
    (without_rights / "schedule.db").chmod(0o400)
    door = ClinicFolder(without_rights, clock, new_id, CHEAP)
    with pytest.raises(StoreTrouble, match="schedule file is read-only"):
        door.open("olive", PASSWORD)
    door.release()


def test_a_folder_that_a_cloud_copies_is_refused_in_a_sentence(tmp_path, clock) -> None:
    door = ClinicFolder(tmp_path / "Dropbox" / "clinic", clock, new_id, CHEAP)
    with pytest.raises(StoreTrouble, match="Dropbox"):
        door.look()
    assert not (tmp_path / "Dropbox").exists()


def test_each_machine_keeps_its_own_mark_from_the_first_start(door, enter) -> None:
    opened = door.open("olive", PASSWORD)
    first = opened.services.session.device_id
    opened.close()
    door.release()
    opened = enter().open("olive", PASSWORD)
    assert opened.services.session.device_id == first != ""
    opened.close()


def test_an_older_clinical_file_put_back_is_found(door, root, clock) -> None:
    door.open("dana", PASSWORD).close()
    shutil.copyfile(root / "clinical.db", root / "kept.db")
    for _day in range(3):
        clock.advance(hours=1)
        door.open("dana", PASSWORD).close()
    shutil.copyfile(root / "kept.db", root / "clinical.db")
    opened = door.open("dana", PASSWORD)
    assert any(finding.what in ("cut", "anchor") for finding in opened.verify())
    opened.close()


def test_a_migration_takes_a_backup_of_both_files_first(door, root, monkeypatch) -> None:
    present = module._SCHEMAS[DataFile.SCHEDULE]
    newer = FileSchema(
        file=present.file,
        migrations=(
            *present.migrations,
            Migration(name="9999 later", apply=lambda db: run(db, "CREATE TABLE later (id TEXT)")),
        ),
        journalled=present.journalled,
        triggers=present.triggers,
    )
    assert list((root / "backups").iterdir()) == []
    monkeypatch.setitem(module._SCHEMAS, DataFile.SCHEDULE, newer)
    opened = door.open("dana", PASSWORD)
    (backup,) = opened.services.backups.backups()
    names = {path.name for path in backup.path.iterdir()}
    assert {"schedule.db", "clinical.db", "keyring.json"} <= names
    opened.close()


class TestRemovingAUser:
    """The files get new keys; what the removed person knew opens nothing here any more."""

    def add_nils(self, opened) -> None:
        opened.services.users.add(
            opened.services.session,
            AddUser(
                login="nils", name="Nils", roles=frozenset({Role.OFFICE}), password="nils-own-words"
            ),
        )

    def test_their_password_and_the_old_sheets_open_nothing_any_more(self, door, made) -> None:
        opened = door.open("dana", PASSWORD)
        self.add_nils(opened)
        nils = user_id(opened, "nils")
        sheets = opened.services.users.remove(opened.services.session, nils, SilentProgress())
        opened.close()
        with pytest.raises(PermissionRefused):
            door.open("nils", "nils-own-words")
        with pytest.raises(PermissionRefused):
            door.recover("dana", "yet-more-quiet-words", tuple(s.code for s in made[1]))
        for login in ("olive", "dana"):
            again = door.open(login, PASSWORD)
            assert again.verify() == []
            again.close()
        door.recover("dana", "yet-more-quiet-words", tuple(s.code for s in sheets))
        door.open("dana", "yet-more-quiet-words").close()

    def test_an_owner_without_the_notes_is_refused_and_keeps_working(self, door) -> None:
        opened = door.open("owen", PASSWORD)
        with pytest.raises(PermissionRefused, match="both files"):
            opened.services.users.remove(
                opened.services.session, user_id(opened, "olive"), SilentProgress()
            )
        assert opened.verify() == []
        opened.close()

    def test_one_finished_after_a_crash_asks_owners_for_new_sheets(self, door, enter, root) -> None:
        opened = door.open("dana", PASSWORD)
        self.add_nils(opened)
        nils = user_id(opened, "nils")
        opened.close()

        class PowerCut(BaseException):
            pass

        def crash(step: str) -> None:
            if step == "decided":
                raise PowerCut

        ring = KeyRing.load(root / "keyring.json", cost=CHEAP)
        with pytest.raises(PowerCut):
            remove_user_with_rekey(
                door.folder, ring, ring.unlock("dana", PASSWORD), nils, on_step=crash
            )
        assert (root / STATE_NAME).exists()
        door.release()
        again = enter()
        opened = again.open("olive", PASSWORD)
        assert opened.unlocked.warnings == ()
        opened.close()
        opened = again.open("dana", PASSWORD)
        assert "recovery sheets" in opened.unlocked.warnings[0]
        assert len(opened.services.users.new_recovery_sheets(opened.services.session)) == 2
        opened.close()
        opened = again.open("dana", PASSWORD)
        assert opened.unlocked.warnings == ()
        opened.close()
        assert finish_interrupted(again.folder) is None


def test_roles_changed_in_settings_change_in_the_key_file_too(door, root) -> None:
    opened = door.open("dana", PASSWORD)
    opened.services.users.edit(
        opened.services.session,
        EditUser(
            user_id=user_id(opened, "olive"),
            name="Olive",
            roles=frozenset({Role.OFFICE, Role.OWNER}),
        ),
    )
    opened.close()
    ring = KeyRing.load(root / "keyring.json", cost=CHEAP)
    assert ring.unlock("olive", PASSWORD).roles == {"office", "owner"}


def test_undo_ends_at_what_is_final(door, clock) -> None:
    opened = door.open("dana", PASSWORD)
    since = clock.now_utc() - timedelta(hours=8)
    assert opened.services.store.undo_name(opened.services.session, since) == ""
    with pytest.raises(RuleBroken, match="nothing to undo"):
        opened.services.store.undo(opened.services.session, since)
    opened.close()
