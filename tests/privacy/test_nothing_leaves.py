"""No patient data leaves the machine: whole journeys run where there is no network, and are traced.

A journey runs with all its child processes in a network namespace of its own, which has no way out,
and under ``strace``, which writes down every address that a socket is pointed at. Patching Python's
sockets would not do: Qt, Valhalla and the tile workers do not use them. Downloads and CalDAV, the
two things that do send something when a person presses for it, have tests of their own.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JOURNEYS = (
    "tests/journeys/test_one_working_day.py",
    "tests/journeys/test_the_call.py",
    "tests/journeys/test_my_day.py",
    "tests/journeys/test_publishing.py",
)
QT_REQUEST = """
import sys
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkRequest
app = QCoreApplication(sys.argv)
manager = QNetworkAccessManager()
manager.finished.connect(lambda _reply: app.quit())
manager.get(QNetworkRequest(QUrl("http://203.0.113.9/patients")))
app.exec()
"""
IN_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
_POINTED = re.compile(r"\b(?:connect|send\w+)\(\d+, .*sa_family=AF_INET6?\b")

pytestmark = pytest.mark.timeout(540)


def cut_off(log: Path) -> list[str]:
    return [
        *("unshare", "--user", "--map-root-user", "--net"),
        *("strace", "-f", "-qq", "--seccomp-bpf", "-e", "signal=none"),
        *("-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(log)),
    ]


def traced(log: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "XDIST" not in name}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    return subprocess.run(
        [*cut_off(log), sys.executable, *command],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def pointed_at(log: Path) -> list[str]:
    """Each attempt to reach an address, this machine's own included."""
    return [line for line in log.read_text().splitlines() if _POINTED.search(line)]


@pytest.fixture(scope="module", autouse=True)
def tools(tmp_path_factory):
    if not all(map(shutil.which, ("unshare", "strace"))):
        pytest.skip("the tools that cut off and trace a process are not here")
    log = tmp_path_factory.mktemp("trace") / "log"
    tried = subprocess.run([*cut_off(log), "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("this machine does not let a process be cut off and traced")


@pytest.mark.parametrize("command", [("-c", QT_REQUEST), ("-c", IN_A_CHILD, QT_REQUEST)])
def test_a_request_by_qt_would_be_caught(tmp_path, command):
    pytest.importorskip("PySide6.QtNetwork")
    done = traced(tmp_path / "log", *command)
    assert done.returncode == 0, done.stderr
    assert any("203.0.113.9" in line for line in pointed_at(tmp_path / "log"))


def test_whole_journeys_reach_for_no_address_at_all(tmp_path):
    pytest.importorskip("PySide6.QtWidgets")
    done = traced(
        tmp_path / "log", "-m", "pytest", "-q", "-p", "no:cacheprovider",
        f"--basetemp={tmp_path / 'base'}", "-k", "not columbus", *JOURNEYS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed.group(1)) > len(JOURNEYS), "the journeys really ran"
    assert pointed_at(tmp_path / "log") == []
