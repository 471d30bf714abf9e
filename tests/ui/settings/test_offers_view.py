"""Prices of offers: what they do is seen while they are typed, and kept with Save."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QPushButton

from clinic_desktop.domain.slot_weights import USUAL_WEIGHTS
from clinic_desktop.planning.planner import Planner
from clinic_desktop.services.offers import OfferService
from clinic_desktop.ui.kit.text_table import TextTableView
from clinic_desktop.ui.settings.offers_view import OffersView
from tests.services.clinic_day import clinic_day


@pytest.fixture
def day(tmp_path, clock, operations):
    held = clinic_day(tmp_path, clock)
    made = operations.in_writer(held.__enter__)
    yield made
    operations.in_writer(lambda: held.__exit__(None, None, None))


@pytest.fixture
def view(qtbot, context, day, clock):
    offers = OfferService(day.store, day.board, Planner(), clock)
    services = replace(context.services, store=day.store, offers=offers)
    made = OffersView(replace(context, services=services))
    qtbot.addWidget(made)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: bool(rows(made)))
    yield made
    # The file is closed next: nothing may still be read from it.
    made._pause.stop()
    qtbot.wait(50)
    qtbot.waitUntil(lambda: not made._task.running)


def rows(view):
    return view.findChild(TextTableView, "offers_preview").model().rows()


def spin(view, field):
    return view.findChild(QDoubleSpinBox, f"offers_{field}")


def press(qtbot, view, name):
    qtbot.mouseClick(view.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def test_the_effect_is_seen_while_typing_and_nothing_is_kept_before_save(qtbot, view, day):
    assert "Ruth A." in view.findChild(QLabel, "offers_example").text()
    assert [row.cells[5] for row in rows(view)] == ["1", "2", "3", "4", "5"]
    assert not view.findChild(QPushButton, "offers_save").isEnabled()
    before = rows(view)
    spin(view, "later_day").setValue(50.0)
    qtbot.waitUntil(lambda: rows(view) != before)
    assert view.findChild(QPushButton, "offers_save").isEnabled()


def test_save_keeps_them_and_the_usual_ones_come_back(qtbot, view, day, operations):
    spin(view, "driving").setValue(2.0)
    qtbot.waitUntil(view.findChild(QPushButton, "offers_save").isEnabled)
    press(qtbot, view, "offers_save")
    kept = lambda: operations.in_writer(lambda: day.store.reader().clinic().weights)  # noqa: E731
    qtbot.waitUntil(lambda: kept().driving == 2.0)
    qtbot.waitUntil(lambda: "Kept" in view.findChild(QLabel, "offers_told").text())
    press(qtbot, view, "offers_usual")
    assert view.weights() == USUAL_WEIGHTS
    assert kept().driving == 2.0, "only Save keeps"


@pytest.mark.parametrize("who", ["office"], indirect=True)
def test_who_is_not_the_owner_is_told(qtbot, view):
    spin(view, "driving").setValue(2.0)
    qtbot.waitUntil(view.findChild(QPushButton, "offers_save").isEnabled)
    press(qtbot, view, "offers_save")
    told = view.findChild(QLabel, "offers_told")
    qtbot.waitUntil(lambda: "owner" in told.text())
