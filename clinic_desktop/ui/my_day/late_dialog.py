"""Running late: how many minutes, what follows for each visit, and whom to call."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QSpinBox, QVBoxLayout, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.lateness import LateEffect, LateFrom, Lateness
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.services.my_day import OwnDay
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import (
    Alert,
    Field,
    button,
    clear_layout,
    column,
    icon_label,
    label,
    row,
    separator,
)
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.my_day.my_day_words import TONE_ICONS, effect_words, late_now

_WIDE_PX = 480
_STEP_MIN = 5


class LateDialog(QDialog):
    """Changes nothing: it answers "what if", so that the right people are called."""

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        day: OwnDay,
        late: Lateness,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._formats, self._day, self._late = theme, formats, day, late
        self.setObjectName("late_dialog")
        self.setWindowTitle(_("Running late"))
        self.setMinimumWidth(_WIDE_PX)
        self.minutes = QSpinBox()
        self.minutes.setObjectName("late_minutes")
        self.minutes.setRange(0, late.most_min)
        self.minutes.setSingleStep(_STEP_MIN)
        self.minutes.setSuffix(_(" min"))
        self._when = label("", "small", wrap=True)
        self._effects = QVBoxLayout()
        self._calls = QVBoxLayout()
        for one in (self._effects, self._calls):
            one.setSpacing(6)
            one.setContentsMargins(0, 0, 0, 0)
        close = button(_("Close"), kind="primary", on_click=self.accept)
        self.setLayout(
            column(
                Field(_("Minutes late"), self.minutes),
                self._when,
                separator(),
                label(_("What follows"), "title"),
                self._effects,
                separator(),
                label(_("Whom to call"), "title"),
                self._calls,
                row(1, close),
                spacing=10,
                margins=18,
            )
        )
        self.minutes.valueChanged.connect(self._show)
        self.minutes.setValue(self._likely())
        self._show()
        self.minutes.setFocus()
        self.minutes.selectAll()

    def calls(self) -> tuple[LateEffect, ...]:
        """Whose promises the chosen minutes break."""
        return self._late.broken(self.minutes.value())

    def _likely(self) -> int:
        """How late it is already, else ten minutes."""
        return late_now(self._late, self._day.now_min or 0) or 2 * _STEP_MIN

    def _show(self, _value: int = 0) -> None:
        late = self._late
        minutes = self.minutes.value()
        names = [stop.detail.patient.short_name for stop in self._day.stops]
        when = self._formats.time(late.base_min + minutes)
        name = names[late.index]
        if late.since is LateFrom.FINISHING:
            text = _("{name}’s visit ends at {time}.")
        elif late.since is LateFrom.ARRIVING:
            text = _("You are at {name}’s door at {time}.")
        else:
            text = _("You leave for {name} at {time}.")
        self._when.setText(text.format(name=name, time=when))
        clear_layout(self._effects)
        for effect in late.effects(minutes):
            said = effect_words(effect, names, self._formats)
            icon_name, key = TONE_ICONS[said.tone]
            words = label(said.text, wrap=True)
            words.setProperty("alert", said.tone)
            line = row(spacing=10)
            picture = icon_label(self._theme, icon_name, key)
            line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            self._effects.addLayout(line)
        clear_layout(self._calls)
        calls = self.calls()
        if not calls:
            self._calls.addWidget(Alert(self._theme, "ok", _("Nobody: all promises hold.")))
        for effect in calls:
            self._calls.addLayout(self._call_line(effect, names[effect.index]))

    def _call_line(self, effect: LateEffect, name: str) -> QVBoxLayout:
        phones = self._day.stops[effect.index].detail.patient.phones
        number = phone_text(phones[0].number) if phones else _("no phone number")
        begin = self._formats.time(effect.begin_min)
        over = effect.arrive_min - (effect.promised_min or effect.arrive_min)
        words = column(
            label(f"{name}  {number}", "strong"),
            label(_("at the door {time}, {n} min after the promise").format(time=begin, n=over),
                  "small"),
            spacing=1,
        )  # fmt: skip
        line = row(words, 1)
        if phones:
            copy = button(_("Copy number"), size="small")
            copy.setAccessibleName(_("Copy the number of {name}").format(name=name))
            copy.clicked.connect(
                lambda _c=False, text=number: QGuiApplication.clipboard().setText(text)
            )
            line.addWidget(copy)
        return column(line, spacing=0)
