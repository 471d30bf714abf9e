"""The way of every command: click -> operation -> one writer thread -> Changes -> views."""

import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.progress import Progress
from clinic_desktop.operations.delivery import Delivery
from clinic_desktop.operations.garbage import GuiThreadCollector
from clinic_desktop.operations.task import Task, TaskProgress

_SWITCH_S: Final = 0.001
READER_THREADS: Final = 2
JOB_THREADS: Final = 2

logger = logging.getLogger(__name__)


class Operations(QObject):
    """Runs reads, writes and long jobs off the GUI thread.

    Both files are written by one thread, so that each file has exactly one writer and an
    operation over both runs in order. Callbacks run in the GUI thread and only while their owner
    still exists.

    Signals:
        changes_made(Changes): once after each committed write, undo or redo.
        failed(ClinicError): an expected failure that no ``on_error`` took.
        broke(BaseException): anything else; a bug for the crash dialog.
        busy_changed(bool): whether writes are under way.
    """

    changes_made = Signal(object)
    failed = Signal(object)
    broke = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A worker that computes lets the GUI in after a millisecond, not after Python's five.
        sys.setswitchinterval(_SWITCH_S)
        self._delivery = Delivery(self)
        self._garbage = GuiThreadCollector(self)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="clinic-writer")
        self._readers = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="clinic-reader")
        self._jobs = ThreadPoolExecutor(JOB_THREADS, thread_name_prefix="clinic-job")
        self._writes_under_way = 0
        self._tasks: WeakSet[Task] = WeakSet()
        self._closed = False

    def write(
        self,
        owner: QObject,
        work: Callable[[], Changes],
        *,
        on_done: Callable[[Changes], None] | None = None,
        on_error: Callable[[ClinicError], None] | None = None,
    ) -> Task:
        """Run a service call in the writer thread; ``changes_made`` fires before ``on_done``.

        Args:
            owner: the callbacks are dropped once it is destroyed.
            work: calls one service function and returns its ``Changes``.
            on_done: what else to do in the GUI thread.
            on_error: shows an expected failure beside its control; without it ``failed`` fires.
        """
        self._count_write(1)

        def done(changes: Changes) -> None:
            self._count_write(-1)
            self.changes_made.emit(changes)
            if on_done is not None and isValid(owner):
                on_done(changes)

        def failed(error: ClinicError) -> None:
            self._count_write(-1)
            self._fail(owner, error, on_error)

        def broke(error: BaseException) -> None:
            self._count_write(-1)
            self.broke.emit(error)

        # A committed write is always told, even if its starter has gone away meanwhile.
        return self._submit(
            self._writer, lambda _p: work(), done, failed, broke, None, droppable=False
        )

    def read[T](
        self,
        owner: QObject,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        *,
        on_error: Callable[[ClinicError], None] | None = None,
    ) -> Task:
        """Run a read in a reader thread and hand its value to ``on_done`` in the GUI thread."""
        return self._start(self._readers, owner, lambda _p: work(), on_done, on_error, None)

    def write_value[T](
        self,
        owner: QObject,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        *,
        on_error: Callable[[ClinicError], None] | None = None,
    ) -> Task:
        """Run work that must own the writer thread but changes no shown record (log-in, lock)."""
        return self._start(self._writer, owner, lambda _p: work(), on_done, on_error, None)

    def job[T](
        self,
        owner: QObject,
        work: Callable[[Progress], T],
        on_done: Callable[[T], None],
        *,
        on_progress: Callable[[float, str], None] | None = None,
        on_error: Callable[[ClinicError], None] | None = None,
    ) -> Task:
        """Run long work with progress that can be stopped (``Task.stop``)."""
        return self._start(self._jobs, owner, work, on_done, on_error, on_progress)

    def write_job[T](
        self,
        owner: QObject,
        work: Callable[[Progress], T],
        on_done: Callable[[T], None],
        *,
        on_progress: Callable[[float, str], None] | None = None,
        on_error: Callable[[ClinicError], None] | None = None,
    ) -> Task:
        """Long work that has to own the writer thread, such as an import; it can be stopped."""
        return self._start(self._writer, owner, work, on_done, on_error, on_progress)

    def in_writer[T](self, work: Callable[[], T]) -> T:
        """From a job thread: run the one commit of staged work in the writer thread and wait."""
        return self._writer.submit(work).result()

    def screens_are_made(self) -> None:
        """A session's screens stand: they need not be looked through for garbage until it ends."""
        self._garbage.set_aside()

    def nobody_is_waiting(self) -> None:
        """A session has ended: the moment for what would be felt while somebody works."""
        self._garbage.collect_all()

    def close(self, last: Callable[[], None] | None = None) -> None:
        """Wait for what is under way, run ``last`` in the writer thread, and end the threads."""
        if self._closed:
            return
        self._closed = True
        for task in list(self._tasks):
            task.stop()
        self._jobs.shutdown(wait=True, cancel_futures=True)
        self._readers.shutdown(wait=True, cancel_futures=True)
        if last is not None:
            self._writer.submit(last).result()
        self._writer.shutdown(wait=True)
        if isValid(self._garbage):
            self._garbage.stop()

    def _start[T](
        self,
        pool: ThreadPoolExecutor,
        owner: QObject,
        work: Callable[[Progress], T],
        on_done: Callable[[T], None],
        on_error: Callable[[ClinicError], None] | None,
        on_progress: Callable[[float, str], None] | None,
    ) -> Task:
        def done(value: T) -> None:
            if isValid(owner):
                on_done(value)

        def progressed(fraction: float, message: str) -> None:
            if on_progress is not None and isValid(owner):
                on_progress(fraction, message)

        def failed(error: ClinicError) -> None:
            self._fail(owner, error, on_error)

        return self._submit(pool, work, done, failed, self.broke.emit, progressed)

    def _submit[T](
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[ClinicError], None],
        broke: Callable[[BaseException], None],
        progressed: Callable[[float, str], None] | None,
        *,
        droppable: bool = True,
    ) -> Task:
        def deliver_progress(fraction: float, message: str) -> None:
            tell = progressed
            if tell is not None:
                self._post(lambda: tell(fraction, message))

        progress = TaskProgress(deliver_progress)
        task = Task(progress)
        if self._closed:
            # A timer may fire while the window goes: nothing is begun any more.
            task.drop()
            return task
        self._tasks.add(task)

        def finish(call: Callable[[], None]) -> None:
            def in_gui() -> None:
                task.finish()
                if not (droppable and task.dropped):
                    call()

            self._post(in_gui)

        def run() -> None:
            if droppable and task.dropped:
                finish(lambda: None)
                return
            try:
                value = work(progress)
            except ClinicError as error:
                caught = error
                finish(lambda: failed(caught))
            except BaseException as error:  # noqa: BLE001 - every bug goes to the crash dialog
                # The type only: the message may hold a patient's field.
                logger.error("An operation broke: %s", type(error).__name__)
                bug = error
                finish(lambda: broke(bug))
            else:
                finish(lambda: done(value))

        pool.submit(run)
        return task

    def _post(self, call: Callable[[], None]) -> None:
        if isValid(self._delivery):
            self._delivery.post(call)

    def _fail(
        self,
        owner: QObject,
        error: ClinicError,
        on_error: Callable[[ClinicError], None] | None,
    ) -> None:
        if on_error is not None and isValid(owner):
            on_error(error)
        else:
            self.failed.emit(error)

    def _count_write(self, step: int) -> None:
        before = self._writes_under_way > 0
        self._writes_under_way += step
        after = self._writes_under_way > 0
        if before != after:
            self.busy_changed.emit(after)
