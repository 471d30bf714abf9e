"""Consent to a procedure: which text, which risks, where on the body, who signed and when."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, cast

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import ConsentId, EpisodeId, PatientId, UserId
from clinic_desktop.text import _

VALID_DAYS: Final = 365
STROKES_TYPE: Final = "application/vnd.clinic.strokes+json"
PNG_TYPE: Final = "image/png"
JPEG_TYPE: Final = "image/jpeg"
_HEADS: Final = {PNG_TYPE: b"\x89PNG\r\n\x1a\n", JPEG_TYPE: b"\xff\xd8\xff"}

Stroke = tuple[tuple[float, float], ...]
"""Points of one pen stroke, each 0 to 1 across and down the signature field."""


class Relation(StrEnum):
    """Who signed for the patient."""

    SELF = "self"
    PARENT = "parent"
    GUARDIAN = "guardian"
    POWER_OF_ATTORNEY = "power_of_attorney"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """One version of a text that a patient signs."""

    id: str
    version: int
    body: str

    @property
    def sha256(self) -> str:
        """Names just this wording."""
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A handwritten signature: pen strokes, or a picture of one on paper."""

    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Names the content, which is kept apart from the consent's row."""
        return hashlib.sha256(self.data).hexdigest()

    def check(self) -> None:
        """Refuse an empty signature, or a file that lies about its type. Raises ``RuleBroken``."""
        if self.media_type == STROKES_TYPE:
            if sum(len(stroke) for stroke in strokes_of(self)) < 2:
                raise RuleBroken(_("The signature is empty."), way_out=_("Ask for it again."))
            return
        head = _HEADS.get(self.media_type)
        if head is None or not self.data.startswith(head):
            raise RuleBroken(
                _("This file is not a picture of a signature."),
                way_out=_("Attach a PNG or JPEG picture."),
            )


def signature_of(strokes: tuple[Stroke, ...]) -> Signature:
    """Pen strokes as a signature; points rounded to a 10,000th of the field."""
    rounded = [[[round(x, 4), round(y, 4)] for x, y in stroke] for stroke in strokes if stroke]
    return Signature(
        media_type=STROKES_TYPE, data=json.dumps(rounded, separators=(",", ":")).encode()
    )


def strokes_of(signature: Signature) -> tuple[Stroke, ...]:
    """The pen strokes of a signature that was drawn. Raises ``ValueError`` for a picture."""
    if signature.media_type != STROKES_TYPE:
        raise ValueError("a picture has no strokes")
    found = cast("list[list[list[float]]]", json.loads(signature.data))
    return tuple(tuple((point[0], point[1]) for point in stroke) for stroke in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A signed consent; it is never edited, only withdrawn. Moments are UTC.

    ``risks`` are the risks talked about, ``regions`` the catalogue's regions it covers. A form
    signed on paper has ``on_paper`` set and its own date.
    """

    id: ConsentId
    patient_id: PatientId
    episode_id: EpisodeId
    procedure: str
    text_id: str
    text_version: int
    text_sha256: str
    risks: tuple[str, ...]
    regions: tuple[str, ...]
    signer: str
    relation: Relation
    signature_sha256: str
    signed_at: datetime
    taken_by: UserId
    on_paper: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_by: UserId | None = None
    withdrawn_reason: str = ""

    @property
    def valid_until(self) -> datetime:
        """The moment after which it has to be given again."""
        return self.signed_at + timedelta(days=VALID_DAYS)

    def valid_at(self, moment: datetime) -> bool:
        """Whether it is in force at a moment (UTC)."""
        if self.withdrawn_at is not None and self.withdrawn_at <= moment:
            return False
        return self.signed_at <= moment <= self.valid_until


def consent_in_force(consents: tuple[Consent, ...], moment: datetime) -> Consent | None:
    """The newest consent in force, if any."""
    valid = [consent for consent in consents if consent.valid_at(moment)]
    return max(valid, key=lambda consent: consent.signed_at, default=None)
