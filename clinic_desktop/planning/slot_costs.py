"""What a slot costs, itemised in minutes, and the one sentence that says why it is offered."""

from dataclasses import dataclass
from typing import Final

from clinic_desktop.domain.slot import CostTerm
from clinic_desktop.domain.slot_weights import SlotWeights
from clinic_desktop.text import _, ngettext

LOW_SLACK_MIN: Final = 5
IDLE_MIN: Final = 45
TIGHT_MIN: Final = 5
"""A drive with fewer minutes to spare costs something for each one missing."""
NEXT_DOOR_MIN: Final = 6
"""A drive, parking included, that a person calls next door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPrices:
    """The parts of a cost but the slack's, in minutes.

    All are at least 0 but the driving, which may save some.
    """

    driving: float
    idle: float
    tight: float
    other_person: float
    later_day: float
    balance: float
    low_slack: float
    """For each minute that the least slack misses; its price is known last."""

    @property
    def total(self) -> float:
        """The cost without the slack's price: never above the true cost."""
        return (
            self.driving
            + self.idle
            + self.tight
            + self.other_person
            + self.later_day
            + self.balance
        )

    def slack_price(self, slack_min: int | None) -> float:
        """The price of little slack, 0 where there is enough.

        A promise that is broken already costs no more than no slack at all: the offer did not
        break it.
        """
        if slack_min is None or slack_min >= LOW_SLACK_MIN:
            return 0.0
        return (LOW_SLACK_MIN - max(slack_min, 0)) * self.low_slack

    def terms(self, slack_min: int | None, *, due: bool = False) -> tuple[CostTerm, ...]:
        """The cost itemised, parts that cost nothing left out; ``due``: a date was due."""
        named = (
            (_("idle gaps"), self.idle),
            (_("tight drives"), self.tight),
            (_("another practitioner"), self.other_person),
            (_("off the due date") if due else _("later day"), self.later_day),
            (_("a fuller day than others"), self.balance),
            (_("low slack"), self.slack_price(slack_min)),
        )
        return (
            CostTerm(name=_("added driving"), minutes=self.driving),
            *(CostTerm(name=name, minutes=minutes) for name, minutes in named if minutes),
        )


def slot_prices(
    *,
    added_drive_min: int,
    gap_before_min: int | None,
    gap_after_min: int | None,
    tight_min: int,
    other_person: bool,
    days_later: int,
    fuller_min: float,
    weights: SlotWeights,
) -> SlotPrices:
    """The prices of one start.

    Args:
        added_drive_min: both legs of the new visit, less the leg that they replace.
        gap_before_min: idle minutes to the visit before, None where there is none.
        gap_after_min: idle minutes to the visit after, None where there is none.
        tight_min: minutes that the two drives miss to ``TIGHT_MIN`` to spare each.
        other_person: whether the patient would rather see somebody else.
        days_later: days from the first date searched to the slot's.
        fuller_min: minutes by which the day has more visiting in it than the mean of all.
        weights: the clinic's prices.
    """
    # A gap of IDLE_MIN or more still takes a visit; a smaller one is lost time.
    idle = 0
    if gap_before_min is not None and gap_before_min < IDLE_MIN:
        idle += gap_before_min
    if gap_after_min is not None and gap_after_min < IDLE_MIN:
        idle += gap_after_min
    return SlotPrices(
        driving=added_drive_min * weights.driving,
        idle=idle * weights.idle,
        tight=tight_min * weights.tight,
        other_person=weights.other_person if other_person else 0.0,
        later_day=days_later * weights.later_day,
        balance=fuller_min * weights.balance,
        low_slack=weights.slack,
    )


def tight_minutes(gap_left_min: int | None, drive_min: int) -> int:
    """Minutes that a drive misses to being easy; 0 where there is none to make in a hurry."""
    if gap_left_min is None or drive_min == 0:
        return 0
    return max(0, TIGHT_MIN - gap_left_min)


def reason(
    *,
    before: str | None,
    after: str | None,
    slack_min: int | None,
    slack_before: str | None,
    keeps_practitioner: bool,
    next_to: str | None,
    added_drive_min: int | None,
    past_due_days: int = 0,
) -> str:
    """One plain sentence, two where the session would be late.

    Args:
        before: the patient before (short name), None for the first visit of the day.
        after: the patient after, None for the last visit of the day.
        slack_min: the least slack of the day with the visit in it.
        slack_before: whose promise is the tight one, None if unknown.
        keeps_practitioner: whether it is the practitioner the patient prefers.
        next_to: the patient whose visit is next door, None if there is none.
        added_drive_min: the driving that the visit adds, both legs; None if it is unknown.
        past_due_days: days after the date on which the session is due.
    """
    if past_due_days > 0:
        late = ngettext(
            "{n} day past the due date.", "{n} days past the due date.", past_due_days
        ).format(n=past_due_days)
        rest = reason(
            before=before,
            after=after,
            slack_min=slack_min,
            slack_before=slack_before,
            keeps_practitioner=keeps_practitioner,
            next_to=next_to,
            added_drive_min=added_drive_min,
        )
        return f"{late} {rest}"
    if slack_min is not None and slack_min < LOW_SLACK_MIN:
        if slack_before:
            return _("Low slack before {name}.").format(name=slack_before)
        return _("Low slack for this visit.")
    if next_to and added_drive_min is not None and added_drive_min <= NEXT_DOOR_MIN:
        adds = max(0, added_drive_min)
        place = _("Next to {name}: adds {n} min.").format(name=next_to, n=adds)
    elif before and after:
        place = _("Between {before} and {after}.").format(before=before, after=after)
    elif before:
        place = _("Last visit that day, after {before}.").format(before=before)
    elif after:
        place = _("First visit that day, before {after}.").format(after=after)
    else:
        place = _("The only visit that day.")
    return _("Keeps continuity. {place}").format(place=place) if keeps_practitioner else place
