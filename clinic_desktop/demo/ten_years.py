"""Ten years of a clinic's life for scale tests: patients, visits and promises, seeded.

The days are busy but not travel-checked: they are made to be many, not to be driven.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from clinic_desktop.demo.clinic import DemoPeople
from clinic_desktop.domain.clinical.episode import Episode
from clinic_desktop.domain.clinical.note import Note, NoteKind
from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.ids import EpisodeId, NoteId, PromiseId, UserId, VisitId
from clinic_desktop.domain.visit import Promise, Visit, VisitState

YEARS: Final = 10
_SLOTS_A_DAY: Final = tuple(
    time(hour, minute)
    for hour, minute in (
        (7, 40),
        (8, 35),
        (9, 30),
        (10, 25),
        (11, 20),
        (12, 40),
        (13, 35),
        (14, 30),
        (15, 25),
        (16, 15),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """One day's records of all practitioners."""

    day: date
    visits: tuple[Visit, ...]
    promises: tuple[Promise, ...]


def past_days(
    base: DemoPeople,
    new_id: Callable[[], str],
    *,
    until: date,
    visits: int,
    told_by: UserId,
    seed: int,
) -> Iterator[PastDay]:
    """Days from ten years before ``until`` up to the day before it, ``visits`` visits in all.

    Args:
        base: the clinic's people; patients recur over the years.
        new_id: makes ids.
        until: the first day that is left free.
        visits: how many to spread evenly over the working days.
        told_by: who made the promises.
        seed: the same seed gives the same days, ids apart.
    """
    rng = random.Random(seed)
    first = until - timedelta(days=365 * YEARS)
    days = [
        first + timedelta(days=n)
        for n in range((until - first).days)
        if (first + timedelta(days=n)).weekday() < 5
    ]
    for index, day in enumerate(days):
        load = visits * (index + 1) // len(days) - visits * index // len(days)
        yield _one_day(base, new_id, rng, day, load, told_by)


def _one_day(
    base: DemoPeople,
    new_id: Callable[[], str],
    rng: random.Random,
    day: date,
    load: int,
    told_by: UserId,
) -> PastDay:
    places = [(p, slot) for slot in _SLOTS_A_DAY for p in base.practitioners][:load]
    patients = _some(rng, range(len(base.patients)), len(places))
    made: list[Visit] = []
    promises: list[Promise] = []
    for (practitioner, slot), patient_index in zip(places, patients, strict=True):
        service = rng.choice(base.services)
        start = datetime.combine(day, slot)
        done = rng.random() < 0.94
        zone = base.clinic.zone
        visit = Visit(
            id=VisitId(new_id()),
            patient_id=base.patients[patient_index].id,
            site_id=base.sites[patient_index].id,
            service_id=service.id,
            practitioner_id=practitioner.id,
            start=start,
            zone=zone,
            door_min=45,
            state=VisitState.DONE if done else VisitState.CANCELLED,
            started_at=to_utc(start, zone) if done else None,
            finished_at=to_utc(start + timedelta(minutes=44), zone) if done else None,
        )
        made.append(visit)
        promises.append(
            Promise(
                id=PromiseId(new_id()),
                visit_id=visit.id,
                window_start=start - timedelta(minutes=15),
                window_end=start + timedelta(minutes=15),
                zone=zone,
                practitioner_id=practitioner.id,
                told_to=base.patients[patient_index].first_name,
                told_by=told_by,
                told_at=to_utc(start - timedelta(days=7), zone),
            )
        )
    return PastDay(day=day, visits=tuple(made), promises=tuple(promises))


def past_notes(
    base: DemoPeople,
    visits: Sequence[Visit],
    new_id: Callable[[], str],
    *,
    author: UserId,
    author_name: str,
) -> tuple[tuple[Episode, ...], tuple[Note, ...]]:
    """An episode for each patient seen, and a note for each of the visits.

    Args:
        base: the clinic's people.
        visits: treated ones.
        new_id: makes ids.
        author: who wrote the notes.
        author_name: as the notes show it.
    """
    episodes: dict[str, Episode] = {}
    notes: list[Note] = []
    for number, visit in enumerate(visits):
        at = to_utc(visit.start, visit.zone)
        episode = episodes.get(visit.patient_id)
        if episode is None:
            episode = episodes[visit.patient_id] = Episode(
                id=EpisodeId(new_id()),
                patient_id=visit.patient_id,
                condition="itbs",
                opened_by=author,
                opened_at=at,
            )
        notes.append(
            Note(
                id=NoteId(new_id()),
                patient_id=visit.patient_id,
                episode_id=episode.id,
                visit_id=visit.id,
                intake_id=None,
                kind=NoteKind.SESSION,
                template_id="itbs",
                template_version=1,
                service_at=at,
                created_at=at,
                author=author,
                author_name=author_name,
                subjective=f"Pain on the outside of the knee after {number % 9 + 1} miles.",
                objective="Noble positive at 30 degrees.",
                assessment="ITB syndrome, improving.",
                plan="Repeat in a week.",
            )
        )
    return tuple(episodes.values()), tuple(notes)


def _some(rng: random.Random, pool: Sequence[int], n: int) -> list[int]:
    """``n`` of the pool; each once as long as it lasts."""
    return rng.sample(pool, k=n) if n <= len(pool) else rng.choices(pool, k=n)
