"""What a note still needs before it can be signed: everything at once, each with its field."""

from clinic_desktop.domain.clinical.anatomy import Side
from clinic_desktop.domain.clinical.catalogue import Catalogue
from clinic_desktop.domain.clinical.consent import Consent
from clinic_desktop.domain.clinical.missing import Missing
from clinic_desktop.domain.clinical.note import (
    NeedlePass,
    Note,
    NoteKind,
    TestOutcome,
    TestResult,
)
from clinic_desktop.domain.clinical.screening import (
    Answer,
    AskedOf,
    NeedlingGate,
)
from clinic_desktop.domain.clinical.template import Template
from clinic_desktop.text import _


def missing_to_sign(
    note: Note,
    *,
    template: Template,
    catalogue: Catalogue,
    gate: NeedlingGate,
    consent: Consent | None,
) -> tuple[Missing, ...]:
    """All that stands between a draft and its signature.

    Args:
        note: the draft.
        template: the version it is written in.
        catalogue: muscles and screening questions.
        gate: the screening as it stands now.
        consent: the consent in force, if any.

    Returns:
        Empty if the note can be signed.
    """
    return (
        *_texts(note),
        *_screening(note, catalogue, gate),
        *_consent(note, catalogue, gate, consent),
        *_tests(note, template),
        *_needles(note, catalogue, gate),
    )


def _texts(note: Note) -> list[Missing]:
    wanted = (
        ("subjective", note.subjective, _("Say how the patient is and why they came.")),
        ("assessment", note.assessment, _("Write the assessment.")),
        ("plan", note.plan, _("Write the plan.")),
        ("progress", note.progress, _("Say what the progress is, or that this is the baseline.")),
        ("response", note.response, _("Say how the patient responded to the visit.")),
        ("advice", note.advice, _("Say what advice was given.")),
    )
    found = [
        Missing(field=f"note.{name}", sentence=sentence)
        for name, text, sentence in wanted
        if not text.strip()
    ]
    tested = any(
        test.outcome is not TestOutcome.NOT_TESTED or test.value is not None for test in note.tests
    )
    if not note.objective.strip() and not tested:
        found.append(
            Missing(field="note.objective", sentence=_("Write a finding, or enter a test."))
        )
    return found


def _screening(note: Note, catalogue: Catalogue, gate: NeedlingGate) -> list[Missing]:
    found = [
        Missing(
            field=f"screening.{item_id}",
            sentence=_("Ask: {question}").format(question=catalogue.item(item_id).question),
        )
        for item_id in (*gate.unanswered, *gate.outdated)
    ]
    if note.kind is NoteKind.SESSION and note.health_change is None:
        found.append(
            Missing(
                field="note.health_change",
                sentence=_("Ask: any change in health, medicines, pregnancy, surgery?"),
            )
        )
    changed = note.health_change in (Answer.YES, Answer.UNSURE)
    if changed and not note.health_change_detail.strip():
        found.append(
            Missing(field="note.health_change_detail", sentence=_("Say what has changed."))
        )
    if note.needles:
        found += [
            Missing(
                field=f"screening.{warning.item_id}",
                sentence=_("{sentence} Enter what is missing and the rationale.").format(
                    sentence=warning.sentence
                ),
            )
            for warning in gate.unsettled
        ]
    return found


def _consent(
    note: Note, catalogue: Catalogue, gate: NeedlingGate, consent: Consent | None
) -> list[Missing]:
    if consent is None:
        # A patient who may not or will not be needled is treated without this consent.
        screened_out = any(b.everywhere and b.item_id != "consent" for b in gate.blocks)
        if screened_out and not note.needles:
            return []
        return [Missing(field="consent", sentence=_("A signed consent is missing."))]
    regions = {catalogue.muscle(needle.muscle).region for needle in note.needles}
    return [
        Missing(
            field="consent",
            sentence=_("The consent does not cover this region: {region}.").format(
                region=catalogue.region(region).name
            ),
        )
        for region in sorted(regions - set(consent.regions))
    ]


def _tests(note: Note, template: Template) -> list[Missing]:
    return [
        Missing(
            field=f"test.{result.id}.side",
            sentence=_("{test}: which side?").format(test=_test_name(result, template)),
        )
        for result in note.tests
        if _needs_side(result, template) and result.side is None
    ]


def _needs_side(result: TestResult, template: Template) -> bool:
    spec = template.test(result.test)
    return spec is None or spec.each_side


def _test_name(result: TestResult, template: Template) -> str:
    spec = template.test(result.test)
    return spec.name if spec else result.test


def _needles(note: Note, catalogue: Catalogue, gate: NeedlingGate) -> list[Missing]:
    found: list[Missing] = []
    for number, needle in enumerate(note.needles, start=1):
        found += _one_needle(number, needle, catalogue)
        found += _where(number, needle, note, catalogue, gate)
    if note.inserted != note.removed and not note.adverse_events:
        found.append(
            Missing(
                field="needles",
                sentence=_(
                    "Inserted {inserted}, removed {removed}: count again or file an adverse event."
                ).format(inserted=note.inserted, removed=note.removed),
            )
        )
    return found


def _one_needle(number: int, needle: NeedlePass, catalogue: Catalogue) -> list[Missing]:
    name = catalogue.muscle(needle.muscle).name
    wanted: list[tuple[str, bool, str]] = [
        ("side", needle.side in (Side.LEFT, Side.RIGHT), _("which side?")),
        ("gauge", needle.gauge_mm is not None, _("which gauge?")),
        ("length", needle.length_mm is not None, _("which length?")),
        ("inserted", needle.inserted > 0, _("how many went in?")),
        ("removed", needle.removed is not None, _("how many came out?")),
        ("technique", needle.technique is not None, _("which technique?")),
        ("response", bool(needle.response.strip()), _("what was the response?")),
    ]
    return [
        Missing(
            field=f"needle.{needle.id}.{part}",
            sentence=_("Needle {n}, {muscle}: {question}").format(
                n=number, muscle=name, question=question
            ),
        )
        for part, given, question in wanted
        if not given
    ]


def _where(
    number: int, needle: NeedlePass, note: Note, catalogue: Catalogue, gate: NeedlingGate
) -> list[Missing]:
    """A needle in a blocked place is an incident; one near the lung needs its reason."""
    spot = catalogue.spot(needle.muscle, needle.side, needle.technique)
    found = [
        Missing(
            field=f"needle.{needle.id}.muscle",
            sentence=_("Needle {n} lies where needling is blocked: {why}").format(
                n=number, why=block.sentence
            ),
        )
        for block in gate.blocks
        if block.touches(spot) and block.item_id != "consent" and not note.adverse_events
    ]
    if spot.muscle.thoracic_risk and not needle.rationale.strip():
        found += [
            Missing(
                field=f"needle.{needle.id}.rationale",
                sentence=_("Needle {n}: {why}").format(n=number, why=effect.sentence),
            )
            for item in catalogue.screening
            if item.asked_of is AskedOf.PLAN
            for effect in item.effects
        ]
    return found
