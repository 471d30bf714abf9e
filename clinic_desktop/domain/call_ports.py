"""What the services need of the calls, the wait list and the messages; ``store`` implements it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from clinic_desktop.domain.call import Call
from clinic_desktop.domain.caller_message import CallerMessage
from clinic_desktop.domain.ids import CallId, MessageId, PatientId, WaitId
from clinic_desktop.domain.wait_list import WaitEntry


class CallReader(Protocol):
    """Reads of what the phone brought."""

    def call(self, call_id: CallId) -> Call:
        """One call. Raises ``NotFound``."""
        ...

    def calls_going_on(self) -> list[Call]:
        """Calls that are open or parked, the longest first."""
        ...

    def calls_since(self, since: datetime, *, limit: int = 500) -> list[Call]:
        """Calls begun since a moment (UTC), newest first."""
        ...

    def calls_of(self, patient_ids: Iterable[PatientId], *, limit: int = 50) -> list[Call]:
        """The calls about a person, by every id they are kept under, newest first."""
        ...

    def wait_list(self) -> list[WaitEntry]:
        """Entries that are open, expired ones too: the most urgent first, then the oldest."""
        ...

    def wait_entry(self, wait_id: WaitId) -> WaitEntry:
        """One entry. Raises ``NotFound``."""
        ...

    def wait_entries_of(self, patient_ids: Iterable[PatientId]) -> list[WaitEntry]:
        """A person's entries in every state, newest first."""
        ...

    def message(self, message_id: MessageId) -> CallerMessage:
        """One message, sealed. Raises ``NotFound``."""
        ...

    def messages_waiting(self) -> list[CallerMessage]:
        """Messages nobody has answered: the most urgent first, then by when an answer is due."""
        ...

    def messages_since(self, since: datetime) -> list[CallerMessage]:
        """Messages taken since a moment (UTC), newest first."""
        ...
