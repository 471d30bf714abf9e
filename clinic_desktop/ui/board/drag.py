"""A drag on the board as plain values: what is held, where it began, where it points now."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

SNAP_MIN: Final = 5
DAY_MIN: Final = 24 * 60
FIRST_LENGTH_MIN: Final = 30


class DragKind(StrEnum):
    """What is done to the visit."""

    MOVE = "move"
    COPY = "copy"
    RESIZE = "resize"
    CREATE = "create"
    PLACE = "place"
    """A request of the tray that has no time yet; a call books it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drag:
    """One drag. Minutes are after local midnight; ``visit_id`` is "" while empty time is dragged.

    ``grip_min`` is how far below the visit's start it was taken hold of.
    """

    kind: DragKind
    visit_id: str
    from_person: str
    from_start: int
    from_length: int
    grip_min: int
    person: str
    start: int
    length: int

    @staticmethod
    def begin(
        kind: DragKind, visit_id: str, person: str, start: int, length: int, grip_min: int
    ) -> "Drag":
        """Take hold of a visit, or of empty time."""
        return Drag(
            kind=kind,
            visit_id=visit_id,
            from_person=person,
            from_start=start,
            from_length=length,
            grip_min=grip_min,
            person=person,
            start=start,
            length=length,
        )

    def to(self, person: str, minute: float, only: str = "") -> "Drag":
        """The pointer is over ``minute`` of a person's lane.

        Args:
            person: whose lane.
            minute: minutes after midnight under the pointer.
            only: "time" or "person": the other is locked (Shift); "" lets both change.
        """
        if self.kind is DragKind.RESIZE:
            length = max(SNAP_MIN, snapped(minute) - self.from_start)
            return replace(self, length=min(length, DAY_MIN - self.from_start))
        if self.kind is DragKind.CREATE:
            first, last = sorted((self.from_start, snapped(minute)))
            return replace(self, start=first, length=max(SNAP_MIN, last - first))
        start = max(0, min(DAY_MIN - self.length, snapped(minute - self.grip_min)))
        if only == "person":
            start = self.from_start
        elif only == "time":
            person = self.from_person
        return replace(self, person=person, start=start)

    def nudged(self, minutes: int, person: str) -> "Drag":
        """The same by keyboard: some minutes on, or in another person's lane."""
        if self.kind is DragKind.RESIZE:
            return replace(self, length=max(SNAP_MIN, self.length + minutes))
        start = max(0, min(DAY_MIN - self.length, self.start + minutes))
        return replace(self, person=person, start=start)

    @property
    def end(self) -> int:
        """When it would be over."""
        return self.start + self.length

    @property
    def changed(self) -> bool:
        """Whether letting go would change anything."""
        if self.kind in (DragKind.COPY, DragKind.CREATE, DragKind.PLACE):
            return True
        now = (self.person, self.start, self.length)
        return now != (self.from_person, self.from_start, self.from_length)


def snapped(minute: float) -> int:
    """The nearest minute of the grid."""
    return round(minute / SNAP_MIN) * SNAP_MIN


def blocked_spans(
    starts: tuple[int, ...], length: int, first: int, last: int
) -> tuple[tuple[int, int], ...]:
    """The minutes that a visit could not cover, wherever it began.

    Args:
        starts: the starts that fit, rising.
        length: minutes of the visit.
        first: where the shown day begins.
        last: where it ends.
    """
    spans: list[tuple[int, int]] = []
    free = first
    for start in sorted(starts):
        if start > free:
            spans.append((free, start))
        free = max(free, start + length)
    if free < last:
        spans.append((free, last))
    return tuple(spans)
