"""A log-in's keys, the rules for passwords, and what is said when a log-in fails."""

from dataclasses import dataclass
from typing import Final

from clinic_desktop.domain.errors import PermissionRefused, RuleBroken, StoreTrouble
from clinic_desktop.domain.role import NotesAccess
from clinic_desktop.store.keys import Key, SigningKey
from clinic_desktop.store.sqlcipher import DataFile
from clinic_desktop.text import _

MIN_PASSWORD_LENGTH: Final = 8
PRACTITIONER: Final = "practitioner"
OWNER: Final = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user to be added. ``roles`` are "office", "practitioner", "owner"."""

    user_id: str
    login: str
    password: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked:
    """What a log-in opened. ``warnings`` are sentences about a key file that was tampered with."""

    user_id: str
    login: str
    roles: frozenset[str]
    notes_access: NotesAccess
    schedule_key: Key
    clinical_key: Key | None
    signing_key: SigningKey
    warnings: tuple[str, ...] = ()

    def key_of(self, file: DataFile) -> Key | None:
        """The key of a file, if the user has it."""
        return self.clinical_key if file is DataFile.CLINICAL else self.schedule_key

    def wipe_clinical(self) -> None:
        """Forget what opens and signs notes; the schedule key stays."""
        if self.clinical_key is not None:
            self.clinical_key.wipe()
        self.signing_key.wipe()

    def wipe(self) -> None:
        """Forget every key."""
        self.wipe_clinical()
        self.schedule_key.wipe()


def check_password(login: str, password: str) -> None:
    """Refuse a password that is quickly guessed. Raises ``RuleBroken``."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise RuleBroken(
            _("A password needs at least {n} characters.").format(n=MIN_PASSWORD_LENGTH)
        )
    if len(set(password)) < 4 or password.casefold() == login.strip().casefold():
        raise RuleBroken(
            _("This password is guessed too quickly."), way_out=_("Choose a few words instead.")
        )


def wrong_password() -> PermissionRefused:
    """The one sentence for a wrong name and a wrong password."""
    return PermissionRefused(
        _("The log-in name or the password is wrong."),
        way_out=_("Try again, or use a recovery sheet."),
    )


def tampered() -> StoreTrouble:
    """What is said when the proofs in the key file do not fit."""
    return StoreTrouble(
        _("The key file was changed outside this program."),
        still_works=_("Logging in still works; changes to users and keys are refused."),
        way_out=_("Restore the key file from the last backup."),
    )
