"""The way into a clinic's folder: first run, log-in, recovery. ``composition`` stands behind it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLogin:
    """A log-in made at the first run; ``practitioner_index`` points into ``practitioners``."""

    login: str
    name: str
    roles: frozenset[Role]
    password: str
    practitioner_index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRun:
    """All that the first run asks for. ``extract`` None leaves the roads for later."""

    clinic: Clinic
    logins: tuple[NewLogin, ...]
    practitioners: tuple[Practitioner, ...]
    services: tuple[Service, ...]
    extract: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """What is in the folder: whether a clinic is there, who can log in, what is wrong."""

    path: Path
    has_clinic: bool
    logins: tuple[str, ...] = ()
    clinic_name: str = ""
    problem: str = ""
    """Why the clinic cannot be opened, "" if it can; restoring a backup may still help."""


class ClinicDoor(Protocol):
    """Before a session there is only this."""

    def look(self) -> FolderState:
        """What is in the folder; takes the lock on it.

        Raises:
            StoreTrouble: another copy of the program works there, or the folder is on a network,
                in a synced folder, or read-only.
        """
        ...

    def create(self, first_run: FirstRun, progress: Progress) -> tuple[RecoverySheet, ...]:
        """Make the clinic: both files, the users' keys. Returns the sheets to print, once.

        Raises:
            RuleBroken: something asked for is missing or a password is too weak.
            StoreTrouble: the folder cannot be written.
        """
        ...

    def recover(self, login: str, new_password: str, codes: tuple[str, ...]) -> None:
        """Give a log-in a new password by the recovery sheets of the files it opens.

        Raises:
            PermissionRefused: a code is wrong.
        """
        ...
