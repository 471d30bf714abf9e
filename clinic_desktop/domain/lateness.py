"""What being late does to the rest of a day: whose visit slips, whose promise breaks, from when."""

from dataclasses import dataclass
from enum import StrEnum


class LateFrom(StrEnum):
    """What happens later than planned."""

    LEAVING = "leaving"
    ARRIVING = "arriving"
    FINISHING = "finishing"


class LateKind(StrEnum):
    """What a delay does, mildest first."""

    HOLDS = "holds"
    SLIPS = "slips"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStop:
    """A visit still ahead; minutes after midnight. ``promised_min`` is the promise's last one."""

    index: int
    start_min: int
    promised_min: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEffect:
    """What happens to one visit: when its door is reached, and when it begins."""

    index: int
    kind: LateKind
    arrive_min: int
    begin_min: int
    start_min: int
    promised_min: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """One rung of the ladder: from ``from_min`` to ``to_min`` minutes late the same holds.

    ``effect`` is the broken promise, else the last visit that slips (as it is ``to_min`` late);
    None where nobody behind waits.
    """

    from_min: int
    to_min: int
    kind: LateKind
    effect: LateEffect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """The doors reached by minutes late, and what follows from that.

    ``base_min`` is the minute after which one is late: leaving for, arriving at or finishing the
    visit ``index``. ``arrivals[late]`` are the doors of ``ahead``, in order.
    """

    since: LateFrom
    index: int
    base_min: int
    ahead: tuple[LateStop, ...]
    arrivals: tuple[tuple[int, ...], ...]

    @property
    def most_min(self) -> int:
        """The largest delay that was looked at."""
        return len(self.arrivals) - 1

    def effects(self, late: int) -> tuple[LateEffect, ...]:
        """What so many minutes do to each visit ahead."""
        return tuple(
            LateEffect(
                index=stop.index,
                kind=_kind(stop, at),
                arrive_min=at,
                begin_min=max(at, stop.start_min),
                start_min=stop.start_min,
                promised_min=stop.promised_min,
            )
            for stop, at in zip(self.ahead, self.arrivals[late], strict=True)
        )

    def broken(self, late: int) -> tuple[LateEffect, ...]:
        """Whom to call: the promises that so many minutes break."""
        return tuple(e for e in self.effects(late) if e.kind is LateKind.BREAKS)

    def steps(self) -> tuple[LateStep, ...]:
        """The ladder: from no delay up to the first broken promise.

        The visit that one is late for slips by itself and is no rung of its own; the visits
        behind it are, each from the minute on at which it begins to wait.
        """
        found: list[LateStep] = []
        for late in range(len(self.arrivals)):
            kind, effect = self._first_consequence(late)
            before = found[-1] if found else None
            if before is not None and (before.kind, _index(before.effect)) == (
                kind,
                _index(effect),
            ):
                found[-1] = LateStep(
                    from_min=before.from_min, to_min=late, kind=kind, effect=effect
                )
            else:
                found.append(LateStep(from_min=late, to_min=late, kind=kind, effect=effect))
            if kind is LateKind.BREAKS:
                break
        return tuple(found)

    def _first_consequence(self, late: int) -> tuple[LateKind, LateEffect | None]:
        effects = self.effects(late)
        broken = next((e for e in effects if e.kind is LateKind.BREAKS), None)
        if broken is not None:
            return LateKind.BREAKS, broken
        behind = [e for e in effects if e.kind is LateKind.SLIPS and e.index != self.index]
        return (LateKind.SLIPS, behind[-1]) if behind else (LateKind.HOLDS, None)


def _kind(stop: LateStop, at: int) -> LateKind:
    if stop.promised_min is not None and at > stop.promised_min:
        return LateKind.BREAKS
    return LateKind.SLIPS if at > stop.start_min else LateKind.HOLDS


def _index(effect: LateEffect | None) -> int | None:
    return None if effect is None else effect.index
