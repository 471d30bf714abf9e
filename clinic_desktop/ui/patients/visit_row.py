"""A visit as a line on the patient's page."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import column, icon_label, label, repolish, row
from clinic_desktop.ui.kit.stop_badge import StopBadge
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.patients.patient_detail import VisitLine, state_word

_ROLES = {
    VisitState.CONFIRMED: "pill-ok",
    VisitState.EN_ROUTE: "pill-ok",
    VisitState.IN_PROGRESS: "pill-ok",
    VisitState.BOOKED: "pill-warn",
    VisitState.HELD: "pill-warn",
    VisitState.NO_SHOW: "pill-danger",
}


def when_words(line: VisitLine, formats: Formats, *, with_year: bool) -> str:
    """Day and time of a visit."""
    visit = line.visit
    day = formats.day_with_year(visit.day) if with_year else formats.day(visit.day)
    return f"{day}, {formats.span(visit.start_min, visit.end_min)}"


def promise_words(line: VisitLine, formats: Formats) -> str:
    """The arrival window that was told, "" if none was."""
    if line.promise is None:
        return ""
    window = formats.span(line.promise.start_min, line.promise.end_min)
    return _("promised {window}").format(window=window)


class VisitRow(QFrame):
    """Double click or Enter opens it.

    Signals:
        opened(str): the visit's id.
    """

    opened = Signal(str)

    def __init__(
        self, theme: Theme, formats: Formats, line: VisitLine, *, with_year: bool = False
    ) -> None:
        super().__init__()
        self._visit_id = str(line.visit.id)
        self.setProperty("row", "plain")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        over = line.visit.state in (VisitState.DONE, VisitState.NO_SHOW, VisitState.CANCELLED)
        person = line.practitioner
        badge = StopBadge(
            theme,
            person.marker if person else 1,
            person.first_name[:1] if person else "?",
            hollow=over,
        )
        when = when_words(line, formats, with_year=with_year)
        promise = promise_words(line, formats)
        service = line.service.name if line.service else ""
        what = " · ".join(
            part
            for part in (service, line.visit.session_label, person.name if person else "")
            if part
        )
        state = state_word(line.visit.state)
        top = row(label(when, "strong"), 1, label(state, _ROLES.get(line.visit.state, "pill")))
        below = row(label(what, "muted"), 1, spacing=6)
        if promise:
            below.addWidget(icon_label(theme, "handshake", "text.tertiary", 14))
            below.addWidget(label(promise, "small"))
        words = column(top, below, spacing=2)
        inner = row(badge, words, spacing=10, margins=8)
        inner.setStretch(1, 1)
        self.setLayout(inner)
        self.setAccessibleName(", ".join(p for p in (when, what, state, promise) if p))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the visit."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._visit_id)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the visit."""
        self.opened.emit(self._visit_id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the row that has the keyboard."""
        self._mark("selected")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark away."""
        self._mark("plain")

    def _mark(self, kind: str) -> None:
        self.setProperty("row", kind)
        repolish(self)
