"""Fields, screening rows and the signature pad, by keyboard and by mouse."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from clinic_desktop.domain.clinical.field import Choice, Field, FieldKind
from clinic_desktop.domain.clinical.screening import Answer, ScreeningAnswer
from clinic_desktop.domain.ids import IntakeId, UserId
from clinic_desktop.services.clinical.library import load_library
from clinic_desktop.ui.clinical.field_editor import FieldEditor, FieldForm
from clinic_desktop.ui.clinical.screening_row import ScreeningRow
from clinic_desktop.ui.clinical.signature_pad import SignaturePad
from clinic_desktop.ui.kit.parts import Alert

CATALOGUE = load_library().catalogue


def blank(item_id: str) -> ScreeningAnswer:
    return ScreeningAnswer(
        intake_id=IntakeId("i"),
        item_id=item_id,
        answer=Answer.NO,
        asked_by=UserId("u"),
        asked_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


@pytest.fixture
def row(qtbot, theme, formats):
    item = CATALOGUE.item("anticoag") if any(
        i.id == "anticoag" for i in CATALOGUE.asked
    ) else CATALOGUE.asked[0]  # fmt: skip
    made = ScreeningRow(theme, formats, 1, item)
    made.set_blank(blank(item.id))
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_number_a_date_and_a_choice_are_read_as_the_domain_stores_them(qtbot, formats, theme):
    form = FieldForm(
        (
            Field(id="miles", label="Miles", kind=FieldKind.NUMBER, minimum=0, maximum=100),
            Field(id="began", label="Began", kind=FieldKind.DATE),
            Field(
                id="side",
                label="Side",
                kind=FieldKind.CHOICE,
                choices=(Choice(id="left", label="Left"), Choice(id="right", label="Right")),
            ),
        ),
        formats,
    )
    qtbot.addWidget(form)
    form.show()
    qtbot.keyClicks(form.editors["miles"]._line, "3.5")
    qtbot.keyClicks(form.editors["began"]._line, "11/2/2026")
    qtbot.mouseClick(form.editors["side"]._chips["right"], Qt.MouseButton.LeftButton)
    assert form.values() == {"miles": 3.5, "began": "2026-11-02", "side": "right"}
    form.set_values({"miles": 12.0, "side": "left"})
    assert form.values() == {"miles": 12.0, "side": "left"}


@pytest.mark.parametrize(("typed", "words"), [("many", "number"), ("400", "more than 100")])
def test_a_value_that_does_not_fit_says_why_beside_its_field(qtbot, formats, theme, typed, words):
    editor = FieldEditor(
        Field(id="miles", label="Miles", kind=FieldKind.NUMBER, minimum=0, maximum=100), formats
    )
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor._line, typed)
    assert words in editor.check()
    assert words in editor._error.text()


def test_an_answer_moves_on_and_a_yes_first_asks_for_its_details(qtbot, row):
    row.setFocus()
    with qtbot.waitSignal(row.step_requested) as step:
        qtbot.keyClick(row, Qt.Key.Key_N)
    assert step.args == [1]
    assert row.chosen() is Answer.NO
    qtbot.keyClick(row, Qt.Key.Key_U)
    assert row.chosen() is Answer.UNSURE
    assert not row.hasFocus()
    typing = QApplication.focusWidget()
    assert row.isAncestorOf(typing), "the cursor is in what the answer asks for"
    with qtbot.waitSignal(row.step_requested) as step:
        qtbot.keyClick(typing, Qt.Key.Key_Return)
    assert step.args == [1]


def test_a_letter_typed_after_a_yes_never_turns_it_into_a_no(qtbot, row):
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Y)
    for letter in (Qt.Key.Key_N, Qt.Key.Key_U, Qt.Key.Key_N):
        qtbot.keyClick(QApplication.focusWidget(), letter)
    assert row.chosen() is Answer.YES


def test_unsure_says_at_once_what_it_changes_just_as_yes_does(qtbot, row):
    def sentences():
        return [a.accessibleName() for a in row.findChildren(Alert) if a.parent() is not None]

    row.choose(Answer.YES)
    yes = sentences()
    row.choose(Answer.UNSURE)
    assert yes
    assert sentences() == yes
    row.choose(Answer.NO)
    assert sentences() == []


def test_details_of_a_no_are_not_kept(row):
    row.choose(Answer.YES)
    row._rationale.setText("superficial muscles only")
    assert row.answer(blank(row.item.id)).rationale == "superficial muscles only"
    row.choose(Answer.NO)
    assert row.answer(blank(row.item.id)).rationale == ""


def draw(pad, points):
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(points) - 2),
             QEvent.Type.MouseButtonRelease]  # fmt: skip
    for kind, (x, y) in zip(kinds, points, strict=True):
        at = QPointF(x, y)
        QApplication.sendEvent(
            pad,
            QMouseEvent(kind, at, pad.mapToGlobal(at), Qt.MouseButton.LeftButton,
                        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier),
        )  # fmt: skip


def test_a_stroke_that_leaves_the_pad_ends_there_and_all_points_lie_inside(qtbot, theme):
    pad = SignaturePad(theme)
    qtbot.addWidget(pad)
    pad.resize(400, 130)
    pad.show()
    assert pad.strokes() == ()
    draw(pad, [(20, 50), (60, 60), (120, 300), (140, 70), (180, 80), (200, 60)])
    strokes = pad.strokes()
    assert len(strokes) == 2
    assert all(0 <= x <= 1 and 0 <= y <= 1 for stroke in strokes for x, y in stroke)
    qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert pad.strokes() == ()
