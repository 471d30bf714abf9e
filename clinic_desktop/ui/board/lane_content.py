"""What a lane shows, as text and minutes: made once a reload, then only laid out and painted."""

from dataclasses import dataclass
from enum import StrEnum

from clinic_desktop.domain.day_plan import DayPlan, Leg
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.text import _

LOW_SLACK_MIN = 5


class CardLook(StrEnum):
    """How a visit card is drawn."""

    PLANNED = "planned"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"
    IN_VISIT = "in_visit"
    DONE = "done"
    GHOST = "ghost"


class LegLook(StrEnum):
    """How a travel block is drawn."""

    NORMAL = "normal"
    LOW = "low"
    SHORT = "short"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContent:
    """One visit card; times in minutes after midnight.

    ``flag`` is a neutral word (``Screening``), never a finding. ``spoken`` is what a screen reader
    says.
    """

    visit_id: str
    number: int
    start_min: int
    end_min: int
    look: CardLook
    time_text: str
    time_short: str
    time_start: str
    name: str
    detail: str
    area: str
    note: str = ""
    promise_text: str = ""
    promise_start_min: int | None = None
    promise_end_min: int | None = None
    state_text: str = ""
    flag: str = ""
    locks: tuple[str, ...] = ()
    confirmed: bool = False
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegContent:
    """One travel block."""

    start_min: int
    drive_min: int
    look: LegLook
    left_text: str
    right_text: str
    home: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BandContent:
    """Lunch, time off, or open time: a band with a word."""

    kind: str
    start_min: int
    end_min: int
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneContent:
    """A whole lane: one practitioner, one day."""

    practitioner_id: str
    name: str
    credentials: str
    marker: int
    figures: tuple[tuple[str, str], ...]
    hours: tuple[tuple[int, int], ...]
    cards: tuple[CardContent, ...]
    legs: tuple[LegContent, ...]
    bands: tuple[BandContent, ...]


def leg_contents(plan: DayPlan, formats: Formats) -> tuple[LegContent, ...]:
    """The travel blocks of a day, first and last leg with home."""
    count = len(plan.legs)
    return tuple(
        _leg_content(leg, formats, first=index == 0, last=index == count - 1)
        for index, leg in enumerate(plan.legs)
    )


def _leg_content(leg: Leg, formats: Formats, *, first: bool, last: bool) -> LegContent:
    if leg.drive is None:
        return LegContent(
            start_min=leg.depart_min,
            drive_min=max(0, leg.arrive_min - leg.depart_min),
            look=LegLook.UNKNOWN,
            left_text=_("drive unknown: no point on the map"),
            right_text="",
            home=first or last,
            first=first,
        )
    mark = "~" if leg.drive.estimated else ""
    drive = f"{mark}{formats.minutes(leg.drive.minutes)} · {formats.distance(leg.drive.metres)}"
    look, slack = slack_words(leg)
    if first:
        left = _("leave {time}").format(time=formats.time(leg.depart_min))
        right = drive
        if look is not LegLook.NORMAL:
            right = f"{drive} · {slack}"
    elif last:
        left, right = drive, _("home {time}").format(time=formats.time(leg.arrive_min))
        look = LegLook.NORMAL
    else:
        left, right = drive, slack
    return LegContent(
        start_min=leg.depart_min,
        drive_min=leg.drive.minutes,
        look=look,
        left_text=left,
        right_text=right,
        home=first or last,
        first=first,
    )


def slack_words(leg: Leg) -> tuple[LegLook, str]:
    """The one label for a leg's slack, used by board, list and map alike.

    A gap that the drive does not fit into is "short by"; otherwise the slack is shown where a
    promise lies ahead, and the gap left where none does.
    """
    if leg.gap_left_min < 0:
        return LegLook.SHORT, _("short by {n} min").format(n=-leg.gap_left_min)
    if leg.slack_min is None:
        return LegLook.NORMAL, _("gap {n}").format(n=leg.gap_left_min)
    if leg.slack_min < 0:
        return LegLook.SHORT, _("late by {n} min").format(n=-leg.slack_min)
    look = LegLook.LOW if leg.slack_min < LOW_SLACK_MIN else LegLook.NORMAL
    return look, _("slack {n}").format(n=leg.slack_min)


CARD_LOOKS = {
    VisitState.REQUESTED: CardLook.HELD,
    VisitState.HELD: CardLook.HELD,
    VisitState.BOOKED: CardLook.UNCONFIRMED,
    VisitState.CONFIRMED: CardLook.PLANNED,
    VisitState.EN_ROUTE: CardLook.PLANNED,
    VisitState.IN_PROGRESS: CardLook.IN_VISIT,
    VisitState.DONE: CardLook.DONE,
}
