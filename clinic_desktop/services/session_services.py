"""The services of an open clinic, together; made anew at each log-in."""

from dataclasses import dataclass

from clinic_desktop.domain.backup_ports import BackupDesk
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.ports import ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.board import BoardService
from clinic_desktop.services.booking import BookingService
from clinic_desktop.services.calendar_import import CalendarImportService
from clinic_desktop.services.calendar_sharing import CalendarSharingService
from clinic_desktop.services.calendars import CalendarService
from clinic_desktop.services.calls import CallService
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
from clinic_desktop.services.users import UserService
from clinic_desktop.services.visits import VisitService
from clinic_desktop.services.wait_list import WaitListService
from clinic_desktop.services.why_not import WhyNotService


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionServices:
    """Every service a session may call.

    ``clinical`` is None where its keys do not open notes, ``my_day`` where it treats nobody.
    """

    session: Session
    clinic: Clinic
    store: ScheduleStore
    board: BoardService
    calendars: CalendarService
    publishing: PublishService
    booking: BookingService
    calls: CallService
    waiting: WaitListService
    phoning: PhoneListService
    why_not: WhyNotService
    courses: CourseService
    promises: PromiseService
    proposals: ProposalService
    missing: MissingService
    history: HistoryService
    finding: FindService
    visits: VisitService
    moves: MoveService
    series: SeriesService
    patients: PatientService
    people: PeopleService
    users: UserService
    imports: PatientImportService
    calendar_imports: CalendarImportService
    calendar_sharing: CalendarSharingService
    roads: RoadsService
    drive_times: DriveTimesService
    phone_sending: PhoneSendService
    offers: OfferService
    messages: MessageService
    backups: BackupDesk
    audit: AuditService
    clinical: ClinicalService | None
    my_day: MyDayService | None = None
