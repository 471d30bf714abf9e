"""The office carries visits over the board, by mouse and by keyboard; nothing moves unsaid."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton

from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.visit import Lock, VisitState
from clinic_desktop.ui.board.lane_content import CardLook
from clinic_desktop.ui.kit.confirm import Confirm
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


def still_to_come(clinic):
    """The last visits of the day, not yet begun, as (visit, card rectangle)."""
    canvas = clinic.board.view.canvas
    found = [
        d.visit
        for d in clinic.board.board.details.values()
        if d.visit.state in (VisitState.BOOKED, VisitState.CONFIRMED) and not d.visit.locks
    ]
    visit = max(found, key=lambda v: v.start)
    return visit, canvas.card_rect(visit.id)


def mouse(canvas, kind, at, keys=Qt.KeyboardModifier.NoModifier):
    button = Qt.MouseButton.LeftButton
    QApplication.sendEvent(
        canvas,
        QMouseEvent(
            kind,
            QPointF(at),
            canvas.mapToGlobal(QPointF(at)),
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button,
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button,
            keys,
        ),
    )


def drag(canvas, start, *path, keys=Qt.KeyboardModifier.NoModifier, drop=True):
    mouse(canvas, QEvent.Type.MouseButtonPress, start, keys)
    for at in path:
        mouse(canvas, QEvent.Type.MouseMove, at, keys)
    if drop:
        mouse(canvas, QEvent.Type.MouseButtonRelease, path[-1], keys)


def agree(qtbot, clinic):
    """Agree to what the box names, if there is one."""
    box = clinic.window.findChild(Confirm, "move_confirm")
    if box is not None and box.isVisible():
        qtbot.mouseClick(box.findChild(QPushButton, "confirm_yes"), Qt.MouseButton.LeftButton)
        return True
    return False


def now(clinic, visit_id):
    return clinic.opened.services.store.reader().visit(VisitId(visit_id))


def test_a_visit_is_carried_to_another_time_and_back_by_undo(qtbot, clinic):
    canvas = clinic.board.view.canvas
    visit, rect = still_to_come(clinic)
    at = rect.center()
    drag(canvas, at, at + QPointF(0, 12).toPoint(), at + QPointF(0, 10).toPoint(), drop=False)
    ghost = [c for c in canvas._cards() if c.content.look is CardLook.GHOST]
    assert [c.content.visit_id for c in ghost] == [visit.id], "it is shown where it would be"
    assert canvas._overlay.lines, "what it would change is said at the pointer"
    assert canvas._overlay.blocked, "the time that does not fit is shaded before the drop"
    mouse(canvas, QEvent.Type.MouseButtonRelease, at + QPointF(0, 10).toPoint())
    agree(qtbot, clinic)
    qtbot.waitUntil(lambda: now(clinic, visit.id).start != visit.start, timeout=LONG)
    moved = now(clinic, visit.id)
    assert (moved.start - visit.start).total_seconds() == 600
    clinic.history.undo()
    qtbot.waitUntil(lambda: now(clinic, visit.id) == visit, timeout=LONG)


def test_escape_puts_everything_back(qtbot, clinic):
    canvas = clinic.board.view.canvas
    before = [(c.content, c.rect) for c in canvas._cards()]
    visit, rect = still_to_come(clinic)
    canvas.setFocus()
    drag(canvas, rect.center(), rect.center() + QPointF(0, 60).toPoint(), drop=False)
    assert [(c.content, c.rect) for c in canvas._cards()] != before
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert [(c.content, c.rect) for c in canvas._cards()] == before
    assert canvas._overlay is None
    assert now(clinic, visit.id) == visit


def test_a_broken_promise_is_named_before_anything_moves(qtbot, clinic):
    canvas = clinic.board.view.canvas
    visit, rect = still_to_come(clinic)
    drag(canvas, rect.center(), rect.center() + QPointF(0, 45).toPoint())
    box = clinic.window.findChild(Confirm, "move_confirm")
    assert box is not None
    assert "was promised" in box.accessibleDescription()
    box.reject()
    assert now(clinic, visit.id) == visit
    assert not clinic.board.drag.active


def test_a_locked_time_says_so_at_the_pointer_and_does_not_move(qtbot, clinic):
    services = clinic.opened.services
    visit, _rect = still_to_come(clinic)
    clinic.operations.write(
        clinic, lambda: services.visits.toggle_lock(services.session, visit.id, Lock.TIME)
    )
    qtbot.waitUntil(
        lambda: Lock.TIME in clinic.board.board.details[visit.id].visit.locks, timeout=LONG
    )
    canvas = clinic.board.view.canvas
    rect = canvas.card_rect(visit.id)
    drag(canvas, rect.center(), rect.center() + QPointF(0, 45).toPoint(), drop=False)
    assert any("locked" in line for line in canvas._overlay.lines)
    assert canvas._overlay.tone == "block"
    mouse(canvas, QEvent.Type.MouseButtonRelease, rect.center() + QPointF(0, 45).toPoint())
    assert now(clinic, visit.id).start == visit.start


def test_the_same_by_keyboard(qtbot, clinic):
    canvas = clinic.board.view.canvas
    visit, _rect = still_to_come(clinic)
    canvas.setFocus()
    canvas.select(visit.id)
    for _step in range(2):
        qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert canvas._overlay is not None
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    agree(qtbot, clinic)
    qtbot.waitUntil(lambda: now(clinic, visit.id).start != visit.start, timeout=LONG)
    assert (now(clinic, visit.id).start - visit.start).total_seconds() == 600


def test_ctrl_copies_and_the_lower_edge_lengthens(qtbot, clinic):
    canvas = clinic.board.view.canvas
    visit, rect = still_to_come(clinic)
    count = len(clinic.board.board.details)
    end = rect.center() + QPointF(0, rect.height() + 30).toPoint()
    drag(canvas, rect.center(), end, keys=Qt.KeyboardModifier.ControlModifier)
    agree(qtbot, clinic)
    qtbot.waitUntil(lambda: len(clinic.board.board.details) == count + 1, timeout=LONG)
    assert now(clinic, visit.id) == visit
    clinic.history.undo()
    qtbot.waitUntil(lambda: len(clinic.board.board.details) == count, timeout=LONG)

    rect = canvas.card_rect(visit.id)
    edge = rect.center()
    edge.setY(rect.bottom() - 2)
    drag(canvas, edge, edge + QPointF(0, 15).toPoint())
    agree(qtbot, clinic)
    qtbot.waitUntil(lambda: now(clinic, visit.id).door_min > visit.door_min, timeout=LONG)


def test_marking_empty_time_takes_a_call_for_it(qtbot, clinic):
    canvas = clinic.board.view.canvas
    lane = canvas._placed[0]
    at = QPointF(lane.rect.center().x(), canvas.scale.y(16 * 60 + 30)).toPoint()
    drag(canvas, at, at + QPointF(0, 40).toPoint())
    panel = clinic.board.view.call
    qtbot.waitUntil(lambda: panel.isVisible() and panel.caller.search.hasFocus(), timeout=LONG)
    (window,) = clinic.board.call.hand.windows
    assert "with" in window.text
    assert window.earliest.hour == 16


def a_request(qtbot, clinic):
    """The last visit of the day loses its time: it lies in the tray."""
    visit, _rect = still_to_come(clinic)
    services = clinic.opened.services

    def ask():
        with services.store.operation("Ask again", services.session) as op:
            op.put(replace(op.visit(visit.id), state=VisitState.REQUESTED))
        return op.changes()

    clinic.operations.write(clinic, ask)
    tray = clinic.board.view.requests
    qtbot.waitUntil(lambda: tray.findChild(QFrame, "tray_row") is not None, timeout=LONG)
    return visit, tray.findChild(QFrame, "tray_row")


def carry(row, canvas, spots, *, drop=True):
    """From the middle of the row over spots of the board."""
    start = row.mapToGlobal(QPointF(row.rect().center()))
    path = [canvas.mapToGlobal(QPointF(spot)) for spot in spots]
    steps = [
        (QEvent.Type.MouseButtonPress, start),
        *((QEvent.Type.MouseMove, at) for at in path),
    ]
    if drop:
        steps.append((QEvent.Type.MouseButtonRelease, path[-1]))
    for kind, at in steps:
        left = Qt.MouseButton.LeftButton
        QApplication.sendEvent(
            row,
            QMouseEvent(
                kind, row.mapFromGlobal(at), at, left, left, Qt.KeyboardModifier.NoModifier
            ),
        )


def test_a_request_dragged_from_the_tray_is_shown_there_and_booked_by_a_call(qtbot, clinic):
    visit, row = a_request(qtbot, clinic)
    canvas = clinic.board.view.canvas
    clinic.board.view.scroll_to_minute(14 * 60)
    lane = canvas._placed[0]
    at = QPointF(lane.rect.center().x(), canvas.scale.y(16 * 60))
    carry(row, canvas, [at - QPointF(0, 30), at], drop=False)
    assert clinic.board.drag.active
    assert canvas._overlay.lines
    assert any(c.content.look is CardLook.GHOST for c in canvas._cards())
    carry(row, canvas, [at])
    panel = clinic.board.view.call
    qtbot.waitUntil(lambda: panel.isVisible() and panel.slots.isVisible(), timeout=LONG)
    subject = clinic.board.call.hand.subject
    assert subject.patient.id == visit.patient_id
    (window,) = clinic.board.call.hand.windows
    assert (window.earliest.hour, window.first) == (16, clinic.board.day)
    assert now(clinic, visit.id).state is VisitState.REQUESTED, "only a booking changes it"


def test_a_request_let_go_beside_the_lanes_changes_nothing(qtbot, clinic):
    _visit, row = a_request(qtbot, clinic)
    canvas = clinic.board.view.canvas
    clinic.board.view.scroll_to_minute(14 * 60)
    lane = canvas._placed[0]
    inside = QPointF(lane.rect.center().x(), canvas.scale.y(16 * 60))
    before = [(c.content, c.rect) for c in canvas._cards()]
    carry(row, canvas, [inside, QPointF(-40, -200)])
    assert not clinic.board.drag.active
    assert not clinic.board.call.active
    assert [(c.content, c.rect) for c in canvas._cards()] == before
