"""Puts several files in place together, so that a crash leaves all of the old or all of the new.

The new files lie beside the old ones under ``*.next``. Writing ``swap.json`` is the point of no
return: before it, leftovers are thrown away; after it, ``finish_interrupted`` brings the renames
to their end, however often it is stopped. No key is needed for that.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, cast

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.atomic_file import sync_folder, write_whole
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.store.sqlcipher import os_trouble
from clinic_desktop.text import _

STATE_NAME: Final = "swap.json"
_NEXT: Final = ".next"
_COMPANIONS: Final = ("-wal", "-shm", "-journal")

OnStep = Callable[[str], None]
"""Told the name of each finished step; tests stop the program there."""


def no_step(_step: str) -> None:
    """Nobody watches the steps."""


def staged_path(target: Path) -> Path:
    """Where a file waits until it takes the place of ``target``."""
    return target.with_name(target.name + _NEXT)


def discard_staged(folder: DataFolder) -> None:
    """Throw away what an attempt left that never came to its point of no return."""
    for path in folder.root.glob(f"*{_NEXT}*"):
        path.unlink(missing_ok=True)


def swap_in(
    folder: DataFolder,
    reason: str,
    targets: Sequence[Path],
    *,
    keep_old_in: Path | None,
    on_step: OnStep = no_step,
) -> None:
    """Put the staged files of all targets in place.

    Args:
        folder: the data folder; every target lies directly in it.
        reason: ``rekey`` or ``restore``.
        targets: a database before its own ``-wal``.
        keep_old_in: a folder for the old files, or None to let them go.
        on_step: told each finished step.

    Raises:
        StoreTrouble: the folder cannot be written; ``finish_interrupted`` goes on from there.
    """
    state = {
        "reason": reason,
        "targets": [target.name for target in targets],
        "keep_old_in": None if keep_old_in is None else keep_old_in.name,
    }
    try:
        sync_folder(folder.root)
        write_whole(folder.root / STATE_NAME, json.dumps(state).encode())
    except OSError as error:
        raise os_trouble(error) from error
    on_step("decided")
    finish_interrupted(folder, on_step=on_step)


def finish_interrupted(folder: DataFolder, *, on_step: OnStep = no_step) -> str | None:
    """Finish or take back what a crash interrupted; call it at every start, before any log-in.

    Returns:
        ``rekey`` or ``restore`` if one was finished now, else None. After a finished ``rekey``
        new recovery sheets have to be printed, because theirs were never shown.

    Raises:
        StoreTrouble: the folder cannot be written, or the state file is damaged.
    """
    state_path = folder.root / STATE_NAME
    try:
        if not state_path.exists():
            discard_staged(folder)
            return None
        state = _read_state(state_path)
        aside = None
        if state["keep_old_in"] is not None:
            aside = folder.replaced / str(state["keep_old_in"])
            aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in cast("list[str]", state["targets"]):
            _put_in_place(folder.root / name, aside, on_step)
        if state["reason"] == "rekey":
            # The copy before still opens with what the removed person knows.
            folder.keyring.with_name(f"{folder.keyring.name}.bak").unlink(missing_ok=True)
        on_step("placed")
        state_path.unlink()
        sync_folder(folder.root)
        on_step("done")
        return str(state["reason"])
    except OSError as error:
        raise os_trouble(error) from error


def _read_state(path: Path) -> dict[str, Any]:
    try:
        state = cast("dict[str, Any]", json.loads(path.read_bytes()))
        if all(Path(n).name == n for n in state["targets"]) and "keep_old_in" in state:
            return state
    except (ValueError, KeyError, TypeError):
        pass
    raise StoreTrouble(
        _(
            "A change of the clinic's files was interrupted, and its record {name} is damaged."
        ).format(name=path.name),
        way_out=_("Restore the last backup into a new folder."),
    )


def _put_in_place(target: Path, aside: Path | None, on_step: OnStep) -> None:
    staged = staged_path(target)
    if not staged.exists():
        return
    # While the new file still waits, whatever lies around the target belongs to the old one.
    old = [target, *(target.with_name(target.name + end) for end in _COMPANIONS)]
    for path in old:
        if not path.exists():
            continue
        if aside is not None:
            path.replace(aside / path.name)
            on_step(f"aside {path.name}")
        elif path != target:
            path.unlink()
    staged.replace(target)
    sync_folder(target.parent)
    on_step(f"in place {target.name}")
