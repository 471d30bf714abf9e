"""What one caller said never stands in the next one's call."""

from PySide6.QtWidgets import QLineEdit

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
