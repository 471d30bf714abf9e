"""Settings > Maps and roads: the region in use, and building one from an extract."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.travel import RegionState, RegionStatus
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, card, column, label, row, set_role
from clinic_desktop.ui.kit.working import WorkingBar

_MB = 1e6


class RoadsView(QWidget):
    """The old region serves until the new one is ready."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._services = context.services
        self._name = label("", "title", wrap=True, name="roads_name")
        self._fictional = label(_("Fictional"), "pill")
        self._facts = label("", "small", wrap=True, name="roads_facts")
        self._told = label("", "error", wrap=True, name="roads_error")
        self._told.hide()
        self.working = WorkingBar(_("Reading the extract"), "roads")
        self._add = button(_("Add an extract"), kind="primary", name="roads_add",
                           on_click=self._on_add)  # fmt: skip
        about = label(
            _(
                "Roads, addresses and the map come from one OpenStreetMap extract (.osm.pbf). Your "
                "own region is one download away: take your state’s extract, add it here, and "
                "nothing is looked up online."
            ),
            "muted",
            wrap=True,
        )
        self.setLayout(
            column(
                row(label(_("Maps and roads"), "title"), 1, self._add),
                about,
                card(
                    column(row(self._name, self._fictional, 1), self._facts, spacing=6, margins=14)
                ),
                self.working,
                self._told,
                1,
                spacing=12,
            )
        )

    def reload(self) -> None:
        """Show the region in use."""
        roads = self._services.roads
        self._context.operations.read(self, roads.status, self._show, on_error=self._show_error)

    def build(self, extract: Path) -> None:
        """Build a region from an extract, with progress, stoppable; then use it."""
        roads, store = self._services.roads, self._services.store
        operations = self._context.operations
        self._tell("")
        self._add.setEnabled(False)
        self.working.begin(_("Reading {name}").format(name=extract.name))

        def built(changes: Changes) -> None:
            # Whoever listens to the change opens the map anew; the roads have to be open by then.
            def opened(status: RegionStatus) -> None:
                self._rest()
                self._show(status)
                self._tell(_("The new roads are in use."), error=False)
                operations.changes_made.emit(changes)

            operations.read(self, lambda: roads.open(store), opened, on_error=self._show_error)

        task = operations.job(
            self,
            lambda progress: roads.build(extract, progress),
            built,
            on_progress=self.working.report,
            on_error=self._show_error,
        )
        self.working.follow(task)

    def _show(self, status: RegionStatus) -> None:
        ready = status.state is RegionState.READY
        self._fictional.setVisible(ready and status.fictional)
        if not ready:
            self._name.setText(_("No roads yet"))
            self._facts.setText(_("Drives are straight-line estimates, marked ~. Bookings work."))
            return
        self._name.setText(status.name)
        facts: list[str] = []
        if status.as_of is not None:
            local = to_local(status.as_of, self._services.clinic.zone)
            day = self._context.formats.day_with_year(local.date())
            facts.append(_("Data of {day}").format(day=day))
        facts.append(
            ngettext("{n} address", "{n} addresses", status.address_count).format(
                n=f"{status.address_count:,}"
            )
        )
        facts.append(_("Extract {n} MB").format(n=f"{status.extract_bytes / _MB:.1f}"))
        facts.append(_("On disk {n} MB").format(n=f"{status.built_bytes / _MB:.1f}"))
        if status.fictional:
            facts.append(_("A town that does not exist, for trying things out"))
        self._facts.setText(" · ".join(facts))

    def _on_add(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self, _("An OpenStreetMap extract"), "", "OpenStreetMap (*.osm.pbf *.pbf)"
        )
        if path:
            self.build(Path(path))

    def _show_error(self, error: ClinicError) -> None:
        self._rest()
        self._tell(str(error))

    def _rest(self) -> None:
        self.working.end()
        self._add.setEnabled(True)

    def _tell(self, sentence: str, *, error: bool = True) -> None:
        self._told.setText(sentence)
        set_role(self._told, "error" if error else "small")
        self._told.setVisible(bool(sentence))
