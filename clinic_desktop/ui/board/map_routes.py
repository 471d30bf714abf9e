"""A board's day as routes on the map."""

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.board import BoardDay
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.text import _
from clinic_desktop.ui.map.map_content import MapRoute, MapStop


def routes_of(board: BoardDay, roads: RoadsService, formats: Formats) -> tuple[MapRoute, ...]:
    """The routes of a day; asks the road engine, so it belongs in a worker thread."""
    routes: list[MapRoute] = []
    for plan in board.plans:
        person = plan.practitioner
        placed = [
            (number, stop)
            for number, stop in enumerate(plan.stops, start=1)
            if stop.place is not None and stop.visit.id in board.details
        ]
        points: list[Coordinate] = [stop.place for _n, stop in placed if stop.place is not None]
        if person.home is not None and points:
            points = [person.home, *points, person.home]
        stops = [
            MapStop(
                place=stop.place,
                number=number,
                kind="done" if stop.visit.state is VisitState.DONE else "stop",
                label=board.details[stop.visit.id].patient.short_name,
                visit_id=stop.visit.id,
                spoken=_("{person}, stop {n}: {patient}, {time}").format(
                    person=person.first_name,
                    n=number,
                    patient=board.details[stop.visit.id].patient.short_name,
                    time=formats.time(stop.visit.start_min),
                ),
            )
            for number, stop in placed
            if stop.place is not None
        ]
        if person.home is not None:
            stops.insert(
                0,
                MapStop(
                    place=person.home,
                    number=None,
                    kind="home",
                    label=person.first_name,
                    spoken=_("{person}’s home").format(person=person.first_name),
                ),
            )
        routes.append(
            MapRoute(
                marker=person.marker,
                name=person.first_name,
                lines=roads.route_lines(points),
                stops=tuple(stops),
            )
        )
    return tuple(routes)
