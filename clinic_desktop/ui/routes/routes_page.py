"""The routes page: one practitioner's stops and legs beside the map of all routes."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinic_desktop.domain.day_plan import DayPlan
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.board import BoardDay
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_content import driving_words, flag_word
from clinic_desktop.ui.board.lane_content import LegContent, LegLook, leg_contents
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import (
    Segments,
    button,
    clear_layout,
    column,
    icon_button,
    icon_label,
    label,
    row,
    set_icon,
    surface,
)
from clinic_desktop.ui.kit.stop_badge import StopBadge
from clinic_desktop.ui.map.map_content import MapRoute
from clinic_desktop.ui.map.map_picture import MapPicture
from clinic_desktop.ui.map.map_view import MapView
from clinic_desktop.ui.print.map_sheet import MAP_SIZE, MapSheet
from clinic_desktop.ui.print.print_desk import PrintDesk
from clinic_desktop.ui.routes.leg_dialog import LegDialog
from clinic_desktop.ui.routes.leg_row import LegRow
from clinic_desktop.ui.routes.leg_subject import leg_subject
from clinic_desktop.ui.routes.phone_dialog import PhoneDialog, phone_stops
from clinic_desktop.ui.routes.proposal_controller import ProposalController
from clinic_desktop.ui.routes.proposal_panel import ProposalPanel
from clinic_desktop.ui.routes.route_sheet import map_sheet
from clinic_desktop.ui.routes.stop_row import StopRow
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.page import ShellPage

_LIST_PX = 308
_CTRL = Qt.KeyboardModifier.ControlModifier
_INK = {LegLook.LOW: "warn", LegLook.SHORT: "error", LegLook.UNKNOWN: "warn"}


class RoutesPage(ShellPage):
    """Shows the day that the board shows.

    Signals:
        day_wanted(date): another day, by the arrows.
    """

    page_id = "routes"
    day_wanted = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.title = _("Routes")
        self._context = context
        self._board: BoardDay | None = None
        self._routes: tuple[MapRoute, ...] = ()
        self._front = 0
        self._selected = ""
        self._rows: dict[str, StopRow] = {}
        self._listed: object = None
        self._picture: MapPicture | None = None
        self._prints = PrintDesk(context, self)
        self._stale = False
        self.map = MapView(context.theme, context.formats)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(12, 10, 12, 12)
        self._list.setSpacing(2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(surface(self._list, "none"))
        self._tabs = QHBoxLayout()
        self._tabs.setContentsMargins(10, 10, 10, 4)
        side = QWidget()
        side.setProperty("panel", "left")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(_LIST_PX)
        side.setLayout(column(self._tabs, scroll, spacing=0))
        inner = QHBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(side)
        inner.addWidget(self.map, 1)
        self.panel = ProposalPanel(context.theme, context.formats)
        inner.addWidget(self.panel)
        self.proposals = ProposalController(context, self.panel, self)
        self.proposals.shown.connect(self._on_proposed)
        self.proposals.ended.connect(self._on_proposal_ended)
        self.panel.which.chosen.connect(self._on_which)
        self._planned: tuple[BoardDay, tuple[MapRoute, ...]] | None = None
        self._may_plan = bool({Role.OFFICE, Role.OWNER} & context.session.roles)
        self.map.stop_selected.connect(self._on_stop_chosen)
        self.map.stop_hovered.connect(self._on_stop_hovered)
        self._build_top_bar()

    def show_day(self, board: BoardDay, routes: tuple[MapRoute, ...]) -> None:
        """Show what the board has read; behind another page only when it comes to the front."""
        another = self._board is None or self._board.day != board.day
        self.proposals.day_changed(board)
        self._board, self._routes = board, routes
        self._front = min(self._front, max(0, len(board.plans) - 1))
        self.map.show_routes(self._routes_in_view(), fit=another)
        self._stale = not self.isVisible()
        if not self._stale:
            self._show()

    def activated(self) -> None:
        """Show what came while another page was in front."""
        if self._may_plan:
            self.proposals.warm_up()
        if self._stale:
            self._stale = False
            self._show()

    def plan_day(self) -> None:
        """Have a better plan worked out for the day shown."""
        if self._board is not None and self._may_plan:
            self.proposals.propose(self._board.day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl Enter applies a proposed plan, Esc lets it go.

        They are no chords of the window: a call that is open elsewhere books with Ctrl Enter.
        """
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self.proposals.open and event.key() == Qt.Key.Key_Escape:
            self.proposals.discard()
        elif self.proposals.open and entered and event.modifiers() & _CTRL:
            self.proposals.apply()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _in_view(self) -> BoardDay | None:
        """The day as it stands, or as it is proposed."""
        if self._planned is not None and self.panel.which.index() == 1:
            return self._planned[0]
        return self._board

    def _routes_in_view(self) -> tuple[MapRoute, ...]:
        if self._planned is not None and self.panel.which.index() == 1:
            return self._planned[1]
        return self._routes

    def _on_proposed(self, board: BoardDay, routes: tuple[MapRoute, ...]) -> None:
        self._planned = (board, routes)
        self.panel.which.set_index(1)
        (self.panel.apply if self.panel.apply.isEnabled() else self.panel.discard).setFocus()
        self._on_which(1)

    def _on_proposal_ended(self) -> None:
        self._planned = None
        self.panel.which.set_index(0)
        self._on_which(0)

    def _on_which(self, _index: int) -> None:
        self.map.show_routes(self._routes_in_view(), fit=False)
        self._show()

    def _show(self) -> None:
        board = self._in_view()
        if board is None:
            return
        formats = self._context.formats
        self._date.setText(formats.day_with_year(board.day))
        self._subtitle.setText(
            driving_words(board).format(
                driving=formats.minutes(board.driving_min),
                distance=formats.distance(board.metres),
            )
        )
        self._show_tabs()
        self._show_list()

    def commands(self) -> Sequence[Command]:
        """What can be done on this page."""
        return (
            Command(id="previous", title=_("Previous day"), run=lambda: self._step(-1), key="[",
                    icon="chevron-left"),
            Command(id="next", title=_("Next day"), run=lambda: self._step(1), key="]",
                    icon="chevron-right"),
            *self._planning_commands(),
            Command(id="phone", title=_("Send this route to a phone"), run=self.open_phone,
                    icon="smartphone"),
            Command(id="print", title=_("Print the map of the routes"), icon="printer",
                    keywords=_("paper"), chord="Ctrl+P",
                    run=lambda: self._with_sheet(self._prints.print_map)),
            Command(id="save_pdf", title=_("Save the map of the routes as PDF"), icon="printer",
                    keywords=_("export file"),
                    run=lambda: self._with_sheet(self._prints.save_map)),
            Command(id="fit", title=_("Show all routes"), run=self.map.fit, key="0",
                    icon="maximize-2"),
        )  # fmt: skip

    def _planning_commands(self) -> tuple[Command, ...]:
        if not self._may_plan:
            return ()
        return (
            Command(id="plan_day", title=_("Optimize the day"), run=self.plan_day, key="O",
                    icon="list-ordered", keywords=_("plan better routes")),
            Command(id="apply_plan", title=_("Apply the proposed plan"),
                    run=self.proposals.apply),
            Command(id="discard_plan", title=_("Discard the proposed plan"),
                    run=self.proposals.discard),
        )  # fmt: skip

    def _build_top_bar(self) -> None:
        theme = self._context.theme
        back = icon_button(theme, "chevron-left", _("Previous day ([)"))
        back.clicked.connect(lambda _c=False: self._step(-1))
        on = icon_button(theme, "chevron-right", _("Next day (])"))
        on.clicked.connect(lambda _c=False: self._step(1))
        self._date = label("", "page")
        self._subtitle = label("", "caption")
        self.top_layout.addWidget(back)
        self.top_layout.addWidget(on)
        self.top_layout.addSpacing(8)
        self.top_layout.addLayout(column(1, self._date, self._subtitle, 1, spacing=0))
        self.top_layout.addStretch(1)
        if self._may_plan:
            plan = button(_("Optimize day"), name="routes_plan", on_click=self.plan_day)
            set_icon(plan, theme, "list-ordered")
            plan.setToolTip(_("A better order and better times, every promise kept (O)"))
            self.top_layout.addWidget(plan)
        to_board = button(_("Back to the board"), on_click=lambda: self._context.show_page("board"))
        phone = button(_("Send to a phone …"), name="routes_phone", on_click=self.open_phone)
        set_icon(phone, theme, "smartphone")
        self.top_layout.addWidget(phone)
        self.top_layout.addWidget(to_board)

    def _step(self, days: int) -> None:
        if self._board is not None:
            wanted: date = self._board.day + timedelta(days=days)
            self.day_wanted.emit(wanted)

    def _show_tabs(self) -> None:
        clear_layout(self._tabs)
        board = self._in_view()
        assert board is not None
        texts = [plan.practitioner.first_name for plan in board.plans]
        if not texts:
            return
        tabs = Segments(texts, _("Whose route"), self._front)
        tabs.chosen.connect(self._on_tab)
        self._tabs.addWidget(tabs)
        self._tabs.addStretch(1)

    def _show_list(self) -> None:
        """Make the rows anew, unless they would be the same: making them is felt."""
        board = self._in_view()
        shown = None
        if board is not None and board.plans:
            front = board.plans[self._front]
            shown = (front, [board.details[s.visit.id] for s in front.stops], board is self._board)
            self.map.set_front(front.practitioner.marker)
            if shown == self._listed:
                return
        self._listed = shown
        clear_layout(self._list)
        self._rows = {}
        if board is None or not board.plans:
            self._list.addWidget(label(_("Nobody works this day."), "muted"))
            self._list.addStretch(1)
            return
        plan = board.plans[self._front]
        if not plan.stops:
            self._list.addWidget(label(_("No visits this day."), "muted"))
        legs = leg_contents(plan, self._context.formats)
        for index, leg in enumerate(legs):
            if index == 0:
                self._list.addLayout(self._home_line(leg.left_text))
                self._list.addWidget(self._leg_row(index, leg, leg.right_text, ""))
            else:
                last = index == len(legs) - 1
                self._list.addWidget(
                    self._leg_row(index, leg, leg.left_text, "" if last else leg.right_text)
                )
                if last:
                    self._list.addLayout(self._home_line(leg.right_text))
            if index < len(plan.stops):
                self._list.addWidget(self._stop_row(board, plan, index))
        self._list.addStretch(1)

    def _home_line(self, words: str) -> QHBoxLayout:
        return row(
            icon_label(self._context.theme, "house"),
            label(_("Home"), "strong"),
            1,
            label(words, "small"),
        )

    def _leg_row(self, index: int, leg: LegContent, words: str, slack: str) -> LegRow:
        line = row(
            icon_label(self._context.theme, "car", "text.tertiary", 14),
            label(words, "small"),
            1,
            label(slack, _INK.get(leg.look, "small")),
            spacing=8,
        )
        line.setContentsMargins(28, 4, 6, 4)
        made = LegRow(index, line, f"{words} {slack}".strip())
        made.opened.connect(self.open_leg)
        return made

    def _stop_row(self, board: BoardDay, plan: DayPlan, index: int) -> StopRow:
        formats, theme = self._context.formats, self._context.theme
        stop = plan.stops[index]
        detail = board.details[stop.visit.id]
        flag = flag_word(detail.flags)
        name = detail.patient.short_name
        when = formats.time(stop.visit.start_min)
        made = StopRow(stop.visit.id, _("Stop {n}, {name}, {when}").format(
            n=index + 1, name=name, when=when))  # fmt: skip
        head = row(label(name, "strong"), spacing=6)
        if flag:
            head.addWidget(label(flag, "pill-warn"))
        head.addStretch(1)
        head.addWidget(label(when, "strong"))
        service = f"{detail.service.short_name} {stop.visit.session_label}".strip()
        lines = column(
            head,
            label(f"{service} · {detail.site.address.area}", "small"),
            spacing=1,
        )
        if detail.promise is not None:
            window = formats.span(detail.promise.start_min, detail.promise.end_min)
            lines.addWidget(label(_("promised {window}").format(window=window), "small"))
        standing = self._board
        before = standing.details.get(stop.visit.id) if standing and standing is not board else None
        if before is not None:
            lines.addWidget(label(self._was_words(before.visit, stop.visit), "caption"))
        badge = StopBadge(theme, plan.practitioner.marker, str(index + 1))
        whole = QHBoxLayout(made)
        whole.setContentsMargins(4, 6, 6, 6)
        whole.setSpacing(8)
        whole.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(lines, 1)
        made.set_selected(stop.visit.id == self._selected)
        made.chosen.connect(self._on_row_chosen)
        made.opened.connect(self._context.open_visit)
        made.pointed.connect(self.map.hover)
        self._rows[stop.visit.id] = made
        return made

    def _was_words(self, before: Visit, after: Visit) -> str:
        """Where a visit of a proposed day is now."""
        if (before.start, before.practitioner_id) == (after.start, after.practitioner_id):
            return _("unchanged")
        words = _("now {when}").format(when=self._context.formats.clock_time(before.start))
        if before.practitioner_id == after.practitioner_id or self._board is None:
            return words
        names = {p.practitioner.id: p.practitioner.first_name for p in self._board.plans}
        return _("{when} with {name}").format(when=words, name=names[before.practitioner_id])

    def open_leg(self, index: int) -> None:
        """The details of a drive of the route in front, by its place in the day."""
        board = self._in_view()
        if board is None:
            return
        subject = leg_subject(board.plans[self._front], board.details, index)
        if subject is None:
            self._context.say(_("This drive has an end without a point on the map."))
        else:
            LegDialog(self._context, subject, self).open()

    def open_phone(self) -> None:
        """Hand what is left of the route in front to a phone."""
        board = self._in_view()
        stops = phone_stops(board.plans[self._front], board.details) if board else ()
        if not stops:
            self._context.say(_("No stop of this day has a point on the map."))
        else:
            PhoneDialog(self._context, stops, self).open()

    def _with_sheet(self, then: Callable[[MapSheet], object]) -> None:
        """Wait for the picture of the map, then hand the sheet on."""
        board = self._board
        if board is None:
            return
        context = self._context
        self._picture = MapPicture(
            self._routes, self.map.source, context.formats, self.map.attribution, MAP_SIZE, self
        )
        context.say(_("Drawing the map for paper …"))

        def painted(image: QImage) -> None:
            then(map_sheet(board, image, context.formats))

        self._picture.ready.connect(painted)

    def _on_tab(self, index: int) -> None:
        self._front = index
        self._show_list()

    def _on_row_chosen(self, visit_id: str) -> None:
        self._selected = visit_id
        for row_id, made in self._rows.items():
            made.set_selected(row_id == visit_id)
        self.map.select(visit_id)

    def _on_stop_hovered(self, visit_id: str) -> None:
        for row_id, made in self._rows.items():
            made.set_pointed(row_id == visit_id)

    def _on_stop_chosen(self, visit_id: str) -> None:
        board = self._in_view()
        if board is None:
            return
        for index, plan in enumerate(board.plans):
            if any(stop.visit.id == visit_id for stop in plan.stops) and index != self._front:
                self._front = index
                self._show_tabs()
                self._show_list()
        self._on_row_chosen(visit_id)
