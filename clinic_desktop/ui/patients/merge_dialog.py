"""Choosing the double that is merged into a patient, and confirming it."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.ports import PatientHit
from clinic_desktop.operations.task import Task
from clinic_desktop.services.patients import MergePatients
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import SearchField, button, column, label, row

_PAUSE_MS = 120
_HITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidates:
    """Those that fit what was typed; doubles found by rule stand first."""

    hits: tuple[PatientHit, ...]


class MergeDialog(QDialog):
    """Finds another record; Enter chooses, the button merges, undo takes it back.

    Signals:
        merged(): it is written.
    """

    merged = Signal()

    def __init__(self, context: UiContext, kept: Patient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._kept = context, kept
        self._hits: tuple[PatientHit, ...] = ()
        self._task: Task | None = None
        self.setObjectName("merge_dialog")
        self.setWindowTitle(_("Merge another record into {name}").format(name=kept.name))
        self.search = SearchField(context.theme, _("Name, phone or street of the other record"))
        self.search.setText(kept.last_name)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Records that may be the same person"))
        self.list.currentRowChanged.connect(self._show_question)
        self._question = label("", wrap=True, name="merge_question")
        self._error = label("", "error", wrap=True)
        self._error.hide()
        cancel = button(_("Cancel"), on_click=self.reject)
        self.merge_button = button(
            _("Merge"), kind="primary", name="merge_now", on_click=self._on_merge
        )
        self.merge_button.setEnabled(False)
        self.setLayout(
            column(
                label(
                    _("Sites and planned visits of the other record move here. It can be undone."),
                    "muted",
                    wrap=True,
                ),
                self.search,
                self.list,
                self._question,
                self._error,
                row(1, cancel, self.merge_button),
                spacing=10,
                margins=16,
            )
        )
        self.resize(520, 420)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look_up)
        self.search.textChanged.connect(lambda _text="": self._pause.start())
        self._look_up()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows from the search field walk the list."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        ):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            number = self.list.currentRow() + step
            self.list.setCurrentRow(max(0, min(number, self.list.count() - 1)))
            return True
        return super().eventFilter(watched, event)

    def _look_up(self) -> None:
        self._pause.stop()
        if self._task is not None:
            self._task.drop()
        store = self._context.services.store
        text, kept = self.search.text().strip(), self._kept.id

        def work() -> _Candidates:
            hits = store.reader().find_patients(text, limit=_HITS + 1)
            return _Candidates(hits=tuple(hit for hit in hits if hit.patient.id != kept)[:_HITS])

        self._task = self._context.operations.read(
            self, work, self._show, on_error=self._show_error
        )

    def _show(self, found: _Candidates) -> None:
        self._hits = found.hits
        self.list.clear()
        for hit in found.hits:
            patient = hit.patient
            words = [patient.name]
            words += [self._context.formats.short_date(patient.dob)] if patient.dob else []
            words += [phone_text(phone.number) for phone in patient.phones[:1]]
            words += [hit.area] if hit.area else []
            self.list.addItem(QListWidgetItem(" · ".join(words)))
        self._show_question(self.list.currentRow())

    def _show_question(self, number: int) -> None:
        chosen = 0 <= number < len(self._hits)
        self.merge_button.setEnabled(chosen)
        if chosen:
            self._question.setText(
                _("Merge {other} into {kept}?").format(
                    other=self._hits[number].patient.name, kept=self._kept.name
                )
            )
        elif self._hits:
            self._question.setText(_("Choose the record that is the same person."))
        else:
            self._question.setText(_("Nobody else fits. Try another name or phone."))

    def _show_error(self, error: ClinicError) -> None:
        self.merge_button.setEnabled(self.list.currentRow() >= 0)
        self._error.setText(str(error))
        self._error.show()

    def _on_merge(self) -> None:
        number = self.list.currentRow()
        if not 0 <= number < len(self._hits):
            return
        services = self._context.services
        command = MergePatients(kept_id=self._kept.id, alias_id=self._hits[number].patient.id)
        self.merge_button.setEnabled(False)

        def done(_changes: Changes) -> None:
            self.merged.emit()
            self.accept()

        self._context.operations.write(
            self,
            lambda: services.patients.merge(services.session, command),
            on_done=done,
            on_error=self._show_error,
        )
