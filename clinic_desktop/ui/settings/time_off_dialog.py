"""A practitioner's absences: see, add, remove."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from clinic_desktop.domain.errors import ClinicError, RuleBroken
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.working_time import TimeOff, WeeklyRepeat
from clinic_desktop.services.people import AddTimeOff, VisitsInTheWay
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Field, button, column, label, row, separator
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.settings.form_dialog import FormDialog
from clinic_desktop.ui.settings.typed_values import minute_of, read_date, time_edit

_WIDE_PX = 560
_MOST_WEEKS = 8


class TimeOffDialog(FormDialog):
    """Absences from today on; whole days unless times are given.

    Signals:
        add_requested(AddTimeOff): enter this absence.
        remove_requested(TimeOff): take this one out.
    """

    add_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(
        self, context: UiContext, person: Practitioner, today: date, parent: QWidget | None = None
    ) -> None:
        title = _("Time off: {name}").format(name=person.name)
        super().__init__(title, _("Add time off"), "time_off", parent)
        self._context, self._person = context, person
        self._formats = context.formats
        self._absences: tuple[TimeOff, ...] = ()
        self._seen: AddTimeOff | None = None
        table = TextTable(context.theme, (_("From"), _("To"), _("Reason"), _("Repeats")))
        self.table = TextTableView(table, _("Time off"), "time_off_list", stretch=2)
        self._none = label(_("No time off from today on."), "muted")
        self._remove = button(_("Remove"), size="small", name="time_off_remove",
                              on_click=self._on_remove)  # fmt: skip
        formats = self._formats
        self._from, self._to = (
            QLineEdit(formats.short_date(today + timedelta(days=1))),
            QLineEdit(),
        )
        self._from.setObjectName("time_off_from")
        self._to.setObjectName("time_off_to")
        self._begins = time_edit(0, formats, _("First day from"), "time_off_begins")
        self._ends = time_edit(0, formats, _("Last day until"), "time_off_ends")
        self._reason = QLineEdit()
        self._reason.setObjectName("time_off_reason")
        self._repeats = QComboBox()
        self._repeats.setObjectName("time_off_repeats")
        self._repeats.addItem(_("Does not repeat"), 0)
        for weeks in range(1, _MOST_WEEKS + 1):
            self._repeats.addItem(_every(weeks), weeks)
        self._until = QLineEdit()
        self._until.setObjectName("time_off_until")
        self._until_field = Field(_("Until"), self._until, _("Empty: for good."))
        self._from_field = Field(_("First day"), self._from)
        self._to_field = Field(_("Last day"), self._to, _("Empty: the same day."))
        midnight = formats.time(0)
        self._ends_field = Field(
            _("Last day until"), self._ends,
            _("{midnight}: the whole last day.").format(midnight=midnight),
        )  # fmt: skip
        self.set_form(
            column(
                label(title, "title", wrap=True),
                self.table,
                self._none,
                row(self._remove, 1),
                separator(),
                field_row(self._from_field, Field(_("First day from"), self._begins)),
                field_row(self._to_field, self._ends_field),
                field_row(Field(_("Repeats"), self._repeats), self._until_field),
                Field(_("Reason"), self._reason, _("Shown on the board to everybody.")),
                1,
                spacing=10,
            ),
            _WIDE_PX,
        )
        self._until_field.hide()
        self._repeats.currentIndexChanged.connect(self._on_repeats_chosen)
        self._cancel.setText(_("Close"))
        self.show_absences(())
        self._from.setFocus()

    def show_absences(self, absences: Sequence[TimeOff]) -> None:
        """Show what is entered."""
        self._absences = tuple(absences)
        self.table.show_rows(
            [
                TextRow(
                    key=str(a.id),
                    cells=(
                        self._moment(a.start),
                        self._end(a.end),
                        a.reason,
                        self._repeat_words(a.repeats),
                    ),
                )
                for a in self._absences
            ]
        )
        self.table.fit_rows(least=1, most=4)
        self.table.setVisible(bool(absences))
        self._remove.setVisible(bool(absences))
        self._none.setVisible(not absences)

    def added(self) -> None:
        """It was entered: ready for the next."""
        self._seen = None
        self._reason.clear()
        self._to.clear()
        self._until.clear()
        self._repeats.setCurrentIndex(0)
        self.save_button.setText(_("Add time off"))
        self.show_error("")

    def show_error(self, error: ClinicError | str) -> None:
        """Why not; visits inside it may be accepted by pressing again."""
        super().show_error(error)
        if isinstance(error, VisitsInTheWay):
            self.save_button.setText(_("Enter it, move the visits after"))
        else:
            self._seen = None
            self.save_button.setText(_("Add time off"))

    def save(self) -> None:
        """Read the absence and ask for it."""
        try:
            command = self._entered(visits_seen=False)
        except RuleBroken as refusal:
            self.show_error(refusal)
            return
        if command == self._seen:
            command = self._entered(visits_seen=True)
        else:
            self._seen = command
        self.set_busy(True)
        self.add_requested.emit(command)

    def _entered(self, *, visits_seen: bool) -> AddTimeOff:
        first = self._day(self._from_field, self._from)
        if first is None:
            self._from_field.set_error(_("Which day?"))
            raise RuleBroken(_("Type the first day."))
        last = self._day(self._to_field, self._to) or first
        until = minute_of(self._ends)
        end = datetime.combine(last, time()) + (
            timedelta(minutes=until) if until else timedelta(days=1)
        )
        return AddTimeOff(
            practitioner_id=self._person.id,
            start=datetime.combine(first, time()) + timedelta(minutes=minute_of(self._begins)),
            end=end,
            reason=self._reason.text(),
            visits_seen=visits_seen,
            repeats=self._repeat(first),
        )

    def _repeat(self, first: date) -> WeeklyRepeat | None:
        weeks = int(self._repeats.currentData())
        if not weeks:
            return None
        until = self._day(self._until_field, self._until)
        if until is not None and until < first:
            self._until_field.set_error(_("After the first day."))
            raise RuleBroken(_("It has to repeat until after its first time."))
        return WeeklyRepeat(every_weeks=weeks, until=until)

    def _on_repeats_chosen(self, index: int) -> None:
        self._until_field.setVisible(index > 0)

    def _repeat_words(self, repeats: WeeklyRepeat | None) -> str:
        if repeats is None:
            return ""
        if repeats.until is None:
            return _every(repeats.every_weeks)
        return _("{every} until {day}").format(
            every=_every(repeats.every_weeks), day=self._formats.short_date(repeats.until)
        )

    def _day(self, field: Field, edit: QLineEdit) -> date | None:
        field.set_error("")
        try:
            return read_date(edit.text(), self._formats)
        except RuleBroken as refusal:
            field.set_error(refusal.sentence)
            raise

    def _on_remove(self) -> None:
        row_number = self.table.row()
        if 0 <= row_number < len(self._absences):
            self.remove_requested.emit(self._absences[row_number])

    def _moment(self, moment: datetime) -> str:
        day = self._formats.day_with_year(moment.date())
        return day if moment.time() == time() else f"{day}, {self._formats.clock_time(moment)}"

    def _end(self, moment: datetime) -> str:
        if moment.time() == time():
            return self._formats.day_with_year(moment.date() - timedelta(days=1))
        return self._moment(moment)


def _every(weeks: int) -> str:
    return ngettext("Every week", "Every {n} weeks", weeks).format(n=weeks)
