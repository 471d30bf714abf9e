"""numba's compiler behind one typed door: it carries no types that a checker could read."""

from collections.abc import Callable
from typing import Any, cast

import numba


def compiled[F: Callable[..., Any]](function: F) -> F:
    """The function as machine code: kept on disk, and other threads run beside it."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
