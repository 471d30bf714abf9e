"""How long work reports how far it is and learns that it shall stop."""

from typing import Protocol


class Progress(Protocol):
    """Given to long work by whoever started it; safe to call from any thread."""

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far the work is (0 to 1) and what it is doing."""
        ...

    def stop_requested(self) -> bool:
        """Whether the person asked to stop; the work then raises ``Cancelled``."""
        ...


class SilentProgress:
    """Reports to nobody and never stops: for tests and short work."""

    def report(self, fraction: float, message: str = "") -> None:
        """Ignore the report."""

    def stop_requested(self) -> bool:
        """Never."""
        return False
