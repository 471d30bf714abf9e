"""The command line's verbs: each opens what it needs, does one thing, and says it in sentences."""

import getpass
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.import_words import mapping_lines, with_local_dates
from clinic_desktop.composition.open_clinic import OpenClinic
from clinic_desktop.composition.system import SystemClock, new_id
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError, RoadsTrouble
from clinic_desktop.domain.patient_import import EncodingUnclear, PatientTable
from clinic_desktop.domain.route_problem import RoutePlan, check_problem
from clinic_desktop.domain.travel import AddressMatch, RegionState
from clinic_desktop.services.patient_import import ImportPatients
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.store.folder import DataFolder
from clinic_desktop.text import _
from clinic_desktop.travel.region import region_status
from clinic_desktop.travel.road_build import build_region

OK: Final = 0
FAILED: Final = 1
INTERRUPTED: Final = 130


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


class _Addresses:
    """The region's addresses as the import asks for them."""

    def __init__(self, roads: RoadsService) -> None:
        self._roads = roads

    def search(self, text: str, limit: int = 8) -> list[AddressMatch]:
        """Candidates for an address, best first."""
        return self._roads.search_address(text, limit)


def run_verb(arguments: Arguments) -> int:
    """Run a verb; an expected failure is one sentence and exit code 1."""
    verbs: dict[str, Callable[[Arguments], int]] = {
        "roads": _roads,
        "verify": _verify,
        "backup": _backup,
        "restore": _restore,
        "import": _import,
        "plan": _plan,
    }
    try:
        return verbs[arguments.verb](arguments)
    except ClinicError as error:
        _complain(str(error))
        return FAILED
    except KeyboardInterrupt:
        _complain(_("Stopped."))
        return INTERRUPTED


def _roads(arguments: Arguments) -> int:
    folder = DataFolder(_root(arguments))
    if arguments.action == "status":
        return _roads_status(folder)
    assert arguments.path is not None
    if not arguments.path.is_file():
        raise RoadsTrouble(_("{path} is not a file.").format(path=arguments.path))
    folder.prepare()
    # An open window reads the tiles that a new build takes away.
    with folder.locked(), _progress() as line:
        status = build_region(arguments.path, folder.region, line)
    _say(
        _("The roads of {name} are ready: {n} addresses.").format(
            name=status.name, n=status.address_count
        )
    )
    return OK


def _roads_status(folder: DataFolder) -> int:
    status = region_status(folder.region)
    if status.state is RegionState.FAILED:
        raise RoadsTrouble(
            _("The road region here is damaged."),
            still_works=_("Times shown are straight-line estimates."),
            way_out=_("Add the extract again: roads add FILE.osm.pbf"),
        )
    if status.state is not RegionState.READY or status.as_of is None:
        _say(_("There are no roads here yet. Add an extract: roads add FILE.osm.pbf"))
        return OK
    day = to_local(status.as_of, "UTC").date().isoformat()
    _say(
        _("{name}: data of {day}, {n} addresses, {size:.1f} MB").format(
            name=status.name, day=day, n=status.address_count, size=status.built_bytes / 1e6
        )
    )
    return OK


def _verify(arguments: Arguments) -> int:
    with _folder(arguments) as folder:
        report = folder.check(*_credentials(arguments), sheet=arguments.sheet)
    for sentence in (*report.not_opened, *report.findings):
        _say(sentence)
    for name in report.locked:
        _say(_("{name} was not checked: this log-in’s keys do not open it.").format(name=name))
    if not report.sound:
        return FAILED
    _say(_("Nothing was found wrong in {files}.").format(files=_(" and ").join(report.checked)))
    return OK


def _backup(arguments: Arguments) -> int:
    with _opened(arguments) as opened, _progress() as line:
        services = opened.services
        made = services.backups.make(services.session, arguments.path, line)
    _say(_("Backed up to {path}").format(path=made.path))
    return OK


def _restore(arguments: Arguments) -> int:
    assert arguments.path is not None
    root = _root(arguments)
    # The folder may be empty or damaged: a backup brings its own keys and log-ins.
    folder = ClinicFolder(root, SystemClock(), new_id)
    try:
        folder.look()
        login, password = _credentials(arguments)
        with _progress() as line:
            done = folder.restore(arguments.path, login, password, line)
    finally:
        folder.release()
    _say(_("Restored into {path}.").format(path=root))
    if done.replaced is not None:
        _say(_("The files that were here are kept in {path}.").format(path=done.replaced))
    if done.older_keys:
        _say(_("This backup is older than the removal of a user, who can log in again now."))
    return OK


def _import(arguments: Arguments) -> int:
    assert arguments.path is not None
    with _opened(arguments) as opened:
        services = opened.services
        imports, session = services.imports, services.session
        table = _table(opened, arguments.path)
        mapping = with_local_dates(imports.suggest(table), services.clinic.locale)
        for sentence in mapping_lines(table, mapping):
            _say(sentence)
        with _progress() as line:
            result = imports.run(
                session,
                ImportPatients(table=table, mapping=mapping),
                line,
                addresses=_Addresses(services.roads),
            )
    _say(
        _("{new} new patients, {known} were here already.").format(
            new=result.added, known=result.already_here
        )
    )
    return OK


def _plan(arguments: Arguments) -> int:
    # The compiler and the linear solver are loaded for this verb alone.
    from clinic_desktop.exchange.plan_file import read_instance, write_plan
    from clinic_desktop.planning.routing.solve import solve
    from clinic_desktop.planning.routing.warm import warm_up

    assert arguments.path is not None
    assert arguments.out is not None
    problem = read_instance(arguments.path)
    check_problem(problem)
    with _progress() as line:
        line.report(0.0, _("getting ready"))
        warm_up()

        def told(plan: RoutePlan) -> None:
            line.report(
                min(1.0, plan.seconds / arguments.seconds),
                _("cost {cost}, at least {bound}").format(cost=plan.cost, bound=plan.lower_bound),
            )

        plan = solve(problem, seconds=arguments.seconds, seed=arguments.seed, told=told)
    write_plan(plan, arguments.out)
    _say(
        _("Cost {cost}, {served} of {all} visits planned, {seconds:.1f} s.").format(
            cost=plan.cost, served=plan.served, all=len(problem.visits), seconds=plan.seconds
        )
    )
    if plan.proven:
        _say(_("Proven best."))
    else:
        _say(_("At most {gap:.1f} % from the best possible.").format(gap=100 * plan.gap))
    return OK


def _table(opened: OpenClinic, path: Path) -> PatientTable:
    imports, session = opened.services.imports, opened.services.session
    try:
        return imports.read(session, path)
    except EncodingUnclear as unclear:
        _complain(
            _("The file’s encoding is not clear; it is read as {name}.").format(
                name=unclear.suggestion
            )
        )
        return imports.read(session, path, encoding=unclear.suggestion)


def _root(arguments: Arguments) -> Path:
    return arguments.data or user_data_path("clinic-desktop", "Clinic Desktop")


@contextmanager
def _folder(arguments: Arguments) -> Generator[ClinicFolder]:
    """The clinic's folder, locked. Raises ``ClinicError`` where there is no clinic."""
    root = _root(arguments)
    # Looked at first: a misspelt folder is not made.
    if not DataFolder(root).has_clinic():
        raise ClinicError(
            _("There is no clinic in {path}.").format(path=root),
            way_out=_("Name its folder: --data DIR"),
        )
    folder = ClinicFolder(root, SystemClock(), new_id)
    try:
        state = folder.look()
        if state.problem and arguments.verb != "verify":
            raise ClinicError(state.problem)
        yield folder
    finally:
        folder.release()


@contextmanager
def _opened(arguments: Arguments) -> Generator[OpenClinic]:
    """The clinic, logged in."""
    with _folder(arguments) as folder:
        opened = folder.open(*_credentials(arguments))
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def _progress() -> Generator[TerminalLine]:
    line = TerminalLine()
    try:
        yield line
    finally:
        line.done()


def _credentials(arguments: Arguments) -> tuple[str, str]:
    """At a terminal by prompt, else as lines on standard input. Raises ``ClinicError``."""
    if sys.stdin.isatty():
        try:
            user = arguments.user or input(_("Log-in: "))
            return user, getpass.getpass(_("Password: "))
        except EOFError:
            raise _no_password() from None
    user = arguments.user or _line()
    return user, _line()


def _line() -> str:
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        raise ClinicError(_("The log-in on standard input is not UTF-8 text.")) from None
    if not line:
        raise _no_password()
    return line.rstrip("\r\n")


def _no_password() -> ClinicError:
    return ClinicError(
        _("A log-in name and a password are needed."),
        way_out=_("Name the user with --user and give the password on standard input."),
    )


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def _complain(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
