"""The dialogs of Settings > People."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from babel.dates import parse_date
from PySide6.QtCore import QTime, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QTimeEdit,
    QWidget,
)

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.practitioner import Certification, Practitioner, Profession
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.travel import AddressMatch
from clinic_desktop.domain.visit import Visit
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, WorkingPattern
from clinic_desktop.services.users import AddUser
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, button, column, label, row

NEEDLING = "dry_needling_advanced"
_PAUSE_MS = 120


class PractitionerDialog(QDialog):
    """Add or edit a practitioner.

    Signals:
        saved(Practitioner): what was entered.
    """

    saved = Signal(object)

    def __init__(
        self, context: UiContext, person: Practitioner | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._person = context, person
        self.setWindowTitle(_("Edit practitioner") if person else _("Add practitioner"))
        self.setMinimumWidth(480)
        self.first = QLineEdit(person.first_name if person else "")
        self.first.setObjectName("practitioner_first")
        self.last = QLineEdit(person.last_name if person else "")
        self.last.setObjectName("practitioner_last")
        self.credentials = QLineEdit(person.credentials if person else "PT")
        self.profession = QComboBox()
        for profession in Profession:
            self.profession.addItem(profession.value, profession)
        if person:
            self.profession.setCurrentText(person.profession.value)
        self._match: AddressMatch | None = None
        self.home = QLineEdit(
            person.home_address.one_line() if person and person.home_address else ""
        )
        self.home.setObjectName("practitioner_home")
        self.home.textEdited.connect(self._on_home_typed)
        self._found = QListWidget()
        self._found.setMaximumHeight(90)
        self._found.hide()
        self._found.itemActivated.connect(self._on_home_chosen)
        self._found.itemClicked.connect(self._on_home_chosen)
        self._matches: list[AddressMatch] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look_up)
        self.needles = QCheckBox(_("Certified for advanced dry needling"))
        self.needles.setObjectName("practitioner_needles")
        certificate = next((c for c in person.certifications if c.kind == NEEDLING), None) if (
            person
        ) else None  # fmt: skip
        self.needles.setChecked(certificate is not None or person is None)
        formats = context.formats
        expires = certificate.expires if certificate else None
        self.expires = QLineEdit(formats.short_date(expires) if expires else "")
        self.expires.setPlaceholderText(formats.short_date(date(2027, 12, 31)))
        span = _hours(person)
        self.begins = QTimeEdit(QTime(span.start_min // 60, span.start_min % 60))
        self.ends = QTimeEdit(QTime(span.end_min // 60, span.end_min % 60))
        for edit in (self.begins, self.ends):
            edit.setDisplayFormat("HH:mm" if formats.clock == "24h" else "h:mm AP")
        self._days = [QCheckBox(formats.weekday(date(2026, 11, 23 + n))) for n in range(7)]
        for number, box in enumerate(self._days):
            works = bool(person.pattern.weekdays[number]) if person else number < 5
            box.setChecked(works)
        self._error = label("", "error", wrap=True)
        save = button(_("Save"), kind="primary", name="practitioner_save", on_click=self._save)
        cancel = button(_("Cancel"), on_click=self.reject)
        self.setLayout(
            column(
                row(Field(_("First name"), self.first), Field(_("Last name"), self.last)),
                row(Field(_("Profession"), self.profession),
                    Field(_("Credentials as shown"), self.credentials)),
                Field(_("Home, where the day begins and ends"), self.home),
                self._found,
                label(_("Works on"), "small"),
                row(*self._days, 1, spacing=6),
                row(Field(_("From (leaving home)"), self.begins),
                    Field(_("To (home again)"), self.ends), 1),
                row(self.needles, 1),
                Field(_("Certificate expires on (empty: does not)"), self.expires),
                self._error,
                row(1, cancel, save),
                spacing=10,
                margins=18,
            )
        )  # fmt: skip

    def show_error(self, error: ClinicError) -> None:
        """Why it was not saved."""
        self._error.setText(str(error))

    def _on_home_typed(self) -> None:
        self._match = None
        self._pause.start()

    def _look_up(self) -> None:
        text, roads = self.home.text(), self._context.services.roads

        def found(matches: list[AddressMatch]) -> None:
            if text != self.home.text():
                return
            self._matches = matches
            self._found.clear()
            self._found.addItems([m.address.one_line() for m in matches])
            self._found.setVisible(bool(matches))

        self._context.operations.read(self, lambda: roads.search_address(text, 4), found)

    def _on_home_chosen(self) -> None:
        index = self._found.currentRow()
        if 0 <= index < len(self._matches):
            self._match = self._matches[index]
            self.home.setText(self._match.address.one_line())
            self._found.hide()

    def _save(self) -> None:
        if not (self.first.text().strip() and self.last.text().strip()):
            self._error.setText(_("A practitioner needs a first and a last name."))
            return
        begins, ends = _minute(self.begins), _minute(self.ends)
        if begins >= ends:
            self._error.setText(_("The day has to end after it begins."))
            return
        expires: date | None = None
        if self.expires.text().strip():
            try:
                expires = parse_date(self.expires.text(), locale=self._context.formats.locale)
            except (ValueError, IndexError):
                self._error.setText(_("The expiry is no date."))
                return
        self.saved.emit(self._entered(begins, ends, expires))

    def _entered(self, begins: int, ends: int, expires: date | None) -> Practitioner:
        hours = (MinuteSpan(start_min=begins, end_min=ends),)
        kept = self._person.pattern.lunch if self._person else LunchRule()
        pattern = WorkingPattern(
            weekdays=tuple(hours if box.isChecked() else () for box in self._days), lunch=kept
        )
        match = self._match or (
            self._matches[0] if self._matches and self._matches[0].sure else None
        )
        typed = self.home.text().strip()
        base = self._person or Practitioner(
            id=PractitionerId(self._context.services.people.new_practitioner_id()),
            first_name="", last_name="", profession=Profession.PT, credentials="", marker=1,
            home=None, home_address=None, pattern=pattern,
        )  # fmt: skip
        others = tuple(c for c in base.certifications if c.kind != NEEDLING)
        needling = (Certification(kind=NEEDLING, expires=expires),)
        same_home = base.home_address is not None and base.home_address.one_line() == typed
        return replace(
            base,
            first_name=self.first.text(),
            last_name=self.last.text(),
            profession=Profession(str(self.profession.currentData())),
            credentials=self.credentials.text(),
            home=match.coordinate if match else base.home if same_home else None,
            home_address=match.address if match
            else base.home_address if same_home
            else Address(line=typed) if typed else None,
            pattern=pattern,
            certifications=others + (needling if self.needles.isChecked() else ()),
        )  # fmt: skip


class ReassignDialog(QDialog):
    """The visits ahead of someone who leaves, and who takes them.

    Signals:
        chosen(tuple, object): visit ids and the practitioner who takes them, or None.
    """

    chosen = Signal(object, object)

    def __init__(
        self,
        context: UiContext,
        why: str,
        visits: Sequence[Visit],
        others: Sequence[Practitioner],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Visits to give to somebody else"))
        self.setMinimumWidth(460)
        formats: Formats = context.formats
        shown = QListWidget()
        shown.setAccessibleName(_("Visits"))
        for visit in visits:
            shown.addItem(f"{formats.day(visit.day)}, {formats.time(visit.start_min)}")
        self._ids = tuple(visit.id for visit in visits)
        self._taker = QComboBox()
        self._taker.setObjectName("reassign_taker")
        self._taker.setAccessibleName(_("Who takes them"))
        for person in others:
            self._taker.addItem(person.name, person)
        self._taker.addItem(_("Nobody yet: back to the requests"), None)
        self._error = label("", "error", wrap=True)
        give = button(_("Give them and deactivate"), kind="primary", name="reassign_give",
                      on_click=self._give)  # fmt: skip
        self.setLayout(
            column(
                label(why, wrap=True),
                shown,
                Field(_("Who takes them"), self._taker),
                label(_("Promises stay as told; whoever was promised a name has to be called."),
                      "caption", wrap=True),
                self._error,
                row(1, button(_("Cancel"), on_click=self.reject), give),
                spacing=10,
                margins=18,
            )
        )  # fmt: skip

    def show_error(self, error: ClinicError) -> None:
        """Why they cannot be given."""
        self._error.setText(str(error))

    def _give(self) -> None:
        self.chosen.emit(self._ids, self._taker.currentData())


class UserDialog(QDialog):
    """Add a log-in.

    Signals:
        saved(): read ``command``.
    """

    saved = Signal()

    def __init__(self, people: Sequence[Practitioner], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Add log-in"))
        self.setMinimumWidth(420)
        self.name, self.login, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setObjectName("user_name")
        self.login.setObjectName("user_login")
        self.password.setObjectName("user_password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._roles = {
            Role.OFFICE: QCheckBox(_("Office")),
            Role.PRACTITIONER: QCheckBox(_("Practitioner: opens notes")),
            Role.OWNER: QCheckBox(_("Owner: people, settings, backups")),
        }
        for role, box in self._roles.items():
            box.setObjectName(f"user_role_{role.value}")
        self._person = QComboBox()
        self._person.addItem(_("nobody"), None)
        for person in people:
            self._person.addItem(person.name, person.id)
        self._error = label("", "error", wrap=True)
        save = button(_("Save"), kind="primary", name="user_save", on_click=self.saved.emit)
        self.setLayout(
            column(
                Field(_("Name"), self.name),
                Field(_("Log-in name"), self.login),
                Field(_("First password, at least 8 characters"), self.password),
                *self._roles.values(),
                Field(_("Is the practitioner"), self._person),
                label(_("Keys cannot be undone, only taken away again."), "caption"),
                self._error,
                row(1, button(_("Cancel"), on_click=self.reject), save),
                spacing=10,
                margins=18,
            )
        )

    def command(self) -> AddUser:
        """What was entered."""
        return AddUser(
            login=self.login.text(),
            name=self.name.text(),
            roles=frozenset(role for role, box in self._roles.items() if box.isChecked()),
            password=self.password.text(),
            practitioner_id=self._person.currentData(),
        )

    def show_error(self, error: ClinicError) -> None:
        """Why it was not saved."""
        self._error.setText(str(error))


class SheetsDialog(QDialog):
    """New recovery sheets, shown once."""

    def __init__(self, sheets: Sequence[RecoverySheet], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("New recovery sheets"))
        self.setMinimumWidth(520)
        lines = column(
            label(_("Write these down or print them now; the old sheets open nothing any more."),
                  wrap=True),
            spacing=10, margins=18,
        )  # fmt: skip
        for sheet in sheets:
            code = QLineEdit(sheet.code)
            code.setReadOnly(True)
            lines.addWidget(Field(sheet.file, code))
        lines.addLayout(row(1, button(_("They are kept"), kind="primary", on_click=self.accept)))
        self.setLayout(lines)


def _hours(person: Practitioner | None) -> MinuteSpan:
    for spans in person.pattern.weekdays if person else ():
        if spans:
            return spans[0]
    return MinuteSpan(start_min=8 * 60, end_min=17 * 60)


def _minute(edit: QTimeEdit) -> int:
    return edit.time().hour() * 60 + edit.time().minute()
