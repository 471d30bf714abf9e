"""A full disk or a kill between key file and database leaves log-ins as they were told."""

import pytest

from clinic_desktop.domain.errors import PermissionRefused, StoreTrouble
from clinic_desktop.domain.role import Role
from clinic_desktop.services.users import AddUser
from clinic_desktop.store import database
from tests.composition.made_clinic import PASSWORD

NEW = "another-lamp-here"


def full(*_args, **_options):
    raise StoreTrouble("The disk is full.")


def test_a_password_change_that_was_refused_leaves_the_old_password(door, monkeypatch):
    opened = door.open("dana", PASSWORD)
    with monkeypatch.context() as bad_luck:
        bad_luck.setattr(database.chain, "seal", full)
        with pytest.raises(StoreTrouble):
            opened.services.users.change_own_password(opened.services.session, PASSWORD, NEW)
    opened.close()
    door.open("dana", PASSWORD).close()


def test_recovery_sheets_that_were_never_shown_replace_none(door, monkeypatch, made):
    opened = door.open("dana", PASSWORD)
    with monkeypatch.context() as bad_luck:
        bad_luck.setattr(database.chain, "seal", full)
        with pytest.raises(StoreTrouble):
            opened.services.users.new_recovery_sheets(opened.services.session)
    opened.close()
    door.recover("olive", NEW, tuple(sheet.code for sheet in made[1]))
    door.open("olive", NEW).close()


def test_the_old_password_does_not_open_a_copy_beside_the_key_file(door):
    opened = door.open("dana", PASSWORD)
    opened.services.users.change_own_password(opened.services.session, PASSWORD, NEW)
    opened.close()
    ring = door.folder.keyring
    assert not ring.with_name(f"{ring.name}.bak").exists()
    with pytest.raises(PermissionRefused):
        door.open("dana", PASSWORD)


def test_a_log_in_whose_row_was_lost_in_a_crash_is_taken_out_by_the_owner(door, monkeypatch):
    opened = door.open("dana", PASSWORD)
    users = opened.services.users
    add = users._keys.add_user

    def killed(*args):
        add(*args)
        raise SystemExit

    command = AddUser(login="newbie", name="New", roles=frozenset({Role.OFFICE}), password=NEW)
    monkeypatch.setattr(users._keys, "deactivate_user", lambda *_args: None)
    monkeypatch.setattr(users._keys, "add_user", killed)
    with pytest.raises(SystemExit):
        users.add(opened.services.session, command)
    monkeypatch.undo()
    opened.close()
    opened = door.open("dana", PASSWORD)
    assert "newbie" not in door.look().logins
    opened.services.users.add(opened.services.session, command)
    opened.close()
    door.open("newbie", NEW).close()
