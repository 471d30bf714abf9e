"""The day's routes as they go to paper."""

from PySide6.QtGui import QImage

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.board import BoardDay
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.print.map_sheet import LegendRow, MapSheet


def map_sheet(board: BoardDay, picture: QImage, formats: Formats) -> MapSheet:
    """The map with a legend of those who drive that day."""
    return MapSheet(
        title=_("Routes"),
        subtitle=formats.day_with_year(board.day),
        legend=tuple(
            LegendRow(
                marker=plan.practitioner.marker,
                name=plan.practitioner.name,
                figures=_("{visits}, {driving} driving, {distance}").format(
                    visits=ngettext("{n} visit", "{n} visits", len(plan.stops)).format(
                        n=len(plan.stops)
                    ),
                    driving=formats.minutes(plan.driving_min),
                    distance=formats.distance(plan.metres),
                ),
            )
            for plan in board.plans
            if plan.stops
        ),
        picture=picture,
    )
