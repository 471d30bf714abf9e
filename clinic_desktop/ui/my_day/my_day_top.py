"""My day's top bar: which day, and how much driving."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.my_day import OwnDay
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.kit.parts import button, column, icon_button, label, set_icon
from clinic_desktop.ui.kit.tokens import Theme


class MyDayTop(QObject):
    """Fills a page's top bar.

    Signals:
        step_wanted(int): so many days on, or back.
        today_wanted(): back to today.
    """

    step_wanted = Signal(int)
    today_wanted = Signal()

    def __init__(self, theme: Theme, formats: Formats, bar: QHBoxLayout) -> None:
        super().__init__(bar)
        self._formats = formats
        back = icon_button(theme, "chevron-left", _("Previous day ([)"), name="my_day_previous")
        back.clicked.connect(lambda _c=False: self.step_wanted.emit(-1))
        today = button(_("Today"), name="my_day_today", on_click=self.today_wanted.emit)
        on = icon_button(theme, "chevron-right", _("Next day (])"), name="my_day_next")
        on.clicked.connect(lambda _c=False: self.step_wanted.emit(1))
        self._date = label("", "page", name="my_day_date")
        self._subtitle = label("", "caption", name="my_day_subtitle")
        self.search = button(_("Search or command  Ctrl K"), name="my_day_palette")
        set_icon(self.search, theme, "search")
        for widget in (back, today, on):
            bar.addWidget(widget)
        bar.addSpacing(8)
        bar.addLayout(column(1, self._date, self._subtitle, 1, spacing=0))
        bar.addStretch(1)
        bar.addWidget(self.search)

    def show_day(self, own: OwnDay) -> None:
        """The date, the visits, the driving."""
        formats, count = self._formats, len(own.stops)
        self._date.setText(formats.day_with_year(own.board.day))
        visits = ngettext("{n} visit", "{n} visits", count).format(n=count)
        if not count:
            self._subtitle.setText(visits)
            return
        self._subtitle.setText(
            _("{visits}, {driving} driving, {distance}").format(
                visits=visits,
                driving=formats.minutes(own.board.driving_min),
                distance=formats.distance(own.board.metres),
            )
        )
