"""Consent: signed once, never edited, withdrawn by a line of its own."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinical.consent import Consent, ConsentText, Relation, Signature
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import ConsentId, IntakeId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.role import Session
from clinic_desktop.services.clinical.access import ClinicalAccess
from clinic_desktop.services.clinical.files import blob_of
from clinic_desktop.services.clinical.library import NEEDLING
from clinic_desktop.text import _

ADULT_YEARS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConsent:
    """A consent as it was signed.

    ``text_sha256`` is the hash of the text that was on the screen. ``signed_at`` None means now; a
    paper form has its own moment (UTC).
    """

    intake_id: IntakeId
    text_sha256: str
    risks: tuple[str, ...]
    regions: tuple[str, ...]
    signer: str
    relation: Relation
    signature: Signature
    signed_at: datetime | None = None
    on_paper: bool = False
    text_id: str = NEEDLING


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    """The patient takes a consent back."""

    consent_id: ConsentId
    reason: str


class ConsentService:
    """Takes and withdraws consents."""

    def __init__(self, access: ClinicalAccess) -> None:
        self._access = access

    def text(self) -> ConsentText:
        """The newest consent text, to be read and signed."""
        return self._access.library.consent_text()

    def record(self, session: Session, command: RecordConsent) -> Changes:
        """Keep a signed consent; this cannot be undone, only withdrawn.

        Raises:
            RuleBroken: empty signature, no signer, region or risk, a date in the future, a minor
                who signed alone, or the text is not the one now in use.
        """
        text = self._access.library.consent_text(command.text_id)
        now = self._access.clock.now_utc()
        signed_at = command.signed_at or now
        self._check(command, text, signed_at, now)
        with self._access.write(session, _("Record consent"), undoable=False) as write:
            intake = write.op.intake(command.intake_id)
            patient = self._access.schedule.patient(intake.patient_id)
            if _is_minor(patient, signed_at.date()) and command.relation is Relation.SELF:
                raise RuleBroken(
                    _("The patient is under 18."), way_out=_("A parent or guardian signs.")
                )
            write.op.put_blob(blob_of("text/markdown", text.body.encode()))
            write.op.put_blob(blob_of(command.signature.media_type, command.signature.data))
            consent = Consent(
                id=ConsentId(self._access.new_id()),
                patient_id=intake.patient_id,
                episode_id=intake.episode_id,
                procedure=command.text_id,
                text_id=text.id,
                text_version=text.version,
                text_sha256=text.sha256,
                risks=command.risks,
                regions=command.regions,
                signer=command.signer.strip(),
                relation=command.relation,
                signature_sha256=command.signature.sha256,
                signed_at=signed_at,
                taken_by=session.user_id,
                on_paper=command.on_paper,
            )
            write.op.put(consent)
            write.op.owe_audit(
                "sign", table="consents", row_id=consent.id, patient_id=consent.patient_id
            )
        return write.changes

    def withdraw(self, session: Session, command: WithdrawConsent) -> Changes:
        """Withdraw a consent; needling is blocked from now on. This cannot be undone.

        Raises:
            RuleBroken: no reason, or it was withdrawn before.
        """
        if not command.reason.strip():
            raise RuleBroken(_("Say why the consent is withdrawn."))
        with self._access.write(session, _("Withdraw consent"), undoable=False) as write:
            consent = write.op.consent(command.consent_id)
            if consent.withdrawn_at is not None:
                raise RuleBroken(_("This consent was withdrawn before."))
            write.op.put(
                replace(
                    consent,
                    withdrawn_at=self._access.clock.now_utc(),
                    withdrawn_by=session.user_id,
                    withdrawn_reason=command.reason.strip(),
                )
            )
        return write.changes

    def _check(
        self, command: RecordConsent, text: ConsentText, signed_at: datetime, now: datetime
    ) -> None:
        command.signature.check()
        if command.text_sha256 != text.sha256:
            raise RuleBroken(
                _("The consent text has changed since it was read."),
                way_out=_("Read and sign the present text."),
            )
        if not command.signer.strip():
            raise RuleBroken(_("Write the name of who signs."))
        if not command.risks:
            raise RuleBroken(_("Mark the risks that you talked about."))
        if not command.regions:
            raise RuleBroken(_("Mark the regions that the consent covers."))
        known = {region.id for region in self._access.library.catalogue.regions}
        if not set(command.regions) <= known:
            raise RuleBroken(_("A region of the consent is not in the catalogue."))
        if signed_at > now:
            raise RuleBroken(_("A signature cannot lie in the future."))


def _is_minor(patient: Patient, day: date) -> bool:
    if patient.dob is None:
        return False
    birthday_due = (day.month, day.day) < (patient.dob.month, patient.dob.day)
    return day.year - patient.dob.year - int(birthday_due) < ADULT_YEARS
