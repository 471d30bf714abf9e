"""The audit trail: explicit lines for what leaves no trace of its own, and who may read it."""

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.ports import JournalEntry, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.text import _


class AuditService:
    """Writes and reads the audit trail of the schedule file."""

    def __init__(self, store: ScheduleStore) -> None:
        self._store = store

    def note_read(
        self, session: Session, kind: RecordKind, row_id: str, *, reason: str = ""
    ) -> Changes:
        """Record that a person opened a record. No content goes into the line."""
        return self._line(session, "read", _("Open a record"), kind.value, row_id, reason)

    def note_export(
        self, session: Session, kind: RecordKind, row_id: str, *, reason: str = ""
    ) -> Changes:
        """Record that data left the program."""
        return self._line(session, "export", _("Export"), kind.value, row_id, reason)

    def note_print(
        self, session: Session, kind: RecordKind, row_id: str, *, reason: str = ""
    ) -> Changes:
        """Record that something was printed."""
        return self._line(session, "print", _("Print"), kind.value, row_id, reason)

    def note_login(self, session: Session) -> Changes:
        """Record a log-in."""
        return self._line(session, "login", _("Log in"), "users", session.user_id, "")

    def trail(
        self, session: Session, *, limit: int = 200, table: str | None = None
    ) -> list[JournalEntry]:
        """The newest lines first: all of them for the owner, their own for everybody else."""
        actor = None if session.is_owner else session.user_id
        return self._store.reader().journal(limit=limit, table=table, actor=actor)

    def _line(
        self, session: Session, action: str, name: str, table: str, row_id: str, reason: str
    ) -> Changes:
        with self._store.operation(name, session, undoable=False) as op:
            op.audit(action, table=table, row_id=row_id, reason=reason)
            return op.changes()
