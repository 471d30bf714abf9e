"""A note, its children and its amendments as rows and back; drafts as JSON text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from clinic_desktop.domain.clinical.anatomy import Technique
from clinic_desktop.domain.clinical.intake import Intake
from clinic_desktop.domain.clinical.note import (
    AdverseEvent,
    Amendment,
    NeedlePass,
    Note,
    NoteKind,
    Onset,
    ScreeningSnapshot,
    Severity,
    TestOutcome,
    TestResult,
    TwitchResponse,
)
from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.domain.ids import EpisodeId, IntakeId, NoteId, PatientId, UserId, VisitId
from clinic_desktop.store import clinical_mapping as m
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.clinical_mapping import dump_answers, load_answers, maybe_id, side_of
from clinic_desktop.store.schedule_values import Row
from clinic_desktop.store.sqlcipher import Value
from clinic_desktop.store.table_mapping import TableMapping


def _note_row(note: Note) -> dict[str, Value]:
    return {
        "id": note.id,
        "patient_id": note.patient_id,
        "episode_id": note.episode_id,
        "visit_id": note.visit_id,
        "intake_id": note.intake_id,
        "kind": note.kind.value,
        "template_id": note.template_id,
        "template_version": note.template_version,
        "service_at": v.utc_iso(note.service_at),
        "created_at": v.utc_iso(note.created_at),
        "author": note.author,
        "author_name": note.author_name,
        "subjective": note.subjective,
        "objective": note.objective,
        "assessment": note.assessment,
        "plan": note.plan,
        "progress": note.progress,
        "response": note.response,
        "advice": note.advice,
        "health_change_detail": note.health_change_detail,
        "location": note.location,
        "people_present": note.people_present,
        "health_change": note.health_change.value if note.health_change else None,
        "timed_min": note.timed_min,
        "total_min": note.total_min,
        "consent_id": note.consent_id or None,
        "screening": v.dump([_snapshot_data(one) for one in note.screening]),
        "state": "signed" if note.signed else "draft",
    }


def _note(row: Row) -> Note:
    change = v.maybe_text(row, "health_change")
    snapshots = cast("list[dict[str, Any]]", json.loads(v.text(row, "screening")))
    return Note(
        id=NoteId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        episode_id=EpisodeId(v.text(row, "episode_id")),
        visit_id=maybe_id(VisitId, row, "visit_id"),
        intake_id=maybe_id(IntakeId, row, "intake_id"),
        kind=NoteKind(v.text(row, "kind")),
        template_id=v.text(row, "template_id"),
        template_version=v.whole(row, "template_version"),
        service_at=v.local(row, "service_at"),
        created_at=v.local(row, "created_at"),
        author=UserId(v.text(row, "author")),
        author_name=v.text(row, "author_name"),
        subjective=v.text(row, "subjective"),
        objective=v.text(row, "objective"),
        assessment=v.text(row, "assessment"),
        plan=v.text(row, "plan"),
        progress=v.text(row, "progress"),
        response=v.text(row, "response"),
        advice=v.text(row, "advice"),
        health_change_detail=v.text(row, "health_change_detail"),
        location=v.text(row, "location"),
        people_present=v.text(row, "people_present"),
        health_change=Answer(change) if change is not None else None,
        timed_min=cast("int | None", row["timed_min"]),
        total_min=cast("int | None", row["total_min"]),
        consent_id=v.maybe_text(row, "consent_id") or "",
        screening=tuple(_snapshot(one) for one in snapshots),
        signed=v.text(row, "state") == "signed",
    )


def _snapshot_data(one: ScreeningSnapshot) -> dict[str, object]:
    return {
        "item": one.item_id,
        "answer": one.answer.value,
        "details": json.loads(dump_answers(one.details)),
        "rationale": one.rationale,
    }


def _snapshot(data: Mapping[str, Any]) -> ScreeningSnapshot:
    return ScreeningSnapshot(
        item_id=data["item"],
        answer=Answer(data["answer"]),
        details=load_answers(json.dumps(data["details"])),
        rationale=data["rationale"],
    )


def _needle_row(needle: NeedlePass) -> dict[str, Value]:
    return {
        "id": needle.id,
        "muscle": needle.muscle,
        "side": needle.side.value if needle.side else None,
        "gauge_mm": _real(needle.gauge_mm),
        "length_mm": _real(needle.length_mm),
        "inserted": needle.inserted,
        "removed": needle.removed,
        "technique": needle.technique.value if needle.technique else None,
        "hertz": _real(needle.hertz),
        "minutes": _real(needle.minutes),
        "twitch": needle.twitch.value,
        "twitch_count": needle.twitch_count,
        "familiar_pain": None if needle.familiar_pain is None else int(needle.familiar_pain),
        "response": needle.response,
        "position": needle.position,
        "rationale": needle.rationale,
    }


def _needle(row: Row) -> NeedlePass:
    technique = v.maybe_text(row, "technique")
    familiar = cast("int | None", row["familiar_pain"])
    return NeedlePass(
        id=v.text(row, "id"),
        muscle=v.text(row, "muscle"),
        side=side_of(row),
        gauge_mm=cast("float | None", row["gauge_mm"]),
        length_mm=cast("float | None", row["length_mm"]),
        inserted=v.whole(row, "inserted"),
        removed=cast("int | None", row["removed"]),
        technique=Technique(technique) if technique is not None else None,
        hertz=cast("float | None", row["hertz"]),
        minutes=cast("float | None", row["minutes"]),
        twitch=TwitchResponse(v.text(row, "twitch")),
        twitch_count=cast("int | None", row["twitch_count"]),
        familiar_pain=None if familiar is None else bool(familiar),
        response=v.text(row, "response"),
        position=v.text(row, "position"),
        rationale=v.text(row, "rationale"),
    )


def _real(value: float | None) -> float | None:
    return None if value is None else float(value)


def _test_row(test: TestResult) -> dict[str, Value]:
    return {
        "id": test.id,
        "test": test.test,
        "side": test.side.value if test.side else None,
        "outcome": test.outcome.value,
        "value": _real(test.value),
        "unit": test.unit,
        "method": test.method,
        "finding": test.finding,
        "details": dump_answers(test.details),
        "retest": int(test.retest),
    }


def _test(row: Row) -> TestResult:
    return TestResult(
        id=v.text(row, "id"),
        test=v.text(row, "test"),
        side=side_of(row),
        outcome=TestOutcome(v.text(row, "outcome")),
        value=cast("float | None", row["value"]),
        unit=v.text(row, "unit"),
        method=v.text(row, "method"),
        finding=v.text(row, "finding"),
        details=load_answers(v.text(row, "details")),
        retest=v.truth(row, "retest"),
    )


def _event_row(event: AdverseEvent) -> dict[str, Value]:
    return {
        "id": event.id,
        "kind": event.kind,
        "severity": event.severity.value,
        "onset": event.onset.value,
        "action": event.action,
        "outcome": event.outcome,
        "follow_up_due": v.iso(event.follow_up_due),
    }


def _event(row: Row) -> AdverseEvent:
    return AdverseEvent(
        id=v.text(row, "id"),
        kind=v.text(row, "kind"),
        severity=Severity(v.text(row, "severity")),
        onset=Onset(v.text(row, "onset")),
        action=v.text(row, "action"),
        outcome=v.text(row, "outcome"),
        follow_up_due=v.maybe_date(row, "follow_up_due"),
    )


def _amendment_row(amendment: Amendment) -> dict[str, Value]:
    return {
        "id": amendment.id,
        "note_id": amendment.note_id,
        "section": amendment.section,
        "text": amendment.text,
        "reason": amendment.reason,
        "author": amendment.author,
        "author_name": amendment.author_name,
        "written_at": v.utc_iso(amendment.written_at),
    }


def _amendment(row: Row) -> Amendment:
    return Amendment(
        id=v.text(row, "id"),
        note_id=NoteId(v.text(row, "note_id")),
        section=v.text(row, "section"),
        text=v.text(row, "text"),
        reason=v.text(row, "reason"),
        author=UserId(v.text(row, "author")),
        author_name=v.text(row, "author_name"),
        written_at=v.local(row, "written_at"),
    )


NOTES = TableMapping(table="notes", to_row=_note_row, from_row=_note)
NEEDLES = TableMapping(table="needle_passes", to_row=_needle_row, from_row=_needle)
TESTS = TableMapping(table="test_results", to_row=_test_row, from_row=_test)
EVENTS = TableMapping(table="adverse_events", to_row=_event_row, from_row=_event)
AMENDMENTS = TableMapping(table="amendments", to_row=_amendment_row, from_row=_amendment)

RowsByTable = Mapping[str, Sequence[dict[str, Value]]]


def child_rows(note: Note) -> dict[str, list[dict[str, Value]]]:
    """The rows of a note's children by table, each with the note's id."""
    owner: dict[str, Value] = {"note_id": note.id}
    return {
        NEEDLES.table: [_needle_row(one) | owner for one in note.needles],
        TESTS.table: [_test_row(one) | owner for one in note.tests],
        EVENTS.table: [_event_row(one) | owner for one in note.adverse_events],
    }


def with_children(note: Note, children: RowsByTable, amendments: Sequence[Row] = ()) -> Note:
    """A note with the rows that belong to it."""
    return replace(
        note,
        needles=tuple(_needle(row) for row in children.get(NEEDLES.table, ())),
        tests=tuple(_test(row) for row in children.get(TESTS.table, ())),
        adverse_events=tuple(_event(row) for row in children.get(EVENTS.table, ())),
        amendments=tuple(_amendment(row) for row in amendments),
    )


def dump_draft(draft: Intake | Note) -> str:
    """A draft as JSON text, children included."""
    if isinstance(draft, Note):
        return v.dump({"row": _note_row(draft), "children": child_rows(draft)})
    screening = [m.ANSWERS.to_row(answer) for answer in draft.screening]
    return v.dump({"row": m.INTAKES.to_row(draft), "screening": screening})


def load_note_draft(text: str) -> Note:
    """Back from ``dump_draft``."""
    data = cast("dict[str, Any]", json.loads(text))
    return with_children(_note(data["row"]), data["children"])


def load_intake_draft(text: str) -> Intake:
    """Back from ``dump_draft``."""
    data = cast("dict[str, Any]", json.loads(text))
    answers = tuple(m.ANSWERS.from_row(row) for row in data["screening"])
    return replace(m.INTAKES.from_row(data["row"]), screening=answers)
