"""The editors of a patient's own fields, and what they say when read."""

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import Caller, EmergencyContact, Patient
from clinic_desktop.domain.phone_number import e164_or_none, phone_text
from clinic_desktop.services.patient_checks import checked_patient
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import Field, column, label, separator
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.patients.birth_date import age_on, read_birth_date
from clinic_desktop.ui.patients.phone_list import PhoneList

_OF_AGE = 18
_TOP = Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsRead:
    """The patient as typed, or the first editor that holds something wrong."""

    patient: Patient | None
    wrong: QWidget | None = None


class PatientFields(QWidget):
    """Names, birth date, phones, e-mail, people around the patient, payer.

    Args:
        theme: the colours.
        formats: the clinic's.
        today: the local date.
        patient: the record being edited, None for a new one.
        places: the sites' editors; they stand where the address is asked for.

    Signals:
        changed(): anything was typed or ticked.
    """

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        today: date,
        patient: Patient | None,
        places: QWidget,
    ) -> None:
        super().__init__()
        self._formats, self._today = formats, today
        p = patient
        self.first = QLineEdit(p.first_name if p else "")
        self.last = QLineEdit(p.last_name if p else "")
        self.preferred = QLineEdit(p.preferred_name if p else "")
        self.pronouns = _choice(("", _("she/her"), _("he/him"), _("they/them")))
        self.pronouns.setCurrentText(p.pronouns if p else "")
        self.dob = QLineEdit(formats.short_date(p.dob) if p and p.dob else "")
        self.dob.setPlaceholderText(formats.short_date(date(1984, 12, 5)))
        self.sex = _choice(("", _("female"), _("male")))
        self.sex.setCurrentText(p.sex if p else "")
        self.phones = PhoneList(theme, p.phones if p else ())
        self.email = QLineEdit(p.email if p else "")
        self.guardian = QLineEdit(p.guardian if p else "")
        emergency = p.emergency if p else EmergencyContact()
        self.emergency_name = QLineEdit(emergency.name)
        self.emergency_phone = QLineEdit(_readable(emergency.phone))
        self.emergency_relation = QLineEdit(emergency.relationship)
        caller = p.caller if p else None
        self.has_caller = QCheckBox(_("Someone else calls for this patient"))
        self.has_caller.setChecked(caller is not None)
        self.caller_name = QLineEdit(caller.name if caller else "")
        self.caller_relation = QLineEdit(caller.relation if caller else "")
        self.may_discuss = QCheckBox(_("May discuss the patient’s care"))
        self.may_discuss.setChecked(caller.may_discuss if caller else False)
        self.payer = QLineEdit(p.payer if p else "")
        self.referral = QLineEdit(p.referral_source if p else "")
        self.household = QLineEdit(p.household if p else "")
        self.household.setObjectName("patient_household")
        self.household.setPlaceholderText(_("Kessler, McPherson"))
        self.course = QLineEdit(p.course_label if p else "")
        self._first = Field(_("First name"), self.first)
        self._last = Field(_("Last name"), self.last)
        self._dob = Field(_("Birth date"), self.dob)
        self._email = Field(_("E-mail"), self.email)
        self._guardian = Field(_("Guardian"), self.guardian)
        self._emergency_phone = Field(_("Their phone"), self.emergency_phone)
        self._caller_name = Field(_("Who calls"), self.caller_name)
        self._guardian_hint = label("", "warn", wrap=True, name="guardian_hint")
        self._guardian_hint.hide()
        self._build(places)
        self._connect()
        self._on_caller_toggled(self.has_caller.isChecked())
        self._show_guardian_hint()

    def read(self, known: Patient | None, new_id: PatientId) -> FieldsRead:
        """The patient as typed; wrong fields carry their sentence afterwards.

        Args:
            known: the record being edited; what is not shown here is kept.
            new_id: for a new patient.
        """
        wrong = self._required()
        born: date | None = None
        try:
            born = read_birth_date(self.dob.text(), self._formats, self._today)
            self._dob.set_error("")
        except RuleBroken as broken:
            self._dob.set_error(str(broken))
            wrong = wrong or self.dob
        phones = self.phones.read()
        if phones is None:
            wrong = wrong or self.phones.first_bad()
        if not self._email_fits():
            wrong = wrong or self.email
        wrong = wrong or self._contacts_wrong()
        if wrong is not None:
            return FieldsRead(patient=None, wrong=wrong)
        base = known or Patient(id=new_id, first_name="", last_name="")
        return FieldsRead(patient=self._applied(replace(base, dob=born, phones=phones or ())))

    # Reading.

    def _applied(self, patient: Patient) -> Patient:
        caller = None
        if self.has_caller.isChecked():
            caller = Caller(
                name=_typed(self.caller_name),
                relation=_typed(self.caller_relation),
                may_discuss=self.may_discuss.isChecked(),
            )
        return replace(
            patient,
            first_name=_typed(self.first),
            last_name=_typed(self.last),
            preferred_name=_typed(self.preferred),
            pronouns=self.pronouns.currentText().strip(),
            sex=self.sex.currentText().strip(),
            email=_typed(self.email),
            guardian=_typed(self.guardian),
            emergency=EmergencyContact(
                name=_typed(self.emergency_name),
                phone=e164_or_none(_typed(self.emergency_phone)) or _typed(self.emergency_phone),
                relationship=_typed(self.emergency_relation),
            ),
            caller=caller,
            payer=_typed(self.payer),
            referral_source=_typed(self.referral),
            course_label=_typed(self.course),
            household=_typed(self.household),
        )

    def _required(self) -> QWidget | None:
        wrong: QWidget | None = None
        needed = (
            (self._first, self.first, _("Type the first name.")),
            (self._last, self.last, _("Type the last name.")),
        )
        for field, editor, sentence in needed:
            missing = not _typed(editor)
            field.set_error(sentence if missing else "")
            if missing:
                wrong = wrong or editor
        return wrong

    def _email_fits(self) -> bool:
        """Ask the rule itself, with this one field."""
        probe = Patient(id=PatientId(""), first_name="-", last_name="-", email=_typed(self.email))
        try:
            checked_patient(probe, self._today)
        except RuleBroken as broken:
            self._email.set_error(str(broken))
            return False
        self._email.set_error("")
        return True

    def _contacts_wrong(self) -> QWidget | None:
        typed = _typed(self.emergency_phone)
        bad_phone = bool(typed) and e164_or_none(typed) is None
        self._emergency_phone.set_error(
            _("That is not a phone number. Type ten digits, or + and the country code.")
            if bad_phone
            else ""
        )
        nameless = self.has_caller.isChecked() and not _typed(self.caller_name)
        self._caller_name.set_error(_("Type who calls, or untick the box.") if nameless else "")
        if bad_phone:
            return self.emergency_phone
        return self.caller_name if nameless else None

    # While typing.

    def _show_guardian_hint(self) -> None:
        try:
            born = read_birth_date(self.dob.text(), self._formats, self._today)
        except RuleBroken:
            born = None
        young = born is not None and age_on(born, self._today) < _OF_AGE
        self._guardian_hint.setText(
            _("Under 18: a guardian has to be named before the first treatment.")
        )
        self._guardian_hint.setVisible(young and not _typed(self.guardian))

    def _on_dob_left(self) -> None:
        try:
            born = read_birth_date(self.dob.text(), self._formats, self._today)
        except RuleBroken as broken:
            self._dob.set_error(str(broken))
            return
        self._dob.set_error("")
        if born is not None:
            with QSignalBlocker(self.dob):
                self.dob.setText(self._formats.short_date(born))

    def _on_email_left(self) -> None:
        self._email_fits()

    def _on_caller_toggled(self, on: bool) -> None:
        self._caller_box.setVisible(on)

    # Building.

    def _build(self, places: QWidget) -> None:
        who = _grid()
        who.addWidget(self._first, 0, 0, _TOP)
        who.addWidget(self._last, 0, 1, _TOP)
        who.addWidget(Field(_("Preferred name"), self.preferred), 1, 0, _TOP)
        who.addWidget(Field(_("Pronouns"), self.pronouns), 1, 1, _TOP)
        who.addWidget(self._dob, 2, 0, _TOP)
        who.addWidget(Field(_("Sex"), self.sex), 2, 1, _TOP)
        people = _grid()
        people.addLayout(column(self._guardian, self._guardian_hint, spacing=2), 0, 0)
        people.addWidget(Field(_("Emergency contact"), self.emergency_name), 1, 0, _TOP)
        people.addWidget(self._emergency_phone, 1, 1, _TOP)
        people.addWidget(Field(_("Their relationship"), self.emergency_relation), 2, 0, _TOP)
        caller = _grid()
        caller.addWidget(self._caller_name, 0, 0, _TOP)
        caller.addWidget(Field(_("Relation to the patient"), self.caller_relation), 0, 1, _TOP)
        caller.addWidget(self.may_discuss, 1, 0, 1, 2, _TOP)
        self._caller_box = QWidget()
        self._caller_box.setLayout(caller)
        office = _grid()
        office.addWidget(Field(_("Payer"), self.payer), 0, 0, _TOP)
        office.addWidget(Field(_("Referred by"), self.referral), 0, 1, _TOP)
        office.addWidget(
            Field(_("Course label"), self.course, _("Shown on the schedule: no diagnosis.")),
            1,
            0,
            _TOP,
        )
        office.addWidget(
            Field(_("Household"), self.household, _("The same words for all who live together.")),
            1,
            1,
            _TOP,
        )
        self.setLayout(
            column(
                label(_("Patient"), "title"),
                who,
                separator(),
                label(_("How to reach them"), "title"),
                self.phones,
                self._email,
                self.has_caller,
                self._caller_box,
                separator(),
                places,
                separator(),
                label(_("People around them"), "title"),
                people,
                separator(),
                label(_("For the office"), "title"),
                office,
                spacing=10,
            )
        )

    def _connect(self) -> None:
        for line in self.findChildren(QLineEdit):
            line.textChanged.connect(lambda _t="": self.changed.emit())
        self.phones.changed.connect(self.changed)
        for box in (self.has_caller, self.may_discuss):
            box.toggled.connect(lambda _c=False: self.changed.emit())
        self.has_caller.toggled.connect(self._on_caller_toggled)
        self.dob.textChanged.connect(lambda _t="": self._show_guardian_hint())
        self.guardian.textChanged.connect(lambda _t="": self._show_guardian_hint())
        self.dob.editingFinished.connect(self._on_dob_left)
        self.email.editingFinished.connect(self._on_email_left)
        self.first.textChanged.connect(lambda _t="": self._first.set_error(""))
        self.last.textChanged.connect(lambda _t="": self._last.set_error(""))
        self.caller_name.textChanged.connect(lambda _t="": self._caller_name.set_error(""))
        self.emergency_phone.textChanged.connect(lambda _t="": self._emergency_phone.set_error(""))


def _typed(line: QLineEdit) -> str:
    return line.text().strip()


def _readable(number: str) -> str:
    return phone_text(number) if number.startswith("+") else number


def _choice(texts: tuple[str, ...]) -> QComboBox:
    made = QComboBox()
    made.setEditable(True)
    made.addItems(list(texts))
    return made


def _grid() -> QGridLayout:
    made = QGridLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(12)
    made.setVerticalSpacing(8)
    made.setColumnStretch(0, 1)
    made.setColumnStretch(1, 1)
    return made
