"""Opens the dialogs of series from the board."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.series import Scope, Series
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.move_rules import MoveCheck, MoveVisit
from clinic_desktop.services.series_plan import ChangeSeries
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.series.cancel_dialog import CancelDialog
from clinic_desktop.ui.series.scope_dialog import ScopeDialog
from clinic_desktop.ui.series.series_dialog import SeriesDialog


def repeat_visit(context: UiContext, window: QWidget, visit_id: str) -> None:
    """Repeat a visit, or change the rule of its series from it on."""
    if not visit_id:
        context.say(_("Select a visit first."))
        return
    _open(context, window, VisitId(visit_id), None)


def cancel_of_series(context: UiContext, window: QWidget, visit_id: VisitId) -> None:
    """Cancel a visit of a series, or more of them."""
    _show(CancelDialog(context, visit_id, window))


def ask_scope(
    context: UiContext,
    window: QWidget,
    command: MoveVisit,
    check: MoveCheck,
    on_this: Callable[[], object],
    on_not: Callable[[], object],
) -> bool:
    """Ask which visits of a series a move is meant for.

    Args:
        context: the session.
        window: over which the questions stand.
        command: the move of one visit.
        check: what it would do; it says whether the visit belongs to a series.
        on_this: only this visit is moved.
        on_not: it is not moved now: the others are shown first, or nothing is meant.

    Returns:
        Whether it asks; a copy, another length or a lone visit is not asked about.
    """
    visits = [stop.visit for plan in check.plans for stop in plan.stops]
    in_series = any(v.id == command.visit_id and v.series_id is not None for v in visits)
    if not in_series or command.copy_as is not None or command.door_min is not None:
        return False

    def chosen(scope: Scope) -> None:
        if scope is Scope.THIS:
            on_this()
            return
        on_not()
        move = ChangeSeries(
            visit_id=command.visit_id,
            scope=scope,
            start=command.start,
            practitioner_id=command.practitioner_id,
        )
        _open(context, window, command.visit_id, move)

    box = ScopeDialog(_("Move visits of a series"), chosen, window)
    box.rejected.connect(on_not)
    _show(box)
    return True


def _open(
    context: UiContext, window: QWidget, visit_id: VisitId, move: ChangeSeries | None
) -> None:
    services = context.services

    def read() -> tuple[Visit, Series | None]:
        visit = services.store.reader().visit(visit_id)
        return visit, services.series.series_of(services.session, visit_id)

    def show(found: tuple[Visit, Series | None]) -> None:
        _show(SeriesDialog(context, found[0], found[1], move, window))

    def failed(error: ClinicError) -> None:
        context.say(str(error))

    context.operations.read(window, read, show, on_error=failed)


def _show(dialog: QDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
