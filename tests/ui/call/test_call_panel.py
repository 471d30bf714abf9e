"""What one caller said never stands in the next one's call."""

from PySide6.QtWidgets import QCheckBox, QLineEdit

from clinic_desktop.ui.call.call_panel import CallPanel


def test_a_fresh_call_and_a_fresh_patient_begin_empty(qtbot, theme):
    panel = CallPanel(theme)
    qtbot.addWidget(panel)
    typed = {
        panel.new_patient.name: "Zed Zane",
        panel.new_patient.phone: "636 555 0999",
        panel.new_patient.address: "12 Elm Street",
        panel.request.words: "13/45",
    }
    for begin in (panel.start, lambda: panel.show_new_patient("", "")):
        for edit, text in typed.items():
            edit.setText(text)
        panel.request.show_words_error("Not understood.")
        begin()
        assert [edit.text() for edit in panel.findChildren(QLineEdit)] == [""] * len(
            panel.findChildren(QLineEdit)
        )
        assert not panel.request.words.accessibleDescription()


def test_a_learned_length_is_offered_and_never_taken_by_itself(qtbot, theme):
    panel = CallPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    box = panel.findChild(QCheckBox, "call_length")
    told = []
    panel.request.length_toggled.connect(told.append)
    panel.request.show_length("Plan 60 min: the last 4 took that long")
    assert not box.isChecked()
    box.toggle()
    assert told == [True]
    panel.request.show_length("Plan 55 min: the last 3 took that long")
    assert not box.isChecked(), "another service is another question"
    panel.request.show_length("")
    assert box.isHidden()
    assert told == [True], "only a person tells"
