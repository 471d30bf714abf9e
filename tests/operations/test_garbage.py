"""Qt objects in reference cycles are destroyed in the GUI thread, never in a worker's."""

import gc
import threading

import pytest

from clinic_desktop.operations.garbage import GuiThreadCollector


class Node:
    threads: list[str] = []  # noqa: RUF012 - collects across instances

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        Node.threads.append(threading.current_thread().name)


@pytest.fixture
def collector(qapp):
    made = GuiThreadCollector()
    yield made
    made.stop()


def test_a_worker_that_allocates_much_destroys_nothing(collector):
    Node.threads = []
    for _n in range(50):
        Node()
    worker = threading.Thread(target=lambda: [[object()] for _n in range(200_000)])
    worker.start()
    worker.join()
    assert Node.threads == []
    for _n in range(2000):
        Node()
    collector.collect_due()
    assert set(Node.threads) == {threading.main_thread().name}


def test_afterwards_python_collects_by_itself_again(qapp):
    made = GuiThreadCollector()
    assert not gc.isenabled()
    made.stop()
    assert gc.isenabled()


def test_what_the_program_consists_of_is_not_looked_through_while_somebody_works(collector):
    Node.threads = []
    Node()
    collector.set_aside()
    gc.collect()
    assert Node.threads == []
    collector.collect_all()
    assert Node.threads == [threading.main_thread().name]
