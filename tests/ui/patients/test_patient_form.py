"""Taking down a new patient, and mending what was taken down wrong."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PatientId, SiteId
from clinic_desktop.domain.patient import PinSource
from clinic_desktop.ui.patients.birth_date import age_on, read_birth_date
from clinic_desktop.ui.patients.patient_form import PatientForm

TODAY = date(2026, 11, 24)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shown(qtbot, context):
    """Opens a form, for a new patient or for one that is there."""

    def show(patient_id="", **more):
        reader = context.services.store.reader()
        patient = reader.patient(PatientId(patient_id)) if patient_id else None
        sites = reader.sites_of(patient.id) if patient else ()
        form = PatientForm(context, patient, sites, **more)
        qtbot.addWidget(form)
        form.show()
        qtbot.waitExposed(form)
        return form

    return show


@pytest.fixture
def form(shown):
    return shown()


def type_into(qtbot, editor: QLineEdit, text: str) -> None:
    editor.clear()
    qtbot.keyClicks(editor, text)


def save(qtbot, form):
    qtbot.keyClick(form, Qt.Key.Key_Return, CTRL)


def saved(qtbot, form) -> PatientId:
    with qtbot.waitSignal(form.saved) as signal:
        save(qtbot, form)
    return PatientId(signal.args[0])


def texts(widget):
    return [made.text() for made in widget.findChildren(QLabel) if made.isVisibleTo(widget)]


def name(qtbot, form, first="Imogen", last="Tate"):
    type_into(qtbot, form.fields.first, first)
    type_into(qtbot, form.fields.last, last)


# Birth dates.


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12/5/1984", date(1984, 12, 5)),
        ("12-5-84", date(1984, 12, 5)),
        ("1984-12-05", date(1984, 12, 5)),
        ("1/2/09", date(2009, 1, 2)),
        ("  ", None),
    ],
)
def test_a_birth_date_is_read_as_americans_type_it(typed, meant):
    assert read_birth_date(typed, Formats(), TODAY) == meant


def test_a_birth_date_follows_the_clinics_locale():
    assert read_birth_date("5.12.1984", Formats(locale="de_DE"), TODAY) == date(1984, 12, 5)


@pytest.mark.parametrize("typed", ["13/5/1984", "2/30/2001", "in May", "11/25/2026", "1/1/1850"])
def test_what_is_no_birth_date_is_refused_with_a_sentence(typed):
    with pytest.raises(RuleBroken) as broken:
        read_birth_date(typed, Formats(), TODAY)
    assert str(broken.value).endswith(".")


def test_somebody_is_a_year_older_on_the_birthday():
    assert age_on(date(1985, 11, 24), TODAY) == 41
    assert age_on(date(1985, 11, 25), TODAY) == 40


# Saving.


def test_everything_typed_is_written(qtbot, form, store):
    name(qtbot, form)
    type_into(qtbot, form.fields.preferred, "Immy")
    type_into(qtbot, form.fields.dob, "12/5/1984")
    phone = form.fields.phones.rows()[0]
    type_into(qtbot, phone.number, "314 555 0168")
    qtbot.mouseClick(phone.texts, Qt.MouseButton.LeftButton)
    type_into(qtbot, form.fields.email, "immy@example.org")
    form.fields.has_caller.setFocus()
    qtbot.keyClick(form.fields.has_caller, Qt.Key.Key_Space)
    type_into(qtbot, form.fields.caller_name, "Rose Tate")
    type_into(qtbot, form.fields.caller_relation, "mother")
    site = form.sites()[0]
    type_into(qtbot, site.address.edit, "4120 Shaw Blvd")
    type_into(qtbot, site.unit, "2F")
    type_into(qtbot, site.code, "#99")
    patient_id = saved(qtbot, form)
    patient = store.reader().patient(patient_id)
    assert (patient.name, patient.dob) == ("Immy Tate", date(1984, 12, 5))
    assert patient.phones[0].number == "+13145550168"
    assert (patient.phones[0].label, patient.phones[0].text_ok) == ("mobile", True)
    assert (patient.caller.name, patient.caller.may_discuss) == ("Rose Tate", False)
    (kept,) = store.reader().sites_of(patient_id)
    assert kept.address.one_line() == "4120 Shaw Blvd 2F, St. Louis, MO 63110"
    assert (kept.pin_source, kept.coordinate.lat) == (PinSource.ADDRESS, 38.614)
    assert kept.access_code == "#99"


def test_a_name_is_enough_and_what_is_missing_is_said(qtbot, form, store):
    name(qtbot, form)
    assert "No phone: nobody can call back. No address: drives are unknown until there is one." in (
        texts(form)
    )
    patient_id = saved(qtbot, form)
    assert store.reader().sites_of(patient_id) == []


def test_wrong_entries_carry_their_sentence_and_nothing_is_saved(qtbot, form, store):
    type_into(qtbot, form.fields.first, "Imogen")
    type_into(qtbot, form.fields.dob, "13/13/1984")
    type_into(qtbot, form.fields.phones.rows()[0].number, "12")
    type_into(qtbot, form.fields.email, "immy at home")
    save(qtbot, form)
    said = texts(form)
    assert "Type the last name." in said
    assert "That is not a date. Type it as 12/5/1984." in said
    assert "That is not a phone number. Type ten digits, or + and the country code." in said
    assert "That is not an e-mail address." in said
    assert form.fields.last.hasFocus()
    assert form.isVisible()
    assert len(store.reader().all_patients()) == 5


def test_somebody_under_age_needs_a_guardian(qtbot, form):
    hint = form.findChild(QLabel, "guardian_hint")
    type_into(qtbot, form.fields.dob, "5/1/2014")
    assert hint.isVisibleTo(form)
    type_into(qtbot, form.fields.guardian, "Rose Tate")
    assert not hint.isVisibleTo(form)


def test_a_possible_double_is_shown_and_can_be_opened(qtbot, form, store):
    name(qtbot, form, "Nora", "K")
    type_into(qtbot, form.fields.phones.rows()[0].number, "(314) 555-0142")
    save(qtbot, form)
    qtbot.waitUntil(lambda: form.findChild(QPushButton, "open_twin") is not None)
    assert "Nora Kessler · 3/14/1985 · (314) 555-0142 · Central West End" in texts(form)
    with qtbot.waitSignal(form.open_requested) as signal:
        qtbot.mouseClick(form.findChild(QPushButton, "open_twin"), Qt.MouseButton.LeftButton)
    assert signal.args == ["p-nora"]
    assert len(store.reader().all_patients()) == 5


def test_both_are_kept_if_a_person_says_so(qtbot, form, store):
    name(qtbot, form, "Jonah", "Kessler")
    type_into(qtbot, form.fields.phones.rows()[0].number, "3145550142")
    save(qtbot, form)
    qtbot.waitUntil(lambda: form.findChild(QPushButton, "keep_both") is not None)
    with qtbot.waitSignal(form.saved):
        qtbot.mouseClick(form.findChild(QPushButton, "keep_both"), Qt.MouseButton.LeftButton)
    assert len(store.reader().all_patients()) == 6


def test_two_numbers_and_one_taken_away(qtbot, form, store):
    name(qtbot, form)
    phones = form.fields.phones
    type_into(qtbot, phones.rows()[0].number, "3145550101")
    qtbot.mouseClick(form.findChild(QPushButton, "add_phone"), Qt.MouseButton.LeftButton)
    type_into(qtbot, phones.rows()[1].number, "3145550102")
    phones.rows()[0].removed.emit()
    patient = store.reader().patient(saved(qtbot, form))
    assert [phone.number for phone in patient.phones] == ["+13145550102"]


# Addresses.


def test_a_sure_address_is_taken_by_itself(qtbot, form):
    address = form.sites()[0].address
    type_into(qtbot, address.edit, "4120 shaw")
    qtbot.waitUntil(lambda: "On the map" in address.status.text())
    assert form.sites()[0].has_point


def test_a_street_that_two_towns_have_is_for_the_person_to_choose(qtbot, form, store):
    name(qtbot, form)
    address = form.sites()[0].address
    type_into(qtbot, address.edit, "12 Main St")
    qtbot.waitUntil(lambda: address.undecided)
    assert address.candidates.count() == 2
    qtbot.keyClick(address.edit, Qt.Key.Key_Down)
    qtbot.keyClick(address.candidates, Qt.Key.Key_Return)
    assert not address.undecided
    (kept,) = store.reader().sites_of(saved(qtbot, form))
    assert kept.address.city == "Kirkwood"


def test_the_places_it_may_be_stand_numbered_on_a_map_and_are_chosen_there_too(qtbot, form, store):
    address = form.sites()[0].address
    qtbot.keyClicks(address.edit, "12 Main St")
    qtbot.waitUntil(lambda: address.undecided)
    assert address.candidates.item(1).text().startswith("2  12 Main St")
    shown = address.map.map
    assert [shown.painted_name(n)[:11] for n in range(shown.painted_count())] == [
        "Candidate 1",
        "Candidate 2",
    ]
    address.candidates.setCurrentRow(1)
    assert shown.painted_focus() == 1
    shown.painted_activate(1)
    assert not address.undecided
    assert address.map.isHidden()
    assert address.place("")[0].city == "St. Louis"


def test_a_person_puts_the_pin_where_no_house_is_known(qtbot, form, store):
    address = form.sites()[0].address
    qtbot.keyClicks(address.edit, "77 Nowhere Lane")
    qtbot.waitUntil(lambda: address.map is not None and address.map.isVisible())
    qtbot.mouseClick(address.map.findChild(QPushButton, "pin_by_hand"), Qt.MouseButton.LeftButton)
    view = address.map.map
    qtbot.keyClick(view, Qt.Key.Key_Right)
    middle = view.centre
    qtbot.keyClick(view, Qt.Key.Key_Return)
    kept, point, source = address.place("Apt 2")
    assert (kept.line, kept.unit, source) == ("77 Nowhere Lane", "Apt 2", PinSource.HAND)
    assert point.metres_to(middle) < 1
    qtbot.keyClicks(address.edit, "x")
    assert address.place("")[1] is None, "another address takes the pin away"


def test_an_undecided_address_is_asked_for_once_then_kept_as_typed(qtbot, form, store):
    name(qtbot, form)
    address = form.sites()[0].address
    type_into(qtbot, address.edit, "12 Main St")
    save(qtbot, form)
    qtbot.waitUntil(
        lambda: "Choose one of these, or save again to keep the address as typed." in texts(form)
    )
    (kept,) = store.reader().sites_of(saved(qtbot, form))
    assert (kept.address.line, kept.coordinate) == ("12 Main St", None)


def test_an_unknown_address_is_kept_as_typed(qtbot, form, store):
    name(qtbot, form)
    address = form.sites()[0].address
    type_into(qtbot, address.edit, "1 Nowhere Ln")
    qtbot.waitUntil(lambda: "No such address" in address.status.text())
    (kept,) = store.reader().sites_of(saved(qtbot, form))
    assert (kept.address.line, kept.pin_source) == ("1 Nowhere Ln", PinSource.NONE)


def test_a_po_box_is_no_place_to_drive_to(qtbot, form):
    name(qtbot, form)
    address = form.sites()[0].address
    type_into(qtbot, address.edit, "P.O. Box 12, St. Louis")
    qtbot.waitUntil(lambda: "no place to drive to" in address.status.text())
    save(qtbot, form)
    said = "A PO box is no place to drive to. Ask for the street address, or set a pin."
    qtbot.waitUntil(lambda: said in texts(form))


def test_an_answer_to_older_typing_is_dropped(qtbot, form):
    address = form.sites()[0].address
    type_into(qtbot, address.edit, "4120 Shaw")
    address._look_up()
    type_into(qtbot, address.edit, "1 Nowhere Ln")
    qtbot.waitUntil(lambda: "No such address" in address.status.text())
    assert not form.sites()[0].has_point


def test_a_pin_placed_by_hand_outlives_a_changed_address(qtbot, shown, store):
    form = shown("p-tom")
    address = form.sites()[0].address
    type_into(qtbot, address.edit, "4120 Shaw Blvd")
    qtbot.waitUntil(lambda: address.undecided)
    saved(qtbot, form)
    kept = store.reader().site(SiteId("s-tom"))
    assert (kept.address.line, kept.pin_source) == ("4120 Shaw Blvd", PinSource.HAND)
    assert kept.coordinate.lat == 38.5833


def test_access_details_without_a_street_are_not_enough(qtbot, form):
    name(qtbot, form)
    type_into(qtbot, form.sites()[0].parking, "behind the house")
    save(qtbot, form)
    assert "Type the street of this site." in texts(form)


# Editing.


def test_an_edit_keeps_what_was_not_touched(qtbot, shown, store):
    before = store.reader().patient(PatientId("p-nora"))
    site = store.reader().site(SiteId("s-nora"))
    form = shown("p-nora")
    type_into(qtbot, form.fields.payer, "Insurance")
    saved(qtbot, form)
    after = store.reader().patient(PatientId("p-nora"))
    assert after.payer == "Insurance"
    assert (after.phones, after.caller, after.emergency, after.dob) == (
        before.phones,
        before.caller,
        before.emergency,
        before.dob,
    )
    assert store.reader().site(SiteId("s-nora")) == site


def test_the_access_code_on_file_is_not_shown_but_can_be_removed(qtbot, shown, store):
    form = shown("p-nora")
    editor = form.sites()[0]
    assert editor.code.text() == ""
    assert "A code is on file and not shown here. Type to replace it." in texts(form)
    qtbot.mouseClick(editor.remove_code, Qt.MouseButton.LeftButton)
    saved(qtbot, form)
    assert store.reader().site(SiteId("s-nora")).access_code == ""


def test_a_second_site(qtbot, shown, store):
    form = shown("p-nora", add_site=True)
    qtbot.waitUntil(lambda: form.sites()[-1].address.edit.hasFocus())
    type_into(qtbot, form.sites()[-1].address.edit, "4120 Shaw Blvd")
    saved(qtbot, form)
    assert len(store.reader().sites_of(PatientId("p-nora"))) == 2


# Leaving.


def test_escape_closes_an_untouched_form(qtbot, form):
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_escape_asks_before_typed_work_is_lost(qtbot, form):
    type_into(qtbot, form.fields.first, "Imogen")
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert form.isVisible()
    assert "Close without saving what you typed?" in texts(form)
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert form.isVisible()
    assert "Close without saving what you typed?" not in texts(form)
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    qtbot.mouseClick(form.findChild(QPushButton, "discard"), Qt.MouseButton.LeftButton)
    assert not form.isVisible()


def test_every_editor_has_a_spoken_name(form):
    nameless = [
        editor
        for editor in form.findChildren(QLineEdit)
        if not editor.accessibleName() and not editor.parent().accessibleName()
    ]
    assert nameless == []


def test_it_fits_a_small_window(form):
    assert form.minimumHeight() <= 540 - 24
    assert form.minimumWidth() <= 960 - 24
    assert form.findChild(QFrame) is not None
