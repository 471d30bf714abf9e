"""Takes a new patient during a call: looks the address up, saves, shows a twin."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.patient import Patient, Phone, PinSource, VisitSite
from clinic_desktop.domain.phone_number import parse_phone
from clinic_desktop.domain.place import Address, is_po_box
from clinic_desktop.domain.travel import AddressMatch, MatchKind
from clinic_desktop.operations.task import Task
from clinic_desktop.services.patient_checks import PossibleDuplicate
from clinic_desktop.services.patients import SavePatient
from clinic_desktop.text import _
from clinic_desktop.ui.call.new_patient_part import NewPatientPart
from clinic_desktop.ui.context import UiContext

_TYPING_PAUSE_MS = 60
_CANDIDATES = 5


class NewPatientEntry(QObject):
    """The new patient's form, from the first letter to the saved patient.

    Signals:
        saved(object): the ``Patient``.
        twin_found(str): somebody of that name is there already.
    """

    saved = Signal(object)
    twin_found = Signal(str)

    def __init__(self, context: UiContext, form: NewPatientPart) -> None:
        super().__init__(form)
        self._context = context
        self._form = form
        self._matches: list[AddressMatch] = []
        self._match: AddressMatch | None = None
        self._twin: SavePatient | None = None
        self._asked: Task | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._look_up)
        form.address_typed.connect(self._on_typed)
        form.address_chosen.connect(self._on_chosen)
        form.entered.connect(self._on_entered)

    def forget(self) -> None:
        """Nothing of one caller stays for the next."""
        self._pause.stop()
        if self._asked is not None:
            self._asked.drop()
        self._matches, self._match, self._twin, self._asked = [], None, None, None

    def _on_typed(self, _text: str) -> None:
        self._match = None
        self._pause.start()

    def _look_up(self, then: Callable[[], None] | None = None) -> None:
        text = self._form.address.text()
        roads = self._context.services.roads

        def found(matches: list[AddressMatch]) -> None:
            if text != self._form.address.text():
                return
            self._matches = matches
            self._form.show_addresses([_match_words(m) for m in matches])
            self._form.show_address_state("" if matches else _missing_words(text))
            if then is not None:
                then()

        if self._asked is not None:
            self._asked.drop()
        self._asked = self._context.operations.read(
            self, lambda: roads.search_address(text, _CANDIDATES), found
        )

    def _on_chosen(self, index: int) -> None:
        if 0 <= index < len(self._matches):
            self._match = self._matches[index]
            self._form.address.setText(self._match.address.one_line())
            self._form.show_addresses([])
            self._form.show_address_state(_("On the map."))

    def _on_entered(self, name: str, phone: str, address: str) -> None:
        try:
            phones = (Phone(number=parse_phone(phone)),) if phone.strip() else ()
        except ClinicError as error:
            self._form.show_error(str(error))
            self._form.phone.setFocus()
            return
        if address.strip() and self._pause.isActive():
            # Typed and entered in one go: the address is looked up before it is taken.
            self._pause.stop()
            self._look_up(lambda: self._take(name, phones, address))
            return
        self._take(name, phones, address)

    def _take(self, name: str, phones: tuple[Phone, ...], address: str) -> None:
        services = self._context.services
        first, _space, last = name.strip().partition(" ")
        match = self._match
        if match is None and self._matches and self._matches[0].sure:
            match = self._matches[0]
        patient = Patient(
            id=services.patients.new_patient_id(),
            first_name=first,
            last_name=last.strip(),
            phones=phones,
        )
        sites: tuple[VisitSite, ...] = ()
        if address.strip():
            sites = (
                VisitSite(
                    id=services.patients.new_site_id(),
                    patient_id=patient.id,
                    address=match.address if match else Address(line=address.strip()),
                    label="home",
                    coordinate=match.coordinate if match else None,
                    pin_source=_pin_source(match),
                ),
            )
        self._save(SavePatient(patient=patient, sites=sites))

    def _save(self, command: SavePatient) -> None:
        services = self._context.services
        waiting = self._twin
        if waiting is not None and waiting.patient.name == command.patient.name:
            command = replace(command, keep_both=True)

        def done(_changes: Changes) -> None:
            self.saved.emit(command.patient)

        def refused(error: ClinicError) -> None:
            if isinstance(error, PossibleDuplicate) and not command.keep_both:
                self._form.show_error(_("{why} Press again to keep both.").format(why=error))
                self._twin = command
                self.twin_found.emit(command.patient.name)
                return
            self._form.show_error(str(error))

        self._context.operations.write(
            self,
            lambda: services.patients.save(services.session, command),
            on_done=done,
            on_error=refused,
        )


def _missing_words(text: str) -> str:
    if is_po_box(text):
        return _("A PO box is no place to drive to: ask for the street address.")
    if not text.strip():
        return ""
    return _("Not on the map: drives stay unknown until a pin is set on the patient’s page.")


def _match_words(match: AddressMatch) -> str:
    kinds = {
        MatchKind.POINT: "",
        MatchKind.RANGE: _("range"),
        MatchKind.INTERPOLATED: _("between neighbours"),
        MatchKind.NEAREST: _("nearest house"),
        MatchKind.STREET: _("street only"),
        MatchKind.PLACE: _("place only"),
    }
    kind = kinds[match.kind]
    area = match.address.area
    return "  ".join(p for p in (match.address.one_line(), area, f"({kind})" if kind else "") if p)


def _pin_source(match: AddressMatch | None) -> PinSource:
    if match is None:
        return PinSource.NONE
    exact = (MatchKind.POINT, MatchKind.RANGE, MatchKind.INTERPOLATED)
    return PinSource.ADDRESS if match.kind in exact else PinSource.STREET
