"""Whether things may move by themselves: never where a person or their system asked for rest."""

from PySide6.QtWidgets import QApplication, QStyle, QWidget

_STILL = "reduce_motion"


def set_still(application: QApplication, *, still: bool) -> None:
    """Remember that a person wants no motion (Settings > This machine)."""
    application.setProperty(_STILL, still)


def may_move(widget: QWidget) -> bool:
    """Whether an animation may run; where it may not, its end is shown at once."""
    application = QApplication.instance()
    if application is not None and application.property(_STILL):
        return False
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return widget.style().styleHint(hint, None, widget) > 0
