"""Beside the hero: the route, the stops behind it, what being late would do, and the kit."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.my_day import OwnDay, OwnStop
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.board.lane_content import LegLook, slack_words
from clinic_desktop.ui.kit.flow_layout import FlowLayout
from clinic_desktop.ui.kit.parts import (
    card,
    clear_layout,
    column,
    icon_label,
    label,
    repolish,
    row,
    separator,
)
from clinic_desktop.ui.kit.stop_badge import StopBadge
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.map_content import MapRoute
from clinic_desktop.ui.map.map_view import MapView
from clinic_desktop.ui.my_day.my_day_words import (
    TONE_ICONS,
    drive_words,
    ladder_rows,
    ladder_title,
    late_now,
)

_INK = {LegLook.LOW: "warn", LegLook.SHORT: "error", LegLook.UNKNOWN: "warn"}
MAP_PX = 300


class NextStopRow(QFrame):
    """One of the next stops.

    Signals:
        chosen(str): a click, or Enter.
    """

    chosen = Signal(str)

    def __init__(self, visit_id: str, spoken: str) -> None:
        super().__init__()
        self._visit_id = visit_id
        self.setProperty("row", "plain")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(spoken)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        self.chosen.emit(self._visit_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._visit_id)
        else:
            super().keyPressEvent(event)


class DaySide(QFrame):
    """Map, next stops, ladder, kit.

    Signals:
        stop_chosen(str): a visit id, from the list or the map.
    """

    stop_chosen = Signal(str)

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self._theme, self._formats = theme, formats
        self.setObjectName("my_day_side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.map = MapView(theme, formats)
        self.map.setMinimumHeight(220)
        self.map.stop_selected.connect(self.stop_chosen)
        self._after = QVBoxLayout()
        self._ladder = QVBoxLayout()
        self._kit = QVBoxLayout()
        for one in (self._after, self._ladder, self._kit):
            one.setSpacing(4)
        self._line, self._kit_line = separator(), separator()
        inner = column(
            self.map,
            self._after,
            self._line,
            self._ladder,
            self._kit_line,
            self._kit,
            1,
            spacing=0,
        )
        self.setLayout(inner)
        self.set_beside(beside=True)

    def set_beside(self, *, beside: bool) -> None:
        """A panel at the right edge, or one more card in the flow."""
        self.setProperty("panel", "right" if beside else "")
        self.setProperty("card", "" if beside else "true")
        self.map.setFixedHeight(MAP_PX)
        edge = 0 if beside else 1
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(edge, edge, edge, edge)
        repolish(self)

    def show_routes(self, routes: tuple[MapRoute, ...], *, fit: bool) -> None:
        """The day's route; the stops' names stand beside their pins."""
        self.map.show_routes(routes, fit=fit)
        self.map.set_front(routes[0].marker if routes else 0)

    def show_day(self, day: OwnDay, index: int) -> None:
        """The stops behind ``index``, and the current stop's ladder."""
        self.map.select(day.stops[index].detail.visit.id)
        self._show_after(day, index)
        self._show_ladder(day)
        self._show_kit(day)

    def show_no_stop(self) -> None:
        """After the last visit."""
        self.map.select("")
        _end(self._after)
        _end(self._ladder)
        _end(self._kit)
        self._line.hide()
        self._kit_line.hide()

    def _show_after(self, day: OwnDay, index: int) -> None:
        _begin(self._after)
        assert day.plan is not None
        formats = self._formats
        behind = day.stops[index + 1 :]
        count = ngettext("{n} stop", "{n} stops", len(behind)).format(n=len(behind))
        home = day.plan.home_by_min
        words = count
        if home is not None:
            words = _("home {time}").format(time=formats.time(home))
            if behind:
                words = f"{count}, {words}"
        name = day.stops[index].detail.patient.short_name
        self._after.addLayout(
            row(label(_("After {name}").format(name=name), "title"), 1, label(words, "small"))
        )
        for stop in behind:
            self._after.addWidget(separator())
            self._after.addWidget(self._stop_row(day, stop))

    def _stop_row(self, day: OwnDay, stop: OwnStop) -> NextStopRow:
        assert day.plan is not None
        formats, detail = self._formats, stop.detail
        look, slack = slack_words(day.plan.legs[stop.number - 1])
        name, area = detail.patient.short_name, detail.site.address.area
        when = formats.time(detail.visit.start_min)
        drive = drive_words(stop.planned, formats)
        spoken = _("Stop {n}, {name}, {when}, {drive}, {slack}").format(
            n=stop.number, name=name, when=when, drive=drive, slack=slack
        )
        made = NextStopRow(detail.visit.id, spoken)
        made.chosen.connect(self.stop_chosen)
        head = row(label(name, "strong"), label(area, "small"), 1, label(when, "strong"),
                   spacing=6)  # fmt: skip
        below = row(label(drive, "small"), 1, label(slack, _INK.get(look, "small")), spacing=6)
        whole = row(spacing=10)
        badge = StopBadge(self._theme, day.plan.practitioner.marker, str(stop.number))
        whole.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
        whole.addLayout(column(head, below, spacing=1), 1)
        whole.setContentsMargins(0, 5, 0, 5)
        made.setLayout(whole)
        return made

    def _show_ladder(self, day: OwnDay) -> None:
        late = day.late
        shown = late is not None and bool(late.ahead) and day.now_min is not None
        self._line.setVisible(shown)
        if late is None or day.now_min is None or not shown:
            _end(self._ladder)
            return
        _begin(self._ladder)
        formats = self._formats
        title = label(ladder_title(late, formats), "title", name="ladder_title")
        behind = late_now(late, day.now_min)
        words = _("{n} min late now").format(n=behind) if behind else _("checked live")
        self._ladder.addLayout(row(title, 1, label(words, "warn" if behind else "small")))
        names = [stop.detail.patient.short_name for stop in day.stops]
        rows = ladder_rows(late, names, formats, behind)
        widest = max(label(when, "small").sizeHint().width() for when, _said in rows) + 4
        for when, said in rows:
            icon_name, key = TONE_ICONS[said.tone]
            minutes = label(when, "small")
            minutes.setMinimumWidth(widest)
            words = label(said.text, wrap=True)
            words.setProperty("alert", said.tone)
            line = row(spacing=10)
            line.addWidget(minutes, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(icon_label(self._theme, icon_name, key), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            line.setContentsMargins(0, 4, 0, 4)
            self._ladder.addLayout(line)

    def _show_kit(self, day: OwnDay) -> None:
        """What the bag has to hold for the visits that are left."""
        kit = day.kit_left
        self._kit_line.setVisible(bool(kit))
        if not kit or day.current is None:
            _end(self._kit)
            return
        _begin(self._kit)
        left = len(day.stops) - day.current
        self._kit.addLayout(
            row(
                label(_("Kit for what is left"), "title"),
                1,
                label(ngettext("{n} visit", "{n} visits", left).format(n=left), "small"),
            )
        )
        tiles = FlowLayout(spacing=8)
        for item in kit:
            tile = card(
                column(
                    label(str(item.count), "strong"),
                    label(item.name, "caption"),
                    spacing=0,
                    margins=8,
                )
            )
            tile.setAccessibleName(f"{item.count} {item.name}")
            tiles.addWidget(tile)
        self._kit.addLayout(tiles)


def _begin(section: QVBoxLayout) -> None:
    """An empty section with the room of its edges."""
    clear_layout(section)
    section.setContentsMargins(16, 12, 16, 10)


def _end(section: QVBoxLayout) -> None:
    """A section with nothing in it takes no room."""
    clear_layout(section)
    section.setContentsMargins(0, 0, 0, 0)
