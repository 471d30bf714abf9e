"""One drive of a day as its dialogs speak of it: both ends with their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clinic_desktop.domain.day_plan import DayPlan, Leg
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.services.board import VisitDetail
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class LegSubject:
    """``visit_id`` is the visit driven to, None for home."""

    day: date
    leg: Leg
    start: Coordinate
    end: Coordinate
    start_name: str
    end_name: str
    end_address: str
    visit_id: VisitId | None


def leg_subject(
    plan: DayPlan, details: Mapping[VisitId, VisitDetail], index: int
) -> LegSubject | None:
    """The drive ``plan.legs[index]``; None where one of its ends has no point on the map."""
    leg = plan.legs[index]
    start, start_name, _address = _end(plan, details, leg.from_index)
    end, end_name, end_address = _end(plan, details, leg.to_index)
    if start is None or end is None or leg.drive is None:
        return None
    return LegSubject(
        day=plan.day,
        leg=leg,
        start=start,
        end=end,
        start_name=start_name,
        end_name=end_name,
        end_address=end_address,
        visit_id=None if leg.to_index is None else plan.stops[leg.to_index].visit.id,
    )


def _end(
    plan: DayPlan, details: Mapping[VisitId, VisitDetail], index: int | None
) -> tuple[Coordinate | None, str, str]:
    if index is None:
        home = plan.practitioner.home_address
        return plan.practitioner.home, _("Home"), home.one_line() if home else ""
    stop = plan.stops[index]
    detail = details[stop.visit.id]
    return stop.place, detail.patient.short_name, detail.site.address.one_line()
