"""Why not then? Every rule in the way, what holds, and the smallest change that would free it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QWidget

from clinic_desktop.domain.caller_words import read_caller_words
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.operations.task import Task
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.why_not import AskWhyNot, WhyNotAnswer
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import (
    Field,
    button,
    clear_layout,
    column,
    icon_label,
    label,
    row,
    surface,
)

_WIDE_PX = 440


class WhyNotDialog(QDialog):
    """Stays beside the board while it is asked again and again; Esc closes.

    Args:
        context: the session.
        search: for whom and what.
        people: whom can be asked about.
        shown_day: what a bare time means.
        parent: what it lies over.

    Signals:
        plans_wanted(object): a ``WhyNotAnswer`` whose days are to be shown on the board; None: as
            they are.
        freed(str, datetime): this time of this practitioner can be had now.
    """

    plans_wanted = Signal(object)
    freed = Signal(str, object)

    def __init__(
        self,
        context: UiContext,
        search: FindSlots,
        people: Sequence[Practitioner],
        shown_day: date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._search = context, search
        self._people, self._day = tuple(people), shown_day
        self._answer: WhyNotAnswer | None = None
        self._asked: Task | None = None
        self._start: datetime | None = None
        self.setObjectName("why_not")
        self.setWindowTitle(_("Why not ..."))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDE_PX)
        self.when = QLineEdit()
        self.when.setObjectName("why_not_when")
        self.when.setPlaceholderText(_("3 pm, Thu 10:30 ..."))
        self._when_field = Field(_("When"), self.when)
        self.who = QComboBox()
        self.who.setObjectName("why_not_who")
        self.who.addItems([person.first_name for person in people])
        self.who.currentIndexChanged.connect(self._on_who)
        self.when.returnPressed.connect(self._on_entered)
        self._title = label("", "title", wrap=True, name="why_not_title")
        self._rules = column(spacing=8)
        self._passes = label("", "small", wrap=True, name="why_not_passes")
        self._change = column(spacing=6, margins=12)
        self._box = surface(self._change, "accent")
        self._show = button(_("Show on board"), name="why_not_show", on_click=self._on_show)
        self._apply = button(_("Apply as draft"), name="why_not_apply", on_click=self._on_apply)
        self._take = button(_("Offer this time"), kind="primary", name="why_not_take",
                            on_click=self._on_take)  # fmt: skip
        self._error = label("", "error", wrap=True, name="why_not_error")
        for made in (self._box, self._show, self._apply, self._take, self._error, self._passes):
            made.hide()
        whom = column(label(_("With"), "small"), self.who, 1, spacing=6)
        asked = row(self._when_field, whom, spacing=10)
        asked.setStretch(0, 1)
        self.setLayout(
            column(
                asked,
                self._title,
                self._rules,
                self._passes,
                self._box,
                self._error,
                row(self._show, self._apply, self._take, 1),
                spacing=10,
                margins=16,
            )
        )
        self.when.setFocus()

    def ask(self, practitioner_id: str, start: datetime) -> None:
        """Ask about a start of somebody's."""
        formats = self._context.formats
        ids = [person.id for person in self._people]
        self._start = start
        self._day = start.date()
        self.who.blockSignals(True)
        self.who.setCurrentIndex(max(0, [str(i) for i in ids].index(practitioner_id)))
        self.who.blockSignals(False)
        self.when.setText(f"{formats.day(start.date())} {formats.clock_time(start)}")
        self._explain()

    # Asking.

    def _on_entered(self) -> None:
        start = self._read_when(self.when.text())
        if start is None:
            self._when_field.set_error(
                _("Not understood. Try “3 pm” or “Thu 10:30”; one time only.")
            )
            return
        self._when_field.set_error("")
        self._start = start
        self._explain()

    def _on_who(self, _index: int) -> None:
        if self._start is not None:
            self._explain()

    def _read_when(self, text: str) -> datetime | None:
        """One time: of the day that is said, else of the one on the board."""
        # "Thu, Nov 26 3:00 PM" as it is shown: the date says it all.
        words = read_caller_words(text, self._context_today())
        if not words.clear:
            words = read_caller_words(" ".join(text.split()[1:]), self._context_today())
        if not words.clear:
            return None
        window = words.readings[0]
        if window.earliest == time(0):
            return None
        day = self._day
        if window.first is not None:
            day = window.first
        elif window.weekdays:
            ahead = min((weekday - day.weekday()) % 7 for weekday in window.weekdays)
            day += timedelta(days=ahead)
        return datetime.combine(day, window.earliest)

    def _context_today(self) -> date:
        return local_now(self._context.clock, self._context.services.clinic.zone).date()

    def _explain(self) -> None:
        start = self._start
        if start is None or not self._people:
            return
        services, person = self._context.services, self._people[self.who.currentIndex()]
        asked = AskWhyNot(search=self._search, practitioner_id=person.id, start=start)
        if self._asked is not None:
            self._asked.drop()
        self.plans_wanted.emit(None)
        self._asked = self._context.operations.read(
            self,
            lambda: services.why_not.explain(services.session, asked),
            self._on_answer,
            on_error=self._on_refused,
        )

    def _on_refused(self, error: ClinicError) -> None:
        self._error.setText(str(error))
        self._error.show()

    # The answer.

    def _on_answer(self, answer: WhyNotAnswer) -> None:
        self._answer = answer
        theme = self._context.theme
        self._error.hide()
        self._title.setText(answer.title)
        clear_layout(self._rules)
        for check in answer.why.checks:
            if check.ok:
                continue
            lines = column(label(check.sentence.replace("..", "."), "strong", wrap=True), spacing=1)
            if check.detail:
                lines.addWidget(label(check.detail, "small", wrap=True))
            line = row(icon_label(theme, "circle-x", "danger.text"), lines, spacing=8)
            line.setStretch(1, 1)
            self._rules.addLayout(line)
        if answer.why.free:
            line = row(
                icon_label(theme, "circle-check", "ok.text"),
                label(_("Nothing is in the way."), "strong"),
                1,
                spacing=8,
            )
            self._rules.addLayout(line)
        self._passes.setText(answer.passes)
        self._passes.setVisible(bool(answer.passes))
        self._show_change(answer)
        # A wrapped label knows its height only once it has been laid out at its width.
        QTimer.singleShot(0, self, self.adjustSize)

    def _show_change(self, answer: WhyNotAnswer) -> None:
        clear_layout(self._change)
        self._show.setVisible(bool(answer.changes))
        self._apply.setVisible(bool(answer.changes))
        self._take.setVisible(answer.why.free)
        self._box.setVisible(not answer.why.free)
        if answer.why.free:
            return
        if not answer.changes:
            self._change.addWidget(
                label(_("No change of one or two visits frees it."), "small", wrap=True)
            )
            return
        formats = self._context.formats
        title = _("Smallest change that frees {time}").format(
            time=formats.clock_time(answer.why.start)
        )
        self._change.addWidget(label(title, "accent"))
        for number, change in enumerate(answer.changes, start=1):
            self._change.addWidget(label(f"{number}  {change.what}", "strong", wrap=True))
            self._change.addWidget(label(change.effect, "small", wrap=True))
        self._change.addWidget(label("   ".join(answer.totals), "small", name="why_not_totals"))

    def _on_show(self) -> None:
        self.plans_wanted.emit(self._answer)

    def _on_apply(self) -> None:
        answer, services = self._answer, self._context.services
        if answer is None:
            return
        self._apply.setEnabled(False)

        def done(_changes: Changes) -> None:
            self._apply.setEnabled(True)
            self._explain()

        def refused(error: ClinicError) -> None:
            self._apply.setEnabled(True)
            self._explain()
            self._on_refused(error)

        self._context.operations.write(
            self,
            lambda: services.why_not.apply(services.session, answer),
            on_done=done,
            on_error=refused,
        )

    def _on_take(self) -> None:
        if self._answer is not None:
            self.freed.emit(self._answer.why.practitioner_id, self._answer.why.start)
            self.close()
