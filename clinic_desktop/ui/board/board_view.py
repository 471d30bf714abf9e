"""The board's layout: headers over the lanes, the day's routes or the call beside them."""

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_canvas import BoardCanvas
from clinic_desktop.ui.board.lane_content import CardContent, LaneContent
from clinic_desktop.ui.board.lane_headers import LaneHeaders
from clinic_desktop.ui.board.lane_layout import GUTTER
from clinic_desktop.ui.board.tray_list import TrayList
from clinic_desktop.ui.call.call_panel import PANEL_PX, CallPanel
from clinic_desktop.ui.kit.parts import (
    EmptyState,
    button,
    column,
    label,
    row,
    surface,
)
from clinic_desktop.ui.kit.tokens import Theme, size
from clinic_desktop.ui.map.map_view import MapView

_TRAY_FITS_PX = 1130
_CALL_FITS_PX = 800
_BESIDE_CARD_PX = 36
_GUTTER_PX = round(GUTTER)
_UNLIMITED = 16_777_215


class BoardView(QWidget):
    """Lanes, and a side that holds the routes or a call.

    Signals:
        map_requested(): open the routes page.
    """

    map_requested = Signal()

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self.canvas = BoardCanvas(theme, formats)
        self.headers = LaneHeaders(theme)
        self.call = CallPanel(theme)
        self.mini_map = MapView(theme, formats, mini=True)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setWidget(self.canvas)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.horizontalScrollBar().valueChanged.connect(self._follow)
        lanes = column(self.headers, self.scroller, spacing=0)
        self._lanes = surface(lanes, "canvas")
        self._empty = EmptyState(
            theme,
            "calendar-off",
            _("Nobody works this day"),
            _("Choose another day, or change working hours in Settings, People."),
        )
        self._main = QStackedWidget()
        self._main.addWidget(self._lanes)
        self._main.addWidget(self._empty)
        self._tray = self._build_tray()
        self._call_open = False
        inner = QHBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self._main, 1)
        inner.addWidget(self._tray)
        inner.addWidget(self.call)
        self.call.hide()

    def show_lanes(
        self,
        lanes: tuple[LaneContent, ...],
        zone: str,
        ghost: tuple[str, CardContent] | None = None,
    ) -> None:
        """Show a day."""
        self._main.setCurrentWidget(self._lanes if lanes else self._empty)
        self.canvas.show_lanes(lanes, ghost)
        self.headers.show_lanes(lanes, zone)
        self._follow()
        # The canvas knows its width only after it has been laid out.
        QTimer.singleShot(0, self, self._follow)

    def scroll_to_minute(self, minute: int) -> None:
        """Bring a time of day into view."""
        y = round(self.canvas.scale.y(minute))
        self.scroller.verticalScrollBar().setValue(max(0, y - 40))

    def spot_at(self, at: QPoint) -> tuple[str, float] | None:
        """The person and the minute under a global position; None beside the lanes."""
        viewport = self.scroller.viewport()
        if not viewport.rect().contains(viewport.mapFromGlobal(at)):
            return None
        return self.canvas.spot_at(QPointF(self.canvas.mapFromGlobal(at)))

    def bring_up_ghost(self, minute: int) -> None:
        """Bring a previewed slot into view, also sideways, with the time from ``minute`` on."""
        self.scroll_to_minute(minute)
        ghost = self.canvas.ghost_rect()
        if ghost is None:
            return
        bar, wide = self.scroller.horizontalScrollBar(), self.scroller.viewport().width()
        # With the lane's pin and bracket.
        left, right = ghost.left() - _BESIDE_CARD_PX, ghost.right() + _BESIDE_CARD_PX
        if right > bar.value() + wide:
            bar.setValue(right - wide)
        if left < bar.value() + _GUTTER_PX:
            bar.setValue(left - _GUTTER_PX)

    def show_totals(self, text: str) -> None:
        """Driving of everybody, under the map."""
        self._totals.setText(text)

    def open_call(self, open_: bool) -> None:
        """Show the call in place of the tray, or the tray again."""
        self._call_open = open_
        self._arrange()

    @property
    def call_is_page(self) -> bool:
        """Whether an open call takes the whole width."""
        return self.width() < _CALL_FITS_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the tray goes; only on the narrowest does a call become a page."""
        super().resizeEvent(event)
        self._arrange()
        self._follow()

    def _arrange(self) -> None:
        page = self.call_is_page
        self._tray.setVisible(not self._call_open and self.width() >= _TRAY_FITS_PX)
        self.call.setVisible(self._call_open)
        self._main.setVisible(not (self._call_open and page))
        self.call.setMaximumWidth(_UNLIMITED if page else PANEL_PX)
        QTimer.singleShot(0, self, self._follow)

    def _follow(self) -> None:
        self.headers.follow(self.canvas.lane_edges(), self.scroller.horizontalScrollBar().value())

    def _build_tray(self) -> QWidget:
        self.to_tell = TrayList(_("To tell"), "", _("Told"), "to_tell")
        self.to_confirm = TrayList(_("To confirm"), _("All confirmed"), _("Confirm"), "to_confirm")
        self.requests = TrayList(_("Requests"), "", _("Find a time"), "requests")
        self.to_tell.hide()
        self.requests.hide()
        lists = column(self.to_tell, self.requests, self.to_confirm, 1, spacing=16)
        list_scroll = QScrollArea()
        list_scroll.setWidgetResizable(True)
        list_scroll.setWidget(surface(lists, "none"))
        list_scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        upper = column(list_scroll, spacing=8)
        upper.setContentsMargins(12, 12, 12, 8)
        self._totals = label("", "caption")
        open_map = button(_("Open map  R"), kind="link", size="small", name="open_map")
        open_map.clicked.connect(lambda _c=False: self.map_requested.emit())
        map_head = row(label(_("Routes"), "title"), 1, open_map)
        map_head.setContentsMargins(12, 8, 8, 4)
        foot = row(self._totals, 1)
        foot.setContentsMargins(12, 4, 12, 6)
        tray = QWidget()
        tray.setProperty("panel", "right")
        tray.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        tray.setFixedWidth(size("tray"))
        self.mini_map.setFixedHeight(200)
        tray.setLayout(column(upper, map_head, self.mini_map, foot, spacing=0))
        return tray
