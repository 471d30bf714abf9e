"""Condition templates: versioned forms for the intake, with the tests that go with a condition."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clinic_desktop.domain.clinical.data_reading import Node
from clinic_desktop.domain.clinical.field import Answers, Field, FieldValue, read_fields
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the form, one step of the intake."""

    id: str
    title: str
    fields: tuple[Field, ...]


class TestKind(StrEnum):
    """What a test yields."""

    __test__ = False

    SIGN = "sign"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSpec:
    """A test of a condition; ``fields`` are what is noted beside its result.

    ``expected`` says what is usual, such as "about 30 degrees". ``trials`` are measured and their
    mean counts.
    """

    __test__ = False

    id: str
    name: str
    kind: TestKind
    each_side: bool = True
    unit: str = ""
    expected: str = ""
    trials: int = 1
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseSpec:
    """An exercise that the template offers; doses are left to the clinician."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One version of a condition's form; a changed form is a new version.

    ``course`` holds the planned numbers (visits, days, weeks) by name.
    """

    id: str
    version: int
    name: str
    sections: tuple[Section, ...]
    tests: tuple[TestSpec, ...] = ()
    muscles: tuple[str, ...] = ()
    exercises: tuple[ExerciseSpec, ...] = ()
    icd10: Mapping[str, str]
    course: Mapping[str, float]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field in order."""
        return tuple(field for section in self.sections for field in section.fields)

    @property
    def required(self) -> tuple[Field, ...]:
        """Fields without which the intake is not complete."""
        return tuple(field for field in self.fields if field.required)

    def field(self, field_id: str) -> Field | None:
        """One field, if this version has it."""
        return next((field for field in self.fields if field.id == field_id), None)

    def test(self, test_id: str) -> TestSpec | None:
        """One test, if this version has it."""
        return next((test for test in self.tests if test.id == test_id), None)

    def faults(self, answers: Answers) -> dict[str, str]:
        """What is wrong with the answers, a sentence by field id; empty values are not wrong."""
        found: dict[str, str] = {}
        for field_id, value in answers.items():
            field = self.field(field_id)
            sentence = (
                _("The form has no field “{id}”.").format(id=field_id)
                if field is None
                else _fault_unless_empty(field, value)
            )
            if sentence:
                found[field_id] = sentence
        return found

    def unanswered(self, answers: Answers) -> tuple[Field, ...]:
        """Required fields that have no value yet."""
        return tuple(field for field in self.required if not field.answered(answers))


def _fault_unless_empty(field: Field, value: FieldValue) -> str:
    return "" if value in ("", ()) else field.fault(value)


def read_template(data: object) -> Template:
    """A template from its parsed file.

    Raises:
        DataFault: a rule is broken; the sentence names section and field.
    """
    first = Node(data, _("template"))
    root = Node(data, _("template {id}").format(id=first.text("id")))
    sections = tuple(
        Section(
            id=node.text("id"),
            title=node.text("title"),
            fields=read_fields(node, "fields", _("field")),
        )
        for node in root.nodes("sections", _("section"))
    )
    ids = [field.id for section in sections for field in section.fields]
    twice = sorted({field_id for field_id in ids if ids.count(field_id) > 1})
    if twice:
        raise root.fault(_("the field “{id}” is there twice").format(id=twice[0]))
    if not sections:
        raise root.fault(_("it has no section"))
    return Template(
        id=root.text("id"),
        version=root.whole("version"),
        name=root.text("name"),
        sections=sections,
        tests=tuple(_test(node) for node in root.nodes("tests", _("test"))),
        muscles=root.words("muscles"),
        exercises=tuple(
            ExerciseSpec(id=node.text("id"), name=node.text("name"))
            for node in root.nodes("exercises", _("exercise"))
        ),
        icd10=root.node("icd10").texts(),
        course=root.node("course").numbers(),
    )


def _test(node: Node) -> TestSpec:
    kind = node.text("kind")
    if kind not in {known.value for known in TestKind}:
        raise node.fault(_("the kind “{kind}” is not known").format(kind=kind))
    return TestSpec(
        id=node.text("id"),
        name=node.text("name"),
        kind=TestKind(kind),
        each_side=node.truth("each_side", default=True),
        unit=node.text("unit", ""),
        expected=node.text("expected", ""),
        trials=node.whole("trials", 1),
        fields=read_fields(node, "fields", _("field")),
    )
