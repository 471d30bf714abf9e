"""The first run: clinic, owner, people, services, roads, recovery sheets."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.text import _
from clinic_desktop.ui.first_run.first_run_state import FirstRunState, Step
from clinic_desktop.ui.first_run.recovery_sheets import RecoverySheets
from clinic_desktop.ui.first_run.steps import (
    ClinicStep,
    OwnerStep,
    PeopleStep,
    RoadsStep,
    ServicesStep,
    StepWidget,
)
from clinic_desktop.ui.first_run.wizard_bar import WizardBar
from clinic_desktop.ui.kit.parts import button, column, label, row, surface
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.kit.working import WorkingBar

_WIDEST_PX = 760


def theme_in_use() -> Theme:
    """The theme that the application's palette was made from."""
    window = QApplication.palette().window().color()
    return Theme("dark" if window.lightness() < 128 else "light")


class FirstRunView(QWidget):
    """A wizard; the caller makes the clinic and hands the sheets back.

    Args:
        new_id: makes ids.
        theme: light or dark; None is the one in use.

    Signals:
        finished(FirstRun): make this clinic.
        done(): the sheets are kept; go on to log-in.
    """

    finished = Signal(object)
    done = Signal()

    def __init__(self, new_id: Callable[[], str], theme: Theme | None = None) -> None:
        super().__init__()
        self._new_id = new_id
        self.state = FirstRunState()
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        names = (_("Clinic"), _("Owner"), _("People"), _("Services"), _("Roads"), _("Sheets"))
        self._bar = WizardBar(theme or theme_in_use(), names)
        self._title = label("", "title", wrap=True, name="first_title")
        self.roads = RoadsStep()
        self._steps: tuple[StepWidget, ...] = (
            ClinicStep(self.state),
            OwnerStep(),
            PeopleStep(),
            ServicesStep(self.state),
            self.roads,
        )
        self._stack = QStackedWidget()
        for step in self._steps:
            self._stack.addWidget(_scrolled(step))
        self._making = WorkingBar(_("Making the clinic"), "first", stoppable=False)
        self._stack.addWidget(surface(column(self._making, 1), "none"))
        self._error = label("", "error", wrap=True, name="first_error")
        self._error.hide()
        self._back = button(_("Back"), name="first_back", on_click=self._on_back)
        self._next = button(_("Next"), kind="primary", name="first_next", on_click=self._on_next)
        box = surface(
            column(
                label(_("A new clinic"), "page"),
                label(
                    _("Everything stays on this machine, encrypted. Nothing is sent anywhere."),
                    "muted",
                    wrap=True,
                ),
                self._bar,
                self._title,
                self._stack,
                self._error,
                row(self._back, 1, self._next),
                spacing=12,
                margins=20,
            ),
            "window",
        )
        box.setMaximumWidth(_WIDEST_PX)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        middle = row(1, box, 1, spacing=0)
        middle.setStretchFactor(box, 100)
        outer.addLayout(middle, 1)
        self._show()

    def show_error(self, error: ClinicError) -> None:
        """The clinic could not be made; everything typed is still there."""
        self._making.end()
        self.state.not_made()
        self._show()
        self._tell(str(error))

    def show_progress(self, fraction: float, message: str) -> None:
        """How far the making is."""
        self._making.report(fraction, message)

    def show_sheets(self, sheets: Sequence[RecoverySheet]) -> None:
        """The clinic is made: show the codes, once."""
        self._making.end()
        if self.state.step is Step.MAKING:
            self.state.made()
        shown = RecoverySheets(sheets, _("They are kept: go to log-in"))
        shown.confirmed.connect(self.done)
        self._stack.addWidget(_scrolled(shown))
        self._show()
        shown.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, as the filled button does."""
        typing = isinstance(self.focusWidget(), (QLineEdit, QComboBox))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and typing:
            self._next.click()
            return
        super().keyPressEvent(event)

    def _on_back(self) -> None:
        self._read()
        self.state.back()
        self._show()

    def _on_next(self) -> None:
        if self.state.step >= Step.MAKING:
            return
        here = self._read()
        faults = self.state.next()
        here.show_faults(faults)
        if faults:
            QTimer.singleShot(0, here, lambda: _focus_first_error(here))
            return
        self._show()
        if self.state.step is Step.MAKING:
            self._making.begin(_("Making the clinic"))
            self.finished.emit(self.state.first_run(self._new_id))

    def _read(self) -> StepWidget:
        here = self._steps[self.state.step]
        here.read(self.state)
        return here

    def _show(self) -> None:
        step = self.state.step
        self._stack.setCurrentIndex(step)
        self._bar.show_step(min(step, Step.MAKING))
        titles = {Step.MAKING: _("One moment"), Step.SHEETS: _("Recovery sheets")}
        self._title.setText(titles.get(step) or self._steps[step].title)
        self._back.setVisible(Step.CLINIC < step < Step.MAKING)
        self._next.setVisible(step < Step.MAKING)
        self._next.setText(_("Make the clinic") if step is Step.ROADS else _("Next"))
        self._tell("")
        if step < Step.MAKING:
            first = self._steps[step].first()
            if first is not None:
                first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))


def _focus_first_error(step: QWidget) -> None:
    for edit in step.findChildren(QLineEdit):
        if edit.property("error"):
            edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return


def _scrolled(inner: QWidget) -> QScrollArea:
    holder = surface(column(inner, 1, spacing=0), "window")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(holder)
    return area
