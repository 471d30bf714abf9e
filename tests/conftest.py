"""What every test shares; imports no Qt, so that the core's tests run without it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROADS = "CLINIC_ROADS_DIR"


class SettableClock:
    """A clock that a test sets and moves."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now_utc(self) -> datetime:
        """The set moment."""
        return self.moment

    def advance(self, **delta: float) -> None:
        """Move on, for example ``advance(minutes=5)``."""
        self.moment += timedelta(**delta)


@pytest.fixture
def clock() -> SettableClock:
    """Tuesday, November 24, 2026, 8:26 AM in St. Louis."""
    return SettableClock(datetime(2026, 11, 24, 14, 26, tzinfo=UTC))


@pytest.fixture(scope="session")
def roads_dir() -> Path:
    """The folder of real road extracts; tests that need it are skipped where it is not."""
    default = Path(__file__).parent.parent.parent / "shared" / "data" / "roads"
    folder = Path(os.environ.get(ROADS, str(default)))
    if not folder.is_dir():
        pytest.skip(f"the real road extracts are not here ({ROADS})")
    return folder
