"""The call that is in front: who it is about, what was asked, and what it holds."""

from dataclasses import dataclass, field
from datetime import datetime

from clinic_desktop.domain.call import CallDraft, CallState, Keep
from clinic_desktop.domain.ids import CallId, PractitionerId
from clinic_desktop.domain.patient import VisitSite
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.visit import Visit
from clinic_desktop.domain.wait_list import WaitEntry
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.calls import SaveCall
from clinic_desktop.ui.call.call_subject import CallSubject


@dataclass(slots=True, kw_only=True)
class CallInHand:
    """Everything that parking keeps. ``started`` is UTC.

    ``wanted_id`` is whom ``keep`` is about, None where nobody was named and nobody came before.
    ``marked`` is a time marked on the board, with whose it is. ``moving`` is the visit that gets
    another time, ``waits`` the entry of the wait list that is served. ``kept`` says whether the
    call is in the log already.
    """

    id: CallId
    started: datetime
    subject: CallSubject | None = None
    site: VisitSite | None = None
    service: Service | None = None
    keep: Keep = Keep.SOFT
    wanted_id: PractitionerId | None = None
    windows: list[CallerWindow] = field(default_factory=list[CallerWindow])
    marked: tuple[CallerWindow, PractitionerId] | None = None
    door_min: int | None = None
    moving: Visit | None = None
    waits: WaitEntry | None = None
    days: int | None = None
    kept: bool = False

    @property
    def only(self) -> PractitionerId | None:
        """Who alone is asked for: marked on the board, or wanted and nobody else."""
        if self.marked is not None and self.marked[0] in self.windows:
            return self.marked[1]
        return self.wanted_id if self.keep is Keep.HARD else None

    def search(self) -> FindSlots | None:
        """The search for offers, None before it is known for whom, what and where."""
        if self.subject is None or self.service is None:
            return None
        if self.site is None and self.subject.sites:
            # Which of several addresses has not been said yet.
            return None
        return FindSlots(
            service_id=self.service.id,
            site_id=self.site.id if self.site else None,
            windows=tuple(self.windows),
            practitioner_id=self.only,
            preferred_id=self.wanted_id if self.keep is Keep.SOFT else None,
            door_min=self.door_min,
            moving=self.moving.id if self.moving else None,
            call_id=self.id,
            days=self.days,
        )

    def draft(self) -> CallDraft:
        """What is needed to go on after parking."""
        return CallDraft(
            site_id=self.site.id if self.site else None,
            service_id=self.service.id if self.service else None,
            windows=tuple(self.windows),
            keep=self.keep,
            wanted_id=self.wanted_id,
            door_min=self.door_min,
            moving=self.moving.id if self.moving else None,
            wait_id=self.waits.id if self.waits else None,
        )

    def saved(self, state: CallState = CallState.OPEN) -> SaveCall:
        """The call as it goes into the log."""
        return SaveCall(
            call_id=self.id,
            started_at=self.started,
            patient_id=self.subject.patient.id if self.subject else None,
            draft=self.draft(),
            state=state,
        )
