"""Instances and plans of the open format: what is read, written, and refused with its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinic_desktop.domain.route_problem import PlanningTrouble, RoutePlan
from clinic_desktop.exchange.plan_file import read_instance, write_plan


def instance() -> dict[str, Any]:
    return {
        "D": [[0, 300, 400], [310, 0, 200], [420, 210, 0]],
        "vehicles": [
            {"start": 0, "end": 0, "tw": [28800, 62100], "lunch": [39600, 48600, 1800]},
        ],
        "visits": [
            {"loc": 1, "dur": 1800, "tws": [[30000, 40000]], "ok": [1], "pen": [0], "demand": 0},
            {"loc": 2, "dur": 1800, "tws": [[30000, 60000]], "ok": [1], "pen": [60], "demand": 0},
        ],
        "unserved": 36000,
        "capacity": None,
    }


def written(folder: Path, data: object) -> Path:
    path = folder / "instance.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_an_instance_is_read_as_it_stands(tmp_path: Path) -> None:
    problem = read_instance(written(tmp_path, instance()))
    assert problem.drive[2] == (420, 210, 0)
    assert problem.shifts[0].lunch is not None
    assert problem.shifts[0].lunch.length == 1800
    assert [visit.unserved for visit in problem.visits] == [36000, 36000]
    assert problem.visits[1].penalty == (60,)


def test_the_clinics_own_rules_are_read_too(tmp_path: Path) -> None:
    data = instance()
    data["vehicles"][0] |= {"absences": [[40000, 41000]], "max_drive": 5000, "overtime": [60000, 2]}
    data["visits"][0] |= {"unserved": 99, "name": "Ruth A."}
    data |= {"order": [[0, 1]], "spacing": [[0, 1, 2]]}
    data["drive_times"] = {"curve": [[0] * 3] * 3, "times": [[300, 400]], "step": 3600}
    problem = read_instance(written(tmp_path, data))
    shift = problem.shifts[0]
    assert shift.absences == ((40000, 41000),)
    assert (shift.max_drive, shift.overtime and shift.overtime.price) == (5000, 2)
    assert (problem.visits[0].unserved, problem.name(0), problem.name(1)) == (
        99,
        "Ruth A.",
        "visit 1",
    )
    assert problem.order == ((0, 1),)
    assert problem.spacing[0].days == 2
    assert problem.minutes(0, 1, 4000) == 400


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda d: d.pop("D"), "“D” is missing in the instance"),
        (lambda d: d["D"][1].pop(), r"D\[1\] has 2 drives, not 3: the table is partly missing"),
        (lambda d: d["D"][0].__setitem__(1, float("nan")), r"D\[0\] is no number"),
        (lambda d: d["D"][0].__setitem__(1, "soon"), r"D\[0\] is no number"),
        (lambda d: d["D"][0].__setitem__(1, 1.5), r"D\[0\] is no whole number"),
        (lambda d: d["vehicles"][0].pop("start"), "Practitioner 0 has no home"),
        (lambda d: d["vehicles"][0].__setitem__("tw", [1]), r"vehicles\[0\].tw has 1 numbers"),
        (lambda d: d["visits"][1].pop("tws"), r"“tws” is missing in visits\[1\]"),
        (lambda d: d["visits"].__setitem__(0, 7), r"visits\[0\] is no JSON object"),
        (lambda d: [v.__setitem__("id", "a") for v in d["visits"]], "Two visits have the id a"),
        (lambda d: d.__setitem__("order", [[0]]), r"order\[0\] has 1 numbers, not 2"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, break_it: Any, words: str) -> None:
    data = instance()
    break_it(data)
    with pytest.raises(PlanningTrouble, match=words):
        read_instance(written(tmp_path, data))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ('{"D": 1, "D": 2}', "“D” is there twice"),
        ("[" * 100_000, "nested too deeply|is no JSON"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(PlanningTrouble, match=words):
        read_instance(written(tmp_path, text))


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlanningTrouble, match="cannot be read"):
        read_instance(tmp_path / "none.json")


def test_a_plan_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan(
        RoutePlan(routes=((1, 0), ()), cost=900, lower_bound=900, proven=True, seconds=0.25), path
    )
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "routes": {"0": [1, 0], "1": []},
        "cost": 900,
        "lower_bound": 900,
        "proven_optimal": True,
        "seconds": 0.25,
    }
    assert list(tmp_path.iterdir()) == [path]
