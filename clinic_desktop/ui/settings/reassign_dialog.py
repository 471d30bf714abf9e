"""The visits ahead of somebody who leaves, and who takes them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId, PractitionerId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.people import ReassignVisits
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, column, label
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.settings.form_dialog import FormDialog

_WIDE_PX = 540


class ReassignDialog(FormDialog):
    """Shows what lies ahead; promises told with a name are counted before anything is written.

    Signals:
        reassign_requested(ReassignVisits): give these visits away, then deactivate.
        taker_changed(ReassignVisits): who takes them was changed.
    """

    reassign_requested = Signal(object)
    taker_changed = Signal(object)

    def __init__(
        self,
        context: UiContext,
        leaving: Practitioner,
        visits: Sequence[Visit],
        others: Sequence[Practitioner],
        patients: dict[PatientId, Patient],
        parent: QWidget | None = None,
    ) -> None:
        title = _("Deactivate {name}").format(name=leaving.name)
        super().__init__(title, _("Reassign and deactivate"), "reassign", parent)
        self._visits = tuple(visits)
        formats = context.formats
        table = TextTable(context.theme, (_("Day"), _("Time"), _("Patient")))
        shown = TextTableView(table, _("Visits to reassign"), "reassign_visits", stretch=2)
        shown.show_rows(
            [
                TextRow(
                    key=str(visit.id),
                    cells=(
                        formats.day(visit.day),
                        formats.clock_time(visit.start),
                        patients[visit.patient_id].name if visit.patient_id in patients else "",
                    ),
                )
                for visit in self._visits
            ]
        )
        shown.fit_rows(most=5)
        self._taker = QComboBox()
        self._taker.setObjectName("reassign_taker")
        for person in others:
            self._taker.addItem(person.name, str(person.id))
        self._taker.addItem(_("Nobody yet: back to the requests"), "")
        self._calls = label("", "warn", wrap=True, name="reassign_calls")
        self._calls.hide()
        count = ngettext(
            "{n} visit lies ahead and has to be given to somebody else.",
            "{n} visits lie ahead and have to be given to somebody else.",
            len(self._visits),
        ).format(n=len(self._visits))
        self.set_form(
            column(
                label(title, "title", wrap=True),
                label(count, wrap=True),
                shown,
                Field(
                    _("Who takes them"),
                    self._taker,
                    _("All of them or none. The times and promises stay as told."),
                ),
                self._calls,
                1,
                spacing=12,
            ),
            _WIDE_PX,
        )
        self._taker.currentIndexChanged.connect(self._on_taker_changed)
        self._taker.setFocus()

    def _on_taker_changed(self, _index: int) -> None:
        self.taker_changed.emit(self.command())

    def command(self) -> ReassignVisits:
        """The visits and who takes them now."""
        taker = str(self._taker.currentData())
        return ReassignVisits(
            visit_ids=tuple(v.id for v in self._visits),
            to=PractitionerId(taker) if taker else None,
        )

    def show_calls(self, promised: Sequence[Visit]) -> None:
        """How many were told the leaving practitioner's name."""
        self._calls.setText(
            ngettext(
                "{n} patient was told who comes, and needs a call.",
                "{n} patients were told who comes, and need a call.",
                len(promised),
            ).format(n=len(promised))
        )
        self._calls.setVisible(bool(promised))

    def show_error(self, error: ClinicError | str) -> None:
        """Why they cannot be taken over."""
        super().show_error(error)
        self._taker.setFocus()

    def save(self) -> None:
        """Ask for it."""
        self.set_busy(True)
        self.reassign_requested.emit(self.command())
