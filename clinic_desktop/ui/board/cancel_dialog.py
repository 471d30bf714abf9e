"""A visit is called off: by whom, why, and what the clinic's rule says of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from clinic_desktop.domain.attendance import hours_before, is_late
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.visit import CancelledBy, VisitState
from clinic_desktop.services.board import VisitDetail
from clinic_desktop.services.visits import SetVisitState
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, Segments, column, label
from clinic_desktop.ui.settings.form_dialog import FormDialog

_WIDE_PX = 440
_WHO = (CancelledBy.PATIENT, CancelledBy.CLINIC)


class CancelDialog(FormDialog):
    """Says what was promised and whether it is late, then calls the visit off."""

    def __init__(
        self, context: UiContext, detail: VisitDetail, parent: QWidget | None = None
    ) -> None:
        super().__init__(_("Cancel visit"), _("Cancel the visit"), "cancel_visit", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._detail = context, detail
        rules = context.services.clinic.phone_rules
        visit, formats = detail.visit, context.formats
        self.who = Segments((_("The patient"), _("The clinic")), _("Who calls it off"))
        self.who.chosen.connect(self._on_who)
        self.reason = QComboBox()
        self.reason.setObjectName("cancel_visit_reason")
        self.reason.setEditable(True)
        self.reason.addItems(list(rules.cancel_reasons))
        self.reason.setCurrentText("")
        self._rule = label("", "small", wrap=True, name="cancel_visit_rule")
        what = _("{name}, {day} {time}").format(
            name=detail.patient.name,
            day=formats.day(visit.day),
            time=formats.span(visit.start_min, visit.end_min),
        )
        lines = column(label(what, "strong", wrap=True), spacing=12)
        promise = detail.promise
        if promise is not None:
            window = formats.span(promise.start_min, promise.end_min)
            lines.addWidget(
                label(
                    _("Promised to {who}: {window}. The promise ends with the visit.").format(
                        who=promise.told_to or detail.patient.short_name, window=window
                    ),
                    "muted",
                    wrap=True,
                )
            )
        lines.addWidget(self.who)
        lines.addWidget(Field(_("Why (no clinical word)"), self.reason))
        lines.addWidget(self._rule)
        self._on_who(0)
        self.set_form(lines, _WIDE_PX)
        self.reason.setFocus()

    def save(self) -> None:
        """Call it off; one operation that undo takes back."""
        services = self._context.services
        command = SetVisitState(
            visit_id=self._detail.visit.id,
            state=VisitState.CANCELLED,
            reason=self.reason.currentText(),
            cancelled_by=_WHO[self.who.index()],
        )
        self.set_busy(True)

        def done(_changes: Changes) -> None:
            self.accept()

        self._context.operations.write(
            self,
            lambda: services.visits.set_state(services.session, command),
            on_done=done,
            on_error=self.show_error,
        )

    def _on_who(self, index: int) -> None:
        clinic, visit = self._context.services.clinic, self._detail.visit
        limit = clinic.phone_rules.late_cancel_hours
        now = self._context.clock.now_utc()
        if _WHO[index] is CancelledBy.CLINIC:
            words = _("The clinic calls it off: it does not count against the patient.")
        elif is_late(visit, now, limit):
            left = max(0, int(hours_before(visit, now)))
            words = ngettext(
                "Late: {n} hour before, and the clinic asks for {limit}.",
                "Late: {n} hours before, and the clinic asks for {limit}.",
                left,
            ).format(n=left, limit=limit)
        else:
            words = _("In time: the clinic asks for {limit} hours.").format(limit=limit)
        self._rule.setText(words)
