"""A whole course in one call: the times found together, one sentence, one booking."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QListWidget, QListWidgetItem, QSpinBox, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.course import LONGEST_DAYS, USUAL_BLOCK, CourseOffer
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.operations.task import Task
from clinic_desktop.services.booking import promise_patient
from clinic_desktop.services.courses import BookCourse, FindCourse, FoundCourses, course_read_back
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_content import added_words
from clinic_desktop.ui.call.call_in_hand import CallInHand
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import column, label, row
from clinic_desktop.ui.settings.form_dialog import FormDialog

_WIDE_PX = 560
_ROW_PX = 58
_MOST_BLOCK = 8


class CourseDialog(FormDialog):
    """Found anew with every change; ``booked`` is what was booked and when it begins.

    Args:
        context: the session.
        hand: the call: patient, address, times, and whom they want.
        parent: what it lies over.
    """

    def __init__(self, context: UiContext, hand: CallInHand, parent: QWidget | None = None) -> None:
        super().__init__(_("Whole course"), _("Book all, agreed"), "course", parent)
        self._context, self._hand = context, hand
        self.booked: tuple[Changes, datetime] | None = None
        self._found: FoundCourses | None = None
        self._asked: Task | None = None
        subject = hand.subject
        assert subject is not None
        self.evaluation = QCheckBox(_("Evaluation first"))
        self.evaluation.setObjectName("course_evaluation")
        self.evaluation.setChecked(not subject.seen_before)
        self.block = QSpinBox()
        self.block.setObjectName("course_block")
        self.block.setRange(1, _MOST_BLOCK)
        self.block.setValue(USUAL_BLOCK)
        self.block.setAccessibleName(_("Follow-ups"))
        self.again = QCheckBox(_("Re-evaluation at the end"))
        self.again.setObjectName("course_again")
        self.again.setChecked(True)
        today = self._today()
        self.with_race = QCheckBox(_("Before a race on"))
        self.with_race.setObjectName("course_with_race")
        later = today + timedelta(days=42)
        self.race = QDateEdit(QDate(later.year, later.month, later.day))
        self.race.setObjectName("course_race")
        self.race.setCalendarPopup(True)
        self.race.setDisplayFormat("ddd, MMM d, yyyy")
        self.race.setMinimumDate(QDate(today.year, today.month, today.day))
        self.race.setAccessibleName(_("Race"))
        self.race.setEnabled(False)
        self.with_race.toggled.connect(self.race.setEnabled)
        self.offers = QListWidget()
        self.offers.setObjectName("course_offers")
        self.offers.setAccessibleName(_("Courses found"))
        self.offers.setWordWrap(True)
        self.offers.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.offers.setSpacing(2)
        self.offers.currentRowChanged.connect(self._on_offer)
        self._said = label("", "small", wrap=True, name="course_said")
        self._read_back = label("", "title", wrap=True, name="course_read_back")
        for box in (self.evaluation, self.again, self.with_race):
            box.toggled.connect(self.search)
        self.block.valueChanged.connect(self.search)
        self.race.dateChanged.connect(self.search)
        self.set_form(
            column(
                label(subject.patient.name, "strong"),
                row(self.evaluation, label(_("Follow-ups"), "small"), self.block, self.again, 1),
                row(self.with_race, self.race, 1),
                self._said,
                self.offers,
                label(_("Read back"), "accent"),
                self._read_back,
                spacing=10,
            ),
            _WIDE_PX,
        )
        self.search()

    def search(self) -> None:
        """Search in a reader thread."""
        hand, services = self._hand, self._context.services
        assert hand.site is not None
        chosen = self.race.date()
        command = FindCourse(
            site_id=hand.site.id,
            with_evaluation=self.evaluation.isChecked(),
            block=self.block.value(),
            with_re_evaluation=self.again.isChecked(),
            windows=tuple(hand.windows),
            keep=hand.keep,
            wanted_id=hand.wanted_id,
            race=(
                date(chosen.year(), chosen.month(), chosen.day())
                if self.with_race.isChecked()
                else None
            ),
            call_id=hand.id,
        )
        if self._asked is not None:
            self._asked.drop()
        self.save_button.setEnabled(False)
        self._said.setText(_("Looking up to {n} days ahead ...").format(n=LONGEST_DAYS))
        self._said.show()
        self._asked = self._context.operations.read(
            self,
            lambda: services.courses.find(services.session, command),
            self._show,
            on_error=self._refused,
        )

    def save(self) -> None:
        """Book the chosen course."""
        hand, found, number = self._hand, self._found, self.offers.currentRow()
        if found is None or not 0 <= number < len(found.offers) or hand.site is None:
            return
        assert hand.subject is not None
        offer, services = found.offers[number], self._context.services
        command = BookCourse(
            patient_id=hand.subject.patient.id,
            site_id=hand.site.id,
            sessions=found.sessions,
            offer=offer,
            told_to=promise_patient(hand.subject.patient),
            call_id=hand.id,
        )
        self.set_busy(True)

        def done(changes: Changes) -> None:
            self.booked = (changes, offer.slots[0].start)
            self.accept()

        self._context.operations.write(
            self,
            lambda: services.courses.book(services.session, command),
            on_done=done,
            on_error=self.show_error,
        )

    # Showing.

    def _show(self, found: FoundCourses) -> None:
        self._found = found
        self._said.setText(found.sentence)
        self._said.setVisible(bool(found.sentence))
        self.offers.clear()
        for offer in found.offers:
            self.offers.addItem(QListWidgetItem(self._words(offer)))
        self.offers.setFixedHeight(max(1, len(found.offers)) * _ROW_PX + 6)
        self.save_button.setEnabled(bool(found.offers))
        self._read_back.setText("")
        if found.offers:
            self.offers.setCurrentRow(0)

    def _refused(self, error: ClinicError) -> None:
        self._found = None
        self.offers.clear()
        self._read_back.setText("")
        self._said.setText(str(error))
        self._said.show()

    def _words(self, offer: CourseOffer) -> str:
        formats = self._context.formats
        days = ", ".join(
            f"{formats.day(slot.start.date())} {formats.clock_time(slot.start)}"
            for slot in offer.slots
        )
        who = _(" and ").join(self._names()[p] for p in offer.practitioners)
        return _("{days}\n{who}, {added} in all").format(
            days=days, who=who, added=added_words(offer.added_drive_min)
        )

    def _on_offer(self, number: int) -> None:
        found, subject = self._found, self._hand.subject
        if found is None or subject is None or not 0 <= number < len(found.offers):
            return
        self._read_back.setText(
            course_read_back(
                told_to=promise_patient(subject.patient),
                offer=found.offers[number],
                names=self._names(),
                today=self._today(),
                formats=self._context.formats,
            )
        )

    def _names(self) -> dict[PractitionerId, str]:
        subject = self._hand.subject
        people = subject.practitioners if subject else ()
        return {person.id: person.first_name for person in people}

    def _today(self) -> date:
        return local_now(self._context.clock, self._context.services.clinic.zone).date()
