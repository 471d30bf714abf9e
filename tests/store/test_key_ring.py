"""Who opens what: passwords, roles, sheets, and a key file that somebody changed."""

import json
import os
from dataclasses import replace

import pytest

from clinic_desktop.domain.errors import NotFound, PermissionRefused, RuleBroken, StoreTrouble
from clinic_desktop.domain.role import NotesAccess
from clinic_desktop.store import keys as k
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import signature_holds
from clinic_desktop.store.ring_data import schedule_seal, write_ring
from clinic_desktop.store.sqlcipher import DataFile, scalar
from clinic_desktop.store.unlocked import NewUser


def new_practitioner(login="cara") -> NewUser:
    return NewUser(
        user_id=f"u-{login}",
        login=login,
        password="cara's own words",
        roles=frozenset({"practitioner"}),
    )


def test_each_role_gets_just_its_keys(clinic) -> None:
    olive, ana, ben = (clinic.unlock(name) for name in ("olive", "ana", "ben"))
    for person in (olive, ana, ben):
        assert person.schedule_key == clinic.schedule_key
        assert person.warnings == ()
    assert olive.clinical_key == ben.clinical_key == clinic.clinical_key
    assert ana.clinical_key is None
    assert ana.notes_access is NotesAccess.NONE
    assert olive.roles == {"owner", "practitioner"}


def test_an_owner_who_does_not_treat_has_no_clinical_key(tmp_path, quick) -> None:
    owner = NewUser(
        user_id="o", login="Owen", password="owns but waits", roles=frozenset({"owner"})
    )
    ring, *_rest = KeyRing.create(tmp_path / "keyring.json", [owner], cost=quick)
    assert ring.unlock("owen", "owns but waits").clinical_key is None


def test_the_office_s_keys_do_not_open_the_clinical_file(clinic) -> None:
    ana = clinic.unlock("ana")
    with pytest.raises(StoreTrouble, match="clinical file is damaged, or it belongs to other keys"):
        clinic.open_file(DataFile.CLINICAL, ana.schedule_key)
    with pytest.raises(StoreTrouble, match="schedule file"):
        clinic.open_file(DataFile.SCHEDULE, clinic.clinical_key)
    with pytest.raises(PermissionRefused):
        clinic.ring.clinic_private_key(ana.schedule_key)


@pytest.mark.parametrize(
    ("login", "password"), [("ana", "Ana in office"), ("ana", ""), ("nobody", "ana in office")]
)
def test_a_wrong_name_and_a_wrong_password_sound_the_same(clinic, login, password) -> None:
    with pytest.raises(PermissionRefused, match="log-in name or the password is wrong"):
        clinic.ring.unlock(login, password)


def test_the_key_file_holds_no_secret_and_is_private(clinic) -> None:
    text = clinic.folder.keyring.read_text()
    for key in (clinic.schedule_key, clinic.clinical_key):
        assert key.hex() not in text
        assert k.b64(key.raw()) not in text
    for word in (*clinic.passwords.values(), *clinic.codes.values()):
        assert word not in text
    if os.name != "nt":
        assert clinic.folder.keyring.stat().st_mode & 0o077 == 0


def test_a_practitioner_added_by_the_office_waits_for_a_clinician(clinic) -> None:
    ana, ben = clinic.unlock("ana"), clinic.unlock("ben")
    assert clinic.ring.add_user(ana, new_practitioner()) is NotesAccess.WAITING
    assert clinic.ring.unlock("cara", "cara's own words").clinical_key is None
    with pytest.raises(PermissionRefused, match="Only a clinician"):
        clinic.ring.grant_notes(ana, "u-cara")
    clinic.ring.grant_notes(ben, "u-cara")
    cara = KeyRing.load(clinic.folder.keyring).unlock("CARA ", "cara's own words")
    assert cara.clinical_key == clinic.clinical_key
    assert cara.warnings == ()
    with pytest.raises(RuleBroken, match="not waiting"):
        clinic.ring.grant_notes(ben, "u-cara")


def test_a_practitioner_added_by_a_clinician_has_the_notes_at_once(clinic) -> None:
    assert clinic.ring.add_user(clinic.unlock("olive"), new_practitioner()) is NotesAccess.GRANTED


def test_names_are_taken_once_and_passwords_are_not_guessed(clinic) -> None:
    olive = clinic.unlock("olive")
    with pytest.raises(RuleBroken, match="taken"):
        clinic.ring.add_user(olive, new_practitioner("ANA"))
    for weak, said in (("short", "at least 8"), ("aaaaaaaaaa", "guessed"), ("caracara", "guessed")):
        user = replace(new_practitioner("caracara"), password=weak)
        with pytest.raises(RuleBroken, match=said):
            clinic.ring.add_user(olive, user)
    assert len(clinic.ring.logins()) == 3


def test_one_s_own_password_changes_and_all_else_stays(clinic) -> None:
    before = clinic.unlock("ben")
    clinic.ring.change_password("ben", clinic.passwords["ben"], "a new phrase")
    with pytest.raises(PermissionRefused):
        clinic.unlock("ben")
    after = KeyRing.load(clinic.folder.keyring).unlock("ben", "a new phrase")
    assert after.clinical_key == before.clinical_key
    assert after.signing_key.public() == before.signing_key.public()
    assert after.warnings == ()
    with pytest.raises(PermissionRefused):
        clinic.ring.change_password("ben", "wrong", "a newer phrase")
    with pytest.raises(RuleBroken):
        clinic.ring.change_password("ben", "a new phrase", "short")


def test_a_deactivated_user_does_not_log_in_but_their_signature_holds(clinic) -> None:
    ben = clinic.unlock("ben")
    signature = ben.signing_key.sign(b"note")
    clinic.ring.deactivate_user(clinic.unlock("ana"), "u-ben")
    with pytest.raises(PermissionRefused):
        clinic.unlock("ben")
    (public,) = clinic.ring.signing_public_keys("u-ben")
    assert signature_holds(public, signature, b"note")
    assert not signature_holds(public, signature, b"another note")
    assert clinic.unlock("olive").warnings == ()
    with pytest.raises(NotFound):
        clinic.ring.deactivate_user(clinic.unlock("ana"), "u-none")


def test_sealed_answers_open_only_for_clinicians(clinic) -> None:
    sealed = k.seal(clinic.ring.clinic_public_key(), b"I take blood thinners")
    private = clinic.ring.clinic_private_key(clinic.unlock("ben").clinical_key)
    assert k.open_sealed(private, sealed) == b"I take blood thinners"
    with pytest.raises(k.WrongKey):
        k.open_sealed(k.new_box_keys().private, sealed)


def test_a_forgotten_password_is_replaced_with_both_sheets(clinic) -> None:
    ben = clinic.unlock("ben")
    old_signature = ben.signing_key.sign(b"note")
    back = clinic.ring.recover("ben", "remembered now", list(clinic.codes.values()))
    assert back.clinical_key == clinic.clinical_key
    assert back.warnings == ()
    new, old = clinic.ring.signing_public_keys("u-ben")
    assert signature_holds(old, old_signature, b"note")
    assert signature_holds(new, back.signing_key.sign(b"x"), b"x")


def test_with_the_schedule_s_sheet_alone_a_practitioner_waits(clinic) -> None:
    back = clinic.ring.recover("ben", "remembered now", [clinic.codes["schedule"].lower()])
    assert back.clinical_key is None
    assert back.notes_access is NotesAccess.WAITING
    with pytest.raises(PermissionRefused, match="schedule file is needed"):
        clinic.ring.recover("ben", "remembered now", [clinic.codes["clinical"]])


def test_new_sheets_replace_the_old_ones_of_the_files_one_opens(clinic) -> None:
    (sheet,) = clinic.ring.new_recovery_sheets(clinic.unlock("ana"))
    assert sheet.file == "schedule"
    with pytest.raises(PermissionRefused, match="replaced by a newer sheet"):
        clinic.ring.key_from_sheet(clinic.codes["schedule"])
    assert clinic.ring.key_from_sheet(sheet.code) == (DataFile.SCHEDULE, clinic.schedule_key)
    assert clinic.ring.key_from_sheet(clinic.codes["clinical"])[1] == clinic.clinical_key


def test_a_public_key_slipped_in_by_the_office_gets_no_clinical_key(clinic) -> None:
    """The office has the schedule key, so it can make the seal fit; the clinician's proof not."""
    mine = k.new_box_keys()
    data = clinic.ring.data
    users = tuple(
        replace(user, box_public=k.b64(mine.public)) if user.login == "ben" else user
        for user in data.users
    )
    forged = replace(data, users=users)
    forged = replace(forged, schedule_seal=schedule_seal(forged, clinic.schedule_key))
    write_ring(clinic.folder.keyring, forged)
    ring = KeyRing.load(clinic.folder.keyring)
    olive = ring.unlock("olive", clinic.passwords["olive"])
    with pytest.raises(StoreTrouble, match="changed outside this program"):
        ring.without_user(olive, "u-ana", k.new_key(), k.new_key())


@pytest.mark.parametrize("field", ["clinic_public", "login", "signing_public"])
def test_a_changed_key_file_is_told_at_log_in_and_takes_no_change(clinic, field) -> None:
    whole = json.loads(clinic.folder.keyring.read_text())
    if field == "clinic_public":
        whole[field] = k.b64(k.new_box_keys().public)
    else:
        whole["users"][2][field] = "x" if field == "login" else k.b64(bytes(32))
    clinic.folder.keyring.write_text(json.dumps(whole))
    ring = KeyRing.load(clinic.folder.keyring)
    olive = ring.unlock("olive", clinic.passwords["olive"])
    assert "changed outside this program" in olive.warnings[0]
    with pytest.raises(StoreTrouble):
        ring.add_user(olive, new_practitioner())
    with pytest.raises(StoreTrouble):
        ring.recover("ana", "remembered now", list(clinic.codes.values()))


def test_a_damaged_or_missing_key_file_names_the_copy(clinic) -> None:
    clinic.ring.change_password("ana", clinic.passwords["ana"], "another phrase")
    clinic.folder.keyring.write_bytes(clinic.folder.keyring.read_bytes()[:-200])
    with pytest.raises(StoreTrouble, match=r"keyring\.json\.bak"):
        KeyRing.load(clinic.folder.keyring)
    copy = clinic.folder.root / "keyring.json.bak"
    KeyRing.load(copy).unlock("ana", clinic.passwords["ana"])
    clinic.folder.keyring.unlink()
    with pytest.raises(StoreTrouble, match="missing"):
        KeyRing.load(clinic.folder.keyring)


def test_a_failed_write_leaves_the_ring_as_it_is_on_the_disk(clinic, monkeypatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    olive = clinic.unlock("olive")
    with monkeypatch.context() as patched:
        patched.setattr("clinic_desktop.store.ring_data.write_whole", full)
        with pytest.raises(StoreTrouble, match="disk is full"):
            clinic.ring.add_user(olive, new_practitioner())
    assert "cara" not in clinic.ring.logins()
    clinic.ring.add_user(olive, new_practitioner())


def test_both_files_open_with_what_a_log_in_gives(clinic) -> None:
    olive = clinic.unlock("olive")
    for file in DataFile:
        store = clinic.open_with(olive, file)
        assert scalar(store.reader(), "SELECT id FROM visits") == f"first in {file.value}"
        store.close()
    olive.wipe()
    assert olive.schedule_key.wiped
    with pytest.raises(RuntimeError, match="wiped"):
        olive.signing_key.sign(b"x")
    assert "Key(wiped)" in repr(olive)
