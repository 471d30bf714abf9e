"""A drive or a day handed to a phone's maps: written down first, because it leaves the machine."""

from dataclasses import dataclass

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.directions import MOST_STOPS, PhoneMaps, phone_link
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.ports import ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class SendToPhone:
    """The stops in the order driven; ``visit_ids`` are whose addresses leave (home's is none)."""

    maps: PhoneMaps
    stops: tuple[Coordinate, ...]
    visit_ids: tuple[VisitId, ...]


class PhoneSendService:
    """A person has agreed before any of this is called."""

    def __init__(self, store: ScheduleStore) -> None:
        self._store = store

    def write_down(self, session: Session, command: SendToPhone) -> Changes:
        """Write into the audit trail whose address leaves, and for which maps.

        Raises:
            RuleBroken: the maps do not take so many stops.
            PermissionRefused: the session has no role.
        """
        link_of(command)
        require_schedule(session)
        reason = _("Code for a phone: {maps}").format(maps=command.maps.value)
        with self._store.operation(_("Send to a phone"), session, undoable=False) as op:
            for visit_id in command.visit_ids:
                op.audit("export", table=RecordKind.VISITS.value, row_id=visit_id, reason=reason)
            return op.changes()


def link_of(command: SendToPhone) -> str:
    """The link that the code holds: points, no name. Raises ``RuleBroken`` as above."""
    try:
        return phone_link(command.maps, command.stops)
    except ValueError:
        raise RuleBroken(
            _("These maps do not take {n} stops.").format(n=len(command.stops)),
            way_out=_("Send the drives one by one.")
            if command.maps is PhoneMaps.ANY or len(command.stops) > MOST_STOPS
            else _("Choose a stop."),
        ) from None
