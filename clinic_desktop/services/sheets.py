"""Day sheets, week overviews and agendas for paper, made from what the calendars show.

A sheet may be lost: it carries no gate or door code, no screening flag and no diagnosis.
"""

from collections.abc import Sequence

from clinic_desktop.domain.day_plan import DayPlan, Leg
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.page_model import (
    Between,
    Block,
    Card,
    Figures,
    Heading,
    PageDocument,
    Paragraph,
    Table,
)
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.services.board import BoardDay, VisitDetail
from clinic_desktop.services.calendars import WeekBoard
from clinic_desktop.services.visits import state_word
from clinic_desktop.text import _, ngettext


def day_sheet(board: BoardDay, plan: DayPlan, formats: Formats) -> PageDocument:
    """One practitioner's day: when to leave, whom to see where, and the drives between."""
    blocks: list[Block] = [_day_figures(plan, formats)]
    if not plan.stops:
        blocks.append(Paragraph(text=_("No visits this day.")))
    for index, stop in enumerate(plan.stops):
        blocks.extend(_before(plan, index, formats))
        blocks.append(_stop_card(board.details[stop.visit.id], index + 1, formats))
    if plan.legs:
        blocks.append(_drive_home(plan.legs[-1], formats))
    return PageDocument(
        title=plan.practitioner.name,
        subtitle=formats.day_with_year(board.day),
        blocks=tuple(blocks),
        footer=board.clinic.name,
    )


def _day_figures(plan: DayPlan, formats: Formats) -> Figures:
    leave, home = plan.leave_min, plan.home_by_min
    return Figures(
        pairs=(
            (str(len(plan.stops)), ngettext("visit", "visits", len(plan.stops))),
            (formats.time(leave) if leave is not None else "–", _("leave home")),
            (formats.minutes(plan.driving_min), _("driving")),
            (formats.distance(plan.metres), _("to drive")),
            (formats.time(home) if home is not None else "–", _("home by")),
        )
    )


def _before(plan: DayPlan, index: int, formats: Formats) -> list[Block]:
    leg = plan.legs[index]
    blocks: list[Block] = []
    lunch = plan.lunch
    start = plan.stops[index].visit.start_min
    ended = plan.stops[index - 1].visit.end_min if index else 0
    if lunch is not None and ended <= lunch.start_min < start and index:
        span = formats.span(lunch.start_min, lunch.end_min)
        blocks.append(Between(left=_("Lunch"), right=span))
    if leg.drive is None:
        blocks.append(Between(left=_("Drive unknown: no point on the map"), right=""))
        return blocks
    mark = "~" if leg.drive.estimated else ""
    drive = _("Drive {mark}{minutes}, {distance}").format(
        mark=mark,
        minutes=formats.minutes(leg.drive.minutes),
        distance=formats.distance(leg.drive.metres),
    )
    slack = _("slack {n} min").format(n=leg.slack_min) if leg.slack_min is not None else ""
    leave = _("leave {time}").format(time=formats.time(leg.depart_min))
    blocks.append(Between(left=drive, right=" · ".join(p for p in (leave, slack) if p)))
    return blocks


def _drive_home(leg: Leg, formats: Formats) -> Between:
    home = _("home {time}").format(time=formats.time(leg.arrive_min))
    if leg.drive is None:
        return Between(left=_("Drive home"), right=home)
    return Between(
        left=_("Drive home {minutes}, {distance}").format(
            minutes=formats.minutes(leg.drive.minutes),
            distance=formats.distance(leg.drive.metres),
        ),
        right=home,
    )


def _stop_card(detail: VisitDetail, number: int, formats: Formats) -> Card:
    visit, site = detail.visit, detail.site
    service = f"{detail.service.name} {visit.session_label}".strip()
    lines = [(_("Service"), _("{service}, {n} min").format(service=service, n=visit.door_min))]
    if detail.promise is not None:
        window = formats.span(detail.promise.start_min, detail.promise.end_min)
        lines.append((_("Promised"), window))
    if detail.patient.phones:
        numbers = ", ".join(phone_text(p.number) for p in detail.patient.phones)
        lines.append((_("Phone"), numbers))
    lines.append((_("Address"), site.address.one_line()))
    for name, text in (
        (_("Parking"), site.parking),
        (_("Stairs"), site.stairs),
        (_("Pets"), site.pets),
        (_("Hazards"), site.hazards),
        (_("Note"), visit.office_note),
    ):
        if text:
            lines.append((name, text))
    return Card(
        badge=str(number),
        title=detail.patient.short_name,
        right=formats.span(visit.start_min, visit.end_min),
        lines=tuple(lines),
    )


def week_sheet(week: WeekBoard, formats: Formats) -> PageDocument:
    """The week of everybody: visits, driving, first start and last end of each day."""
    blocks: list[Block] = []
    for person in week.people:
        rows: list[tuple[str, ...]] = []
        for day in week.days:
            plan = week.plans[person.id, day]
            if not plan.stops:
                continue
            first, last = plan.stops[0].visit, plan.stops[-1].visit
            rows.append(
                (
                    formats.day(day),
                    str(len(plan.stops)),
                    formats.span(first.start_min, last.end_min),
                    formats.minutes(plan.driving_min),
                    formats.distance(plan.metres),
                    ", ".join(
                        f"{formats.time(s.visit.start_min, meridiem=False)} "
                        f"{week.details[s.visit.id].patient.short_name}"
                        for s in plan.stops
                    ),
                )
            )
        blocks.append(Heading(text=person.name))
        if rows:
            titles = (_("Day"), _("Visits"), _("From, to"), _("Driving"), _("Distance"), _("Who"))
            blocks.append(
                Table(titles=titles, weights=(1.3, 0.7, 1.7, 1.0, 1.0, 4.2), rows=tuple(rows))
            )
        else:
            blocks.append(Paragraph(text=_("No visits this week.")))
    return PageDocument(
        title=_("Week"),
        subtitle=formats.days(week.days[0], week.days[-1]),
        blocks=tuple(blocks),
        footer=week.clinic.name,
    )


def agenda_sheet(
    details: Sequence[VisitDetail],
    people: dict[str, str],
    title: str,
    clinic: str,
    formats: Formats,
) -> PageDocument:
    """A list of visits as the agenda shows it.

    Args:
        details: the visits, in order.
        people: practitioners' names by id.
        title: the days shown, as words.
        clinic: the clinic's name.
        formats: how values are written.
    """  # fmt: skip
    titles = (_("Time"), _("Patient"), _("Service"), _("With"), _("Area"), _("Phone"), _("State"))
    blocks: list[Block] = []
    days = sorted({d.visit.day for d in details})
    for day in days:
        blocks.append(Heading(text=formats.day_with_year(day)))
        rows = tuple(
            (
                formats.span(d.visit.start_min, d.visit.end_min),
                d.patient.short_name,
                f"{d.service.short_name} {d.visit.session_label}".strip(),
                people.get(d.visit.practitioner_id, ""),
                d.site.address.area or d.site.address.city,
                phone_text(d.patient.phones[0].number) if d.patient.phones else "",
                state_word(d.visit.state),
            )
            for d in details
            if d.visit.day == day
        )
        blocks.append(Table(titles=titles, weights=(1.9, 1.5, 1.6, 1.0, 1.6, 1.6, 1.2), rows=rows))
    if not days:
        blocks.append(Paragraph(text=_("No visits.")))
    return PageDocument(title=_("Agenda"), subtitle=title, blocks=tuple(blocks), footer=clinic)
