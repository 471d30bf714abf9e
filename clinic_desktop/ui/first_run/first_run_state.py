"""The first run's answers and what is wrong with them: no Qt, so that it has tests of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clinic_door import FirstRun, NewLogin
from clinic_desktop.domain.ids import PractitionerId, ServiceId
from clinic_desktop.domain.practitioner import Certification, Practitioner, Profession
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, WorkingPattern
from clinic_desktop.text import _

LEAST_PASSWORD = 8
NEEDLING = "dry_needling_advanced"


@dataclass(slots=True)
class PersonAnswers:
    """One practitioner, and the log-in that goes with them."""

    name: str = ""
    login: str = ""
    password: str = ""


@dataclass(slots=True)
class FirstRunState:
    """What has been typed so far, step by step."""

    clinic_name: str = ""
    zone: str = "America/Chicago"
    clock: str = "12h"
    distance_unit: str = "mi"
    owner_name: str = ""
    owner_login: str = ""
    owner_password: str = ""
    owner_repeat: str = ""
    owner_treats: bool = True
    office_name: str = ""
    office_login: str = ""
    office_password: str = ""
    people: list[PersonAnswers] = field(default_factory=list[PersonAnswers])
    extract: Path | None = None

    def fault(self, step: int) -> str:
        """What is missing before a step can be left, as a sentence; "" if nothing."""
        if step == 0 and not self.clinic_name.strip():
            return _("What is the clinic called?")
        if step == 1:
            return self._owner_fault()
        if step == 2:
            return self._people_fault()
        return ""

    def first_run(self, new_id: Callable[[], str]) -> FirstRun:
        """Everything together; only called when no step has a fault."""
        practitioners: list[Practitioner] = []
        logins: list[NewLogin] = []
        roles = {Role.OWNER}
        index = None
        if self.owner_treats:
            roles.add(Role.PRACTITIONER)
            index = 0
            practitioners.append(_practitioner(self.owner_name, 1, new_id))
        logins.append(
            NewLogin(
                login=self.owner_login.strip(),
                name=self.owner_name.strip(),
                roles=frozenset(roles),
                password=self.owner_password,
                practitioner_index=index,
            )
        )
        if self.office_login.strip():
            logins.append(
                NewLogin(
                    login=self.office_login.strip(),
                    name=self.office_name.strip() or self.office_login.strip(),
                    roles=frozenset({Role.OFFICE}),
                    password=self.office_password,
                )
            )
        for person in self.named_people():
            practitioners.append(_practitioner(person.name, len(practitioners) + 1, new_id))
            logins.append(
                NewLogin(
                    login=person.login.strip(),
                    name=person.name.strip(),
                    roles=frozenset({Role.PRACTITIONER}),
                    password=person.password,
                    practitioner_index=len(practitioners) - 1,
                )
            )
        return FirstRun(
            clinic=Clinic(
                name=self.clinic_name.strip(),
                zone=self.zone,
                clock=self.clock,
                distance_unit=self.distance_unit,
            ),
            logins=tuple(logins),
            practitioners=tuple(practitioners),
            services=usual_services(new_id),
            extract=self.extract,
        )

    def named_people(self) -> list[PersonAnswers]:
        """The practitioners that were filled in."""
        return [person for person in self.people if person.name.strip()]

    def _owner_fault(self) -> str:
        if len(self.owner_name.split()) < 2:
            return _("First and last name of the owner, please.")
        if not self.owner_login.strip():
            return _("Choose a log-in name.")
        if len(self.owner_password) < LEAST_PASSWORD:
            return _("A password needs at least {n} characters.").format(n=LEAST_PASSWORD)
        if self.owner_password != self.owner_repeat:
            return _("The two passwords differ.")
        return ""

    def _people_fault(self) -> str:
        taken = {self.owner_login.strip().casefold()}
        if self.office_login.strip():
            if len(self.office_password) < LEAST_PASSWORD:
                return _("The office’s password needs at least {n} characters.").format(
                    n=LEAST_PASSWORD
                )
            if self.office_login.strip().casefold() in taken:
                return _("Two people cannot share a log-in name.")
            taken.add(self.office_login.strip().casefold())
        for person in self.named_people():
            if len(person.name.split()) < 2:
                return _("First and last name of each practitioner, please.")
            login = person.login.strip().casefold()
            if not login or login in taken:
                return _("Each practitioner needs a log-in name of their own.")
            taken.add(login)
            if len(person.password) < LEAST_PASSWORD:
                return _("{name}’s password needs at least {n} characters.").format(
                    name=person.name.strip(), n=LEAST_PASSWORD
                )
        if not self.owner_treats and not self.named_people():
            return _("The clinic needs a practitioner.")
        return ""


def _practitioner(name: str, marker: int, new_id: Callable[[], str]) -> Practitioner:
    first, _space, last = name.strip().partition(" ")
    hours = (MinuteSpan(start_min=8 * 60, end_min=17 * 60),)
    return Practitioner(
        id=PractitionerId(new_id()),
        first_name=first,
        last_name=last.strip(),
        profession=Profession.PT,
        credentials="PT",
        marker=marker,
        home=None,
        home_address=None,
        pattern=WorkingPattern(weekdays=(hours,) * 5 + ((), ()), lunch=LunchRule()),
        certifications=(Certification(kind=NEEDLING),),
    )


def usual_services(new_id: Callable[[], str]) -> tuple[Service, ...]:
    """What a dry-needling clinic offers to begin with; changed later in Settings."""
    rows = (
        (_("Initial evaluation"), _("Evaluation"), ServiceKind.EVALUATION, 65, NEEDLING),
        (_("Dry needling follow-up"), _("Follow-up"), ServiceKind.FOLLOW_UP, 35, NEEDLING),
        (_("Re-evaluation"), _("Re-evaluation"), ServiceKind.RE_EVALUATION, 35, NEEDLING),
        (_("Strengthening session"), _("Strength"), ServiceKind.OTHER, 35, None),
    )
    return tuple(
        Service(
            id=ServiceId(new_id()),
            name=name,
            short_name=short,
            kind=kind,
            treatment_min=minutes,
            needed_certification=needed,
        )
        for name, short, kind, minutes, needed in rows
    )
