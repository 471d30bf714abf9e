"""Why a start cannot be had, and what would free it: the two questions answered together."""

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.planning_ports import Schedule, Wanted
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.why_not import Needs, RuleCheck, RuleKind, WhyNot
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.smallest_change import ChangeFinder
from clinic_desktop.planning.why_not import open_day_of, rule_checks
from clinic_desktop.text import _

_CAN_BE_FREED = frozenset(
    {RuleKind.VISIT, RuleKind.DRIVE_BEFORE, RuleKind.DRIVE_AFTER, RuleKind.LUNCH}
)
"""Rules that other visits are the reason of; nothing done to a visit lifts another rule."""


def explain(
    request: SlotRequest,
    schedule: Schedule,
    clock: DriveClock,
    clinic: Clinic,
    wanted: Wanted,
    needs: Needs,
) -> WhyNot:
    """Every rule about a start, and the smallest change if only visits are in its way.

    Args:
        request: the wanted visit.
        schedule: at least the day of the start, everybody's.
        clock: drives.
        clinic: grid and formats.
        wanted: the start, and with whom.
        needs: what each visit on that day needs wherever it goes.
    """
    people = {person.id: person for person in schedule.practitioners if person.active}
    if wanted.practitioner_id not in people:
        nobody = RuleCheck(kind=RuleKind.HOURS, ok=False, sentence=_("Nobody works then."))
        return WhyNot(practitioner_id=wanted.practitioner_id, start=wanted.start, checks=(nobody,))
    day = wanted.start.date()
    open_day = open_day_of(request, schedule, people[wanted.practitioner_id], day)
    start = wanted.start.hour * 60 + wanted.start.minute
    checks = rule_checks(request, schedule, open_day, start, clock, Formats.of(clinic))
    blocking = {check.kind for check in checks if not check.ok}
    change = None
    if blocking and blocking <= _CAN_BE_FREED:
        days = [open_day_of(request, schedule, person, day) for person in people.values()]
        finder = ChangeFinder(request, schedule, days, needs, clock, clinic.slot_grid_min)
        change = finder.find(wanted.practitioner_id, start)
    return WhyNot(
        practitioner_id=wanted.practitioner_id, start=wanted.start, checks=checks, change=change
    )
