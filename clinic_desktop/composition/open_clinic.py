"""A clinic while somebody is logged in: its open files and the services over them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from clinic_desktop.composition.backup_desk import FolderBackups
from clinic_desktop.composition.key_admin import RingAdmin
from clinic_desktop.composition.route_planner import LateRoutes
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import PermissionRefused, RoadsTrouble, StoreTrouble
from clinic_desktop.domain.ids import NewId
from clinic_desktop.domain.role import Session
from clinic_desktop.exchange.caldav_publish import CaldavServer
from clinic_desktop.exchange.ics_read import IcsFiles
from clinic_desktop.exchange.ics_write import IcsWriter
from clinic_desktop.exchange.patient_csv import PatientCsv
from clinic_desktop.planning.planner import Planner
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.board import BoardService
from clinic_desktop.services.booking import BookingService
from clinic_desktop.services.calendar_import import CalendarImportService
from clinic_desktop.services.calendar_sharing import CalendarSharingService
from clinic_desktop.services.calendars import CalendarService
from clinic_desktop.services.calls import CallService
from clinic_desktop.services.clinical.access import Keys
from clinic_desktop.services.clinical.service import ClinicalService
from clinic_desktop.services.courses import CourseService
from clinic_desktop.services.drive_times import DriveTimesService
from clinic_desktop.services.finding import FindService
from clinic_desktop.services.history import HistoryService
from clinic_desktop.services.messages import MessageService
from clinic_desktop.services.missing import MissingService
from clinic_desktop.services.moves import MoveService
from clinic_desktop.services.my_day import MyDayService
from clinic_desktop.services.offers import OfferService
from clinic_desktop.services.patient_import import PatientImportService
from clinic_desktop.services.patients import PatientService
from clinic_desktop.services.people import PeopleService
from clinic_desktop.services.phone_list import PhoneListService
from clinic_desktop.services.phone_sending import PhoneSendService
from clinic_desktop.services.promises import PromiseService
from clinic_desktop.services.proposals import ProposalService
from clinic_desktop.services.publishing import PublishService
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.services.series import SeriesService
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.services.users import UserService
from clinic_desktop.services.visits import VisitService
from clinic_desktop.services.wait_list import WaitListService
from clinic_desktop.services.why_not import WhyNotService
from clinic_desktop.store.clinical_signing import RingChecker
from clinic_desktop.store.clinical_store import ClinicalFile
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import WrongKey, open_sealed, seal
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.store.unlocked import Unlocked
from clinic_desktop.store.verify import Finding, check_anchors, record_anchor, verify_file
from clinic_desktop.text import _
from clinic_desktop.travel.region_desk import RegionDesk

InWriter = Callable[[Callable[[], None]], None]


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
        try:
            if not self.schedule.file_store.closed:
                self.anchor()
        except StoreTrouble:
            # A full disk may not keep the keys in memory; the next log-in writes the anchors.
            pass
        finally:
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
        stores = [self.schedule.file_store]
        if self.clinical is not None:
            stores.append(self.clinical.file_store)
        return verify_stores(stores)


def _unsealed(ring: KeyRing, unlocked: Unlocked, box: bytes) -> bytes:
    """What was sealed to the clinic's public key. Raises ``PermissionRefused``."""
    if unlocked.clinical_key is None:
        raise PermissionRefused(_("These keys do not open sealed answers."))
    private = ring.clinic_private_key(unlocked.clinical_key)
    try:
        return open_sealed(private, box)
    except WrongKey as error:
        raise PermissionRefused(_("These keys do not open sealed answers.")) from error
    finally:
        private.wipe()


def verify_stores(stores: list[FileStore]) -> list[Finding]:
    """Check open files one by one, and those of a sound pair against each other's anchors."""
    findings = [finding for store in stores for finding in verify_file(store)]
    # Reading anchors out of a damaged file would only say the same again.
    if len(stores) == 2 and not any(f.what in ("damaged", "pages") for f in findings):
        first, second = stores
        findings += check_anchors(first, second)
        findings += check_anchors(second, first)
    return findings


def wire(
    *,
    folder: DataFolder,
    ring: KeyRing,
    unlocked: Unlocked,
    schedule: ScheduleFile,
    clinical: ClinicalFile | None,
    device_id: str,
    clock: Clock,
    new_id: NewId,
    in_writer: InWriter,
) -> OpenClinic:
    """Build every service over the open files.

    Raises:
        PermissionRefused: the clinic's records do not know this log-in as active.
        StoreTrouble: the schedule file cannot be read.
    """
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
        device_id=device_id,
    )
    roads = RoadsService(RegionDesk(folder.region), in_writer)
    try:
        roads.open(schedule)
    except RoadsTrouble:
        # Without roads the estimates stand in; Settings says what is wrong.
        roads.forget()
    planner = Planner()
    board = BoardService(schedule, planner, roads, clock)
    moves = MoveService(schedule, planner, roads, clock)
    notes: ClinicalService | None = None
    if clinical is not None:
        notes = ClinicalService(
            keys=Keys(
                clinical=lambda _session: None if clinical.file_store.closed else clinical,
                signer=lambda _session: unlocked.signing_key,
                checker=RingChecker(lambda: ring),
                unseal=lambda _session, box: _unsealed(ring, unlocked, box),
            ),
            schedule=schedule,
            clock=clock,
            new_id=new_id,
        )
    stores = [schedule.file_store, *([clinical.file_store] if clinical else [])]
    admin = RingAdmin(folder, ring, unlocked, stores)
    backups = FolderBackups(
        folder, stores, unlocked, clock, lambda: schedule.reader().clinic().backup_folder
    )
    audit = AuditService(schedule)
    publishing = PublishService(schedule, clock, new_id)
    waiting = WaitListService(schedule, board, clock, new_id)
    promises = PromiseService(schedule, board, planner, clock, new_id)
    services = SessionServices(
        session=session,
        clinic=reader.clinic(),
        store=schedule,
        board=board,
        calendars=CalendarService(schedule, planner, roads, clock),
        finding=FindService(schedule, clock, notes.note_titles if notes else None),
        publishing=publishing,
        history=HistoryService(schedule, notes),
        booking=BookingService(schedule, board, planner, clock, new_id),
        calls=CallService(schedule, board, planner, clock, new_id),
        waiting=waiting,
        phoning=PhoneListService(schedule, publishing, waiting, promises, clock, new_id),
        missing=MissingService(schedule, clock),
        why_not=WhyNotService(schedule, board, planner),
        courses=CourseService(schedule, board, planner, clock, new_id),
        promises=promises,
        proposals=ProposalService(schedule, board, planner, LateRoutes(), roads, clock),
        visits=VisitService(schedule, clock),
        moves=moves,
        series=SeriesService(schedule, planner, moves, clock, new_id),
        patients=PatientService(schedule, clock, new_id),
        people=PeopleService(schedule, clock, new_id),
        users=UserService(schedule, admin, new_id),
        calendar_imports=CalendarImportService(schedule, IcsFiles(), clock),
        calendar_sharing=CalendarSharingService(
            schedule,
            board,
            IcsWriter(),
            CaldavServer(clock),
            clock,
            secrets.token_bytes,
            in_writer,
        ),
        imports=PatientImportService(
            schedule, PatientCsv(), clock, new_id, lambda data: seal(ring.clinic_public_key(), data)
        ),
        roads=roads,
        drive_times=DriveTimesService(schedule, roads, clock, new_id),
        phone_sending=PhoneSendService(schedule),
        offers=OfferService(schedule, board, planner, clock),
        messages=MessageService(
            schedule,
            clock,
            new_id,
            lambda data: seal(ring.clinic_public_key(), data),
            lambda _session, box: _unsealed(ring, unlocked, box),
        ),
        backups=backups,
        audit=audit,
        clinical=notes,
        my_day=None
        if session.practitioner_id is None
        else MyDayService(board, planner, audit, clock),
    )
    return OpenClinic(
        services=services,
        unlocked=unlocked,
        schedule=schedule,
        clinical=clinical,
        clock=clock,
        new_id=new_id,
    )
