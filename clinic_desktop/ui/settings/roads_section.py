"""Settings > Maps and roads: the region in use, and building one from an extract."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.travel import RegionState
from clinic_desktop.operations.task import Task
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, card, column, label, row


class RoadsSection(QWidget):
    """The old region serves until the new one is ready."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._task: Task | None = None
        self._name = label("", "title", name="roads_name")
        self._facts = label("", "small", wrap=True, name="roads_facts")
        self._working = label("", "caption", wrap=True)
        self._error = label("", "error", wrap=True, name="roads_error")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._add = button(_("Add an extract (.osm.pbf) ..."), kind="primary", name="roads_add",
                           on_click=self._on_add)  # fmt: skip
        self._stop = button(_("Stop"), name="roads_stop", on_click=self._on_stop)
        self._stop.hide()
        self._parts = label("", "small", wrap=True)
        self.setLayout(
            column(
                label(_("Maps and roads"), "title"),
                label(
                    _(
                        "Roads, addresses and the map come from one OpenStreetMap extract. Your "
                        "own region is one download away: for St. Louis, Missouri’s. Nothing "
                        "is looked up online."
                    ),
                    "muted",
                    wrap=True,
                ),
                card(column(self._name, self._facts, spacing=4, margins=14)),
                row(self._add, self._stop, 1),
                self._working,
                self._progress,
                self._error,
                label(_("Traffic by part of day"), "strong"),
                self._parts,
                1,
                spacing=12,
            )
        )

    def reload(self) -> None:
        """Show the region in use."""
        services = self._context.services
        status = services.roads.status()
        formats = Formats.of(services.clinic)
        if status.state is not RegionState.READY or status.as_of is None:
            self._name.setText(_("No roads yet"))
            self._facts.setText(_("Drives are straight-line estimates, marked ~. Bookings work."))
        else:
            local = to_local(status.as_of, services.clinic.zone)
            name = _("Marlow Bend (fictional)") if status.fictional else status.name
            self._name.setText(name)
            self._facts.setText(
                _("Data of {day} · extract {a:.1f} MB · built {b:.1f} MB · {n} addresses").format(
                    day=formats.day_with_year(local.date()),
                    a=status.extract_bytes / 1e6,
                    b=status.built_bytes / 1e6,
                    n=status.address_count,
                )
            )
        lines = [
            _("from {time}: streets × {a:.2f}, freeways × {b:.2f}").format(
                time=formats.time(part.start_min), a=part.street_factor, b=part.motorway_factor
            )
            for part in services.clinic.profile.parts
        ]
        assumed = _("An assumption: an extract carries no traffic. Parking adds {n} min.").format(
            n=services.clinic.profile.parking_min
        )
        self._parts.setText("\n".join((assumed, *lines)))

    def build(self, extract: Path) -> None:
        """Build a region from an extract, with progress, stoppable."""
        services = self._context.services
        self._error.setText("")
        self._progress.show()
        self._stop.show()
        self._add.setEnabled(False)

        def done(changes: Changes) -> None:
            self._rest()
            self._context.operations.changes_made.emit(changes)

        def failed(error: ClinicError) -> None:
            self._rest()
            self._error.setText(str(error))

        self._task = self._context.operations.job(
            self,
            lambda progress: services.roads.build(extract, progress),
            done,
            on_progress=self._on_progress,
            on_error=failed,
        )

    def _on_add(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self, _("An OpenStreetMap extract"), "", "OpenStreetMap (*.osm.pbf *.pbf)"
        )
        if path:
            self.build(Path(path))

    def _on_stop(self) -> None:
        if self._task is not None:
            self._task.stop()

    def _on_progress(self, fraction: float, message: str) -> None:
        self._progress.setValue(round(100 * fraction))
        if message:
            self._working.setText(message)

    def _rest(self) -> None:
        self._progress.hide()
        self._stop.hide()
        self._working.setText("")
        self._add.setEnabled(True)
