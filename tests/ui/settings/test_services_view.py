"""The owner keeps what the clinic offers: minutes, price, kit; nothing half-done is kept."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QSpinBox

from clinic_desktop.domain.service import KitItem
from clinic_desktop.ui.settings.service_dialog import ServiceDialog
from clinic_desktop.ui.settings.services_view import ServicesView


@pytest.fixture
def view(qtbot, context):
    made = ServicesView(context)
    qtbot.addWidget(made)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: made.table.row() >= 0)
    return made


def part(dialog, name, kind):
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def press(qtbot, widget, name):
    qtbot.mouseClick(part(widget, name, QPushButton), Qt.MouseButton.LeftButton)


def dialog_of(view):
    return next(d for d in view.findChildren(ServiceDialog) if d.isVisible())


def offered(context):
    return {s.name: s for s in context.services.store.reader().services(with_inactive=True)}


def test_a_new_service_with_its_kit_is_offered_and_can_be_undone(qtbot, view, context, seen):
    press(qtbot, view, "service_add")
    dialog = dialog_of(view)
    qtbot.keyClicks(part(dialog, "service_name", QLineEdit), "Long needling")
    qtbot.keyClicks(part(dialog, "service_short", QLineEdit), "Long")
    qtbot.keyClicks(part(dialog, "service_price", QLineEdit), "140.50")
    part(dialog, "service_treatment", QSpinBox).setValue(50)
    press(qtbot, dialog, "kit_add")
    qtbot.keyClicks(part(dialog, "kit0_name", QLineEdit), "0.30 x 60")
    part(dialog, "kit0_count", QSpinBox).setValue(8)
    press(qtbot, dialog, "service_save")
    qtbot.waitUntil(lambda: "Long needling" in offered(context))
    made = offered(context)["Long needling"]
    assert (made.treatment_min, made.door_min, made.price_cents) == (50, 60, 14050)
    assert made.kit == (KitItem(name="0.30 x 60", count=8),)
    qtbot.waitUntil(lambda: bool(seen.changes))
    assert seen.changes[-1].operation == "Add service Long needling"
    assert seen.changes[-1].undoable
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_a_changed_length_is_kept_and_a_twin_s_name_is_refused(qtbot, view, context):
    names = sorted(offered(context))
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    dialog = dialog_of(view)
    name = part(dialog, "service_name", QLineEdit)
    own = name.text()
    name.setText(next(n for n in names if n != own))
    press(qtbot, dialog, "service_save")
    error = part(dialog, "service_error", QLabel)
    qtbot.waitUntil(error.isVisible)
    assert "of that name already" in error.text()
    name.setText(own)
    part(dialog, "service_treatment", QSpinBox).setValue(70)
    press(qtbot, dialog, "service_save")
    qtbot.waitUntil(lambda: offered(context)[own].treatment_min == 70)


def test_a_price_that_is_none_says_how_to_type_it(qtbot, view, context):
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    dialog = dialog_of(view)
    price = part(dialog, "service_price", QLineEdit)
    price.setText("a lot")
    press(qtbot, dialog, "service_save")
    assert price.accessibleDescription() == "Type it as 125.00."
    assert dialog.isVisible()


def test_the_last_service_stays_offered(qtbot, view, context):
    while True:
        active = [s for s in offered(context).values() if s.active]
        row = [s.id for s in view._services].index(active[0].id)
        view.table.selectRow(row)
        press(qtbot, view, "service_edit")
        dialog = dialog_of(view)
        part(dialog, "service_active", QCheckBox).setChecked(False)
        press(qtbot, dialog, "service_save")
        if len(active) == 1:
            break
        left = len(active) - 1
        qtbot.waitUntil(lambda n=left: sum(s.active for s in view._services) == n)
    error = part(dialog, "service_error", QLabel)
    qtbot.waitUntil(error.isVisible)
    assert error.text().startswith("At least one service")
