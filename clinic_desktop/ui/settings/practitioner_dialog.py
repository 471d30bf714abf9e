"""Add or edit a practitioner."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import PatientId, SiteId
from clinic_desktop.domain.patient import PinSource, VisitSite
from clinic_desktop.domain.practitioner import Certification, Practitioner, Profession
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.first_run.first_run_state import NEEDLING
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Field, column, label, separator
from clinic_desktop.ui.patients.address_field import AddressField
from clinic_desktop.ui.settings.certificates_editor import CertificatesEditor
from clinic_desktop.ui.settings.form_dialog import FormDialog
from clinic_desktop.ui.settings.hours_editor import USUAL_WEEK, HoursEditor
from clinic_desktop.ui.settings.licences_editor import LicencesEditor
from clinic_desktop.ui.settings.typed_values import read_date

_WIDE_PX = 580


class PractitionerDialog(FormDialog):
    """Names, licence, home, hours and certificates.

    Signals:
        saved(Practitioner): what was entered.
    """

    saved = Signal(object)

    def __init__(
        self, context: UiContext, person: Practitioner | None, parent: QWidget | None = None
    ) -> None:
        title = _("Edit practitioner") if person else _("Add practitioner")
        super().__init__(title, _("Save"), "practitioner", parent)
        self._context = context
        self._person = person
        formats = context.formats
        known = person or _nobody(context)
        self._first = _edit(known.first_name, "practitioner_first")
        self._last = _edit(known.last_name, "practitioner_last")
        self._credentials = _edit(known.credentials, "practitioner_credentials")
        self._profession = QComboBox()
        self._profession.setObjectName("practitioner_profession")
        for profession in Profession:
            self._profession.addItem(_profession_words(profession), profession.value)
        self._profession.setCurrentIndex(list(Profession).index(known.profession))
        self._licence = _edit(known.licence_number, "practitioner_licence")
        expires = known.licence_expires
        self._licence_expires = _edit(
            formats.short_date(expires) if expires else "", "practitioner_licence_expires"
        )
        self._direct = QCheckBox(_("Qualified to see patients without a referral"))
        self._direct.setObjectName("practitioner_direct")
        self._direct.setChecked(known.direct_access_qualified)
        self._home = AddressField(context, _home_site(known))
        self._home.edit.setObjectName("practitioner_home")
        self._hours = HoursEditor(context.theme, known.pattern, formats)
        self._licences = LicencesEditor(context.theme, formats, known.licences)
        self._certificates = CertificatesEditor(context.theme, formats, known.certifications)
        self._first_field = Field(_("First name"), self._first)
        self._last_field = Field(_("Last name"), self._last)
        self._licence_field = Field(_("Licence expires on"), self._licence_expires)
        self.set_form(
            column(
                field_row(self._first_field, self._last_field),
                field_row(
                    Field(_("Profession"), self._profession),
                    Field(_("Credentials as shown"), self._credentials),
                ),
                field_row(Field(_("Licence number"), self._licence), self._licence_field),
                self._licences,
                self._direct,
                separator(),
                label(_("Home, where the day begins and ends"), "strong"),
                self._home,
                separator(),
                label(_("Working hours"), "strong"),
                self._hours,
                separator(),
                label(_("Certificates"), "strong"),
                self._certificates,
                1,
                spacing=10,
            ),
            _WIDE_PX,
        )
        self._first.setFocus()

    def save(self) -> None:
        """Wait for the address look-up under way, then read everything."""
        self._home.settle(self._read)

    def _read(self) -> None:
        self._first_field.set_error("" if self._first.text().strip() else _("The first name?"))
        self._last_field.set_error("" if self._last.text().strip() else _("The last name?"))
        if not (self._first.text().strip() and self._last.text().strip()):
            self.show_error(_("A practitioner needs a first and a last name."))
            return
        if self._home.undecided:
            self._home.set_error(_("Choose which address it is."))
            self.show_error(_("Choose which address the home is."))
            return
        self._licence_field.set_error("")
        try:
            made = self._entered()
        except RuleBroken as refusal:
            self.show_error(refusal)
            return
        self.set_busy(True)
        self.saved.emit(made)

    def _entered(self) -> Practitioner:
        base = self._person or _nobody(self._context)
        formats = self._context.formats
        try:
            licence_expires = read_date(self._licence_expires.text(), formats)
        except RuleBroken as refusal:
            self._licence_field.set_error(refusal.sentence)
            raise
        address, point, _source = self._home.place("")
        empty = self._home.empty
        return replace(
            base,
            first_name=self._first.text(),
            last_name=self._last.text(),
            profession=Profession(str(self._profession.currentData())),
            credentials=self._credentials.text(),
            licence_number=self._licence.text(),
            licence_expires=licence_expires,
            direct_access_qualified=self._direct.isChecked(),
            home=None if empty else point,
            home_address=None if empty else address,
            pattern=self._hours.pattern(),
            certifications=self._certificates.certifications(),
            licences=self._licences.licences(),
        )


def _nobody(context: UiContext) -> Practitioner:
    return Practitioner(
        id=context.services.people.new_practitioner_id(),
        first_name="",
        last_name="",
        profession=Profession.PT,
        credentials="PT",
        marker=1,
        home=None,
        home_address=None,
        pattern=USUAL_WEEK,
        certifications=(Certification(kind=NEEDLING),),
    )


def _home_site(person: Practitioner) -> VisitSite | None:
    """The home as the address field takes a place; it is never kept as a site."""
    if person.home_address is None:
        return None
    return VisitSite(
        id=SiteId("home"),
        patient_id=PatientId(""),
        address=person.home_address,
        coordinate=person.home,
        pin_source=PinSource.ADDRESS if person.home else PinSource.NONE,
    )


def _profession_words(profession: Profession) -> str:
    return {
        Profession.PT: _("Physical therapist"),
        Profession.DC: _("Chiropractor"),
        Profession.LAC: _("Acupuncturist"),
        Profession.MD: _("Physician"),
        Profession.OTHER: _("Other"),
    }[profession]


def _edit(text: str, name: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setObjectName(name)
    return made
