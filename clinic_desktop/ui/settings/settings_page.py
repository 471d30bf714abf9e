"""Settings: a list of sections on the left, the chosen one beside it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QScrollArea, QStackedWidget, QWidget

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import label
from clinic_desktop.ui.settings.backups_section import BackupsSection
from clinic_desktop.ui.settings.people_section import PeopleSection
from clinic_desktop.ui.settings.roads_section import RoadsSection
from clinic_desktop.ui.shell.page import ShellPage


class SettingsPage(ShellPage):
    """Only sections that this session may use are there."""

    page_id = "settings"

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.title = _("Settings")
        self.top_layout.addWidget(label(_("Settings"), "page"))
        self.top_layout.addStretch(1)
        self._list = QListWidget()
        self._list.setObjectName("settings_list")
        self._list.setAccessibleName(_("Sections"))
        self._list.setFixedWidth(200)
        self._stack = QStackedWidget()
        self.people: PeopleSection | None = None
        if context.session.is_owner:
            self.people = PeopleSection(context)
            self._add(_("People"), self.people)
        self.backups = BackupsSection(context)
        self._add(_("Backups"), self.backups)
        self.roads = RoadsSection(context)
        self._add(_("Maps and roads"), self.roads)
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._list.setCurrentRow(0)
        inner = QHBoxLayout(self.body)
        inner.setContentsMargins(16, 16, 16, 16)
        inner.setSpacing(16)
        inner.addWidget(self._list)
        inner.addWidget(self._stack, 1)

    def activated(self) -> None:
        """Read everything anew."""
        if self.people is not None:
            self.people.reload()
        self.backups.reload()
        self.roads.reload()

    def apply(self, changes: Changes) -> None:
        """People changed: show them."""
        kinds = (RecordKind.USERS, RecordKind.PRACTITIONERS, RecordKind.TIME_OFF)
        if self.people is not None and changes.touches(*kinds):
            self.people.reload()
        if changes.touches(RecordKind.ROADS):
            self.roads.reload()

    def show_section(self, section: QWidget) -> None:
        """Bring a section up."""
        for number in range(self._stack.count()):
            area = self._stack.widget(number)
            if isinstance(area, QScrollArea) and area.widget() is section:
                self._list.setCurrentRow(number)

    def _add(self, title: str, section: QWidget) -> None:
        self._list.addItem(title)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(section)
        self._stack.addWidget(area)
