"""A site on the patient's page: address, how to get in, and the masked access code."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from clinic_desktop.domain.patient import PinSource, VisitSite
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, column, label, row, set_icon, set_role
from clinic_desktop.ui.kit.tokens import Theme

REVEAL_MS: Final = 10_000
MASK: Final = "••••"


def pin_words(site: VisitSite) -> tuple[str, str]:
    """How the point was found, and the label's role."""
    if site.coordinate is None:
        return _("No pin: drives unknown"), "pill-warn"
    if site.pin_source is PinSource.HAND:
        return _("Pin placed by hand"), "pill"
    if site.pin_source is PinSource.STREET:
        return _("Pin on the street only"), "pill-warn"
    return _("On the map"), "pill-ok"


def access_lines(site: VisitSite) -> tuple[tuple[str, str], ...]:
    """Title and text of each access detail that is known."""
    pets = site.pets
    if pets and site.pets_restrained is not None:
        shut = _("shut away") if site.pets_restrained else _("not shut away")
        pets = f"{pets}, {shut}"
    extra = _("{n} min").format(n=site.extra_door_min) if site.extra_door_min else ""
    parking = site.parking
    if site.parking_min is not None:
        takes = _("takes {n} min").format(n=site.parking_min)
        parking = f"{parking}, {takes}" if parking else takes
    lines = (
        (_("Parking"), parking),
        (_("Stairs"), site.stairs),
        (_("Room for the table"), site.table_space),
        (_("Pets"), pets),
        (_("Smoking"), _("smokers live here") if site.smokers else ""),
        (_("Phone signal"), site.phone_signal),
        (_("Extra at the door"), extra),
        (_("Hazards"), site.hazards),
    )
    return tuple((title, text) for title, text in lines if text)


class SiteCard(QFrame):
    """One site in use.

    Signals:
        reveal_requested(str): the site's id; answer with ``show_code``.
        pin_requested(str): place its pin by hand.
        retire_requested(str): take it out of use.
    """

    reveal_requested = Signal(str)
    pin_requested = Signal(str)
    retire_requested = Signal(str)

    def __init__(self, theme: Theme, site: VisitSite) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.site_id = str(site.id)
        address = site.address.one_line() or _("No address")
        self.setAccessibleName(_("Site {address}").format(address=address))
        words, role = pin_words(site)
        head = row(label(address, "strong", wrap=True), label(words, role), spacing=8)
        head.setStretch(0, 1)
        about = " · ".join(part for part in (site.label, site.address.area) if part)
        inner = column(head, spacing=6, margins=12)
        if about:
            inner.addWidget(label(about, "muted"))
        if site.never_alone:
            inner.addLayout(row(label(_("Never send one person alone"), "pill-danger"), 1))
        for title, text in access_lines(site):
            line = row(_fixed(title), label(text, wrap=True), spacing=8)
            line.setStretch(1, 1)
            inner.addLayout(line)
        self._error = label("", "error", wrap=True)
        self._error.hide()
        self._code = label(MASK, name="access_code")
        self._reveal = button(_("Reveal"), size="small", name="reveal")
        if site.access_code:
            self._reveal.setToolTip(_("Shows the code for 10 seconds; that it was read is kept"))
            self._reveal.setAccessibleName(_("Reveal the access code"))
            self._reveal.clicked.connect(self._on_reveal)
            set_icon(self._reveal, theme, "eye")
            inner.addLayout(row(_fixed(_("Access code")), self._code, self._reveal, 1, spacing=8))
        inner.addWidget(self._error)
        inner.addLayout(self._buttons(theme, site))
        self.setLayout(inner)
        self._hide = QTimer(self)
        self._hide.setSingleShot(True)
        self._hide.setInterval(REVEAL_MS)
        self._hide.timeout.connect(self.hide_code)

    def show_code(self, code: str) -> None:
        """Show the code for ten seconds."""
        self._error.hide()
        self._code.setText(code)
        self._code.setAccessibleName(_("Access code {code}").format(code=code))
        set_role(self._code, "strong")
        self._reveal.setText(_("Hide"))
        self._hide.start()

    def hide_code(self) -> None:
        """Mask the code again."""
        self._hide.stop()
        self._code.setText(MASK)
        self._code.setAccessibleName(_("Access code hidden"))
        set_role(self._code, "")
        self._reveal.setText(_("Reveal"))

    def show_error(self, sentence: str) -> None:
        """A sentence above the buttons."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def _on_reveal(self) -> None:
        if self._hide.isActive():
            self.hide_code()
        else:
            self.reveal_requested.emit(self.site_id)

    def _buttons(self, theme: Theme, site: VisitSite) -> QHBoxLayout:
        text = _("Place pin by hand") if site.coordinate is None else _("Move the pin")
        pin = button(
            text,
            size="small",
            name="place_pin",
            on_click=lambda: self.pin_requested.emit(self.site_id),
        )
        set_icon(pin, theme, "map-pin")
        retire = button(
            _("Take out of use"),
            size="small",
            kind="quiet",
            name="retire_site",
            on_click=lambda: self.retire_requested.emit(self.site_id),
        )
        return row(pin, retire, 1, spacing=8)


def _fixed(title: str) -> QLabel:
    made = label(title, "muted")
    made.setFixedWidth(118)
    return made
