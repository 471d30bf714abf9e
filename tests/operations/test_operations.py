"""A command leaves the GUI thread, and what it changed comes back to it."""

import threading
import time

import pytest
from PySide6.QtCore import QObject

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.errors import Cancelled, ClinicError, RuleBroken
from clinic_desktop.operations.operations import Operations


@pytest.fixture
def operations(qapp):
    made = Operations()
    yield made
    made.close()


@pytest.fixture
def owner(qapp):
    return QObject()


def test_a_write_runs_in_the_writer_thread_and_its_changes_arrive_in_the_gui_thread(
    qtbot, operations, owner
):
    seen = {}

    def work():
        seen["worker"] = threading.current_thread().name
        return Changes(operation="Book", ids={RecordKind.VISITS: frozenset({"v1"})})

    def done(changes):
        seen["gui"] = threading.current_thread() is threading.main_thread()
        seen["order"] = [*seen.get("order", []), "done"]

    def told(changes):
        seen["order"] = [*seen.get("order", []), "told"]

    operations.changes_made.connect(told)
    with qtbot.waitSignal(operations.changes_made) as signal:
        operations.write(owner, work, on_done=done)
    assert signal.args[0].of(RecordKind.VISITS) == {"v1"}
    assert seen["worker"].startswith("clinic-writer")
    assert seen["gui"]
    assert seen["order"] == ["told", "done"]


def test_writes_run_one_after_the_other_in_the_order_of_the_clicks(qtbot, operations, owner):
    order, running = [], []

    def work(n):
        def run():
            running.append(n)
            assert len(running) == 1
            time.sleep(0.005)
            order.append(n)
            running.remove(n)
            return Changes(operation=str(n))

        return run

    arrived = []
    for n in range(8):
        operations.write(owner, work(n), on_done=lambda c: arrived.append(c.operation))
    qtbot.waitUntil(lambda: len(arrived) == 8)
    assert order == list(range(8))


def test_an_expected_failure_goes_to_the_control_that_asked(qtbot, operations, owner):
    told, elsewhere = [], []
    operations.failed.connect(elsewhere.append)

    def work():
        raise RuleBroken("The visit has been moved meanwhile.")

    operations.write(owner, work, on_error=told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert str(told[0]) == "The visit has been moved meanwhile."
    assert not elsewhere


def test_an_expected_failure_that_nobody_takes_is_still_told(qtbot, operations, owner):
    def work():
        raise RuleBroken("No.")

    with qtbot.waitSignal(operations.failed) as signal:
        operations.write(owner, work)
    assert isinstance(signal.args[0], ClinicError)


def test_a_bug_goes_to_the_crash_dialog_and_the_next_write_still_runs(qtbot, operations, owner):
    def broken():
        raise ZeroDivisionError

    with qtbot.waitSignal(operations.broke) as signal:
        operations.write(owner, broken)
    assert isinstance(signal.args[0], ZeroDivisionError)
    with qtbot.waitSignal(operations.changes_made):
        operations.write(owner, lambda: Changes(operation="next"))


def test_a_long_job_reports_and_can_be_stopped(qtbot, operations, owner):
    reports, errors = [], []

    def work(progress):
        for step in range(1000):
            if progress.stop_requested():
                raise Cancelled("Stopped; nothing was changed.")
            progress.report(step / 1000, "reading")
            time.sleep(0.002)

    task = operations.job(
        owner,
        work,
        lambda _value: None,
        on_progress=lambda fraction, message: reports.append((fraction, message)),
        on_error=errors.append,
    )
    qtbot.waitUntil(lambda: len(reports) > 3)
    task.stop()
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], Cancelled)
    assert not task.running
    assert reports[0][1] == "reading"


def test_a_read_whose_asker_has_gone_delivers_to_nobody(qtbot, operations, qapp):
    owner = QObject()
    got = []
    gate = threading.Event()
    operations.read(owner, lambda: gate.wait(2), got.append)
    owner.deleteLater()
    qtbot.wait(20)
    gate.set()
    qtbot.wait(50)
    assert got == []


def test_a_dropped_read_is_silent_but_a_write_is_always_told(qtbot, operations, owner):
    got = []
    gate = threading.Event()
    read = operations.read(owner, lambda: gate.wait(2), got.append)
    read.drop()
    with qtbot.waitSignal(operations.changes_made):
        write = operations.write(owner, lambda: (gate.wait(2), Changes(operation="w"))[1])
        write.drop()
        gate.set()
    assert got == []


def test_closing_waits_for_the_write_under_way(qapp):
    operations = Operations()
    owner = QObject()
    done = []

    def work():
        time.sleep(0.05)
        done.append("written")
        return Changes()

    operations.write(owner, work)
    operations.close(lambda: done.append("last"))
    assert done == ["written", "last"]
