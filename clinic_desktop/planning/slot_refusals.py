"""Who is searched, and the sentences for those and for days that fall out as a whole."""

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.us_state import state_letters
from clinic_desktop.text import _


def wanted_people(request: SlotRequest, schedule: Schedule) -> list[Practitioner]:
    """Who is searched: everybody active, or the one who is asked for."""
    return [
        person
        for person in schedule.practitioners
        if person.active and request.practitioner_id in (None, person.id)
    ]


def closed_sentence(name: str) -> str:
    """Why nothing can be had on a closed day, by the day's name."""
    return _("{holiday}: the clinic is closed.").format(holiday=name)


def unlicensed_sentence(person: Practitioner, state: str) -> str:
    """Why somebody cannot go to an address in a state."""
    return _("{name} is not licensed in {state}.").format(
        name=person.name, state=state_letters(state)
    )


def whole_refusals(
    request: SlotRequest, schedule: Schedule, fitting: set[str], formats: Formats
) -> list[str]:
    """Why people fall out as a whole, a sentence each."""
    sentences: list[str] = []
    needed = request.service.needed_certification
    people = wanted_people(request, schedule)
    if not people:
        return [_("Nobody who is active can be searched.")]
    for person in people:
        certified = [day for day in schedule.days if person.certified(needed, day)]
        if not certified:
            sentences.append(
                _("{name} is not certified for this service.").format(name=person.name)
            )
        elif len(certified) < len(schedule.days):
            sentences.append(
                _("{name} is certified for this service only until {day}.").format(
                    name=person.name, day=formats.day(certified[-1])
                )
            )
        home = schedule.home_state
        licensed = [day for day in schedule.days if person.licensed(request.state, day, home)]
        if not licensed:
            sentences.append(unlicensed_sentence(person, request.state))
        elif len(licensed) < len(schedule.days):
            sentences.append(
                _("{name} is licensed in {state} only until {day}.").format(
                    name=person.name,
                    state=state_letters(request.state),
                    day=formats.day(licensed[-1]),
                )
            )
        if certified and licensed and person.id not in fitting:
            sentences.append(
                _("No gap of {name}’s takes {n} minutes when the caller can.").format(
                    name=person.name, n=request.door_min
                )
            )
    return sentences
