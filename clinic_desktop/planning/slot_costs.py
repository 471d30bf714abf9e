"""What a slot costs, itemised in minutes, and the one sentence that says why it is offered."""

from datetime import date
from typing import Final

from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.slot import CostTerm
from clinic_desktop.text import _

LOW_SLACK_MIN: Final = 5
_LOW_SLACK_PRICE: Final = 3.0
_IDLE_MIN: Final = 45
_IDLE_PRICE: Final = 0.1
_OTHER_PERSON_PRICE: Final = 12.0
_DAY_PRICE: Final = 0.75


def cheap_terms(
    *,
    added_drive_min: int,
    gap_before_min: int | None,
    gap_after_min: int | None,
    practitioner_id: PractitionerId,
    preferred_id: PractitionerId | None,
    day: date,
    first_day: date,
) -> tuple[CostTerm, ...]:
    """Every term but the slack's; all are at least 0 but the driving, which may save some.

    Args:
        added_drive_min: both legs of the new visit, less the leg that they replace.
        gap_before_min: idle minutes to the visit before, None where there is none.
        gap_after_min: idle minutes to the visit after, None where there is none.
        practitioner_id: who would come.
        preferred_id: whom the patient would rather see.
        day: the slot's date.
        first_day: the first date searched.
    """
    terms = [CostTerm(name=_("added driving"), minutes=float(added_drive_min))]
    idle = sum(g for g in (gap_before_min, gap_after_min) if g is not None and g < _IDLE_MIN)
    if idle:
        terms.append(CostTerm(name=_("idle gaps"), minutes=idle * _IDLE_PRICE))
    if preferred_id is not None and preferred_id != practitioner_id:
        terms.append(CostTerm(name=_("another practitioner"), minutes=_OTHER_PERSON_PRICE))
    wait = (day - first_day).days
    if wait:
        terms.append(CostTerm(name=_("later day"), minutes=wait * _DAY_PRICE))
    return tuple(terms)


def slack_term(slack_min: int | None) -> CostTerm | None:
    """The price of little slack, None where there is enough."""
    if slack_min is None or slack_min >= LOW_SLACK_MIN:
        return None
    return CostTerm(name=_("low slack"), minutes=(LOW_SLACK_MIN - slack_min) * _LOW_SLACK_PRICE)


def reason(
    *,
    before: str | None,
    after: str | None,
    slack_min: int | None,
    slack_before: str | None,
    keeps_practitioner: bool,
) -> str:
    """One plain sentence.

    Args:
        before: the patient before (short name), None for the first visit of the day.
        after: the patient after, None for the last visit of the day.
        slack_min: the least slack of the day with the visit in it.
        slack_before: whose promise is the tight one, None if unknown.
        keeps_practitioner: whether it is the practitioner the patient prefers.
    """
    if slack_min is not None and slack_min < LOW_SLACK_MIN:
        if slack_before:
            return _("Low slack before {name}.").format(name=slack_before)
        return _("Low slack for this visit.")
    if before and after:
        place = _("Between {before} and {after}.").format(before=before, after=after)
    elif before:
        place = _("Last visit that day, after {before}.").format(before=before)
    elif after:
        place = _("First visit that day, before {after}.").format(after=after)
    else:
        place = _("The only visit that day.")
    return _("Keeps continuity. {place}").format(place=place) if keeps_practitioner else place
