"""A field of a form: what kind of value it takes, and whether a value fits."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic_desktop.domain.clinical.data_reading import Node
from clinic_desktop.text import _

FieldValue = str | int | float | bool | tuple[str, ...]
"""A date is its ISO text, a multiple choice a tuple of choice ids."""

Answers = Mapping[str, FieldValue]
"""Values by field id; an unanswered field is absent."""


class FieldKind(StrEnum):
    """Kinds of values."""

    NUMBER = "number"
    CHOICE = "choice"
    MULTI = "multi"
    TEXT = "text"
    BOOL = "bool"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several; ``id`` is stored, ``label`` is read."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a template, a test or a screening detail.

    ``minimum`` and ``maximum`` are inclusive and in ``unit``.
    """

    id: str
    label: str
    kind: FieldKind
    required: bool = False
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    hint: str = ""

    def fault(self, value: FieldValue) -> str:
        """Why a value does not fit, as a sentence; "" if it does."""
        wrong = _("“{label}” cannot be read.").format(label=self.label)
        match self.kind:
            case FieldKind.NUMBER:
                return self._number_fault(value)
            case FieldKind.CHOICE:
                return "" if value in {choice.id for choice in self.choices} else wrong
            case FieldKind.MULTI:
                known = {choice.id for choice in self.choices}
                return "" if isinstance(value, tuple) and set(value) <= known else wrong
            case FieldKind.TEXT:
                return "" if isinstance(value, str) else wrong
            case FieldKind.BOOL:
                return "" if isinstance(value, bool) else wrong
            case FieldKind.DATE:
                return (
                    "" if _is_date(value) else _("“{label}” is no date.").format(label=self.label)
                )

    def answered(self, answers: Answers) -> bool:
        """Whether there is a value at all; an empty text or choice is none."""
        value = answers.get(self.id)
        if value is None:
            return False
        return bool(value.strip()) if isinstance(value, str) else value != ()

    def label_of(self, choice_id: str) -> str:
        """How a choice is read; the id itself if this version does not know it."""
        return next((c.label for c in self.choices if c.id == choice_id), choice_id)

    def _number_fault(self, value: FieldValue) -> str:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            return _("“{label}” needs a number.").format(label=self.label)
        if self.minimum is not None and value < self.minimum:
            return _("“{label}” cannot be less than {n:g}.").format(
                label=self.label, n=self.minimum
            )
        if self.maximum is not None and value > self.maximum:
            return _("“{label}” cannot be more than {n:g}.").format(
                label=self.label, n=self.maximum
            )
        return ""


def _is_date(value: FieldValue) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def read_choices(node: Node) -> tuple[Choice, ...]:
    """The choices of a field in a data file. Raises ``DataFault``."""
    return tuple(
        Choice(id=item.text("id"), label=item.text("label"))
        for item in node.nodes("choices", "choice")
    )


def read_field(node: Node, choices: tuple[Choice, ...] | None = None) -> Field:
    """A field of a data file.

    Args:
        node: the field's object.
        choices: choices that come from elsewhere, such as the body's regions.

    Raises:
        DataFault: an unknown kind, choices that do not fit it, a range upside down.
    """
    name = node.text("kind")
    if name not in {kind.value for kind in FieldKind}:
        raise node.fault(_("the kind “{kind}” is not known").format(kind=name))
    field = Field(
        id=node.text("id"),
        label=node.text("label"),
        kind=FieldKind(name),
        required=node.truth("required"),
        choices=choices if choices is not None else read_choices(node),
        minimum=node.number("min"),
        maximum=node.number("max"),
        unit=node.text("unit", ""),
        hint=node.text("hint", ""),
    )
    chosen = field.kind in (FieldKind.CHOICE, FieldKind.MULTI)
    if chosen != bool(field.choices):
        raise node.fault(_("choices and the kind “{kind}” do not fit").format(kind=name))
    if len({choice.id for choice in field.choices}) < len(field.choices):
        raise node.fault(_("a choice is there twice"))
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        raise node.fault(_("the smallest value is larger than the largest"))
    return field


def read_fields(node: Node, key: str, called: str) -> tuple[Field, ...]:
    """Several fields; an id may come once. Raises ``DataFault``."""
    fields = tuple(read_field(item) for item in node.nodes(key, called))
    if len({field.id for field in fields}) < len(fields):
        raise node.fault(_("a field is there twice"))
    return fields
