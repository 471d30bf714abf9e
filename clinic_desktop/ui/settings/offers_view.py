"""Settings > Offers: what each part of an offer's cost is worth, and what that does to a search."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.slot import Slot
from clinic_desktop.domain.slot_weights import USUAL_WEIGHTS, SlotWeights
from clinic_desktop.operations.task import Task
from clinic_desktop.services.offers import OfferPreview
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, card, column, inset, label, row, set_role
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView

_PAUSE_MS: Final = 250
_MOST: Final = 100.0


def _prices() -> tuple[tuple[str, str, str], ...]:
    """Field, what costs it, and a word about it."""
    return (
        ("driving", _("Each added minute of driving"), _("both ways, less what it replaces")),
        ("idle", _("Each idle minute beside it"), _("in a gap too short for another visit")),
        ("tight", _("Each minute a drive is short of easy"), _("easy is five minutes to spare")),
        ("slack", _("Each minute of slack missing"), _("five minutes are enough")),
        ("other_person", _("Another practitioner"), _("than the one the patient has")),
        ("later_day", _("Each day of waiting"), _("from the first day asked for")),
        ("balance", _("Each minute of a fuller day"), _("than the mean of those at work")),
    )


class OffersView(QWidget):
    """Previewed while it is changed; ranked so only from Save on."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._clinic: Clinic | None = None
        self._task: Task | None = None
        self._spins: dict[str, QDoubleSpinBox] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for line, (field, title, hint) in enumerate(_prices()):
            spin = QDoubleSpinBox()
            spin.setObjectName(f"offers_{field}")
            spin.setAccessibleName(title)
            spin.setRange(0.0, _MOST)
            spin.setDecimals(2)
            spin.setSingleStep(0.25)
            spin.setSuffix(_(" min"))
            inset(spin)
            spin.valueChanged.connect(self._on_changed)
            self._spins[field] = spin
            grid.addWidget(label(title), line, 0)
            grid.addWidget(spin, line, 1)
            grid.addWidget(label(hint, "muted"), line, 2)
        self._example = label("", "small", wrap=True, name="offers_example")
        table = TextTable(
            context.theme, ("", _("When"), _("Who"), _("Cost"), _("Made of"), _("Now"))
        )
        self._table = TextTableView(table, _("What would be offered"), "offers_preview", stretch=4)
        self._told = label("", "error", wrap=True, name="offers_told")
        self._told.hide()
        self._save = button(_("Save"), kind="primary", name="offers_save", on_click=self._on_save)
        self._usual = button(_("The usual ones"), name="offers_usual", on_click=self._on_usual)
        about = label(
            _(
                "An offer’s cost is counted in minutes of driving; the cheapest come first. Set"
                " here what else is worth how many minutes to the clinic."
            ),
            "muted",
            wrap=True,
        )
        self.setLayout(
            column(
                row(label(_("Offers"), "title"), 1, self._usual, self._save),
                about,
                self._told,
                card(column(grid, margins=14)),
                label(_("What it does"), "strong"),
                self._example,
                self._table,
                1,
                spacing=12,
            )
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)

    def reload(self) -> None:
        """Read the prices in use."""
        store = self._context.services.store
        self._context.operations.read(
            self, lambda: store.reader().clinic(), self._show, on_error=self._show_error
        )

    def weights(self) -> SlotWeights:
        """As they are typed."""
        return SlotWeights(**{field: spin.value() for field, spin in self._spins.items()})

    def _show(self, clinic: Clinic) -> None:
        if self._clinic is None or clinic.weights != self._clinic.weights:
            self._fill(clinic.weights)
        self._clinic = clinic
        self._look()

    def _fill(self, weights: SlotWeights) -> None:
        for field, spin in self._spins.items():
            spin.blockSignals(True)
            spin.setValue(getattr(weights, field))
            spin.blockSignals(False)

    def _on_changed(self, _value: float) -> None:
        self._told.hide()
        self._pause.start()

    def _on_usual(self) -> None:
        self._fill(USUAL_WEIGHTS)
        self._look()

    def _look(self) -> None:
        self._pause.stop()
        if self._task is not None:
            self._task.drop()
        offers, session, weights = (
            self._context.services.offers, self._context.session, self.weights(),
        )  # fmt: skip
        self._save.setEnabled(self._clinic is not None and weights != self._clinic.weights)
        self._task = self._context.operations.read(
            self, lambda: offers.preview(session, weights), self._preview,
            on_error=self._show_error,
        )  # fmt: skip

    def _preview(self, preview: OfferPreview) -> None:
        self._example.setText(
            _("As if {name} asked for another visit like the next one:").format(
                name=preview.example
            )
            if preview.example
            else _("Nothing is booked that could stand for an example.")
        )
        before = {(s.practitioner_id, s.start): n for n, s in enumerate(preview.now, start=1)}
        self._table.setVisible(bool(preview.then))
        self._table.show_rows(
            [
                TextRow(
                    key=str(number),
                    cells=(
                        str(number),
                        self._when(slot),
                        slot.plan.practitioner.first_name,
                        f"{slot.cost:.1f}",
                        ", ".join(f"{t.name} {t.minutes:.1f}" for t in slot.terms),
                        _place(before.get((slot.practitioner_id, slot.start))),
                    ),
                )
                for number, slot in enumerate(preview.then, start=1)
            ]
        )
        self._table.fit_rows(least=1)

    def _when(self, slot: Slot) -> str:
        formats = self._context.formats
        return f"{formats.day(slot.start.date())}, {formats.clock_time(slot.start)}"

    def _on_save(self) -> None:
        offers, session, weights = (
            self._context.services.offers, self._context.session, self.weights(),
        )  # fmt: skip

        def kept(_changes: Changes) -> None:
            self._tell(_("Kept. Offers are ranked so from now on."), "small")
            self.reload()

        self._context.operations.write(
            self, lambda: offers.keep(session, weights), on_done=kept, on_error=self._show_error
        )

    def _show_error(self, error: ClinicError) -> None:
        self._tell(str(error), "error")

    def _tell(self, sentence: str, role: str) -> None:
        self._told.setText(sentence)
        set_role(self._told, role)
        self._told.show()


def _place(number: int | None) -> str:
    """Where the offer stands under the prices in use."""
    return _("new") if number is None else str(number)
