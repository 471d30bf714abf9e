"""Undo and redo over both files: always what the person did last, whichever file it is in."""

from datetime import datetime

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.ports import ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.services.clinical.service import ClinicalService


class HistoryService:
    """Chooses the file whose newest operation is the later one.

    Args:
        store: the schedule file.
        clinical: the clinical services, None where the session's keys open no notes.
    """

    def __init__(self, store: ScheduleStore, clinical: ClinicalService | None) -> None:
        self._store = store
        self._clinical = clinical

    def undo(self, session: Session, since_utc: datetime) -> Changes:
        """Take the newest operation of the working day back. Raises ``RuleBroken``."""
        clinical = self._clinical
        if clinical is not None and self._clinical_is_later(session, since_utc, redo=False):
            return clinical.undo(session, since_utc)
        return self._store.undo(session, since_utc)

    def redo(self, session: Session, since_utc: datetime) -> Changes:
        """Do again what was undone last. Raises ``RuleBroken``."""
        clinical = self._clinical
        if clinical is not None and self._clinical_is_later(session, since_utc, redo=True):
            return clinical.redo(session, since_utc)
        return self._store.redo(session, since_utc)

    def undo_name(self, session: Session, since_utc: datetime) -> str:
        """What ``undo`` would take back, or ""."""
        clinical = self._clinical
        if clinical is not None and self._clinical_is_later(session, since_utc, redo=False):
            return clinical.undo_name(session, since_utc)
        return self._store.undo_name(session, since_utc)

    def redo_name(self, session: Session, since_utc: datetime) -> str:
        """What ``redo`` would do again, or ""."""
        clinical = self._clinical
        if clinical is not None and self._clinical_is_later(session, since_utc, redo=True):
            return clinical.redo_name(session, since_utc)
        return self._store.redo_name(session, since_utc)

    def _clinical_is_later(self, session: Session, since_utc: datetime, *, redo: bool) -> bool:
        assert self._clinical is not None
        notes = self._clinical.newest_at(session, since_utc, redo=redo)
        return notes > self._store.newest_at(session, since_utc, redo=redo)
