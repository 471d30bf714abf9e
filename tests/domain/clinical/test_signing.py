"""The canonical text of a note, and what a chain of signatures gives away."""

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.clinical.anatomy import Side
from clinic_desktop.domain.clinical.note import NeedlePass, Note, NoteKind, TestResult
from clinic_desktop.domain.clinical.signing import (
    FIRST,
    Seal,
    SealFault,
    SealKind,
    canonical,
    check_seals,
    note_parts,
)
from clinic_desktop.domain.ids import EpisodeId, NoteId, PatientId, UserId

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
# A busy machine is no reason to fail a rule.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def note(note_id: str = "n", **changes: Any) -> Note:
    made = Note(
        id=NoteId(note_id),
        patient_id=PatientId("nora"),
        episode_id=EpisodeId("e"),
        visit_id=None,
        intake_id=None,
        kind=NoteKind.SESSION,
        template_id="itbs",
        template_version=1,
        service_at=NOW,
        created_at=NOW,
        author=UserId("dana"),
        author_name="Dana",
        plan="Weekly",
        needles=tuple(NeedlePass(id=f"{n}", muscle="vl", inserted=n) for n in range(5)),
        tests=(TestResult(id="t", test="noble", details={"angle_deg": 30.0, "nprs": 5}),),
        signed=True,
    )
    return replace(made, **changes)


@UNHURRIED
@given(st.dictionaries(st.text(), VALUES, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_keys_means_nothing(found: dict[str, Any], chance: random.Random) -> None:
    names = list(found)
    chance.shuffle(names)
    assert canonical({name: found[name] for name in names}) == canonical(found)


@UNHURRIED
@given(st.permutations(range(5)))
def test_the_order_of_rows_means_nothing(order: Sequence[int]) -> None:
    plain = note()
    shuffled = replace(plain, needles=tuple(plain.needles[n] for n in order))
    assert note_parts(shuffled) == note_parts(plain)


@UNHURRIED
@given(st.text())
def test_composed_and_decomposed_letters_are_the_same_text(text: str) -> None:
    assert canonical(unicodedata.normalize("NFD", text)) == canonical(
        unicodedata.normalize("NFC", text)
    )


@UNHURRIED
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert float(canonical(value)) == value


def test_a_whole_float_and_a_moment_in_another_zone_are_the_same() -> None:
    away = NOW.astimezone(timezone(timedelta(hours=-6)))
    same = note(
        service_at=away,
        tests=(TestResult(id="t", test="noble", details={"nprs": 5.0, "angle_deg": 30}),),
    )
    assert note_parts(same) == note_parts(note())


def test_a_field_left_empty_does_not_show_so_that_later_fields_may_come() -> None:
    assert b"rationale" not in canonical(NeedlePass(id="1", muscle="vl"))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"plan": "Monthly"}, "content"),
        ({"timed_min": 0}, "content"),
        ({"patient_id": PatientId("other")}, "content"),
        ({"needles": ()}, "needles"),
        ({"tests": (TestResult(id="t", test="noble", side=Side.LEFT),)}, "tests"),
    ],
)
def test_any_change_shows_in_its_part(change: dict[str, Any], part: str) -> None:
    before, after = note_parts(note()), note_parts(note(**change))
    assert {name for name in before if before[name] != after[name]} == {part}


def seal(subject: Note, position: int, previous: str) -> Seal:
    made = Seal(
        id=f"s{position}",
        kind=SealKind.NOTE,
        note_id=subject.id,
        subject_id=subject.id,
        device_id="desk",
        position=position,
        previous=previous,
        parts=note_parts(subject),
        signer=UserId("dana"),
        signer_name="Dana",
        signed_at=NOW,
        public_key=b"key",
    )
    return replace(made, signature=b"signed " + made.message())


def holds(_signer: UserId, key: bytes, signature: bytes, message: bytes) -> bool:
    return key == b"key" and signature == b"signed " + message


def chain(*notes: Note) -> list[Seal]:
    seals: list[Seal] = []
    for position, one in enumerate(notes, start=1):
        seals.append(seal(one, position, seals[-1].hash() if seals else FIRST))
    return seals


def faults(notes: Sequence[Note], seals: Sequence[Seal]) -> list[tuple[SealFault, str]]:
    return [(finding.what, finding.note_id) for finding in check_seals(notes, seals, holds)]


def test_a_sound_chain_in_any_order_has_no_fault() -> None:
    notes = [note(f"n{n}") for n in range(4)]
    assert faults(notes, chain(*notes)[::-1]) == []


def test_a_link_taken_out_with_its_note_leaves_a_gap() -> None:
    notes = [note(f"n{n}") for n in range(3)]
    seals = chain(*notes)
    assert faults([notes[0], notes[2]], [seals[0], seals[2]]) == [(SealFault.CHAIN, "n2")]


def test_a_seal_used_for_another_note_is_found() -> None:
    mine, other = note("n1"), note("n2")
    (moved,) = chain(mine)
    moved = replace(moved, note_id=other.id, subject_id=other.id)
    assert {what for what, _id in faults([mine, other], [moved])} == {
        SealFault.SIGNATURE,
        SealFault.CONTENT,
        SealFault.MISSING,
    }
