"""The board's day as draft, published or closed, and the list of who must be told."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.published_day import DayState
from clinic_desktop.domain.role import Role
from clinic_desktop.services.publishing import DayStatus
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.board.tray_list import TrayList, TrayRow
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button
from clinic_desktop.ui.shell.command import Command


class DayPublishing(QObject):
    """Shows where a day stands and takes it further.

    Args:
        context: the session.
        to_tell: the tray's list of open tellings.
        shown_day: the date on the board.
        now: local time.
    """

    def __init__(
        self,
        context: UiContext,
        to_tell: TrayList,
        shown_day: Callable[[], date],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(to_tell)
        self._context, self._to_tell = context, to_tell
        self._shown_day, self._now = shown_day, now
        self._status: DayStatus | None = None
        self._may = bool({Role.OFFICE, Role.OWNER} & context.session.roles)
        self.button: QPushButton = button(_("Publish"), name="publish_day", on_click=self.publish)
        self.button.hide()
        to_tell.pressed.connect(self._on_told)

    def show(self, status: DayStatus, visits: int, *, in_front: bool = True) -> None:
        """Show where a day with so many visits stands; the button only while it is in front."""
        self._status = status
        self._to_tell.show_rows(
            [
                TrayRow(
                    key=telling.key,
                    title=telling.name,
                    detail="  ".join(p for p in (telling.what, telling.phone) if p),
                    spoken=_("Told {name}: {what}").format(name=telling.name, what=telling.what),
                )
                for telling in status.tellings
            ]
        )
        again = status.state is DayState.PUBLISHED and status.changes > 0
        first = status.state is DayState.DRAFT and visits > 0
        self.button.setText(_("Publish again") if again else _("Publish"))
        self.button.setVisible(self._may and in_front and (again or first))

    def words(self) -> str:
        """Below the date: when the day was published, and how much has changed since."""
        status = self._status
        if status is None or status.published is None or status.day != self._shown_day():
            return ""
        if status.state is DayState.CLOSED:
            return _("Closed")
        formats = self._context.formats
        at = to_local(status.published.at, self._context.services.clinic.zone)
        when = formats.clock_time(at)
        if at.date() != self._now().date():
            when = f"{formats.day(at.date())} {when}"
        words = _("Published {when}").format(when=when)
        if not status.changes:
            return words
        changed = ngettext("{n} change since", "{n} changes since", status.changes)
        return f"{words} · {changed.format(n=status.changes)}"

    def commands(self) -> Sequence[Command]:
        """Publish, close and reopen, for who may."""
        if not self._may:
            return ()
        return (
            Command(id="publish", title=_("Publish this day"), run=self.publish,
                    icon="clipboard-check", keywords=_("send day sheet")),
            Command(id="close_day", title=_("Close or reopen this day"), run=self.close_day,
                    icon="lock"),
        )  # fmt: skip

    def publish(self) -> None:
        """Publish the day as it stands now."""
        services, day = self._context.services, self._shown_day()
        self._write(lambda: services.publishing.publish(services.session, day))

    def close_day(self) -> None:
        """Close a published day that is over, or reopen a closed one."""
        services, day = self._context.services, self._shown_day()
        if self._status is not None and self._status.state is DayState.CLOSED:
            self._write(lambda: services.publishing.reopen(services.session, day))
        else:
            self._write(lambda: services.publishing.close(services.session, day))

    def _on_told(self, key: str) -> None:
        services, day = self._context.services, self._shown_day()
        self._write(lambda: services.publishing.told(services.session, day, key))

    def _write(self, work: Callable[[], Changes]) -> None:
        def failed(error: ClinicError) -> None:
            self._context.say(str(error))

        self._context.operations.write(self, work, on_error=failed)
