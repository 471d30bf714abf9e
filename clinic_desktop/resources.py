"""Looks resources up: in the source tree beside the package, or inside the installed wheel."""

from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def resources_root() -> Path:
    """The folder that holds fonts, icons, tokens, clinical data files and locales.

    Returns:
        ``clinic_desktop/_resources`` in an installed wheel, ``resources/`` in a checkout.

    Raises:
        FileNotFoundError: neither exists, so the installation is broken.
    """
    package = Path(str(files("clinic_desktop")))
    for candidate in (package / "_resources", package.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("The program's resources folder is missing: install it again.")


def resource(*parts: str) -> Path:
    """The path of one resource file, for example ``resource("tokens", "tokens.json")``."""
    return resources_root().joinpath(*parts)
