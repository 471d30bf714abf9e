"""Settings > Maps and roads: the extracts in use; one is added, fetched, removed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.travel import MISSOURI, ExtractStatus, RegionState, RegionStatus
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.elide import ElidedLabel
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.parts import Field, button, card, column, label, row, set_role
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.kit.working import WorkingBar
from clinic_desktop.ui.settings.county_view import CountyView

_MB = 1e6
_MOST_NAMES = 6


class RoadsView(QWidget):
    """The old region serves until the new one is ready."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._services = context.services
        self._name = ElidedLabel()
        self._name.setObjectName("roads_name")
        self._name.setFont(font("title"))
        self._fictional = label(_("Fictional"), "pill")
        self._facts = label("", "small", wrap=True, name="roads_facts")
        self._told = label("", "error", wrap=True, name="roads_error")
        self._told.hide()
        self.working = WorkingBar(_("Reading the extract"), "roads")
        self._table = TextTableView(
            TextTable(context.theme, (_("Extract"), _("Data of"), _("Size"), _("Reaches"))),
            _("Extracts in use"),
            "roads_extracts",
            stretch=0,
        )
        self._add = button(_("Add a file"), name="roads_add", on_click=self._on_add)
        self._instead = button(
            _("Use a file instead of these"), name="roads_instead", on_click=self._on_instead
        )
        self._remove = button(_("Remove"), name="roads_remove", on_click=self._on_remove)
        self._update = button(_("Fetch anew"), name="roads_update", on_click=self._on_update)
        self._addresses: dict[str, str] = {}
        self._table.chosen.connect(self._show_update)
        self._url = QLineEdit(MISSOURI)
        self._url.setObjectName("roads_url")
        self._fetch = button(_("Fetch and add"), kind="primary", name="roads_fetch",
                             on_click=self._on_fetch)  # fmt: skip
        self._buttons = (self._add, self._instead, self._remove, self._update, self._fetch)
        self.counties = CountyView(context)
        self.counties.work_requested.connect(self._on_county_work)
        self._outside = label("", "warn", wrap=True, name="roads_outside")
        self._outside.hide()
        about = label(
            _(
                "Roads, addresses and the map come from OpenStreetMap extracts (.osm.pbf), kept on"
                " this machine; nothing is looked up online. Where the clinic works on both sides"
                " of a border, add both states: they become one network. The old roads serve until"
                " the new ones are ready."
            ),
            "muted",
            wrap=True,
        )
        asks = _("Fetching asks that server for this file and tells it nothing else.")
        self.setLayout(
            column(
                label(_("Maps and roads"), "title"),
                about,
                card(
                    column(
                        row(self._name, self._fictional, 1),
                        self._facts,
                        self._table,
                        row(self._add, self._instead, self._update, self._remove, 1),
                        spacing=8,
                        margins=14,
                    )
                ),
                Field(_("Fetch an extract from"), self._url, asks),
                row(1, self._fetch),
                self.working,
                self._told,
                self._outside,
                self.counties,
                1,
                spacing=12,
            )
        )

    def reload(self) -> None:
        """Show the region in use, and whom its roads do not reach."""
        roads, store = self._services.roads, self._services.store
        operations = self._context.operations
        operations.read(self, roads.status, self._show, on_error=self._show_error)
        operations.read(
            self, lambda: roads.outside(store), self._show_outside, on_error=self._show_error
        )

    def build(self, extract: Path) -> None:
        """Build from one extract alone, with progress, stoppable; then use it."""
        roads = self._services.roads
        self._work(
            _("Reading {name}").format(name=extract.name),
            lambda progress: roads.build(extract, progress),
        )

    def add(self, extract: Path) -> None:
        """Build from the extracts in use and one more."""
        roads = self._services.roads
        self._work(
            _("Reading {name}").format(name=extract.name),
            lambda progress: roads.add(extract, progress),
        )

    def fetch(self, url: str) -> None:
        """Fetch an extract, then build with it; stopped, the fetching goes on from there."""
        roads = self._services.roads

        def work(progress: Progress) -> Changes:
            return roads.add(roads.fetch(url, progress), progress)

        self._work(_("Fetching"), work)

    def _on_county_work(self, words: str, work: Callable[[Progress], Changes]) -> None:
        done = _("The new house numbers are in use.")
        self._work(words, work, self.counties.working, self.counties.told, done)

    def _work(
        self,
        words: str,
        work: Callable[[Progress], Changes],
        working: WorkingBar | None = None,
        told: QLabel | None = None,
        done: str = "",
    ) -> None:
        bar, told = working or self.working, told or self._told
        roads, store = self._services.roads, self._services.store
        operations = self._context.operations
        for spoken in (self._told, self.counties.told):
            _tell(spoken, "")
        self._set_busy(True)
        bar.begin(words)

        def failed(error: ClinicError) -> None:
            self._set_busy(False)
            bar.end()
            _tell(told, str(error))

        def built(changes: Changes) -> None:
            # Whoever listens to the change opens the map anew; the roads have to be open by then.
            def opened(status: RegionStatus) -> None:
                self._set_busy(False)
                bar.end()
                self._show(status)
                _tell(told, done or _("The new roads are in use."), error=False)
                operations.changes_made.emit(changes)
                self.reload()

            operations.read(self, lambda: roads.open(store), opened, on_error=failed)

        task = operations.job(self, work, built, on_progress=bar.report, on_error=failed)
        bar.follow(task)

    def _show(self, status: RegionStatus) -> None:
        ready = status.state is RegionState.READY
        self.counties.show_status(status)
        self._fictional.setVisible(ready and status.fictional)
        if not ready:
            self._name.setText(_("No roads yet"))
            self._facts.setText(_("Drives are straight-line estimates, marked ~. Bookings work."))
            self._table.hide()
            self._remove.hide()
            self._update.hide()
            self._add.setText(_("Use a file"))
            self._instead.hide()
            return
        self._show_extracts(status)
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

    def _show_extracts(self, status: RegionStatus) -> None:
        formats, zone = self._context.formats, self._services.clinic.zone
        self._table.show_rows(
            [
                TextRow(
                    key=extract.name,
                    cells=(
                        extract.name,
                        formats.day_with_year(to_local(extract.as_of, zone).date()),
                        _("{n} MB").format(n=f"{extract.size_bytes / _MB:.1f}"),
                        _reach(extract),
                    ),
                )
                for extract in status.extracts
            ]
        )
        self._table.fit_rows(least=1)
        self._table.setVisible(bool(status.extracts))
        kept = bool(status.extracts) and all(extract.kept for extract in status.extracts)
        self._add.setVisible(kept and not status.fictional)
        self._add.setText(_("Add a file"))
        self._fetch.setText(_("Fetch and use") if status.fictional else _("Fetch and add"))
        self._instead.setText(
            _("Use a file instead")
            if len(status.extracts) < 2
            else _("Use a file instead of these")
        )
        self._instead.show()
        self._remove.setVisible(kept and len(status.extracts) > 1)
        self._addresses = {extract.name: extract.url for extract in status.extracts}
        self._show_update()

    def _show_outside(self, names: list[str]) -> None:
        count = len(names)
        words = ngettext(
            "{n} patient lives where these roads do not reach, or has no point on the map: {names}",
            "{n} patients live where these roads do not reach, or have no point on the map:"
            " {names}",
            count,
        )
        shown = ", ".join(names[:_MOST_NAMES])
        if count > _MOST_NAMES:
            shown = _("{names} and {n} more").format(names=shown, n=count - _MOST_NAMES)
        self._outside.setText(words.format(n=count, names=shown))
        self._outside.setVisible(bool(count))

    def _on_add(self) -> None:
        path = self._ask_for_file()
        if path is not None:
            self.add(path)

    def _on_instead(self) -> None:
        path = self._ask_for_file()
        if path is not None:
            self.build(path)

    def _ask_for_file(self) -> Path | None:
        path, _filter = QFileDialog.getOpenFileName(
            self, _("An OpenStreetMap extract"), "", "OpenStreetMap (*.osm.pbf *.pbf)"
        )
        return Path(path) if path else None

    def _show_update(self, _row: int = 0) -> None:
        """Only what was fetched knows where to come from again."""
        url = self._addresses.get(self._table.key(), "")
        self._update.setVisible(bool(url))
        self._update.setToolTip(url)

    def _on_update(self) -> None:
        url = self._addresses.get(self._table.key(), "")
        if url:
            self.fetch(url)

    def _on_remove(self) -> None:
        name, roads = self._table.key(), self._services.roads
        if name:
            self._work(
                _("Building without {name}").format(name=name),
                lambda progress: roads.remove(name, progress),
            )

    def _on_fetch(self) -> None:
        self.fetch(self._url.text().strip())

    def _show_error(self, error: ClinicError) -> None:
        _tell(self._told, str(error))

    def _set_busy(self, busy: bool) -> None:
        for made in self._buttons:
            made.setEnabled(not busy)
        self.counties.set_busy(busy)


def _tell(told: QLabel, sentence: str, *, error: bool = True) -> None:
    told.setText(sentence)
    set_role(told, "error" if error else "small")
    told.setVisible(bool(sentence))


def _reach(extract: ExtractStatus) -> str:
    """South to north and west to east, to a tenth of a degree."""
    south, west, north, east = extract.bounds
    return _("{south} to {north}, {west} to {east}").format(
        south=_degrees(south, _("N"), _("S")),
        north=_degrees(north, _("N"), _("S")),
        west=_degrees(west, _("E"), _("W")),
        east=_degrees(east, _("E"), _("W")),
    )


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):.1f}° {positive if value >= 0 else negative}"
