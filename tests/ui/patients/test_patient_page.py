"""One patient's page: everything the office needs while the patient is on the phone."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget

from clinic_desktop.domain.ids import PatientId, SiteId, UserId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.services.patients import SavePatient
from clinic_desktop.ui.patients.history_dialog import HistoryDialog
from clinic_desktop.ui.patients.patient_page import PatientPage
from clinic_desktop.ui.patients.site_card import MASK, SiteCard
from clinic_desktop.ui.patients.visit_row import VisitRow

DANAS = Session(
    user_id=UserId("u-dana"),
    name="Dana",
    roles=frozenset({Role.PRACTITIONER}),
    practitioner_id=None,
    opens_clinical=False,
    device_id="desk",
)


@pytest.fixture
def page(qtbot, context):
    made = PatientPage(context)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    context.operations.changes_made.connect(made.apply)
    return made


@pytest.fixture
def noras(qtbot, page):
    open_one(qtbot, page, "p-nora")
    return page


def open_one(qtbot, page, patient_id):
    with qtbot.waitSignal(page.shown):
        page.open(PatientId(patient_id))


def texts(widget):
    return [made.text() for made in widget.findChildren(QLabel) if made.isVisibleTo(widget)]


def click(qtbot, widget, name):
    qtbot.mouseClick(widget.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def choose(page, name):
    page.more_menu().findChild(QAction, name).trigger()


def code_of(page):
    return page.findChild(QLabel, "access_code").text()


def test_the_header_says_who_it_is(noras):
    said = texts(noras)
    assert "Nora Kessler" in said
    assert "age 41 · she/her · (314) 555-0142 · Course A, 2 of 3" in said
    assert "nora.kessler@example.org" in said
    assert "mobile · voicemail OK · texts OK" in said
    assert "Jonah Kessler, brother, may not discuss care" in said


def test_flags_are_told_in_neutral_words(noras):
    said = texts(noras)
    assert {"Consent not signed", "Screening to review", "1 note unsigned"} <= set(said)


def test_a_site_tells_how_to_get_in(noras):
    said = texts(noras)
    assert "4421 McPherson Ave Apt 2, St. Louis, MO 63108" in said
    assert "old beagle, shut away" in said
    assert "loose carpet in the hall" in said
    assert "On the map" in said


def test_visits_past_and_coming_with_what_was_promised(noras):
    spoken = [row.accessibleName() for row in noras.findChildren(VisitRow)]
    assert spoken == [
        "Tue, Nov 24, 10:15–11:10 AM, Follow-up · 2/3 · Dana Whitfield, confirmed,"
        " promised 10:00–10:30 AM",
        "Fri, Dec 4, 9:00–9:55 AM, Follow-up · 3/3 · Marcus Oyelaran, not confirmed",
        "Tue, Nov 17, 2026, 11:30 AM–12:25 PM, Follow-up · 1/3 · Dana Whitfield, done",
        "Mon, Nov 9, 2026, 8:00–8:55 AM, Follow-up · Priya Raman, no-show",
    ]


def test_enter_on_a_visit_opens_it(qtbot, noras, seen):
    first = noras.findChildren(VisitRow)[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Return)
    assert seen.visits == ["v-today"]


def test_revealing_the_access_code_is_kept_in_the_audit_trail(qtbot, noras, store):
    assert code_of(noras) == MASK
    click(qtbot, noras, "reveal")
    qtbot.waitUntil(lambda: code_of(noras) == "#4711")
    newest = store.reader().journal(limit=1)[0]
    assert (newest.action, newest.table, newest.row_id) == ("read", "sites", "s-nora")


def test_the_access_code_is_masked_again_after_ten_seconds(qtbot, noras):
    card = noras.findChild(SiteCard)
    assert card._hide.interval() == 10_000
    card._hide.setInterval(30)
    click(qtbot, noras, "reveal")
    qtbot.waitUntil(lambda: code_of(noras) == "#4711")
    qtbot.waitUntil(lambda: code_of(noras) == MASK)


def test_pin_and_booking_are_asked_of_the_shell(qtbot, noras):
    with qtbot.waitSignal(noras.pin_requested) as pin:
        click(qtbot, noras, "place_pin")
    assert pin.args == ["s-nora"]
    with qtbot.waitSignal(noras.book_requested) as book:
        click(qtbot, noras, "book")
    assert book.args == ["p-nora"]


def test_a_site_in_use_by_a_planned_visit_stays_and_says_why(qtbot, noras):
    click(qtbot, noras, "retire_site")
    card = noras.findChild(SiteCard)
    qtbot.waitUntil(lambda: any("A planned visit still goes" in t for t in texts(card)))


def test_a_site_without_visits_is_taken_out_of_use(qtbot, page):
    open_one(qtbot, page, "p-tom")
    with qtbot.waitSignal(page.shown):
        click(qtbot, page, "retire_site")
    assert page.detail.sites == ()
    qtbot.waitUntil(lambda: "No address yet" in texts(page))


def test_a_patient_with_planned_visits_is_not_archived(qtbot, noras):
    choose(noras, "archive")
    error = noras.findChild(QLabel, "page_error")
    qtbot.waitUntil(error.isVisible)
    assert error.text() == "This patient still has planned visits. Cancel or finish them first."


def test_archive_and_restore(qtbot, page):
    open_one(qtbot, page, "p-tom")
    with qtbot.waitSignal(page.shown):
        choose(page, "archive")
    qtbot.waitUntil(lambda: "archived" in texts(page))
    with qtbot.waitSignal(page.shown):
        choose(page, "archive")
    qtbot.waitUntil(lambda: "archived" not in texts(page))


def test_merging_a_double_moves_its_sites_and_can_be_undone(qtbot, page, context, store, clock):
    patients = context.services.patients
    double = Patient(id=PatientId("p-nora2"), first_name="Eleanor", last_name="Kessler")
    with qtbot.waitSignal(context.operations.changes_made):
        context.operations.write(
            page, lambda: patients.save(context.session, SavePatient(patient=double))
        )
    open_one(qtbot, page, "p-nora2")
    dialog = page.merge()
    qtbot.waitUntil(lambda: dialog.list.count() == 1)
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog._question.text() == "Merge Nora Kessler into Eleanor Kessler?"
    with qtbot.waitSignal(page.shown):
        click(qtbot, dialog, "merge_now")
    assert [site.id for site in page.detail.sites] == ["s-nora"]
    since = clock.now_utc() - timedelta(hours=8)
    with qtbot.waitSignal(page.shown):
        context.operations.write(page, lambda: store.undo(context.session, since))
    assert page.detail.sites == ()


@pytest.mark.parametrize("who", [DANAS], indirect=True, ids=["practitioner"])
def test_a_practitioner_is_not_offered_to_merge(noras):
    menu = noras.more_menu()
    assert menu.findChild(QAction, "archive") is not None
    assert menu.findChild(QAction, "merge") is None


def test_history_tells_what_the_session_may_see(qtbot, noras):
    click(qtbot, noras, "reveal")
    qtbot.waitUntil(lambda: code_of(noras) == "#4711")
    click(qtbot, noras, "history")
    qtbot.waitUntil(lambda: noras.findChild(HistoryDialog) is not None)
    table = noras.findChild(HistoryDialog).findChild(QTableWidget)
    lines = [[table.item(r, c).text() for c in range(3)] for r in range(table.rowCount())]
    # The first run was the owner's: the office sees what the office did.
    assert lines == [["Tue, Nov 24, 2026, 8:26 AM", "Olive Meyer", "Reveal access code"]]


def test_a_patient_that_is_gone_is_told_with_a_way_back(qtbot, page, seen):
    page.open(PatientId("nobody"))
    qtbot.waitUntil(page._trouble.isVisible)
    assert "That patient is not here any more." in texts(page)
    assert not page._edit.isEnabled()


def test_the_clinical_place_is_empty_until_a_clinician_has_something(noras):
    assert not noras.clinical_area.isVisible()
    mine = QLabel("Notes")
    noras.set_clinical_widget(mine)
    assert noras.clinical_area.isVisible()
    noras.set_clinical_widget(None)
    assert not noras.clinical_area.isVisible()
    assert noras.clinical_layout.count() == 0


def test_what_the_form_saves_is_shown_at_once(qtbot, noras, store):
    form = noras.edit()
    form.fields.email.clear()
    qtbot.keyClicks(form.fields.email, "nora@example.org")
    with qtbot.waitSignal(noras.shown):
        qtbot.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "nora@example.org" in texts(noras))
    assert store.reader().site(SiteId("s-nora")).access_code == "#4711"
