"""The key ring behind the port ``KeyAdmin``, for whoever is logged in now."""

from collections.abc import Sequence
from typing import Final

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import NotesAccess, Session, User
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.rekey import remove_user_with_rekey
from clinic_desktop.store.sqlcipher import DataFile, os_trouble
from clinic_desktop.store.unlocked import NewUser, Unlocked
from clinic_desktop.text import _

_SHEETS_OWED: Final = "sheets-owed"


def owe_sheets(folder: DataFolder) -> None:
    """Note that a re-keying was finished after a crash: nobody has seen its recovery sheets."""
    try:
        (folder.root / _SHEETS_OWED).touch(mode=0o600)
    except OSError as error:
        raise os_trouble(error) from error


def forget_sheets_owed(folder: DataFolder) -> None:
    """New sheets were made for both files."""
    (folder.root / _SHEETS_OWED).unlink(missing_ok=True)


def sheets_owed(folder: DataFolder) -> str:
    """The sentence that says so to an owner, or ""."""
    if not (folder.root / _SHEETS_OWED).exists():
        return ""
    return _(
        "Removing a user was interrupted and has been finished. The old recovery sheets open "
        "nothing any more: make new ones in Settings, People."
    )


class RingAdmin:
    """Changes the key file with the keys of the present session.

    Args:
        folder: the data folder.
        ring: its key ring.
        unlocked: the session's keys.
        stores: the open files; re-keying closes them, and the person logs in again.
    """

    def __init__(
        self,
        folder: DataFolder,
        ring: KeyRing,
        unlocked: Unlocked,
        stores: Sequence[FileStore],
    ) -> None:
        self._folder, self._ring = folder, ring
        self._unlocked, self._stores = unlocked, stores

    def add_user(self, session: Session, user: User, password: str) -> NotesAccess:
        """Wrap the keys that the user's roles need under their password."""
        return self._ring.add_user(
            self._actor(session),
            NewUser(
                user_id=user.id,
                login=user.login,
                password=password,
                roles=frozenset(role.value for role in user.roles),
            ),
        )

    def deactivate_user(self, session: Session, user: User) -> None:
        """Take the user's wrapped keys out."""
        self._ring.deactivate_user(self._actor(session), user.id)
        self._forget_copy()

    def grant_notes(self, session: Session, user: User) -> None:
        """Give a waiting practitioner the clinical key."""
        self._ring.grant_notes(self._actor(session), user.id)

    def set_roles(self, session: Session, user: User) -> None:
        """Keep the key file's roles as the clinic's records have them."""
        self._ring.set_roles(self._actor(session), user.id, [role.value for role in user.roles])

    def change_password(self, user: User, old_password: str, new_password: str) -> None:
        """Wrap a user's keys under a new password."""
        self._ring.change_password(user.login, old_password, new_password)
        self._forget_copy()

    def _forget_copy(self) -> None:
        """The copy beside the key file would still open with what was just taken away."""
        path = self._folder.keyring
        path.with_name(f"{path.name}.bak").unlink(missing_ok=True)

    def remove_user_with_rekey(
        self, session: Session, user: User, progress: Progress
    ) -> tuple[RecoverySheet, ...]:
        """Re-key both files without this user; they are closed for it."""
        actor = self._actor(session)
        if actor.clinical_key is None:
            raise PermissionRefused(
                _("Re-keying needs both keys."), way_out=_("A clinician who is owner has to do it.")
            )
        # Whatever else would refuse it does so before the session loses its files.
        self._ring.without_user(actor, user.id, new_key(), new_key())
        for store in self._stores:
            store.close()
        done = remove_user_with_rekey(self._folder, self._ring, actor, user.id, progress=progress)
        forget_sheets_owed(self._folder)
        return done.sheets

    def new_recovery_sheets(self, session: Session) -> tuple[RecoverySheet, ...]:
        """Fresh recovery sheets for the files that the session opens."""
        sheets = self._ring.new_recovery_sheets(self._actor(session))
        if len(sheets) == len(DataFile):
            forget_sheets_owed(self._folder)
        return sheets

    def _actor(self, session: Session) -> Unlocked:
        if session.user_id != self._unlocked.user_id:
            raise PermissionRefused(_("These keys are not this session's."))
        return self._unlocked
