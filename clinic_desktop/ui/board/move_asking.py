"""Makes a move that was let go of; what it would break is agreed to first."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.services.move_rules import MoveCheck, MoveVisit
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.confirm import Confirm
from clinic_desktop.ui.series.series_asking import ask_scope


def move_asking(
    context: UiContext,
    window: QWidget,
    command: MoveVisit,
    check: MoveCheck,
    on_moved: Callable[[], object],
    on_not: Callable[[], object],
) -> None:
    """Write a move, refuse it with its reason, or ask about what would not hold any more.

    Of a visit that belongs to a series, it is asked first which visits are meant.

    Args:
        context: the session.
        window: over which the question stands.
        command: the move.
        check: what it would do.
        on_moved: it is written.
        on_not: it was refused, or the person thought better of it.
    """
    if check.refusal:
        on_not()
        context.say(check.refusal)
        return
    agreed = replace(command, accept_promises=frozenset(b.promise_id for b in check.broken))
    services = context.services

    def write() -> None:
        def done(_changes: Changes) -> None:
            on_moved()

        def failed(error: ClinicError) -> None:
            on_not()
            context.say(str(error))

        context.operations.write(
            window,
            lambda: services.moves.move_visit(services.session, agreed),
            on_done=done,
            on_error=failed,
        )

    def agree() -> None:
        _agreed(context, window, check, write, on_not)

    if not ask_scope(context, window, command, check, agree, on_not):
        agree()


def _agreed(
    context: UiContext,
    window: QWidget,
    check: MoveCheck,
    write: Callable[[], object],
    on_not: Callable[[], object],
) -> None:
    """Write it, or ask first about what would not hold any more."""
    sentences = [*(b.sentence for b in check.broken), *check.conflicts]
    if not sentences:
        write()
        return
    box = Confirm(
        context.theme,
        _("This would not hold any more"),
        "\n".join(sentences),
        _("Move it and call") if check.broken else _("Move it all the same"),
        write,
        parent=window,
    )
    box.setObjectName("move_confirm")
    box.rejected.connect(on_not)
    box.finished.connect(box.deleteLater)
    box.open()
