"""What the record says before a visit."""

from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.services.clinical.brief import brief_of
from tests.services.clinical.conftest import DANA, NORA


def brief(bench, clock):
    record = bench.service.record_of_patient(DANA, NORA.id)
    return brief_of(record, bench.service.library, clock.now_utc())


def test_without_any_record_nothing_is_screened_and_a_consent_is_missing(bench, clock):
    found = brief(bench, clock)
    assert not found.screened
    assert (found.consent, found.last_note) == (None, None)
    assert found.gate.blocked_everywhere


def test_a_signed_note_an_intake_and_a_consent_are_told_in_short(bench, clock):
    note_id = bench.signed()
    clock.advance(days=3)
    found = brief(bench, clock)
    assert found.screened
    assert found.consent is not None
    assert found.last_note.id == note_id
    assert found.muscles
    assert found.ask_again


def test_a_warning_and_what_was_asked_too_long_ago_are_named(bench, clock):
    bench.filled(faint=Answer.YES)
    assert [c.item_id for c in brief(bench, clock).gate.consequences] == ["consent", "faint"]
    clock.advance(days=120)
    found = brief(bench, clock)
    assert found.gate.outdated
    assert found.gate.unanswered == ()


def test_a_draft_is_not_the_last_visit(bench, clock):
    bench.started()
    clock.advance(minutes=1)
    assert brief(bench, clock).last_note is None
