"""Paints laid-out lanes: it decides nothing, it only paints."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from clinic_desktop.text import _
from clinic_desktop.ui.board.hatch import hatch_brush
from clinic_desktop.ui.board.lane_content import CardContent, CardLook, LegLook
from clinic_desktop.ui.board.lane_layout import (
    BRACKET_INSET,
    GUTTER,
    PlacedBand,
    PlacedCard,
    PlacedLane,
    PlacedLeg,
    TimeScale,
)
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.measured_font import MeasuredFont
from clinic_desktop.ui.kit.practitioner_mark import dash_pattern, paint_mark, practitioner_style
from clinic_desktop.ui.kit.tokens import Theme

_ROW_1 = 17.0
_ROW_2 = 34.0
_ROW_3 = 52.0
_ROW_4 = 69.0
_TWO_ROWS_PX = 36.0
_ONE_ROW_PX = 20.0
_THREE_ROWS_PX = 62.0
_THREE_ROWS_MIN = 60
_PAD = 10.0
_ICON = 14


class LanePainter:
    """Holds the fonts and pens of one theme; make a new one when theme or text scale changes."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._strong = tabular(font("bodyStrong"))
        self._small = font("small")
        self._small_tab = tabular(font("small"))
        self._caption = tabular(font("caption"))
        self._strong_sizes = MeasuredFont(self._strong)
        self._small_sizes = MeasuredFont(self._small_tab)
        self._caption_sizes = MeasuredFont(self._caption)

    def paint_grid(
        self,
        painter: QPainter,
        lanes: tuple[PlacedLane, ...],
        scale: TimeScale,
        width: float,
        hour_texts: tuple[tuple[int, str], ...],
    ) -> None:
        """Hours, working time, lane borders and the hour labels in the gutter."""
        theme = self._theme
        painter.fillRect(QRectF(0, 0, width, scale.height), theme.color("grid.off"))
        painter.fillRect(QRectF(0, 0, GUTTER, scale.height), theme.color("bg.window"))
        for lane in lanes:
            for start, end in lane.content.hours:
                painter.fillRect(
                    QRectF(
                        lane.rect.left(),
                        scale.y(start),
                        lane.rect.width(),
                        scale.y(end) - scale.y(start),
                    ),
                    theme.color("bg.canvas"),
                )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for minute in range(scale.first_min, scale.last_min + 1, 30):
            key = "grid.hour" if minute % 60 == 0 else "grid.half"
            painter.setPen(QPen(theme.color(key), 1))
            y = round(scale.y(minute))
            painter.drawLine(QPointF(GUTTER, y), QPointF(width, y))
        painter.setPen(QPen(theme.color("line.default"), 1))
        for lane in lanes:
            x = round(lane.rect.left())
            painter.drawLine(QPointF(x, 0), QPointF(x, scale.height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setFont(self._caption)
        painter.setPen(theme.color("text.tertiary"))
        for minute, text in hour_texts:
            painter.drawText(
                QRectF(0, scale.y(minute) - 8, GUTTER - 8, 16),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                text,
            )

    def paint_blocked(
        self,
        painter: QPainter,
        lane: PlacedLane,
        scale: TimeScale,
        blocked: tuple[tuple[int, int], ...],
    ) -> None:
        """Shade the time at which a visit in the hand does not fit, under the lane's cards."""
        theme, ratio = self._theme, painter.device().devicePixelRatioF()
        for first, last in blocked:
            top = scale.y(first)
            area = QRectF(lane.rect.left() + 1, top, lane.rect.width() - 1, scale.y(last) - top)
            painter.fillRect(area, theme.color("bg.sunken"))
            painter.fillRect(area, hatch_brush(theme.color("line.default"), ratio))

    def paint_lane(
        self,
        painter: QPainter,
        lane: PlacedLane,
        *,
        selected: str = "",
        hovered: str = "",
        focus_visible: bool = False,
    ) -> None:
        """Bands, spine, travel, cards, pins and brackets of one lane."""
        style = practitioner_style(lane.content.marker)
        for band in lane.bands:
            self._paint_band(painter, band)
        self._paint_spine(painter, lane)
        for leg in lane.legs:
            if leg.content.look is not LegLook.SHORT:
                self._paint_leg(painter, leg, style.colour)
        for card in lane.cards:
            chosen = card.content.visit_id == selected
            self._paint_card(
                painter,
                card,
                style.colour,
                hovered=card.content.visit_id == hovered,
                focused=chosen and focus_visible,
                selected=chosen,
            )
        if lane.ghost is not None:
            self._paint_card(painter, lane.ghost, style.colour)
        for leg in lane.legs:
            if leg.content.look is LegLook.SHORT:
                self._paint_leg(painter, leg, style.colour)
            # Over the cards: in a low gap the words must stay readable.
            self._paint_leg_words(painter, leg)
        for card in (*lane.cards, *((lane.ghost,) if lane.ghost else ())):
            self._paint_bracket(painter, card, lane, style.colour)
            self._paint_pin(painter, card, lane.content.marker)

    def paint_now(
        self, painter: QPainter, scale: TimeScale, minute: float, width: float, text: str
    ) -> None:
        """The line of the present minute with its label in the gutter."""
        y = round(scale.y(minute)) + 0.5
        ink = self._theme.color("now")
        painter.setPen(QPen(ink, 1.5))
        painter.drawLine(QPointF(GUTTER, y), QPointF(width, y))
        plate = QRectF(1, y - 9, GUTTER - 3, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(self._theme.color("bg.surface"))
        painter.setFont(self._caption)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_spine(self, painter: QPainter, lane: PlacedLane) -> None:
        """Thin through the day, thick in the drives, in the person's own dash."""
        style = practitioner_style(lane.content.marker)
        line = self._theme.color(f"{style.colour}.line")
        base = self._theme.color(f"{style.colour}.base")
        if lane.cards:
            top = (
                min(leg.rect.top() for leg in lane.legs) if lane.legs else lane.cards[0].rect.top()
            )
            bottom = (
                max(leg.rect.bottom() for leg in lane.legs)
                if lane.legs
                else lane.cards[-1].rect.bottom()
            )
            painter.setPen(QPen(line, 2))
            painter.drawLine(QPointF(lane.spine_x, top), QPointF(lane.spine_x, bottom))
        for leg in lane.legs:
            pen = QPen(base, 4)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            dashes = dash_pattern(lane.content.marker)
            if dashes:
                pen.setDashPattern(dashes)
                if style.dotted:
                    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(
                QPointF(lane.spine_x, leg.rect.top()), QPointF(lane.spine_x, leg.rect.bottom())
            )

    def _paint_leg(self, painter: QPainter, leg: PlacedLeg, colour: str) -> None:
        theme, content = self._theme, leg.content
        short = content.look is LegLook.SHORT
        if short:
            painter.setPen(QPen(theme.color("danger.base"), 1))
            painter.setBrush(theme.color("danger.tint"))
            painter.drawRect(leg.rect)
        ratio = painter.device().devicePixelRatioF()
        tone = "danger.line" if short else f"{colour}.line"
        painter.fillRect(leg.rect, hatch_brush(theme.color(tone), ratio))
        if leg.rect.height() < leg.label.height():
            painter.save()
            painter.setOpacity(0.35)
            painter.fillRect(leg.label, hatch_brush(theme.color(tone), ratio))
            painter.restore()

    def _paint_leg_words(self, painter: QPainter, leg: PlacedLeg) -> None:
        theme, content = self._theme, leg.content
        short = content.look is LegLook.SHORT
        painter.setFont(self._caption)
        ink = {
            LegLook.NORMAL: "text.secondary",
            LegLook.LOW: "warn.text",
            LegLook.SHORT: "danger.text",
            LegLook.UNKNOWN: "warn.text",
        }[content.look]
        left_ink = "danger.text" if short else "text.secondary"
        self._paint_plate(
            painter,
            leg.label,
            content.left_text,
            "house" if content.home else "car",
            theme.color(left_ink),
            right=False,
            alarm=short,
        )
        if content.right_text:
            icon = {LegLook.LOW: "triangle-alert", LegLook.SHORT: "circle-alert"}.get(
                content.look, ""
            )
            right_ink = ink if content.look is not LegLook.NORMAL else "text.tertiary"
            self._paint_plate(
                painter,
                leg.label,
                content.right_text,
                icon,
                theme.color(right_ink),
                right=True,
                alarm=short,
            )

    def _paint_plate(
        self,
        painter: QPainter,
        line: QRectF,
        text: str,
        icon: str,
        ink: QColor,
        *,
        right: bool,
        alarm: bool,
    ) -> None:
        """Words on a canvas-coloured plate over the hatch."""
        theme = self._theme
        icon_room = 16.0 if icon else 0.0
        width = min(line.width() * 0.62, self._caption_sizes.width(text) + icon_room + 12)
        left = line.right() - width - 4 if right else line.left() + 4
        plate = QRectF(left, line.top(), width, line.height())
        painter.setPen(QPen(theme.color("danger.line"), 1) if alarm else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("danger.tint" if alarm else "bg.canvas"))
        painter.drawRoundedRect(plate, 3, 3)
        x = plate.left() + 5
        if icon:
            self._paint_icon(painter, icon, ink, x, plate.center().y() - 6, 12)
            x += icon_room
        painter.setPen(ink)
        room = plate.right() - 4 - x
        painter.drawText(
            QRectF(x, plate.top(), room, plate.height()),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            self._caption_sizes.elided(text, room + 1),
        )

    def _paint_card(
        self,
        painter: QPainter,
        card: PlacedCard,
        colour: str,
        *,
        hovered: bool = False,
        focused: bool = False,
        selected: bool = False,
    ) -> None:
        theme, content, rect = self._theme, card.content, card.rect.adjusted(0.5, 0.5, -0.5, -0.5)
        fills = {
            CardLook.PLANNED: f"{colour}.tint",
            CardLook.IN_VISIT: f"{colour}.tint",
            CardLook.DONE: "bg.surface",
            CardLook.UNCONFIRMED: "bg.canvas",
            CardLook.HELD: "bg.canvas",
            CardLook.GHOST: "bg.surface",
        }
        heavy = content.look in (CardLook.IN_VISIT, CardLook.GHOST) or selected
        line_key = f"{colour}.line"
        if heavy or content.look is CardLook.UNCONFIRMED:
            line_key = f"{colour}.base"
        elif content.look is CardLook.HELD:
            line_key = "line.strong"
        pen = QPen(theme.color(line_key), 2 if heavy else 1)
        if content.look in (CardLook.UNCONFIRMED, CardLook.HELD, CardLook.GHOST):
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(theme.color(fills[content.look]))
        painter.drawRoundedRect(rect, 6, 6)
        if hovered and not heavy:
            painter.setPen(QPen(theme.color(f"{colour}.base"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, 6, 6)
        if focused:
            painter.setPen(QPen(theme.color("focus.ring"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), 8, 8)
        painter.save()
        painter.setClipRect(rect)
        if rect.height() < _ONE_ROW_PX:
            self._paint_only_row(painter, content, rect, colour)
        else:
            self._paint_first_row(painter, content, rect, colour)
            below = False
            if rect.height() >= _TWO_ROWS_PX:
                below = self._paint_second_row(painter, content, rect, colour)
            long_enough = content.end_min - content.start_min > _THREE_ROWS_MIN
            baseline = _ROW_4 if below else _ROW_3
            if long_enough and content.note and rect.height() >= baseline + 8:
                self._paint_note(painter, content, rect, baseline)
        painter.restore()

    def _paint_only_row(
        self, painter: QPainter, content: CardContent, rect: QRectF, colour: str
    ) -> None:
        painter.setFont(self._caption)
        painter.setPen(self._theme.color(f"{colour}.text"))
        text = f"{content.time_short}  {content.name}"
        painter.drawText(rect.adjusted(_PAD, 0, -_PAD, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_first_row(
        self, painter: QPainter, content: CardContent, rect: QRectF, colour: str
    ) -> None:
        """Time, name; right-aligned flag, locks, confirmed: always in this order.

        The name matters most: words beside it shrink to their icons before it is cut.
        """
        theme = self._theme
        right = rect.right() - 6
        baseline = rect.top() + _ROW_1
        icon_y = rect.top() + 5
        least = self._strong_sizes.width(f"{content.time_start}  {content.name}")
        spare = rect.width() - 2 * _PAD - least - (_ICON + 6) * len(content.locks)
        unconfirmed, flag = self._fitting_words(content, spare)
        if content.look is CardLook.GHOST:
            right = self._right_words(
                painter,
                content.state_text,
                "",
                theme.color(f"{colour}.text"),
                right,
                baseline,
                strong=True,
            )
        elif content.look is CardLook.UNCONFIRMED:
            right = self._right_words(
                painter,
                unconfirmed,
                "circle-dashed",
                theme.color("text.secondary"),
                right,
                baseline,
            )
        elif content.confirmed:
            right -= _ICON + 2
            self._paint_icon(
                painter, "circle-check", theme.color(f"{colour}.text"), right, icon_y, _ICON
            )
            right -= 4
        for lock in reversed(content.locks):
            right -= _ICON + 2
            self._paint_icon(painter, lock, theme.color("text.secondary"), right, icon_y, _ICON)
            right -= 4
        if content.flag:
            right = self._right_words(
                painter, flag, "shield-alert", theme.color("warn.text"), right, baseline
            )
        painter.setFont(self._strong)
        painter.setPen(theme.color(f"{colour}.text"))
        x = rect.left() + _PAD
        room = right - x - 4
        # The name matters most: the time gives way to it, first AM and PM, then the end.
        heads = (
            f"{content.time_text}  {content.name}",
            f"{content.time_short}  {content.name}",
            f"{content.time_start}  {content.name}",
        )
        head = next((h for h in heads if self._strong_sizes.width(h) <= room), heads[2])
        painter.drawText(
            QPointF(x, baseline),
            self._strong_sizes.elided(head, room),
        )

    def _fitting_words(self, content: CardContent, spare: float) -> tuple[str, str]:
        """The words beside the icons of "unconfirmed" and of the flag, "" where room is short."""
        unconfirmed = _("unconfirmed") if content.look is CardLook.UNCONFIRMED else ""
        flag = content.flag
        for words in ((unconfirmed, flag), ("", flag)):
            wide = sum(self._caption_sizes.width(w) + 6 for w in words if w)
            icons = (_ICON + 6) * (bool(unconfirmed) + bool(flag) + bool(content.confirmed))
            if wide + icons <= spare:
                return words
        return "", ""

    def _paint_second_row(
        self, painter: QPainter, content: CardContent, rect: QRectF, colour: str
    ) -> bool:
        """Service, area (which elides first); right the promised window or the state.

        Returns:
            Whether the window or state stands in a third row: where both do not fit side by side
            and the card is high enough.
        """
        theme = self._theme
        left, right = rect.left() + _PAD, rect.right() - 6
        baseline = rect.top() + _ROW_2
        words, icon = _second_words(content)
        text = f"{content.detail} · {content.area}" if content.area else content.detail
        wide = self._caption_sizes.width(words) + _ICON + 3
        room = right - left - wide - 12
        below = (
            bool(words) and rect.height() >= _THREE_ROWS_PX and self._small_sizes.width(text) > room
        )
        if words:
            end = left + wide + 2 if below else right
            at = rect.top() + _ROW_3 if below else baseline
            start = self._right_words(painter, words, icon, theme.color(f"{colour}.text"), end, at)
            right = right if below else start
        painter.setFont(self._small)
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(QPointF(left, baseline), self._small_sizes.elided(text, right - left - 6))
        return below

    def _paint_note(
        self, painter: QPainter, content: CardContent, rect: QRectF, baseline: float
    ) -> None:
        painter.setFont(self._small)
        painter.setPen(self._theme.color("text.secondary"))
        room = rect.width() - 2 * _PAD
        painter.drawText(
            QPointF(rect.left() + _PAD, rect.top() + baseline),
            self._small_sizes.elided(content.note, room),
        )

    def _right_words(
        self,
        painter: QPainter,
        text: str,
        icon: str,
        ink: QColor,
        right: float,
        baseline: float,
        *,
        strong: bool = False,
    ) -> float:
        """Words that end at ``right``; returns where they begin."""
        chosen: QFont = self._caption if not strong else tabular(font("caption"))
        painter.setFont(chosen)
        painter.setPen(ink)
        width = self._caption_sizes.width(text)
        x = right - width - 2
        painter.drawText(QPointF(x, baseline), text)
        if icon:
            x -= _ICON + 3
            self._paint_icon(painter, icon, ink, x, baseline - 11.5, _ICON)
        return x - 4

    def _paint_bracket(
        self, painter: QPainter, card: PlacedCard, lane: PlacedLane, colour: str
    ) -> None:
        """The promise on the time axis: a bracket with a dot at the planned start."""
        content = card.content
        if content.promise_start_min is None or content.promise_end_min is None:
            return
        per_min = card.rect.height() / max(1, content.end_min - content.start_min)
        top = card.rect.top() + (content.promise_start_min - content.start_min) * per_min
        bottom = card.rect.top() + (content.promise_end_min - content.start_min) * per_min
        x = lane.rect.right() - BRACKET_INSET
        ink = self._theme.color(f"{colour}.base")
        pen = QPen(ink, 1.5)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        path = QPainterPath(QPointF(x - 4, top))
        path.lineTo(x, top)
        path.lineTo(x, bottom)
        path.lineTo(x - 4, bottom)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(QPointF(x, card.rect.top()), 3, 3)

    def _paint_pin(self, painter: QPainter, card: PlacedCard, marker: int) -> None:
        ghost = card.content.look is CardLook.GHOST
        paint_mark(
            painter,
            self._theme,
            marker,
            QPointF(card.pin_x, card.pin_y),
            20.0,
            "+" if ghost else str(card.content.number),
            hollow=ghost or card.content.look is CardLook.DONE,
        )

    def _paint_band(self, painter: QPainter, band: PlacedBand) -> None:
        theme, content = self._theme, band.content
        if content.kind == "time_off":
            ratio = painter.device().devicePixelRatioF()
            painter.fillRect(band.rect, theme.color("grid.off"))
            painter.fillRect(band.rect, hatch_brush(theme.color("line.default"), ratio))
            words = self._small_sizes.width(content.text) + 40
            plate = QRectF(band.rect.left() + 34, band.rect.top() + 8, words, 24)
            painter.setPen(QPen(theme.color("line.default"), 1))
            painter.setBrush(theme.color("bg.surface"))
            painter.drawRoundedRect(plate, 4, 4)
            self._band_words(painter, plate, "calendar-off", content.text, "text.secondary")
            return
        if content.kind == "open":
            rect = band.rect
            middle = QRectF(rect.left(), rect.center().y() - 16, rect.width(), 32)
            self._paint_icon(
                painter,
                "plus",
                theme.color("text.tertiary"),
                middle.left() + 8,
                middle.top() + 9,
                _ICON,
            )
            painter.setFont(self._small_tab)
            painter.setPen(theme.color("text.tertiary"))
            painter.drawText(QPointF(middle.left() + 28, middle.top() + 13), content.text)
            painter.setFont(self._caption)
            painter.drawText(QPointF(middle.left() + 28, middle.top() + 28), content.detail)
            return
        rect = band.rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg.sunken"))
        painter.drawRoundedRect(rect, 6, 6)
        self._band_words(painter, rect, "utensils", content.text, "text.secondary")
        if content.detail:
            painter.setFont(self._small_tab)
            painter.setPen(theme.color("text.tertiary"))
            painter.drawText(
                rect.adjusted(0, 0, -_PAD, 0),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                content.detail,
            )

    def _band_words(self, painter: QPainter, rect: QRectF, icon: str, text: str, ink: str) -> None:
        colour = self._theme.color(ink)
        self._paint_icon(painter, icon, colour, rect.left() + 9, rect.center().y() - 7, _ICON)
        painter.setFont(self._small_tab)
        painter.setPen(colour)
        painter.drawText(rect.adjusted(30, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_icon(
        self, painter: QPainter, name: str, ink: QColor, x: float, y: float, size: int
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(QPointF(x, y), icon_pixmap(name, ink, size, ratio))


def _second_words(content: CardContent) -> tuple[str, str]:
    """The state of a visit under way or done, else what was promised, with its icon."""
    icons = {CardLook.IN_VISIT: "play", CardLook.DONE: "check", CardLook.HELD: "hourglass"}
    if content.state_text and content.look in icons:
        return content.state_text, icons[content.look]
    return content.promise_text, "handshake"
