"""Reads of calls, the wait list and sealed messages."""

from collections.abc import Iterable
from datetime import datetime

from clinic_desktop.domain.call import Call
from clinic_desktop.domain.caller_message import CallerMessage
from clinic_desktop.domain.ids import CallId, MessageId, PatientId, WaitId
from clinic_desktop.domain.wait_list import WaitEntry
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.call_mapping import CALLS, MESSAGES, WAIT_LIST
from clinic_desktop.store.table_queries import AMONG, TableQueries
from clinic_desktop.text import _


class CallQueries(TableQueries):
    """Implements the port ``CallReader`` over one connection."""

    def call(self, call_id: CallId) -> Call:
        """One call. Raises ``NotFound``."""
        return self._one(CALLS, call_id, _("That call is not here any more."))

    def calls_going_on(self) -> list[Call]:
        """Calls that are open or parked, the longest first."""
        return self._all(CALLS, "WHERE state <> 'ended' ORDER BY started_at, id")

    def calls_since(self, since: datetime, *, limit: int = 500) -> list[Call]:
        """Calls begun since a moment (UTC), newest first."""
        return self._all(
            CALLS,
            "WHERE started_at >= ? ORDER BY started_at DESC, id DESC LIMIT ?",
            (v.utc_iso(since) or "", limit),
        )

    def calls_of(self, patient_ids: Iterable[PatientId], *, limit: int = 50) -> list[Call]:
        """The calls about a person, by every id they are kept under, newest first."""
        return self._all(
            CALLS,
            f"WHERE patient_id {AMONG} ORDER BY started_at DESC, id DESC LIMIT ?",
            (v.dump(list(patient_ids)), limit),
        )

    def wait_list(self) -> list[WaitEntry]:
        """Entries that are open, expired ones too: the most urgent first, then the oldest."""
        return self._all(WAIT_LIST, "WHERE state = 'open' ORDER BY urgency DESC, made_at, id")

    def wait_entry(self, wait_id: WaitId) -> WaitEntry:
        """One entry. Raises ``NotFound``."""
        return self._one(WAIT_LIST, wait_id, _("That entry is not on the wait list any more."))

    def wait_entries_of(self, patient_ids: Iterable[PatientId]) -> list[WaitEntry]:
        """A person's entries in every state, newest first."""
        return self._all(
            WAIT_LIST,
            f"WHERE patient_id {AMONG} ORDER BY made_at DESC, id DESC",
            (v.dump(list(patient_ids)),),
        )

    def message(self, message_id: MessageId) -> CallerMessage:
        """One message, sealed. Raises ``NotFound``."""
        return self._one(MESSAGES, message_id, _("That message is not here any more."))

    def messages_waiting(self) -> list[CallerMessage]:
        """Messages nobody has answered: the most urgent first, then by when an answer is due."""
        return self._all(
            MESSAGES,
            "WHERE answered_at IS NULL ORDER BY urgency DESC, answer_by IS NULL, answer_by,"
            " taken_at, id",
        )

    def messages_since(self, since: datetime) -> list[CallerMessage]:
        """Messages taken since a moment (UTC), newest first."""
        return self._all(
            MESSAGES,
            "WHERE taken_at >= ? ORDER BY taken_at DESC, id DESC",
            (v.utc_iso(since) or "",),
        )
