"""What every screen of a session is given: who, the services, and the way off the GUI thread."""

from collections.abc import Callable
from dataclasses import dataclass

from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PatientId, VisitId
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.role import Session
from clinic_desktop.operations.operations import Operations
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.ui.kit.look import LookKeeper
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.tile_source import TileSource


@dataclass(frozen=True, slots=True, kw_only=True)
class UiContext:
    """Handed to each page's controller."""

    services: SessionServices
    operations: Operations
    theme: Theme
    formats: Formats
    clock: Clock
    open_patient: Callable[[PatientId], object]
    open_visit: Callable[[VisitId], object]
    show_page: Callable[[str], object]
    say: Callable[[str], object]
    new_id: Callable[[], str]
    log_out: Callable[[], object]
    """Close the files and go back to log-in (after a restore or a re-keying)."""
    map_tiles: Callable[[], TileSource | None] = lambda: None
    """What small maps are drawn from, None without roads."""
    look: LookKeeper | None = None
    """How the program looks on this machine; None where nobody can keep it."""

    @property
    def session(self) -> Session:
        """Who is logged in."""
        return self.services.session


SheetsShown = Callable[[tuple[RecoverySheet, ...]], object]
