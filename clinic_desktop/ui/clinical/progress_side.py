"""Beside the intake: how complete it is, the two gates, what is still needed."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desktop.domain.clinical.intake import IntakeProgress
from clinic_desktop.domain.clinical.missing import Missing
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.parts import Alert, button, clear_layout, column, label, row
from clinic_desktop.ui.kit.tokens import Theme

_MOST_LISTED = 7


class CompletenessRing(QWidget):
    """A ring filled by the answered part, with the percentage in it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._share = 0.0
        self.setFixedSize(72, 72)

    def set_share(self, share: float) -> None:
        """The part that is answered, 0 to 1."""
        self._share = share
        self.setAccessibleName(
            _("{n} percent of the intake is filled in").format(n=round(100 * share))
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ring and figure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(7, 7, 58, 58)
        pen = QPen(self._theme.color("bg.hover"), 8)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(box, 0, 360 * 16)
        pen.setColor(self._theme.color("accent.base"))
        painter.setPen(pen)
        painter.drawArc(box, 90 * 16, -round(360 * 16 * self._share))
        painter.setFont(tabular(font("title")))
        painter.setPen(self._theme.color("text.primary"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, f"{round(100 * self._share)}%")
        painter.end()


class ProgressSide(QWidget):
    """Ring, gates and lists.

    Signals:
        field_requested(str): a missing field was clicked.
    """

    field_requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._ring = CompletenessRing(theme)
        self._headline = label("", "title", wrap=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        head = row(self._ring, self._headline, spacing=14)
        head.setStretch(1, 1)
        self.setLayout(column(head, self._lines, 1, spacing=14, margins=16))
        self.setProperty("panel", "right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(320)

    def show_progress(self, progress: IntakeProgress) -> None:
        """Show it anew, on every edit."""
        self._ring.set_share(progress.share)
        missing = len(progress.to_complete)
        left = len({gap.field for gap in progress.to_needle})
        if missing:
            words = ngettext("{n} answer missing", "{n} answers missing", missing)
        elif left:
            words = ngettext("{n} thing left before needling", "{n} things left before needling",
                             left)  # fmt: skip
        else:
            words = _("Everything is there")
        self._headline.setText(words.format(n=missing or left))
        clear_layout(self._lines)
        self._lines.addWidget(
            Alert(self._theme, "ok" if progress.can_be_booked else "note", _("Can be booked"),
                  "" if progress.can_be_booked else progress.to_book[0].sentence)
        )  # fmt: skip
        blocked = bool(progress.gate.blocks)
        kind = "ok" if progress.ready_for_needling else "block" if blocked else "warn"
        title = _("Ready for needling") if progress.ready_for_needling else (
            _("Not ready for needling"))  # fmt: skip
        self._lines.addWidget(Alert(self._theme, kind, title, progress.gate.remaining()))
        listed = {gap.field for gap in progress.to_complete}
        self._list(_("Still to fill in"), progress.to_complete)
        # Most of it is missing for both: each question stands here once.
        others = tuple(gap for gap in progress.to_needle if gap.field not in listed)
        self._list(_("Also before needling"), others)

    def _list(self, title: str, gaps: tuple[Missing, ...]) -> None:
        if not gaps:
            return
        self._lines.addWidget(label(title, "strong"))
        for gap in gaps[:_MOST_LISTED]:
            text = gap.sentence if len(gap.sentence) < 44 else gap.sentence[:42] + "…"
            link = button(text, kind="link", size="small", tip=gap.sentence)
            link.clicked.connect(lambda _c=False, f=gap.field: self.field_requested.emit(f))
            self._lines.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        left = len(gaps) - _MOST_LISTED
        if left > 0:
            self._lines.addWidget(label(_("and {n} more").format(n=left), "caption"))
