"""The command line's verbs: each opens what it needs, does one thing, and says it in sentences."""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.clinic_folder import ClinicFolder, OpenClinic
from clinic_desktop.composition.system import SystemClock, new_id
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.patient_import import EncodingUnclear
from clinic_desktop.domain.travel import RegionState
from clinic_desktop.services.patient_import import ImportPatients
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.text import _
from clinic_desktop.travel.region import region_status
from clinic_desktop.travel.road_build import build_region

OK: Final = 0
FAILED: Final = 1


class TerminalLine:
    """Progress on one line of a terminal; nothing where the output is no terminal."""

    def report(self, fraction: float, message: str = "") -> None:
        """Draw the line anew."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{100 * fraction:3.0f} %  {message:<40}")
            sys.stderr.flush()

    def stop_requested(self) -> bool:
        """Ctrl C ends the program itself."""
        return False

    def done(self) -> None:
        """Leave the line."""
        if sys.stderr.isatty():
            sys.stderr.write("\n")


def run_verb(arguments: Arguments) -> int:
    """Run a verb; an expected failure is one sentence and exit code 1."""
    verbs: dict[str, Callable[[Arguments], int]] = {
        "roads": _roads,
        "verify": _verify,
        "backup": _backup,
        "restore": _restore,
        "import": _import,
    }
    try:
        return verbs[arguments.verb](arguments)
    except ClinicError as error:
        _say(str(error), sys.stderr)
        return FAILED


def _root(arguments: Arguments) -> Path:
    return arguments.data or user_data_path("clinic-desktop", "Clinic Desktop")


def _roads(arguments: Arguments) -> int:
    folder = DataFolder(_root(arguments))
    if arguments.action == "status":
        status = region_status(folder.region)
        if status.state is not RegionState.READY or status.as_of is None:
            _say(_("There are no roads here yet. Add an extract: roads add FILE.osm.pbf"))
            return OK
        local = to_local(status.as_of, "UTC").date().isoformat()
        _say(
            _("{name}: data of {day}, {n} addresses, {size:.1f} MB").format(
                name=status.name, day=local, n=status.address_count, size=status.built_bytes / 1e6
            )
        )
        return OK
    folder.prepare()
    line = TerminalLine()
    assert arguments.path is not None
    status = build_region(arguments.path, folder.region, line)
    line.done()
    _say(
        _("The roads of {name} are ready: {n} addresses.").format(
            name=status.name, n=status.address_count
        )
    )
    return OK


def _verify(arguments: Arguments) -> int:
    opened = _open(arguments)
    try:
        findings = [finding.sentence for finding in opened.verify()]
        clinical = opened.services.clinical
        if clinical is not None:
            session = opened.services.session
            findings += [f.sentence for f in clinical.verify_signatures(session)]
        for sentence in findings:
            _say(sentence)
        if clinical is None:
            _say(_("clinical.db was not checked: this log-in’s keys do not open it."))
        if findings:
            return FAILED
        checked = _("schedule.db and clinical.db") if clinical is not None else _("schedule.db")
        _say(_("Nothing was found wrong in {files}.").format(files=checked))
        return OK
    finally:
        opened.close()


def _backup(arguments: Arguments) -> int:
    opened = _open(arguments)
    try:
        line = TerminalLine()
        services = opened.services
        made = services.backups.make(services.session, arguments.path, line)
        line.done()
        _say(_("Backed up to {path}").format(path=made.path))
        return OK
    finally:
        opened.close()


def _restore(arguments: Arguments) -> int:
    opened = _open(arguments)
    assert arguments.path is not None
    try:
        line = TerminalLine()
        opened.services.backups.restore(arguments.path, line)
        line.done()
    finally:
        opened.shut()
    _say(_("Restored. The files that were here are kept in the folder “replaced”."))
    return OK


def _import(arguments: Arguments) -> int:
    opened = _open(arguments)
    assert arguments.path is not None
    try:
        imports, session = opened.services.imports, opened.services.session
        try:
            table = imports.read(session, arguments.path)
        except EncodingUnclear as unclear:
            _say(
                _("The file’s encoding is not clear; it is read as {name}.").format(
                    name=unclear.suggestion
                )
            )
            table = imports.read(session, arguments.path, encoding=unclear.suggestion)
        line = TerminalLine()
        result = imports.run(
            session,
            ImportPatients(table=table, mapping=imports.suggest(table)),
            line,
            addresses=opened.services.roads,
        )
        line.done()
        _say(
            _("{new} new patients, {known} were here already.").format(
                new=result.added, known=result.already_here
            )
        )
        return OK
    finally:
        opened.close()


def _open(arguments: Arguments) -> OpenClinic:
    folder = ClinicFolder(_root(arguments), SystemClock(), new_id)
    state = folder.look()
    if not state.has_clinic:
        raise ClinicError(
            _("There is no clinic in {path}.").format(path=state.path),
            way_out=_("Name its folder: --data DIR"),
        )
    if state.problem:
        raise ClinicError(state.problem)
    user, password = _credentials(arguments)
    return folder.open(user, password)


def _credentials(arguments: Arguments) -> tuple[str, str]:
    """At a terminal by prompt, else as lines on standard input."""
    if sys.stdin.isatty():
        user = arguments.user or input(_("Log-in: "))
        return user, getpass.getpass(_("Password: "))
    user = arguments.user or sys.stdin.readline().rstrip("\n")
    return user, sys.stdin.readline().rstrip("\n")


def _say(sentence: str, stream: object = None) -> None:
    target = sys.stderr if stream is sys.stderr else sys.stdout
    target.write(f"{sentence}\n")
