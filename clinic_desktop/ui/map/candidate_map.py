"""A small map beside a typed address: the places it may be, numbered, and a pin by hand."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import AddressMatch
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, column, label, row
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.map_content import MapRoute, MapStop
from clinic_desktop.ui.map.map_view import MapView
from clinic_desktop.ui.map.tile_source import TileSource

_HIGH_PX = 190
_MARKER = 1


class CandidateMap(QFrame):
    """Shows and asks; keeps nothing.

    Signals:
        chosen(int): the place of a candidate in the list.
        pinned(Coordinate): where a person says the door is.
    """

    chosen = Signal(int)
    pinned = Signal(object)

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self.map = MapView(theme, formats)
        self.map.setObjectName("candidate_map")
        self.map.setAccessibleName(_("Map of the places it may be"))
        self.map.setFixedHeight(_HIGH_PX)
        self.map.stop_selected.connect(self._on_selected)
        self.map.pin_placed.connect(self._on_pinned)
        self._by_hand = button(_("Put the pin by hand"), size="small", name="pin_by_hand",
                               on_click=self.start)  # fmt: skip
        self._said = label("", "caption", wrap=True)
        self._around: Coordinate | None = None
        self._source: TileSource | None = None
        head = row(self._by_hand, self._said, spacing=8)
        head.setStretch(1, 1)
        self.setLayout(column(self.map, head, spacing=6))
        self.setFocusProxy(self.map)

    def set_tiles(self, source: TileSource | None, attribution: str) -> None:
        """Where the map is drawn from; without it the pins stand on plain ground."""
        if source is not None and source is not self._source:
            self._source = source
            self.map.set_source(source)
            self.map.set_attribution(attribution)

    def show_candidates(self, matches: Sequence[AddressMatch], around: Coordinate | None) -> None:
        """Number the candidates as their list does; () leaves only the pin by hand.

        Args:
            matches: the candidates, best first.
            around: where to look without any.
        """
        self._said.clear()
        self.map.stop_placing()
        self._around = matches[0].coordinate if matches else around
        stops = tuple(
            MapStop(
                place=match.coordinate,
                number=number,
                kind="stop",
                label="",
                visit_id=str(number - 1),
                spoken=_("Candidate {n}, {address}").format(
                    n=number, address=match.address.one_line()
                ),
            )
            for number, match in enumerate(matches, start=1)
        )
        shown = MapRoute(marker=_MARKER, name=_("Places it may be"), lines=(), stops=stops)
        self.map.show_routes((shown,) if stops else (), fit=True)

    def show_pin(self, at: Coordinate) -> None:
        """Show where the pin is now."""
        stop = MapStop(place=at, number=None, kind="stop", label="", spoken=_("The pin"))
        self._around = at
        pin = MapRoute(marker=_MARKER, name=_("The pin"), lines=(), stops=(stop,))
        self.map.show_routes((pin,), fit=True)

    def highlight(self, index: int) -> None:
        """Ring the candidate that the list has in hand."""
        self.map.select(str(index))

    def start(self) -> None:
        """Let the person put the pin."""
        self._said.setText(_("Click where the door is, or arrows and Enter. Esc leaves it."))
        self.map.start_placing(self._around)
        self.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_selected(self, key: str) -> None:
        self.chosen.emit(int(key))

    def _on_pinned(self, at: Coordinate) -> None:
        self._said.clear()
        self.show_pin(at)
        self.pinned.emit(at)
