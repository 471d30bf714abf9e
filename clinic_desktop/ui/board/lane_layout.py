"""Where everything of a lane lies, in logical pixels; painters and hit tests share it."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

from clinic_desktop.ui.board.lane_content import (
    BandContent,
    CardContent,
    LaneContent,
    LegContent,
    LegLook,
)

GUTTER: Final = 52.0
SPINE: Final = 30.0
CARD_LEFT: Final = 34.0
CARD_RIGHT: Final = 20.0
BRACKET_INSET: Final = 9.0
LEG_LABEL_HEIGHT: Final = 14.0
MIN_CARD_HEIGHT: Final = 15.0
TOP_PAD: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeScale:
    """Minutes to pixels: ``y`` of a minute, and back."""

    first_min: int
    last_min: int
    px_per_min: float

    def y(self, minute: float) -> float:
        """Logical pixels from the canvas's top."""
        return TOP_PAD + (minute - self.first_min) * self.px_per_min

    def minute(self, y: float) -> float:
        """The minute at a height."""
        return self.first_min + (y - TOP_PAD) / self.px_per_min

    @property
    def height(self) -> float:
        """The canvas's height."""
        return self.y(self.last_min) + TOP_PAD


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCard:
    """A card with its rectangle and the centre of its pin."""

    content: CardContent
    rect: QRectF
    pin_x: float
    pin_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLeg:
    """A travel block: the hatched rectangle, and the plate line on which its words stand."""

    content: LegContent
    rect: QRectF
    label: QRectF
    spine_x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBand:
    """Lunch, time off or open time with its rectangle."""

    content: BandContent
    rect: QRectF


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLane:
    """A lane laid out."""

    content: LaneContent
    rect: QRectF
    spine_x: float
    cards: tuple[PlacedCard, ...]
    legs: tuple[PlacedLeg, ...]
    bands: tuple[PlacedBand, ...]
    ghost: PlacedCard | None = None


def board_scale(lanes: tuple[LaneContent, ...], zoom: float, px_per_min: float = 1.0) -> TimeScale:
    """The hours shown: all working hours and visits, an hour of air, at least 7 AM to 6 PM."""
    starts = [7 * 60]
    ends = [18 * 60]
    for lane in lanes:
        starts += [start for start, _end in lane.hours]
        ends += [end for _start, end in lane.hours]
        starts += [leg.start_min for leg in lane.legs]
        starts += [card.start_min for card in lane.cards]
        ends += [card.end_min for card in lane.cards]
        ends += [leg.start_min + leg.drive_min for leg in lane.legs]
    return TimeScale(
        first_min=max(0, (min(starts) // 60) * 60),
        last_min=min(24 * 60, -(-(max(ends) + 30) // 60) * 60),
        px_per_min=px_per_min * zoom,
    )


def place_lanes(
    lanes: tuple[LaneContent, ...],
    scale: TimeScale,
    width: float,
    ghost: tuple[str, CardContent] | None = None,
) -> tuple[PlacedLane, ...]:
    """Lay the lanes side by side.

    Args:
        lanes: from left to right.
        scale: minutes to pixels.
        width: the canvas's width, time gutter included.
        ghost: a practitioner id and the card that previews a slot there.
    """
    if not lanes:
        return ()
    lane_width = (width - GUTTER) / len(lanes)
    return tuple(
        _place_lane(
            lane,
            scale,
            GUTTER + index * lane_width,
            lane_width,
            ghost[1] if ghost and ghost[0] == lane.practitioner_id else None,
        )
        for index, lane in enumerate(lanes)
    )


def _place_lane(
    lane: LaneContent, scale: TimeScale, left: float, width: float, ghost: CardContent | None
) -> PlacedLane:
    spine_x = left + SPINE / 2 + 2
    inner_left, inner_right = left + CARD_LEFT, left + width - CARD_RIGHT

    def card(content: CardContent) -> PlacedCard:
        top = scale.y(content.start_min)
        height = max(MIN_CARD_HEIGHT, (content.end_min - content.start_min) * scale.px_per_min)
        rect = QRectF(inner_left, top, inner_right - inner_left, height)
        return PlacedCard(content=content, rect=rect, pin_x=spine_x, pin_y=top + 10)

    def leg(content: LegContent) -> PlacedLeg:
        top = scale.y(content.start_min)
        height = max(2.0, content.drive_min * scale.px_per_min)
        rect = QRectF(inner_left, top, inner_right - inner_left, height)
        # The words stand in the gap, not on a card: a short drive's plate hangs from its start,
        # that of the drive to the first visit stands on its end. A gap that is too low for them
        # lets them overlap the edges of both its cards alike.
        plate_top = rect.center().y() - LEG_LABEL_HEIGHT / 2
        if height < LEG_LABEL_HEIGHT:
            plate_top = rect.bottom() - LEG_LABEL_HEIGHT if content.first else rect.top()
            if not content.first and content.look is not LegLook.SHORT:
                next_top = min((t for t in tops if t >= rect.bottom() - 2), default=scale.height)
                over = max(0.0, rect.top() + LEG_LABEL_HEIGHT - next_top)
                plate_top -= over / 2
        label = QRectF(inner_left, plate_top, rect.width(), LEG_LABEL_HEIGHT)
        return PlacedLeg(content=content, rect=rect, label=label, spine_x=spine_x)

    tops = [scale.y(c.start_min) for c in (*lane.cards, *((ghost,) if ghost else ()))]

    def band(content: BandContent) -> PlacedBand:
        whole = content.kind == "time_off"
        x, w = (left, width) if whole else (inner_left, inner_right - inner_left)
        top = scale.y(content.start_min)
        return PlacedBand(content=content, rect=QRectF(x, top, w, scale.y(content.end_min) - top))

    return PlacedLane(
        content=lane,
        rect=QRectF(left, 0, width, scale.height),
        spine_x=spine_x,
        cards=tuple(card(c) for c in lane.cards),
        legs=tuple(leg(c) for c in lane.legs),
        bands=tuple(band(c) for c in lane.bands),
        ghost=card(ghost) if ghost else None,
    )


def card_at(lanes: tuple[PlacedLane, ...], x: float, y: float) -> PlacedCard | None:
    """The card under a point; where two overlap, the later one (it is painted on top)."""
    for lane in lanes:
        if lane.rect.left() <= x < lane.rect.right():
            for card in reversed(lane.cards):
                if card.rect.contains(x, y):
                    return card
    return None
