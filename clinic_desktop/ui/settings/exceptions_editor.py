"""Dates on which a practitioner's hours are others, or none."""

from PySide6.QtWidgets import QCheckBox, QLineEdit

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.working_time import DatedHours
from clinic_desktop.text import _
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.settings.rows_editor import EditorRow, RowsEditor
from clinic_desktop.ui.settings.typed_values import read_date, time_edit
from clinic_desktop.ui.settings.week_editor import USUAL_DAY, spans_of

_DATE_PX = 104


class _ExceptionRow(EditorRow):
    def __init__(
        self, theme: Theme, formats: Formats, known: DatedHours | None, number: int
    ) -> None:
        super().__init__()
        n, name = number + 1, f"exception{number}"
        hours = known.hours if known else ()
        self._hours, self._reason = hours, known.reason if known else ""
        self.first = QLineEdit(formats.short_date(known.first) if known else "")
        self.first.setObjectName(f"{name}_first")
        self.first.setPlaceholderText(_("First day"))
        self.first.setAccessibleName(_("Other hours {n}, first day").format(n=n))
        one_day = known is None or known.first == known.last
        self.last = QLineEdit("" if one_day or known is None else formats.short_date(known.last))
        self.last.setObjectName(f"{name}_last")
        self.last.setPlaceholderText(_("The same day"))
        self.last.setAccessibleName(_("Other hours {n}, last day").format(n=n))
        for edit in (self.first, self.last):
            edit.setMinimumWidth(_DATE_PX)
        self.works = QCheckBox(_("Works"))
        self.works.setObjectName(f"{name}_works")
        self.works.setAccessibleName(_("Other hours {n}, works").format(n=n))
        self.works.setChecked(bool(hours))
        begin = hours[0].start_min if hours else USUAL_DAY.start_min
        end = hours[-1].end_min if hours else USUAL_DAY.end_min
        self.begins = time_edit(
            begin, formats, _("Other hours {n} from").format(n=n), f"{name}_begins"
        )
        self.ends = time_edit(end, formats, _("Other hours {n} to").format(n=n), f"{name}_ends")
        self.fill(
            theme, _("Remove other hours {n}").format(n=n), f"{name}_remove",
            self.first, self.last, self.works, self.begins, self.ends,
        )  # fmt: skip
        for edit in (self.begins, self.ends):
            edit.setVisible(bool(hours))
            self.works.toggled.connect(edit.setVisible)

    def dated_hours(self, formats: Formats) -> DatedHours | None:
        """The line as entered, None where nothing was."""
        first, last = read_date(self.first.text(), formats), read_date(self.last.text(), formats)
        if first is None:
            if last is None:
                return None
            raise RuleBroken(_("Other hours need a first day."))
        if last is not None and last < first:
            raise RuleBroken(_("Other hours have to end on or after their first day."))
        hours = (
            spans_of(self.begins, self.ends, self._hours, formats.day(first))
            if self.works.isChecked()
            else ()
        )
        return DatedHours(first=first, last=last or first, hours=hours, reason=self._reason)


class ExceptionsEditor(RowsEditor[_ExceptionRow]):
    """Any number of dates or ranges; the lower of two that overlap counts."""

    def __init__(self, theme: Theme, formats: Formats, known: tuple[DatedHours, ...]) -> None:
        self._formats = formats

        def make(number: int) -> _ExceptionRow:
            return _ExceptionRow(theme, formats, None, number)

        super().__init__(
            _("Add other hours"),
            "exception_add",
            _("Where two of them overlap, the lower one counts. Without “Works”, a day off."),
            make,
        )
        for dated in known:
            self.add(_ExceptionRow(theme, formats, dated, self.next_number()))

    def exceptions(self) -> tuple[DatedHours, ...]:
        """What was entered. Raises ``RuleBroken`` for what is no date or no span."""
        found = [line.dated_hours(self._formats) for line in self.rows]
        return tuple(dated for dated in found if dated is not None)
