"""A plain reference of the planner: every minute tried, nothing pruned.

It shares with the program only the drive's own function of time. It is meant to be read, and to
be wrong nowhere; that it is slow is the point.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.travel import drive_at


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A visit as the reference sees it: minutes after midnight, ``promise`` a pair or None."""

    place: object
    start: int
    end: int
    promise: tuple[int, int] | None


class Reference:
    """One practitioner's day, tried out."""

    def __init__(self, practitioner, day, stops, time_off, drives, profile):
        self.practitioner = practitioner
        self.day = day
        self.drives = drives
        self.profile = profile
        self.known = {}
        self.off = sorted(
            (s.start_min, s.end_min)
            for t in time_off
            if t.practitioner_id == practitioner.id and (s := t.span_on(day))
        )
        at_work = [False] * 1440
        for span in practitioner.pattern.hours_on(day):
            for minute in range(span.start_min, span.end_min):
                at_work[minute] = not any(a <= minute < b for a, b in self.off)
        self.at_work = at_work
        self.worked = [m for m in range(1440) if at_work[m]]
        self.visits = sorted(
            (
                Planned(
                    place=s.place,
                    start=s.visit.start_min,
                    end=s.visit.end_min,
                    promise=(s.promise.start_min, s.promise.end_min) if s.promise else None,
                )
                for s in stops
            ),
            key=lambda v: v.start,
        )

    # Driving

    def minutes(self, start, end, depart):
        if start is None or end is None:
            return 0
        key = (start, end, depart)
        if key not in self.known:
            drive = drive_at(self.drives.drive(start, end), depart, self.profile)
            self.known[key] = drive.minutes
        return self.known[key]

    def leave(self, start, end, ready):
        """Wait until the drive touches no absence."""
        key = ("leave", start, end, ready)
        if key not in self.known:
            depart = ready
            while not self.is_free(depart, depart + self.minutes(start, end, depart)):
                depart += 1
            self.known[key] = depart
        return self.known[key]

    def arrive(self, start, end, ready):
        depart = self.leave(start, end, ready)
        return depart + self.minutes(start, end, depart)

    def last_ready(self, start, end, by):
        key = ("last", start, end, by)
        if key not in self.known:
            ready = by
            while self.arrive(start, end, ready) > by:
                ready -= 1
            self.known[key] = ready
        return self.known[key]

    # Lunch

    def is_free(self, start, end):
        return not any(a < end and start < b for a, b in self.off)

    def lunch(self, visits):
        """("none" | "missing" | "lunch", leg, start, drive_first)."""
        rule = self.practitioner.pattern.lunch
        home = self.practitioner.home
        if rule is None or not visits:
            return ("none", None, None, False)
        opens, closes, length = rule.earliest_min, rule.latest_end_min, rule.minutes
        if any(min(b, closes) - max(a, opens) >= length for a, b in self.off):
            return ("none", None, None, False)
        if self.last_ready(home, visits[0].place, visits[0].start) - opens >= length:
            return ("none", None, None, False)
        if closes - self.arrive(visits[-1].place, home, visits[-1].end) >= length:
            return ("none", None, None, False)
        options = []
        for leg in range(1, len(visits)):
            before, after = visits[leg - 1], visits[leg]
            first = self.first_lunch(before.end, opens, closes, length)
            if first is not None:
                idle = after.start - self.arrive(before.place, after.place, first + length)
                if idle >= 0:
                    options.append((-idle, leg, first, False))
                    continue
            there = self.arrive(before.place, after.place, before.end)
            second = self.first_lunch(there, opens, closes, length)
            if second is not None and second + length <= after.start:
                options.append((-(after.start - second - length), leg, second, True))
        if options:
            _idle, leg, start, drive_first = min(options)
            return ("lunch", leg, start, drive_first)
        start = self.first_lunch(visits[-1].end, opens, closes, length)
        if start is not None and self.worked:
            back = self.arrive(visits[-1].place, home, start + length)
            if back <= self.worked[-1] + 1:
                return ("lunch", len(visits), start, False)
        if start is not None and not self.worked:
            return ("lunch", len(visits), start, False)
        return ("missing", None, None, False)

    def first_lunch(self, ready, opens, closes, length):
        for start in range(max(ready, opens), closes - length + 1):
            if self.is_free(start, start + length):
                return start
        return None

    # Slack

    def lateness(self, visits, leg, overrun, lunch):
        """Minutes by which the first broken promise ahead is missed, 0 if none is."""
        kind, lunch_leg, lunch_start, drive_first = lunch
        home, rule = self.practitioner.home, self.practitioner.pattern.lunch
        where = home if leg == 0 else visits[leg - 1].place
        if leg == 0:
            now = self.last_ready(home, visits[0].place, visits[0].start) + overrun
        else:
            now = visits[leg - 1].end + overrun
        for index in range(leg, len(visits)):
            visit = visits[index]
            if kind == "lunch" and lunch_leg == index and not drive_first:
                now = self.eat(max(now, lunch_start), rule.minutes)
            now = self.arrive(where, visit.place, now)
            if kind == "lunch" and lunch_leg == index and drive_first:
                now = self.eat(max(now, lunch_start), rule.minutes)
            if visit.promise is not None and now > visit.promise[1]:
                return now - visit.promise[1]
            now = max(now, visit.start) + visit.end - visit.start
            where = visit.place
        return 0

    def eat(self, start, length):
        while not self.is_free(start, start + length):
            start += 1
        return start + length

    def slack(self, visits, leg):
        if all(v.promise is None for v in visits[leg:]):
            return None
        lunch = self.lunch(visits)
        late = self.lateness(visits, leg, 0, lunch)
        if late:
            return -late
        overrun = 0
        while not self.lateness(visits, leg, overrun + 1, lunch):
            overrun += 1
        return overrun

    def slacks(self, visits):
        return [self.slack(visits, leg) for leg in range(len(visits) + 1)] if visits else []

    # Slots

    def caller_can(self, wanted: SlotRequest, minute):
        begin = datetime.combine(self.day, time()) + timedelta(minutes=minute)
        end = begin + timedelta(minutes=wanted.door_min)
        if end.date() != self.day:
            return False
        inside = [w for w in wanted.windows if not w.excluded]
        if inside and not any(w.covers(begin, end) for w in inside):
            return False
        return not any(w.excluded and w.touches(begin, end) for w in wanted.windows)

    def works(self, first, last):
        return all(self.at_work[m] for m in range(first, last))

    def fits(self, wanted: SlotRequest, minute):
        """The visits with the new one in them and its index, None if a rule is broken."""
        last = minute + wanted.door_min
        begin = datetime.combine(self.day, time()) + timedelta(minutes=minute)
        if begin < wanted.not_before or not self.caller_can(wanted, minute):
            return None
        if last > 1440 or not self.works(minute, last):
            return None
        if any(v.start < last and minute < v.end for v in self.visits):
            return None
        index = len([v for v in self.visits if v.start <= minute])
        new = Planned(place=wanted.place, start=minute, end=last, promise=None)
        visits = [*self.visits[:index], new, *self.visits[index:]]
        home = self.practitioner.home
        if index == 0:
            if self.last_ready(home, new.place, minute) < self.worked[0]:
                return None
        elif self.arrive(visits[index - 1].place, new.place, visits[index - 1].end) > minute:
            return None
        if index == len(self.visits):
            if self.arrive(new.place, home, last) > self.worked[-1] + 1:
                return None
        elif self.arrive(new.place, visits[index + 1].place, last) > visits[index + 1].start:
            return None
        if self.lunch(visits)[0] == "missing" and self.lunch(self.visits)[0] != "missing":
            return None
        return visits, index

    def window(self, wanted, visits, index, grid):
        """The told window: tried arrival by arrival."""
        new = visits[index]

        def good(arrival):
            last = arrival + wanted.door_min
            return (
                arrival >= 0 and last <= 1440 and self.caller_can(wanted, arrival)
            ) and self.works(arrival, last)

        opens = closes = new.start
        while good(opens - 1):
            opens -= 1
        while good(closes + 1):
            closes += 1
        if index == len(visits) - 1:
            home_by = self.worked[-1] + 1
            free = self.last_ready(new.place, self.practitioner.home, home_by)
            closes = min(closes, free - wanted.door_min)
        else:
            slack = self.slack(visits, index + 1)
            if slack is not None and slack >= 0:
                closes = min(closes, new.start + slack)
        width = wanted.service.promise_width_min
        ticks = [m for m in range(0, 1440, grid) if opens <= m <= closes] or [new.start]
        first = max(ticks[0], (new.start - width // 2) // grid * grid)
        last = min(ticks[-1], first + width)
        first = max(ticks[0], min(first, last - width))
        return first, last

    def cost(self, wanted, visits, index, grid, days_later, weights, fuller):
        new = visits[index]
        before = visits[index - 1] if index else None
        after = visits[index + 1] if index + 1 < len(visits) else None
        home = self.practitioner.home

        def leg(start, end):
            """Minutes of the drive from one stop to another, and the idle time beside it."""
            if start is None:
                depart = self.last_ready(home, end.place, end.start)
                return self.minutes(home, end.place, self.leave(home, end.place, depart)), None
            where = end.place if end else home
            minutes = self.minutes(start.place, where, self.leave(start.place, where, start.end))
            return minutes, end.start - start.end - minutes if end else None

        inward, idle_before = leg(before, new)
        outward, idle_after = leg(new, after)
        replaced = leg(before, after)[0] if before or after else 0
        driving = float(inward + outward - replaced) if wanted.place is not None else 0.0
        total = driving * weights.driving
        for idle, drive in ((idle_before, inward), (idle_after, outward)):
            if idle is not None and drive:
                total += weights.tight * max(0, 5 - idle)
        total += weights.idle * sum(
            i for i in (idle_before, idle_after) if i is not None and i < 45
        )
        if wanted.preferred_id is not None and wanted.preferred_id != self.practitioner.id:
            total += weights.other_person
        total += weights.later_day * days_later + weights.balance * fuller
        told = list(visits)
        told[index] = Planned(
            place=new.place,
            start=new.start,
            end=new.end,
            promise=self.window(wanted, visits, index, grid),
        )
        slacks = [s for s in self.slacks(told) if s is not None]
        least = min(slacks, default=5)
        total += weights.slack * max(0, 5 - max(0, least))
        return total, told[index].promise, min(slacks, default=None)


def may_treat(person, state, day, schedule):
    """Whether any licence of that very state holds; the plain columns are the home state's."""
    if state == "":
        return True
    named = {licence.state for licence in person.licences}
    if state == schedule.home_state and state not in named:
        return person.licence_expires is None or person.licence_expires >= day
    return any(
        licence.state == state and (licence.expires is None or licence.expires >= day)
        for licence in person.licences
    )


def brute_force(wanted: SlotRequest, schedule, drives, clinic, *, weighed=True):
    """{(practitioner id, start): (cost, promise window, least slack)} of every start that fits.

    Not ``weighed``, it only says what fits.
    """
    found = {}
    busy = {}
    for person in schedule.practitioners:
        if not person.active or wanted.practitioner_id not in (None, person.id):
            continue
        for day in schedule.days:
            if not person.certified(wanted.service.needed_certification, day):
                continue
            if day in schedule.closed or not may_treat(person, wanted.state, day, schedule):
                continue
            stops = [
                s for s in schedule.stops.get((person.id, day), ()) if s.visit.id != wanted.moving
            ]
            reference = Reference(person, day, stops, schedule.time_off, drives, clinic.profile)
            later = (day - schedule.days[0]).days
            if wanted.due is not None:
                later = abs((day - wanted.due).days)
            grid = clinic.slot_grid_min
            for minute in range(0, 1440, grid):
                fit = reference.fits(wanted, minute)
                if fit is not None:
                    start = datetime.combine(day, time()) + timedelta(minutes=minute)
                    found[person.id, start] = (reference, fit, later)
            if reference.worked:
                minutes = sum(visit.end - visit.start for visit in reference.visits)
                busy.setdefault(day, {})[person.id] = minutes
    for (person_id, start), (reference, fit, later) in found.items():
        minutes = busy[reference.day]
        mean = sum(minutes.values()) / len(minutes)
        fuller = max(0, minutes[person_id] - mean)
        found[person_id, start] = (
            reference.cost(wanted, *fit, grid, later, clinic.weights, fuller) if weighed else None
        )
    return found
