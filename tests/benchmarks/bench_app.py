"""Unlock, board, writes, map and the GUI's longest gap, each beside what it is compared with.

The clinic holds ten years: ``CLINIC_BENCH_VISITS`` visits (100,000 unless told otherwise)
and half as many notes. ``CLINIC_BENCH_KEEP`` names a folder in which it is kept for the next run.
"""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.app import ClinicApp, make_application
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.demo import DEMO_PASSWORD, make_demo
from clinic_desktop.composition.system import SystemClock, new_id
from clinic_desktop.demo.clinic import DemoPeople
from clinic_desktop.demo.ten_years import past_days, past_notes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.services.board import FindSlots
from clinic_desktop.ui.board.drag import Drag, DragKind

VISITS = int(os.environ.get("CLINIC_BENCH_VISITS", "100000"))
NOTES = VISITS // 2
BATCH = 250


def say(what: str, figure_ms: float, goal: str) -> None:
    print(f"{what:<44} {figure_ms:9.2f} ms   ({goal})")


@pytest.fixture(scope="module")
def ten_years(tmp_path_factory) -> Path:
    kept = os.environ.get("CLINIC_BENCH_KEEP")
    root = Path(kept) if kept else tmp_path_factory.mktemp("ten-years") / "clinic"
    if (root / "made").exists():
        return root
    folder = ClinicFolder(root, SystemClock(), new_id)
    make_demo(folder, SystemClock(), Arguments(verb="demo"), SilentProgress())
    opened = folder.open("dana", DEMO_PASSWORD)
    reader = opened.services.store.reader()
    patients = reader.all_patients(limit=1000)
    base = DemoPeople(
        clinic=reader.clinic(),
        services=tuple(reader.services()),
        practitioners=tuple(reader.practitioners()),
        patients=tuple(patients),
        sites=tuple(reader.sites_of(p.id)[0] for p in patients),
    )
    until = local_now(SystemClock(), base.clinic.zone).date() - timedelta(days=10)
    days = list(
        past_days(base, new_id, until=until, visits=VISITS,
                  told_by=opened.services.session.user_id, seed=3)
    )  # fmt: skip
    started = time.perf_counter()
    for first in range(0, len(days), BATCH):
        with opened.services.store.operation("Ten years", opened.services.session) as op:
            for day in days[first : first + BATCH]:
                op.put_all(day.visits)
                op.put_all(day.promises)
    treated = [visit for day in days for visit in day.visits][:NOTES]
    author = opened.services.session
    episodes, notes = past_notes(
        base, treated, new_id, author=author.user_id, author_name=author.name
    )
    for first in range(0, len(notes), 5000):
        with opened.clinical.operation("Ten years", author) as op:
            if first == 0:
                for episode in episodes:
                    op.put(episode)
            for note in notes[first : first + 5000]:
                op.put(note)
    took = time.perf_counter() - started
    print(f"\n{VISITS} visits with promises and {len(notes)} notes written in {took:.0f} s")
    opened.close()
    folder.release()
    (root / "made").touch()
    return root


class Gaps:
    """How long the GUI thread did not come round, at most."""

    def __enter__(self) -> "Gaps":
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, 1000 * (now - self._last))
        self._last = now


def test_the_clinic_of_ten_years(qtbot, qapp, ten_years, tmp_path):
    folder = ClinicFolder(ten_years, SystemClock(), new_id)
    folder.look()
    started = time.perf_counter()
    opened = folder.open("office", DEMO_PASSWORD)
    say("unlock and open", 1000 * (time.perf_counter() - started), "goal 500")
    opened.close()
    folder.release()

    _app, theme = make_application(Arguments(verb=""))
    folder = ClinicFolder(ten_years, SystemClock(), new_id)
    clinic = ClinicApp(folder, SystemClock(), theme)
    clinic.start()
    clinic.window.resize(1440, 900)
    clinic.window.show()
    started = time.perf_counter()
    clinic.log_in("office", DEMO_PASSWORD)
    qtbot.waitUntil(lambda: clinic.board is not None and clinic.board.board is not None,
                    timeout=60_000)  # fmt: skip
    say("log-in to interactive board, ten years", 1000 * (time.perf_counter() - started),
        "goal 1500")  # fmt: skip
    qtbot.wait(3000)

    canvas = clinic.board.view.canvas
    figures = []
    for _n in range(30):
        started = time.perf_counter()
        canvas.repaint()
        canvas.grab()
        figures.append(1000 * (time.perf_counter() - started))
    say("board repaint (the day's visits), median", sorted(figures)[15], "goal 8, with a grab")

    drag = clinic.board.drag
    held = next((c.content for c in canvas._cards() if not c.content.state_text), None)
    if held is not None:
        lane = next(la for la in canvas._placed if held in [c.content for c in la.cards])
        who, length = lane.content.practitioner_id, held.end_min - held.start_min
        drag._on_begun(Drag.begin(DragKind.MOVE, held.visit_id, who, held.start_min, length, 0))
        figures = []
        people = list(drag._lanes)
        for n in range(30):
            started = time.perf_counter()
            drag._on_moved(people[n % len(people)], held.start_min + 5 * n, "")
            canvas.repaint()
            figures.append(1000 * (time.perf_counter() - started))
        drag.cancel()
        say("drag step with live labels, median", sorted(figures)[15], "goal 8, repaint included")
        say("drag step with live labels, longest", max(figures), "one frame is 16")

    clinic.window.show_page("routes")
    qtbot.wait(3000)
    view = clinic.routes.map
    figures = []
    for _n in range(30):
        view._pan(3, 2)
        started = time.perf_counter()
        view.grab()
        figures.append(1000 * (time.perf_counter() - started))
    say("map pan frame, median", sorted(figures)[15], "goal 8, with a grab")

    services = clinic.opened.services
    day = clinic.board.day
    for what, read, goal in (
        ("a week read and laid out", lambda: services.calendars.week(services.session, day), 50),
        ("a month counted", lambda: services.calendars.month(services.session, day), 50),
        ("four weeks of agenda", lambda: services.calendars.agenda(
            services.session, day, day + timedelta(days=27)), 50),
        ("the palette finds a name", lambda: services.finding.find(services.session, "ma"), 20),
    ):  # fmt: skip
        figures = []
        for _n in range(15):
            started = time.perf_counter()
            read()
            figures.append(1000 * (time.perf_counter() - started))
        say(f"{what}, median", sorted(figures)[7], f"goal {goal}")
    site = services.store.reader().sites_of(services.store.reader().all_patients(limit=1)[0].id)[0]
    command = FindSlots(service_id=services.store.reader().services()[1].id, site_id=site.id)
    figures = []
    for _n in range(20):
        started = time.perf_counter()
        services.board.find_slots(services.session, command)
        figures.append(1000 * (time.perf_counter() - started))
    say("slot search with its reads, median", sorted(figures)[10], "goal 20")

    visit_id = next(iter(clinic.board.board.details), None)
    if visit_id is not None:
        figures = []
        for _n in range(10):
            started = time.perf_counter()
            with qtbot.waitSignal(clinic.operations.changes_made):
                clinic.operations.write(
                    clinic,
                    lambda: services.visits.toggle_confirmed(services.session, visit_id),
                )
            figures.append(1000 * (time.perf_counter() - started))
        say("write, click to Changes, median", sorted(figures)[5], "fsync included")

    patients = tmp_path / "patients.csv"
    patients.write_text(
        "First Name,Last Name,Mobile Phone,Street Address,City,Postal\n"
        + "".join(f"Bench{n},Test,314555{n:04d},{n} Elm St,St. Louis,63104\n" for n in range(500)),
        encoding="utf-8",
    )
    imports, session = services.imports, services.session
    table = imports.read(session, patients)
    mapping = imports.suggest(table)
    extract = next(ten_years.glob("region/**/*.osm.pbf"), None)
    jobs = {
        "a backup of both files": lambda p: services.backups.make(session, None, p),
        "drives": lambda p: services.roads.warm(services.store, [site.coordinate], p),
        "the preview of an import": lambda p: imports.preview(table, mapping),
        "a slot search": lambda p: services.board.find_slots(session, command),
    }
    if extract is not None:
        jobs["reading an extract"] = lambda p: services.roads.build(extract, p)
    for name, work in jobs.items():
        qtbot.wait(1500)
        done: list[object] = []
        with Gaps() as gaps:
            clinic.operations.job(clinic, work, done.append)
            qtbot.waitUntil(lambda done=done: bool(done), timeout=120_000)
        say(f"longest GUI gap during {name}", gaps.longest_ms, "goal 16")
    for page in ("routes", "board") if visit_id is not None else ():
        clinic.window.show_page(page)
        qtbot.wait(1500)
        with Gaps() as gaps, qtbot.waitSignal(clinic.operations.changes_made):
            clinic.operations.write(
                clinic, lambda: services.visits.toggle_confirmed(session, visit_id)
            )
            qtbot.wait(1000)
        say(f"longest GUI gap, a write seen on the {page}", gaps.longest_ms, "one frame is 16")
    clinic.close()
    clinic.window.close()
