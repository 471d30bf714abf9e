"""The large time of the hero card, and the line that shows how it stands to the promise."""

from dataclasses import dataclass

from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.my_day import OwnDay, OwnStop
from clinic_desktop.text import _
from clinic_desktop.ui.my_day.my_day_words import (
    Said,
    drive_words,
    promise_sentence,
    visit_sentence,
)
from clinic_desktop.ui.my_day.promise_bar import BarContent, BarLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class HeroFigure:
    """The large time, what stands over and under it, and the line beside it."""

    over: str
    time: str
    under: str
    bar: BarContent
    said: Said


def by_words(day: OwnDay, stop: OwnStop, formats: Formats) -> tuple[str, str, bool]:
    """When to leave, or since when something is under way; True for a warning."""
    visit = stop.detail.visit
    if stop.state is VisitState.IN_PROGRESS and visit.started_at is not None:
        began = to_local(visit.started_at, visit.zone)
        return _("In the visit since"), formats.clock_time(began), False
    if stop.state is VisitState.EN_ROUTE and visit.departed_at is not None:
        left = to_local(visit.departed_at, visit.zone)
        return _("On the way since"), formats.clock_time(left), False
    if stop.state is VisitState.DONE and visit.finished_at is not None:
        ended = to_local(visit.finished_at, visit.zone)
        return _("Finished"), formats.clock_time(ended), False
    by = formats.time(stop.leave_by_min)
    if day.now_min is not None and day.now_min > stop.leave_by_min:
        late = day.now_min - stop.leave_by_min
        return _("Leave by {time}").format(time=by), _("{n} min late").format(n=late), True
    return _("Leave by"), _("{time} at the latest").format(time=by), False


def figure_of(day: OwnDay, index: int, marker: int, formats: Formats) -> HeroFigure:
    """The large time of a stop with all that belongs to it."""
    stop = day.stops[index]
    visit, promise = stop.detail.visit, stop.detail.promise
    window = (promise.start_min, promise.end_min) if promise else None
    edges = window or ()
    if stop.state is VisitState.IN_PROGRESS and day.now_min is not None:
        return _in_visit(day, index, marker, day.now_min, formats)
    if stop.arrive_min is not None and stop.drive is not None:
        arrive = formats.time(stop.arrive_min)
        begun = day.now_min or 0
        said = promise_sentence(promise, stop.arrive_min, formats)
        spoken = _("Arrive {time}, planned {planned}. {sentence}").format(
            time=arrive, planned=formats.time(visit.start_min), sentence=said.text
        )
        on_way = stop.state is VisitState.EN_ROUTE
        return HeroFigure(
            over=_("On the way, arrive") if on_way else _("Drive now, arrive"),
            time=arrive,
            under=drive_words(stop.drive, formats),
            bar=BarContent(
                marker=marker,
                way=(begun, stop.arrive_min),
                window=window,
                tick_min=visit.start_min,
                above=(
                    BarLabel(begun, _("now"), strong=True),
                    BarLabel(stop.arrive_min, _("arrive {time}").format(
                        time=formats.time(stop.arrive_min, meridiem=False)), strong=True),
                ),
                below=_marks(visit.start_min, edges, formats),
                spoken=spoken,
            ),
            said=said,
        )  # fmt: skip
    done = stop.state is VisitState.DONE
    said = (
        Said("ok", _("This visit is over."))
        if done
        else promise_sentence(promise, visit.start_min, formats)
    )
    planned = formats.time(visit.start_min)
    return HeroFigure(
        over=_("Was planned for") if done else _("Planned start"),
        time=planned,
        under=drive_words(stop.planned, formats),
        bar=BarContent(
            marker=marker,
            way=None,
            window=window,
            tick_min=visit.start_min,
            above=(),
            below=_marks(visit.start_min, edges, formats),
            spoken=_("Planned {time}. {sentence}").format(time=planned, sentence=said.text),
        ),
        said=said,
    )


def _in_visit(day: OwnDay, index: int, marker: int, now: int, formats: Formats) -> HeroFigure:
    stop = day.stops[index]
    visit = stop.detail.visit
    began = visit.start_min
    if visit.started_at is not None:
        local = to_local(visit.started_at, visit.zone)
        began = local.hour * 60 + local.minute
    late = day.late if index == day.current else None
    names = [one.detail.patient.short_name for one in day.stops]
    said = visit_sentence(late, now, names)
    end = formats.time(visit.end_min)
    left = visit.end_min - now
    under = (
        _("{n} min left").format(n=left) if left >= 0
        else _("{n} min over").format(n=-left)
    )  # fmt: skip
    return HeroFigure(
        over=_("Planned end"),
        time=end,
        under=under,
        bar=BarContent(
            marker=marker,
            way=(began, max(began, now)),
            window=(visit.start_min, visit.end_min),
            tick_min=visit.end_min,
            above=(
                BarLabel(began, _("started {time}").format(
                    time=formats.time(began, meridiem=False))),
                BarLabel(max(began, now), _("now"), strong=True),
            ),
            below=(
                BarLabel(visit.start_min, formats.time(visit.start_min, meridiem=False)),
                BarLabel(visit.end_min, _("end {time}").format(
                    time=formats.time(visit.end_min, meridiem=False))),
            ),
            spoken=_("In the visit, planned end {time}. {sentence}").format(
                time=end, sentence=said.text),
        ),
        said=said,
    )  # fmt: skip


def _marks(start: int, edges: tuple[int, ...], formats: Formats) -> tuple[BarLabel, ...]:
    start_words = _("start {time}").format(time=formats.time(start, meridiem=False))
    marks = [BarLabel(m, formats.time(m, meridiem=False)) for m in edges if m != start]
    return tuple(sorted([*marks, BarLabel(start, start_words)], key=lambda one: one.minute))
