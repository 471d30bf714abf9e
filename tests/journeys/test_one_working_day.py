"""One working day: a caller booked, routed, treated, noted and signed, and all is there again."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget

from clinic_desktop.composition.demo import DEMO_PASSWORD
from clinic_desktop.domain.clinical.note import NoteState
from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.visit import VisitState

pytestmark = pytest.mark.journey
LONG = 30_000


def log_in(qtbot, clinic, login):
    view = clinic._login
    view.choose(login)
    password = clinic.window.findChild(QLineEdit, "login_password")
    password.setFocus()
    qtbot.keyClicks(password, DEMO_PASSWORD)
    qtbot.keyClick(password, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: clinic.board is not None and clinic.board.board is not None, timeout=LONG
    )


def press(qtbot, parent, name):
    button = parent.findChild(QPushButton, name)
    assert button is not None, name
    assert button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def never_seen(clinic):
    """Somebody whose intake is still to do."""
    reader = clinic.opened.services.store.reader()
    patients = reader.all_patients()
    flags = reader.clinical_flags([p.id for p in patients])
    names = [p.name for p in patients]
    return next(p for p in patients if p.id not in flags and names.count(p.name) == 1)


def book_a_caller(qtbot, clinic, when):
    """Press N, type a name, say when, take the first slot, read back, book."""
    board = clinic.board
    qtbot.keyClick(clinic.window, Qt.Key.Key_N)
    panel = board.view.call
    qtbot.waitUntil(lambda: panel.isVisible() and panel.caller.search.hasFocus(), timeout=LONG)
    known = never_seen(clinic)
    name = f"{known.first_name} {known.last_name}"
    qtbot.keyClicks(panel.caller.search, name)
    hits = panel.findChild(type(panel.slots), "call_hits")
    qtbot.waitUntil(lambda: hits.isVisible() and hits.model().rowCount() > 0, timeout=LONG)
    qtbot.keyClick(panel.caller.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.book.isVisible(), timeout=LONG)
    qtbot.keyClicks(panel.request.words, when)
    qtbot.keyClick(panel.request.words, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: panel.slots.isVisible() and board.call.offers.chosen is not None, timeout=LONG
    )
    qtbot.wait(300)
    slot = board.call.offers.chosen
    words = panel.findChild(type(panel._found), "call_read_back").text()
    driving_before = board.board.driving_min if board.day == slot.start.date() else None
    qtbot.keyClick(panel.request.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not board.call.active, timeout=LONG)
    qtbot.waitUntil(
        lambda: (
            board.board.day == slot.start.date()
            and any(
                d.visit.start == slot.start and d.patient.id == known.id
                for d in board.board.details.values()
            )
        ),
        timeout=LONG,
    )
    return known, slot, words, driving_before


def answer_everything(qtbot, intake):
    """Screen with N, fill what is required, save."""
    for row in intake._screening:
        row.setFocus()
        qtbot.keyClick(row, Qt.Key.Key_N)
    intake.show_step(1)
    for form in intake._history:
        for editor in form.editors.values():
            if not editor.field.required:
                continue
            if editor._line is not None:
                text = "11/2/2026" if editor.field.kind == "date" else "4"
                qtbot.keyClicks(editor._line, text)
            elif editor._text is not None:
                qtbot.keyClicks(editor._text, "Pain on the outside of the knee")
            else:
                chip = next(iter(editor._chips.values()))
                qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)


def sign_consent(qtbot, intake):
    """Say the risks were discussed, draw a signature, keep it."""
    intake.show_step(2)
    intake.consent.explained.setChecked(True)
    pad = intake.consent.pad
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    for x in range(60, 200, 20):
        qtbot.mouseMove(pad, QPoint(x, 40 + x % 40))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(200, 70))
    if not pad.strokes():
        # Offscreen platforms do not deliver moves without a real pointer.
        from PySide6.QtCore import QEvent, QPointF
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        pad.clear()
        for kind, x in (
            (QEvent.Type.MouseButtonPress, 40),
            (QEvent.Type.MouseMove, 90),
            (QEvent.Type.MouseMove, 160),
            (QEvent.Type.MouseButtonRelease, 200),
        ):
            QApplication.sendEvent(
                pad,
                QMouseEvent(
                    kind,
                    QPointF(x, 50 + x % 30),
                    pad.mapToGlobal(QPointF(x, 50 + x % 30)),
                    Qt.MouseButton.LeftButton,
                    Qt.MouseButton.LeftButton,
                    Qt.KeyboardModifier.NoModifier,
                ),
            )
    press(qtbot, intake, "consent_keep")
    qtbot.waitUntil(lambda: len(intake._view.consents) > 0, timeout=LONG)


def run_the_day(qtbot, open_window, source):
    clinic = open_window(source)
    log_in(qtbot, clinic, "office")
    assert clinic.intake is None
    patient, slot, words, before = book_a_caller(qtbot, clinic, "next week")
    assert patient.first_name in words
    board = clinic.board
    assert board.day == slot.start.date()
    booked = next(
        d
        for d in board.board.details.values()
        if d.visit.start == slot.start and d.patient.id == patient.id
    )
    assert booked.visit.state is VisitState.BOOKED
    assert booked.promise.keeps(slot.start)
    plan = next(p for p in board.board.plans if p.practitioner.id == slot.practitioner_id)
    assert any(stop.visit.id == booked.visit.id for stop in plan.stops)
    assert all(leg.drive is not None for leg in plan.legs)
    del before

    # The route has changed with it.
    route = next(r for r in board._routes if r.marker == plan.practitioner.marker)
    qtbot.waitUntil(
        lambda: any(s.visit_id == booked.visit.id for r in board._routes for s in r.stops),
        timeout=LONG,
    )
    assert route.lines

    # Lock; the clinician opens that visit.
    qtbot.keyClick(clinic.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: clinic._login is not None and clinic.opened is None, timeout=LONG)
    qtbot.waitUntil(lambda: clinic._login.isVisible(), timeout=LONG)
    log_in(qtbot, clinic, "dana")
    clinic.open_visit(booked.visit.id)
    intake = clinic.intake
    qtbot.waitUntil(lambda: intake.intake is not None, timeout=LONG)
    intake_id = intake.intake.id
    answer_everything(qtbot, intake)
    sign_consent(qtbot, intake)
    press(qtbot, intake, "intake_complete")
    qtbot.waitUntil(lambda: intake._view.intake.state == "complete", timeout=LONG)

    press(qtbot, intake, "intake_to_note")
    note = clinic.note
    qtbot.waitUntil(lambda: note.note is not None, timeout=LONG)
    for name, editor in note._texts.items():
        editor.setFocus()
        qtbot.keyClicks(editor, f"{name} as found today")
    if note._change is not None:
        note._change.set_index(2)
        note._on_edited()
    press(qtbot, note, "note_sign")
    qtbot.waitUntil(lambda: note.note.state is NoteState.SIGNED, timeout=LONG)
    note_id = note.note.id
    assert all(e.isReadOnly() for e in note.findChildren(QPlainTextEdit))
    assert clinic.opened.verify() == []
    clinic.window.close()
    clinic.close()

    # Quit, start again: all is there.
    clinic = open_window(source, again=True)
    log_in(qtbot, clinic, "dana")
    clinic.note.open_note(note_id)
    qtbot.waitUntil(lambda: clinic.note.note is not None, timeout=LONG)
    assert clinic.note.note.state is NoteState.SIGNED
    assert clinic.note.note.subjective == "subjective as found today"
    assert clinic.note.note.intake_id == intake_id
    clinic.window.close()
    clinic.close()

    # The office manager cannot open the note: there is no way to it, and no key.
    clinic = open_window(source, again=True)
    log_in(qtbot, clinic, "office")
    assert clinic.note is None
    assert clinic.opened.clinical is None
    assert clinic.opened.services.clinical is None
    assert clinic.opened.unlocked.clinical_key is None
    raw = (clinic._folder.folder.root / "clinical.db").read_bytes()
    assert b"as found today" not in raw
    with pytest.raises(PermissionRefused):
        clinic.opened.services.users.new_recovery_sheets(clinic.opened.services.session)


class WindowsShown(QObject):
    """Keeps what appears as a window of its own."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("login", ["office", "dana"])
def test_nothing_flashes_up_beside_the_window_at_log_in(
    qtbot, qapp, open_window, town_clinic, login
):
    shown = WindowsShown()
    qapp.installEventFilter(shown)
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, login)
    qapp.removeEventFilter(shown)
    assert set(shown.seen) == {"ShellWindow"}


def test_a_day_in_the_generated_town(qtbot, open_window, town_clinic):
    run_the_day(qtbot, open_window, town_clinic)


@pytest.mark.roads
def test_a_day_on_the_real_roads_of_columbus(qtbot, open_window, columbus_clinic):
    run_the_day(qtbot, open_window, columbus_clinic)
