"""Every part of the kit on one sheet, in both themes and at 1, 1.5 and 2 pixels a point."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFrame,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTimeEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from clinic_desktop.ui.kit.focus_ring import FocusRing
from clinic_desktop.ui.kit.fonts import font, set_text_scale
from clinic_desktop.ui.kit.parts import (
    Alert,
    Chip,
    EmptyState,
    Field,
    SearchField,
    Segments,
    button,
    card,
    column,
    icon_button,
    key_cap,
    label,
    row,
    set_icon,
    surface,
)
from clinic_desktop.ui.kit.step_bar import StepBar
from clinic_desktop.ui.kit.stop_badge import StopBadge
from clinic_desktop.ui.kit.tokens import Theme


def _group(title: str, *items: QWidget | QLayout | int) -> QFrame:
    return card(column(label(title, "title"), *items, spacing=10, margins=14))


def make_gallery(theme: Theme) -> QWidget:
    primary = button("New call  N", kind="primary")
    set_icon(primary, theme, "phone")
    off = button("Off")
    off.setEnabled(False)
    searching = button("Search or command  Ctrl K")
    set_icon(searching, theme, "search")
    book = button("Book, agreed  Ctrl Enter", kind="primary", size="large")
    set_icon(book, theme, "check")
    focus = button("Focus", name="focus_me")
    yes = QCheckBox("Promise anybody")
    yes.setChecked(True)
    radio = QRadioButton("Office")
    radio.setChecked(True)
    choice = QPushButton("Right arm")
    choice.setCheckable(True)
    choice.setChecked(True)
    choice.setProperty("choice", "true")
    wrong = Field("Phone", QLineEdit("314 55"))
    wrong.set_error("A US number has ten digits; this one has five.")
    typed = SearchField(theme, "Name or phone number")
    typed.setText("nora 0142")
    service = QComboBox()
    service.addItems(["Follow-up 45", "Evaluation 75"])
    progress = QProgressBar()
    progress.setValue(62)
    progress.setTextVisible(False)
    controls = _group(
        "Controls",
        row(primary, button("Default"), focus, off, 1),
        row(searching, 1),
        row(book),
        row(button("Quiet", kind="quiet"), button("Remove", kind="danger"),
            button("Open map  R", kind="link", size="small"), 1),
        row(Segments(("Day", "Week", "Month"), "View"), choice, 1),
        row(Chip("Tue, any time"), Chip("Thu, after 2 PM"), key_cap("Ctrl"), key_cap("K"), 1),
        row(icon_button(theme, "chevron-left", "Before"), icon_button(theme, "x", "Close"), 1),
        row(yes, QCheckBox("Not chosen"), 1),
        row(radio, QRadioButton("Practitioner"), 1),
    )  # fmt: skip
    fields = _group(
        "Fields",
        Field("Patient", SearchField(theme, "Search or type a command")),
        Field("Caller", typed),
        wrong,
        Field("Service", service),
        row(Field("Minutes", QSpinBox()), Field("Time", QTimeEdit()), Field("Day", QDateEdit())),
        Field("Note", QPlainTextEdit("“Light-headed once, maybe from heat”")),
        progress,
    )
    alerts = _group(
        "Alert: block, warn, note, ok",
        Alert(theme, "block", "Block: no needling in the right arm",
              "Stops the action. Says what is still possible."),
        Alert(theme, "warn", "Warn: Apixaban", "Needs one explicit confirm, then stays pinned."),
        Alert(theme, "note", "Note: first needle lying down", "Never stops anything."),
        Alert(theme, "ok", "Consent valid to Nov 10, 2027", "Only where absence would block."),
    )  # fmt: skip
    people = _group(
        "Practitioner identity",
        *(
            row(StopBadge(theme, m, "D"), StopBadge(theme, m, "4"),
                StopBadge(theme, m, "4", hollow=True), 1)
            for m in range(1, 7)
        ),
    )  # fmt: skip
    states = _group(
        "Empty, type",
        EmptyState(theme, "circle-check", "Nothing to schedule",
                   "New requests and due sessions land here.", button("New call  N")),
        label("10:12 AM", "figure"),
        label("Tue, Nov 24, 2026", "page"),
        label("To schedule", "title"),
        row(label("9", "pill"), label("late", "pill-danger"), label("due", "pill-warn"),
            label("Consent valid", "pill-ok"), 1),
        label("small text", "small"),
        label("caption text", "caption"),
    )  # fmt: skip
    steps = StepBar(theme, ("Patient", "Home & access", "Screening", "History"), "Step", 2)
    steps.set_note(0, "complete", done=True)
    steps.set_note(1, "1 optional left", done=True)
    steps.set_note(2, "6 of 10 answered")
    columns = row(
        column(controls, 1), column(fields, 1), column(alerts, people, 1), column(states, 1),
        spacing=16,
    )  # fmt: skip
    sheet = surface(column(steps, columns, 1, spacing=16, margins=24))
    sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    sheet.resize(1440, 760)
    return sheet


def _at(sheet: QWidget, ratio: float) -> QImage:
    picture = QPixmap(sheet.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    sheet.render(picture)
    return picture.toImage()


@pytest.mark.parametrize("text_scale", [1.0, 2.0])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_every_part_is_drawn_in_both_themes_and_at_every_pixel_ratio(
    qtbot: QtBot, qapp: QApplication, theme: Theme, ratio: float, text_scale: float, tmp_path: Path
) -> None:
    set_text_scale(text_scale)
    qapp.setFont(font("body"))
    sheet = make_gallery(theme)
    sheet.resize(round(1440 * text_scale), round(760 * text_scale))
    qtbot.addWidget(sheet)
    ring = FocusRing(theme, sheet)
    sheet.show()
    qtbot.waitExposed(sheet)
    focus = sheet.findChild(QPushButton, "focus_me")
    assert focus is not None
    focus.setFocus()
    qtbot.waitUntil(lambda: not ring.ring_rect().isEmpty())
    image = _at(sheet, ratio)
    set_text_scale(1.0)
    assert image.save(str(tmp_path / f"gallery-{theme.name}-{ratio}-{text_scale}.png"))
    step = round(3 * ratio * text_scale)
    seen = {
        image.pixel(x, y)
        for x in range(0, image.width(), step)
        for y in range(0, image.height(), step)
    }
    for key in ("bg.window", "bg.surface", "accent.base", "danger.tint", "prac.2.base"):
        assert theme.color(key).rgb() in seen, f"{key} is nowhere on the sheet"


def test_the_focus_ring_lies_outside_the_button_with_a_gap_of_one_pixel(
    qtbot: QtBot, theme: Theme
) -> None:
    sheet = make_gallery(theme)
    qtbot.addWidget(sheet)
    ring = FocusRing(theme, sheet)
    sheet.show()
    qtbot.waitExposed(sheet)
    focus = sheet.findChild(QPushButton, "focus_me")
    assert focus is not None
    focus.setFocus()
    qtbot.waitUntil(lambda: not ring.ring_rect().isEmpty())
    image = _at(sheet, 1.0)
    left = focus.mapTo(sheet, QPoint(0, focus.height() // 2))
    x, y = left.x(), left.y()
    edge = [image.pixelColor(x - k, y).name() for k in (1, 2, 3)]
    colour = theme.color("focus.ring").name()
    assert edge[1:] == [colour, colour]
    assert edge[0] != colour
