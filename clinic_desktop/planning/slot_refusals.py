"""Who is searched, and the sentences for those and for days that fall out as a whole."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

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


def window_notes(
    request: SlotRequest,
    schedule: Schedule,
    starts: Collection[tuple[date, int]],
    formats: Formats,
) -> list[str]:
    """What the caller asked for and cannot have: closed days, and windows in which nothing fits.

    Args:
        request: what is asked for.
        schedule: the days searched.
        starts: the date and the minute of each start that fits.
        formats: how days are written.
    """
    wanted = [window for window in request.windows if not window.excluded]
    notes: list[str] = []
    for day in schedule.days:
        meant = not wanted or any(window.covers_day(day) for window in wanted)
        if meant and day in schedule.closed:
            sentence = closed_sentence(schedule.closed[day])
            notes.append(f"{formats.day(day)}, {sentence}")
    length = timedelta(minutes=request.door_min)
    begins = [datetime.combine(day, time()) + timedelta(minutes=start) for day, start in starts]
    for window in wanted:
        covered = [day for day in schedule.days if window.covers_day(day)]
        if not covered:
            notes.append(
                _("{when}: not within the days searched, which end on {day}.").format(
                    when=window.text, day=formats.day(schedule.days[-1])
                )
            )
        elif all(day in schedule.closed for day in covered):
            continue
        elif len(wanted) > 1 and not any(window.covers(b, b + length) for b in begins):
            notes.append(_("{when}: nothing fits.").format(when=window.text))
    return notes
