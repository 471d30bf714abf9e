"""Screening as a rule: unsure is yes, and one more yes never opens anything."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.clinical.anatomy import Side, Technique
from clinic_desktop.domain.clinical.catalogue import read_catalogue
from clinic_desktop.domain.clinical.field import FieldKind, FieldValue
from clinic_desktop.domain.clinical.screening import (
    Action,
    Answer,
    NeedlingGate,
    ScreeningAnswer,
    ScreeningItem,
    needling_gate,
)
from clinic_desktop.domain.ids import IntakeId, UserId
from clinic_desktop.resources import resource

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
# A busy machine is no reason to fail a rule.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CATALOGUE = read_catalogue(
    json.loads(resource("clinical", "catalogue.json").read_text(encoding="utf-8"))
)
SPOTS = [
    CATALOGUE.spot(muscle.id, side, technique)
    for muscle in CATALOGUE.muscles
    for side in (Side.LEFT, Side.RIGHT, None)
    for technique in (Technique.STATIC, Technique.ELECTRICAL)
]


@st.composite
def answers(draw: st.DrawFn, item: ScreeningItem) -> ScreeningAnswer:
    details: dict[str, FieldValue] = {}
    for detail in item.details:
        if not draw(st.booleans()):
            continue
        ids = [choice.id for choice in detail.choices]
        match detail.kind:
            case FieldKind.CHOICE:
                details[detail.id] = draw(st.sampled_from(ids))
            case FieldKind.MULTI:
                details[detail.id] = tuple(draw(st.lists(st.sampled_from(ids), max_size=3)))
            case _:
                details[detail.id] = draw(st.sampled_from(["", "said"]))
    return ScreeningAnswer(
        intake_id=IntakeId("i"),
        item_id=item.id,
        answer=draw(st.sampled_from(Answer)),
        details=details,
        rationale=draw(st.sampled_from(["", "because"])),
        letter_sha256=draw(st.sampled_from(["", "a" * 64])),
        asked_by=UserId("dana"),
        asked_at=NOW,
    )


SHEETS = st.tuples(*(answers(item) for item in CATALOGUE.asked))


def with_answer(answer: ScreeningAnswer, given: Answer) -> ScreeningAnswer:
    return replace(answer, answer=given)


def gate_of(sheet: tuple[ScreeningAnswer, ...]) -> NeedlingGate:
    return needling_gate(CATALOGUE.screening, sheet, now=NOW, consent_valid=True)


def blocked(gate: NeedlingGate) -> set[int]:
    return {
        number
        for number, spot in enumerate(SPOTS)
        if any(block.touches(spot) for block in gate.blocks)
    }


def refused(gate: NeedlingGate) -> set[int]:
    return {number for number, spot in enumerate(SPOTS) if gate.refusals(spot)}


@UNHURRIED
@given(SHEETS)
def test_unsure_does_just_what_yes_does(sheet: tuple[ScreeningAnswer, ...]) -> None:
    yes = tuple(with_answer(a, Answer.YES) if a.answer is Answer.UNSURE else a for a in sheet)
    assert gate_of(sheet) == gate_of(yes)


@UNHURRIED
@given(SHEETS, st.integers(min_value=0, max_value=len(CATALOGUE.asked) - 1))
def test_one_more_yes_never_opens_a_place(sheet: tuple[ScreeningAnswer, ...], which: int) -> None:
    without = tuple(with_answer(a, Answer.NO) if n == which else a for n, a in enumerate(sheet))
    more = tuple(with_answer(a, Answer.YES) if n == which else a for n, a in enumerate(sheet))
    assert blocked(gate_of(without)) <= blocked(gate_of(more))
    assert refused(gate_of(without)) <= refused(gate_of(more))


@UNHURRIED
@given(SHEETS, st.sampled_from(CATALOGUE.asked))
def test_a_question_left_out_refuses_every_needle(
    sheet: tuple[ScreeningAnswer, ...], item: ScreeningItem
) -> None:
    gate = gate_of(tuple(a for a in sheet if a.item_id != item.id))
    assert not gate.ready
    assert refused(gate) == set(range(len(SPOTS)))


@UNHURRIED
@given(SHEETS)
def test_a_reason_never_lifts_a_block(sheet: tuple[ScreeningAnswer, ...]) -> None:
    reasoned = tuple(replace(a, rationale="I know better") for a in sheet)
    assert blocked(gate_of(reasoned)) == blocked(gate_of(sheet))


@UNHURRIED
@given(SHEETS)
def test_an_answer_that_does_not_say_where_reaches_everywhere(
    sheet: tuple[ScreeningAnswer, ...],
) -> None:
    nowhere = tuple(
        replace(a, answer=Answer.YES, details={}) if a.item_id == "lymph" else a for a in sheet
    )
    gate = gate_of(nowhere)
    assert gate.blocked_everywhere
    assert blocked(gate) == set(range(len(SPOTS)))


def test_all_no_with_consent_is_ready_and_without_consent_is_not() -> None:
    sheet = tuple(
        ScreeningAnswer(
            intake_id=IntakeId("i"),
            item_id=item.id,
            answer=Answer.NO,
            asked_by=UserId("dana"),
            asked_at=NOW,
        )
        for item in CATALOGUE.asked
    )
    assert gate_of(sheet).ready
    gate = needling_gate(CATALOGUE.screening, sheet, now=NOW, consent_valid=False)
    assert gate.blocked_everywhere
    assert gate.consequences[0].action is Action.BLOCK
    assert "exercises and advice go on" in gate.remaining()


def test_pregnancy_is_a_warning_once_the_first_months_are_over() -> None:
    def sheet(**details: FieldValue) -> NeedlingGate:
        return needling_gate(
            CATALOGUE.screening,
            [
                ScreeningAnswer(
                    intake_id=IntakeId("i"),
                    item_id="pregnant",
                    answer=Answer.YES,
                    details=details,
                    asked_by=UserId("dana"),
                    asked_at=NOW,
                )
            ],
            now=NOW,
            consent_valid=True,
        )

    assert sheet().blocked_everywhere
    assert sheet(trimester="first").blocked_everywhere
    assert sheet(trimester="possible").blocked_everywhere
    assert not sheet(trimester="second").blocked_everywhere
    assert [c.action for c in sheet(trimester="second").consequences] == [Action.WARN]


def test_what_remains_names_what_is_left_out() -> None:
    gate = needling_gate(
        CATALOGUE.screening,
        [
            ScreeningAnswer(
                intake_id=IntakeId("i"),
                item_id="lymph",
                answer=Answer.YES,
                details={"limb": ("right_arm",)},
                asked_by=UserId("dana"),
                asked_at=NOW,
            )
        ],
        now=NOW,
        consent_valid=True,
    )
    assert gate.remaining() == "Not needled: right arm. The rest of the plan can go ahead."
