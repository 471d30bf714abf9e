"""A note from its first word to its amendment."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.clinical.missing import NotReady
from clinic_desktop.domain.clinical.note import AdverseEvent, NoteState, Onset, Severity
from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.services.clinical.consents import WithdrawConsent
from clinic_desktop.services.clinical.notes import AmendNote


def missing_fields(refused: pytest.ExceptionInfo[NotReady]) -> set[str]:
    return {item.field for item in refused.value.missing}


def test_a_note_is_started_saved_signed_and_read_back_with_its_children(bench: Any) -> None:
    note_id = bench.ready_to_sign()
    changes = bench.service.notes.sign(bench.dana, note_id)
    assert not changes.undoable
    assert changes.of(RecordKind.NOTES) == {note_id}
    view = bench.service.notes.view(bench.dana, note_id)
    assert view.note.state is NoteState.SIGNED
    assert [(n.muscle, n.inserted) for n in view.note.needles] == [("vl", 1), ("tfl", 2)]
    assert view.note.tests[0].details == {"angle_deg": 30, "nprs": 5}
    assert view.note.consent_id
    assert len(view.note.screening) == len(bench.service.library.catalogue.asked)
    assert [(seal.signer, seal.position) for seal in view.seals] == [("dana", 1)]
    assert bench.service.verify_signatures(bench.dana) == []


def test_starting_twice_gives_the_same_note(bench: Any) -> None:
    assert bench.started() == bench.started()


def test_the_gate_lists_all_that_is_missing_each_with_its_field(bench: Any) -> None:
    note_id = bench.started(bench.second_visit)
    with pytest.raises(NotReady) as refused:
        bench.service.notes.sign(bench.dana, note_id)
    fields = missing_fields(refused)
    assert {
        "note.subjective",
        "note.objective",
        "note.assessment",
        "note.plan",
        "note.progress",
        "note.response",
        "note.advice",
        "note.health_change",
        "consent",
        "screening.anticoag",
    } <= fields
    assert len([f for f in fields if f.startswith("screening.")]) == len(
        bench.service.library.catalogue.asked
    )
    assert not bench.note(note_id).signed


def test_six_in_and_five_out_is_not_signed_until_counted_again_or_filed(bench: Any) -> None:
    note_id = bench.ready_to_sign()
    note = bench.note(note_id)
    needles = (bench.needle("vl", inserted=6, removed=5),)
    bench.service.notes.save(bench.dana, replace(note, needles=needles))
    with pytest.raises(NotReady, match="Inserted 6, removed 5") as refused:
        bench.service.notes.sign(bench.dana, note_id)
    assert missing_fields(refused) == {"needles"}
    event = AdverseEvent(
        id=bench.service.notes.new_child_id(),
        kind="retained needle",
        severity=Severity.SIGNIFICANT,
        onset=Onset.DURING,
        action="found in the towel",
    )
    bench.service.notes.save(bench.dana, replace(note, needles=needles, adverse_events=(event,)))
    bench.service.notes.sign(bench.dana, note_id)
    assert bench.note(note_id).adverse_events == (event,)


def test_a_needle_without_side_or_count_is_named_with_a_link(bench: Any) -> None:
    note_id = bench.ready_to_sign()
    lacking = bench.needle("vl", side=None, removed=None, gauge_mm=None, response="")
    bench.service.notes.save(bench.dana, replace(bench.note(note_id), needles=(lacking,)))
    with pytest.raises(NotReady) as refused:
        bench.service.notes.sign(bench.dana, note_id)
    wanted = {f"needle.{lacking.id}.{part}" for part in ("side", "removed", "gauge", "response")}
    assert wanted | {"needles"} == missing_fields(refused)


def test_a_muscle_near_the_lung_wants_its_rationale_and_its_region_in_the_consent(
    bench: Any,
) -> None:
    note_id = bench.ready_to_sign()
    near = bench.needle("infraspinatus")
    bench.service.notes.save(bench.dana, replace(bench.note(note_id), needles=(near,)))
    with pytest.raises(NotReady) as refused:
        bench.service.notes.sign(bench.dana, note_id)
    assert missing_fields(refused) == {"consent", f"needle.{near.id}.rationale"}


def test_a_signed_note_takes_no_edit_but_an_amendment_with_its_reason(bench: Any) -> None:
    note_id = bench.signed()
    note = bench.note(note_id)
    with pytest.raises(RuleBroken, match="never edited"):
        bench.service.notes.save(bench.dana, replace(note, plan="Something else"))
    with pytest.raises(RuleBroken, match="never edited"):
        bench.service.notes.autosave(bench.dana, note)
    with pytest.raises(RuleBroken, match="never edited"):
        bench.service.notes.sign(bench.dana, note_id)
    with pytest.raises(RuleBroken, match="reason"):
        bench.service.notes.amend(bench.marcus, AmendNote(note_id=note_id, text="x", reason=" "))
    amend = AmendNote(
        note_id=note_id, text="Right side was meant.", reason="Typing error", section="plan"
    )
    assert not bench.service.notes.amend(bench.marcus, amend).undoable
    after = bench.note(note_id)
    assert after.state is NoteState.AMENDED
    assert after.plan == note.plan
    (entry,) = after.amendments
    assert (entry.author_name, entry.reason) == ("Marcus", "Typing error")
    assert bench.service.verify_signatures(bench.dana) == []


def test_a_draft_is_edited_not_amended(bench: Any) -> None:
    note_id = bench.started()
    with pytest.raises(RuleBroken, match="simply edited"):
        bench.service.notes.amend(
            bench.dana, AmendNote(note_id=note_id, text="x", reason="because")
        )


def test_a_draft_is_its_authors_own(bench: Any) -> None:
    note_id = bench.ready_to_sign()
    with pytest.raises(PermissionRefused, match="belongs to Dana"):
        bench.service.notes.save(bench.marcus, bench.note(note_id))
    with pytest.raises(PermissionRefused, match="belongs to Dana"):
        bench.service.notes.sign(bench.marcus, note_id)


def test_without_consent_no_needle_is_saved_and_a_withdrawn_one_blocks_signing(
    bench: Any,
) -> None:
    intake_id = bench.filled()
    note_id = bench.started()
    with pytest.raises(NotReady, match="consent is missing"):
        bench.service.notes.save(bench.dana, bench.written(bench.note(note_id)))
    bench.consent_signed(intake_id)
    bench.service.notes.save(bench.dana, bench.written(bench.note(note_id)))
    (consent,) = bench.clinical.reader().consents_of([bench.nora.id])
    bench.clock.advance(minutes=1)
    bench.service.consents.withdraw(
        bench.dana, WithdrawConsent(consent_id=consent.id, reason="Changed her mind")
    )
    with pytest.raises(NotReady) as refused:
        bench.service.notes.sign(bench.dana, note_id)
    assert "consent" in missing_fields(refused)


def test_a_patient_who_declines_is_treated_and_signed_without_needles(bench: Any) -> None:
    bench.filled(decline=Answer.YES)
    note_id = bench.started()
    draft = replace(bench.written(bench.note(note_id)), needles=())
    bench.service.notes.save(bench.dana, draft)
    bench.service.notes.sign(bench.dana, note_id)
    assert bench.note(note_id).signed


def test_a_note_begun_a_day_late_is_labelled(bench: Any) -> None:
    bench.clock.advance(hours=30)
    assert bench.note(bench.started()).late_entry


def test_saving_a_note_is_undone_and_redone_by_name_and_signing_is_not(bench: Any) -> None:
    note_id = bench.ready_to_sign()
    assert bench.service.undo_name(bench.dana, bench.since) == "Save note"
    changes = bench.service.undo(bench.dana, bench.since)
    assert changes.of(RecordKind.NOTES) == {note_id}
    assert bench.note(note_id).needles == ()
    bench.service.redo(bench.dana, bench.since)
    assert len(bench.note(note_id).needles) == 2
    bench.service.notes.sign(bench.dana, note_id)
    # What lies under the signature is not offered any more; what lies beside it is.
    assert bench.service.undo_name(bench.dana, bench.since) not in ("Save note", "Sign note")
    with suppress(RuleBroken):
        bench.service.undo(bench.dana, bench.since)
    assert bench.note(note_id).signed
    assert bench.service.verify_signatures(bench.dana) == []


def test_what_cannot_be_right_for_a_needle_is_refused(bench: Any) -> None:
    note_id = bench.ready_to_sign()
    with pytest.raises(NotReady, match="cannot be right"):
        bench.service.notes.save(
            bench.dana,
            replace(bench.note(note_id), needles=(bench.needle("vl", gauge_mm=30.0),)),
        )


def test_reading_a_note_leaves_a_line_without_content_in_the_schedule_file(bench: Any) -> None:
    note_id = bench.signed()
    bench.service.notes.view(bench.marcus, note_id)
    newest = bench.schedule.reader().journal(limit=1)[0]
    assert (newest.actor, newest.action, newest.table, newest.row_id) == (
        "marcus",
        "read",
        "notes",
        note_id,
    )
    signed = [e for e in bench.schedule.reader().journal() if e.action == "sign"]
    assert {entry.table for entry in signed} == {"notes", "consents"}
