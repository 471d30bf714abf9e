"""Whom to phone today: the list, and beside it the words to say and what came of it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.call import CallOutcome
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.operations.task import Task
from clinic_desktop.services.phone_list import PhoneReason, PhoneTask
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.flow_layout import FlowLayout
from clinic_desktop.ui.kit.parts import (
    EmptyState,
    button,
    card,
    column,
    label,
    row,
    set_icon,
)
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView

_CARD_PX: Final = 330

OpenLink = Callable[[str], bool]


def open_outside(link: str) -> bool:
    """Open a link in the person's own program; whether there is one."""
    return QDesktopServices.openUrl(QUrl(link, QUrl.ParsingMode.StrictMode))


def reason_words(reason: PhoneReason) -> str:
    """Why somebody is phoned, in a word."""
    return {
        PhoneReason.CHANGE: _("Change"),
        PhoneReason.PROMISE: _("Promise broken"),
        PhoneReason.CALL_BACK: _("Call back"),
        PhoneReason.OPENING: _("Time opened"),
        PhoneReason.REMINDER: _("Reminder"),
    }[reason]


class PhoneListView(QWidget):
    """One after the other: Enter calls, a button says what came of it.

    Args:
        context: the session.
        open_link: opens a text or mail in the person's own program.

    Signals:
        call_wanted(object): the ``PhoneTask`` to open a call for.
        counted(int): how many are on the list.
    """

    call_wanted = Signal(object)
    counted = Signal(int)

    def __init__(self, context: UiContext, open_link: OpenLink = open_outside) -> None:
        super().__init__()
        self._context, self._open_link = context, open_link
        self._tasks: tuple[PhoneTask, ...] = ()
        self._reading: Task | None = None
        self.table = TextTableView(
            TextTable(context.theme, (_("Who"), _("Why"), _("Phone"), _("Visit"))),
            _("Whom to phone"),
            "phone_list",
            stretch=1,
        )
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._on_opened)
        self._name = label("", "title", name="phone_name")
        self._number = label("", "strong", name="phone_number")
        self._why = label("", "muted", wrap=True)
        self._say = label("", "", wrap=True, name="phone_say")
        self._leave = label("", "small", wrap=True, name="phone_leave")
        self._call = button(_("Call  Enter"), kind="primary", name="phone_call",
                            on_click=self._on_call)  # fmt: skip
        set_icon(self._call, context.theme, "phone")
        self._done = button("", name="phone_done", on_click=self._on_done)
        self._no_answer = button(_("No answer"), name="phone_no_answer",
                                 on_click=self._on_no_answer)  # fmt: skip
        self._text = button(_("Text ..."), name="phone_text", on_click=self._on_text)
        self._mail = button(_("E-mail ..."), name="phone_mail", on_click=self._on_mail)
        actions = FlowLayout(spacing=6)
        for made in (self._call, self._done, self._no_answer, self._text, self._mail):
            actions.addWidget(made)
        self._card = card(
            column(
                self._name, self._number, self._why,
                label(_("Say"), "accent"), self._say, self._leave, actions,
                spacing=8, margins=16,
            )
        )  # fmt: skip
        self._card.setFixedWidth(_CARD_PX)
        beside = column(self._card, 1, spacing=0)
        self._lists = QWidget()
        self._lists.setLayout(row(self.table, beside, spacing=14))
        self._empty = EmptyState(
            context.theme,
            "phone",
            _("Nobody has to be phoned"),
            _("Changes, call-backs, time that opened and visits not confirmed appear here."),
        )
        self._empty.hide()
        self.setLayout(column(self._lists, self._empty, spacing=0, margins=16))

    def reload(self) -> None:
        """Read the list anew."""
        services = self._context.services
        if self._reading is not None:
            self._reading.drop()
        self._reading = self._context.operations.read(
            self, lambda: services.phoning.today(services.session), self._show
        )

    def _show(self, tasks: tuple[PhoneTask, ...]) -> None:
        self._tasks = tasks
        formats = self._context.formats
        rows: list[TextRow] = []
        for task in tasks:
            visit = task.visit
            when = (
                f"{formats.day(visit.day)} {formats.time(visit.start_min)}"
                if visit is not None
                else ""
            )
            rows.append(
                TextRow(
                    key=f"{task.reason}:{task.key}",
                    cells=(
                        task.patient.name,
                        f"{reason_words(task.reason)}: {task.why}",
                        phone_text(task.phone.number) if task.phone else _("no number"),
                        when,
                    ),
                    warn_column=None if task.phone else 2,
                )
            )
        self._lists.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self.table.show_rows(rows)
        self.counted.emit(len(rows))

    @property
    def task(self) -> PhoneTask | None:
        """The chosen one."""
        number = self.table.row()
        return self._tasks[number] if 0 <= number < len(self._tasks) else None

    def _on_chosen(self, _number: int) -> None:
        task = self.task
        if task is None:
            return
        self._name.setText(task.patient.name)
        caller = task.patient.caller
        number = phone_text(task.phone.number) if task.phone else _("No phone number is known.")
        through = _("through {name}").format(name=caller.name) if caller else ""
        self._number.setText("  ".join(p for p in (number, through) if p))
        self._why.setText(f"{reason_words(task.reason)}: {task.why}")
        self._say.setText(task.say)
        self._leave.setText(
            _("On voicemail: {words}").format(words=task.leave)
            if task.leave
            else _("Leave no voicemail: it is not allowed.")
        )
        self._done.setText(
            {
                PhoneReason.CHANGE: _("Told"),
                PhoneReason.PROMISE: _("Promised anew"),
                PhoneReason.REMINDER: _("Confirmed"),
                PhoneReason.CALL_BACK: _("Take off the list"),
                PhoneReason.OPENING: _("Take off the list"),
            }[task.reason]
        )
        self._text.setVisible(bool(task.text))
        self._mail.setVisible(bool(task.mail))

    def _on_opened(self, _number: int) -> None:
        self._on_call()

    def _on_call(self) -> None:
        if self.task is not None:
            self.call_wanted.emit(self.task)

    def _on_done(self) -> None:
        task, services = self.task, self._context.services
        if task is None:
            return
        if task.reason in (PhoneReason.CHANGE, PhoneReason.PROMISE):
            self._write(lambda: services.phoning.told(services.session, task))
        elif task.reason is PhoneReason.REMINDER:
            visit_id = VisitId(task.key)
            self._write(lambda: services.visits.toggle_confirmed(services.session, visit_id))
        elif task.line is not None:
            entry = task.line.entry
            self._write(lambda: services.waiting.drop(services.session, entry.id))

    def _on_no_answer(self) -> None:
        task, services = self.task, self._context.services
        if task is not None:
            self._write(
                lambda: services.phoning.log(
                    services.session, task.patient.id, CallOutcome.NO_ANSWER
                )
            )
            self._context.say(
                _("Kept: no answer from {name}.").format(name=task.patient.short_name)
            )

    def _on_text(self) -> None:
        if self.task is not None:
            self._open(self.task, self.task.text, "text")

    def _on_mail(self) -> None:
        if self.task is not None:
            self._open(self.task, self.task.mail, "mail")

    def _open(self, task: PhoneTask, link: str, how: str) -> None:
        services = self._context.services
        if not self._open_link(link):
            self._context.say(
                _("No program on this computer opens that. Read the words out instead.")
            )
            return
        self._write(lambda: services.phoning.written(services.session, task.patient.id, how))

    def _write(self, work: Callable[[], Changes]) -> None:
        def failed(error: ClinicError) -> None:
            self._context.say(str(error))

        self._context.operations.write(
            self, work, on_done=lambda _changes: self.reload(), on_error=failed
        )


def count_words(count: int) -> str:
    """How many have to be phoned."""
    return ngettext("{n} to phone", "{n} to phone", count).format(n=count)
