"""A request carried from the tray onto the board: shown as a visit there, booked by a call."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint

from clinic_desktop.domain.ids import VisitId
from clinic_desktop.services.board import BoardDay
from clinic_desktop.ui.board.board_view import BoardView
from clinic_desktop.ui.board.drag import Drag, DragKind
from clinic_desktop.ui.board.drag_controller import DragController
from clinic_desktop.ui.board.tray_list import TrayList


class TrayDrag(QObject):
    """Hands the pointer over a tray's row to the board's drag while it is over a lane.

    Args:
        view: the board.
        tray: the rows; the keys that they are dragged by are visit ids.
        controller: shows and drops what is held.
        shown: the day on the board.
    """

    def __init__(
        self,
        view: BoardView,
        tray: TrayList,
        controller: DragController,
        shown: Callable[[], BoardDay | None],
    ) -> None:
        super().__init__(view)
        self._view, self._controller, self._shown = view, controller, shown
        tray.drag_moved.connect(self._on_moved)
        tray.drag_dropped.connect(self._on_dropped)
        tray.drag_cancelled.connect(controller.cancel)

    def _on_moved(self, visit_id: str, at: QPoint) -> None:
        spot, board = self._view.spot_at(at), self._shown()
        if spot is None or board is None:
            # Beside the lanes nothing is held: letting go there changes nothing.
            self._controller.cancel()
            return
        person, minute = spot
        if not self._controller.active:
            detail = board.request(VisitId(visit_id))
            if detail is None:
                return
            length = detail.visit.door_min
            self._controller.begin(
                Drag.begin(DragKind.PLACE, visit_id, person, round(minute), length, 0)
            )
        self._controller.move(person, minute)

    def _on_dropped(self, _visit_id: str, at: QPoint) -> None:
        if self._controller.active and self._view.spot_at(at) is not None:
            self._controller.drop()
        else:
            self._controller.cancel()
