"""Each clinical record as a row of its table and back."""

import json
from collections.abc import Mapping
from typing import Any, cast

from clinic_desktop.domain.clinical.anatomy import Side
from clinic_desktop.domain.clinical.consent import Consent, Relation
from clinic_desktop.domain.clinical.episode import Episode, EpisodeState, Referral
from clinic_desktop.domain.clinical.field import Answers, FieldValue
from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.clinical.intake import AnsweredBy, Intake, IntakeState
from clinic_desktop.domain.clinical.screening import Answer, ScreeningAnswer
from clinic_desktop.domain.clinical.signing import Seal, SealKind
from clinic_desktop.domain.clinical_ports import Blob
from clinic_desktop.domain.ids import (
    ConsentId,
    EpisodeId,
    IntakeId,
    NoteId,
    PatientId,
    UserId,
    VisitId,
)
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.schedule_values import Row
from clinic_desktop.store.sqlcipher import Value
from clinic_desktop.store.table_mapping import TableMapping


def dump_answers(answers: Answers) -> str:
    """Answers as canonical JSON."""
    return v.dump({key: _plain(value) for key, value in answers.items()})


def load_answers(text: str) -> dict[str, FieldValue]:
    """Back from ``dump_answers``; a list becomes a tuple again."""
    found = cast("dict[str, Any]", json.loads(text))
    return {key: _value(value) for key, value in found.items()}


def _plain(value: FieldValue) -> object:
    return list(value) if isinstance(value, tuple) else value


def _value(value: Any) -> FieldValue:
    return tuple(cast("list[str]", value)) if isinstance(value, list) else value


def maybe_id[I: str](kind: type[I] | Any, row: Row, column: str) -> I | None:
    """An id column that may be null."""
    value = v.maybe_text(row, column)
    return cast("I", kind(value)) if value is not None else None


def side_of(row: Row) -> Side | None:
    """The side of a row, if somebody said it."""
    value = v.maybe_text(row, "side")
    return Side(value) if value is not None else None


def _episode_row(episode: Episode) -> dict[str, Value]:
    return {
        "id": episode.id,
        "patient_id": episode.patient_id,
        "condition": episode.condition,
        "side": episode.side.value if episode.side else None,
        "icd10": episode.icd10,
        "referral": episode.referral.value,
        "evaluation_date": v.iso(episode.evaluation_date),
        "plan": episode.plan,
        "state": episode.state.value,
        "ended_reason": episode.ended_reason,
        "opened_by": episode.opened_by,
        "opened_at": v.utc_iso(episode.opened_at),
    }


def _episode(row: Row) -> Episode:
    return Episode(
        id=EpisodeId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        condition=v.text(row, "condition"),
        side=side_of(row),
        icd10=v.text(row, "icd10"),
        referral=Referral(v.text(row, "referral")),
        evaluation_date=v.maybe_date(row, "evaluation_date"),
        plan=v.text(row, "plan"),
        state=EpisodeState(v.text(row, "state")),
        ended_reason=v.text(row, "ended_reason"),
        opened_by=UserId(v.text(row, "opened_by")),
        opened_at=v.local(row, "opened_at"),
    )


def _intake_row(intake: Intake) -> dict[str, Value]:
    return {
        "id": intake.id,
        "patient_id": intake.patient_id,
        "episode_id": intake.episode_id,
        "visit_id": intake.visit_id,
        "template_id": intake.template_id,
        "template_version": intake.template_version,
        "state": intake.state.value,
        "answers": dump_answers(intake.answers),
        "answered_by": intake.answered_by.value,
        "answered_by_name": intake.answered_by_name,
        "taken_by": intake.taken_by,
        "taken_at": v.utc_iso(intake.taken_at),
        "completed_by": intake.completed_by,
        "completed_at": v.utc_iso(intake.completed_at),
    }


def _intake(row: Row) -> Intake:
    return Intake(
        id=IntakeId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        episode_id=EpisodeId(v.text(row, "episode_id")),
        visit_id=maybe_id(VisitId, row, "visit_id"),
        template_id=v.text(row, "template_id"),
        template_version=v.whole(row, "template_version"),
        state=IntakeState(v.text(row, "state")),
        answers=load_answers(v.text(row, "answers")),
        answered_by=AnsweredBy(v.text(row, "answered_by")),
        answered_by_name=v.text(row, "answered_by_name"),
        taken_by=UserId(v.text(row, "taken_by")),
        taken_at=v.local(row, "taken_at"),
        completed_by=maybe_id(UserId, row, "completed_by"),
        completed_at=v.maybe_moment(row, "completed_at"),
    )


def _answer_row(answer: ScreeningAnswer) -> dict[str, Value]:
    return {
        "id": answer.id,
        "intake_id": answer.intake_id,
        "item_id": answer.item_id,
        "answer": answer.answer.value,
        "details": dump_answers(answer.details),
        "rationale": answer.rationale,
        "letter_sha256": answer.letter_sha256 or None,
        "asked_by": answer.asked_by,
        "asked_at": v.utc_iso(answer.asked_at),
    }


def _answer(row: Row) -> ScreeningAnswer:
    return ScreeningAnswer(
        intake_id=IntakeId(v.text(row, "intake_id")),
        item_id=v.text(row, "item_id"),
        answer=Answer(v.text(row, "answer")),
        details=load_answers(v.text(row, "details")),
        rationale=v.text(row, "rationale"),
        letter_sha256=v.maybe_text(row, "letter_sha256") or "",
        asked_by=UserId(v.text(row, "asked_by")),
        asked_at=v.local(row, "asked_at"),
    )


def _consent_row(consent: Consent) -> dict[str, Value]:
    return {
        "id": consent.id,
        "patient_id": consent.patient_id,
        "episode_id": consent.episode_id,
        "procedure": consent.procedure,
        "text_id": consent.text_id,
        "text_version": consent.text_version,
        "text_sha256": consent.text_sha256,
        "risks": v.dump(list(consent.risks)),
        "regions": v.dump(list(consent.regions)),
        "signer": consent.signer,
        "relation": consent.relation.value,
        "signature_sha256": consent.signature_sha256,
        "signed_at": v.utc_iso(consent.signed_at),
        "taken_by": consent.taken_by,
        "on_paper": int(consent.on_paper),
        "withdrawn_at": v.utc_iso(consent.withdrawn_at),
        "withdrawn_by": consent.withdrawn_by,
        "withdrawn_reason": consent.withdrawn_reason,
    }


def _consent(row: Row) -> Consent:
    return Consent(
        id=ConsentId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        episode_id=EpisodeId(v.text(row, "episode_id")),
        procedure=v.text(row, "procedure"),
        text_id=v.text(row, "text_id"),
        text_version=v.whole(row, "text_version"),
        text_sha256=v.text(row, "text_sha256"),
        risks=tuple(v.load_words(v.text(row, "risks"))),
        regions=tuple(v.load_words(v.text(row, "regions"))),
        signer=v.text(row, "signer"),
        relation=Relation(v.text(row, "relation")),
        signature_sha256=v.text(row, "signature_sha256"),
        signed_at=v.local(row, "signed_at"),
        taken_by=UserId(v.text(row, "taken_by")),
        on_paper=v.truth(row, "on_paper"),
        withdrawn_at=v.maybe_moment(row, "withdrawn_at"),
        withdrawn_by=maybe_id(UserId, row, "withdrawn_by"),
        withdrawn_reason=v.text(row, "withdrawn_reason"),
    )


def _seal_row(seal: Seal) -> dict[str, Value]:
    return {
        "id": seal.id,
        "kind": seal.kind.value,
        "note_id": seal.note_id,
        "subject_id": seal.subject_id,
        "device_id": seal.device_id,
        "position": seal.position,
        "previous": seal.previous,
        "parts": v.dump(dict(seal.parts)),
        "signer": seal.signer,
        "signer_name": seal.signer_name,
        "signed_at": v.utc_iso(seal.signed_at),
        "public_key": seal.public_key.hex(),
        "signature": seal.signature.hex(),
    }


def _seal(row: Row) -> Seal:
    return Seal(
        id=v.text(row, "id"),
        kind=SealKind(v.text(row, "kind")),
        note_id=NoteId(v.text(row, "note_id")),
        subject_id=v.text(row, "subject_id"),
        device_id=v.text(row, "device_id"),
        position=v.whole(row, "position"),
        previous=v.text(row, "previous"),
        parts=cast("Mapping[str, str]", json.loads(v.text(row, "parts"))),
        signer=UserId(v.text(row, "signer")),
        signer_name=v.text(row, "signer_name"),
        signed_at=v.local(row, "signed_at"),
        public_key=_bytes(v.text(row, "public_key")),
        signature=_bytes(v.text(row, "signature")),
    )


def _bytes(text: str) -> bytes:
    """Hexadecimal text as bytes; text that was tampered with is no bytes, and no signature."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _blob_row(blob: Blob) -> dict[str, Value]:
    return {"sha256": blob.sha256, "media_type": blob.media_type, "data": blob.data}


def _blob(row: Row) -> Blob:
    return Blob(
        sha256=v.text(row, "sha256"),
        media_type=v.text(row, "media_type"),
        data=cast("bytes", row["data"]),
    )


def _alert_row(alert: ImportedAlert) -> dict[str, Value]:
    return {
        "id": alert.id,
        "patient_id": alert.patient_id,
        "text": alert.text,
        "sealed_at": v.utc_iso(alert.sealed_at),
    }


def _alert(row: Row) -> ImportedAlert:
    return ImportedAlert(
        id=v.text(row, "id"),
        patient_id=PatientId(v.text(row, "patient_id")),
        text=v.text(row, "text"),
        sealed_at=v.local(row, "sealed_at"),
    )


ALERTS = TableMapping(table="imported_alerts", to_row=_alert_row, from_row=_alert)
EPISODES = TableMapping(table="episodes", to_row=_episode_row, from_row=_episode)
INTAKES = TableMapping(table="intakes", to_row=_intake_row, from_row=_intake)
ANSWERS = TableMapping(table="screening_answers", to_row=_answer_row, from_row=_answer)
CONSENTS = TableMapping(table="consents", to_row=_consent_row, from_row=_consent)
SEALS = TableMapping(table="seals", to_row=_seal_row, from_row=_seal)
BLOBS = TableMapping(table="blobs", to_row=_blob_row, from_row=_blob, key="sha256")
