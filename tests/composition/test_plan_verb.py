"""Planning from the command line, checked by a judge that trusts no solver."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from clinic_desktop.__main__ import main

PLANNING = Path(__file__).parents[1] / "planning"
DAYS = PLANNING / "instances"


def judged(instance: Path, plan: Path) -> list[int]:
    """Cost, visits made, visits wanted, routes that cannot be driven; false claims end it."""
    judge = subprocess.run(
        [sys.executable, str(PLANNING / "score_plan.py"), str(instance), str(plan)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judge.returncode == 0, judge.stderr
    return [int(word) for word in judge.stdout.split()]


def optima() -> list[tuple[str, int, int]]:
    with (DAYS / "optima.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [(row["file"], int(row["cost"]), int(row["visits_served"])) for row in rows]
    return [*found, ("c3x8a.json", 48562, 24), ("c3x8b.json", 78145, 23)]


@pytest.mark.parametrize(("name", "cost", "served"), optima())
def test_a_clinics_day_is_proven_best(
    tmp_path: Path, name: str, cost: int, served: int, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.json"
    code = main(["plan", str(DAYS / name), "--out", str(out), "--seconds", "60"])
    assert code == 0
    assert "Proven best." in capsys.readouterr().out
    plan = json.loads(out.read_text(encoding="utf-8"))
    assert plan["proven_optimal"]
    assert plan["lower_bound"] == cost
    assert judged(DAYS / name, out) == [cost, served, 24, 0]


def test_what_cannot_be_planned_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads((DAYS / "c3x8a.json").read_text(encoding="utf-8"))
    data["visits"][4]["tws"] = [[50000, 40000]]
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(data), encoding="utf-8")
    out = tmp_path / "plan.json"
    assert main(["plan", str(broken), "--out", str(out)]) == 1
    assert capsys.readouterr().err == "visit 4: no time is left in its window.\n"
    assert not out.exists()


def test_little_time_still_gives_a_plan_with_an_honest_gap(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.json"
    assert (
        main(["plan", str(DAYS / "day3x8_s1002.json"), "--out", str(out), "--seconds", "0.01"]) == 0
    )
    cost, _served, _wanted, infeasible = judged(DAYS / "day3x8_s1002.json", out)
    assert infeasible == 0
    assert cost >= 76762
    assert "from the best possible" in capsys.readouterr().out
