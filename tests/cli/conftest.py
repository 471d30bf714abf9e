"""A clinic on the disk and the command line over it."""

import io
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic_desktop.__main__ import main
from tests.composition.made_clinic import make_clinic


class _Morning:
    def now_utc(self) -> datetime:
        return datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """What a run of the program said, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("made") / "clinic"
    make_clinic(root, _Morning())
    return root


@pytest.fixture
def root(made, tmp_path) -> Path:
    copy = tmp_path / "clinic"
    shutil.copytree(made, copy)
    return copy


@pytest.fixture
def clinic_desktop(capsys, monkeypatch):
    """Runs the program in this process, as typed; the text is its standard input."""

    def run(*words, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return Said(code=code, out=said.out, err=said.err)

    return run


@pytest.fixture
def program():
    """Runs the program as a process of its own."""

    def run(*words, stdin: str = "") -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "clinic_desktop", *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Said(code=done.returncode, out=done.stdout, err=done.stderr)

    return run
