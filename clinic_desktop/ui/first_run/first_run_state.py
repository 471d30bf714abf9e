"""The first run's answers and what is wrong with them: no Qt, so that it has tests of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Final

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clinic_door import FirstRun, NewLogin
from clinic_desktop.domain.ids import PractitionerId, ServiceId
from clinic_desktop.domain.practitioner import Certification, Practitioner, Profession
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, WorkingPattern
from clinic_desktop.text import _

LEAST_PASSWORD: Final = 8
NEEDLING: Final = "dry_needling_advanced"

OWNER_KEY: Final = "owner"
OFFICE_KEY: Final = "office"


class Step(IntEnum):
    """The steps in order; ``MAKING`` has no way back, ``SHEETS`` only one onward."""

    CLINIC = 0
    OWNER = 1
    PEOPLE = 2
    SERVICES = 3
    ROADS = 4
    MAKING = 5
    SHEETS = 6


@dataclass(slots=True)
class PersonAnswers:
    """One person: a name, and the log-in that goes with it."""

    name: str = ""
    login: str = ""
    password: str = field(default="", repr=False)
    repeat: str = field(default="", repr=False)


@dataclass(slots=True)
class ServiceAnswers:
    """One service as offered; ``offered`` False leaves it out. Minutes; dollars as typed."""

    name: str
    short_name: str
    kind: ServiceKind
    minutes: int
    price: str = ""
    needed_certification: str | None = None
    offered: bool = True


def usual_services() -> list[ServiceAnswers]:
    """What a dry-needling clinic offers to begin with."""
    rows = (
        (_("Initial evaluation"), _("Evaluation"), ServiceKind.EVALUATION, 65, NEEDLING),
        (_("Dry needling follow-up"), _("Follow-up"), ServiceKind.FOLLOW_UP, 35, NEEDLING),
        (_("Re-evaluation"), _("Re-evaluation"), ServiceKind.RE_EVALUATION, 35, NEEDLING),
        (_("Strengthening session"), _("Strength"), ServiceKind.OTHER, 35, None),
    )
    return [
        ServiceAnswers(name, short, kind, minutes, needed_certification=needed)
        for name, short, kind, minutes, needed in rows
    ]


@dataclass(slots=True)
class FirstRunState:
    """What has been answered so far, and the step that is open."""

    step: Step = Step.CLINIC
    clinic: Clinic = field(default_factory=lambda: Clinic(name=""))
    owner: PersonAnswers = field(default_factory=PersonAnswers)
    owner_treats: bool = True
    office: PersonAnswers = field(default_factory=PersonAnswers)
    practitioners: list[PersonAnswers] = field(default_factory=list[PersonAnswers])
    services: list[ServiceAnswers] = field(default_factory=usual_services)
    extract: Path | None = None

    # The way through.

    def next(self) -> dict[str, str]:
        """Go on if nothing is wrong.

        Returns:
            What is wrong with the open step: a sentence by the field's key; empty if it went on.
        """
        if self.step >= Step.MAKING:
            return {}
        faults = self.faults()
        if not faults:
            self.step = Step(self.step + 1)
        return faults

    def back(self) -> None:
        """One step back; not once the clinic is being made."""
        if Step.CLINIC < self.step < Step.MAKING:
            self.step = Step(self.step - 1)

    def made(self) -> None:
        """The clinic is made; the sheets are next. Raises ``ValueError`` in any other step."""
        if self.step is not Step.MAKING:
            raise ValueError("no clinic is being made")
        self.step = Step.SHEETS

    def not_made(self) -> None:
        """The clinic could not be made: back to the last question."""
        self.step = Step.ROADS

    # What is wrong.

    def faults(self) -> dict[str, str]:
        """What is missing before the open step can be left, by the field's key."""
        checks: dict[Step, Callable[[], dict[str, str]]] = {
            Step.CLINIC: self._clinic_faults,
            Step.OWNER: lambda: self._login_faults(OWNER_KEY, self.owner),
            Step.PEOPLE: self._people_faults,
            Step.SERVICES: self._service_faults,
        }
        check = checks.get(self.step)
        return check() if check else {}

    def _clinic_faults(self) -> dict[str, str]:
        return {} if self.clinic.name.strip() else {"clinic": _("What is the clinic called?")}

    def _people_faults(self) -> dict[str, str]:
        faults: dict[str, str] = {}
        for key, person in self._people():
            faults |= self._login_faults(key, person)
        if not self.owner_treats and not self._filled_in():
            faults.setdefault(
                practitioner_key(0, "name"), _("The clinic needs at least one practitioner.")
            )
        return faults

    def _login_faults(self, key: str, person: PersonAnswers) -> dict[str, str]:
        faults: dict[str, str] = {}
        if len(person.name.split()) < 2:
            faults[f"{key}_name"] = _("First and last name, please.")
        login = _folded(person.login)
        if not login:
            faults[f"{key}_login"] = _("Choose a log-in name.")
        elif any(_folded(o.login) == login for k, o in self._everybody() if k != key):
            faults[f"{key}_login"] = _("Two people cannot share a log-in name.")
        if len(person.password) < LEAST_PASSWORD:
            faults[f"{key}_password"] = _("At least {n} characters.").format(n=LEAST_PASSWORD)
        elif person.password != person.repeat:
            faults[f"{key}_repeat"] = _("The two passwords differ.")
        return faults

    def _service_faults(self) -> dict[str, str]:
        faults: dict[str, str] = {}
        offered = [(n, s) for n, s in enumerate(self.services) if s.offered]
        if not offered:
            return {service_key(0, "name"): _("Offer at least one service.")}
        for number, service in offered:
            if not service.name.strip():
                faults[service_key(number, "name")] = _("The service needs a name.")
            if cents(service.price) is None:
                faults[service_key(number, "price")] = _("Type the price as 120 or 120.00.")
        return faults

    def _filled_in(self) -> list[PersonAnswers]:
        return [p for p in self.practitioners if _touched(p)]

    def _people(self) -> list[tuple[str, PersonAnswers]]:
        people = [(OFFICE_KEY, self.office)] if _touched(self.office) else []
        people += [(f"practitioner{n}", p) for n, p in enumerate(self.practitioners) if _touched(p)]
        return people

    def _everybody(self) -> list[tuple[str, PersonAnswers]]:
        return [(OWNER_KEY, self.owner), *self._people()]

    # What comes out.

    def first_run(self, new_id: Callable[[], str]) -> FirstRun:
        """Everything together; only asked for once no step has a fault."""
        practitioners: list[Practitioner] = []
        logins: list[NewLogin] = []

        def add(person: PersonAnswers, roles: set[Role]) -> None:
            index = None
            if Role.PRACTITIONER in roles:
                index = len(practitioners)
                practitioners.append(_practitioner(person.name, index + 1, new_id))
            logins.append(
                NewLogin(
                    login=person.login.strip(),
                    name=" ".join(person.name.split()),
                    roles=frozenset(roles),
                    password=person.password,
                    practitioner_index=index,
                )
            )

        add(self.owner, {Role.OWNER, Role.PRACTITIONER} if self.owner_treats else {Role.OWNER})
        if _touched(self.office):
            add(self.office, {Role.OFFICE})
        for person in self._filled_in():
            add(person, {Role.PRACTITIONER})
        return FirstRun(
            clinic=replace(self.clinic, name=" ".join(self.clinic.name.split())),
            logins=tuple(logins),
            practitioners=tuple(practitioners),
            services=tuple(_service(s, new_id) for s in self.services if s.offered),
            extract=self.extract,
        )


def practitioner_key(number: int, part: str) -> str:
    """The key of one of a further practitioner's fields."""
    return f"practitioner{number}_{part}"


def service_key(number: int, part: str) -> str:
    """The key of one of a service's fields."""
    return f"service{number}_{part}"


def cents(typed: str) -> int | None:
    """A price as typed, in cents; 0 for nothing typed, None if it is no price."""
    text = typed.strip().removeprefix("$").replace(",", "").strip()
    if not text:
        return 0
    whole, dot, part = text.partition(".")
    if not whole.isascii() or not whole.isdigit() or len(whole) > 6:
        return None
    if dot and not (part.isascii() and part.isdigit() and 1 <= len(part) <= 2):
        return None
    return int(whole) * 100 + int(part.ljust(2, "0") if part else 0)


def _touched(person: PersonAnswers) -> bool:
    return bool(person.name.strip() or person.login.strip() or person.password)


def _folded(login: str) -> str:
    return login.strip().casefold()


def _practitioner(name: str, marker: int, new_id: Callable[[], str]) -> Practitioner:
    first, _space, last = " ".join(name.split()).partition(" ")
    hours = (MinuteSpan(start_min=8 * 60, end_min=17 * 60),)
    return Practitioner(
        id=PractitionerId(new_id()),
        first_name=first,
        last_name=last,
        profession=Profession.PT,
        credentials="PT",
        marker=marker,
        home=None,
        home_address=None,
        pattern=WorkingPattern(weekdays=(hours,) * 5 + ((), ()), lunch=LunchRule()),
        certifications=(Certification(kind=NEEDLING),),
    )


def _service(answers: ServiceAnswers, new_id: Callable[[], str]) -> Service:
    name = " ".join(answers.name.split())
    return Service(
        id=ServiceId(new_id()),
        name=name,
        short_name=answers.short_name or name,
        kind=answers.kind,
        treatment_min=answers.minutes,
        needed_certification=answers.needed_certification,
        price_cents=cents(answers.price) or 0,
    )
