"""My day's layout: three columns, two, or one that scrolls."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.clinical.brief import VisitBrief
from clinic_desktop.services.my_day import OwnDay
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_canvas import BoardCanvas
from clinic_desktop.ui.board.lane_content import LaneContent
from clinic_desktop.ui.kit.parts import EmptyState, button, column, row, surface
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.map_content import MapRoute
from clinic_desktop.ui.my_day.brief_cards import BeforeNeedleCard, LastVisitCard
from clinic_desktop.ui.my_day.day_side import DaySide
from clinic_desktop.ui.my_day.done_card import DoneCard
from clinic_desktop.ui.my_day.door_card import DoorCard
from clinic_desktop.ui.my_day.hero_card import HeroCard

_THREE_PX = 1132
_TWO_PX = 940
_LANE_PX = 328
_SIDE_PX = 360
_LANE_ZOOM = 1.5
_ANY_PX = 16_777_215


class MyDayView(QWidget):
    """Lane, cards, side.

    Signals:
        stop_chosen(str): a visit id, from lane, list or map.
        board_requested(): from the empty day.
    """

    stop_chosen = Signal(str)
    board_requested = Signal()

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self.canvas = BoardCanvas(theme, formats, movable=False)
        self.canvas.set_zoom(_LANE_ZOOM)
        self.canvas.setAccessibleName(_("My visits by time"))
        self.canvas.visit_selected.connect(self._on_lane_chosen)
        self.hero = HeroCard(theme, formats)
        self.done = DoneCard(theme, formats)
        self.door = DoorCard(theme)
        self.before = BeforeNeedleCard(theme, formats)
        self.last = LastVisitCard(formats)
        self.side = DaySide(theme, formats)
        self.side.stop_chosen.connect(self.stop_chosen)
        self._lane = _scroller(self.canvas)
        self._lane.setObjectName("my_day_lane")
        pair = row(self.door, self.before, spacing=12)
        pair.setStretch(0, 1)
        pair.setStretch(1, 1)
        self._cards = column(self.hero, self.done, pair, self.last, spacing=12)
        self._flow = column(self._cards, 1, spacing=12, margins=16)
        self._middle = _scroller(surface(self._flow, "window"))
        self._beside = QVBoxLayout()
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._side_scroll = _scroller(surface(self._beside, "window"))
        self._side_scroll.setFixedWidth(_SIDE_PX)
        self._columns = QHBoxLayout()
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(0)
        self._columns.addWidget(self._lane)
        self._columns.addWidget(self._middle, 1)
        self._columns.addWidget(self._side_scroll)
        self._full = QWidget()
        self._full.setLayout(self._columns)
        to_board = button(_("Open the board"), on_click=self.board_requested.emit)
        self._empty = EmptyState(
            theme, "calendar-clock", _("No visits this day"),
            _("What the office books for you appears here by itself."), to_board,
        )  # fmt: skip
        self._stack = QStackedWidget()
        for page in (self._full, self._empty):
            self._stack.addWidget(page)
        self.setLayout(column(self._stack, spacing=0))
        self._columns_shown = 0
        self._shown = ""
        self._arrange()

    @property
    def columns_shown(self) -> int:
        """How many columns there are: 3, 2, or 1."""
        return self._columns_shown

    @property
    def empty(self) -> bool:
        """Whether the day has no visits."""
        return self._stack.currentWidget() is self._empty

    def show_day(
        self, day: OwnDay, index: int | None, lanes: tuple[LaneContent, ...],
        routes: tuple[MapRoute, ...], *, fit: bool,
    ) -> None:  # fmt: skip
        """Show a day with one of its stops in the hero, None once all are over."""
        self._stack.setCurrentWidget(self._full if day.stops else self._empty)
        self.canvas.show_lanes(lanes)
        self.side.show_routes(routes, fit=fit)
        self.hero.setVisible(index is not None)
        self.door.setVisible(index is not None)
        self.done.setVisible(bool(day.stops) and index is None)
        if index is None:
            self.before.hide()
            self.last.hide()
            self._shown = ""
            self.canvas.select("")
            self.side.show_no_stop()
            if day.stops:
                self.done.show_day(day)
        else:
            stop = day.stops[index]
            self._shown = stop.detail.visit.id
            self.canvas.select(self._shown)
            self.hero.show_stop(day, index)
            self.door.show_site(stop.detail.site)
            self.side.show_day(day, index)
        self._fit_lane()

    def show_brief(self, brief: VisitBrief | None, zone: str) -> None:
        """What the notes say of the patient; None leaves both cards out."""
        self.before.setVisible(brief is not None)
        if brief is None:
            self.last.hide()
            return
        self.before.show_brief(brief, zone)
        self.last.show_brief(brief, zone)

    def scroll_to_minute(self, minute: int) -> None:
        """Bring a time of day into view in the lane."""
        self._lane.verticalScrollBar().setValue(max(0, round(self.canvas.scale.y(minute)) - 60))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, perhaps another number of columns."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width()
        columns = 3 if wide >= _THREE_PX else 2 if wide >= _TWO_PX else 1
        if columns == self._columns_shown:
            return
        self._columns_shown = columns
        beside = columns == 3
        if beside:
            self._beside.addWidget(self.side)
        else:
            self._flow.insertWidget(1, self.side)
        self.side.set_beside(beside=beside)
        self._side_scroll.setVisible(beside)
        if columns == 1:
            self._flow.insertWidget(2, self._lane)
        else:
            self._columns.insertWidget(0, self._lane)
        self._fit_lane()

    def _fit_lane(self) -> None:
        """As a column the lane scrolls by itself; in the flow it is as high as the day."""
        if self._columns_shown == 1:
            self._lane.setMinimumWidth(0)
            self._lane.setMaximumWidth(_ANY_PX)
            self._lane.setFixedHeight(self.canvas.sizeHint().height() + 2)
            return
        self._lane.setMinimumHeight(0)
        self._lane.setMaximumHeight(_ANY_PX)
        self._lane.setFixedWidth(_LANE_PX)

    def _on_lane_chosen(self, visit_id: str) -> None:
        if visit_id:
            self.stop_chosen.emit(visit_id)
        else:
            # Beside the cards: the stop in the hero stays the chosen one.
            self.canvas.select(self._shown)


def _scroller(widget: QWidget) -> QScrollArea:
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidget(widget)
    return made
