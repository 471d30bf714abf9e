"""The catalogue: regions, muscles and screening questions, read from its data file."""

from dataclasses import dataclass

from clinic_desktop.domain.clinical.anatomy import Limb, Muscle, Region, Side, Spot, Technique
from clinic_desktop.domain.clinical.data_reading import Node
from clinic_desktop.domain.clinical.field import Choice, Field, read_field
from clinic_desktop.domain.clinical.screening import (
    Action,
    AskedOf,
    Effect,
    Scope,
    ScreeningItem,
)
from clinic_desktop.domain.errors import NotFound
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What every template shares."""

    regions: tuple[Region, ...]
    muscles: tuple[Muscle, ...]
    screening: tuple[ScreeningItem, ...]

    @property
    def asked(self) -> tuple[ScreeningItem, ...]:
        """The questions that a patient answers."""
        return tuple(item for item in self.screening if item.asked_of is AskedOf.PATIENT)

    def item(self, item_id: str) -> ScreeningItem:
        """One question. Raises ``NotFound``."""
        for item in self.screening:
            if item.id == item_id:
                return item
        raise NotFound(_("That screening question is not in the catalogue."))

    def muscle(self, muscle_id: str) -> Muscle:
        """One muscle. Raises ``NotFound``."""
        for muscle in self.muscles:
            if muscle.id == muscle_id:
                return muscle
        raise NotFound(_("That muscle is not in the catalogue."))

    def region(self, region_id: str) -> Region:
        """One region. Raises ``NotFound``."""
        for region in self.regions:
            if region.id == region_id:
                return region
        raise NotFound(_("That region is not in the catalogue."))

    def spot(self, muscle_id: str, side: Side | None, technique: Technique | None) -> Spot:
        """Where a needle goes. Raises ``NotFound`` for an unknown muscle."""
        muscle = self.muscle(muscle_id)
        return Spot(
            muscle=muscle,
            limb=self.region(muscle.region).limb,
            side=side,
            technique=technique,
        )


def read_catalogue(data: object) -> Catalogue:
    """The catalogue from its parsed file.

    Raises:
        DataFault: a rule is broken; the sentence names the entry.
    """
    root = Node(data, _("catalogue"))
    regions = tuple(
        Region(
            id=node.text("id"),
            name=node.text("name"),
            limb=_one_of(Limb, node, "limb"),
        )
        for node in root.nodes("regions", _("region"))
    )
    known = {region.id for region in regions}
    muscles: list[Muscle] = []
    for node in root.nodes("muscles", _("muscle")):
        if node.text("region") not in known:
            raise node.fault(_("the region “{id}” is not known").format(id=node.text("region")))
        muscles.append(
            Muscle(
                id=node.text("id"),
                name=node.text("name"),
                region=node.text("region"),
                templates=node.words("templates"),
                thoracic_risk=node.truth("thoracic_risk"),
                caution=node.text("caution", ""),
            )
        )
    items = tuple(_item(node, regions) for node in root.nodes("screening", _("screening item")))
    if len({item.id for item in items}) < len(items):
        raise root.fault(_("a screening item is there twice"))
    return Catalogue(regions=regions, muscles=tuple(muscles), screening=items)


def _item(node: Node, regions: tuple[Region, ...]) -> ScreeningItem:
    first = Effect(
        action=_one_of(Action, node, "action"),
        scope=_one_of(Scope, node, "scope"),
        sentence=node.text("on_yes"),
        lifted_by_letter=node.truth("lifted_by_letter"),
    )
    further = tuple(
        Effect(
            action=_one_of(Action, effect, "action"),
            scope=_one_of(Scope, effect, "scope"),
            sentence=effect.text("on_yes"),
            lifted_by_letter=effect.truth("lifted_by_letter"),
            unless_detail=effect.text("unless_detail", ""),
            unless_values=effect.words("unless_values"),
        )
        for effect in node.nodes("further", _("further effect"))
    )
    details = tuple(_detail(detail, regions) for detail in node.nodes("details", _("detail")))
    item = ScreeningItem(
        id=node.text("id"),
        question=node.text("question"),
        hint=node.text("hint", ""),
        effects=(first, *further),
        details=details,
        target_detail=node.text("target_detail", ""),
        side_detail=node.text("side_detail", ""),
        asked_of=_one_of(AskedOf, node, "asked_of") if node.has("asked_of") else AskedOf.PATIENT,
        each_visit=node.truth("each_visit"),
        restricted=node.truth("restricted"),
    )
    named = {detail.id for detail in details}
    wanted = {item.target_detail, item.side_detail, *(e.unless_detail for e in item.effects)}
    if missing := sorted(wanted - {""} - named):
        raise node.fault(_("the detail “{id}” is not there").format(id=missing[0]))
    bounded = any(e.scope in (Scope.LIMB, Scope.REGION) for e in item.effects)
    if bounded and not item.target_detail:
        raise node.fault(_("a limb or region rule needs a detail that says where"))
    return item


def _detail(node: Node, regions: tuple[Region, ...]) -> Field:
    if node.text("choices_from", "") == "regions":
        return read_field(node, tuple(Choice(id=r.id, label=r.name) for r in regions))
    return read_field(node)


def _one_of[E: (Limb, Action, Scope, AskedOf)](kinds: type[E], node: Node, key: str) -> E:
    value = node.text(key)
    for kind in kinds:
        if kind.value == value:
            return kind
    raise node.fault(_("“{value}” is not one of the known words").format(value=value))
