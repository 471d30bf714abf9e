"""A visit repeated, or a series changed: the rule, every turn with its verdict, and Book."""

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSpinBox, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError, RuleBroken
from clinic_desktop.domain.series import MOST_VISITS, MOST_WEEKS_BETWEEN, Series
from clinic_desktop.domain.visit import Visit
from clinic_desktop.operations.task import Task
from clinic_desktop.services.series_plan import (
    ChangeSeries,
    Repeat,
    SeriesItem,
    SeriesPlan,
    SeriesStep,
)
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Alert, Field, Segments, clear_layout, column, label
from clinic_desktop.ui.kit.spin_text import indent_text
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.series.conflict_rows import ConflictRows
from clinic_desktop.ui.series.series_words import save_words, verdict_words, when_words
from clinic_desktop.ui.settings.form_dialog import FormDialog
from clinic_desktop.ui.settings.typed_values import read_date

_WIDE_PX = 620
_HIGH_PX = 500
_USUAL_VISITS = 6
_TYPING_MS = 250


class SeriesDialog(FormDialog):
    """Shows what would be done before it is done; nothing is written until Book.

    Args:
        context: the session.
        visit: the visit it begins from.
        series: its series, None for a visit that stands alone.
        move: where visit and others go; None to ask for a rule instead.
        parent: over which it stands.
    """

    def __init__(
        self,
        context: UiContext,
        visit: Visit,
        series: Series | None,
        move: ChangeSeries | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = _("Repeat a visit") if series is None else _("Change a series")
        super().__init__(title, _("Save"), "series", parent)
        self.setObjectName("series_dialog")
        self._context, self._visit, self._move = context, visit, move
        self._series = series
        self._formats = context.formats
        self._reading: Task | None = None
        self._plan: SeriesPlan | None = None
        self._asked: ChangeSeries | None = None
        self._heading = label(title, "title", wrap=True, name="series_title")
        self._about = label("", "muted", wrap=True, name="series_about")
        self._weeks = _spin(1, MOST_WEEKS_BETWEEN, "series_weeks")
        self._count = _spin(1 if series else 2, MOST_VISITS, "series_count")
        self._ends = Segments((_("After a number"), _("On a date")), _("Ends"))
        self._ends.setObjectName("series_ends")
        self._until = QLineEdit()
        self._until.setObjectName("series_until")
        self._weeks_field = Field(_("Every ... weeks"), self._weeks)
        self._count_field = Field(_("Visits, this one included"), self._count)
        self._until_field = Field(_("Last day"), self._until)
        self._conflicts = ConflictRows(self._formats)
        self._conflicts_title = label("", "strong", name="series_conflicts")
        table = TextTable(context.theme, (_("No."), _("When"), _("What happens")))
        self.table = TextTableView(table, _("Visits of the series"), "series_visits", stretch=2)
        self._tell = column(spacing=0)
        rule: tuple[QHBoxLayout, ...] = ()
        if move is None:
            rule = (
                field_row(self._weeks_field, Field(_("Ends"), self._ends)),
                field_row(self._count_field, self._until_field),
            )
        self._fill(series)
        self.set_form(
            column(
                self._heading,
                self._about,
                *rule,
                self._conflicts_title,
                self._conflicts,
                self.table,
                self._tell,
                1,
                spacing=10,
            ),
            _WIDE_PX,
        )
        self.resize(_WIDE_PX, _HIGH_PX)
        self._conflicts_title.hide()
        self._conflicts.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(self._read)
        self._weeks.valueChanged.connect(self._on_rule_changed)
        self._count.valueChanged.connect(self._on_rule_changed)
        self._until.textChanged.connect(self._on_rule_changed)
        self._ends.chosen.connect(self._on_ends_chosen)
        self._conflicts.chosen.connect(self._read)
        (self.table if move is not None else self._weeks).setFocus()
        self._read()

    @property
    def plan(self) -> SeriesPlan | None:
        """What is shown, None while it is worked out."""
        return self._plan

    def save(self) -> None:
        """Do what is shown; who must be told of it has been shown too."""
        plan, asked = self._plan, self._asked
        if plan is None or asked is None or plan.open:
            return
        agreed = replace(
            asked, accept_promises=frozenset(told.promise_id for told in plan.tellings)
        )
        services = self._context.services
        self.set_busy(True)
        self._context.operations.write(
            self,
            lambda: services.series.change(services.session, agreed),
            on_done=self._on_written,
            on_error=self._on_failed,
        )

    def _on_written(self, _changes: Changes) -> None:
        self.accept()

    def _on_failed(self, error: ClinicError) -> None:
        # Something changed meanwhile: what is shown now says what.
        self._read()
        self.show_error(error)
        self.save_button.setEnabled(False)

    def _fill(self, series: Series | None) -> None:
        """The rule as it is, or the usual one."""
        if series is None:
            self._count.setValue(_USUAL_VISITS)
            self._on_ends_chosen(0, read=False)
            return
        rule, number = series.rule, self._visit.series_number or 1
        self._weeks.setValue(rule.every_weeks)
        self._count.setValue(max(1, series.total - number + 1))
        if rule.until is not None:
            self._until.setText(self._formats.short_date(rule.until))
            self._ends.set_index(1)
        self._on_ends_chosen(self._ends.index(), read=False)

    def _on_ends_chosen(self, index: int, *, read: bool = True) -> None:
        self._count.setEnabled(index == 0)
        self._until.setEnabled(index == 1)
        if read:
            if index == 1 and not self._until.text():
                weeks = self._weeks.value() * (self._count.value() - 1)
                last = date.fromordinal(self._visit.day.toordinal() + 7 * weeks)
                self._until.setText(self._formats.short_date(last))
            self._on_rule_changed()

    def _on_rule_changed(self) -> None:
        """Another rule: what was chosen for the old one's conflicts is forgotten."""
        self._forget()
        self._conflicts.show_items(())
        self._timer.start()

    def _forget(self) -> None:
        self._plan = None
        self.save_button.setEnabled(False)

    def _command(self) -> ChangeSeries:
        choices = self._conflicts.choices()
        if self._move is not None:
            return replace(self._move, choices=choices)
        until: date | None = None
        if self._ends.index() == 1:
            until = read_date(self._until.text(), self._formats)
            if until is None:
                raise RuleBroken(_("Until which day?"))
        repeat = Repeat(
            every_weeks=self._weeks.value(),
            count=self._count.value() if until is None else None,
            until=until,
        )
        return ChangeSeries(visit_id=self._visit.id, repeat=repeat, choices=choices)

    def _read(self) -> None:
        """Work the turns out, in a reader thread; an older answer is dropped."""
        if self._reading is not None:
            self._reading.drop()
        self.show_error("")
        self._forget()
        try:
            asked = self._command()
        except RuleBroken as refusal:
            self.show_error(refusal)
            self._forget()
            return
        services = self._context.services
        self._asked = asked
        self._reading = self._context.operations.read(
            self,
            lambda: services.series.plan(services.session, asked),
            self._show,
            on_error=self._refused,
        )

    def _refused(self, error: ClinicError) -> None:
        self.show_error(error)
        self._forget()

    def _show(self, plan: SeriesPlan) -> None:
        self._plan = plan
        name, visit = plan.patient.short_name, plan.visit
        lone = visit.series_id is None
        words = _("Repeat the visit of {name}") if lone else _("Change the series of {name}")
        self._heading.setText(words.format(name=name))
        self._about.setText(self._about_words(plan))
        conflicts = [item for item in plan.items if item.problem or item.wanted_problem]
        self._conflicts.show_items(conflicts)
        self._conflicts_title.setText(
            ngettext(
                "{n} visit cannot be had at its time. Choose what to do:",
                "{n} visits cannot be had at their times. Choose for each:",
                len(conflicts),
            ).format(n=len(conflicts))
        )
        self._conflicts_title.setVisible(bool(conflicts))
        self._conflicts.setVisible(bool(conflicts))
        self.table.show_rows([self._row(item) for item in plan.items])
        self.table.fit_rows(least=3, most=8)
        clear_layout(self._tell)
        if plan.tellings:
            sentences = "\n".join(told.sentence for told in plan.tellings)
            alert = Alert(self._context.theme, "warn", _("They have to be told"), sentences)
            alert.setObjectName("series_tell")
            self._tell.addWidget(alert)
        self.save_button.setText(save_words(plan))
        self.save_button.setEnabled(not plan.open and self._does_something(plan))

    def _does_something(self, plan: SeriesPlan) -> bool:
        """Whether there is anything to write: a series of one visit is none."""
        if self._series is None:
            return plan.steps(SeriesStep.BOOK) > 0
        steps = (SeriesStep.BOOK, SeriesStep.MOVE, SeriesStep.CANCEL)
        return any(map(plan.steps, steps)) or plan.series.total != self._series.total

    def _about_words(self, plan: SeriesPlan) -> str:
        """From which visit, and what is said to be promised by booking."""
        when = when_words(self._visit.start, self._formats)
        if any(item.window is not None for item in plan.items):
            first = plan.patient.preferred_name or plan.patient.first_name
            return _("From {when} on. Tell {name} the times: booking promises them.").format(
                when=when, name=first
            )
        return _("From {when} on.").format(when=when)

    def _row(self, item: SeriesItem) -> TextRow:
        return TextRow(
            key=str(item.number),
            cells=(
                str(item.number),
                when_words(item.start, self._formats),
                verdict_words(item, self._formats),
            ),
            warn_column=2 if item.problem else None,
        )


def _spin(least: int, most: int, name: str) -> QSpinBox:
    made = QSpinBox()
    made.setRange(least, most)
    made.setObjectName(name)
    indent_text(made)
    return made
