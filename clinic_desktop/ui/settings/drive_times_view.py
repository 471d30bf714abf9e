"""Settings > Drive times: what driven drives say, whether it counts, and drives set by hand."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.calibration import LEAST_DRIVES, Fit
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.drive_corrections import AreaFactor, Calibration, PartFactor
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.travel import LegSource
from clinic_desktop.services.drive_times import DriveReport, NamedDrive
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, card, column, label, row
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView

_MOST_AREAS = 8
_DAY_MIN = 24 * 60


class DriveTimesView(QWidget):
    """Only the owner decides what the whole clinic plans with; everybody sees why."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._report: DriveReport | None = None
        theme = context.theme
        self._said = label("", wrap=True, name="drive_times_said")
        self._error = label("", "error", wrap=True, name="drive_times_error")
        self._error.hide()
        self._state = label("", "pill")
        self._use = button(_("Use measured times"), kind="primary", name="drive_times_use",
                           on_click=self._on_use)  # fmt: skip
        self._stop = button(_("Stop using them"), name="drive_times_stop", on_click=self._on_stop)
        self._parts = TextTableView(
            TextTable(theme, (_("Part of the day"), _("Takes"), _("Measured on"))),
            _("Measured by part of the day"),
            "drive_times_parts",
            stretch=0,
        )
        self._areas = TextTableView(
            TextTable(theme, (_("Driving to"), _("On top of that"), _("Measured on"))),
            _("Measured by area"),
            "drive_times_areas",
            stretch=0,
        )
        self._by_hand = TextTableView(
            TextTable(theme, (_("From"), _("To"), _("Minutes"), _("Roads"), _("Set by"), _("Why"))),
            _("Drives set by hand"),
            "drive_times_by_hand",
            stretch=1,
        )
        self._by_hand.chosen.connect(self._show_actions)
        self._none = label(
            _("None. Open a drive on the Routes page to correct it."), "muted", wrap=True
        )
        self._forget = button(_("Use the roads’ time again"), name="drive_times_forget",
                              on_click=self._on_forget)  # fmt: skip
        about = label(
            _(
                "When a practitioner presses Drive now and Start visit, the drive between is timed."
                " What those drives say is shown here, and counts only when you say so: the times"
                " of every drive change with it."
            ),
            "muted",
            wrap=True,
        )
        for made in (self._use, self._stop, self._parts, self._areas, self._forget, self._by_hand):
            made.hide()
        self.setLayout(
            column(
                label(_("Drive times"), "title"),
                about,
                card(
                    column(
                        row(label(_("Measured drives"), "strong"), self._state, 1),
                        self._said,
                        self._parts,
                        self._areas,
                        row(self._use, self._stop, 1),
                        spacing=8,
                        margins=14,
                    )
                ),
                card(
                    column(
                        label(_("Drives set by hand"), "strong"),
                        self._none,
                        self._by_hand,
                        row(self._forget, 1),
                        spacing=8,
                        margins=14,
                    )
                ),
                self._error,
                1,
                spacing=12,
            )
        )

    def reload(self) -> None:
        """Measure anew."""
        drives, session = self._context.services.drive_times, self._context.session
        if self._report is None:
            self._said.setText(_("Reading the drives …"))
        self._context.operations.read(
            self, lambda: drives.report(session), self._show, on_error=self._show_error
        )

    def _show(self, report: DriveReport) -> None:
        self._report = report
        self._error.hide()
        in_use, fit = report.in_use, report.fit
        shown = in_use or fit.calibration
        self._state.setText(_("In use") if in_use else _("Not used"))
        self._state.setVisible(shown is not None)
        self._said.setText(_fit_words(fit, in_use, self._context))
        self._show_factors(shown)
        owner = self._context.session.is_owner
        self._use.setVisible(owner and _worth_using(fit, in_use))
        self._use.setText(_("Use the newer measurement") if in_use else _("Use measured times"))
        self._stop.setVisible(owner and in_use is not None)
        self._by_hand.show_rows([self._row(named) for named in report.by_hand])
        self._by_hand.fit_rows(most=8)
        self._by_hand.setVisible(bool(report.by_hand))
        self._none.setVisible(not report.by_hand)
        self._show_actions()

    def _show_factors(self, shown: Calibration | None) -> None:
        for table in (self._parts, self._areas):
            table.setVisible(shown is not None)
        if shown is None:
            return
        formats = self._context.formats
        ends = [part.start_min for part in shown.parts[1:]] + [_DAY_MIN]
        self._parts.show_rows(
            [
                _part_row(part, f"{formats.time(part.start_min)}–{formats.time(end)}")
                for part, end in zip(shown.parts, ends, strict=True)
                if part.drives
            ]
        )
        self._parts.fit_rows(least=1)
        self._areas.show_rows([_area_row(area) for area in shown.areas[:_MOST_AREAS]])
        self._areas.fit_rows(least=1)

    def _row(self, named: NamedDrive) -> TextRow:
        override, formats = named.override, self._context.formats
        zone = self._context.services.clinic.zone
        day = formats.short_date(to_local(override.at, zone).date())
        mark = "~" if named.by_roads.source is LegSource.ESTIMATE else ""
        return TextRow(
            key=override.id,
            cells=(
                named.start_name,
                named.end_name,
                str(override.minutes),
                f"{mark}{round(named.by_roads.seconds / 60)}",
                f"{named.set_by}, {day}",
                override.reason,
            ),
        )

    def _show_actions(self, _row: int = 0) -> None:
        self._forget.setVisible(bool(self._by_hand.key()))

    def _on_use(self) -> None:
        report, session = self._report, self._context.session
        calibration = report.fit.calibration if report else None
        if calibration is not None:
            drives = self._context.services.drive_times
            self._write(lambda: drives.use(session, calibration))

    def _on_stop(self) -> None:
        drives, session = self._context.services.drive_times, self._context.session
        self._write(lambda: drives.stop(session))

    def _on_forget(self) -> None:
        drives, session = self._context.services.drive_times, self._context.session
        chosen = self._by_hand.key()
        named = next(
            (n for n in (self._report.by_hand if self._report else ()) if n.override.id == chosen),
            None,
        )
        if named is not None:
            self._write(lambda: drives.forget_drive(session, named.override.id))

    def _write(self, work: Callable[[], Changes]) -> None:
        self._context.operations.write(self, work, on_error=self._show_error)

    def _show_error(self, error: ClinicError) -> None:
        self._error.setText(str(error))
        self._error.show()


def _worth_using(fit: Fit, in_use: Calibration | None) -> bool:
    """Whether there is a fit that helps, and drives in it that the one in use does not know."""
    if fit.calibration is None:
        return False
    return in_use is None or fit.calibration.last > in_use.last


def _fit_words(fit: Fit, in_use: Calibration | None, context: UiContext) -> str:
    if in_use is not None:
        return _(
            "In use: measured on {n} drives from {first} to {last}. On days that the measurement"
            " had not seen, drives were off by {after} min on average instead of {before}."
        ).format(
            n=in_use.drives,
            first=context.formats.short_date(in_use.first),
            last=context.formats.short_date(in_use.last),
            before=f"{in_use.error_before_min:.1f}",
            after=f"{in_use.error_after_min:.1f}",
        )
    counted = ngettext(
        "{n} drive of the last year was timed", "{n} drives of the last year were timed", fit.drives
    ).format(n=fit.drives)
    if fit.left_out:
        counted = _("{counted} ({n} more were too short or too odd to learn from)").format(
            counted=counted, n=fit.left_out
        )
    if fit.error_before_min is None or fit.error_after_min is None:
        return _("{counted}. From {least} on, on at least five days, they can be used.").format(
            counted=counted, least=LEAST_DRIVES
        )
    before, after = f"{fit.error_before_min:.1f}", f"{fit.error_after_min:.1f}"
    if fit.calibration is None:
        return _(
            "{counted}. The times shown were off by {before} min on average, and what was measured"
            " would not help: off by {after} min on days it had not seen."
        ).format(counted=counted, before=before, after=after)
    return _(
        "{counted}. The times shown were off by {before} min on average; with what was measured,"
        " days that it had not seen would be off by {after} min."
    ).format(counted=counted, before=before, after=after)


def _part_row(part: PartFactor, span: str) -> TextRow:
    return TextRow(
        key=str(part.start_min),
        cells=(span, _times(part.factor), _drives(part.drives)),
    )


def _area_row(area: AreaFactor) -> TextRow:
    return TextRow(
        key=area.cell,
        cells=(area.name or _("no name"), _times(area.factor), _drives(area.drives)),
    )


def _times(factor: float) -> str:
    """``1.12 × as long``."""
    return _("{factor} × as long").format(factor=f"{factor:.2f}")


def _drives(count: int) -> str:
    return ngettext("{n} drive", "{n} drives", count).format(n=count)
