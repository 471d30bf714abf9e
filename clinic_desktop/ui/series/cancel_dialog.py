"""Cancels a visit of a series, or more of them; says first who was promised them."""

from PySide6.QtWidgets import QLineEdit, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.series import Scope
from clinic_desktop.operations.task import Task
from clinic_desktop.services.series import CancelPlan, CancelSeries
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Alert, Field, Segments, clear_layout, column, label
from clinic_desktop.ui.series.scope_dialog import scope_words
from clinic_desktop.ui.settings.form_dialog import FormDialog

_WIDE_PX = 520


class CancelDialog(FormDialog):
    """Which visits, and why."""

    def __init__(
        self, context: UiContext, visit_id: VisitId, parent: QWidget | None = None
    ) -> None:
        title = _("Cancel visits of a series")
        super().__init__(title, _("Cancel the visit"), "series_cancel", parent)
        self.setObjectName("series_cancel_dialog")
        self._context, self._visit_id = context, visit_id
        self._reading: Task | None = None
        self._cancel.setText(_("Keep them"))
        self._scopes = tuple(scope_words())
        self.scope = Segments(tuple(scope_words().values()), _("Which visits"))
        self._reason = QLineEdit()
        self._reason.setObjectName("series_cancel_reason")
        self._which = label("", "muted", wrap=True, name="series_cancel_which")
        self._tell = column(spacing=0)
        self.set_form(
            column(
                label(title, "title", wrap=True),
                self.scope,
                Field(_("Reason"), self._reason),
                self._which,
                self._tell,
                1,
                spacing=10,
            ),
            _WIDE_PX,
        )
        self.resize(_WIDE_PX, 380)
        self.scope.chosen.connect(self._read)
        self._reason.setFocus()
        self._read()

    def save(self) -> None:
        """Cancel them."""
        services = self._context.services
        command = CancelSeries(
            visit_id=self._visit_id, scope=self._chosen(), reason=self._reason.text()
        )
        self.set_busy(True)
        self._context.operations.write(
            self,
            lambda: services.series.cancel(services.session, command),
            on_done=self._on_written,
            on_error=self.show_error,
        )

    def _on_written(self, _changes: Changes) -> None:
        self.accept()

    def _chosen(self) -> Scope:
        return self._scopes[self.scope.index()]

    def _read(self) -> None:
        services, scope, visit_id = self._context.services, self._chosen(), self._visit_id
        if self._reading is not None:
            self._reading.drop()
        self.save_button.setEnabled(False)
        self._reading = self._context.operations.read(
            self,
            lambda: services.series.plan_cancel(services.session, visit_id, scope),
            self._show,
            on_error=self.show_error,
        )

    def _show(self, plan: CancelPlan) -> None:
        formats, count = self._context.formats, len(plan.visits)
        self._which.setText(", ".join(formats.day(visit.day) for visit in plan.visits))
        self.save_button.setText(
            ngettext("Cancel {n} visit", "Cancel {n} visits", count).format(n=count)
        )
        self.save_button.setEnabled(bool(count))
        clear_layout(self._tell)
        if plan.tellings:
            sentences = "\n".join(told.sentence for told in plan.tellings)
            self._tell.addWidget(
                Alert(self._context.theme, "warn", _("They have to be told"), sentences)
            )
