"""Who may open which file: the key ring beside the databases, and log-in with it.

Every change is written to ``keyring.json`` in one step; the one before is kept as ``.bak``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from clinic_desktop.domain.errors import NotFound, PermissionRefused, RuleBroken, StoreTrouble
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.role import NotesAccess
from clinic_desktop.store import keys as k
from clinic_desktop.store.keys import KdfCost, Key, SigningKey, WrongKey, b64, unb64
from clinic_desktop.store.recovery_code import read_code
from clinic_desktop.store.ring_data import (
    RingData,
    RingUser,
    clinical_proof_holds,
    read_ring,
    schedule_seal,
    schedule_seal_holds,
    write_ring,
)
from clinic_desktop.store.ring_lines import (
    granted,
    new_line,
    next_generation,
    with_new_sheets,
    without_keys,
    wrapped,
)
from clinic_desktop.store.sqlcipher import DataFile
from clinic_desktop.store.unlocked import (
    OWNER,
    PRACTITIONER,
    NewUser,
    Unlocked,
    check_password,
    tampered,
    wrong_password,
)
from clinic_desktop.text import _


class KeyRing:
    """The key file of one clinic. Calls that change it need the keys of whoever makes them."""

    def __init__(self, path: Path, data: RingData, cost: KdfCost) -> None:
        self._path = path
        self._data = data
        self._cost = cost

    @classmethod
    def create(
        cls, path: Path, users: Sequence[NewUser], *, cost: KdfCost | None = None
    ) -> tuple[Self, Key, Key, tuple[RecoverySheet, ...]]:
        """Make the keys of a new clinic; practitioners among the users get the clinical key.

        Returns:
            The ring, the schedule key, the clinical key and both recovery sheets.

        Raises:
            RuleBroken: no owner, a log-in name twice, or a weak password.
            StoreTrouble: there is a key file already, or it cannot be written.
        """
        if path.exists():
            raise StoreTrouble(_("This folder holds a clinic already."))
        if not any(OWNER in user.roles for user in users):
            raise RuleBroken(_("A clinic needs an owner."))
        schedule_key, clinical_key, clinic = k.new_key(), k.new_key(), k.new_box_keys()
        data = RingData(
            generation=1,
            users=(),
            clinic_public=b64(clinic.public),
            clinic_private=k.wrap(clinical_key, clinic.private.raw(), "clinic private 1"),
            recovery={},
        )
        ring = cls(path, data, cost or KdfCost())
        for user in users:
            ring._check_new(user)
            line = new_line(user, schedule_key, ring._cost)
            ring._data = replace(ring._data, users=(*ring._data.users, line))
            if line.notes_access is NotesAccess.WAITING:
                ring._put(granted(ring._data, line, clinical_key))
        ring._data, sheets = with_new_sheets(
            ring._data, {DataFile.SCHEDULE: schedule_key, DataFile.CLINICAL: clinical_key}
        )
        ring._save(schedule_key)
        return ring, schedule_key, clinical_key, sheets

    @classmethod
    def load(cls, path: Path, *, cost: KdfCost | None = None) -> Self:
        """Read the key file; ``cost`` is for passwords set from now on.

        Raises:
            StoreTrouble: missing or damaged.
        """
        return cls(path, read_ring(path), cost or KdfCost())

    def reloaded(self) -> Self:
        """The key file as it is on the disk now. Raises ``StoreTrouble``."""
        return type(self)(self._path, read_ring(self._path), self._cost)

    @property
    def path(self) -> Path:
        """The key file."""
        return self._path

    @property
    def data(self) -> RingData:
        """The content; no secret is readable in it."""
        return self._data

    @property
    def generation(self) -> int:
        """Counts re-keyings, from 1."""
        return self._data.generation

    def logins(self) -> list[str]:
        """The log-in names of active users."""
        return [user.login for user in self._data.users if user.active]

    def notes_access(self, user_id: str) -> NotesAccess:
        """Whether a user's keys open the clinical file. Raises ``NotFound``."""
        return self._user(user_id).notes_access

    def clinic_public_key(self) -> bytes:
        """What the office seals answers to."""
        return unb64(self._data.clinic_public)

    def clinic_private_key(self, clinical_key: Key) -> Key:
        """What opens sealed answers. Raises ``PermissionRefused`` if it is not the right key."""
        purpose = f"clinic private {self._data.generation}"
        try:
            return Key(k.unwrap(clinical_key, self._data.clinic_private, purpose))
        except WrongKey as error:
            raise PermissionRefused(_("These keys do not open sealed answers.")) from error

    def signing_public_keys(self, user_id: str) -> tuple[bytes, ...]:
        """A user's public signing keys: the present one first, then former ones.

        Raises:
            NotFound: no such user.
        """
        user = self._user(user_id)
        return tuple(unb64(text) for text in (user.signing_public, *user.former_signing) if text)

    def unlock(self, login: str, password: str) -> Unlocked:
        """Log in.

        Raises:
            PermissionRefused: the name or the password is wrong.
        """
        user = self._by_login(login)
        if user is None or not user.active:
            raise wrong_password()
        wrapping = k.password_key(password, unb64(user.salt), user.cost)
        try:
            box = Key(k.unwrap(wrapping, user.box_private, f"box {user.id}"))
            seed = Key(k.unwrap(wrapping, user.signing_private, f"signing {user.id}"))
            schedule_key = Key(k.open_sealed(box, unb64(user.schedule_key)))
            clinical_key = None
            if user.notes_access is NotesAccess.GRANTED:
                clinical_key = Key(k.open_sealed(box, unb64(user.clinical_key)))
        except WrongKey as error:
            raise wrong_password() from error
        finally:
            wrapping.wipe()
        box.wipe()
        signing = SigningKey(seed)
        seed.wipe()
        return Unlocked(
            user_id=user.id,
            login=user.login,
            roles=frozenset(user.roles),
            notes_access=user.notes_access,
            schedule_key=schedule_key,
            clinical_key=clinical_key,
            signing_key=signing,
            warnings=self._warnings(user, schedule_key, clinical_key),
        )

    def add_user(self, actor: Unlocked, user: NewUser) -> NotesAccess:
        """Add a user with what the actor's keys can give.

        Returns:
            ``WAITING`` for a practitioner whom a clinician has to grant the notes yet.

        Raises:
            RuleBroken: the log-in name is taken or the password is weak.
            StoreTrouble: the key file was tampered with, or cannot be written.
        """
        self._must_be_sealed(actor)
        self._check_new(user)
        former = self._former_keys(user.user_id)
        line = replace(new_line(user, actor.schedule_key, self._cost), former_signing=former)
        others = tuple(u for u in self._data.users if u.id != user.user_id)
        self._data = replace(self._data, users=(*others, line))
        if line.notes_access is NotesAccess.WAITING and actor.clinical_key is not None:
            line = granted(self._data, line, actor.clinical_key)
            self._put(line)
        self._save(actor.schedule_key)
        return line.notes_access

    def deactivate_user(self, actor: Unlocked, user_id: str) -> None:
        """Take a user's wrapped keys out; their public signing keys stay, to check signatures.

        Raises:
            NotFound: no such user.
            StoreTrouble: the key file was tampered with, or cannot be written.
        """
        self._must_be_sealed(actor)
        self._put(without_keys(self._user(user_id)))
        self._save(actor.schedule_key)

    def grant_notes(self, actor: Unlocked, user_id: str) -> None:
        """Give a waiting practitioner the clinical key; their password is not needed.

        Raises:
            PermissionRefused: the actor does not hold the clinical key.
            RuleBroken: the user is not waiting for it.
            StoreTrouble: the key file was tampered with, or cannot be written.
        """
        if actor.clinical_key is None:
            raise PermissionRefused(
                _("Only a clinician can grant access to the notes."),
                way_out=_("Ask a practitioner to log in and grant it."),
            )
        self._must_be_sealed(actor)
        user = self._user(user_id)
        if user.notes_access is not NotesAccess.WAITING or not user.active:
            raise RuleBroken(_("This user is not waiting for the notes."))
        self._put(granted(self._data, user, actor.clinical_key))
        self._save(actor.schedule_key)

    def set_roles(self, actor: Unlocked, user_id: str, roles: Iterable[str]) -> None:
        """Change the roles that do not decide about keys ("office", "owner").

        Raises:
            RuleBroken: it would make or unmake a practitioner.
            StoreTrouble: the key file was tampered with, or cannot be written.
        """
        self._must_be_sealed(actor)
        user, wanted = self._user(user_id), frozenset(roles)
        if (PRACTITIONER in user.roles) != (PRACTITIONER in wanted):
            raise RuleBroken(_("Whether a person treats decides about their keys."))
        self._put(replace(user, roles=tuple(sorted(wanted))))
        self._save(actor.schedule_key)

    def change_password(self, login: str, old_password: str, new_password: str) -> None:
        """Wrap a user's own keys under a new password.

        Raises:
            PermissionRefused: the old password is wrong.
            RuleBroken: the new one is too weak.
        """
        user = self._by_login(login)
        if user is None or not user.active:
            raise wrong_password()
        check_password(user.login, new_password)
        old = k.password_key(old_password, unb64(user.salt), user.cost)
        try:
            box = Key(k.unwrap(old, user.box_private, f"box {user.id}"))
            seed = Key(k.unwrap(old, user.signing_private, f"signing {user.id}"))
        except WrongKey as error:
            raise wrong_password() from error
        finally:
            old.wipe()
        self._put(wrapped(user, new_password, box, seed, self._cost))
        self._write()

    def new_recovery_sheets(self, actor: Unlocked) -> tuple[RecoverySheet, ...]:
        """Fresh sheets for the files the actor opens; the old ones open nothing any more."""
        self._must_be_sealed(actor)
        opened = {file: actor.key_of(file) for file in DataFile}
        self._data, sheets = with_new_sheets(
            self._data, {file: key for file, key in opened.items() if key is not None}
        )
        self._save(actor.schedule_key)
        return sheets

    def key_from_sheet(self, code: str) -> tuple[DataFile, Key]:
        """The file and key that a printed code opens. Raises ``PermissionRefused``."""
        file, secret = read_code(code)
        wrapping = k.derived_key(secret, f"recovery {file.value}")
        purpose = f"recovery {file.value} {self._data.generation}"
        try:
            return file, Key(k.unwrap(wrapping, self._data.recovery.get(file.value, ""), purpose))
        except WrongKey as error:
            raise PermissionRefused(
                _("This recovery sheet is an old one: it was replaced by a newer sheet."),
                way_out=_("Use the newest sheet, or a backup from that sheet's time."),
            ) from error

    def recover(self, login: str, new_password: str, codes: Sequence[str]) -> Unlocked:
        """Set a new password with the printed codes, the schedule's at least.

        The user gets a new signing key; what they signed before still verifies. Without the
        clinical code a practitioner waits for a clinician to grant the notes.

        Raises:
            PermissionRefused: a code is wrong or old, or the schedule's is missing.
            NotFound: no active user has this log-in name.
            RuleBroken: the password is too weak.
            StoreTrouble: the key file was tampered with, or cannot be written.
        """
        opened = dict(self.key_from_sheet(code) for code in codes)
        schedule_key = opened.get(DataFile.SCHEDULE)
        if schedule_key is None:
            raise PermissionRefused(_("The recovery code of the schedule file is needed."))
        if not schedule_seal_holds(self._data, schedule_key):
            raise tampered()
        user = self._by_login(login)
        if user is None or not user.active:
            raise NotFound(_("No active user has this log-in name."))
        check_password(user.login, new_password)
        fresh = new_line(
            NewUser(
                user_id=user.id,
                login=user.login,
                password=new_password,
                roles=frozenset(user.roles),
            ),
            schedule_key,
            self._cost,
        )
        former = (user.signing_public, *user.former_signing)
        fresh = replace(fresh, former_signing=tuple(text for text in former if text))
        clinical_key = opened.get(DataFile.CLINICAL)
        if clinical_key is not None and fresh.notes_access is NotesAccess.WAITING:
            fresh = granted(self._data, fresh, clinical_key)
        self._put(fresh)
        self._save(schedule_key)
        return self.unlock(login, new_password)

    def without_user(
        self, actor: Unlocked, user_id: str, schedule_key: Key, clinical_key: Key
    ) -> tuple[RingData, tuple[RecoverySheet, ...]]:
        """The next generation for new file keys: all users but one, new sheets, a new clinic pair.

        Nothing is written: ``rekey`` puts it in place together with the re-keyed files.

        Raises:
            PermissionRefused: the actor does not hold both present keys.
            StoreTrouble: the key file was tampered with.
        """
        if actor.clinical_key is None:
            raise PermissionRefused(
                _("Removing a user gives both files new keys, and you hold only the schedule's."),
                still_works=_("You can deactivate the user."),
                way_out=_("Ask an owner who is also a practitioner to remove them."),
            )
        self._must_be_sealed(actor)
        self._must_have_clinicians_only(actor.clinical_key)
        self._user(user_id)
        return next_generation(self._data, user_id, schedule_key, clinical_key)

    def _user(self, user_id: str) -> RingUser:
        for user in self._data.users:
            if user.id == user_id:
                return user
        raise NotFound(_("That user has no keys here."))

    def _former_keys(self, user_id: str) -> tuple[str, ...]:
        for user in self._data.users:
            if user.id == user_id:
                return tuple(t for t in (user.signing_public, *user.former_signing) if t)
        return ()

    def _by_login(self, login: str) -> RingUser | None:
        wanted = login.strip().casefold()
        matching = [user for user in self._data.users if user.login.casefold() == wanted]
        return next((user for user in matching if user.active), None)

    def _put(self, line: RingUser) -> None:
        users = tuple(line if user.id == line.id else user for user in self._data.users)
        self._data = replace(self._data, users=users)

    def _check_new(self, user: NewUser) -> None:
        if not user.login.strip():
            raise RuleBroken(_("A user needs a log-in name."))
        known = self._by_login(user.login)
        if known is not None or any(u.id == user.user_id and u.active for u in self._data.users):
            raise RuleBroken(_("This log-in name is taken."), way_out=_("Choose another one."))
        check_password(user.login, user.password)

    def _save(self, schedule_key: Key) -> None:
        self._data = replace(self._data, schedule_seal=schedule_seal(self._data, schedule_key))
        self._write()

    def _write(self) -> None:
        try:
            write_ring(self._path, self._data)
        except StoreTrouble:
            if self._path.exists():
                self._data = read_ring(self._path)
            raise

    def _must_be_sealed(self, actor: Unlocked) -> None:
        if not schedule_seal_holds(self._data, actor.schedule_key):
            raise tampered()

    def _must_have_clinicians_only(self, clinical_key: Key) -> None:
        """Stop before new keys are sealed to a public key that no clinician let in."""
        for user in self._data.users:
            if (
                user.notes_access is NotesAccess.GRANTED
                and user.active
                and not clinical_proof_holds(self._data, user, clinical_key)
            ):
                raise tampered()

    def _warnings(
        self, user: RingUser, schedule_key: Key, clinical_key: Key | None
    ) -> tuple[str, ...]:
        sound = schedule_seal_holds(self._data, schedule_key)
        if clinical_key is not None:
            sound = sound and clinical_proof_holds(self._data, user, clinical_key)
            sound = sound and self._clinic_pair_fits(clinical_key)
        return () if sound else (str(tampered()),)

    def _clinic_pair_fits(self, clinical_key: Key) -> bool:
        try:
            private = self.clinic_private_key(clinical_key)
        except PermissionRefused:
            return False
        fits = k.box_public_of(private) == self.clinic_public_key()
        private.wipe()
        return fits
