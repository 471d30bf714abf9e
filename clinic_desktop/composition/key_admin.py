"""The key ring behind the port ``KeyAdmin``, for whoever is logged in now."""

from collections.abc import Sequence

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import NotesAccess, Session, User
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.rekey import remove_user_with_rekey
from clinic_desktop.store.unlocked import NewUser, Unlocked
from clinic_desktop.text import _


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

    def grant_notes(self, session: Session, user: User) -> None:
        """Give a waiting practitioner the clinical key."""
        self._ring.grant_notes(self._actor(session), user.id)

    def set_roles(self, session: Session, user: User) -> None:
        """Keep the key file's roles as the clinic's records have them."""
        self._ring.set_roles(self._actor(session), user.id, [role.value for role in user.roles])

    def change_password(self, user: User, old_password: str, new_password: str) -> None:
        """Wrap a user's keys under a new password."""
        self._ring.change_password(user.login, old_password, new_password)

    def remove_user_with_rekey(
        self, session: Session, user: User, progress: Progress
    ) -> tuple[RecoverySheet, ...]:
        """Re-key both files without this user; they are closed for it."""
        actor = self._actor(session)
        if actor.clinical_key is None:
            raise PermissionRefused(
                _("Re-keying needs both keys."), way_out=_("A clinician who is owner has to do it.")
            )
        for store in self._stores:
            store.close()
        done = remove_user_with_rekey(self._folder, self._ring, actor, user.id, progress=progress)
        return done.sheets

    def new_recovery_sheets(self, session: Session) -> tuple[RecoverySheet, ...]:
        """Fresh recovery sheets for the files that the session opens."""
        return self._ring.new_recovery_sheets(self._actor(session))

    def _actor(self, session: Session) -> Unlocked:
        if session.user_id != self._unlocked.user_id:
            raise PermissionRefused(_("These keys are not this session's."))
        return self._unlocked
