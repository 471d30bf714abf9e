"""A small clinic made through the first run, as every test of the wiring starts with."""

from pathlib import Path

from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import new_id
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clinic_door import FirstRun, NewLogin
from clinic_desktop.domain.ids import PractitionerId, ServiceId
from clinic_desktop.domain.practitioner import Practitioner, Profession
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, WorkingPattern
from clinic_desktop.store.keys import KdfCost

CHEAP = KdfCost(memory_kib=1024, passes=1, lanes=1)
PASSWORD = "quiet-harbor-lamp"

DANA = Practitioner(
    id=PractitionerId("dana"),
    first_name="Dana",
    last_name="Whitfield",
    profession=Profession.PT,
    credentials="PT, DPT",
    marker=1,
    home=None,
    home_address=None,
    pattern=WorkingPattern(
        weekdays=((MinuteSpan(start_min=450, end_min=1020),),) * 5 + ((), ()), lunch=LunchRule()
    ),
)
FOLLOW_UP = Service(
    id=ServiceId("follow"),
    name="Follow-up",
    short_name="Follow-up",
    kind=ServiceKind.FOLLOW_UP,
    treatment_min=35,
)


def login(name: str, *roles: Role, index: int | None = None) -> NewLogin:
    """A log-in with the password that all have."""
    return NewLogin(
        login=name,
        name=name.title(),
        roles=frozenset(roles),
        password=PASSWORD,
        practitioner_index=index,
    )


def first_run(extract: Path | None = None) -> FirstRun:
    """An office, a practitioner who owns the clinic, and an owner who does not treat."""
    return FirstRun(
        clinic=Clinic(name="River Clinic"),
        logins=(
            login("olive", Role.OFFICE),
            login("dana", Role.PRACTITIONER, Role.OWNER, index=0),
            login("owen", Role.OWNER),
        ),
        practitioners=(DANA,),
        services=(FOLLOW_UP,),
        extract=extract,
    )


def make_clinic(root: Path, clock) -> tuple:
    """Make the clinic and let its folder go. Returns the recovery sheets."""
    folder = ClinicFolder(root, clock, new_id, CHEAP)
    try:
        return folder.create(first_run(), SilentProgress())
    finally:
        folder.release()


def flip_byte(path: Path, at: int) -> None:
    """Change one bit in a file, as a failing disk or a stranger would."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
