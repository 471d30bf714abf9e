"""The planner behind the port ``DayPlanner``."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.course import CourseOffer, CourseRequest
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.lateness import LateFrom, Lateness
from clinic_desktop.domain.planning_ports import Schedule, Wanted
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.slot import Slot, SlotRequest, SlotSearch
from clinic_desktop.domain.travel import DriveBook, DriveProfile
from clinic_desktop.domain.why_not import Needs, WhyNot
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.planning.course_search import search_course
from clinic_desktop.planning.day_layout import arrivals_of, lay_out_day, shape_of_plan
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.explain import explain
from clinic_desktop.planning.late_ladder import lateness, leave_by
from clinic_desktop.planning.nearby_moves import nearby_slots
from clinic_desktop.planning.slot_refusals import (
    closed_sentence,
    unlicensed_sentence,
    wanted_people,
)
from clinic_desktop.planning.slot_rules import open_days, openings, refused
from clinic_desktop.planning.slot_search import search_slots
from clinic_desktop.text import _


class Planner:
    """Lays days out and finds slots; holds no state."""

    def lay_out(
        self,
        practitioner: Practitioner,
        day: date,
        stops: Sequence[Stop],
        time_off: Sequence[TimeOff],
        drives: DriveBook,
        profile: DriveProfile,
        closed: str = "",
    ) -> DayPlan:
        """One practitioner's day: legs, lunch, gap left and slack."""
        return lay_out_day(practitioner, day, stops, time_off, drives, profile, closed)

    def arrivals(self, plan: DayPlan, drives: DriveBook, profile: DriveProfile) -> tuple[int, ...]:
        """When each visit of a plan begins, minutes after midnight, if all goes as planned."""
        return arrivals_of(plan, DriveClock(drives, profile))

    def leave_by(self, plan: DayPlan, drives: DriveBook, profile: DriveProfile) -> tuple[int, ...]:
        """By visit, the last minute to set out so as to be there at the planned start."""
        return leave_by(shape_of_plan(plan), DriveClock(drives, profile))

    def lateness(
        self, plan: DayPlan, drives: DriveBook, profile: DriveProfile, index: int, since: LateFrom
    ) -> Lateness:
        """What being late at a visit does to the rest of the day."""
        return lateness(shape_of_plan(plan), DriveClock(drives, profile), index, since)

    def search(
        self,
        request: SlotRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        limit: int = 8,
    ) -> SlotSearch:
        """The best slots, and how many fit of how many were checked."""
        return search_slots(request, schedule, drives, clinic, limit)

    def starts(
        self, request: SlotRequest, schedule: Schedule, drives: DriveBook, clinic: Clinic
    ) -> dict[tuple[PractitionerId, date], tuple[int, ...]]:
        """Every start that no rule refuses, by person and day, minutes after midnight."""
        clock = DriveClock(drives, clinic.profile)
        return {
            (open_day.practitioner.id, open_day.day): tuple(
                start
                for opening in openings(request, open_day, clock, clinic.slot_grid_min)
                for start in opening.starts
            )
            for open_day in open_days(request, schedule)
        }

    def nearby(
        self,
        request: SlotRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        needs: Needs,
        limit: int,
    ) -> tuple[Slot, ...]:
        """Offers that need a visit nearby to be changed, inside its promise and without a call."""
        clock = DriveClock(drives, clinic.profile)
        return nearby_slots(request, schedule, clinic, clock, needs, limit)

    def course(
        self,
        request: CourseRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        limit: int = 3,
    ) -> tuple[CourseOffer, ...]:
        """The best times for all sessions of a course together, cheapest first."""
        return search_course(request, schedule, drives, clinic, limit)

    def why_not(
        self,
        request: SlotRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        wanted: Wanted,
        needs: Needs,
    ) -> WhyNot:
        """Every rule about a start, and the smallest change of its day that frees it."""
        return explain(request, schedule, DriveClock(drives, clinic.profile), clinic, wanted, needs)

    def refusal(
        self,
        request: SlotRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        wanted: Wanted,
    ) -> str:
        """Why a slot cannot be had (any more), "" if it can: the rules of ``search``."""
        narrowed = replace(request, practitioner_id=wanted.practitioner_id)
        day = wanted.start.date()
        for open_day in open_days(narrowed, replace(schedule, days=(day,))):
            minute = wanted.start.hour * 60 + wanted.start.minute
            return refused(narrowed, open_day, minute, DriveClock(drives, clinic.profile))
        if day in schedule.closed:
            return closed_sentence(schedule.closed[day])
        people = wanted_people(narrowed, schedule)
        if people and not people[0].licensed(request.state, day, schedule.home_state):
            return unlicensed_sentence(people[0], request.state)
        if people and not people[0].certified(request.service.needed_certification, day):
            return _("{name} is not certified for this service on that day.").format(
                name=people[0].name
            )
        return _("Nobody works then.")
