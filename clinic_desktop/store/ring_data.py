"""What ``keyring.json`` holds: wrapped keys, salts and public keys, no secret in the clear.

A user's password gives a key (argon2id) that wraps (AES-GCM) their own X25519 and Ed25519 private
keys. The file keys are sealed to the X25519 public key, so that they can be given to a user, or
changed for all who stay, without anybody's password. Proofs (HMAC under the file keys) make sure
that nobody without a file's key has slipped a public key of theirs in.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.domain.role import NotesAccess
from clinic_desktop.store.atomic_file import write_whole
from clinic_desktop.store.keys import KdfCost, Key, derived_key
from clinic_desktop.store.sqlcipher import os_trouble
from clinic_desktop.text import _

FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RingUser:
    """A user's line. Binary values are base64 text; a user without access has empty ones."""

    id: str
    login: str
    roles: tuple[str, ...]
    notes_access: NotesAccess
    active: bool = True
    salt: str = ""
    cost: KdfCost = field(default_factory=KdfCost)
    box_public: str = ""
    box_private: str = ""
    signing_public: str = ""
    signing_private: str = ""
    former_signing: tuple[str, ...] = ()
    schedule_key: str = ""
    clinical_key: str = ""
    clinical_proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingData:
    """The whole file. ``generation`` counts re-keyings; ``recovery`` is wrapped keys by file."""

    generation: int
    users: tuple[RingUser, ...]
    clinic_public: str
    clinic_private: str
    recovery: Mapping[str, str]
    schedule_seal: str = ""


def to_bytes(data: RingData) -> bytes:
    """The file's content."""
    users = [
        {
            "id": user.id,
            "login": user.login,
            "roles": list(user.roles),
            "notes_access": user.notes_access.value,
            "active": user.active,
            "salt": user.salt,
            "argon2id": [user.cost.memory_kib, user.cost.passes, user.cost.lanes],
            "box_public": user.box_public,
            "box_private": user.box_private,
            "signing_public": user.signing_public,
            "signing_private": user.signing_private,
            "former_signing": list(user.former_signing),
            "schedule_key": user.schedule_key,
            "clinical_key": user.clinical_key,
            "clinical_proof": user.clinical_proof,
        }
        for user in data.users
    ]
    whole = {
        "format": FORMAT,
        "generation": data.generation,
        "users": users,
        "clinic_public": data.clinic_public,
        "clinic_private": data.clinic_private,
        "recovery": dict(data.recovery),
        "schedule_seal": data.schedule_seal,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False).encode()


def from_bytes(content: bytes) -> RingData:
    """What the file's content says.

    Raises:
        StoreTrouble: damaged, or written by a newer program.
    """
    try:
        whole = cast("dict[str, Any]", json.loads(content))
        if whole["format"] > FORMAT:
            raise StoreTrouble(
                _("The key file was written by a newer version of this program."),
                way_out=_("Install the newer version on this machine."),
            )
        return RingData(
            generation=whole["generation"],
            users=tuple(_user(user) for user in whole["users"]),
            clinic_public=whole["clinic_public"],
            clinic_private=whole["clinic_private"],
            recovery=whole["recovery"],
            schedule_seal=whole["schedule_seal"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StoreTrouble(
            _("The key file is damaged."),
            still_works=_("The two databases were not touched."),
            way_out=_("Put keyring.json.bak in its place, or restore the last backup."),
        ) from error


def _user(row: dict[str, Any]) -> RingUser:
    memory_kib, passes, lanes = row["argon2id"]
    return RingUser(
        id=row["id"],
        login=row["login"],
        roles=tuple(row["roles"]),
        notes_access=NotesAccess(row["notes_access"]),
        active=row["active"],
        salt=row["salt"],
        cost=KdfCost(memory_kib=memory_kib, passes=passes, lanes=lanes),
        box_public=row["box_public"],
        box_private=row["box_private"],
        signing_public=row["signing_public"],
        signing_private=row["signing_private"],
        former_signing=tuple(row["former_signing"]),
        schedule_key=row["schedule_key"],
        clinical_key=row["clinical_key"],
        clinical_proof=row["clinical_proof"],
    )


def read_ring(path: Path) -> RingData:
    """Read the file. Raises ``StoreTrouble`` if it is missing or damaged."""
    try:
        return from_bytes(path.read_bytes())
    except FileNotFoundError as error:
        raise StoreTrouble(
            _("The key file is missing."),
            still_works=_("The two databases were not touched."),
            way_out=_("Put keyring.json.bak in its place, or restore the last backup."),
        ) from error
    except OSError as error:
        raise os_trouble(error) from error


def write_ring(path: Path, data: RingData) -> None:
    """Replace the file in one step and keep the one before as ``.bak``. Raises ``StoreTrouble``."""
    try:
        if path.exists():
            write_whole(path.with_name(f"{path.name}.bak"), path.read_bytes())
        write_whole(path, to_bytes(data))
    except OSError as error:
        raise os_trouble(error) from error


def schedule_seal(data: RingData, schedule_key: Key) -> str:
    """The proof, made with the schedule key, over every user's line and the clinic's public key."""
    users = [
        [
            user.id,
            user.login,
            list(user.roles),
            user.active,
            user.box_public,
            user.signing_public,
            list(user.former_signing),
        ]
        for user in data.users
    ]
    return _proof(schedule_key, "schedule", [data.generation, data.clinic_public, users])


def schedule_seal_holds(data: RingData, schedule_key: Key) -> bool:
    """Whether the lines are as a holder of the schedule key left them."""
    return hmac.compare_digest(data.schedule_seal, schedule_seal(data, schedule_key))


def clinical_proof(data: RingData, user: RingUser, clinical_key: Key) -> str:
    """The proof, made with the clinical key, that a clinician gave this user access.

    One a user, so that an owner without the clinical key can still take a user out.
    """
    keys = [user.id, user.box_public, user.signing_public, list(user.former_signing)]
    return _proof(clinical_key, "clinical", [data.generation, *keys])


def clinical_proof_holds(data: RingData, user: RingUser, clinical_key: Key) -> bool:
    """Whether a clinician gave this user, with these public keys, access to the clinical file."""
    return hmac.compare_digest(user.clinical_proof, clinical_proof(data, user, clinical_key))


def _proof(key: Key, purpose: str, facts: list[Any]) -> str:
    text = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
    proof_key = derived_key(key.raw(), f"key ring proof {purpose}")
    return hmac.new(proof_key.raw(), text.encode(), hashlib.sha256).hexdigest()
