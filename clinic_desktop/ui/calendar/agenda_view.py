"""The agenda: visits of some days as a list, by person and by words."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.services.board import VisitDetail
from clinic_desktop.services.visits import state_word
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.kit.parts import column, label, row
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.kit.tokens import Theme

EVERYBODY = ""


class AgendaView(QWidget):
    """A table with a filter above it.

    Signals:
        visit_opened(str): Enter, or a double click.
        range_changed(): other days are asked for.
    """

    visit_opened = Signal(str)
    range_changed = Signal()

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._details: tuple[VisitDetail, ...] = ()
        self._people: dict[str, str] = {}
        self._who = QComboBox()
        self._who.setObjectName("agenda_who")
        self._who.setAccessibleName(_("Whose visits"))
        self._who.currentIndexChanged.connect(self._show)
        self._span = QComboBox()
        self._span.setObjectName("agenda_span")
        self._span.setAccessibleName(_("How many days"))
        for text, days in ((_("One day"), 1), (_("One week"), 7), (_("Two weeks"), 14),
                           (_("Four weeks"), 28)):  # fmt: skip
            self._span.addItem(text, days)
        self._span.setCurrentIndex(1)
        self._span.currentIndexChanged.connect(self._on_span_changed)
        self._words = QLineEdit()
        self._words.setObjectName("agenda_words")
        self._words.setPlaceholderText(_("Name, area, service"))
        self._words.setAccessibleName(_("Filter the agenda"))
        self._words.setClearButtonEnabled(True)
        self._words.textChanged.connect(self._show)
        self._count = label("", "muted", name="agenda_count")
        titles = (_("Day"), _("Time"), _("Patient"), _("Service"), _("With"), _("Area"))
        table = TextTable(theme, (*titles, _("Phone"), _("State")))
        self.table = TextTableView(table, _("Agenda"), "agenda_table", stretch=5)
        self.table.opened.connect(self._on_opened)
        head = row(self._span, self._who, self._words, 1, self._count, spacing=8)
        self._words.setMinimumWidth(220)
        for choice in (self._span, self._who):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setLayout(column(head, self.table, spacing=10, margins=14))

    @property
    def days(self) -> int:
        """How many days are asked for."""
        return int(self._span.currentData())

    @property
    def people(self) -> dict[str, str]:
        """First names by practitioner id."""
        return dict(self._people)

    @property
    def shown(self) -> tuple[VisitDetail, ...]:
        """The visits that pass the filter, as listed."""
        return tuple(d for d in self._details if self._passes(d))

    def show_agenda(self, details: Sequence[VisitDetail], people: Sequence[Practitioner]) -> None:
        """Show these visits; the filter stays."""
        self._details = tuple(details)
        self._people = {person.id: person.first_name for person in people}
        chosen = self._who.currentData()
        self._who.blockSignals(True)
        self._who.clear()
        self._who.addItem(_("Everybody"), EVERYBODY)
        for person in people:
            self._who.addItem(person.name, person.id)
        self._who.setCurrentIndex(max(0, self._who.findData(chosen)))
        self._who.blockSignals(False)
        self._show()

    def focus(self) -> None:
        """Typing filters."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _passes(self, detail: VisitDetail) -> bool:
        who = self._who.currentData()
        if who and detail.visit.practitioner_id != who:
            return False
        words = self._words.text().casefold().split()
        text = " ".join((detail.patient.name, detail.site.address.area, detail.service.name))
        return all(word in text.casefold() for word in words)

    def _on_span_changed(self, _index: int) -> None:
        self.range_changed.emit()

    def _show(self, _changed: object = None) -> None:
        shown = self.shown
        rows: list[TextRow] = []
        last: date | None = None
        for detail in shown:
            visit = detail.visit
            day = self._formats.day(visit.day) if visit.day != last else ""
            last = visit.day
            phones = detail.patient.phones
            rows.append(
                TextRow(
                    key=visit.id,
                    cells=(
                        day,
                        self._formats.span(visit.start_min, visit.end_min),
                        detail.patient.short_name,
                        f"{detail.service.short_name} {visit.session_label}".strip(),
                        self._people.get(visit.practitioner_id, ""),
                        detail.site.address.area or detail.site.address.city,
                        phone_text(phones[0].number) if phones else "",
                        state_word(visit.state),
                    ),
                )
            )
        self.table.show_rows(rows)
        self._count.setText(ngettext("{n} visit", "{n} visits", len(rows)).format(n=len(rows)))

    def _on_opened(self, index: int) -> None:
        key = self.table.key()
        if index >= 0 and key:
            self.visit_opened.emit(key)
