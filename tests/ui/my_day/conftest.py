"""The page over a real schedule file with one working day in it."""

from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from PySide6.QtWidgets import QApplication

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.patient import Phone
from clinic_desktop.domain.role import Role
from clinic_desktop.operations.operations import Operations
from clinic_desktop.planning.planner import Planner
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.drive_times import DriveTimesService
from clinic_desktop.services.history import HistoryService
from clinic_desktop.services.messages import MessageService
from clinic_desktop.services.my_day import MyDayService
from clinic_desktop.services.phone_sending import PhoneSendService
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.my_day.my_day_page import MyDayPage
from tests.services.clinic_day import DANA, OFFICE, PATIENTS, SITES, clinic_day
from tests.services.sealing import sealed, unsealed

ME = replace(OFFICE, roles=frozenset({Role.PRACTITIONER}), practitioner_id=DANA.id)
RUTHS_DOOR = replace(
    SITES["ruth"],
    access_code="4711#",
    parking="Driveway, right side.",
    pets="One dog, friendly.",
    pets_restrained=False,
    stairs="Side door, two steps.",
)
PHONE = (Phone(number="+13145550142", label="mobile"),)


@dataclass
class Opened:
    """The page, the day's services, and what was said and opened."""

    page: MyDayPage
    day: object
    operations: Operations
    said: list = field(default_factory=list)
    visits: list = field(default_factory=list)
    pages: list = field(default_factory=list)

    def puts(self, *records):
        self.operations.in_writer(lambda: self.day.puts(*records))

    def audited(self):
        journal = self.operations.in_writer(lambda: self.day.store.reader().journal(limit=5))
        return [(line.action, line.table, line.row_id) for line in journal]


@pytest.fixture
def operations(qapp):
    made = Operations()
    broken = []
    made.broke.connect(broken.append)
    yield made
    made.close()
    QApplication.processEvents()
    assert broken == []


@pytest.fixture
def opened(qtbot, tmp_path, clock, theme, formats, operations):
    """Dana's page at 8:27 AM: Ruth at 9:30, Tom at 1 PM."""
    held = clinic_day(tmp_path, clock)
    day = operations.in_writer(held.__enter__)
    operations.in_writer(
        lambda: day.puts(
            RUTHS_DOOR,
            replace(PATIENTS["ruth"], phones=PHONE),
            replace(PATIENTS["tom"], phones=PHONE),
        )
    )
    audit = AuditService(day.store)
    numbers = count(1)
    my_day = MyDayService(day.board, Planner(), audit, clock)
    services = SessionServices(
        session=ME,
        clinic=Clinic(name="Gateway"),
        store=day.store,
        board=day.board,
        booking=day.booking,
        calls=day.calls,
        waiting=day.waiting,
        phoning=day.phoning,
        missing=day.missing,
        why_not=day.why_not,
        proposals=day.proposals,
        courses=day.courses,
        promises=day.promises,
        visits=day.visits,
        moves=day.moves,
        series=day.series,
        calendars=day.calendars,
        history=HistoryService(day.store, None),
        publishing=None,
        finding=None,
        patients=None,
        people=None,
        users=None,
        imports=None,
        calendar_imports=None,
        calendar_sharing=None,
        roads=day.board._roads,
        drive_times=DriveTimesService(day.store, day.board._roads, clock, lambda: "id"),
        phone_sending=PhoneSendService(day.store),
        offers=None,
        messages=MessageService(
            day.store, clock, lambda: f"message-{next(numbers)}", sealed, unsealed
        ),
        backups=None,
        audit=audit,
        clinical=None,
        my_day=my_day,
    )
    made = Opened(page=None, day=day, operations=operations)
    context = UiContext(
        services=services,
        operations=operations,
        theme=theme,
        formats=formats,
        clock=clock,
        open_patient=lambda _patient: None,
        open_visit=made.visits.append,
        show_page=made.pages.append,
        say=made.said.append,
        log_out=lambda: None,
        new_id=lambda: "id",
    )
    page = made.page = MyDayPage(context, my_day)
    operations.changes_made.connect(page.apply)
    qtbot.addWidget(page)
    page.resize(1372, 820)
    page.show()
    page.activated()
    qtbot.waitUntil(lambda: page.own is not None)
    yield made
    operations.close(last=lambda: held.__exit__(None, None, None))
