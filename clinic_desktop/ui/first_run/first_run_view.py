"""The first run: clinic, owner, people, roads, recovery sheets."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import available_timezones

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPdfWriter, QTextDocument
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.text import _
from clinic_desktop.ui.first_run.first_run_state import FirstRunState, PersonAnswers
from clinic_desktop.ui.kit.parts import Field, Segments, button, card, column, label, row, surface

_PEOPLE = 4
_SHEETS = 4


class FirstRunView(QWidget):
    """A wizard of four steps; the sheets are shown once the clinic is made.

    Signals:
        finished(FirstRun): make this clinic.
        done(): the sheets are kept; go on to log-in.
    """

    finished = Signal(object)
    done = Signal()

    def __init__(self, new_id: Callable[[], str]) -> None:
        super().__init__()
        self._new_id = new_id
        self.state = FirstRunState()
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._steps = QStackedWidget()
        for step in (self._clinic(), self._owner(), self._people(), self._roads(), QWidget()):
            self._steps.addWidget(step)
        names = (_("Clinic"), _("Owner"), _("People"), _("Roads"), _("Recovery sheets"))
        self._bar = Segments(names, _("Step"))
        self._bar.setEnabled(False)
        self._error = label("", "error", wrap=True, name="first_error")
        self._progress = QProgressBar()
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._working = label("", "caption", name="first_working")
        self._back = button(_("Back"), name="first_back", on_click=lambda: self._go(-1))
        self._next = button(_("Next"), kind="primary", name="first_next",
                            on_click=lambda: self._go(1))  # fmt: skip
        box = card(
            column(
                label(_("A new clinic"), "page"),
                label(
                    _("Everything stays on this machine, encrypted. Nothing is sent anywhere."),
                    "muted", wrap=True,
                ),
                row(self._bar, 1),
                self._steps,
                self._error,
                self._working,
                self._progress,
                row(self._back, 1, self._next),
                spacing=14,
                margins=24,
            ),
            "hero",
        )  # fmt: skip
        box.setMaximumWidth(760)
        holder = column(1, row(1, box, 1), 1)
        holder.setContentsMargins(20, 16, 20, 16)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(surface(holder, "window"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._show_step(0)

    def show_error(self, error: ClinicError) -> None:
        """The clinic could not be made."""
        self._progress.hide()
        self._working.setText("")
        self._error.setText(str(error))
        self._next.setEnabled(True)
        self._back.setEnabled(True)

    def show_progress(self, fraction: float, message: str) -> None:
        """How far the making is."""
        self._progress.show()
        self._progress.setValue(round(100 * fraction))
        if message:
            self._working.setText(message)

    def show_sheets(self, sheets: tuple[RecoverySheet, ...]) -> None:
        """The clinic is made: show the codes, once."""
        self._progress.hide()
        self._working.setText("")
        self._sheets = sheets
        lines = column(spacing=10)
        lines.addWidget(
            label(
                _(
                    "Print these two sheets and keep them apart, away from this machine. Whoever "
                    "loses the password gets in with them; without password and sheet the data "
                    "is gone. They are not shown again."
                ),
                wrap=True,
            )
        )
        self._typed: list[QLineEdit] = []
        for sheet in sheets:
            name = _("Schedule") if sheet.file == "schedule" else _("Notes")
            code = QLineEdit(sheet.code)
            code.setReadOnly(True)
            code.setCursorPosition(0)
            lines.addWidget(Field(_("{file}: recovery code").format(file=name), code))
            check = QLineEdit()
            check.setObjectName(f"sheet_check_{sheet.file}")
            self._typed.append(check)
            lines.addWidget(Field(_("Type the last group of this code"), check))
        keep = button(_("Save as PDF to print ..."), name="sheet_pdf", on_click=self._save_sheets)
        lines.addLayout(row(keep, 1))
        lines.addStretch(1)
        old = self._steps.widget(_SHEETS)
        if old is not None:
            self._steps.removeWidget(old)
            old.deleteLater()
        self._steps.insertWidget(_SHEETS, surface(lines, "none"))
        self._show_step(_SHEETS)
        self._next.setEnabled(True)

    # Steps.

    def _clinic(self) -> QWidget:
        self._name = QLineEdit()
        self._name.setObjectName("first_clinic")
        self._zone = QComboBox()
        self._zone.setObjectName("first_zone")
        self._zone.addItems(sorted(z for z in available_timezones() if "/" in z))
        self._zone.setCurrentText(self.state.zone)
        self._clock = QComboBox()
        self._clock.setObjectName("first_clock")
        self._clock.addItem(_("2:45 PM"), "12h")
        self._clock.addItem(_("14:45"), "24h")
        self._unit = QComboBox()
        self._unit.setObjectName("first_unit")
        self._unit.addItem(_("miles"), "mi")
        self._unit.addItem(_("kilometres"), "km")
        return surface(
            column(Field(_("Name of the clinic"), self._name),
                   Field(_("Time zone"), self._zone), 1, spacing=12), "none"
        )  # fmt: skip

    def _owner(self) -> QWidget:
        self._owner_name = _edit("first_owner_name")
        self._owner_login = _edit("first_owner_login")
        self._owner_password = _edit("first_owner_password", secret=True)
        self._owner_repeat = _edit("first_owner_repeat", secret=True)
        self._owner_treats = QCheckBox(_("The owner treats patients too, and may read notes"))
        self._owner_treats.setObjectName("first_owner_treats")
        self._owner_treats.setChecked(True)
        return surface(
            column(
                Field(_("First and last name"), self._owner_name),
                Field(_("Log-in name"), self._owner_login),
                Field(_("Password, at least 8 characters"), self._owner_password),
                Field(_("The same password again"), self._owner_repeat),
                self._owner_treats,
                1,
                spacing=10,
            ),
            "none",
        )

    def _people(self) -> QWidget:
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, text in enumerate((_("Name"), _("Log-in name"), _("First password"))):
            grid.addWidget(label(text, "small"), 0, place + 1)
        self._office = self._person_row(grid, 1, _("Office manager"), "office")
        self._others = [
            self._person_row(grid, 2 + n, _("Practitioner"), f"person{n}") for n in range(_PEOPLE)
        ]
        hint = label(
            _("More people, homes, hours and certificates are entered in Settings, People."),
            "caption", wrap=True,
        )  # fmt: skip
        return surface(column(grid, hint, 1, spacing=12), "none")

    def _roads(self) -> QWidget:
        self._extract = label(_("No extract chosen: drives are straight-line estimates (~)."),
                              "muted", wrap=True)  # fmt: skip
        choose = button(_("Choose an extract (.osm.pbf) ..."), name="first_extract",
                        on_click=self._choose_extract)  # fmt: skip
        return surface(
            column(
                label(
                    _(
                        "Roads, addresses and the map come from an OpenStreetMap extract of your "
                        "region, a file you download once. It can be added later in Settings."
                    ),
                    wrap=True,
                ),
                row(choose, 1),
                self._extract,
                1,
                spacing=12,
            ),
            "none",
        )

    def _person_row(
        self, grid: QGridLayout, line: int, who: str, name: str
    ) -> tuple[QLineEdit, QLineEdit, QLineEdit]:
        edits = (
            _edit(f"first_{name}_name"),
            _edit(f"first_{name}_login"),
            _edit(f"first_{name}_password", secret=True),
        )
        grid.addWidget(label(who, "small"), line, 0)
        for place, edit in enumerate(edits):
            edit.setAccessibleName(f"{who} {line}")
            grid.addWidget(edit, line, place + 1)
        return edits

    # What the person did.

    def _collect(self) -> None:
        state = self.state
        state.clinic_name, state.zone = self._name.text(), self._zone.currentText()
        state.clock, state.distance_unit = self._clock.currentData(), self._unit.currentData()
        state.owner_name, state.owner_login = self._owner_name.text(), self._owner_login.text()
        state.owner_password = self._owner_password.text()
        state.owner_repeat = self._owner_repeat.text()
        state.owner_treats = self._owner_treats.isChecked()
        state.office_name, state.office_login, state.office_password = (
            edit.text() for edit in self._office
        )
        state.people = [
            PersonAnswers(name=a.text(), login=b.text(), password=c.text())
            for a, b, c in self._others
        ]

    def _go(self, step: int) -> None:
        self._collect()
        here = self._steps.currentIndex()
        if here == _SHEETS:
            self._leave_sheets()
            return
        if step > 0:
            fault = self.state.fault(here)
            self._error.setText(fault)
            if fault:
                return
        if here + step == _SHEETS:
            self._next.setEnabled(False)
            self._back.setEnabled(False)
            self.show_progress(0.02, _("Making the clinic"))
            self.finished.emit(self.state.first_run(self._new_id))
            return
        self._show_step(max(0, here + step))

    def _leave_sheets(self) -> None:
        for sheet, typed in zip(self._sheets, self._typed, strict=True):
            if typed.text().strip().upper() != sheet.code.replace(" ", "-").split("-")[-1].upper():
                self._error.setText(
                    _("Type the last group of each code, so that it is sure they are kept.")
                )
                typed.setFocus()
                return
        self.done.emit()

    def _show_step(self, index: int) -> None:
        self._steps.setCurrentIndex(index)
        self._bar.set_index(index)
        self._error.setText("")
        self._back.setVisible(0 < index < _SHEETS)
        texts = {_SHEETS - 1: _("Make the clinic"), _SHEETS: _("They are kept: go to log-in")}
        self._next.setText(texts.get(index, _("Next")))

    def _choose_extract(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self, _("An OpenStreetMap extract"), "", "OpenStreetMap (*.osm.pbf *.pbf)"
        )
        if path:
            self.state.extract = Path(path)
            self._extract.setText(Path(path).name)

    def _save_sheets(self) -> None:
        path, _filter = QFileDialog.getSaveFileName(
            self, _("Recovery sheets"), "recovery-sheets.pdf", "PDF (*.pdf)"
        )
        if path:
            write_sheets(Path(path), self._sheets)


def write_sheets(path: Path, sheets: tuple[RecoverySheet, ...]) -> None:
    """The sheets as a PDF, a page each."""
    writer = QPdfWriter(str(path))
    writer.setResolution(96)
    pages = "<div style='page-break-after: always'></div>".join(
        _("<h1>Recovery sheet: {file}</h1><p>Keep it apart from the machine.</p><h2>{code}</h2>")
        .format(file=sheet.file, code=sheet.code)
        for sheet in sheets
    )  # fmt: skip
    document = QTextDocument()
    document.setHtml(pages)
    document.print_(writer)


def _edit(name: str, *, secret: bool = False) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made
