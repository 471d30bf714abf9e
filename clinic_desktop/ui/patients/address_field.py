"""An address as it is typed, with the places it may be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QScrollArea, QWidget

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.patient import PinSource, VisitSite
from clinic_desktop.domain.place import Address, Coordinate, is_po_box
from clinic_desktop.domain.travel import AddressMatch, MatchKind, RegionState
from clinic_desktop.operations.task import Task
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, column, label, set_role
from clinic_desktop.ui.map.candidate_map import CandidateMap

PAUSE_MS = 150
_CANDIDATES = 6
_SHORTEST = 4
_SAME_PLACE_M = 250.0
_AS_GOOD = 2.0
_LIST_ROWS_SHOWN = 4
_LIST_ROW_PX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The answer to one look-up."""

    matches: tuple[AddressMatch, ...]
    has_roads: bool


def sure_match(matches: Sequence[AddressMatch]) -> AddressMatch | None:
    """The one candidate that needs no person, None if another place is as good."""
    sure = [match for match in matches if match.sure]
    if not sure:
        return None
    best = max(sure, key=lambda match: match.score)
    for other in sure:
        elsewhere = other.coordinate.metres_to(best.coordinate) > _SAME_PLACE_M
        if elsewhere and other.score >= best.score - _AS_GOOD:
            return None
    return best


def kind_words(kind: MatchKind) -> str:
    """How exactly a candidate was found."""
    return {
        MatchKind.POINT: _("exact house"),
        MatchKind.RANGE: _("house number on the street"),
        MatchKind.INTERPOLATED: _("between two known houses"),
        MatchKind.NEAREST: _("nearest known house"),
        MatchKind.STREET: _("street only"),
        MatchKind.PLACE: _("place only"),
    }[kind]


class AddressField(QWidget):
    """Types ahead; takes a sure place by itself, lets the person choose otherwise.

    Signals:
        changed(): the text or the place changed.
    """

    changed = Signal()

    def __init__(self, context: UiContext, site: VisitSite | None) -> None:
        super().__init__()
        self._context = context
        self._site = site
        self._edited = False
        self._match: AddressMatch | None = None
        self._matches: tuple[AddressMatch, ...] = ()
        self._task: Task | None = None
        self._after: Callable[[], None] | None = None
        self.edit = QLineEdit(replace(site.address, unit="").one_line() if site else "")
        self.edit.setPlaceholderText(_("4120 Shaw Blvd, St. Louis"))
        self.edit.installEventFilter(self)
        self.field = Field(_("Address"), self.edit)
        self.status = label("", "caption", wrap=True, name="address_status")
        self.candidates = QListWidget()
        self.candidates.setAccessibleName(_("Which address is it?"))
        self.candidates.itemClicked.connect(self._on_item_chosen)
        self.candidates.itemActivated.connect(self._on_item_chosen)
        self.candidates.currentRowChanged.connect(self._on_row)
        self.candidates.hide()
        self._pin: Coordinate | None = None
        self.map: CandidateMap | None = None
        self._column = column(self.field, self.status, self.candidates, spacing=4)
        self.setLayout(self._column)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look_up)
        self.edit.textEdited.connect(self._on_edited)
        self._show_kept()

    # What it says.

    @property
    def empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.edit.text().strip()

    @property
    def undecided(self) -> bool:
        """Whether places are offered and none has been taken."""
        return self.candidates.isVisibleTo(self)

    def place(self, unit: str) -> tuple[Address, Coordinate | None, PinSource]:
        """Address, point and how the point was found."""
        if self._pin is not None:
            known = self._site.address if self._site and not self._edited else None
            typed = known or Address(line=self.edit.text().strip())
            return replace(typed, unit=unit), self._pin, PinSource.HAND
        if self._match is not None:
            source = PinSource.ADDRESS if self._match.sure else PinSource.STREET
            if self._match.kind in (MatchKind.POINT, MatchKind.RANGE, MatchKind.INTERPOLATED):
                source = PinSource.ADDRESS
            return replace(self._match.address, unit=unit), self._match.coordinate, source
        if not self._edited and self._site is not None:
            kept = self._site
            return replace(kept.address, unit=unit), kept.coordinate, kept.pin_source
        typed = Address(line=self.edit.text().strip(), unit=unit)
        if self._by_hand and self._site is not None:
            return typed, self._site.coordinate, PinSource.HAND
        return typed, None, PinSource.NONE

    def settle(self, then: Callable[[], None]) -> None:
        """Call ``then`` as soon as the look-up under way has answered; now if there is none."""
        if self._pause.isActive() or (self._task is not None and self._task.running):
            self._after = then
            if self._pause.isActive():
                self._look_up()
            return
        then()

    def set_error(self, sentence: str) -> None:
        """A sentence beside the field."""
        self.field.set_error(sentence)

    # Looking up.

    @property
    def _by_hand(self) -> bool:
        return self._site is not None and self._site.pin_source is PinSource.HAND

    def _on_edited(self) -> None:
        self._edited = True
        self._match = self._pin = None
        self._close_list()
        self.field.set_error("")
        if self._task is not None:
            self._task.drop()
            self._task = None
        if len(self.edit.text().strip()) < _SHORTEST:
            self._pause.stop()
            self._say("", "caption")
        else:
            self._pause.start()
        self.changed.emit()

    def _look_up(self) -> None:
        self._pause.stop()
        if self._task is not None:
            self._task.drop()
        roads = self._context.services.roads
        text = self.edit.text().strip()

        def work() -> _Found:
            return _Found(
                matches=tuple(roads.search_address(text, _CANDIDATES)),
                has_roads=roads.status().state is RegionState.READY,
            )

        self._task = self._context.operations.read(self, work, self._show, on_error=self._on_failed)

    def _on_failed(self, error: ClinicError) -> None:
        self._say(str(error), "warn")
        self._go_on()

    def _show(self, found: _Found) -> None:
        self._matches = found.matches
        sure = None if self._by_hand else sure_match(found.matches)
        if sure is not None:
            self._take(sure)
        elif found.matches:
            self._offer()
        elif is_po_box(self.edit.text()):
            self._say(_("A PO box is no place to drive to: ask for the street address."), "warn")
        elif found.has_roads:
            self._say(
                _("No such address in the road data. It is kept as typed; drives are unknown "
                  "until it has a pin."),
                "warn",
            )  # fmt: skip
            self._show_map(())
        else:
            self._say(
                _("There is no road data yet. The address is kept as typed; drives are unknown "
                  "until it has a pin."),
                "caption",
            )  # fmt: skip
        self.changed.emit()
        self._go_on()

    def _go_on(self) -> None:
        after, self._after = self._after, None
        if after is not None:
            after()

    def _offer(self) -> None:
        self.candidates.clear()
        for number, match in enumerate(self._matches, start=1):
            words = f"{number}  {match.address.one_line()}  ({kind_words(match.kind)})"
            item = QListWidgetItem(words)
            item.setSizeHint(QSize(0, _LIST_ROW_PX))
            self.candidates.addItem(item)
        shown = min(len(self._matches), _LIST_ROWS_SHOWN)
        self.candidates.setFixedHeight(shown * _LIST_ROW_PX + 6)
        self.candidates.show()
        if self._by_hand:
            self._say(_("The pin placed by hand stays, unless you choose a place here."), "caption")
        else:
            self._say(_("Which one is it? Arrow down, Enter; or on the map."), "caption")
        self._show_map(self._matches)

    def _take(self, match: AddressMatch) -> None:
        self._match = match
        self._close_list()
        self._say(
            _("On the map: {address} ({kind})").format(
                address=match.address.one_line(), kind=kind_words(match.kind)
            ),
            "small",
        )

    def _show_map(self, matches: Sequence[AddressMatch]) -> None:
        """Made when it is first needed: most addresses are sure."""
        if self.map is None:
            self.map = CandidateMap(self._context.theme, self._context.formats)
            self.map.chosen.connect(self._choose)
            self.map.pinned.connect(self._on_pinned)
            self._column.addWidget(self.map)
        fictional = self._context.services.roads.status().fictional
        words = _("Fictional town") if fictional else _("© OpenStreetMap contributors")
        self.map.set_tiles(self._context.map_tiles(), words)
        self.map.show_candidates(matches, None)
        self.map.show()
        # Laid out only after this event; a map below the edge would not be seen.
        QTimer.singleShot(0, self.map, self._bring_into_view)

    def _bring_into_view(self) -> None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and self.map is not None and self.map.isVisible():
            area.ensureWidgetVisible(self.map)
            area.ensureWidgetVisible(self.edit)

    def _on_row(self, at: int) -> None:
        if self.map is not None and 0 <= at < len(self._matches):
            self.map.highlight(at)

    def _on_pinned(self, at: Coordinate) -> None:
        """A person says where the door is; what is typed stays as the address."""
        self._pin, self._match = at, None
        self.candidates.hide()
        self._say(_("The pin is where you put it; the address stays as typed."), "small")
        self.field.set_error("")
        self.changed.emit()

    def _on_item_chosen(self, item: QListWidgetItem) -> None:
        self._choose(self.candidates.row(item))

    def _choose(self, at: int) -> None:
        match = self._matches[at]
        self._pin = None
        self.edit.setText(match.address.one_line())
        self._edited = True
        self._take(match)
        self.field.set_error("")
        self.edit.setFocus()
        self.changed.emit()

    def _close_list(self) -> None:
        self.candidates.clear()
        self.candidates.hide()
        if self.map is not None:
            self.map.hide()

    def _show_kept(self) -> None:
        site = self._site
        if site is None:
            self._say("", "caption")
        elif site.coordinate is None:
            self._say(_("No pin yet: drives to this site are unknown."), "warn")
        elif self._by_hand:
            self._say(_("The pin was placed by hand."), "caption")
        else:
            self._say("", "caption")

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        set_role(self.status, role)
        self.status.setVisible(bool(text))
        self.edit.setAccessibleDescription(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow down goes into the list; Escape there and here closes it first."""
        if watched is self.edit and isinstance(event, QKeyEvent) and self.undecided:
            pressed = event.type() is QEvent.Type.KeyPress
            if pressed and event.key() == Qt.Key.Key_Down:
                self.candidates.setCurrentRow(0)
                self.candidates.setFocus()
                return True
        return super().eventFilter(watched, event)
