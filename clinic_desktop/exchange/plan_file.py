"""The open format of planning problems and plans, as JSON files.

An instance has ``D`` (drive seconds), ``vehicles`` (a practitioner on a day each), ``visits``,
``unserved`` and ``capacity``; a plan has ``routes``, ``lower_bound``, ``proven_optimal`` and
``seconds``. Beyond the published format an instance may have: a vehicle's ``absences`` (spans),
``max_drive`` and ``overtime`` ([until, price]); a visit's own ``unserved`` and ``name``; ``order``
(pairs: the first before the second on one route); ``spacing`` ([visit, visit, days apart]);
``grid`` (later starts are multiples of it); and ``drive_times`` (``curve`` by pair, ``times`` by
curve and step of the day, ``step``).
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.route_problem import (
    DriveCurves,
    LunchWindow,
    Overtime,
    PlanningTrouble,
    RoutePlan,
    RouteProblem,
    RouteShift,
    RouteVisit,
    Spacing,
)
from clinic_desktop.text import _

_MOST_BYTES: Final = 200 * 1024 * 1024
_UNSERVED: Final = 36_000


def read_instance(path: Path) -> RouteProblem:
    """Read an instance.

    Raises:
        PlanningTrouble: the file cannot be read, or something in it is no such thing; it names
            where.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PlanningTrouble(_("{path} is too large for an instance.").format(path=path))
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlanningTrouble(_("{path} cannot be read.").format(path=path)) from error
    except UnicodeDecodeError as error:
        raise PlanningTrouble(_("{path} is not UTF-8 text.").format(path=path)) from error
    try:
        data = json.loads(text, object_pairs_hook=_no_doubles)
    except ValueError as error:
        raise PlanningTrouble(_("{path} is no JSON: {why}").format(path=path, why=error)) from error
    except RecursionError as error:
        raise PlanningTrouble(_("{path} is nested too deeply.").format(path=path)) from error
    return instance_of(_mapping(data, _("the instance")))


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise PlanningTrouble(_("“{key}” is there twice.").format(key=key))
        found[key] = value
    return found


def instance_of(data: Mapping[str, Any]) -> RouteProblem:
    """An instance that was parsed already.

    Raises:
        PlanningTrouble: naming what is missing or wrong, and where.
    """
    drive = _table(_need(data, "D", _("the instance")), "D")
    vehicles = _items(_need(data, "vehicles", _("the instance")), "vehicles")
    wanted = _items(_need(data, "visits", _("the instance")), "visits")
    unserved = _whole(data.get("unserved", _UNSERVED), "unserved")
    capacity = data.get("capacity")
    _refuse_doubles(wanted)
    return RouteProblem(
        drive=drive,
        shifts=tuple(_shift(_mapping(one, f"vehicles[{n}]"), n) for n, one in enumerate(vehicles)),
        visits=tuple(
            _visit(_mapping(one, f"visits[{n}]"), n, len(vehicles), unserved)
            for n, one in enumerate(wanted)
        ),
        capacity=None if capacity is None else _whole(capacity, "capacity"),
        spacing=tuple(
            Spacing(first=a, second=b, days=days)
            for a, b, days in (
                _wholes(one, f"spacing[{n}]", 3)
                for n, one in enumerate(_items(data.get("spacing") or [], "spacing"))
            )
        ),
        order=tuple(
            (a, b)
            for a, b in (
                _wholes(one, f"order[{n}]", 2)
                for n, one in enumerate(_items(data.get("order") or [], "order"))
            )
        ),
        grid=_whole(data.get("grid", 1), "grid"),
        curves=_curves(data.get("drive_times"), len(drive)),
        names=tuple(
            str(_mapping(one, f"visits[{n}]").get("name") or _("visit {n}").format(n=n))
            for n, one in enumerate(wanted)
        ),
    )


def _refuse_doubles(wanted: list[Any]) -> None:
    seen: set[str] = set()
    for one in wanted:
        name = cast("Mapping[str, Any]", one).get("id") if isinstance(one, dict) else None
        if name is not None and str(name) in seen:
            raise PlanningTrouble(_("Two visits have the id {id}.").format(id=name))
        seen.add(str(name))


def _shift(data: Mapping[str, Any], number: int) -> RouteShift:
    where = f"vehicles[{number}]"
    opens, closes = _wholes(_need(data, "tw", where), f"{where}.tw", 2)
    if data.get("start") is None or data.get("end") is None:
        raise PlanningTrouble(
            _("Practitioner {n} has no home: “start” or “end” is missing.").format(n=number)
        )
    lunch, over = data.get("lunch"), data.get("overtime")
    limit = data.get("max_drive")
    return RouteShift(
        start=_whole(data["start"], f"{where}.start"),
        end=_whole(data["end"], f"{where}.end"),
        opens=opens,
        closes=closes,
        lunch=None if lunch is None else _lunch(_wholes(lunch, f"{where}.lunch", 3)),
        absences=tuple(
            (begin, end)
            for begin, end in (
                _wholes(one, f"{where}.absences", 2)
                for one in _items(data.get("absences") or [], f"{where}.absences")
            )
        ),
        max_drive=None if limit is None else _whole(limit, f"{where}.max_drive"),
        overtime=None if over is None else _overtime(_wholes(over, f"{where}.overtime", 2)),
        person=_whole(data.get("person", number), f"{where}.person"),
        day=_whole(data.get("day", 0), f"{where}.day"),
    )


def _lunch(values: tuple[int, ...]) -> LunchWindow:
    return LunchWindow(earliest=values[0], latest=values[1], length=values[2])


def _overtime(values: tuple[int, ...]) -> Overtime:
    return Overtime(until=values[0], price=values[1])


def _visit(data: Mapping[str, Any], number: int, shifts: int, unserved: int) -> RouteVisit:
    where = f"visits[{number}]"
    allowed = data.get("ok", [1] * shifts)
    penalty = data.get("pen", [0] * shifts)
    windows = _items(_need(data, "tws", where), f"{where}.tws")
    spans = [_wholes(one, f"{where}.tws[{n}]", 2) for n, one in enumerate(windows)]
    return RouteVisit(
        place=_whole(_need(data, "loc", where), f"{where}.loc"),
        duration=_whole(_need(data, "dur", where), f"{where}.dur"),
        windows=tuple((first, last) for first, last in spans),
        allowed=tuple(bool(one) for one in _items(allowed, f"{where}.ok")),
        penalty=_wholes(penalty, f"{where}.pen", None),
        unserved=_whole(data.get("unserved", unserved), f"{where}.unserved"),
        demand=_whole(data.get("demand", 0), f"{where}.demand"),
    )


def _curves(found: Any, places: int) -> DriveCurves | None:
    if found is None:
        return None
    data = _mapping(found, "drive_times")
    curve = _table(_need(data, "curve", "drive_times"), "drive_times.curve")
    rows = _items(_need(data, "times", "drive_times"), "drive_times.times")
    times = tuple(_wholes(row, f"drive_times.times[{n}]", None) for n, row in enumerate(rows))
    if len(curve) != places or any(not 0 <= c < len(times) for row in curve for c in row):
        raise PlanningTrouble(_("“drive_times” does not fit the {n} places.").format(n=places))
    if len({len(row) for row in times}) != 1 or not times[0]:
        raise PlanningTrouble(_("The rows of “drive_times.times” are not of one length."))
    step = _whole(_need(data, "step", "drive_times"), "drive_times.step")
    if step <= 0:
        raise PlanningTrouble(_("“drive_times.step” is no length of time."))
    return DriveCurves(curve=curve, times=times, step=step)


def _need(data: Mapping[str, Any], key: str, where: str) -> Any:
    if key not in data:
        raise PlanningTrouble(_("“{key}” is missing in {where}.").format(key=key, where=where))
    return data[key]


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise PlanningTrouble(_("{where} is no JSON object.").format(where=where))
    return cast("Mapping[str, Any]", value)


def _items(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise PlanningTrouble(_("{where} is no list.").format(where=where))
    return cast("list[Any]", value)


def _whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PlanningTrouble(_("{where} is no number.").format(where=where))
    if value != int(value) or abs(value) > 10**9:
        raise PlanningTrouble(_("{where} is no whole number.").format(where=where))
    return int(value)


def _wholes(value: Any, where: str, count: int | None) -> tuple[int, ...]:
    items = _items(value, where)
    if count is not None and len(items) != count:
        raise PlanningTrouble(
            _("{where} has {n} numbers, not {m}.").format(where=where, n=len(items), m=count)
        )
    return tuple(_whole(one, where) for one in items)


def _table(value: Any, where: str) -> tuple[tuple[int, ...], ...]:
    rows = _items(value, where)
    made = tuple(_wholes(row, f"{where}[{n}]", None) for n, row in enumerate(rows))
    for number, row in enumerate(made):
        if len(row) != len(made):
            raise PlanningTrouble(
                _("{where}[{n}] has {m} drives, not {p}: the table is partly missing.").format(
                    where=where, n=number, m=len(row), p=len(made)
                )
            )
    return made


def plan_data(plan: RoutePlan) -> dict[str, Any]:
    """A plan as the format has it."""
    return {
        "routes": {str(k): list(route) for k, route in enumerate(plan.routes)},
        "cost": plan.cost,
        "lower_bound": plan.lower_bound,
        "proven_optimal": plan.proven,
        "seconds": round(plan.seconds, 3),
    }


def write_plan(plan: RoutePlan, path: Path) -> None:
    """Write a plan; an older file stays whole until the new one is.

    Raises:
        ClinicError: the file cannot be written.
    """
    half = path.with_name(path.name + ".part")
    try:
        half.write_text(json.dumps(plan_data(plan)) + "\n", encoding="utf-8")
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise ClinicError(_("{path} cannot be written.").format(path=path)) from error
