"""Who logs in: users, their roles and their keys (Settings > People). None of it can be undone."""

from dataclasses import dataclass, replace

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import NotFound, PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import NewId, PractitionerId, UserId
from clinic_desktop.domain.key_admin import KeyAdmin, RecoverySheet
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import NotesAccess, Role, Session, User
from clinic_desktop.services.patient_checks import one_line
from clinic_desktop.services.permission import require_owner
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUser:
    """A new log-in with its first password."""

    login: str
    name: str
    roles: frozenset[Role]
    password: str
    practitioner_id: PractitionerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditUser:
    """A user's name and roles; "practitioner" stays as it is, because it decides about keys."""

    user_id: UserId
    name: str
    roles: frozenset[Role]


class UserService:
    """Changes to who may log in; only owners may, apart from one's own password."""

    def __init__(self, store: ScheduleStore, keys: KeyAdmin, new_id: NewId) -> None:
        self._store = store
        self._keys = keys
        self._new_id = new_id

    def add(self, session: Session, command: AddUser) -> Changes:
        """Add a log-in. Its keys are made inside the write, so that both exist or neither.

        Raises:
            PermissionRefused: the session is not an owner's.
            RuleBroken: the name is taken or empty, no role is given, the password is too weak, or
                a practitioner's log-in names no practitioner.
        """
        require_owner(session)
        user = User(
            id=UserId(self._new_id()),
            login=one_line(command.login),
            name=one_line(command.name),
            roles=command.roles,
            practitioner_id=command.practitioner_id,
        )
        _check_user(user)
        made: User | None = None
        try:
            with self._store.operation(_("Add user"), session, undoable=False) as op:
                users = op.users()
                if any(u.login.casefold() == user.login.casefold() for u in users):
                    raise RuleBroken(
                        _("This log-in name is taken."), way_out=_("Choose another one.")
                    )
                access = self._keys.add_user(session, user, command.password)
                made = user
                op.put(replace(user, notes_access=access))
                changes = op.changes()
        except BaseException:
            # A log-in without its row would open the files unseen.
            if made is not None:
                self._keys.deactivate_user(session, made)
            raise
        return changes

    def edit(self, session: Session, command: EditUser) -> Changes:
        """Change a user's name or roles.

        Raises:
            PermissionRefused: the session is not an owner's.
            RuleBroken: nobody would be owner any more, or the keys would have to change.
        """
        require_owner(session)
        with self._store.operation(_("Edit user"), session, undoable=False) as op:
            known = user_of(op, command.user_id)
            if (Role.PRACTITIONER in known.roles) != (Role.PRACTITIONER in command.roles):
                raise RuleBroken(
                    _("Whether a person treats decides about their keys."),
                    way_out=_("Add a second log-in for the other role."),
                )
            user = replace(known, name=one_line(command.name), roles=command.roles)
            _check_user(user)
            if Role.OWNER not in user.roles:
                _must_leave_an_owner(op, user.id)
            op.put(user)
            changes = op.changes()
        self._keys.set_roles(session, user)
        return changes

    def deactivate(self, session: Session, user_id: UserId) -> Changes:
        """Stop a log-in on this machine; the files keep their keys (see ``remove``).

        Raises:
            PermissionRefused: the session is not an owner's.
            RuleBroken: it is one's own log-in or the last owner's.
        """
        require_owner(session)
        with self._store.operation(_("Deactivate user"), session, undoable=False) as op:
            user = self._leaving(op, session, user_id)
            op.put(replace(user, active=False, notes_access=NotesAccess.NONE))
            changes = op.changes()
        # A row that is not active opens nothing here, even if the keys stay for now.
        self._keys.deactivate_user(session, user)
        return changes

    def grant_notes(self, session: Session, user_id: UserId) -> Changes:
        """Give a waiting practitioner the clinical key; a clinician has to do this.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
            RuleBroken: the user is not waiting for it.
        """
        with self._store.operation(_("Grant notes"), session, undoable=False) as op:
            user = user_of(op, user_id)
            if user.notes_access is not NotesAccess.WAITING or not user.active:
                raise RuleBroken(_("This user is not waiting for the notes."))
            self._keys.grant_notes(session, user)
            op.put(replace(user, notes_access=NotesAccess.GRANTED))
            return op.changes()

    def change_own_password(
        self, session: Session, old_password: str, new_password: str
    ) -> Changes:
        """Put one's own keys under a new password.

        Raises:
            PermissionRefused: the old password is wrong.
            RuleBroken: the new one is too weak.
        """
        with self._store.operation(_("Change password"), session, undoable=False) as op:
            user = user_of(op, session.user_id)
            op.audit("password_changed", table="users", row_id=user.id)
            changes = op.changes()
        # After the commit: a refused one may not leave a password that nobody was told works.
        self._keys.change_password(user, old_password, new_password)
        return changes

    def remove(
        self, session: Session, user_id: UserId, progress: Progress
    ) -> tuple[RecoverySheet, ...]:
        """Remove a user for good: the files get new keys, and new recovery sheets to print.

        A copy of the files taken earlier still opens with the old password. The user is
        deactivated first: if the re-keying is stopped or fails, they stay so, and ``remove`` may
        be called again.

        Raises:
            PermissionRefused: the session is not an owner's, or cannot open both files.
            RuleBroken: it is one's own log-in or the last owner's.
            Cancelled: the re-keying was stopped.
        """
        require_owner(session)
        if not session.opens_clinical:
            raise PermissionRefused(
                _("Removing a user gives both files new keys, and you hold only the schedule's."),
                still_works=_("You can deactivate the user."),
                way_out=_("Ask an owner who is also a practitioner to remove them."),
            )
        if self._store.reader().sealed_alerts():
            # The clinic's key pair is about to change: nobody could open them afterwards.
            raise RuleBroken(
                _("Medical alerts of an imported list are still sealed."),
                way_out=_("Lock, log in again and they are taken over; then remove the user."),
            )
        if self._store.reader().messages_waiting():
            raise RuleBroken(
                _("Messages from callers are still sealed, and new keys would not open them."),
                way_out=_("Let a practitioner mark them answered (Calls, Messages) first."),
            )
        with self._store.operation(_("Remove user"), session, undoable=False) as op:
            user = self._leaving(op, session, user_id)
            self._keys.deactivate_user(session, user)
            op.put(replace(user, active=False, notes_access=NotesAccess.NONE))
        # Re-keying replaces the files, so it runs between operations and resumes after a crash.
        return self._keys.remove_user_with_rekey(session, user, progress)

    def new_recovery_sheets(self, session: Session) -> tuple[RecoverySheet, ...]:
        """Fresh sheets for the files the session opens; the old ones open nothing any more."""
        require_owner(session)
        with self._store.operation(_("New recovery sheets"), session, undoable=False) as op:
            op.audit("recovery_sheets", table="users", row_id=session.user_id)
        # After the commit: until the new sheets are shown, the old ones have to open.
        return self._keys.new_recovery_sheets(session)

    def _leaving(self, reader: ScheduleReader, session: Session, user_id: UserId) -> User:
        if user_id == session.user_id:
            raise RuleBroken(
                _("You cannot take your own log-in away."), way_out=_("Ask another owner.")
            )
        _must_leave_an_owner(reader, user_id)
        return user_of(reader, user_id)


def user_of(reader: ScheduleReader, user_id: UserId) -> User:
    """One user. Raises ``NotFound``."""
    for user in reader.users():
        if user.id == user_id:
            return user
    raise NotFound(_("That user is not here any more."))


def _check_user(user: User) -> None:
    if not user.login or not user.name:
        raise RuleBroken(_("A user needs a log-in name and a name."))
    if not user.roles:
        raise RuleBroken(_("Choose at least one role."))
    if Role.PRACTITIONER in user.roles and user.practitioner_id is None:
        raise RuleBroken(
            _("A practitioner's log-in belongs to a practitioner."),
            way_out=_("Choose which one."),
        )


def _must_leave_an_owner(reader: ScheduleReader, leaving: UserId) -> None:
    if not any(u.active and u.id != leaving and Role.OWNER in u.roles for u in reader.users()):
        raise RuleBroken(_("The clinic needs at least one owner."))
