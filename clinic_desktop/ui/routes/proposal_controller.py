"""Plans the day that the routes page shows, shows the plan, and applies or discards it."""

from datetime import date

from PySide6.QtCore import QObject, Signal

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.progress import Progress
from clinic_desktop.operations.task import Task
from clinic_desktop.services.board import BoardDay
from clinic_desktop.services.proposals import DayProposal, call_count_words
from clinic_desktop.text import _
from clinic_desktop.ui.board.map_routes import routes_of
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.map.map_content import MapRoute
from clinic_desktop.ui.routes.proposal_panel import ProposalPanel


class ProposalController(QObject):
    """One day's proposal, from asking for it to its end.

    Args:
        context: the session.
        panel: where it is shown; hidden while there is none.
        parent: the page.

    Signals:
        shown(BoardDay, tuple): the planned day and its routes, to be shown beside the present one.
        ended(): there is no proposal any more.
    """

    shown = Signal(object, object)
    ended = Signal()

    def __init__(self, context: UiContext, panel: ProposalPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._panel = context, panel
        self._day: date | None = None
        self._task: Task | None = None
        self._warmed = False
        self.proposal: DayProposal | None = None
        panel.apply_wanted.connect(self.apply)
        panel.discarded.connect(self.discard)
        panel.others_wanted.connect(self._on_others)
        panel.hide()

    @property
    def open(self) -> bool:
        """Whether the panel is there."""
        return self._day is not None

    def warm_up(self) -> None:
        """Have the planner ready: the person is looking at routes."""
        if not self._warmed:
            self._warmed = True
            services = self._context.services
            self._context.operations.job(
                self, lambda _p: services.proposals.warm_up(), lambda _done: None
            )

    def propose(self, day: date) -> None:
        """Plan a day."""
        self._stop()
        self._day, self.proposal = day, None
        self._panel.begin()
        self._panel.show()
        services, others = self._context.services, self._panel.others.isChecked()

        def done(found: tuple[DayProposal, tuple[MapRoute, ...]]) -> None:
            self._task = None
            if self._day == day:
                self.proposal = found[0]
                self._panel.show_proposal(found[0])
                self.shown.emit(found[0].proposed, found[1])

        def failed(error: ClinicError) -> None:
            self._task = None
            self._panel.fail(str(error))

        formats = self._context.formats

        def work(progress: Progress) -> tuple[DayProposal, tuple[MapRoute, ...]]:
            proposal = services.proposals.propose(
                services.session, day, progress, others_may_come=others
            )
            return proposal, routes_of(proposal.proposed, services.roads, formats)

        self._task = self._context.operations.job(
            self, work, done, on_progress=self._panel.working.report, on_error=failed
        )
        self._panel.working.follow(self._task)

    def day_changed(self, board: BoardDay) -> None:
        """Another day, or the same one read again: a plan for another day goes."""
        if self._day is not None and board.day != self._day:
            self.discard()

    def apply(self) -> None:
        """Put the plan on the board."""
        proposal = self.proposal
        if proposal is None or not proposal.applicable:
            return
        services = self._context.services
        self._panel.apply.setEnabled(False)

        def done(_changes: Changes) -> None:
            self._context.say(
                _("The plan of {day} stands. {calls}").format(
                    day=self._context.formats.day(proposal.board.day),
                    calls=call_count_words(len(proposal.calls)),
                )
            )
            self.discard()

        def failed(error: ClinicError) -> None:
            self._panel.apply.setEnabled(True)
            self._panel.fail(str(error))

        self._context.operations.write(
            self,
            lambda: services.proposals.apply(services.session, proposal),
            on_done=done,
            on_error=failed,
        )

    def discard(self) -> None:
        """Let the plan go; nothing has changed."""
        self._stop()
        self._day, self.proposal = None, None
        self._panel.hide()
        self.ended.emit()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.stop()
            self._task.drop()
            self._task = None

    def _on_others(self, _checked: bool) -> None:
        if self._day is not None:
            self.propose(self._day)
