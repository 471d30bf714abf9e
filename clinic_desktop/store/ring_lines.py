"""The lines of a key ring: new, granted, emptied, and all anew after a re-keying."""

import os
from collections.abc import Mapping
from dataclasses import replace

from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.role import NotesAccess
from clinic_desktop.store import keys as k
from clinic_desktop.store.keys import KdfCost, Key, b64, unb64
from clinic_desktop.store.recovery_code import code_of, new_secret
from clinic_desktop.store.ring_data import RingData, RingUser, clinical_proof, schedule_seal
from clinic_desktop.store.sqlcipher import DataFile
from clinic_desktop.store.unlocked import PRACTITIONER, NewUser


def new_line(user: NewUser, schedule_key: Key, cost: KdfCost) -> RingUser:
    """A user's line with fresh keys of their own; a practitioner waits for the clinical key."""
    box, signing = k.new_box_keys(), k.new_signing_key()
    treats = PRACTITIONER in user.roles
    line = RingUser(
        id=user.user_id,
        login=user.login.strip(),
        roles=tuple(sorted(user.roles)),
        notes_access=NotesAccess.WAITING if treats else NotesAccess.NONE,
        box_public=b64(box.public),
        signing_public=b64(signing.public()),
        schedule_key=b64(k.seal(box.public, schedule_key.raw())),
    )
    return wrapped(line, user.password, box.private, Key(signing.seed()), cost)


def wrapped(user: RingUser, password: str, box: Key, seed: Key, cost: KdfCost) -> RingUser:
    """The line with the user's private keys under a password; wipes the two keys given."""
    salt = os.urandom(k.SALT_BYTES)
    wrapping = k.password_key(password, salt, cost)
    line = replace(
        user,
        salt=b64(salt),
        cost=cost,
        box_private=k.wrap(wrapping, box.raw(), f"box {user.id}"),
        signing_private=k.wrap(wrapping, seed.raw(), f"signing {user.id}"),
    )
    for secret in (wrapping, box, seed):
        secret.wipe()
    return line


def granted(data: RingData, user: RingUser, clinical_key: Key) -> RingUser:
    """The line with the clinical key sealed to the user, and the clinician's proof of it."""
    sealed = b64(k.seal(unb64(user.box_public), clinical_key.raw()))
    line = replace(user, notes_access=NotesAccess.GRANTED, clinical_key=sealed)
    return replace(line, clinical_proof=clinical_proof(data, line, clinical_key))


def without_keys(user: RingUser) -> RingUser:
    """A user's line with nothing left that opens anything; public signing keys stay."""
    return replace(
        user,
        active=False,
        notes_access=NotesAccess.NONE,
        salt="",
        box_public="",
        box_private="",
        signing_private="",
        schedule_key="",
        clinical_key="",
        clinical_proof="",
    )


def with_new_sheets(
    data: RingData, opened: Mapping[DataFile, Key]
) -> tuple[RingData, tuple[RecoverySheet, ...]]:
    """The ring with fresh recovery codes for these files, and the sheets to print."""
    recovery = dict(data.recovery)
    sheets: list[RecoverySheet] = []
    for file, key in opened.items():
        secret = new_secret()
        wrapping = k.derived_key(secret, f"recovery {file.value}")
        purpose = f"recovery {file.value} {data.generation}"
        recovery[file.value] = k.wrap(wrapping, key.raw(), purpose)
        sheets.append(RecoverySheet(file=file.value, code=code_of(file, secret)))
    return replace(data, recovery=recovery), tuple(sheets)


def next_generation(
    old: RingData, leaving_id: str, schedule_key: Key, clinical_key: Key
) -> tuple[RingData, tuple[RecoverySheet, ...]]:
    """The ring for new file keys: everybody but one, a new clinic pair, new sheets."""
    clinic = k.new_box_keys()
    generation = old.generation + 1
    data = replace(
        old,
        generation=generation,
        clinic_public=b64(clinic.public),
        clinic_private=k.wrap(clinical_key, clinic.private.raw(), f"clinic private {generation}"),
        recovery={},
    )
    lines: list[RingUser] = []
    for user in old.users:
        if user.id == leaving_id or not user.active:
            lines.append(without_keys(user))
            continue
        sealed = b64(k.seal(unb64(user.box_public), schedule_key.raw()))
        line = replace(user, schedule_key=sealed)
        if user.notes_access is NotesAccess.GRANTED:
            line = granted(data, line, clinical_key)
        lines.append(line)
    data, sheets = with_new_sheets(
        replace(data, users=tuple(lines)),
        {DataFile.SCHEDULE: schedule_key, DataFile.CLINICAL: clinical_key},
    )
    return replace(data, schedule_seal=schedule_seal(data, schedule_key)), sheets
