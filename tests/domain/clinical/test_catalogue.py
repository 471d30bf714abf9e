"""The catalogue against the screening table of the clinical model, and what breaks it."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinic_desktop.domain.clinical.catalogue import Catalogue, read_catalogue
from clinic_desktop.domain.clinical.data_reading import DataFault
from clinic_desktop.domain.clinical.screening import Action, AskedOf, Scope
from clinic_desktop.domain.clinical.template import read_template
from clinic_desktop.resources import resource

CLINICAL = resource("clinical")

# The table's rows, word for word its scope and action, and the questions that stand for each.
TABLE: list[tuple[tuple[str, ...], Scope, Action]] = [
    (("decline", "no_capacity", "needle_phobia"), Scope.ALL, Action.BLOCK),
    (("emergency", "infection_sys", "red_flag"), Scope.ALL, Action.BLOCK),
    (("lymph",), Scope.LIMB, Action.BLOCK),
    (("infection_local", "implant"), Scope.REGION, Action.BLOCK),
    (("bleeding",), Scope.ALL, Action.BLOCK),
    (("pacemaker",), Scope.TECHNIQUE, Action.BLOCK),
    (("anticoag",), Scope.ALL, Action.WARN),
    (("pregnant",), Scope.ALL, Action.WARN),
    (
        ("immune", "diabetes", "vascular", "epilepsy", "frail", "child"),
        Scope.ALL,
        Action.WARN,
    ),
    (("metal", "allodynia"), Scope.ALL, Action.WARN),
    (("surgery12",), Scope.REGION, Action.WARN),
    (("thorax",), Scope.MUSCLE, Action.WARN),
    (("anxiety", "faint"), Scope.ALL, Action.WARN),
    (("bbv", "not_eaten"), Scope.ALL, Action.NOTE),
]
MODEL = Path(__file__).parents[4] / "shared" / "reference" / "clinical.md"


def data() -> dict[str, Any]:
    return json.loads((CLINICAL / "catalogue.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(data())


@pytest.mark.parametrize(("items", "scope", "action"), TABLE)
def test_each_row_of_the_table_is_asked_with_its_scope_and_action(
    catalogue: Catalogue, items: tuple[str, ...], scope: Scope, action: Action
) -> None:
    for item_id in items:
        item = catalogue.item(item_id)
        assert (item.scope, item.action) == (scope, action), item_id


def test_there_is_no_question_beside_the_table(catalogue: Catalogue) -> None:
    assert {i for items, _s, _a in TABLE for i in items} == {i.id for i in catalogue.screening}


def test_the_rows_written_here_are_those_of_the_model() -> None:
    if not MODEL.exists():
        pytest.skip("the clinical model is not beside this checkout")
    text = MODEL.read_text(encoding="utf-8").split("## Screening")[1].split("##")[0]
    rows = [line.split("|")[1:4] for line in text.splitlines() if line.startswith("| ")]
    rows = rows[1:]
    assert len(rows) == len(TABLE)
    for (_what, scope, action), (_items, wanted_scope, wanted_action) in zip(
        rows, TABLE, strict=True
    ):
        assert wanted_action.value.upper() in action
        named = "technique" if "electrical" in scope else scope.strip()
        assert named == wanted_scope.value


def test_the_special_rules_of_the_table(catalogue: Catalogue) -> None:
    assert catalogue.item("bleeding").lifted_by_letter
    assert not catalogue.item("lymph").lifted_by_letter
    warned = [(e.action, e.scope) for e in catalogue.item("pacemaker").effects]
    assert (Action.WARN, Scope.ALL) in warned
    assert {d.id for d in catalogue.item("anticoag").details if d.required} == {"drug", "dose"}
    assert catalogue.item("bbv").restricted
    assert catalogue.item("not_eaten").restricted
    near_lung = {m.id for m in catalogue.muscles if m.thoracic_risk}
    assert near_lung == {"supraspinatus", "infraspinatus", "scalenes", "ql"}
    assert [i.id for i in catalogue.screening if i.asked_of is AskedOf.PLAN] == ["thorax"]


def test_every_question_is_one_and_every_block_says_what_happens(catalogue: Catalogue) -> None:
    for item in catalogue.asked:
        assert item.question.endswith("?"), item.id
        assert all(effect.sentence.endswith(".") for effect in item.effects), item.id


@pytest.mark.parametrize("path", sorted(CLINICAL.glob("template-*.json")), ids=lambda p: p.stem)
def test_a_shipped_template_is_sound_and_named_after_its_content(
    path: Path, catalogue: Catalogue
) -> None:
    template = read_template(json.loads(path.read_text(encoding="utf-8")))
    assert path.stem == f"template-{template.id}.v{template.version}"
    for muscle in template.muscles:
        assert catalogue.muscle(muscle)


def test_the_itbs_template_asks_what_the_model_asks() -> None:
    path = CLINICAL / "template-itbs.v1.json"
    template = read_template(json.loads(path.read_text(encoding="utf-8")))
    wanted = {
        "onset_distance_mi",
        "site",
        "weekly_mi_current",
        "weekly_mi_preinjury",
        "longest_run_mi",
    }
    assert wanted <= {field.id for field in template.required}
    onset = template.field("onset_distance_mi")
    assert onset is not None
    assert (onset.minimum, onset.maximum, onset.unit) == (0, 100, "mi")
    assert {"noble", "ober", "modified_thomas", "trendelenburg", "step_down"} <= {
        test.id for test in template.tests
    }
    assert template.course["needling_block"] == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["screening"][2].update(action="stop"), r"item 3 \(lymph\).*stop"),
        (lambda d: d["screening"][2].pop("target_detail"), r"item 3 \(lymph\).*says where"),
        (lambda d: d["screening"][0].pop("question"), r"item 1 \(anticoag\).*question"),
        (lambda d: d["screening"].append(d["screening"][0]), "twice"),
        (lambda d: d["muscles"][0].update(region="moon"), r"muscle 1 \(tfl\).*moon"),
        (lambda d: d.update(screening={"a": 1}), "list"),
    ],
)
def test_a_broken_rule_is_named_with_its_place(change: Any, sentence: str) -> None:
    broken = data()
    change(broken)
    with pytest.raises(DataFault, match=sentence):
        read_catalogue(broken)


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ({"id": "a", "label": "A", "kind": "colour"}, r"section 1 \(s\), field 1 \(a\).*colour"),
        ({"id": "a", "label": "A", "kind": "choice"}, "do not fit"),
        ({"id": "a", "label": "A", "kind": "number", "min": 3, "max": 1}, "smallest"),
        ({"id": "a", "label": "A", "kind": "number", "min": "x"}, "number"),
        ({"id": "a", "kind": "text"}, "label"),
        ("a", "object"),
    ],
)
def test_a_broken_template_is_named_with_its_place(field: object, sentence: str) -> None:
    data = {
        "id": "mine",
        "version": 1,
        "name": "Mine",
        "sections": [{"id": "s", "title": "S", "fields": [field]}],
    }
    with pytest.raises(DataFault, match=sentence):
        read_template(data)
