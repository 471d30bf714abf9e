"""Who the patient is and how to reach them, on the patient's page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import clear_layout, column, label, row

_LABEL_PX = 118


def person_lines(patient: Patient, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Title and text of what is known, phones apart."""
    emergency, caller = patient.emergency, patient.caller
    phone = phone_text(emergency.phone) if emergency.phone.startswith("+") else emergency.phone
    contact = ", ".join(p for p in (emergency.name, emergency.relationship, phone) if p)
    calls = ""
    if caller is not None:
        may = _("may discuss care") if caller.may_discuss else _("may not discuss care")
        calls = ", ".join(part for part in (caller.name, caller.relation, may) if part)
    formal = f"{patient.first_name} {patient.last_name}".strip()
    lines = (
        (_("E-mail"), patient.email),
        (_("Full name"), formal if formal != patient.name else ""),
        (_("Birth date"), formats.short_date(patient.dob) if patient.dob else ""),
        (_("Sex"), patient.sex),
        (_("Guardian"), patient.guardian),
        (_("Emergency"), contact),
        (_("Who calls"), calls),
        (_("Payer"), patient.payer),
        (_("Referred by"), patient.referral_source),
        (_("Course"), patient.course_label),
    )
    return tuple((title, text) for title, text in lines if text)


class PersonCard(QFrame):
    """One line a fact; what is not known takes no room."""

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self.setProperty("card", "true")
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.setLayout(column(self._lines, margins=14))

    def show_patient(self, patient: Patient) -> None:
        """Show this patient instead."""
        clear_layout(self._lines)
        self._lines.addWidget(label(_("Contact"), "title"))
        for phone in patient.phones:
            may = [phone.label] if phone.label else []
            may += [_("voicemail OK")] if phone.voicemail_ok else []
            may += [_("texts OK")] if phone.text_ok else []
            self._add(_("Phone"), phone_text(phone.number), " · ".join(may))
        if not patient.phones:
            self._add(_("Phone"), _("none yet: nobody can call back"))
        for title, text in person_lines(patient, self._formats):
            self._add(title, text)

    def _add(self, title: str, text: str, after: str = "") -> None:
        head = label(title, "muted")
        head.setFixedWidth(_LABEL_PX)
        value = label(text, wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(f"{title}: {text}")
        words = column(value, spacing=0)
        if after:
            words.addWidget(label(after, "caption", wrap=True))
        line = row(head, words, spacing=8)
        line.setStretch(1, 1)
        line.setAlignment(head, Qt.AlignmentFlag.AlignTop)
        self._lines.addLayout(line)
