"""A clinic's folder: look, first run, log in, recover; wires all that lies below the window."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from clinic_desktop.composition.backup_desk import FolderBackups
from clinic_desktop.composition.key_admin import RingAdmin
from clinic_desktop.composition.login_failures import LoginFailures
from clinic_desktop.domain.clinic_door import FirstRun, FolderState, NewLogin
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import PermissionRefused, RoadsTrouble, RuleBroken, StoreTrouble
from clinic_desktop.domain.ids import NewId, UserId
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import NotesAccess, Role, Session, User
from clinic_desktop.exchange.patient_csv import PatientCsv
from clinic_desktop.planning.planner import Planner
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.board import BoardService
from clinic_desktop.services.booking import BookingService
from clinic_desktop.services.clinical.access import Keys
from clinic_desktop.services.clinical.service import ClinicalService
from clinic_desktop.services.patient_import import PatientImportService
from clinic_desktop.services.patients import PatientService
from clinic_desktop.services.people import PeopleService
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.services.users import UserService
from clinic_desktop.services.visits import VisitService
from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.clinical_signing import RingChecker
from clinic_desktop.store.clinical_store import ClinicalFile
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import KdfCost, Key
from clinic_desktop.store.migrations import FileSchema
from clinic_desktop.store.recovery import finish_interrupted
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.store.sqlcipher import DataFile
from clinic_desktop.store.unlocked import NewUser, Unlocked
from clinic_desktop.store.verify import Finding, check_anchors, record_anchor, verify_file
from clinic_desktop.text import _
from clinic_desktop.travel.region_desk import RegionDesk

InWriter = Callable[[Callable[[], None]], None]
DEVICE_FILE: Final = "device"
NAME_FILE: Final = "clinic-name"


def run_here(work: Callable[[], None]) -> None:
    """For programs without threads: the caller's thread writes."""
    work()


@dataclass(slots=True)
class OpenClinic:
    """A clinic while somebody is logged in."""

    services: SessionServices
    unlocked: Unlocked
    schedule: ScheduleFile
    clinical: ClinicalFile | None
    clock: Clock
    new_id: NewId

    def anchor(self) -> None:
        """Write each file's chain head into the other: an older file put back is found by it."""
        if self.clinical is None:
            return
        pairs = (
            (self.schedule.file_store, self.clinical.file_store),
            (self.clinical.file_store, self.schedule.file_store),
        )
        for into, of in pairs:
            with into.operation(
                op_id=self.new_id(),
                name=_("Anchor"),
                actor=self.services.session.user_id,
                at_utc=self.clock.now_utc(),
                undoable=False,
            ) as op:
                record_anchor(op, of.file, of.head())

    def close(self) -> None:
        """Anchor, close both files, forget every key. Belongs to the thread that writes."""
        if not self.schedule.file_store.closed:
            self.anchor()
        self.shut()

    def shut(self) -> None:
        """Close both files and forget every key."""
        if self.clinical is not None:
            self.clinical.file_store.close()
        self.schedule.file_store.close()
        self.unlocked.wipe()
        self.services.roads.forget()

    def verify(self) -> list[Finding]:
        """Check the files that this session opens: pages, triggers, chains, anchors."""
        findings = verify_file(self.schedule.file_store)
        if self.clinical is not None:
            findings += verify_file(self.clinical.file_store)
            findings += check_anchors(self.schedule.file_store, self.clinical.file_store)
            findings += check_anchors(self.clinical.file_store, self.schedule.file_store)
        return findings


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
        self._failures = LoginFailures(root / "login-failures")

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
                problem=_(
                    "{file} is missing. Nothing has been deleted; restore a backup to go on."
                ).format(file=", ".join(missing)),
            )
        try:
            logins = tuple(KeyRing.load(self.folder.keyring).logins())
        except StoreTrouble as error:
            return FolderState(path=path, has_clinic=True, problem=str(error))
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
        progress.report(0.1, _("Making the keys"))
        ring, schedule_key, clinical_key, sheets = KeyRing.create(
            self.folder.keyring, ring_users, cost=self._cost
        )
        try:
            self._make_files(first_run, users, ring, schedule_key, clinical_key)
        except BaseException:
            # A clinic that was made by half would refuse the next attempt.
            for file in DataFile:
                self.folder.path_of(file).unlink(missing_ok=True)
            self.folder.keyring.unlink(missing_ok=True)
            raise
        self._write_name(first_run.clinic.name)
        progress.report(0.5, _("The clinic is made"))
        if first_run.extract is not None:
            RegionDesk(self.folder.region).build_region(first_run.extract, progress)
        return sheets

    def recover(self, login: str, new_password: str, codes: tuple[str, ...]) -> None:
        """Give a log-in a new password by the recovery sheets of the files it opens."""
        self._hold()
        ring = KeyRing.load(self.folder.keyring, cost=self._cost)
        ring.recover(login, new_password, codes).wipe()

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
        ring = KeyRing.load(self.folder.keyring, cost=self._cost)
        try:
            unlocked = ring.unlock(login, password)
        except PermissionRefused:
            self._failures.add(login, self._clock.now_utc())
            raise
        stores: list[FileStore] = []
        try:
            schedule = ScheduleFile(
                self._open(DataFile.SCHEDULE, unlocked.schedule_key, SCHEDULE_SCHEMA),
                self._clock,
                self._new_id,
            )
            stores.append(schedule.file_store)
            clinical: ClinicalFile | None = None
            if unlocked.clinical_key is not None:
                clinical = ClinicalFile(
                    self._open(DataFile.CLINICAL, unlocked.clinical_key, CLINICAL_SCHEMA),
                    self._clock,
                    self._new_id,
                )
                stores.append(clinical.file_store)
            opened = self._wire(ring, unlocked, schedule, clinical, in_writer)
            self._after_login(opened)
        except BaseException:
            for store in stores:
                store.close()
            unlocked.wipe()
            raise
        return opened

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
        self._held = True
        finish_interrupted(self.folder)

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

    def _open(self, file: DataFile, key: Key, schema: FileSchema) -> FileStore:
        return FileStore.open(
            self.folder.path_of(file),
            key,
            schema,
            device_id=self._device(),
            at_utc=self._clock.now_utc(),
        )

    def _wire(
        self,
        ring: KeyRing,
        unlocked: Unlocked,
        schedule: ScheduleFile,
        clinical: ClinicalFile | None,
        in_writer: InWriter,
    ) -> OpenClinic:
        reader = schedule.reader()
        user = next((u for u in reader.users() if u.id == unlocked.user_id), None)
        if user is None or not user.active:
            raise PermissionRefused(_("This log-in is not active in the clinic."))
        session = Session(
            user_id=user.id,
            name=user.name,
            roles=user.roles,
            practitioner_id=user.practitioner_id,
            opens_clinical=clinical is not None,
            device_id=self._device(),
        )
        clock, new_id = self._clock, self._new_id
        roads = RoadsService(RegionDesk(self.folder.region), in_writer)
        try:
            roads.open(schedule)
        except RoadsTrouble:
            # Without roads the estimates stand in; Settings says what is wrong.
            roads.forget()
        planner = Planner()
        board = BoardService(schedule, planner, roads, clock)
        notes: ClinicalService | None = None
        if clinical is not None:
            notes = ClinicalService(
                keys=Keys(
                    clinical=lambda _session: None if clinical.file_store.closed else clinical,
                    signer=lambda _session: unlocked.signing_key,
                    checker=RingChecker(lambda: ring),
                ),
                schedule=schedule,
                clock=clock,
                new_id=new_id,
            )
        stores = [schedule.file_store, *([clinical.file_store] if clinical else [])]
        admin = RingAdmin(self.folder, ring, unlocked, stores)
        services = SessionServices(
            session=session,
            clinic=reader.clinic(),
            store=schedule,
            board=board,
            booking=BookingService(schedule, board, planner, clock, new_id),
            visits=VisitService(schedule, clock),
            patients=PatientService(schedule, clock, new_id),
            people=PeopleService(schedule, clock, new_id),
            users=UserService(schedule, admin, new_id),
            imports=PatientImportService(schedule, PatientCsv(), clock, new_id),
            roads=roads,
            backups=FolderBackups(self.folder, stores, unlocked, clock),
            audit=AuditService(schedule),
            clinical=notes,
        )
        return OpenClinic(
            services=services,
            unlocked=unlocked,
            schedule=schedule,
            clinical=clinical,
            clock=clock,
            new_id=new_id,
        )

    def _after_login(self, opened: OpenClinic) -> None:
        session = opened.services.session
        with opened.schedule.operation(_("Log in"), session, undoable=False) as op:
            for at, login in self._failures.taken():
                op.audit("login_failed", table="users", row_id=login, reason=at)
            op.audit("login", table="users", row_id=session.user_id)
        access = opened.unlocked.notes_access
        user = next(u for u in opened.schedule.reader().users() if u.id == session.user_id)
        if user.notes_access is not access and access is not NotesAccess.NONE:
            with opened.schedule.operation(_("Notes access"), session, undoable=False) as op:
                op.put(replace(user, notes_access=access))
        if opened.services.clinical is not None:
            opened.services.clinical.after_login(session)
            opened.anchor()

    def _device(self) -> str:
        path = self.folder.root / DEVICE_FILE
        if not path.exists():
            path.write_text(secrets.token_hex(8), encoding="utf-8")
        return path.read_text(encoding="utf-8").strip()

    def _name(self) -> str:
        path = self.folder.root / NAME_FILE
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""

    def _write_name(self, name: str) -> None:
        """The clinic's name is no secret: log-in shows it before any key is there."""
        (self.folder.root / NAME_FILE).write_text(name, encoding="utf-8")
