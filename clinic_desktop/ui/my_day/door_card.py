"""Getting in: the gate code (hidden until asked for), parking, pets, the way to the door."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from clinic_desktop.domain.patient import VisitSite
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import (
    button,
    clear_layout,
    column,
    icon_label,
    label,
    row,
    separator,
    set_icon,
)
from clinic_desktop.ui.kit.tokens import Theme

REVEALED_MS: Final = 10_000
_DOTS: Final = "••••••"


class DoorCard(QFrame):
    """Shows one site.

    Signals:
        reveal_requested(str): the site whose code somebody wants to see; ``reveal`` shows it.
        way_requested(): the drive there, turn by turn.
    """

    reveal_requested = Signal(str)
    way_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._site: VisitSite | None = None
        self.setProperty("card", "true")
        self.setObjectName("my_day_door")
        self._code = label(_DOTS, "strong", name="gate_code")
        self._button = button(_("Reveal  V"), size="small", name="reveal_code",
                              on_click=self.ask)  # fmt: skip
        set_icon(self._button, theme, "eye")
        # In the narrowest card its word stays whole: it is pressed in a hurry.
        self._button.setMinimumWidth(self._button.sizeHint().width())
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._code_row = self._line("key-round", _("Gate code"), self._code, self._button)
        way = button(_("Directions"), kind="link", size="small", name="door_way",
                     on_click=self.way_requested.emit)  # fmt: skip
        way.setToolTip(_("The drive there, turn by turn (G)"))
        head = row(label(_("Getting in"), "title"), 1, way)
        inner = column(head, self._code_row, self._rows, 1, spacing=6)
        inner.setContentsMargins(16, 12, 16, 12)
        self.setLayout(inner)
        self._hide = QTimer(self)
        self._hide.setSingleShot(True)
        self._hide.setInterval(REVEALED_MS)
        self._hide.timeout.connect(self.conceal)

    @property
    def site(self) -> VisitSite | None:
        """The site shown."""
        return self._site

    @property
    def revealed(self) -> bool:
        """Whether the code can be read now."""
        return self._hide.isActive()

    def show_site(self, site: VisitSite) -> None:
        """Show a site; a code that was revealed stays so only for the same one."""
        if site == self._site:
            return
        self.conceal()
        self._site = site
        self._code_row.setVisible(bool(site.access_code))
        clear_layout(self._rows)
        lines = _lines(site)
        for number, (icon_name, title, text) in enumerate(lines):
            if number or site.access_code:
                self._rows.addWidget(separator())
            self._rows.addWidget(self._line(icon_name, title, label(text, wrap=True)))
        if not lines and not site.access_code:
            self._rows.addWidget(label(_("Nothing is recorded for this address."), "muted"))

    def ask(self) -> None:
        """Want to see the code (``V``); pressed again it is hidden."""
        if self._site is None or not self._site.access_code:
            return
        if self.revealed:
            self.conceal()
        else:
            self.reveal_requested.emit(self._site.id)

    def reveal(self, site_id: str) -> None:
        """Show the code for ten seconds: that it was looked at has been recorded."""
        if self._site is None or self._site.id != site_id:
            return
        self._code.setText(self._site.access_code)
        self._code.setAccessibleName(_("Gate code {code}").format(code=self._site.access_code))
        self._button.setText(_("Hide  V"))
        set_icon(self._button, self._theme, "eye-off")
        self._hide.start()

    def conceal(self) -> None:
        """Back to dots."""
        self._hide.stop()
        self._code.setText(_DOTS)
        self._code.setAccessibleName(_("Gate code, hidden"))
        self._button.setText(_("Reveal  V"))
        set_icon(self._button, self._theme, "eye")

    def _line(self, icon_name: str, title: str, *parts: QWidget) -> QWidget:
        words = column(label(title, "caption"), parts[0], spacing=1)
        line = row(spacing=10)
        line.addWidget(icon_label(self._theme, icon_name), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        for part in parts[1:]:
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        line.setContentsMargins(0, 8, 0, 8)
        made = QWidget()
        made.setLayout(line)
        return made


def _lines(site: VisitSite) -> list[tuple[str, str, str]]:
    pets = site.pets
    if pets and site.pets_restrained is False:
        pets = _("{pets} Not restrained.").format(pets=pets)
    signal = _("Phone signal: {signal}").format(signal=site.phone_signal)
    hazards = [
        site.hazards,
        _("Smokers.") if site.smokers else "",
        _("Never go alone.") if site.never_alone else "",
        signal if site.phone_signal else "",
    ]
    lines = [
        ("map-pin", _("Address"), site.address.one_line()),
        ("circle-parking", _("Parking"), site.parking),
        ("paw-print", _("Pets"), pets),
        ("door-open", _("Entrance"), site.stairs),
        ("maximize-2", _("Room for the table"), site.table_space),
        ("triangle-alert", _("Mind"), " ".join(part for part in hazards if part)),
    ]
    return [line for line in lines if line[2]]
