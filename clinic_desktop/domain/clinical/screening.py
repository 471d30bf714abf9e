"""Screening: what each answer does to needling. The rules are data; here is how they are read.

BLOCK stops needling in its scope and nothing overrides it: it lifts on a changed answer, or where
the rule says so on a letter. WARN asks for a rationale before a needle. NOTE is a banner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic_desktop.domain.clinical.anatomy import Limb, Side, Spot, Technique
from clinic_desktop.domain.clinical.field import Answers, Field
from clinic_desktop.domain.ids import IntakeId, UserId
from clinic_desktop.text import _

RESCREEN_DAYS: Final = 90
CONSENT_ITEM: Final = "consent"


class Answer(StrEnum):
    """An answer; there is no default."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Action(StrEnum):
    """What a "yes" does, gravest first."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


class Scope(StrEnum):
    """How far an effect reaches."""

    ALL = "all"
    LIMB = "limb"
    REGION = "region"
    MUSCLE = "muscle"
    TECHNIQUE = "technique"


class AskedOf(StrEnum):
    """Who answers: the patient, or the plan of the session itself."""

    PATIENT = "patient"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that a "yes" does.

    ``unless_detail`` with ``unless_values``: the effect falls away only when that detail holds one
    of the values, so a detail that nobody filled in leaves it standing.
    """

    action: Action
    scope: Scope
    sentence: str
    lifted_by_letter: bool = False
    unless_detail: str = ""
    unless_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningItem:
    """A question and what its answer does; the first effect is the one the table names.

    ``target_detail`` is the id of the detail that names limbs or regions, ``side_detail`` of the
    one that names the side.
    """

    id: str
    question: str
    effects: tuple[Effect, ...]
    hint: str = ""
    details: tuple[Field, ...] = ()
    target_detail: str = ""
    side_detail: str = ""
    asked_of: AskedOf = AskedOf.PATIENT
    each_visit: bool = False
    restricted: bool = False

    @property
    def action(self) -> Action:
        """The main effect's action."""
        return self.effects[0].action

    @property
    def scope(self) -> Scope:
        """The main effect's scope."""
        return self.effects[0].scope

    @property
    def lifted_by_letter(self) -> bool:
        """Whether a letter lifts its block."""
        return any(effect.lifted_by_letter for effect in self.effects)


def _no_answers() -> Answers:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningAnswer:
    """One answer as it was given. ``asked_at`` is UTC; ``letter_sha256`` names a letter."""

    intake_id: IntakeId
    item_id: str
    answer: Answer
    details: Answers = field(default_factory=_no_answers)
    rationale: str = ""
    letter_sha256: str = ""
    asked_by: UserId
    asked_at: datetime

    @property
    def id(self) -> str:
        """One answer a question and intake."""
        return f"{self.intake_id}:{self.item_id}"

    @property
    def counts_as_yes(self) -> bool:
        """Unsure counts as yes."""
        return self.answer is not Answer.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What one answer does to this patient's needling.

    ``limbs`` such as ``left_leg`` and ``regions`` with ``sides`` bound a limb or region effect;
    both empty means it reaches everywhere until somebody says where. ``lifted``: a letter turned
    the block into a warning.
    """

    item_id: str
    action: Action
    scope: Scope
    sentence: str
    limbs: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sides: frozenset[Side] = frozenset({Side.LEFT, Side.RIGHT})
    details_missing: tuple[str, ...] = ()
    rationale_missing: bool = False
    lifted: bool = False
    restricted: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing more has to be entered for it."""
        return not self.rationale_missing and not self.details_missing

    def touches(self, spot: Spot) -> bool:
        """Whether a needle there falls under it."""
        match self.scope:
            case Scope.ALL:
                return True
            case Scope.TECHNIQUE:
                return spot.technique is Technique.ELECTRICAL
            case Scope.MUSCLE:
                return spot.muscle.thoracic_risk
            case Scope.LIMB:
                if not self.limbs:
                    return True
                return any(f"{side}_{spot.limb}" in self.limbs for side in spot.sides)
            case Scope.REGION:
                if not self.regions:
                    return True
                return spot.muscle.region in self.regions and bool(self.sides & spot.sides)

    @property
    def everywhere(self) -> bool:
        """Whether it leaves no part of the body and no technique out."""
        if self.scope is Scope.ALL:
            return True
        return (self.scope is Scope.LIMB and not self.limbs) or (
            self.scope is Scope.REGION and not self.regions
        )


def consequences(
    items: Iterable[ScreeningItem], answers: Mapping[str, ScreeningAnswer]
) -> tuple[Consequence, ...]:
    """What the answers do, gravest first, in the order of the questions.

    Args:
        items: the catalogue's questions.
        answers: the answers by item id.
    """
    found: list[Consequence] = []
    for item in items:
        answer = answers.get(item.id)
        if answer is not None and answer.counts_as_yes:
            found += [_consequence(item, effect, answer) for effect in _in_force(item, answer)]
    order = list(Action)
    return tuple(sorted(found, key=lambda consequence: order.index(consequence.action)))


def _in_force(item: ScreeningItem, answer: ScreeningAnswer) -> list[Effect]:
    return [
        effect
        for effect in item.effects
        if not effect.unless_detail
        or answer.details.get(effect.unless_detail) not in effect.unless_values
    ]


def _consequence(item: ScreeningItem, effect: Effect, answer: ScreeningAnswer) -> Consequence:
    lifted = effect.lifted_by_letter and bool(answer.letter_sha256)
    action = Action.WARN if lifted else effect.action
    targets = answer.details.get(item.target_detail)
    named = targets if isinstance(targets, tuple) else ()
    missing = tuple(
        detail.label
        for detail in item.details
        if detail.required and not detail.answered(answer.details)
    )
    return Consequence(
        item_id=item.id,
        action=action,
        scope=effect.scope,
        sentence=effect.sentence,
        limbs=named if effect.scope is Scope.LIMB else (),
        regions=named if effect.scope is Scope.REGION else (),
        sides=_sides(answer.details.get(item.side_detail)),
        details_missing=missing if action is not Action.NOTE else (),
        rationale_missing=action is Action.WARN and not answer.rationale.strip(),
        lifted=lifted,
        restricted=item.restricted,
    )


def _sides(value: object) -> frozenset[Side]:
    if value in (Side.LEFT.value, Side.RIGHT.value):
        return frozenset({Side(str(value))})
    return frozenset({Side.LEFT, Side.RIGHT})


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedlingGate:
    """Whether and where this patient may be needled now, and what is still to be entered.

    ``outdated`` are questions asked too long ago, ``unanswered`` those never answered. There is no
    way to override a block: the answers themselves decide.
    """

    consequences: tuple[Consequence, ...]
    unanswered: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()

    @property
    def blocks(self) -> tuple[Consequence, ...]:
        """Blocks in force."""
        return tuple(c for c in self.consequences if c.action is Action.BLOCK)

    @property
    def unsettled(self) -> tuple[Consequence, ...]:
        """Warnings that still want a rationale or a detail."""
        return tuple(
            c
            for c in self.consequences
            if c.action is Action.WARN and not c.settled and c.scope is not Scope.MUSCLE
        )

    @property
    def blocked_everywhere(self) -> bool:
        """Whether no needle may go in at all."""
        return any(c.everywhere for c in self.blocks)

    @property
    def ready(self) -> bool:
        """Whether needling may begin somewhere."""
        return not (self.blocked_everywhere or self.unanswered or self.outdated or self.unsettled)

    def refusals(self, spot: Spot) -> tuple[str, ...]:
        """Every sentence that speaks against a needle there; empty if it may go in."""
        found = [c.sentence for c in self.blocks if c.touches(spot)]
        if self.unanswered or self.outdated:
            found.append(_("The screening questions are not all answered."))
        found += [_unsettled_sentence(c) for c in self.unsettled if c.touches(spot)]
        return tuple(found)

    def remaining(self) -> str:
        """What is still possible, in one sentence."""
        if self.blocked_everywhere:
            return _("No needling today; assessment, exercises and advice go on.")
        kept = [c for c in self.blocks if not c.everywhere]
        if not kept:
            return _("Needling can go ahead.")
        parts = "; ".join(place_name(c) for c in kept)
        return _("Not needled: {places}. The rest of the plan can go ahead.").format(places=parts)


def place_name(consequence: Consequence) -> str:
    """Where a consequence reaches, in words."""
    match consequence.scope:
        case Scope.LIMB if consequence.limbs:
            return ", ".join(limb_name(limb) for limb in consequence.limbs)
        case Scope.REGION if consequence.regions:
            side = next(iter(consequence.sides)).value if len(consequence.sides) == 1 else ""
            return ", ".join(
                f"{side} {region.replace('_', ' ')}".strip() for region in consequence.regions
            )
        case Scope.TECHNIQUE:
            return _("electrical stimulation")
        case Scope.MUSCLE:
            return _("muscles near the lung")
        case _:
            return _("the whole body")


def limb_name(limb: str) -> str:
    """``left_leg`` as words."""
    names = {
        f"{Side.LEFT}_{Limb.ARM}": _("left arm"),
        f"{Side.RIGHT}_{Limb.ARM}": _("right arm"),
        f"{Side.LEFT}_{Limb.LEG}": _("left leg"),
        f"{Side.RIGHT}_{Limb.LEG}": _("right leg"),
    }
    return names.get(limb, limb)


def _unsettled_sentence(consequence: Consequence) -> str:
    if consequence.details_missing:
        return _("{sentence} Still to enter: {details}.").format(
            sentence=consequence.sentence, details=", ".join(consequence.details_missing)
        )
    return _("{sentence} Enter why needling is right here.").format(sentence=consequence.sentence)


def needling_gate(
    items: Iterable[ScreeningItem],
    answers: Iterable[ScreeningAnswer],
    *,
    now: datetime,
    consent_valid: bool,
) -> NeedlingGate:
    """Judge a patient's screening.

    Args:
        items: the catalogue's questions.
        answers: those given.
        now: the present moment, UTC.
        consent_valid: whether a signed consent is in force; without one everything is blocked.
    """
    asked = [item for item in items if item.asked_of is AskedOf.PATIENT]
    given = {answer.item_id: answer for answer in answers}
    oldest = now - timedelta(days=RESCREEN_DAYS)
    found = consequences(asked, given)
    if not consent_valid:
        found = (
            Consequence(
                item_id=CONSENT_ITEM,
                action=Action.BLOCK,
                scope=Scope.ALL,
                sentence=_("No needling: a signed consent is missing."),
            ),
            *found,
        )
    return NeedlingGate(
        consequences=found,
        unanswered=tuple(item.id for item in asked if item.id not in given),
        outdated=tuple(
            item.id for item in asked if item.id in given and given[item.id].asked_at < oldest
        ),
    )
