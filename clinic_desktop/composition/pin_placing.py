"""Setting a site's pin by hand: the routes page lends its map."""

from PySide6.QtCore import QObject, Qt

from clinic_desktop.domain.ids import SiteId
from clinic_desktop.domain.patient import VisitSite
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.operations.operations import Operations
from clinic_desktop.services.patients import PinSite
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.ui.map.map_view import MapView
from clinic_desktop.ui.shell.window import ShellWindow


def place_pin(
    owner: QObject,
    services: SessionServices,
    operations: Operations,
    view: MapView,
    window: ShellWindow,
    site_id: str,
) -> None:
    """Bring the map up, let a person put the pin, save it, and go back to the patient."""

    def placed(at: Coordinate) -> None:
        command = PinSite(site_id=SiteId(site_id), coordinate=at)
        operations.write(owner, lambda: services.patients.pin_site(services.session, command))
        window.show_page("patient")

    def begin(site: VisitSite) -> None:
        window.show_page("routes")
        view.start_placing(site.coordinate)
        view.pin_placed.connect(placed, Qt.ConnectionType.SingleShotConnection)

    operations.read(owner, lambda: services.store.reader().site(SiteId(site_id)), begin)
