"""The phone's own page: whom to call, who waits, what was promised, what is missing, the log."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from clinic_desktop.domain.call import CallOutcome
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.wait_list import Urgency
from clinic_desktop.services.phone_list import PhoneReason
from clinic_desktop.services.promises import Risk
from clinic_desktop.services.wait_list import AddWait
from clinic_desktop.ui.board.cancel_dialog import CancelDialog
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


@pytest.fixture
def page(qtbot, clinic):
    clinic.window.show_page("calls")
    qtbot.waitUntil(lambda: clinic.calls.isVisible(), timeout=LONG)
    return clinic.calls


def write(qtbot, clinic, work):
    done = []
    clinic.operations.write(clinic, work, on_done=done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=LONG)
    return done[0]


def services_of(clinic):
    return clinic.opened.services


def wait_for(qtbot, clinic, number: int, **changes):
    services = services_of(clinic)
    reader = services.store.reader()
    patient = [p for p in reader.all_patients() if len(p.last_name) > 6][number]
    command = AddWait(
        patient_id=patient.id,
        service_id=reader.services()[1].id,
        site_id=reader.sites_of(patient.id)[0].id,
    )
    write(
        qtbot, clinic, lambda: services.waiting.add(services.session, replace(command, **changes))
    )
    return patient


def test_a_reminder_is_confirmed_with_one_button(qtbot, clinic, page):
    qtbot.waitUntil(lambda: page.phone.task is not None, timeout=LONG)
    task = page.phone.task
    assert task.reason is PhoneReason.REMINDER
    assert page.phone.findChild(QLabel, "phone_say").text() == task.say
    qtbot.mouseClick(page.phone.findChild(QPushButton, "phone_done"), Qt.MouseButton.LeftButton)
    reader = services_of(clinic).store.reader()
    qtbot.waitUntil(lambda: reader.visit(task.visit.id).state is VisitState.CONFIRMED, timeout=LONG)
    qtbot.waitUntil(
        lambda: page.phone.task is None or page.phone.task.key != task.key, timeout=LONG
    )


def test_a_text_goes_to_the_persons_own_program_and_no_answer_is_kept(qtbot, clinic, page):
    opened = []
    page.phone._open_link = lambda link: opened.append(link) or True
    qtbot.waitUntil(lambda: page.phone.task is not None, timeout=LONG)
    rows = range(len(page.phone._tasks))
    number = next(n for n in rows if page.phone._tasks[n].text)
    page.phone.table.selectRow(number)
    qtbot.mouseClick(page.phone.findChild(QPushButton, "phone_text"), Qt.MouseButton.LeftButton)
    assert opened[0].startswith("sms:+1")
    qtbot.mouseClick(
        page.phone.findChild(QPushButton, "phone_no_answer"), Qt.MouseButton.LeftButton
    )
    page.show_section(5)
    qtbot.waitUntil(lambda: bool(page.log._lines), timeout=LONG)
    assert page.log._lines[0].call.outcome is CallOutcome.NO_ANSWER


def test_when_a_visit_is_called_off_the_page_shows_whom_its_time_suits(qtbot, clinic):
    patient = wait_for(qtbot, clinic, 3, urgency=Urgency.URGENT, said="any time")
    board = clinic.board
    now = board._now()
    detail = next(
        d
        for d in board.board.details.values()
        if d.visit.state in (VisitState.BOOKED, VisitState.CONFIRMED)
        and d.visit.start > now + timedelta(hours=2)
        and d.patient.id != patient.id
        and d.visit.series_id is None
    )
    board._set_state(detail.visit.id, VisitState.CANCELLED)
    dialog = clinic.window.findChild(CancelDialog)
    qtbot.waitUntil(dialog.isVisible, timeout=LONG)
    assert "Late: " in dialog.findChild(QLabel, "cancel_visit_rule").text()
    dialog.reason.setCurrentText("Feeling ill")
    dialog.save()
    page = clinic.calls
    qtbot.waitUntil(page.isVisible, timeout=LONG)
    title = page.waiting.findChild(QLabel, "wait_title")
    qtbot.waitUntil(lambda: "opened." in title.text(), timeout=LONG)
    qtbot.waitUntil(lambda: page.waiting.line is not None, timeout=LONG)
    assert page.waiting.line.patient.id == patient.id
    qtbot.keyClick(page.waiting.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: board.call.offers.chosen is not None, timeout=LONG)
    assert board.call.hand.subject.patient.id == patient.id
    board.view.call.book_requested.emit()
    qtbot.waitUntil(lambda: not board.call.active, timeout=LONG)
    services = services_of(clinic)
    assert services.waiting.lines(services.session) == (), "booking takes them off the list"


def test_a_broken_promise_is_listed_first_and_promised_anew(qtbot, clinic, page):
    services = services_of(clinic)
    reader = services.store.reader()
    page.show_section(2)
    qtbot.waitUntil(lambda: bool(page.promises._all), timeout=LONG)
    line = next(
        x
        for x in page.promises._all
        if x.risk is Risk.HOLDS and x.visit.state in (VisitState.BOOKED, VisitState.CONFIRMED)
    )

    def shift():
        with services.store.operation("Shift", services.session) as op:
            op.put(replace(line.visit, start=line.visit.start + timedelta(hours=3)))
            return op.changes()

    write(qtbot, clinic, shift)
    qtbot.waitUntil(
        lambda: page.promises.line is not None and page.promises.line.risk is Risk.BROKEN,
        timeout=LONG,
    )
    names = [x.patient.id for x in page.promises._lines if x.risk is Risk.BROKEN]
    assert line.patient.id in names
    page.promises.table.selectRow(names.index(line.patient.id))
    anew = page.promises.findChild(QPushButton, "promise_anew")
    qtbot.mouseClick(anew, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(reader.promise_history(line.visit.id)) == 2, timeout=LONG)


def test_what_is_missing_leads_to_the_patient(qtbot, clinic, page):
    page.show_section(4)
    qtbot.waitUntil(lambda: bool(page.missing._lines), timeout=LONG)
    qtbot.keyClick(page.missing.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: clinic.patient.isVisible(), timeout=LONG)
