"""The route planner, loaded when somebody first plans: its compiler takes a moment to import."""

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.day_proposal import DayToPlan, PlannedDay, RoutePlanner
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.travel import DriveBook


class LateRoutes:
    """``ClinicRoutes`` behind a door that opens on first use."""

    def __init__(self) -> None:
        self._routes: RoutePlanner | None = None

    def warm_up(self) -> None:
        """Load it and have everything compiled."""
        self._loaded().warm_up()

    def plan_day(
        self, wanted: DayToPlan, drives: DriveBook, clinic: Clinic, progress: Progress
    ) -> PlannedDay:
        """The best plan for a day."""
        return self._loaded().plan_day(wanted, drives, clinic, progress)

    def _loaded(self) -> RoutePlanner:
        if self._routes is None:
            from clinic_desktop.planning.routing.clinic_day import ClinicRoutes

            self._routes = ClinicRoutes()
        return self._routes
