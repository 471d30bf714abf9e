"""What Settings > People needs of the key files; the store's key ring stands behind it."""

from dataclasses import dataclass
from typing import Protocol

from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import NotesAccess, Session, User


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySheet:
    """A printed recovery code for one file (``schedule`` or ``clinical``), shown once."""

    file: str
    code: str


class KeyAdmin(Protocol):
    """Keys of the people who log in; every call is final, none can be undone."""

    def add_user(self, session: Session, user: User, password: str) -> NotesAccess:
        """Wrap the keys that the user's roles need under their password.

        Returns:
            ``GRANTED`` if the session's keys could give the clinical key, ``WAITING`` if a
            clinician has to grant it yet, ``NONE`` if the roles do not need it.

        Raises:
            RuleBroken: the log-in name is taken or the password too weak.
        """
        ...

    def deactivate_user(self, session: Session, user: User) -> None:
        """Take the user's wrapped keys out: the password opens nothing here any more."""
        ...

    def set_roles(self, session: Session, user: User) -> None:
        """Keep the user's roles, of which "practitioner" may not change, with their keys.

        Raises:
            RuleBroken: it would make or unmake a practitioner.
        """
        ...

    def grant_notes(self, session: Session, user: User) -> None:
        """Give a waiting practitioner the clinical key.

        Raises:
            PermissionRefused: the session does not hold the clinical key itself.
        """
        ...

    def change_password(self, user: User, old_password: str, new_password: str) -> None:
        """Wrap a user's keys under a new password.

        Raises:
            PermissionRefused: the old password is wrong.
            RuleBroken: the new password is too weak.
        """
        ...

    def remove_user_with_rekey(
        self, session: Session, user: User, progress: Progress
    ) -> tuple[RecoverySheet, ...]:
        """Re-key both files without this user; resumable after a crash.

        Returns:
            The new recovery sheets, one a re-keyed file; the old ones open nothing any more.

        Raises:
            PermissionRefused: the session cannot open both files.
        """
        ...

    def new_recovery_sheets(self, session: Session) -> tuple[RecoverySheet, ...]:
        """Fresh recovery sheets for the files that the session opens."""
        ...
