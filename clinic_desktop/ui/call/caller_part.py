"""Who is calling: the search, those found, and the chosen patient's box."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QListView, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import (
    SearchField,
    button,
    card,
    clear_layout,
    column,
    label,
    row,
)
from clinic_desktop.ui.kit.tokens import Theme

_ROW_PX = 31
_MOST_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRow:
    """A patient found for what was typed."""

    title: str
    detail: str


class CallerPart(QWidget):
    """From typed words to one patient.

    Signals:
        typed(str): the search words changed.
        hit_chosen(int): a found patient.
        new_patient_wanted(): nobody fits; the caller is new.
        site_chosen(int): where, if the patient has several sites.
    """

    typed = Signal(str)
    hit_chosen = Signal(int)
    new_patient_wanted = Signal()
    site_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.search = SearchField(theme, _("Name, phone, birth date or street"))
        self.search.setObjectName("call_search")
        self.search.textEdited.connect(self.typed)
        self.search.returnPressed.connect(self._on_return)
        self.search.installEventFilter(self)
        self._said = label("", "caption", wrap=True, name="call_found_who")
        self._model = QStringListModel()
        self._hits = QListView()
        self._hits.setObjectName("call_hits")
        self._hits.setModel(self._model)
        self._hits.setAccessibleName(_("Patients found"))
        self._hits.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._hits.activated.connect(self._on_hit)
        self._hits.clicked.connect(self._on_hit)
        self._new = button("", kind="link", name="call_new_patient",
                           on_click=self.new_patient_wanted.emit)  # fmt: skip
        self._lines = column(spacing=3, margins=10)
        self._box = card(self._lines)
        self._sites = QComboBox()
        self._sites.setObjectName("call_sites")
        self._sites.setAccessibleName(_("Visit site"))
        self._sites.currentIndexChanged.connect(self.site_chosen)
        self.setLayout(
            column(
                self.search, self._said, self._hits, self._new, self._box, self._sites, spacing=8
            )
        )
        self.start()

    def start(self) -> None:
        """Nobody is asked for."""
        self.search.clear()
        self.show_hits([], "")
        self._box.hide()
        self._sites.hide()

    def show_hits(self, hits: Sequence[HitRow], typed: str, *, nearly: bool = False) -> None:
        """Patients found for what was typed.

        Args:
            hits: the rows, best first.
            typed: a name that a new patient could have, "" where the words are no name.
            nearly: nobody has that name; these are only like it, and none is taken unasked.
        """
        self._show_rows([f"{hit.title}    {hit.detail}" for hit in hits])
        name = typed.strip()
        if hits and not nearly:
            self._hits.setCurrentIndex(self._model.index(0))
        self._said.setText(_("Nobody is called that. Did you mean:") if nearly and hits else
                           _("Nobody found."))  # fmt: skip
        self._said.setVisible(bool(name) and (nearly or not hits))
        self._new.setVisible(bool(name))
        self._new.setText(_("New patient “{name}”").format(name=name))

    def show_no_choice(self) -> None:
        """The search is over."""
        self.show_hits([], "")

    def show_patient(
        self, name: str, lines: Sequence[str], place: str, pills: Sequence[tuple[str, str]]
    ) -> None:
        """The chosen patient; pills are (role, words)."""
        self.show_no_choice()
        clear_layout(self._lines)
        head = row(label(name, "title", name="call_patient_name"), 1)
        for role, words in pills:
            head.addWidget(label(words, role))
        self._lines.addLayout(head)
        for line in lines:
            self._lines.addWidget(label(line, "small", wrap=True))
        self._lines.addWidget(label(place, "small", wrap=True, name="call_patient_place"))
        self._box.show()

    def hide_patient(self) -> None:
        """No patient is chosen."""
        self.show_no_choice()
        self._box.hide()
        self._sites.hide()

    def show_sites(self, sites: Sequence[str], index: int) -> None:
        """Where, if there is a choice; ``index`` -1 asks."""
        self._sites.blockSignals(True)
        self._sites.clear()
        self._sites.addItems(list(sites))
        self._sites.setPlaceholderText(_("Which address?"))
        self._sites.setCurrentIndex(index)
        self._sites.blockSignals(False)
        self._sites.setVisible(len(sites) > 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down walk through those found while the cursor stays in the search."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            step = steps.get(Qt.Key(event.key()))
            count = self._model.rowCount()
            if step is not None and count:
                # With none highlighted, Down starts at the first.
                target = self._hits.currentIndex().row() + step
                self._hits.setCurrentIndex(self._model.index(max(0, min(count - 1, target))))
                return True
        return super().eventFilter(watched, event)

    def _show_rows(self, texts: list[str]) -> None:
        self._model.setStringList(texts)
        self._hits.setFixedHeight(min(_MOST_ROWS, len(texts)) * _ROW_PX + 6)
        self._hits.setVisible(bool(texts))

    def _on_return(self) -> None:
        chosen = self._hits.currentIndex()
        if chosen.isValid():
            self.hit_chosen.emit(chosen.row())
        elif not self._new.isHidden():
            self.new_patient_wanted.emit()

    def _on_hit(self, index: QModelIndex) -> None:
        self.hit_chosen.emit(index.row())
