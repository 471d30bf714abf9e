"""In place of the hero once every visit is over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.my_day import OwnDay
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.kit.parts import button, clear_layout, column, icon_label, label, row
from clinic_desktop.ui.kit.tokens import Theme


class DoneCard(QFrame):
    """The finished day, and the notes that are still to be signed.

    Signals:
        visit_requested(str): a visit whose note is not signed.
    """

    visit_requested = Signal(str)

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self.setProperty("card", "hero")
        self.setObjectName("my_day_done")
        self._title = label("", "page", name="done_title")
        self._words = label("", "small", wrap=True)
        self._notes = QVBoxLayout()
        self._notes.setContentsMargins(0, 0, 0, 0)
        self._notes.setSpacing(4)
        picture = icon_label(theme, "circle-check", "ok.text", 32)
        head = row(spacing=14)
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(column(self._title, self._words, self._notes, spacing=4), 1)
        head.setContentsMargins(18, 18, 18, 18)
        self.setLayout(head)

    def show_day(self, day: OwnDay) -> None:
        """Say what was done."""
        assert day.plan is not None
        formats, count = self._formats, len(day.stops)
        self._title.setText(
            ngettext("The visit is over", "All {n} visits are over", count).format(n=count)
        )
        words = _("{driving} driving, {distance}.").format(
            driving=formats.minutes(day.plan.driving_min),
            distance=formats.distance(day.plan.metres),
        )
        last = day.plan.legs[-1] if day.plan.legs else None
        if last is not None and last.drive is not None and day.now_min is not None:
            home = formats.time(day.now_min + last.drive.minutes)
            words = _("{words} Home by {time} if you leave now.").format(words=words, time=home)
        self._words.setText(words)
        clear_layout(self._notes)
        for stop in day.stops:
            flags = stop.detail.flags
            if flags is not None and flags.unsigned_notes:
                name = stop.detail.patient.short_name
                text = _("Note to sign: {name}").format(name=name)
                line = button(text, kind="link", size="small")
                line.clicked.connect(
                    lambda _c=False, chosen=stop.detail.visit.id: self.visit_requested.emit(chosen)
                )
                self._notes.addWidget(line)
