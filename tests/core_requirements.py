"""Prints the project's requirements without Qt, for the core tests' environment."""

import tomllib
from pathlib import Path


def core_requirements(pyproject: Path) -> list[str]:
    """The run and test requirements, those on Qt left out."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    return [name for name in wanted if not name.startswith(("pyside6", "pytest-qt"))]


if __name__ == "__main__":
    print("\n".join(core_requirements(Path(__file__).parent.parent / "pyproject.toml")))
