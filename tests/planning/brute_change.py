"""A plain reference for the smallest change: every change of one or two visits, nothing pruned.

It is meant to be read: take the changed visits out, put the wanted one in, put the changed ones
back one after the other, each only where ``Reference.fits`` lets it.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import combinations

from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.visit import Lock, VisitState
from tests.planning.brute_force import Reference, may_treat


class Changes:
    """One day of everybody, and what is wanted on it."""

    def __init__(self, request, schedule, drives, clinic, needs):
        self.request, self.schedule = request, schedule
        self.drives, self.clinic, self.needs = drives, clinic, needs
        self.day = schedule.days[0]
        self.people = [p for p in schedule.practitioners if p.active]
        self.stops = {p.id: list(schedule.stops.get((p.id, self.day), ())) for p in self.people}

    def reference(self, person, stops):
        return Reference(
            person, self.day, stops, self.schedule.time_off, self.drives, self.clinic.profile
        )

    def fits(self, person, stops, request, minute):
        return self.reference(person, stops).fits(request, minute) is not None

    def driving(self, person, stops):
        day = self.reference(person, stops)
        visits, home = day.visits, person.home
        if not visits:
            return 0
        ready = day.last_ready(home, visits[0].place, visits[0].start)
        where, total = home, 0
        for visit in visits:
            depart = day.leave(where, visit.place, ready)
            total += day.minutes(where, visit.place, depart)
            where, ready = visit.place, visit.end
        return total + day.minutes(where, home, day.leave(where, home, ready))

    def at(self, minute):
        return datetime.combine(self.day, time()) + timedelta(minutes=minute)

    def answers(self, who, minute):
        """[(cost, keys)] of everything that frees the start and does without nothing."""
        wanted = next(iter(self.people_named(who)))
        changeable = [
            (person, stop)
            for person in (wanted, *(p for p in self.people if p.id != who))
            for stop in sorted(self.stops[person.id], key=lambda s: (s.visit.start_min, s.visit.id))
            if stop.visit.state in (VisitState.BOOKED, VisitState.CONFIRMED)
        ]
        alone, found = set(), []
        for count in (1, 2):
            for chosen in combinations(changeable, count):
                if chosen[0][0].id != who:
                    continue
                for placed in self.placings(wanted, minute, chosen):
                    keys = tuple(key for key, _grade, _shift in placed[0])
                    if count == 1:
                        alone.add(keys[0])
                    elif alone & set(keys):
                        continue
                    found.append((self.cost(placed), keys))
        return found

    def people_named(self, who):
        return (p for p in self.people if p.id == who)

    def placings(self, wanted, minute, chosen):
        gone = {stop.visit.id for _person, stop in chosen}
        left = {p.id: [s for s in self.stops[p.id] if s.visit.id not in gone] for p in self.people}
        if not self.fits(wanted, left[wanted.id], self.request, minute):
            return
        new = replace(
            chosen[0][1],
            visit=replace(
                chosen[0][1].visit,
                id="new",
                start=self.at(minute),
                door_min=self.request.door_min,
                practitioner_id=wanted.id,
            ),
            place=self.request.place,
            promise=None,
        )
        left[wanted.id].append(new)
        yield from self.put_back([], left, [stop for _person, stop in chosen])

    def put_back(self, done, days, waiting):
        if not waiting:
            yield done, days
            return
        stop, rest = waiting[0], waiting[1:]
        visit, need = stop.visit, self.needs[stop.visit.id]
        for person in self.people:
            if not person.certified(need.service.needed_certification, self.day):
                continue
            if not may_treat(person, need.state, self.day, self.schedule):
                continue
            own = person.id == visit.practitioner_id
            options = [
                (start, visit.door_min)
                for start in range(0, 1440, self.clinic.slot_grid_min)
                if not (own and start == visit.start_min)
            ]
            if own:
                options += [
                    (visit.start_min, door)
                    for door in range(
                        visit.door_min - self.clinic.slot_grid_min,
                        need.service.treatment_min - 1,
                        -self.clinic.slot_grid_min,
                    )
                    if door > 0
                ]
            for start, door in options:
                request = SlotRequest(
                    service=need.service,
                    place=stop.place,
                    door_min=door,
                    not_before=self.request.not_before,
                    state=need.state,
                )
                if not self.fits(person, days[person.id], request, start):
                    continue
                moved = replace(
                    stop,
                    visit=replace(
                        visit, start=self.at(start), door_min=door, practitioner_id=person.id
                    ),
                )
                after = {**days, person.id: [*days[person.id], moved]}
                step = ((visit.id, person.id, start, door), *self.graded(stop, moved))
                yield from self.put_back([*done, step], after, rest)

    def graded(self, before, after):
        old, new, promise = before.visit, after.visit, before.promise
        moved, other = old.start != new.start, old.practitioner_id != new.practitioner_id
        shorter = old.door_min != new.door_min
        lifted = (Lock.TIME in old.locks and (moved or shorter)) or (
            Lock.PRACTITIONER in old.locks and other
        )
        lifted = lifted or (Lock.ORDER in old.locks and (moved or other))
        broken = promise is not None and not (
            promise.window_start <= new.start <= promise.window_end
            and promise.practitioner_id in (None, new.practitioner_id)
        )
        call = broken or lifted or other or (promise is None and moved)
        shift = abs(int((new.start - old.start).total_seconds() // 60))
        return (int(broken), int(call)), shift

    def cost(self, placed):
        steps, days = placed
        driving = sum(
            self.driving(p, days[p.id]) - self.driving(p, self.stops[p.id]) for p in self.people
        )
        return (
            sum(grade[0] for _key, grade, _shift in steps),
            sum(grade[1] for _key, grade, _shift in steps),
            driving,
            len(steps),
            sum(shift for _key, _grade, shift in steps),
            tuple(sorted(key for key, _grade, _shift in steps)),
        )
