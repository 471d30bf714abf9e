"""Everything about the phone on one page, a section in front at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.wait_list import Opening
from clinic_desktop.text import _
from clinic_desktop.ui.calls.log_view import LogView
from clinic_desktop.ui.calls.messages_view import MessagesView
from clinic_desktop.ui.calls.missing_view import MissingView
from clinic_desktop.ui.calls.openings import OpeningWatch
from clinic_desktop.ui.calls.phone_list_view import PhoneListView
from clinic_desktop.ui.calls.promises_view import PromisesView
from clinic_desktop.ui.calls.wait_list_view import WaitListView
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Segments, column, label
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.page import ShellPage

_KINDS = (
    RecordKind.CALLS,
    RecordKind.MESSAGES,
    RecordKind.WAIT_LIST,
    RecordKind.VISITS,
    RecordKind.PROMISES,
    RecordKind.PATIENTS,
    RecordKind.SITES,
    RecordKind.TIME_OFF,
    RecordKind.PUBLISHED_DAYS,
    RecordKind.TOLD,
    RecordKind.CLINIC,
)
_BESIDE = timedelta(minutes=60)
"""How far around a visit that was called off its time is offered: the drives shift too."""


class CallsPage(ShellPage):
    """To phone, wait list, promises, what is missing, and the log.

    Signals:
        task_wanted(PhoneTask): somebody on the list is to be called now.
        line_wanted(WaitLine): somebody on the wait list is to be offered a time.
        visit_wanted(Visit): a visit is to be shown on the board.
        patient_wanted(str): a patient is to be called.
    """

    page_id = "calls"
    task_wanted = Signal(object)
    line_wanted = Signal(object)
    visit_wanted = Signal(object)
    patient_wanted = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.title = _("Calls")
        self._context = context
        self.phone = PhoneListView(context)
        self.waiting = WaitListView(context)
        self.missing = MissingView(context)
        self.log = LogView(context)
        self.promises = PromisesView(context)
        self.messages = MessagesView(context)
        self._views = (
            self.phone, self.waiting, self.promises, self.messages, self.missing, self.log,
        )  # fmt: skip
        self._names = (
            _("To phone"), _("Wait list"), _("Promises"), _("Messages"), _("Missing"), _("Log"),
        )  # fmt: skip
        self._stack = QStackedWidget()
        for view in self._views:
            self._stack.addWidget(view)
        self.sections = Segments(self._names, _("Calls"))
        self.sections.setObjectName("calls_sections")
        self.sections.chosen.connect(self.show_section)
        self.top_layout.addWidget(label(self.title, "page"))
        self.top_layout.addSpacing(12)
        self.top_layout.addWidget(self.sections, 0, Qt.AlignmentFlag.AlignVCenter)
        self.top_layout.addStretch(1)
        self.body.setLayout(column(self._stack, spacing=0))
        self.watch = OpeningWatch(context, self)
        self.phone.call_wanted.connect(self.task_wanted)
        self.waiting.call_wanted.connect(self.line_wanted)
        self.promises.visit_wanted.connect(self.visit_wanted)
        self.promises.call_wanted.connect(self.patient_wanted)

    def activated(self) -> None:
        """Read the section in front."""
        self._views[self._stack.currentIndex()].reload()

    def apply(self, changes: Changes) -> None:
        """Reload if something on the page changed."""
        if changes.touches(*_KINDS):
            self.activated()

    def commands(self) -> Sequence[Command]:
        """A command for each section."""
        return [
            Command(id=f"calls_{number}", title=name, run=lambda n=number: self.show_section(n))
            for number, name in enumerate(self._names)
        ]

    def show_section(self, number: int) -> None:
        """Bring a section to the front."""
        self.sections.set_index(number)
        self._stack.setCurrentIndex(number)
        self._views[number].reload()

    def show_messages(self) -> None:
        """Bring the messages to the front."""
        self.show_section(self._views.index(self.messages))

    def show_opened(self, visit: Visit) -> None:
        """Show whom the time of a visit that was called off would suit."""
        midnight = datetime.combine(visit.day, datetime.min.time())
        latest = midnight + timedelta(hours=23, minutes=59)
        opening = Opening(
            practitioner_id=visit.practitioner_id,
            start=max(midnight, visit.start - _BESIDE),
            end=min(latest, visit.end + _BESIDE),
        )
        self.sections.set_index(1)
        self._stack.setCurrentIndex(1)
        self.waiting.show_opening(opening)
