"""What the notes say before a visit, and what stays out of sight at the door."""

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from clinic_desktop.domain.clinical.consent import Consent, Relation
from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.clinical.note import NeedlePass, Note, NoteKind
from clinic_desktop.domain.clinical.screening import Action, Consequence, NeedlingGate, Scope
from clinic_desktop.domain.ids import ConsentId, EpisodeId, NoteId, PatientId, UserId
from clinic_desktop.services.clinical.brief import VisitBrief
from clinic_desktop.ui.my_day.brief_cards import BeforeNeedleCard, LastVisitCard

ZONE = "America/Chicago"
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
CONSENT = Consent(
    id=ConsentId("c"),
    patient_id=PatientId("p"),
    episode_id=EpisodeId("e"),
    procedure="dry needling",
    text_id="t",
    text_version=1,
    text_sha256="",
    risks=(),
    regions=(),
    signer="Omar",
    relation=Relation.SELF,
    signature_sha256="",
    signed_at=datetime(2026, 2, 11, 15, 0, tzinfo=UTC),
    taken_by=UserId("dana"),
)
NOTE = Note(
    id=NoteId("n"),
    patient_id=PatientId("p"),
    episode_id=EpisodeId("e"),
    visit_id=None,
    intake_id=None,
    kind=NoteKind.SESSION,
    template_id="itbs",
    template_version=1,
    service_at=datetime(2026, 11, 17, 16, 0, tzinfo=UTC),
    created_at=datetime(2026, 11, 17, 16, 0, tzinfo=UTC),
    author=UserId("dana"),
    author_name="Dana",
    response="Sore one day.",
    plan="Repeat VL distal.",
    needles=(NeedlePass(id="1", muscle="tfl", inserted=5, removed=5),),
    signed=True,
)


def consequence(action: Action, sentence: str, **more) -> Consequence:
    return Consequence(item_id="x", action=action, scope=Scope.ALL, sentence=sentence, **more)


def brief(*found: Consequence, **changes) -> VisitBrief:
    given = {
        "gate": NeedlingGate(consequences=found),
        "screened": True,
        "consent": CONSENT,
        "alerts": (),
        "ask_again": ("Any change in health?",),
        "last_note": NOTE,
        "muscles": ("tensor fasciae latae",),
    }
    return VisitBrief(**{**given, **changes})


def words(card) -> list[str]:
    return [one.text() for one in card.findChildren(QLabel)]


@pytest.fixture
def before(qtbot, theme, formats):
    card = BeforeNeedleCard(theme, formats)
    qtbot.addWidget(card)
    return card


def test_warnings_blocks_and_the_consent_are_said(before):
    faint = consequence(Action.WARN, "Fainted before: treat lying down.")
    before.show_brief(brief(faint), ZONE)
    said = words(before)
    assert "Fainted before: treat lying down." in said
    assert "Consent valid to Thu, Feb 11, 2027" in said
    assert "1 question at each visit" in said


def test_a_restricted_answer_is_not_shown_at_the_door(before):
    before.show_brief(brief(consequence(Action.BLOCK, "A private thing", restricted=True)), ZONE)
    assert "A private thing" not in " ".join(words(before))
    assert any("out of sight" in said for said in words(before))


def test_nobody_screened_and_no_consent(before):
    before.show_brief(brief(screened=False, consent=None), ZONE)
    said = words(before)
    assert "Not screened yet" in said
    assert "No consent in force" in said


def test_an_imported_alert_is_asked_about(before):
    alert = ImportedAlert(id="a", patient_id=PatientId("p"), text="Blood thinner", sealed_at=NOW)
    before.show_brief(brief(alerts=(alert,)), ZONE)
    assert "Blood thinner" in words(before)


def test_the_last_signed_note_in_short_opens(qtbot, theme, formats):
    card = LastVisitCard(formats)
    qtbot.addWidget(card)
    card.show_brief(brief(), ZONE)
    said = words(card)
    assert "Last visit, Tue, Nov 17" in said
    assert "5 needles: tensor fasciae latae. Sore one day." in said
    assert "Repeat VL distal." in said
    with qtbot.waitSignal(card.note_requested) as heard:
        card.findChild(QPushButton, "my_day_note").click()
    assert heard.args == ["n"]
    card.show_brief(brief(last_note=None), ZONE)
    assert card.isHidden()
