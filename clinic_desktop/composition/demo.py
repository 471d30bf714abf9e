"""The demo clinic: town, roads, people and a fortnight of visits in a folder of its own."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.app import make_application, run_window
from clinic_desktop.composition.clinic_folder import ClinicFolder, OpenClinic
from clinic_desktop.composition.system import SystemClock, new_id
from clinic_desktop.demo.clinic import (
    DemoDays,
    DemoPeople,
    Household,
    demo_days,
    demo_people,
)
from clinic_desktop.demo.clinical_records import past_records
from clinic_desktop.demo.households import region_households, town_households
from clinic_desktop.demo.names import fictional_people
from clinic_desktop.demo.town import generate_town
from clinic_desktop.domain.clinic_door import FirstRun, NewLogin
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import ClinicError, RoadsTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.clinical.files import blob_of
from clinic_desktop.services.series_plan import ChangeSeries, Repeat
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.text import _
from clinic_desktop.travel.region import Region
from clinic_desktop.travel.road_build import build_region

DEMO_PASSWORD: Final = "demo-clinic"
PATIENTS: Final = 84
_SERIES_VISITS: Final = 6
_OFFICE: Final = ("office", "Olivia Marsh")


class TerminalProgress:
    """Writes each new message on the terminal."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write, self._last = write, ""

    def report(self, fraction: float, message: str = "") -> None:
        """Say what is being done, once."""
        if message and message != self._last:
            self._last = message
            self._write(f"{message} ...\n")

    def stop_requested(self) -> bool:
        """Ctrl C stops the whole program."""
        return False


def run_demo(arguments: Arguments) -> int:
    """Make the demo clinic (or open the one in ``--data``) and show it."""
    app, theme = make_application(arguments)
    root = arguments.data or Path(tempfile.mkdtemp(prefix="clinic-desktop-demo-"))
    folder = ClinicFolder(root, SystemClock(), new_id)
    try:
        if not folder.look().has_clinic:
            make_demo(folder, SystemClock(), arguments, TerminalProgress(sys.stderr.write))
    except ClinicError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    hint = _("Demo: every password is “{password}”.").format(password=DEMO_PASSWORD)
    return run_window(app, theme, folder, arguments, hint)


def make_demo(
    folder: ClinicFolder,
    clock: Clock,
    arguments: Arguments,
    progress: Progress,
    *,
    empty: bool = False,
) -> None:
    """Fill an empty folder with the demo clinic.

    Args:
        folder: holds no clinic yet.
        clock: visits are planned around its time.
        arguments: region and seed.
        progress: told what is being done.
        empty: without patients and visits.

    Raises:
        RoadsTrouble: the region cannot be used.
        StoreTrouble: the folder cannot be written.
    """
    progress.report(0.0, _("Preparing the roads"))
    households = _prepare_region(folder, arguments, progress)
    seed = arguments.seed
    base = demo_people(
        households,
        fictional_people(seed, PATIENTS),
        new_id,
        today=clock.now_utc().date(),
        seed=seed,
        patients=PATIENTS,
    )
    progress.report(0.6, _("Making the clinic"))
    folder.create(_first_run(base), progress)
    opened = folder.open("dana", DEMO_PASSWORD)
    try:
        if not empty:
            progress.report(0.7, _("Planning a fortnight of visits"))
            _fill(opened, base, clock, seed, progress)
    finally:
        opened.close()


def _prepare_region(
    folder: ClinicFolder, arguments: Arguments, progress: Progress
) -> list[Household]:
    region_folder = folder.folder.region
    if arguments.region is None:
        extract = region_folder / "marlow-bend.osm.pbf"
        region_folder.mkdir(parents=True, exist_ok=True)
        progress.report(0.05, _("Drawing the fictional town of Marlow Bend"))
        town = generate_town(extract, seed=arguments.seed)
        build_region(extract, region_folder, progress)
        return town_households(town.sample_addresses)
    build_region(arguments.region, region_folder, progress)
    region = Region.open(region_folder)
    assert region is not None
    houses, streets = region.addresses().samples(PATIENTS * 6)
    found = region_households(houses, streets, PATIENTS + 6, arguments.seed)
    if len(found) < PATIENTS // 4:
        raise RoadsTrouble(
            _("This extract has too few addresses and streets for a demo clinic."),
            way_out=_("Choose a larger one."),
        )
    return found


def _first_run(base: DemoPeople) -> FirstRun:
    login, name = _OFFICE
    logins = [
        NewLogin(login=login, name=name, roles=frozenset({Role.OFFICE}), password=DEMO_PASSWORD)
    ]
    for index, person in enumerate(base.practitioners):
        roles = {Role.PRACTITIONER, Role.OWNER} if index == 0 else {Role.PRACTITIONER}
        logins.append(
            NewLogin(
                login=person.first_name.lower(),
                name=person.name,
                roles=frozenset(roles),
                password=DEMO_PASSWORD,
                practitioner_index=index,
            )
        )
    return FirstRun(
        clinic=base.clinic,
        logins=tuple(logins),
        practitioners=base.practitioners,
        services=base.services,
    )


def _fill(
    opened: OpenClinic, base: DemoPeople, clock: Clock, seed: int, progress: Progress
) -> None:
    services = opened.services
    now: datetime = local_now(clock, base.clinic.zone)
    services.roads.warm(services.store, base.places(), progress)
    reader = services.store.reader()
    office = next(u for u in reader.users() if u.login == _OFFICE[0])
    days = demo_days(
        base, services.roads.drives(reader), new_id, now=now, told_by=office.id, seed=seed
    )
    with services.store.operation(
        _("Set up the demo clinic"), services.session, undoable=False
    ) as op:
        op.put_all(base.patients)
        op.put_all(base.sites)
        op.put_all(days.visits)
        op.put_all(days.promises)
        op.put_all(days.time_off)
    _repeat_one(services, days.visits, now)
    _fill_records(opened, base, days, now, seed)


def _fill_records(
    opened: OpenClinic, base: DemoPeople, days: DemoDays, now: datetime, seed: int
) -> None:
    """What the clinicians know of those who were seen before; made in a clinician's session."""
    services, store = opened.services, opened.clinical
    clinical = services.clinical
    assert clinical is not None
    assert store is not None
    user_of = {u.practitioner_id: u.id for u in services.store.reader().users()}
    text = clinical.library.consent_text()
    past = past_records(
        base,
        days.visits,
        catalogue=clinical.library.catalogue,
        template_for=clinical.library.template_for,
        consent=text,
        clinicians=[user_of[person.id] for person in base.practitioners],
        new_id=new_id,
        now=now,
        seed=seed,
    )
    with store.operation(_("Set up the demo clinic"), services.session, undoable=False) as op:
        op.put_blob(blob_of("text/markdown", text.body.encode()))
        op.put_blob(blob_of(past.signature.media_type, past.signature.data))
        for record in past.records:
            op.put(record.episode)
            op.put(record.intake)
            if record.consent is not None:
                op.put(record.consent)
    clinical.after_login(services.session)


def _repeat_one(services: SessionServices, visits: Sequence[Visit], now: datetime) -> None:
    """Make a weekly series of the next visit; a turn that cannot be had is skipped."""
    ahead = [v for v in visits if v.start > now and not v.locks]
    if not ahead:
        return
    first = min(ahead, key=lambda v: (v.start, v.id))
    command = ChangeSeries(visit_id=first.id, repeat=Repeat(count=_SERIES_VISITS))
    plan = services.series.plan(services.session, command)
    services.series.change(
        services.session,
        replace(command, choices={item.number: None for item in plan.open}),
        undoable=False,
    )
