"""Hands drives to a phone as a code to scan, after saying what leaves the machine."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.day_plan import DayPlan
from clinic_desktop.domain.directions import MOST_STOPS, PhoneMaps
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.board import VisitDetail
from clinic_desktop.services.phone_sending import SendToPhone, link_of
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Alert, Segments, button, column, label, row

_WIDE_PX = 440
_CODE_PX = 260
_QUIET_MODULES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneStop:
    """A visit's place; the name is for the question only and never in the code."""

    visit_id: VisitId
    place: Coordinate
    name: str


def phone_stops(plan: DayPlan, details: Mapping[VisitId, VisitDetail]) -> tuple[PhoneStop, ...]:
    """The stops of a day that are still to come, those without a point on the map left out."""
    return tuple(
        PhoneStop(
            visit_id=stop.visit.id,
            place=stop.place,
            name=details[stop.visit.id].patient.short_name,
        )
        for stop in plan.stops
        if stop.place is not None and stop.visit.state is not VisitState.DONE
    )


class PhoneDialog(QDialog):
    """Nothing is shown, written or sent before a person agrees; Escape is no."""

    def __init__(
        self, context: UiContext, stops: tuple[PhoneStop, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._stops = context, stops
        self.setObjectName("phone_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Send to a phone"))
        self.setFixedWidth(_WIDE_PX)
        self._maps = [PhoneMaps.GOOGLE, PhoneMaps.APPLE]
        words = [_("Google Maps"), _("Apple Maps")]
        if len(stops) == 1:
            self._maps.append(PhoneMaps.ANY)
            words.append(_("Any (geo:)"))
        self._choice = Segments(words, _("Which maps"))
        names = ", ".join(stop.name for stop in stops)
        asks = ngettext(
            "The code holds the point on the map where {names} is treated, and no name. Whoever"
            " scans it hands that point to the phone’s maps, and to the company behind them.",
            "The code holds {n} points on the map, where {names} are treated, and no name. Whoever"
            " scans it hands them to the phone’s maps, and to the company behind them.",
            len(stops),
        ).format(n=len(stops), names=names)
        self._told = label("", "error", wrap=True, name="phone_error")
        self._told.hide()
        self._code = label(name="phone_code")
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._code.hide()
        self._after = label("", "small", wrap=True, name="phone_after")
        self._after.hide()
        self._alert = Alert(context.theme, "warn", _("This leaves the machine"), asks)
        self._which = label(_("For which maps?"), "strong")
        self._no = button(_("Cancel"), name="phone_no", on_click=self.reject)
        self._yes = button(_("Show the code"), kind="primary", name="phone_yes",
                           on_click=self._on_yes)  # fmt: skip
        self.setLayout(
            column(
                label(_("Send to a phone"), "title"),
                self._alert,
                self._which,
                self._choice,
                self._code,
                self._after,
                self._told,
                row(1, self._no, self._yes),
                spacing=12,
                margins=20,
            )
        )
        if len(stops) > MOST_STOPS:
            self._show_error(
                RuntimeError(
                    _("Maps take {most} stops at most: send the drives one by one.").format(
                        most=MOST_STOPS
                    )
                )
            )
            self._yes.setEnabled(False)
        self._no.setFocus()

    def _command(self) -> SendToPhone:
        return SendToPhone(
            maps=self._maps[self._choice.index()],
            stops=tuple(stop.place for stop in self._stops),
            visit_ids=tuple(stop.visit_id for stop in self._stops),
        )

    def _on_yes(self) -> None:
        command, session = self._command(), self._context.session
        sending = self._context.services.phone_sending
        self._yes.setEnabled(False)

        def done(_changes: Changes) -> None:
            self._show_code(command)

        def failed(error: ClinicError) -> None:
            self._yes.setEnabled(True)
            self._show_error(error)

        self._context.operations.write(
            self, lambda: sending.write_down(session, command), on_done=done, on_error=failed
        )

    def _show_code(self, command: SendToPhone) -> None:
        for gone in (self._alert, self._which, self._choice, self._told):
            gone.hide()
        self._code.setPixmap(code_pixmap(link_of(command), _CODE_PX))
        self._code.setAccessibleName(_("A code to scan with the phone’s camera"))
        self._code.show()
        self._after.setText(
            _("Scan it with the phone’s camera. That it was shown stands in the audit trail.")
        )
        self._after.show()
        self._yes.hide()
        self._no.setText(_("Close"))
        self.adjustSize()
        self._no.setFocus()

    def _show_error(self, error: Exception) -> None:
        self._told.setText(str(error))
        self._told.show()


def code_pixmap(text: str, wide_px: int) -> QPixmap:
    """A QR code, dark on light whatever the theme: phones read it only so."""
    made = segno.make(text, error="m", micro=False)
    modules = made.symbol_size(border=_QUIET_MODULES)[0]
    picture = io.BytesIO()
    made.save(
        picture, kind="png", scale=max(1, round(2 * wide_px / modules)), border=_QUIET_MODULES
    )
    pixmap = QPixmap()
    pixmap.loadFromData(picture.getvalue())
    pixmap.setDevicePixelRatio(pixmap.width() / wide_px)
    return pixmap
