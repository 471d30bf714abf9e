"""Settings: a list of sections on the left, the chosen one beside it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import column, label, surface
from clinic_desktop.ui.settings.backups_view import BackupsView
from clinic_desktop.ui.settings.clinic_view import ClinicView
from clinic_desktop.ui.settings.drive_times_view import DriveTimesView
from clinic_desktop.ui.settings.look_view import LookView
from clinic_desktop.ui.settings.offers_view import OffersView
from clinic_desktop.ui.settings.password_view import PasswordView
from clinic_desktop.ui.settings.people_controller import people_section
from clinic_desktop.ui.settings.people_view import PeopleView
from clinic_desktop.ui.settings.phone_view import PhoneView
from clinic_desktop.ui.settings.roads_view import RoadsView
from clinic_desktop.ui.settings.services_view import ServicesView
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.page import ShellPage

_LIST_PX = 184
_ROW_PX = 36
_WIDEST_PX = 860
_PEOPLE = (RecordKind.USERS, RecordKind.PRACTITIONERS, RecordKind.TIME_OFF)


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
        self._list.setAccessibleName(_("Sections of Settings"))
        self._list.setFixedWidth(_LIST_PX)
        self._stack = QStackedWidget()
        self._reload: list[Callable[[], object]] = []
        self._ids: list[str | QWidget] = []
        self._views: list[str | QWidget] = []
        self.people: PeopleView | None = None
        if context.session.is_owner:
            self.people, controller = people_section(context)
            self._add("people", _("People"), self.people, controller.reload)
        self.backups = BackupsView(context)
        self._add("backups", _("Backups"), self.backups, self.backups.reload)
        self.roads = RoadsView(context)
        self._add("roads", _("Maps and roads"), self.roads, self.roads.reload)
        drives = DriveTimesView(context)
        self._add("drives", _("Drive times"), drives, drives.reload)
        if context.session.is_owner:
            clinic = ClinicView(context)
            self._add("clinic", _("Clinic"), clinic, clinic.reload)
            offers = OffersView(context)
            self._add("offers", _("Offers"), offers, offers.reload)
            phone = PhoneView(context)
            self._add("phone", _("Phone"), phone, phone.reload)
            services = ServicesView(context)
            self._add("services", _("Services"), services, services.reload)
        if context.look is not None:
            look = LookView(context, context.look)
            self._add("look", _("This machine"), look, look.reload)
        password = PasswordView(context)
        self._add("password", _("My password"), password, password.reload)
        self._list.currentRowChanged.connect(self._on_section_changed)
        self._list.setCurrentRow(0)
        inner = QHBoxLayout(self.body)
        inner.setContentsMargins(14, 14, 14, 0)
        inner.setSpacing(14)
        inner.addWidget(self._list, 0, Qt.AlignmentFlag.AlignTop)
        inner.addWidget(self._stack, 1)

    def activated(self) -> None:
        """Read the open section anew."""
        self._on_section_changed(self._list.currentRow())

    def show_section(self, section: str | QWidget) -> None:
        """Open a section by its id (``people``, ``services``, ...) or by its view.

        One that this session has not is left alone.
        """
        known = self._ids if isinstance(section, str) else self._views
        if section in known:
            self._list.setCurrentRow(known.index(section))

    def apply(self, changes: Changes) -> None:
        """Reload what is shown here and was changed."""
        kinds = {
            "people": _PEOPLE,
            "roads": (RecordKind.ROADS,),
            "drives": (RecordKind.DRIVE_OVERRIDES, RecordKind.CLINIC, RecordKind.ROADS),
            "clinic": (RecordKind.CLINIC,),
            "services": (RecordKind.SERVICES,),
            "offers": (RecordKind.CLINIC,),
            "phone": (RecordKind.CLINIC,),
            "backups": (RecordKind.BACKUPS,),
        }
        for section, touched in kinds.items():
            if section in self._ids and changes.touches(*touched):
                self._reload[self._ids.index(section)]()

    def commands(self) -> Sequence[Command]:
        """Each section by name, while Settings is in front."""
        return [
            Command(
                id=f"settings_{section}",
                title=_("Settings: {section}").format(section=self._list.item(at).text()),
                icon="sliders-horizontal",
                run=lambda chosen=section: self.show_section(chosen),
            )
            for at, section in enumerate(self._ids)
        ]

    def _on_section_changed(self, at: int) -> None:
        if 0 <= at < len(self._reload):
            self._stack.setCurrentIndex(at)
            self._reload[at]()

    def _add(self, section: str, title: str, view: QWidget, reload: Callable[[], object]) -> None:
        self._ids.append(section)
        self._views.append(view)
        self._reload.append(reload)
        item = QListWidgetItem(title)
        item.setSizeHint(QSize(0, _ROW_PX))
        self._list.addItem(item)
        self._list.setFixedHeight(self._list.count() * _ROW_PX + 4)
        view.setMaximumWidth(_WIDEST_PX)
        holder = column(view, 1, spacing=0)
        holder.setContentsMargins(0, 2, 10, 14)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(surface(holder, "window"))
        self._stack.addWidget(area)
