"""Notes of visits: what was found, done and planned, with needles, tests and adverse events.

A note is a draft, then signed; once signed it is never edited. Corrections are amendments.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic_desktop.domain.clinical.anatomy import Side, Technique
from clinic_desktop.domain.clinical.field import Answers
from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.domain.ids import EpisodeId, IntakeId, NoteId, PatientId, UserId, VisitId

LATE_AFTER: Final = timedelta(hours=24)


class NoteKind(StrEnum):
    """What a note is about."""

    EVALUATION = "evaluation"
    SESSION = "session"


class NoteState(StrEnum):
    """The life of a note."""

    DRAFT = "draft"
    SIGNED = "signed"
    AMENDED = "amended"


class TwitchResponse(StrEnum):
    """The local twitch response; recorded, never required."""

    YES = "yes"
    NO = "no"
    NOT_SOUGHT = "not_sought"


class TestOutcome(StrEnum):
    """What a test of a sign showed."""

    __test__ = False

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NOT_TESTED = "not_tested"


class Severity(StrEnum):
    """How grave an adverse event was."""

    MINOR = "minor"
    SIGNIFICANT = "significant"
    SERIOUS = "serious"


class Onset(StrEnum):
    """When an adverse event began."""

    DURING = "during"
    AFTER = "after"
    HOURS_LATER = "hours_later"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedlePass:
    """One row of the needle table. Lengths and gauges in millimetres, ``hertz`` per second.

    ``side`` None and a count of None mean that nobody said it yet.
    """

    id: str
    muscle: str
    side: Side | None = None
    gauge_mm: float | None = None
    length_mm: float | None = None
    inserted: int = 0
    removed: int | None = None
    technique: Technique | None = None
    hertz: float | None = None
    minutes: float | None = None
    twitch: TwitchResponse = TwitchResponse.NOT_SOUGHT
    twitch_count: int | None = None
    familiar_pain: bool | None = None
    response: str = ""
    position: str = ""
    rationale: str = ""


def _no_answers() -> Answers:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One test on one side; ``details`` are the template's fields beside it.

    ``retest`` marks the repetition after needling in the same session.
    """

    __test__ = False

    id: str
    test: str
    side: Side | None = None
    outcome: TestOutcome = TestOutcome.NOT_TESTED
    value: float | None = None
    unit: str = ""
    method: str = ""
    finding: str = ""
    details: Answers = field(default_factory=_no_answers)
    retest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """Something that went wrong, with its follow-up."""

    id: str
    kind: str
    severity: Severity
    onset: Onset
    action: str = ""
    outcome: str = ""
    follow_up_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningSnapshot:
    """A screening answer as it stood when the note was signed; both print."""

    item_id: str
    answer: Answer
    details: Answers = field(default_factory=_no_answers)
    rationale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A correction: a new entry beside the original, which stays. ``written_at`` is UTC.

    ``section`` is the part corrected, such as ``plan``, or "".
    """

    id: str
    note_id: NoteId
    section: str
    text: str
    reason: str
    author: UserId
    author_name: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note with all its children. Moments are UTC, minutes are minutes.

    ``service_at`` is when the visit took place. ``screening`` and ``consent_id`` are filled when
    it is signed. ``health_change`` answers "Any change in health, medicines, pregnancy, surgery?".
    """

    id: NoteId
    patient_id: PatientId
    episode_id: EpisodeId
    visit_id: VisitId | None
    intake_id: IntakeId | None
    kind: NoteKind
    template_id: str
    template_version: int
    service_at: datetime
    created_at: datetime
    author: UserId
    author_name: str
    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""
    progress: str = ""
    response: str = ""
    advice: str = ""
    health_change: Answer | None = None
    health_change_detail: str = ""
    location: str = ""
    people_present: str = ""
    timed_min: int | None = None
    total_min: int | None = None
    consent_id: str = ""
    screening: tuple[ScreeningSnapshot, ...] = ()
    needles: tuple[NeedlePass, ...] = ()
    tests: tuple[TestResult, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    signed: bool = False
    amendments: tuple[Amendment, ...] = ()

    @property
    def state(self) -> NoteState:
        """Draft, signed, or signed with amendments."""
        if not self.signed:
            return NoteState.DRAFT
        return NoteState.AMENDED if self.amendments else NoteState.SIGNED

    @property
    def late_entry(self) -> bool:
        """Whether it was begun more than 24 hours after the visit; it is labelled so."""
        return self.created_at - self.service_at > LATE_AFTER

    @property
    def inserted(self) -> int:
        """Needles that went in."""
        return sum(needle.inserted for needle in self.needles)

    @property
    def removed(self) -> int:
        """Needles that came out."""
        return sum(needle.removed or 0 for needle in self.needles)
