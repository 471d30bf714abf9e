"""Taking an intake: savable half-done, screened, completed, with two gates."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.clinical.anatomy import Side, Technique
from clinic_desktop.domain.clinical.consent import PNG_TYPE, Relation, Signature, signature_of
from clinic_desktop.domain.clinical.intake import AnsweredBy, IntakeState
from clinic_desktop.domain.clinical.missing import NotReady
from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.services.clinical.intakes import AnswerScreening, AttachLetter


def fields(refused: pytest.ExceptionInfo[NotReady]) -> set[str]:
    return {item.field for item in refused.value.missing}


def view_of(bench: Any, intake_id: str) -> Any:
    return bench.service.intakes.view(bench.dana, intake_id)


def test_opening_from_a_visit_makes_an_episode_and_a_draft_in_the_form_of_the_course(
    bench: Any,
) -> None:
    changes = bench.service.intakes.open_for_visit(bench.dana, bench.first_visit.id)
    assert changes.of(RecordKind.EPISODES)
    intake = bench.intake(bench.opened())
    assert (intake.template_id, intake.template_version) == ("itbs", 1)
    assert intake.state is IntakeState.DRAFT
    assert bench.opened(bench.second_visit) == intake.id
    assert bench.flags().has_record


def test_half_of_it_is_saved_and_resumed(bench: Any) -> None:
    intake_id = bench.opened()
    bench.service.intakes.save(
        bench.dana,
        replace(
            bench.intake(intake_id),
            answers={"onset_distance_mi": 3.1, "quality": ("ache", "sharp"), "side": "left"},
            answered_by=AnsweredBy.FAMILY,
            answered_by_name="Her brother",
        ),
    )
    view = view_of(bench, intake_id)
    assert view.intake.answers["quality"] == ("ache", "sharp")
    assert view.intake.answered_by_name == "Her brother"
    assert view.episode.side is Side.LEFT
    assert view.episode.icd10 == "M76.32"
    assert 0 < view.progress.share < 1


def test_a_value_that_does_not_fit_is_named_and_nothing_is_saved(bench: Any) -> None:
    intake_id = bench.opened()
    wrong = {"onset_distance_mi": 140, "plan_event_date": "2027-02-30", "side": "up"}
    with pytest.raises(NotReady) as refused:
        bench.service.intakes.save(bench.dana, replace(bench.intake(intake_id), answers=wrong))
    assert fields(refused) == {f"answers.{name}" for name in wrong}
    assert bench.intake(intake_id).answers == {}


def test_can_be_booked_and_ready_for_needling_are_two_gates(bench: Any) -> None:
    intake_id = bench.opened()
    progress = view_of(bench, intake_id).progress
    assert progress.can_be_booked
    assert not progress.ready_for_needling
    bench.filled()
    assert not view_of(bench, intake_id).progress.ready_for_needling
    bench.consent_signed(intake_id)
    progress = view_of(bench, intake_id).progress
    assert progress.ready_for_needling
    assert progress.share == 1
    assert not bench.flags().consent_missing
    assert not bench.flags().review_screening


def test_completing_lists_every_open_question(bench: Any) -> None:
    intake_id = bench.opened()
    with pytest.raises(NotReady) as refused:
        bench.service.intakes.complete(bench.dana, intake_id)
    assert "answers.onset_distance_mi" in fields(refused)
    assert "screening.lymph" in fields(refused)
    bench.filled()
    bench.service.intakes.complete(bench.dana, intake_id)
    intake = bench.intake(intake_id)
    assert (intake.state, intake.completed_by) == (IntakeState.COMPLETE, "dana")


def test_apixaban_stops_needles_until_drug_dose_and_rationale_are_there(bench: Any) -> None:
    intake_id = bench.filled(anticoag=Answer.YES)
    bench.consent_signed(intake_id)
    note_id = bench.started()

    def refusals() -> tuple[str, ...]:
        view = bench.service.notes.view(bench.dana, note_id)
        return view.refusals("vl", Side.LEFT)

    assert "Medicine, Dose" in refusals()[0]
    answer = AnswerScreening(
        intake_id=intake_id,
        item_id="anticoag",
        answer=Answer.YES,
        details={"drug": "apixaban", "dose": "5 mg"},
    )
    bench.service.intakes.answer(bench.dana, answer)
    assert refusals()
    assert bench.flags().review_screening
    bench.service.intakes.answer(bench.dana, replace(answer, rationale="Shallow, compressible."))
    assert refusals() == ()
    assert not bench.flags().review_screening
    note = bench.written(bench.note(note_id))
    bench.service.notes.save(bench.dana, note)
    bench.service.notes.sign(bench.dana, note_id)
    (kept,) = [s for s in bench.note(note_id).screening if s.item_id == "anticoag"]
    assert (kept.details["drug"], kept.rationale) == ("apixaban", "Shallow, compressible.")


def test_lymphoedema_of_the_left_leg_leaves_the_right_open_and_nothing_overrides_it(
    bench: Any,
) -> None:
    intake_id = bench.opened()
    bench.filled(lymph=bench.said(intake_id, "lymph", limb=("left_leg",)))
    bench.consent_signed(intake_id)
    note_id = bench.started()
    view = bench.service.notes.view(bench.dana, note_id)
    assert view.refusals("vl", Side.LEFT)
    assert view.refusals("vl", None)
    assert view.refusals("vl", Side.RIGHT) == ()
    assert view.refusals("ecrb", Side.LEFT) == ()
    assert not bench.flags().review_screening
    note = bench.note(note_id)
    with pytest.raises(NotReady, match="lymph"):
        bench.service.notes.save(
            bench.dana,
            replace(note, needles=(bench.needle("vl", rationale="I know better"),)),
        )
    right = bench.needle("vl", side=Side.RIGHT)
    bench.service.notes.save(bench.dana, replace(note, needles=(right,)))
    with pytest.raises(RuleBroken, match="No letter"):
        bench.service.intakes.attach_letter(
            bench.dana,
            AttachLetter(
                intake_id=intake_id,
                item_id="lymph",
                media_type="application/pdf",
                data=b"%PDF-1.7",
            ),
        )


def test_a_pacemaker_blocks_electrical_needling_only(bench: Any) -> None:
    intake_id = bench.opened()
    bench.filled(
        pacemaker=bench.said(intake_id, "pacemaker", rationale="By hand, away from the device")
    )
    bench.consent_signed(intake_id)
    view = bench.service.notes.view(bench.dana, bench.started())
    assert view.refusals("vl", Side.LEFT, Technique.ELECTRICAL)
    assert view.refusals("vl", Side.LEFT, Technique.STATIC) == ()


def test_a_bleeding_disorder_is_lifted_by_a_letter_that_is_one(bench: Any) -> None:
    intake_id = bench.opened()
    bench.filled(
        bleeding=bench.said(intake_id, "bleeding", which="von Willebrand", rationale="Cleared")
    )
    bench.consent_signed(intake_id)
    note_id = bench.started()
    letter = AttachLetter(
        intake_id=intake_id, item_id="bleeding", media_type="application/pdf", data=b"MZ\x90"
    )
    assert bench.service.notes.view(bench.dana, note_id).refusals("vl", Side.LEFT)
    with pytest.raises(RuleBroken, match="whatever its name says"):
        bench.service.intakes.attach_letter(bench.dana, letter)
    bench.service.intakes.attach_letter(bench.dana, replace(letter, data=b"%PDF-1.7 letter"))
    assert bench.service.notes.view(bench.dana, note_id).refusals("vl", Side.LEFT) == ()
    sha256 = bench.intake(intake_id).answer("bleeding").letter_sha256
    assert bench.service.file(bench.dana, sha256).data == b"%PDF-1.7 letter"
    # Saving the form keeps the letter; a "no" takes it off.
    bench.service.intakes.save(bench.dana, bench.intake(intake_id))
    assert bench.intake(intake_id).answer("bleeding").letter_sha256 == sha256


def test_saving_the_form_keeps_who_asked_what_and_when(bench: Any) -> None:
    intake_id = bench.filled()
    before = bench.intake(intake_id)
    bench.clock.advance(hours=1)
    changed = tuple(
        replace(a, answer=Answer.UNSURE, asked_at=bench.clock.now_utc())
        if a.item_id == "faint"
        else a
        for a in before.screening
    )
    bench.service.intakes.save(bench.marcus, replace(before, screening=changed))
    after = bench.intake(intake_id)
    assert after.answer("faint").asked_by == "marcus"
    assert after.answer("faint").asked_at == before.answer("faint").asked_at + timedelta(hours=1)
    assert after.answer("metal") == before.answer("metal")


def test_answers_older_than_ninety_days_are_asked_again(bench: Any) -> None:
    intake_id = bench.filled()
    bench.consent_signed(intake_id)
    bench.clock.advance(days=91)
    progress = view_of(bench, intake_id).progress
    assert not progress.ready_for_needling
    assert {item.field for item in progress.to_needle} == {
        f"screening.{item.id}" for item in bench.service.library.catalogue.asked
    }
    # Asked again with the same answers.
    bench.filled()
    assert view_of(bench, intake_id).progress.ready_for_needling


def test_changing_the_form_keeps_what_both_forms_ask(bench: Any) -> None:
    intake_id = bench.filled()
    bench.service.intakes.change_template(bench.dana, intake_id, "general")
    intake = bench.intake(intake_id)
    assert intake.template_id == "general"
    assert intake.answers == {
        "complaint": "Lateral knee pain after three miles",
        "side": "left",
    }
    bench.service.undo(bench.dana, bench.since)
    assert bench.intake(intake_id).template_id == "itbs"


def test_opening_is_not_undone_under_whoever_writes_in_it(bench: Any) -> None:
    intake_id = bench.opened()
    assert bench.service.undo_name(bench.dana, bench.since) == ""
    with pytest.raises(RuleBroken):
        bench.service.undo(bench.dana, bench.since)
    assert bench.intake(intake_id).answers == {}
    assert bench.flags().has_record
    assert bench.flags().review_screening, "an empty intake is one to take"


def test_the_autosave_is_offered_until_it_is_saved_or_dropped(bench: Any) -> None:
    intake_id = bench.opened()
    entries = bench.clinical.reader().counts()["journal"]
    typed = replace(bench.intake(intake_id), answers={"complaint": "Half a sen"})
    bench.service.intakes.autosave(bench.dana, typed)
    bench.service.intakes.autosave(bench.dana, replace(typed, answers={"complaint": "Half a"}))
    assert bench.clinical.reader().counts()["journal"] == entries
    assert bench.intake(intake_id).answers == {}
    recovered = view_of(bench, intake_id).recovered
    assert recovered.record.answers == {"complaint": "Half a"}
    bench.service.intakes.save(bench.dana, recovered.record)
    assert view_of(bench, intake_id).recovered is None
    bench.service.intakes.autosave(bench.dana, typed)
    bench.service.intakes.discard_autosave(bench.dana, intake_id)
    assert view_of(bench, intake_id).recovered is None


def test_one_save_of_the_whole_form_is_one_operation(bench: Any) -> None:
    bench.filled()
    assert bench.service.undo_name(bench.dana, bench.since) == "Save intake"
    bench.service.undo(bench.dana, bench.since)
    assert bench.intake(bench.opened()).screening == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"signature": signature_of(())}, "signature is empty"),
        ({"signature": Signature(media_type=PNG_TYPE, data=b"GIF89a")}, "not a picture"),
        ({"signer": " "}, "name of who signs"),
        ({"risks": ()}, "risks"),
        ({"regions": ()}, "regions"),
        ({"regions": ("moon",)}, "not in the catalogue"),
        ({"text_sha256": "0" * 64}, "has changed"),
    ],
)
def test_a_consent_that_lacks_something_is_refused(
    bench: Any, change: dict[str, object], sentence: str
) -> None:
    intake_id = bench.opened()
    with pytest.raises(RuleBroken, match=sentence):
        bench.consent_signed(intake_id, **change)
    assert bench.clinical.reader().consents_of([bench.nora.id]) == []


def test_a_minor_does_not_sign_alone(bench: Any) -> None:
    intake_id = bench.opened()
    with bench.schedule.operation("Edit patient", bench.olive) as op:
        op.put(replace(bench.nora, dob=bench.nora.dob.replace(year=2010)))
    with pytest.raises(RuleBroken, match="under 18"):
        bench.consent_signed(intake_id)
    bench.consent_signed(intake_id, relation=Relation.PARENT, signer="Jo Abbott")
    (consent,) = bench.clinical.reader().consents_of([bench.nora.id])
    text = bench.service.file(bench.dana, consent.text_sha256)
    assert b"1 of 1,024" in text.data
