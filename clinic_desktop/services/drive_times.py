"""What people know better of drives: one leg looked at, drives set by hand, measured factors."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from clinic_desktop.domain.calibration import DrivenDrive, Fit, fit_drives
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import Clock, local_now, to_local
from clinic_desktop.domain.directions import DirectionStep
from clinic_desktop.domain.drive_corrections import Calibration, DriveOverride, corrected
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import DriveOverrideId, NewId, PractitionerId, SiteId
from clinic_desktop.domain.patient import VisitSite
from clinic_desktop.domain.place import Coordinate, rounded
from clinic_desktop.domain.ports import ScheduleOperation, ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.travel import BaseDrive, Drive, DriveBook, LegSource, drive_at
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.services.permission import require_owner, require_schedule
from clinic_desktop.services.roads import RoadsService, drive_corrections
from clinic_desktop.text import _

LOOK_BACK: Final = timedelta(days=365)
"""Older drives tell of roads and habits of another year."""
LONGEST_MIN: Final = 300
_EARLY_MIN: Final = 10
"""Who comes no earlier than this starts at once; who comes earlier may have waited in the car."""
_BEEN_THERE: Final = frozenset({VisitState.DONE, VisitState.IN_PROGRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDrive:
    """One drive as somebody knows it, in whole minutes from door to door with parking."""

    start: Coordinate
    end: Coordinate
    minutes: int
    both_ways: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegView:
    """All that is known of one drive at one departure.

    ``shown`` is what the board plans with, ``by_roads`` what it would be without the drive set by
    hand, ``override`` that drive and ``set_by`` who set it. ``factor`` is what measured drives
    multiply the clinic's factors with then and there, None for not in use. ``steps`` is () where
    no road is known.
    """

    shown: Drive
    by_roads: Drive
    parking_min: int
    override: DriveOverride | None
    set_by: str
    factor: float | None
    steps: tuple[DirectionStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDrive:
    """A drive set by hand with what its ends are called; ``by_roads`` is its free-flow drive."""

    override: DriveOverride
    start_name: str
    end_name: str
    set_by: str
    by_roads: BaseDrive


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveReport:
    """What Settings > Drive times shows. ``in_use`` are the measured factors that count now."""

    fit: Fit
    in_use: Calibration | None
    by_hand: tuple[NamedDrive, ...]
    clinic: Clinic


class DriveTimesService:
    """Reads in any worker thread; each verb is one named operation that can be undone."""

    def __init__(
        self, store: ScheduleStore, roads: RoadsService, clock: Clock, new_id: NewId
    ) -> None:
        self._store = store
        self._roads = roads
        self._clock = clock
        self._new_id = new_id

    def leg(self, session: Session, start: Coordinate, end: Coordinate, depart_min: int) -> LegView:
        """One drive, leaving ``depart_min`` minutes after midnight, with its directions."""
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        known = drive_corrections(reader)
        book = self._roads.computed_drives()
        base = corrected(book, replace(known, overrides={})).drive(start, end)
        override = known.overrides.get((rounded(start), rounded(end)))
        shown = corrected(book, known).drive(start, end)
        part = max(
            i for i, p in enumerate(clinic.profile.parts) if p.start_min <= max(0, depart_min)
        )
        parking = base.parking_min
        return LegView(
            shown=drive_at(shown, depart_min, clinic.profile),
            by_roads=drive_at(base, depart_min, clinic.profile),
            parking_min=clinic.profile.parking_min if parking is None else parking,
            override=override,
            set_by=_user_name(reader, override) if override else "",
            factor=base.rates[part] if part < len(base.rates) else None,
            steps=self._roads.directions(start, end),
        )

    def set_drive(self, session: Session, command: SetDrive) -> Changes:
        """Say how long a drive takes; it wins over every computation from now on.

        Raises:
            RuleBroken: the minutes make no drive, or both ends are one place.
            PermissionRefused: the session has no role.
        """
        require_schedule(session)
        if not 1 <= command.minutes <= LONGEST_MIN:
            raise RuleBroken(_("A drive takes from 1 to {most} minutes.").format(most=LONGEST_MIN))
        start, end = rounded(command.start), rounded(command.end)
        if start == end:
            raise RuleBroken(_("Both ends are the same place: there is no drive."))
        pairs = [(start, end), (end, start)] if command.both_ways else [(start, end)]
        with self._store.operation(_("Set a drive by hand"), session) as op:
            known = {(o.start, o.end): o for o in op.drive_overrides()}
            for pair in pairs:
                before = known.get(pair)
                op.put(
                    DriveOverride(
                        id=before.id if before else DriveOverrideId(self._new_id()),
                        start=pair[0],
                        end=pair[1],
                        minutes=command.minutes,
                        by=session.user_id,
                        at=self._clock.now_utc(),
                        reason=" ".join(command.reason.split()),
                    )
                )
            return op.changes()

    def forget_drive(self, session: Session, override_id: DriveOverrideId) -> Changes:
        """Take a drive set by hand out: the roads count again.

        Raises:
            RuleBroken: somebody took it out already.
            PermissionRefused: the session has no role.
        """
        require_schedule(session)
        with self._store.operation(_("Use the roads’ time again"), session) as op:
            op.remove(_override(op, override_id))
            return op.changes()

    def report(self, session: Session) -> DriveReport:
        """What the driven drives say, and the drives set by hand. Takes a moment: for a worker.

        Raises:
            PermissionRefused: the session has no role.
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        book = self._roads.computed_drives()
        return DriveReport(
            fit=self._fit(reader, clinic, book),
            in_use=clinic.calibration_in_use,
            by_hand=_named(reader, book),
            clinic=clinic,
        )

    def use(self, session: Session, calibration: Calibration) -> Changes:
        """Let measured factors count from now on.

        Raises:
            PermissionRefused: the session is not an owner's.
            RuleBroken: the clinic's own factors are not those that they were measured with.
        """
        require_owner(session)
        with self._store.operation(_("Use measured drive times"), session) as op:
            clinic = op.clinic()
            if calibration.profile != clinic.profile:
                raise RuleBroken(
                    _("The clinic’s drive factors have changed since these were measured."),
                    way_out=_("Open Drive times again: they are measured anew."),
                )
            op.put(replace(clinic, calibration=calibration))
            return op.changes()

    def stop(self, session: Session) -> Changes:
        """Let only the clinic's own factors count. Raises ``PermissionRefused``."""
        require_owner(session)
        with self._store.operation(_("Stop using measured drive times"), session) as op:
            op.put(replace(op.clinic(), calibration=None))
            return op.changes()

    def _fit(self, reader: ScheduleReader, clinic: Clinic, book: DriveBook) -> Fit:
        today = local_now(self._clock, clinic.zone).date()
        timed = reader.driven_visits(today - LOOK_BACK)
        if not timed:
            return fit_drives((), clinic.profile)
        days = reader.visits_between(timed[0].day, timed[-1].day)
        sites = reader.sites({visit.site_id for visit in days})
        homes = {p.id: p.home for p in reader.practitioners()}
        by_day: defaultdict[tuple[PractitionerId, date], list[Visit]] = defaultdict(list)
        for visit in days:
            by_day[visit.practitioner_id, visit.day].append(visit)
        driven: list[DrivenDrive] = []
        for visit in timed:
            person = visit.practitioner_id
            origin = _origin(visit, by_day[person, visit.day], sites) or homes.get(person)
            site = sites.get(visit.site_id)
            if origin is None or site is None or site.coordinate is None:
                continue
            drive = _driven(visit, origin, site, site.coordinate, clinic, book)
            if drive is not None:
                driven.append(drive)
        return fit_drives(driven, clinic.profile)


def _origin(
    visit: Visit, same_day: Iterable[Visit], sites: Mapping[SiteId, VisitSite]
) -> Coordinate | None:
    """Where the practitioner was last before leaving, None for nowhere that is known."""
    left = visit.departed_at
    assert left is not None
    before = [
        other
        for other in same_day
        if other.state in _BEEN_THERE and other.started_at is not None and other.started_at < left
    ]
    if not before:
        return None
    last = max(before, key=lambda v: v.started_at or left)
    site = sites.get(last.site_id)
    return site.coordinate if site else None


def _driven(
    visit: Visit,
    origin: Coordinate,
    site: VisitSite,
    end: Coordinate,
    clinic: Clinic,
    book: DriveBook,
) -> DrivenDrive | None:
    """The drive as it was driven; None where it says nothing of the roads."""
    assert visit.departed_at is not None
    assert visit.started_at is not None
    base = book.drive(origin, end)
    if base.source is not LegSource.ROADS:
        return None
    left = to_local(visit.departed_at, clinic.zone)
    depart_min = left.hour * 60 + left.minute
    parking = clinic.profile.parking_min if site.parking_min is None else site.parking_min
    expected = depart_min + drive_at(base, depart_min, clinic.profile).minutes
    # Judged by what was expected, not by what came out: else only slow drives would be left out.
    if left.date() != visit.day or expected < visit.start_min - _EARLY_MIN:
        return None
    seconds = (visit.started_at - visit.departed_at).total_seconds() - parking * 60
    return DrivenDrive(
        day=visit.day,
        depart_min=depart_min,
        base=base,
        end=rounded(end),
        area=site.address.area or site.address.city,
        seconds=seconds,
    )


def _named(reader: ScheduleReader, book: DriveBook) -> tuple[NamedDrive, ...]:
    found = reader.drive_overrides()
    if not found:
        return ()
    names: dict[Coordinate, str] = {}
    for practitioner in reader.practitioners():
        if practitioner.home is not None:
            name = _("{name}’s home").format(name=practitioner.first_name)
            names.setdefault(rounded(practitioner.home), name)
    places = {place for o in found for place in (o.start, o.end)} - names.keys()
    for site in reader.sites_at(places):
        assert site.coordinate is not None
        names.setdefault(rounded(site.coordinate), site.address.one_line())
    unknown = _("a place no longer used")
    return tuple(
        NamedDrive(
            override=override,
            start_name=names.get(override.start, unknown),
            end_name=names.get(override.end, unknown),
            set_by=_user_name(reader, override),
            by_roads=book.drive(override.start, override.end),
        )
        for override in found
    )


def _user_name(reader: ScheduleReader, override: DriveOverride) -> str:
    return next((user.name for user in reader.users() if user.id == override.by), override.by)


def _override(op: ScheduleOperation, override_id: DriveOverrideId) -> DriveOverride:
    found = next((o for o in op.drive_overrides() if o.id == override_id), None)
    if found is None:
        raise RuleBroken(_("Somebody took this drive out already."))
    return found
