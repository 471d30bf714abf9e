"""Identifiers: UUIDv7 text, unique across machines; nothing shared depends on rowids."""

from collections.abc import Callable
from typing import NewType

PatientId = NewType("PatientId", str)
SiteId = NewType("SiteId", str)
PractitionerId = NewType("PractitionerId", str)
ServiceId = NewType("ServiceId", str)
VisitId = NewType("VisitId", str)
PromiseId = NewType("PromiseId", str)
TimeOffId = NewType("TimeOffId", str)
UserId = NewType("UserId", str)
SeriesId = NewType("SeriesId", str)
CallId = NewType("CallId", str)
WaitId = NewType("WaitId", str)
MessageId = NewType("MessageId", str)
DriveOverrideId = NewType("DriveOverrideId", str)
OperationId = NewType("OperationId", str)
EpisodeId = NewType("EpisodeId", str)
IntakeId = NewType("IntakeId", str)
ConsentId = NewType("ConsentId", str)
NoteId = NewType("NoteId", str)

NewId = Callable[[], str]
"""Makes a fresh UUIDv7 text; given in from outside, because the domain has no clock."""
