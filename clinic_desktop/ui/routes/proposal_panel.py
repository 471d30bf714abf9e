"""A better plan for a day beside the map: what it saves, what it changes, whom it needs called."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.proposals import DayFigures, DayProposal, ProposedMove
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.kit.parts import (
    Alert,
    Segments,
    button,
    card,
    clear_layout,
    column,
    icon_label,
    label,
    row,
    separator,
    surface,
)
from clinic_desktop.ui.kit.stop_badge import StopBadge
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.kit.working import WorkingBar

_WIDE_PX = 292
_SHOWN_CHANGES = 6


class ProposalPanel(QWidget):
    """Shows one proposal, or that one is being worked out.

    Args:
        theme: colours.
        formats: how times and distances are written.

    Signals:
        apply_wanted(): put it on the board.
        discarded(): let it go.
        others_wanted(bool): whether others than promised may come; plan anew.
    """

    apply_wanted = Signal()
    discarded = Signal()
    others_wanted = Signal(bool)

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self._theme, self._formats = theme, formats
        self._all_changes = False
        self._shown: DayProposal | None = None
        self.setObjectName("proposal")
        self.setProperty("panel", "right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDE_PX)
        self.working = WorkingBar(_("Planning the day"), "proposal")
        self.quality = label("", "pill-ok", name="proposal_quality")
        self.which = Segments([_("Current"), _("Proposed")], _("Which plan is shown"), 1)
        self.which.setObjectName("routes_which")
        self._facts = QVBoxLayout()
        self._facts.setContentsMargins(0, 0, 8, 0)
        self._facts.setSpacing(10)
        inside = surface(self._facts, "none")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.others = QCheckBox(_("Others than promised may come"))
        self.others.setObjectName("proposal_others")
        self.others.setToolTip(_("Each is a call to the patient, and listed as one."))
        self.others.toggled.connect(self.others_wanted)
        self.error = label("", "error", wrap=True, name="proposal_error")
        self.error.hide()
        self.apply = button(
            "", kind="primary", name="proposal_apply", on_click=self.apply_wanted.emit
        )
        self.apply.setToolTip(_("Ctrl+Enter"))
        self.discard = button(_("Discard"), name="proposal_discard", on_click=self.discarded.emit)
        self._footer = label(_("Undo stays available after you apply."), "caption")
        self._footer.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        whole = column(
            row(label(_("Proposal"), "title"), 1, self.quality),
            row(self.which, 1),
            self.working,
            scroll,
            self.others,
            self.error,
            self.apply,
            self.discard,
            self._footer,
            spacing=10,
            margins=14,
        )
        whole.setStretch(3, 1)
        self.setLayout(whole)

    def begin(self) -> None:
        """A plan is being worked out."""
        self._shown = None
        clear_layout(self._facts)
        self.error.hide()
        self.quality.hide()
        self.apply.setEnabled(False)
        self.apply.setText(_("Apply"))
        self.which.hide()
        self.working.begin(_("Planning the day …"))

    def fail(self, words: str) -> None:
        """Say what is in the way."""
        self.working.end()
        self.error.setText(words)
        self.error.show()

    def show_proposal(self, proposal: DayProposal) -> None:
        """Show what a plan would do."""
        self.working.end()
        self.error.hide()
        self._shown, self._all_changes = proposal, False
        self.quality.setText(quality_words(proposal))
        self.quality.setProperty("role", "pill-ok" if proposal.proven else "pill")
        self.quality.setToolTip(
            _("Drives are priced at noon’s times; every window is kept on the clock of the day.")
        )
        self.quality.show()
        self.which.setVisible(bool(proposal.moves))
        day = self._formats.day(proposal.board.day)
        self.apply.setText(_("Apply to {day}").format(day=day))
        self.apply.setEnabled(proposal.applicable)
        self._fill(proposal)

    def _fill(self, proposal: DayProposal) -> None:
        clear_layout(self._facts)
        if proposal.left_out:
            names = ", ".join(proposal.left_out)
            self._facts.addWidget(
                Alert(
                    self._theme,
                    "block",
                    _("No plan serves everybody"),
                    _("There is no room for {names} with every promise kept.").format(names=names),
                )
            )
        for trouble in proposal.troubles:
            self._facts.addWidget(Alert(self._theme, "block", _("It would not hold"), trouble))
        if not proposal.moves and not proposal.left_out:
            self._facts.addWidget(label(_("This day cannot be bettered"), "strong"))
            words = _("{driving} of driving with every promise and lock kept.").format(
                driving=self._formats.minutes(proposal.before.driving_min)
            )
            self._facts.addWidget(label(words, "small", wrap=True))
            self._facts.addStretch(1)
            return
        self._facts.addLayout(self._headline(proposal))
        self._facts.addWidget(separator())
        self._facts.addLayout(self._rows(proposal.before, proposal.after))
        self._facts.addLayout(self._tiles(proposal))
        self._facts.addWidget(label(_("Driving by practitioner"), "strong"))
        self._facts.addLayout(self._people(proposal))
        self._facts.addWidget(label(_("What changes"), "strong"))
        moves = proposal.moves if self._all_changes else proposal.moves[:_SHOWN_CHANGES]
        for move in moves:
            self._facts.addLayout(self._change(proposal, move))
        left = len(proposal.moves) - len(moves)
        if left:
            more = button(
                ngettext("{n} more", "{n} more", left).format(n=left),
                kind="link",
                name="proposal_more",
                on_click=self._show_all,
            )
            self._facts.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self._facts.addStretch(1)

    def _show_all(self) -> None:
        self._all_changes = True
        if self._shown is not None:
            self._fill(self._shown)

    def _headline(self, proposal: DayProposal) -> QVBoxLayout:
        formats = self._formats
        before, after = proposal.before, proposal.after
        old = label(formats.minutes(before.driving_min), "muted", name="proposal_before")
        struck = old.font()
        struck.setStrikeOut(True)
        old.setFont(struck)
        new = label(formats.minutes(after.driving_min), "figure", name="proposal_after")
        saved = before.driving_min - after.driving_min
        miles = formats.distance(abs(before.metres - after.metres))
        change = label(_("−{n} min").format(n=saved), "accent", name="proposal_saved")
        less = after.metres <= before.metres
        words = (_("and {miles} less") if less else _("{miles} more")).format(miles=miles)
        right = column(change, label(words, "caption"), spacing=0)
        head = row(old, label("→", "muted"), new, 1, spacing=6)
        head.addLayout(right)
        return column(label(_("Driving, all together"), "small"), head, spacing=2)

    def _rows(self, before: DayFigures, after: DayFigures) -> QGridLayout:
        formats = self._formats
        lines = [
            (
                _("Last one home"),
                _time(formats, before.last_home_min),
                _time(formats, after.last_home_min),
            ),
            (_("Distance"), formats.distance(before.metres), formats.distance(after.metres)),
            (
                _("Least slack"),
                _minutes(formats, before.least_slack_min),
                _minutes(formats, after.least_slack_min),
            ),
            (
                _("Longest wait"),
                formats.minutes(before.longest_wait_min),
                formats.minutes(after.longest_wait_min),
            ),
        ]
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for index, (name, old, new) in enumerate(lines):
            grid.addWidget(label(name), index, 0)
            grid.addWidget(label(old, "small"), index, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label("→", "muted"), index, 2)
            grid.addWidget(label(new, "strong"), index, 3, Qt.AlignmentFlag.AlignRight)
        return grid

    def _tiles(self, proposal: DayProposal) -> QGridLayout:
        calls = len(proposal.calls)
        people = len(proposal.board.details)
        tiles = [
            (_("Promises moved"), str(calls), not calls),
            (_("Patients to call"), str(calls), not calls),
            (
                _("Same practitioner"),
                f"{proposal.kept_people}/{people}",
                proposal.kept_people == people,
            ),
            (_("Locks kept"), f"{proposal.locks}/{proposal.locks}", True),
        ]
        grid = QGridLayout()
        grid.setSpacing(8)
        for index, (name, value, good) in enumerate(tiles):
            mark = icon_label(
                self._theme,
                "check" if good else "phone",
                "ok.text" if good else "warn.text",
                14,
            )
            inside = column(
                row(mark, label(name, "caption"), 1, spacing=4), label(value, "strong"), spacing=2
            )
            inside.setContentsMargins(8, 6, 8, 6)
            tile = card(inside)
            tile.setAccessibleName(f"{name}: {value}")
            grid.addWidget(tile, index // 2, index % 2)
        return grid

    def _people(self, proposal: DayProposal) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        for plan in proposal.proposed.plans:
            person = plan.practitioner
            old = proposal.before.driving_by_person.get(person.id, 0)
            new = proposal.after.driving_by_person.get(person.id, 0)
            if not old and not new:
                continue
            lines.addLayout(
                row(
                    StopBadge(self._theme, person.marker, person.first_name[:1]),
                    label(person.first_name),
                    1,
                    label(str(old), "small"),
                    label("→", "muted"),
                    label(self._formats.minutes(new), "strong"),
                )
            )
        return lines

    def _change(self, proposal: DayProposal, move: ProposedMove) -> QHBoxLayout:
        plans = {plan.practitioner.id: plan for plan in proposal.proposed.plans}
        plan = plans[move.practitioner_id]
        ids = [stop.visit.id for stop in plan.stops]
        number = str(ids.index(move.visit_id) + 1)
        formats = self._formats
        times = f"{formats.clock_time(move.before)} → {formats.clock_time(move.start)}"
        words = column(
            row(label(move.name, "strong"), label(times), 1, spacing=6),
            label(
                change_words(proposal, move, formats),
                "small" if move.keeps_promise else "warn",
                wrap=True,
            ),
            spacing=0,
        )
        badge = StopBadge(self._theme, plan.practitioner.marker, number)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return line


def quality_words(proposal: DayProposal) -> str:
    """How sure the plan is."""
    if proposal.proven:
        return _("Proven best, {n:.1f} s").format(n=proposal.seconds)
    if proposal.gap >= 1:
        return _("Stopped early")
    return _("At most {n:.1f} % from the best").format(n=100 * proposal.gap)


def change_words(proposal: DayProposal, move: ProposedMove, formats: Formats) -> str:
    """What a change means to the patient."""
    names = {p.practitioner.id: p.practitioner.first_name for p in proposal.board.plans}
    who = ""
    if move.practitioner_id != move.before_id:
        who = _("{new} instead of {old}").format(
            new=names[move.practitioner_id], old=names[move.before_id]
        )
    promise = move.promise
    if promise is None or not move.keeps_promise:
        return _("{who}: to be called").format(who=who) if who else _("To be called")
    kept = _("inside the promise, {window}").format(
        window=formats.span(promise.start_min, promise.end_min)
    )
    return f"{who}, {kept}" if who else kept


def _time(formats: Formats, minute: int | None) -> str:
    return "–" if minute is None else formats.time(minute)


def _minutes(formats: Formats, minutes: int | None) -> str:
    return "–" if minutes is None else formats.minutes(minutes)
