"""Dana's page with the clinic's day behind it."""

from tests.ui.my_day.conftest import opened, operations

__all__ = ["opened", "operations"]
