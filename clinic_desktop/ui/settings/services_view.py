"""Settings > Services: what the clinic offers, a row each."""

from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import ServiceId
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.services.clinic_settings import save_service
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, column, label, row
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.settings.service_dialog import ServiceDialog, kind_word

_TREATMENT_MIN = 35


class ServicesView(QWidget):
    """The table, and a dialog for the chosen row."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._services: tuple[Service, ...] = ()
        titles = (_("Name"), _("In a course"), _("At the door"), _("Window"), _("Price"), _("Kit"))
        self.table = TextTableView(
            TextTable(context.theme, titles), _("Services"), "service_table", stretch=0
        )
        add = button(_("Add service"), kind="primary", name="service_add", on_click=self._on_add)
        self._edit = button(_("Edit"), name="service_edit", on_click=self._on_edit)
        self._told = label("", "error", wrap=True, name="services_error")
        self._told.hide()
        self.table.opened.connect(self._on_edit)
        self.setLayout(
            column(
                row(label(_("Services"), "title"), 1, add),
                self.table,
                row(self._edit, 1),
                self._told,
                1,
                spacing=10,
            )
        )

    def reload(self) -> None:
        """Read the services anew."""
        store = self._context.services.store
        self._context.operations.read(
            self,
            lambda: tuple(store.reader().services(with_inactive=True)),
            self._show,
            on_error=self._show_error,
        )

    def _show(self, services: tuple[Service, ...]) -> None:
        self._services = services
        self._told.hide()
        self.table.show_rows([_row(s, self._context.formats) for s in services])
        self.table.fit_rows()
        self._edit.setEnabled(bool(services))

    def _on_add(self) -> None:
        self._open(
            Service(
                id=ServiceId(self._context.new_id()),
                name="",
                short_name="",
                kind=ServiceKind.FOLLOW_UP,
                treatment_min=_TREATMENT_MIN,
            )
        )

    def _on_edit(self) -> None:
        at = self.table.row()
        if 0 <= at < len(self._services):
            self._open(self._services[at])

    def _open(self, service: Service) -> None:
        dialog = ServiceDialog(self._context.theme, service, self)
        store, session = self._context.services.store, self._context.session

        def save(changed: Service) -> None:
            def done(_changes: Changes) -> None:
                dialog.accept()
                self.reload()

            self._context.operations.write(
                self,
                lambda: save_service(store, session, changed),
                on_done=done,
                on_error=dialog.show_error,
            )

        dialog.save_requested.connect(save)
        dialog.open()

    def _show_error(self, error: ClinicError) -> None:
        self._told.setText(str(error))
        self._told.show()


def _row(service: Service, formats: Formats) -> TextRow:
    name = service.name if service.active else _("{name} (not offered)").format(name=service.name)
    return TextRow(
        key=str(service.id),
        cells=(
            name,
            kind_word(service.kind),
            formats.minutes(service.door_min),
            formats.minutes(service.promise_width_min),
            formats.money(service.price_cents) if service.price_cents else "",
            ", ".join(f"{item.name}: {item.count}" for item in service.kit),
        ),
        muted=not service.active,
    )
