"""What a person sees of a bug: its type and place, never a patient's data."""

import traceback
from pathlib import PurePath

from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget

from clinic_desktop import __version__
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, column, label, row


def describe(error: BaseException) -> str:
    """Type and call places of an error; no message and no values, which may hold a name."""
    lines = [f"Clinic Desktop {__version__}: {type(error).__name__}"]
    for frame in traceback.extract_tb(error.__traceback__):
        parts = PurePath(frame.filename).parts
        shown = (
            "/".join(parts[parts.index("clinic_desktop") :])
            if "clinic_desktop" in parts
            else (parts[-1] if parts else "")
        )
        lines.append(f"  {shown}:{frame.lineno} in {frame.name}")
    return "\n".join(lines)


class CrashDialog(QDialog):
    """Says that something broke, what still works, and how to report it."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Something broke"))
        self.setMinimumWidth(520)
        report = describe(error)
        words = QPlainTextEdit(report)
        words.setReadOnly(True)
        words.setAccessibleName(_("Report"))
        copy = button(
            _("Copy the report"),
            on_click=lambda: QApplication.clipboard().setText(report),
        )
        close = button(_("Go on"), kind="primary", on_click=self.accept)
        self.setLayout(
            column(
                label(_("The program made a mistake and stopped that action."), "title", wrap=True),
                label(
                    _(
                        "What was shown as saved is saved. You can go on working. The report below "
                        "holds no patient data; pass it on to whoever looks after the program."
                    ),
                    wrap=True,
                ),
                words,
                row(1, copy, close),
                spacing=12,
                margins=20,
            )
        )
