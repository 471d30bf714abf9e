"""Settings > Maps and roads: the counties whose house numbers are in use, and the ones to fetch."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.county import COUNTY_RANGES, FIPS, County
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.travel import RegionState, RegionStatus
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, button, card, column, label, row
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.kit.working import WorkingBar

Work = Callable[[Progress], Changes]

_MB = 1e6
_LIST_PX = 190
_CODE = Qt.ItemDataRole.UserRole


class CountyView(QWidget):
    """Shown once there are roads; the roads themselves stay as they are.

    Signals:
        work_requested(str, object): what is done, in words, and the work, which returns
            ``Changes``; whoever runs it reports to ``working`` and ``told``.
    """

    work_requested = Signal(str, object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._services = context.services
        self.working = WorkingBar(_("Reading the counties"), "counties")
        self.told = label("", "error", wrap=True, name="counties_error")
        self.told.hide()
        self._table = TextTableView(
            TextTable(context.theme, (_("County"), _("Census of"), _("Ranges"), _("Size"))),
            _("Counties in use"),
            "counties_in_use",
            stretch=0,
        )
        self._add = button(_("Add a county file"), name="counties_add", on_click=self._on_add)
        self._remove = button(_("Remove"), name="counties_remove", on_click=self._on_remove)
        self._state = QComboBox()
        self._state.setObjectName("counties_state")
        self._list = QListWidget()
        self._list.setObjectName("counties_offered")
        self._list.setAccessibleName(_("Counties to fetch"))
        self._list.setFixedHeight(_LIST_PX)
        self._url = QLineEdit(COUNTY_RANGES)
        self._url.setObjectName("counties_url")
        self._fetch = button("", name="counties_fetch", on_click=self._on_fetch)
        self._offered: tuple[County, ...] = ()
        self._checked: set[str] = set()
        self._in_use: set[str] = set()
        self._busy = False
        self._state.currentIndexChanged.connect(self._on_state_changed)
        self._list.itemChanged.connect(self._on_county_changed)
        about = label(
            _(
                "Maps know few house numbers. The Census gives the numbers of each block, county by"
                " county, free of charge: with them nearly every address is found."
            ),
            "muted",
            wrap=True,
        )
        asks = _("{code} stands for the county. The server learns which county, nothing else.")
        where = Field(_("Fetch counties from"), self._url, asks.format(code=FIPS))
        self.setLayout(
            column(
                card(
                    column(
                        label(_("House numbers by county"), "title"),
                        about,
                        self._table,
                        row(self._add, self._remove, 1),
                        Field(_("State"), self._state),
                        Field(_("Counties"), self._list),
                        where,
                        row(1, self._fetch),
                        self.working,
                        self.told,
                        spacing=8,
                        margins=14,
                    )
                ),
            )
        )
        self.hide()

    def show_status(self, status: RegionStatus) -> None:
        """Show the counties in use; without real roads there is nothing to add them to."""
        able = status.state is RegionState.READY and not status.fictional
        able = able and bool(status.extracts) and all(e.kept for e in status.extracts)
        self._in_use = {used.county.fips for used in status.counties}
        self._table.show_rows(
            [
                TextRow(
                    key=used.county.fips,
                    cells=(
                        used.county.label,
                        str(used.year),
                        f"{used.range_count:,}",
                        _("{n} MB").format(n=f"{used.size_bytes / _MB:.1f}"),
                    ),
                )
                for used in status.counties
            ]
        )
        self._table.fit_rows(least=1)
        self._table.setVisible(bool(status.counties))
        self._remove.setVisible(bool(status.counties))
        if able and not self._offered:
            self._offer(tuple(self._services.roads.counties_offered()))
        self._checked -= self._in_use
        self._on_state_changed()
        self.setVisible(able)

    def set_busy(self, busy: bool) -> None:
        """While something is being built, nothing else is begun."""
        self._busy = busy
        for made in (self._add, self._remove):
            made.setEnabled(not busy)
        self._show_fetch()

    def add(self, files: list[Path]) -> None:
        """Ask for these files to be read."""
        roads = self._services.roads
        words = _("Reading {name}").format(name=", ".join(file.name for file in files))
        self._request(words, lambda progress: roads.add_counties(files, progress))

    def fetch(self, counties: list[str], pattern: str) -> None:
        """Ask for these counties to be fetched and read; stopped, the fetching goes on later."""
        roads = self._services.roads

        def work(progress: Progress) -> Changes:
            return roads.add_counties(roads.fetch_counties(counties, pattern, progress), progress)

        self._request(_("Fetching"), work)

    def _request(self, words: str, work: Work) -> None:
        self.work_requested.emit(words, work)

    def _offer(self, counties: tuple[County, ...]) -> None:
        self._offered = counties
        self._state.blockSignals(True)
        # The home state is the one that the program offers the roads of.
        states = sorted({county.state for county in counties}, key=lambda s: (s != "MO", s))
        self._state.addItems(states)
        self._state.blockSignals(False)

    def _on_state_changed(self) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for county in self._offered:
            if county.state == self._state.currentText() and county.fips not in self._in_use:
                item = QListWidgetItem(county.name)
                item.setData(_CODE, county.fips)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                checked = county.fips in self._checked
                item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
                self._list.addItem(item)
        self._list.blockSignals(False)
        self._show_fetch()

    def _on_county_changed(self, item: QListWidgetItem) -> None:
        fips = str(item.data(_CODE))
        if item.checkState() is Qt.CheckState.Checked:
            self._checked.add(fips)
        else:
            self._checked.discard(fips)
        self._show_fetch()

    def _show_fetch(self) -> None:
        count = len(self._checked)
        words = ngettext("Fetch {n} county", "Fetch {n} counties", count).format(n=count)
        self._fetch.setText(words if count else _("Fetch counties"))
        self._fetch.setEnabled(bool(count) and not self._busy)

    def _on_add(self) -> None:
        paths, _filter = QFileDialog.getOpenFileNames(
            self, _("Counties’ address ranges"), "", "Census (tl_*_addrfeat.zip *.zip)"
        )
        if paths:
            self.add([Path(path) for path in paths])

    def _on_remove(self) -> None:
        fips, roads = self._table.key(), self._services.roads
        if fips:
            words = _("Reading the addresses without that county")
            self._request(words, lambda progress: roads.remove_county(fips, progress))

    def _on_fetch(self) -> None:
        self.fetch(sorted(self._checked), self._url.text().strip())
