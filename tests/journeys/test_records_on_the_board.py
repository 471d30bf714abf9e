"""What is still to do for a patient is on the board; what is open on a page outlives an undo."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from clinic_desktop.domain.clinical.intake import IntakeState
from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.ui.board.board_content import flag_word
from tests.journeys.test_one_working_day import LONG, log_in, press

pytestmark = pytest.mark.journey


def details_of_a_fortnight(clinic):
    services = clinic.opened.services
    day = clinic.board.day
    boards = [services.board.day(services.session, day + timedelta(days=n)) for n in range(12)]
    return [d for board in boards for d in board.details.values()]


def open_a_new_patient_s_intake(qtbot, clinic):
    """The intake of somebody never seen before, open as their practitioner."""
    new = next(d for d in details_of_a_fortnight(clinic) if flag_word(d.flags) == "Intake")
    clinic.open_visit(new.visit.id)
    intake = clinic.intake
    qtbot.waitUntil(lambda: intake.intake is not None, timeout=LONG)
    return intake


def test_the_office_sees_whose_intake_consent_or_screening_is_to_do(
    qtbot, open_window, town_clinic
):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "office")
    words = [flag_word(d.flags) for d in details_of_a_fortnight(clinic)]
    assert {"Intake", "Consent", "Screening", ""} <= set(words)
    assert words.count("") > len(words) / 2, "most are in a block and complete"


def test_who_was_seen_before_has_an_intake_and_a_consent(qtbot, open_window, town_clinic):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "dana")
    seen = next(d for d in details_of_a_fortnight(clinic) if flag_word(d.flags) == "")
    clinic.open_visit(seen.visit.id)
    intake = clinic.intake
    qtbot.waitUntil(lambda: intake.intake is not None, timeout=LONG)
    assert intake.intake.state is IntakeState.COMPLETE
    assert intake._view.progress.ready_for_needling


def test_an_undo_takes_an_answer_back_and_never_the_page_s_ground(qtbot, open_window, town_clinic):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "dana")
    intake = open_a_new_patient_s_intake(qtbot, clinic)
    first = intake._screening[0]
    qtbot.waitUntil(first.hasFocus, timeout=LONG)
    qtbot.keyClick(first, Qt.Key.Key_N)
    press(qtbot, intake, "intake_save")
    stored = lambda: intake._view.intake.answer(first.item.id)  # noqa: E731 - read anew each time
    qtbot.waitUntil(lambda: not intake._dirty, timeout=LONG)
    intake_id = intake.intake.id
    clinic.history.undo()
    qtbot.waitUntil(lambda: intake._screening[0].chosen() is None, timeout=LONG)
    assert stored() is None
    # One more undo finds nothing of the intake left to take back: the page keeps its ground.
    clinic.history.undo()
    qtbot.wait(300)
    assert intake.intake.id == intake_id
    intake._screening[0].setFocus()
    qtbot.keyClick(intake._screening[0], Qt.Key.Key_N)
    press(qtbot, intake, "intake_save")
    reader = clinic.opened.clinical.reader
    qtbot.waitUntil(
        lambda: reader().intake(intake_id).answer(first.item.id) is not None, timeout=LONG
    )
    assert reader().intake(intake_id).answer(first.item.id).answer is Answer.NO


def test_each_open_question_is_listed_once_and_the_consent_is_read_by_scrolling_the_page(
    qtbot, open_window, town_clinic
):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "dana")
    intake = open_a_new_patient_s_intake(qtbot, clinic)
    tips = [b.toolTip() for b in intake._side.findChildren(type(intake._later)) if b.toolTip()]
    assert tips
    assert len(tips) == len(set(tips))
    clinic.window.resize(960, 540)
    intake.show_step(2)
    words = intake.findChild(QLabel, "consent_text")
    qtbot.waitUntil(lambda: words.isVisible() and words.width() > 300, timeout=LONG)
    assert words.height() >= words.heightForWidth(words.width())


def test_a_note_opens_with_the_cursor_where_writing_begins(qtbot, open_window, town_clinic):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "dana")
    intake = open_a_new_patient_s_intake(qtbot, clinic)
    press(qtbot, intake, "intake_to_note")
    note = clinic.note
    qtbot.waitUntil(lambda: note.note is not None, timeout=LONG)
    qtbot.waitUntil(note._texts["subjective"].hasFocus, timeout=LONG)
