"""The turns that cannot be had at their time: why, and what to do about each."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.series_plan import SeriesItem
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import clear_layout, column, label, row
from clinic_desktop.ui.series.series_words import when_words

_CHOICE_PX = 210


class ConflictRows(QWidget):
    """A sentence and a choice for each.

    Signals:
        chosen(): another choice was made; ``choices`` has them all.
    """

    chosen = Signal()

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._shown: tuple[tuple[int, str, tuple[datetime, ...]], ...] = ()
        self._boxes: dict[int, QComboBox] = {}
        self._offers: dict[int, tuple[datetime, ...]] = {}
        self._rows = column(spacing=8)
        self.setLayout(self._rows)

    def show_items(self, items: Sequence[SeriesItem]) -> bool:
        """Show these; choices stay while the conflicts are the same. Whether rows changed."""
        wanted = tuple((i.number, i.wanted_problem or i.problem, i.offers) for i in items)
        if wanted == self._shown:
            return False
        self._shown = wanted
        self._boxes.clear()
        self._offers.clear()
        clear_layout(self._rows)
        for item in items:
            self._rows.addLayout(self._row(item))
        return True

    def choices(self) -> dict[int, datetime | None]:
        """By number, another time or None to skip; without those not chosen yet."""
        found: dict[int, datetime | None] = {}
        for number, box in self._boxes.items():
            at = box.currentIndex()
            if at == 1:
                found[number] = None
            elif at > 1:
                found[number] = self._offers[number][at - 2]
        return found

    def _on_chosen(self, _index: int) -> None:
        self.chosen.emit()

    def _row(self, item: SeriesItem) -> QHBoxLayout:
        when = when_words(item.wanted, self._formats)
        words = label(item.wanted_problem or item.problem, "small", wrap=True)
        words.setObjectName(f"series_conflict_{item.number}")
        box = QComboBox()
        box.setObjectName(f"series_choice_{item.number}")
        box.setAccessibleName(_("{when}: what to do").format(when=when))
        box.setAccessibleDescription(words.text())
        box.setFixedWidth(_CHOICE_PX)
        box.addItem(_("Choose ..."))
        box.addItem(_("Skip it") if item.before is None else _("Leave it as it is"))
        for offer in item.offers:
            box.addItem(when_words(offer, self._formats))
        box.currentIndexChanged.connect(self._on_chosen)
        self._boxes[item.number] = box
        self._offers[item.number] = item.offers
        made = row(spacing=12)
        made.addLayout(column(label(when, "strong"), words, spacing=0), 1)
        made.addWidget(box)
        return made
