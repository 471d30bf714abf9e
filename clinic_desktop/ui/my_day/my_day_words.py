"""The sentences of My day, made out of figures in one place."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.lateness import LateEffect, LateFrom, LateKind, Lateness, LateStep
from clinic_desktop.domain.travel import Drive
from clinic_desktop.domain.visit import Promise, VisitState
from clinic_desktop.services.board import VisitDetail
from clinic_desktop.services.my_day import OwnStop
from clinic_desktop.text import _
from clinic_desktop.ui.board.lane_content import LOW_SLACK_MIN

TONE_ICONS = {
    "ok": ("check", "ok.text"),
    "note": ("info", "text.tertiary"),
    "warn": ("triangle-alert", "warn.text"),
    "block": ("circle-alert", "danger.text"),
}
"""The icon and its colour by tone; the tones are those of the style sheet's ``alert``."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its tone: ok, note, warn or block."""

    tone: str
    text: str


def drive_words(drive: Drive | None, formats: Formats) -> str:
    """``17 min · 6.2 mi``, marked "~" where it is an estimate."""
    if drive is None:
        return _("drive unknown: no point on the map")
    mark = "~" if drive.estimated else ""
    return f"{mark}{formats.minutes(drive.minutes)} · {formats.distance(drive.metres)}"


def service_words(detail: VisitDetail) -> str:
    """``Follow-up 2/3``."""
    return f"{detail.service.short_name} {detail.visit.session_label}".strip()


def promise_sentence(promise: Promise | None, arrive_min: int, formats: Formats) -> Said:
    """What an arrival does to the promise."""
    if promise is None:
        return Said("note", _("No arrival time was promised."))
    window = formats.span(promise.start_min, promise.end_min)
    if arrive_min > promise.end_min:
        late = arrive_min - promise.end_min
        return Said(
            "block",
            _("{n} min after the promised {window} ends: call").format(n=late, window=window),
        )
    if arrive_min < promise.start_min:
        early = promise.start_min - arrive_min
        return Said(
            "note", _("{n} min before the promised {window} begins").format(n=early, window=window)
        )
    spare = promise.end_min - arrive_min
    tone = "ok" if spare >= LOW_SLACK_MIN else "warn"
    return Said(tone, _("{n} min before the promised {window} ends").format(n=spare, window=window))


def visit_sentence(late: Lateness | None, now_min: int, names: Sequence[str]) -> Said:
    """During a visit: how far it may still overrun before a promise behind it breaks."""
    if late is None or not late.ahead:
        return Said("ok", _("Nothing comes after this visit."))
    last = late.steps()[-1]
    if last.kind is not LateKind.BREAKS or last.effect is None:
        return Said("ok", _("No promise behind it is in danger."))
    name = names[last.effect.index]
    slack = last.from_min - 1 - late_now(late, now_min)
    if slack < 0:
        return Said("block", _("{name}’s promise breaks now: call").format(name=name))
    return Said(
        "ok" if slack >= LOW_SLACK_MIN else "warn",
        _("slack {n} before {name}’s promise").format(n=slack, name=name),
    )


def late_now(late: Lateness, now_min: int) -> int:
    """How many minutes late one is already."""
    return min(late.most_min, max(0, now_min - late.base_min))


def state_sentence(stop: OwnStop, formats: Formats) -> str:
    """Where a visit stands, and what comes next, beside its buttons."""
    visit = stop.detail.visit
    if visit.state is VisitState.IN_PROGRESS and visit.started_at is not None:
        began = formats.clock_time(to_local(visit.started_at, visit.zone))
        return _("Started {time}.").format(time=began)
    if visit.state is VisitState.EN_ROUTE and visit.departed_at is not None:
        left = formats.clock_time(to_local(visit.departed_at, visit.zone))
        return _("On the way since {time}. Finish comes after the start.").format(time=left)
    if visit.state is VisitState.DONE and visit.finished_at is not None:
        ended = formats.clock_time(to_local(visit.finished_at, visit.zone))
        return _("Finished {time}.").format(time=ended)
    if visit.state is VisitState.HELD:
        return _("Only held: the office has not booked it yet.")
    if visit.state is VisitState.BOOKED:
        return _("Not confirmed yet. Finish comes after the start.")
    return _("Confirmed. Finish comes after the start.")


def ladder_title(late: Lateness, formats: Formats) -> str:
    """``If you leave after 10:03 AM``."""
    when = formats.time(late.base_min)
    if late.since is LateFrom.FINISHING:
        return _("If you finish after {time}").format(time=when)
    if late.since is LateFrom.ARRIVING:
        return _("If you arrive after {time}").format(time=when)
    return _("If you leave after {time}").format(time=when)


def ladder_rows(
    late: Lateness, names: Sequence[str], formats: Formats, behind: int = 0
) -> tuple[tuple[str, Said], ...]:
    """Minutes late, and the first consequence; ``behind`` leaves out rungs that are past."""
    steps = late.steps()
    ahead = [step for step in steps if step.to_min >= behind]
    return tuple(_ladder_row(step, names, formats) for step in ahead or steps[-1:])


def _ladder_row(step: LateStep, names: Sequence[str], formats: Formats) -> tuple[str, Said]:
    minutes = step.from_min if step.kind is LateKind.BREAKS else step.to_min
    when = _("{n} min late").format(n=minutes) if minutes else _("on time")
    if step.effect is None:
        return when, Said("ok", _("all promises hold"))
    return when, effect_words(step.effect, names, formats)


def effect_words(effect: LateEffect, names: Sequence[str], formats: Formats) -> Said:
    """What happens to one visit."""
    name = names[effect.index]
    if effect.kind is LateKind.BREAKS:
        return Said("block", _("{name}’s promise breaks: call").format(name=name))
    if effect.kind is LateKind.HOLDS:
        return Said("ok", _("{name} begins as planned").format(name=name))
    begin = formats.time(effect.begin_min)
    if effect.promised_min is None:
        return Said(
            "note", _("{name} slips to {time}, nothing promised").format(name=name, time=begin)
        )
    return Said("warn", _("{name} slips to {time}, promise holds").format(name=name, time=begin))
