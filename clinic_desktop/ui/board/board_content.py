"""A board's day as the lanes and the map show it."""

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.day_plan import DayPlan
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.place import METRES_PER_MILE
from clinic_desktop.domain.ports import ClinicalFlags
from clinic_desktop.domain.slot import Slot
from clinic_desktop.domain.visit import Lock, Promise, VisitState
from clinic_desktop.services.board import BoardDay, VisitDetail, time_off_words
from clinic_desktop.services.visits import state_word
from clinic_desktop.text import _
from clinic_desktop.ui.board.lane_content import (
    CARD_LOOKS,
    BandContent,
    CardContent,
    CardLook,
    LaneContent,
    leg_contents,
)

_LOCK_ICONS = {Lock.TIME: "lock", Lock.PRACTITIONER: "user", Lock.ORDER: "list-ordered"}
_OPEN_LEAST_MIN = 60
_NEW = "new"


def lanes_of(board: BoardDay, formats: Formats) -> tuple[LaneContent, ...]:
    """The lanes of a day, by practitioner."""
    return tuple(lane_of(plan, board, formats) for plan in board.plans)


def lane_of(plan: DayPlan, board: BoardDay, formats: Formats) -> LaneContent:
    """One lane."""
    person = plan.practitioner
    return LaneContent(
        practitioner_id=person.id,
        name=person.name,
        credentials=person.credentials,
        marker=person.marker,
        figures=_figures(plan, formats),
        hours=tuple((span.start_min, span.end_min) for span in plan.hours),
        cards=tuple(
            card_of(board.details[stop.visit.id], number, formats, board.read_at)
            for number, stop in enumerate(plan.stops, start=1)
            if stop.visit.id in board.details
        ),
        legs=leg_contents(plan, formats),
        bands=_bands(plan, board, formats),
    )


def _figures(plan: DayPlan, formats: Formats) -> tuple[tuple[str, str], ...]:
    mark = _drive_mark(plan)
    unit = 1000.0 if formats.distance_unit == "km" else METRES_PER_MILE
    distance = _("km") if formats.distance_unit == "km" else _("miles")
    home = plan.home_by_min
    return (
        (str(len(plan.stops)), _("visits")),
        (f"{mark}{formats.minutes(plan.driving_min)}", _("driving")),
        (f"{mark}{plan.metres / unit:.1f}", distance),
        (formats.time(home) if home is not None else "–", _("home by")),
    )


def driving_words(board: BoardDay) -> str:
    """The day's sum, with ``{driving}`` and ``{distance}`` to fill in."""
    if board.driving_known:
        return _("{driving} driving, {distance}, all together")
    return _("at least {driving} driving, {distance}: a visit is not on the map")


def _drive_mark(plan: DayPlan) -> str:
    """At least so much where a visit has no point on the map, about so much for estimates."""
    if any(stop.place is None for stop in plan.stops):
        return "≥ "
    return "~" if any(leg.drive and leg.drive.estimated for leg in plan.legs) else ""


def card_of(
    detail: VisitDetail, number: int, formats: Formats, now: datetime | None = None
) -> CardContent:
    """One visit's card, never with a diagnosis; ``now`` (UTC) says how long a hold is left."""
    visit, promise = detail.visit, detail.promise
    look = CARD_LOOKS[visit.state]
    state = ""
    if look is CardLook.IN_VISIT and visit.started_at is not None:
        began = to_local(visit.started_at, visit.zone)
        state = _("started {time}").format(time=formats.clock_time(began))
    elif look is CardLook.DONE and visit.finished_at is not None:
        ended = to_local(visit.finished_at, visit.zone)
        state = _("done {time}").format(time=formats.clock_time(ended))
    elif visit.departed_at is not None:
        state = _("on the way")
    elif visit.state is VisitState.HELD and visit.held_until is not None and now is not None:
        left = max(0, -int(-(visit.held_until - now).total_seconds() // 60))
        state = _("offered, {n} min left").format(n=left)
    place = detail.series_words or visit.session_label
    short = f"{detail.service.short_name} {place}".strip()
    return CardContent(
        visit_id=visit.id,
        number=number,
        start_min=visit.start_min,
        end_min=visit.end_min,
        look=look,
        time_text=formats.span(visit.start_min, visit.end_min),
        time_short=_short_span(visit.start_min, visit.end_min, formats),
        time_start=formats.time(visit.start_min, meridiem=False),
        name=detail.patient.short_name,
        detail=short,
        area=detail.site.address.area or detail.site.address.city,
        note=visit.office_note,
        promise_text=_window(promise, formats),
        promise_start_min=promise.start_min if promise else None,
        promise_end_min=promise.end_min if promise else None,
        state_text=state,
        flag=flag_word(detail.flags),
        locks=tuple(_LOCK_ICONS[lock] for lock in sorted(visit.locks)),
        confirmed=visit.confirmed,
        spoken=f"{spoken_of(detail, short, formats)}{f', {state}' if state else ''}",
    )


def _short_span(start: int, end: int, formats: Formats) -> str:
    """Without AM and PM, for a narrow card: the axis beside it says which half of the day."""
    return f"{formats.time(start, meridiem=False)}–{formats.time(end, meridiem=False)}"


def _window(promise: Promise | None, formats: Formats) -> str:
    return formats.span(promise.start_min, promise.end_min) if promise else ""


def flag_word(flags: ClinicalFlags | None) -> str:
    """The neutral word on a card, "" for none.

    Whoever has no record yet has neither been screened nor signed: the intake is still to do.
    """
    if flags is None or not flags.has_record:
        return _("Intake")
    if flags.review_screening:
        return _("Screening")
    return _("Consent") if flags.consent_missing else ""


def spoken_of(detail: VisitDetail, service: str, formats: Formats) -> str:
    """A card as a screen reader and a tooltip say it."""
    visit = detail.visit
    parts = [
        detail.patient.short_name,
        _("{start} to {end}").format(
            start=formats.time(visit.start_min), end=formats.time(visit.end_min)
        ),
        service,
        detail.site.address.area,
    ]
    if detail.promise is not None:
        parts.append(_("promised {window}").format(window=_window(detail.promise, formats)))
    parts.append(state_word(visit.state))
    parts.extend(_lock_words(lock) for lock in sorted(visit.locks))
    flag = flag_word(detail.flags)
    if flag:
        parts.append(flag)
    return ", ".join(part for part in parts if part)


def _lock_words(lock: Lock) -> str:
    return {
        Lock.TIME: _("time locked"),
        Lock.PRACTITIONER: _("practitioner locked"),
        Lock.ORDER: _("order locked"),
    }[lock]


def _bands(plan: DayPlan, board: BoardDay, formats: Formats) -> tuple[BandContent, ...]:
    bands: list[BandContent] = []
    if plan.closed:
        bands.append(
            BandContent(
                kind="time_off",
                start_min=0,
                end_min=24 * 60,
                text=_("Clinic closed · {holiday}").format(holiday=plan.closed),
            )
        )
    for absence in plan.time_off:
        span = absence.span_on(plan.day)
        if span is not None:
            bands.append(
                BandContent(
                    kind="time_off",
                    start_min=span.start_min,
                    end_min=span.end_min,
                    text=time_off_words(absence, plan.day, formats),
                )
            )
    if plan.lunch is not None:
        bands.append(
            BandContent(
                kind="lunch",
                start_min=plan.lunch.start_min,
                end_min=plan.lunch.end_min,
                text=_("Lunch"),
                detail=formats.span(plan.lunch.start_min, plan.lunch.end_min),
            )
        )
    for leg in plan.legs[1:-1]:
        opened = leg.arrive_min
        if leg.to_index is None:
            continue
        closed = plan.stops[leg.to_index].visit.start_min
        if closed - opened >= _OPEN_LEAST_MIN:
            bands.append(
                BandContent(
                    kind="open",
                    start_min=opened,
                    end_min=closed,
                    text=_("Open {span}").format(span=formats.span(opened, closed)),
                    detail=_before_words(plan.stops[leg.to_index].visit.id, board),
                )
            )
    return tuple(bands)


def _before_words(visit_id: VisitId, board: BoardDay) -> str:
    """Whose visit ends the open time; an offered one that is only a ghost has no name yet."""
    detail = board.details.get(visit_id)
    if detail is None:
        return _("before the offered visit")
    return _("before {name}").format(name=detail.patient.short_name)


def moved_board(board: BoardDay, plans: tuple[DayPlan, ...], held: VisitId) -> BoardDay:
    """The board with the visits as these plans have them: moved, longer, or there twice."""
    details = dict(board.details)
    for plan in plans:
        for stop in plan.stops:
            known = details.get(stop.visit.id) or board.details[held]
            if known.visit is not stop.visit:
                details[stop.visit.id] = replace(known, visit=stop.visit, promise=stop.promise)
    return replace(board, details=details)


def _with_moves(board: BoardDay, slot: Slot) -> BoardDay:
    """The board with the visits that an offer moves where they would be."""
    if not slot.moves:
        return board
    details = dict(board.details)
    for stop in slot.plan.stops:
        known = details.get(stop.visit.id)
        if known is not None:
            details[stop.visit.id] = replace(known, visit=stop.visit)
    return replace(board, details=details)


def with_ghost(
    lanes: tuple[LaneContent, ...],
    slot: Slot,
    board: BoardDay,
    name: str,
    detail: str,
    formats: Formats,
) -> tuple[tuple[LaneContent, ...], tuple[str, CardContent]]:
    """The lanes with a slot's day in place of the present one, and the ghost card."""
    start = slot.start.hour * 60 + slot.start.minute
    end = slot.end.hour * 60 + slot.end.minute
    first = slot.promise_start.hour * 60 + slot.promise_start.minute
    last = slot.promise_end.hour * 60 + slot.promise_end.minute
    ghost = CardContent(
        visit_id=_NEW,
        number=slot.stop_index + 1,
        start_min=start,
        end_min=end,
        look=CardLook.GHOST,
        time_text=formats.span(start, end),
        time_short=_short_span(start, end, formats),
        time_start=formats.time(start, meridiem=False),
        name=name,
        detail=detail,
        area="",
        promise_text=formats.span(first, last),
        promise_start_min=first,
        promise_end_min=last,
        state_text=added_words(slot.added_drive_min),
        spoken=_("Preview: {name}, {span}").format(name=name, span=formats.span(start, end)),
    )
    shown: list[LaneContent] = []
    for lane in lanes:
        if lane.practitioner_id == slot.practitioner_id:
            previewed = lane_of(slot.plan, _with_moves(board, slot), formats)
            shown.append(previewed)
        else:
            shown.append(lane)
    return tuple(shown), (slot.practitioner_id, ghost)


def added_words(minutes: int) -> str:
    """Added driving as the slot list and the ghost say it."""
    sign = "+" if minutes >= 0 else "−"
    return _("{sign}{n} min drive").format(sign=sign, n=abs(minutes))


def zone_short(zone: str, board: BoardDay) -> str:
    """The zone's short name on that day (``CST``)."""
    noon = datetime.combine(board.day, time(12), ZoneInfo(zone))
    return noon.tzname() or zone
