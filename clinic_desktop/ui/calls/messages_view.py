"""Messages from callers that nobody has answered; only a clinician's keys show their words."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.operations.task import Task
from clinic_desktop.services.messages import WaitingMessage
from clinic_desktop.text import _
from clinic_desktop.ui.calls.wait_list_view import urgency_words
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import EmptyState, button, card, column, label, row
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView

_CARD_PX = 380


class MessagesView(QWidget):
    """The most urgent first; a clinician reads one beside the list and marks it answered.

    Signals:
        counted(int): how many wait.
    """

    counted = Signal(int)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._waiting: tuple[WaitingMessage, ...] = ()
        self._reading: Task | None = None
        titles = (_("Who"), _("Urgency"), _("Taken"), _("Answer by"), _("Phone"))
        self.table = TextTableView(
            TextTable(context.theme, titles), _("Messages"), "messages", stretch=3
        )
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._on_opened)
        self._name = label("", "title")
        self._taken = label("", "small", wrap=True)
        self._text = label("", "", wrap=True, name="message_words")
        self._answered = button(_("Answered"), kind="primary", name="message_answered",
                                on_click=self._on_answered)  # fmt: skip
        self._card = card(
            column(self._name, self._taken, self._text, row(self._answered, 1),
                   spacing=8, margins=16)
        )  # fmt: skip
        self._card.setFixedWidth(_CARD_PX)
        self._empty = EmptyState(
            context.theme, "message-square-quote", _("No message waits"),
            _("In a call, “Message ...” passes on what a caller wants a clinician to know."),
        )  # fmt: skip
        self._empty.hide()
        self._lists = QWidget()
        self._lists.setLayout(row(self.table, column(self._card, 1, spacing=0), spacing=14))
        self.setLayout(column(self._lists, self._empty, spacing=0, margins=16))

    def reload(self) -> None:
        """Read what waits."""
        services = self._context.services
        if self._reading is not None:
            self._reading.drop()
        self._reading = self._context.operations.read(
            self, lambda: services.messages.waiting(services.session), self._show
        )

    def _show(self, waiting: tuple[WaitingMessage, ...]) -> None:
        self._waiting = waiting
        formats, zone = self._context.formats, self._context.services.clinic.zone
        rows: list[TextRow] = []
        for one in waiting:
            message, patient = one.message, one.patient
            taken = to_local(message.taken_at, zone)
            due = message.answer_by
            by = f"{formats.day(due.date())} {formats.clock_time(due)}" if due else ""
            if one.overdue:
                by = _("overdue since {when}").format(when=by)
            rows.append(
                TextRow(
                    key=message.id,
                    cells=(
                        patient.name,
                        urgency_words(message.urgency),
                        f"{formats.day(taken.date())} {formats.clock_time(taken)}",
                        by,
                        phone_text(patient.phones[0].number) if patient.phones else "",
                    ),
                    warn_column=3 if one.overdue else None,
                )
            )
        self._lists.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self.table.show_rows(rows)
        self.counted.emit(len(rows))

    @property
    def chosen(self) -> WaitingMessage | None:
        """The chosen one."""
        number = self.table.row()
        return self._waiting[number] if 0 <= number < len(self._waiting) else None

    def _on_chosen(self, _number: int) -> None:
        one = self.chosen
        if one is None:
            return
        self._name.setText(one.patient.name)
        self._taken.setText(_("taken by {name}").format(name=one.taken_by or "–"))
        self._text.setText(one.text or _("Sealed: only a clinician’s log-in shows the words."))
        self._answered.setVisible(one.text is not None)

    def _on_opened(self, _number: int) -> None:
        if self.chosen is not None:
            self._context.open_patient(self.chosen.patient.id)

    def _on_answered(self) -> None:
        one, services = self.chosen, self._context.services
        if one is not None:
            self._write(lambda: services.messages.answer(services.session, one.message.id))

    def _write(self, work: Callable[[], Changes]) -> None:
        def failed(error: ClinicError) -> None:
            self._context.say(str(error))

        self._context.operations.write(
            self, work, on_done=lambda _changes: self.reload(), on_error=failed
        )
