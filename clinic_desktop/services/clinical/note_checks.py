"""What may be saved of a note: own drafts, values that fit, identity as it was."""

from dataclasses import replace

from clinic_desktop.domain.clinical.anatomy import Side, Technique
from clinic_desktop.domain.clinical.missing import Missing
from clinic_desktop.domain.clinical.note import NeedlePass, Note
from clinic_desktop.domain.clinical.template import Template
from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.role import Session
from clinic_desktop.text import _


def must_be_own_draft(session: Session, note: Note) -> None:
    """Stop at signed notes and other people's drafts.

    Raises:
        RuleBroken: it is signed.
        PermissionRefused: it is somebody else's.
    """
    if note.signed:
        raise RuleBroken(
            _("This note is signed and is never edited."),
            way_out=_("Write an amendment with its reason."),
        )
    if note.author != session.user_id:
        raise PermissionRefused(
            _("This draft belongs to {name}.").format(name=note.author_name),
            still_works=_("You can read it."),
        )


def keep_identity(stored: Note, edited: Note) -> Note:
    """The edit with what only other verbs may change put back."""
    return replace(
        edited,
        patient_id=stored.patient_id,
        episode_id=stored.episode_id,
        visit_id=stored.visit_id,
        intake_id=stored.intake_id,
        kind=stored.kind,
        template_id=stored.template_id,
        template_version=stored.template_version,
        service_at=stored.service_at,
        created_at=stored.created_at,
        author=stored.author,
        author_name=stored.author_name,
        consent_id=stored.consent_id,
        screening=stored.screening,
        signed=False,
        amendments=(),
    )


def place_of(needle: NeedlePass) -> tuple[str, str, Side | None, Technique | None]:
    """Where a recorded needle lies, and how: what screening judges."""
    return needle.id, needle.muscle, needle.side, needle.technique


def value_faults(note: Note, template: Template) -> list[Missing]:
    """Values beside a test that do not fit their field."""
    found: list[Missing] = []
    for result in note.tests:
        spec = template.test(result.test)
        if spec is None:
            continue
        for one in spec.fields:
            value = result.details.get(one.id)
            if value is not None and value not in ("", ()) and (fault := one.fault(value)):
                found.append(Missing(field=f"test.{result.id}.{one.id}", sentence=fault))
    return found


def number_faults(note: Note) -> list[Missing]:
    """Numbers that cannot be right for a needle or a visit."""
    found: list[Missing] = []
    for needle in note.needles:
        numbers = (
            ("gauge", needle.gauge_mm, 1.0),
            ("length", needle.length_mm, 150.0),
            ("inserted", needle.inserted, 60),
            ("removed", needle.removed, 60),
            ("minutes", needle.minutes, 120),
            ("hertz", needle.hertz, 200),
        )
        found += [
            Missing(
                field=f"needle.{needle.id}.{name}",
                sentence=_("{n:g} cannot be right for a needle.").format(n=value),
            )
            for name, value, largest in numbers
            if value is not None and not 0 <= value <= largest
        ]
    found += [
        Missing(field=f"note.{name}", sentence=_("Minutes are between 0 and 600."))
        for name, value in (("timed_min", note.timed_min), ("total_min", note.total_min))
        if value is not None and not 0 <= value <= 600
    ]
    return found
