"""Carries a visit over the board: what it would change is shown at every step, before the drop."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.services.board import BoardDay
from clinic_desktop.services.move_rules import MoveBoard, MoveCheck, MoveVisit
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_content import added_words, lane_of, lanes_of, moved_board
from clinic_desktop.ui.board.board_view import BoardView
from clinic_desktop.ui.board.drag import Drag, DragKind, blocked_spans
from clinic_desktop.ui.board.drag_overlay import DragOverlay
from clinic_desktop.ui.board.lane_content import CardContent, CardLook, LaneContent
from clinic_desktop.ui.board.move_asking import move_asking
from clinic_desktop.ui.context import UiContext

_GHOST = "ghost"
_MAKES_ANOTHER = (DragKind.COPY, DragKind.PLACE)


class DragController(QObject):
    """One drag at a time over the day that the board shows.

    Signals:
        ended(): the board shows the day as it is again, or a write is under way.
        time_wanted(str, datetime, datetime): empty time was marked: a person, from, to.
        place_wanted(str, str, datetime, datetime): a request was let go: its visit, then the same.
    """

    ended = Signal()
    time_wanted = Signal(str, object, object)
    place_wanted = Signal(str, str, object, object)

    def __init__(
        self,
        context: UiContext,
        view: BoardView,
        shown: Callable[[], BoardDay | None],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        super().__init__(view)
        self._context, self._view, self._shown, self._now = context, view, shown, now
        self._new_id = new_id
        self._drag: Drag | None = None
        self._board: BoardDay | None = None
        self._rules_board: MoveBoard | None = None
        self._lanes: dict[str, LaneContent] = {}
        self._blocked: dict[str, tuple[tuple[int, int], ...]] = {}
        self._check: MoveCheck | None = None
        self._copy_id = VisitId("")
        canvas = view.canvas
        canvas.drag_begun.connect(self._on_begun)
        canvas.drag_moved.connect(self._on_moved)
        canvas.drag_nudged.connect(self._on_nudged)
        canvas.drag_dropped.connect(self._on_dropped)
        canvas.drag_cancelled.connect(self.cancel)

    @property
    def active(self) -> bool:
        """Whether something is held."""
        return self._drag is not None

    def cancel(self) -> None:
        """Put everything back exactly as it was."""
        if self._drag is not None:
            self._finish()

    # From the tray, where the pointer is another widget's.

    def begin(self, drag: Drag) -> None:
        """Take hold of something."""
        self._on_begun(drag)

    def move(self, person: str, minute: float) -> None:
        """The pointer is over a minute of a lane."""
        self._on_moved(person, minute, "")

    def drop(self) -> None:
        """Let go."""
        self._on_dropped()

    # The drag.

    def _on_begun(self, drag: Drag) -> None:
        board = self._shown()
        if board is None:
            return
        request = board.request(VisitId(drag.visit_id))
        if request is not None:
            # It stands in no lane, and is judged as one that does.
            board = replace(board, details={**board.details, request.visit.id: request})
        self._drag, self._board, self._check = drag, board, None
        self._copy_id = VisitId(self._new_id())
        self._rules_board = MoveBoard.of_day(board, self._now())
        self._lanes = {lane.practitioner_id: lane for lane in lanes_of(board, self._formats)}
        self._blocked = {}
        if drag.visit_id:
            self._shade(drag)
        self._show(drag)

    def _on_moved(self, person: str, minute: float, only: str) -> None:
        if self._drag is not None:
            self._show(self._drag.to(person, minute, only))

    def _on_nudged(self, minutes: int, lanes: int) -> None:
        drag = self._drag
        if drag is None:
            return
        people = list(self._lanes)
        at = people.index(drag.person) + lanes
        self._show(drag.nudged(minutes, people[max(0, min(len(people) - 1, at))]))
        held = self._drag
        if held is not None:
            self._view.canvas.point_at(held.person, held.start)
            self._announce()

    def _on_dropped(self) -> None:
        drag, check, board = self._drag, self._check, self._board
        if drag is None or board is None:
            return
        if drag.kind is DragKind.CREATE:
            start, end = self._at(drag.start), self._at(drag.end)
            self._finish()
            self.time_wanted.emit(drag.person, start, end)
            return
        if check is None or not drag.changed:
            self._finish()
            return
        if drag.kind is DragKind.PLACE:
            start, end = self._at(drag.start), self._at(drag.end)
            self._finish()
            if check.refusal:
                self._context.say(check.refusal)
            else:
                self.place_wanted.emit(drag.visit_id, drag.person, start, end)
            return
        command = self._command(drag)
        # The picture stays as dropped until the board has been read anew.
        move_asking(
            self._context, self._view.window(), command, check, self._forget_shown, self._finish
        )

    # What is shown.

    def _show(self, drag: Drag) -> None:
        self._drag = drag
        board, rules = self._board, self._rules_board
        if board is None or rules is None:
            return
        if drag.kind is DragKind.CREATE:
            self._show_new(drag)
            return
        check = self._context.services.moves.rules.check(rules, self._command(drag))
        self._check = check
        lanes = dict(self._lanes)
        held = self._copy_id if drag.kind in _MAKES_ANOTHER else VisitId(drag.visit_id)
        after = moved_board(board, check.plans, VisitId(drag.visit_id))
        for plan in check.plans:
            lane = lane_of(plan, after, self._formats)
            lanes[plan.practitioner.id] = _with_held(lane, held, added_words(check.added_min))
        self._view.canvas.show_lanes(tuple(lanes.values()), self._loose(drag, check))
        self._view.headers.show_lanes(tuple(lanes.values()), None)
        self._view.canvas.show_drag(
            DragOverlay(lines=self._words(drag, check), tone=_tone(check), blocked=self._blocked)
        )

    def _show_new(self, drag: Drag) -> None:
        """Empty time that is being marked."""
        formats = self._formats
        span = formats.span(drag.start, drag.end)
        ghost = CardContent(
            visit_id=_GHOST,
            number=0,
            start_min=drag.start,
            end_min=drag.end,
            look=CardLook.GHOST,
            time_text=span,
            time_short=span,
            time_start=span,
            name="",
            detail=_("New visit"),
            area="",
            spoken=_("New visit, {span}").format(span=span),
        )
        self._view.canvas.show_lanes(tuple(self._lanes.values()), (drag.person, ghost))
        words = _("{span}: let go to take a call for it").format(span=span)
        self._view.canvas.show_drag(DragOverlay(lines=(words,)))

    def _loose(self, drag: Drag, check: MoveCheck) -> tuple[str, CardContent] | None:
        """A ghost where no day could be laid out, for example under a lock."""
        if check.plans:
            return None
        cards = [c for lane in self._lanes.values() for c in lane.cards]
        held = next(card for card in cards if card.visit_id == drag.visit_id)
        span = self._formats.span(drag.start, drag.end)
        ghost = replace(
            held, visit_id=_GHOST, look=CardLook.GHOST, start_min=drag.start, end_min=drag.end,
            time_text=span, promise_start_min=None, promise_end_min=None,
        )  # fmt: skip
        return drag.person, ghost

    def _words(self, drag: Drag, check: MoveCheck) -> tuple[str, ...]:
        when = self._formats.span(drag.start, drag.end)
        if check.refusal:
            return (when, check.refusal)
        troubles = [*(b.sentence for b in check.broken), *check.conflicts]
        first = f"{when} · {added_words(check.added_min)}"
        return (first, *troubles[:3])

    def _shade(self, drag: Drag) -> None:
        """The time at which the visit would not fit, worked out before the first step."""
        rules, scale = self._rules_board, self._view.canvas.scale
        if rules is None or drag.kind is DragKind.RESIZE:
            return
        free = self._context.services.moves.rules.free_starts(rules, VisitId(drag.visit_id))
        for person in self._lanes:
            starts = next((s for (who, _day), s in free.items() if who == person), ())
            self._blocked[person] = blocked_spans(
                starts, drag.length, scale.first_min, scale.last_min
            )

    def _announce(self) -> None:
        """A screen reader hears what a sighted person sees at the pointer."""
        drag, check = self._drag, self._check
        if drag is None or check is None:
            return
        who = self._lanes[drag.person].name
        words = ". ".join((who, *self._words(drag, check)))
        event = QAccessibleAnnouncementEvent(self._view.canvas, words)
        QAccessible.updateAccessibility(event)

    # Bits.

    @property
    def _formats(self) -> Formats:
        return self._context.formats

    def _at(self, minute: int) -> datetime:
        assert self._board is not None
        return datetime.combine(self._board.day, time()) + timedelta(minutes=minute)

    def _command(self, drag: Drag) -> MoveVisit:
        return MoveVisit(
            visit_id=VisitId(drag.visit_id),
            start=self._at(drag.start),
            practitioner_id=PractitionerId(drag.person),
            door_min=drag.length if drag.kind is DragKind.RESIZE else None,
            copy_as=self._copy_id if drag.kind in _MAKES_ANOTHER else None,
        )

    def _forget_shown(self) -> None:
        self._forget()
        self._view.canvas.show_drag(None)

    def _forget(self) -> None:
        self._drag = self._board = self._rules_board = self._check = None

    def _finish(self) -> None:
        self._forget()
        self._view.canvas.show_drag(None)
        self.ended.emit()


def _tone(check: MoveCheck) -> str:
    if check.refusal:
        return "block"
    return "warn" if check.broken or check.conflicts else "ok"


def _with_held(lane: LaneContent, held: VisitId, words: str) -> LaneContent:
    """The lane with the held visit as a ghost that says the change in driving."""
    return replace(
        lane,
        cards=tuple(
            replace(card, look=CardLook.GHOST, state_text=words) if card.visit_id == held else card
            for card in lane.cards
        ),
    )
