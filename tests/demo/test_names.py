"""The demo clinic's people are invented, and the same ones every time."""

import os
import subprocess
import sys
from datetime import date

import pytest

from clinic_desktop.demo.names import Sex, fictional_people


def test_the_same_people_come_every_time_and_a_longer_list_begins_alike() -> None:
    assert fictional_people(3, 50) == fictional_people(3, 80)[:50]
    assert fictional_people(3, 50) != fictional_people(4, 50)


def test_the_people_do_not_depend_on_the_hash_seed() -> None:
    script = "from clinic_desktop.demo.names import fictional_people as f; print(f(9, 40))"
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


def test_telephone_numbers_are_kept_for_fiction() -> None:
    people = fictional_people(1, 400)
    assert all(p.phone[:5] in ("+1314", "+1636") for p in people)
    assert all(p.phone[5:8] == "555" and 100 <= int(p.phone[8:]) <= 199 for p in people)
    assert len({p.phone for p in people[:200]}) == 200


def test_twenty_thousand_people_are_told_apart_by_name_and_birth_date() -> None:
    people = fictional_people(7, 20_000)
    assert len({(p.first_name, p.last_name, p.dob) for p in people}) == 20_000
    assert len({p.last_name for p in people}) > 250
    assert {p.sex for p in people} == {Sex.FEMALE, Sex.MALE}
    assert all(date(1936, 1, 1) <= p.dob <= date(2010, 12, 31) for p in people)


def test_a_negative_number_of_people_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        fictional_people(1, -1)
