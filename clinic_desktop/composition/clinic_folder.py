"""A clinic's folder: look, first run, log in, recover, check, restore."""

import secrets
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from clinic_desktop.composition.backup_desk import newest_backup, restore_with_its_own_keys
from clinic_desktop.composition.key_admin import owe_sheets, sheets_owed
from clinic_desktop.composition.open_clinic import (
    InWriter,
    OpenClinic,
    run_here,
    verify_stores,
    wire,
)
from clinic_desktop.composition.pending_audit import (
    LOGIN_FAILED,
    NOBODY,
    PASSWORD_RECOVERED,
    PendingAudit,
)
from clinic_desktop.domain.clinic_door import FirstRun, FolderState, NewLogin
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import PermissionRefused, RuleBroken, StoreTrouble
from clinic_desktop.domain.ids import NewId, UserId
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import NotesAccess, Role, Session, User
from clinic_desktop.store.backup import RestoreDone, make_backup
from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.clinical_store import ClinicalFile
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import KdfCost, Key
from clinic_desktop.store.recovery import finish_interrupted
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.store.sheet_code import against_sheet, read_sheet_codes
from clinic_desktop.store.sqlcipher import DataFile, os_trouble
from clinic_desktop.store.unlocked import OWNER, NewUser, Unlocked
from clinic_desktop.text import _
from clinic_desktop.travel.region_desk import RegionDesk

DEVICE_FILE: Final = "device"
NAME_FILE: Final = "clinic-name"
MAKING_FILE: Final = "first-run-unfinished"
_SCHEMAS: Final = {DataFile.SCHEDULE: SCHEDULE_SCHEMA, DataFile.CLINICAL: CLINICAL_SCHEMA}
_DAMAGED_CODES: Final = (11, 26)
"""SQLITE_CORRUPT and SQLITE_NOTADB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check of the folder found; file names are those in the folder.

    ``not_opened`` are sentences on files that should open with these keys and do not; ``locked``
    are files for which the log-in has no key.
    """

    checked: tuple[str, ...]
    locked: tuple[str, ...]
    not_opened: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong in what could be checked."""
        return not self.not_opened and not self.findings


class ClinicFolder:
    """Implements the port ``ClinicDoor`` over a data folder.

    Args:
        root: the folder.
        clock: the time of day.
        new_id: makes UUIDv7 texts.
        cost: of a password; tests use a cheap one.
    """

    def __init__(
        self, root: Path, clock: Clock, new_id: NewId, cost: KdfCost | None = None
    ) -> None:
        self.folder = DataFolder(root)
        self._clock, self._new_id, self._cost = clock, new_id, cost
        self._stack = ExitStack()
        self._held = False
        self._pending = PendingAudit(root / "audit-pending")

    def look(self) -> FolderState:
        """What is in the folder; takes the lock on it. Raises ``StoreTrouble``."""
        self._hold()
        path = self.folder.root
        if not self.folder.has_clinic():
            return FolderState(path=path, has_clinic=False)
        missing = self.folder.missing_parts()
        if missing:
            return FolderState(
                path=path,
                has_clinic=True,
                clinic_name=self._name(),
                problem=_("{file} is missing. Nothing else was changed. {offer}").format(
                    file=", ".join(missing), offer=self._offer()
                ),
            )
        try:
            logins = tuple(KeyRing.load(self.folder.keyring).logins())
        except StoreTrouble as error:
            return FolderState(
                path=path,
                has_clinic=True,
                clinic_name=self._name(),
                problem=f"{self.folder.keyring.name}: {error} {self._offer()}",
            )
        return FolderState(path=path, has_clinic=True, logins=logins, clinic_name=self._name())

    def create(self, first_run: FirstRun, progress: Progress) -> tuple[RecoverySheet, ...]:
        """Make the clinic. Returns the recovery sheets, which are never shown again."""
        self._hold()
        if self.folder.has_clinic():
            raise StoreTrouble(_("This folder holds a clinic already."))
        if not any(Role.OWNER in login.roles for login in first_run.logins):
            raise RuleBroken(_("Name the owner first."))
        users = [self._user(login, first_run) for login in first_run.logins]
        ring_users = [
            NewUser(
                user_id=user.id,
                login=user.login,
                password=login.password,
                roles=frozenset(role.value for role in user.roles),
            )
            for user, login in zip(users, first_run.logins, strict=True)
        ]
        if first_run.extract is not None:
            # First, because it may fail: afterwards nobody would be shown the recovery sheets.
            RegionDesk(self.folder.region).build_region(first_run.extract, progress)
        progress.report(0.9, _("Making the keys"))
        making = self.folder.root / MAKING_FILE
        _write_small(making, "")
        ring, schedule_key, clinical_key, sheets = KeyRing.create(
            self.folder.keyring, ring_users, cost=self._cost
        )
        try:
            self._make_files(first_run, users, ring, schedule_key, clinical_key)
            self.keep_name(first_run.clinic.name)
            # From here on the clinic is whole; until here a crash leaves the mark.
            making.unlink()
        except BaseException:
            # A clinic that was made by half would refuse the next attempt.
            for path in (*map(self.folder.path_of, DataFile), self.folder.keyring, making):
                path.unlink(missing_ok=True)
            raise
        progress.report(1.0, _("The clinic is made"))
        return sheets

    def keep_name(self, name: str) -> None:
        """The clinic's name is no secret: log-in shows it before any key is there."""
        _write_small(self.folder.root / NAME_FILE, name)

    def recover(self, login: str, new_password: str, codes: tuple[str, ...]) -> None:
        """Give a log-in a new password by the recovery sheets of the files it opens."""
        self._hold()
        ring = KeyRing.load(self.folder.keyring, cost=self._cost)
        unlocked = ring.recover(login, new_password, codes)
        self._pending.add(PASSWORD_RECOVERED, unlocked.user_id, self._clock.now_utc())
        unlocked.wipe()

    def open(self, login: str, password: str, in_writer: InWriter = run_here) -> OpenClinic:
        """Log in: open what the password's keys open.

        Args:
            login: the log-in name.
            password: its password.
            in_writer: runs a call in the thread that writes, and waits for it.

        Raises:
            PermissionRefused: the password is wrong.
            StoreTrouble: a file is missing, damaged or too new; the sentence names it.
        """
        self._hold()
        ring, unlocked = self._unlock(login, password)
        stores: list[FileStore] = []
        try:
            for file in DataFile:
                key = unlocked.key_of(file)
                if key is not None:
                    stores.append(self._open(file, key))
            opened = self._wire(ring, unlocked, stores, in_writer)
            self._after_login(opened)
            self._take_out_strays(ring, opened)
        except BaseException:
            for store in stores:
                store.close()
            unlocked.wipe()
            raise
        return opened

    def check(self, login: str, password: str, sheet: str = "") -> CheckReport:
        """Check each file that the password's keys open, whatever the state of the other one.

        The log-in is journalled only where nothing is wrong: a damaged file is left as it is.
        ``sheet`` is what stands at the foot of a printed sheet, to hold the files against.

        Raises:
            PermissionRefused: the password is wrong.
            StoreTrouble: the key file is missing or damaged.
            RuleBroken: the sheet's code is none.
        """
        codes = read_sheet_codes(sheet) if sheet else []
        self._hold()
        ring, unlocked = self._unlock(login, password)
        stores: list[FileStore] = []
        not_opened: list[str] = []
        findings: list[str] = []
        try:
            for file in DataFile:
                key = unlocked.key_of(file)
                try:
                    if key is not None:
                        stores.append(self._open(file, key))
                except StoreTrouble as trouble:
                    not_opened.append(str(trouble))
            findings += [finding.sentence for finding in verify_stores(stores)]
            for code in codes:
                told = (s for s in stores if s.file is code.file)
                findings += [w for s in told if (w := against_sheet(s.reader(), code))]
            if any(store.file is DataFile.SCHEDULE for store in stores):
                findings += self._check_records(ring, unlocked, stores, bool(findings))
        finally:
            for store in stores:
                store.close()
            locked = [file for file in DataFile if unlocked.key_of(file) is None]
            unlocked.wipe()
        return CheckReport(
            checked=tuple(store.path.name for store in stores),
            locked=tuple(self.folder.path_of(file).name for file in locked),
            not_opened=tuple(not_opened),
            findings=tuple(findings),
        )

    def restore(self, backup: Path, login: str, password: str, progress: Progress) -> RestoreDone:
        """Put a backup in place of this folder's files, with the log-ins of that backup's time.

        Works without a session, so also where the present files are missing or damaged. They are
        moved aside and kept.

        Raises:
            PermissionRefused: the password is not that backup's, or the role may not restore.
            StoreTrouble: the backup is damaged or incomplete, or the folder cannot be written.
        """
        self._hold()
        return restore_with_its_own_keys(
            backup, self.folder, login, password, self._clock, progress
        )

    def release(self) -> None:
        """Let another copy of the program have the folder."""
        self._stack.close()
        self._held = False

    # Inside.

    def _hold(self) -> None:
        if self._held:
            return
        self.folder.prepare()
        self._stack.enter_context(self.folder.locked())
        try:
            if finish_interrupted(self.folder) == "rekey":
                owe_sheets(self.folder)
            self._set_aside_unfinished()
        except BaseException:
            self._stack.close()
            raise
        self._held = True

    def _set_aside_unfinished(self) -> None:
        """Move what a first run left that was cut off: nobody has seen its recovery sheets.

        Nothing is deleted; the files lie in ``unfinished``, and the first run can begin anew.
        """
        making = self.folder.root / MAKING_FILE
        if not making.exists():
            return
        aside = self.folder.root / "unfinished"
        aside.mkdir(exist_ok=True)
        for path in (self.folder.keyring, *map(self.folder.path_of, DataFile)):
            for part in path.parent.glob(f"{path.name}*"):
                part.replace(aside / part.name)
        making.unlink()

    def _unlock(self, login: str, password: str) -> tuple[KeyRing, Unlocked]:
        ring = KeyRing.load(self.folder.keyring, cost=self._cost)
        try:
            unlocked = ring.unlock(login, password)
        except PermissionRefused:
            wanted = login.strip().casefold()
            known = [u.id for u in ring.data.users if u.active and u.login.casefold() == wanted]
            who = known[0] if known else NOBODY
            self._pending.add(LOGIN_FAILED, who, self._clock.now_utc())
            raise
        owed = sheets_owed(self.folder) if OWNER in unlocked.roles else ""
        if owed:
            unlocked = replace(unlocked, warnings=(*unlocked.warnings, owed))
        return ring, unlocked

    def _make_files(
        self,
        first_run: FirstRun,
        users: list[User],
        ring: KeyRing,
        schedule_key: Key,
        clinical_key: Key,
    ) -> None:
        now, device = self._clock.now_utc(), self._device()
        schedule = FileStore.create(
            self.folder.path_of(DataFile.SCHEDULE),
            schedule_key,
            SCHEDULE_SCHEMA,
            device_id=device,
            at_utc=now,
        )
        try:
            clinical = FileStore.create(
                self.folder.path_of(DataFile.CLINICAL),
                clinical_key,
                CLINICAL_SCHEMA,
                device_id=device,
                at_utc=now,
            )
            clinical.close()
            owner = next(user for user in users if Role.OWNER in user.roles)
            session = Session(
                user_id=owner.id,
                name=owner.name,
                roles=owner.roles,
                practitioner_id=owner.practitioner_id,
                opens_clinical=False,
                device_id=device,
            )
            store = ScheduleFile(schedule, self._clock, self._new_id)
            with store.operation(_("Set up the clinic"), session, undoable=False) as op:
                op.put(first_run.clinic)
                op.put_all(first_run.practitioners)
                op.put_all(first_run.services)
                op.put_all([replace(u, notes_access=ring.notes_access(u.id)) for u in users])
        finally:
            schedule.close()

    def _user(self, login: NewLogin, first_run: FirstRun) -> User:
        index = login.practitioner_index
        return User(
            id=UserId(self._new_id()),
            login=login.login,
            name=login.name,
            roles=login.roles,
            practitioner_id=first_run.practitioners[index].id if index is not None else None,
        )

    def _open(self, file: DataFile, key: Key) -> FileStore:
        path = self.folder.path_of(file)
        try:
            return FileStore.open(
                path,
                key,
                _SCHEMAS[file],
                device_id=self._device(),
                at_utc=self._clock.now_utc(),
                backup_before_migration=self._back_up_closed,
            )
        except StoreTrouble as trouble:
            code = int(getattr(trouble.__cause__, "sqlite_errorcode", 0) or 0) & 0xFF
            lost = code in _DAMAGED_CODES or not path.exists() or path.stat().st_size == 0
            raise StoreTrouble(
                f"{path.name}: {trouble.sentence}",
                still_works=trouble.still_works,
                way_out=self._offer() if lost else trouble.way_out,
            ) from trouble

    def _back_up_closed(self) -> None:
        """Before a migration nobody writes, so the files' bytes are copied as they lie."""
        make_backup(self.folder, [], at_utc=self._clock.now_utc())

    def _offer(self) -> str:
        newest = newest_backup(self.folder)
        if newest is None:
            return _("Restore a backup: clinic-desktop restore BACKUP")
        return _("The newest backup is {path}: clinic-desktop restore brings it back.").format(
            path=newest
        )

    def _wire(
        self, ring: KeyRing, unlocked: Unlocked, stores: list[FileStore], in_writer: InWriter
    ) -> OpenClinic:
        by_file = {store.file: store for store in stores}
        clinical = by_file.get(DataFile.CLINICAL)
        return wire(
            folder=self.folder,
            ring=ring,
            unlocked=unlocked,
            schedule=ScheduleFile(by_file[DataFile.SCHEDULE], self._clock, self._new_id),
            clinical=ClinicalFile(clinical, self._clock, self._new_id) if clinical else None,
            device_id=self._device(),
            clock=self._clock,
            new_id=self._new_id,
            in_writer=in_writer,
        )

    def _check_records(
        self, ring: KeyRing, unlocked: Unlocked, stores: list[FileStore], faulty: bool
    ) -> list[str]:
        """Check the signatures; journal the log-in where all is well."""
        try:
            opened = self._wire(ring, unlocked, stores, run_here)
            findings: list[str] = []
            clinical, session = opened.services.clinical, opened.services.session
            if clinical is not None:
                findings += [found.sentence for found in clinical.verify_signatures(session)]
            if not faulty and not findings:
                self._after_login(opened)
        except StoreTrouble as trouble:
            return [str(trouble)]
        return findings

    def _after_login(self, opened: OpenClinic) -> None:
        session = opened.services.session
        with opened.schedule.operation(_("Log in"), session, undoable=False) as op:
            for line in self._pending.lines():
                op.audit(line.action, table="users", row_id=line.user_id, reason=line.at)
            op.audit("login", table="users", row_id=session.user_id)
        self._pending.forget()
        access = opened.unlocked.notes_access
        user = next(u for u in opened.schedule.reader().users() if u.id == session.user_id)
        if user.notes_access is not access and access is not NotesAccess.NONE:
            with opened.schedule.operation(_("Notes access"), session, undoable=False) as op:
                op.put(replace(user, notes_access=access))
        if opened.services.clinical is not None:
            opened.services.clinical.after_login(session)
            opened.anchor()

    def _take_out_strays(self, ring: KeyRing, opened: OpenClinic) -> None:
        """A crash while a log-in was added may leave keys without a row: take them out."""
        if not opened.services.session.is_owner:
            return
        known = {user.id for user in opened.schedule.reader().users()}
        for user in ring.data.users:
            if user.active and user.id not in known:
                ring.deactivate_user(opened.unlocked, user.id)

    def _device(self) -> str:
        path = self.folder.root / DEVICE_FILE
        known = path.read_text(encoding="utf-8").strip() if path.exists() else ""
        if not known:
            known = secrets.token_hex(8)
            _write_small(path, known)
        return known

    def _name(self) -> str:
        path = self.folder.root / NAME_FILE
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _write_small(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise os_trouble(error) from error
