"""A medical alert goes from a list through the office to the practitioners, and only there."""

import pytest

from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.services.patient_import import ImportPatients
from tests.composition.made_clinic import PASSWORD

LIST = (
    "Patient Number,First Name,Last Name,Mobile Phone,Medical Alert\n"
    "1,Ruth,Abernathy,(314) 555-0142,Pacemaker since 2020\n"
)


def log_in(door, login):
    return door.open(login, PASSWORD)


def take_in(opened, path):
    path.write_text(LIST, encoding="utf-8")
    imports, session = opened.services.imports, opened.services.session
    table = imports.read(session, path)
    return imports.run(
        session, ImportPatients(table=table, mapping=imports.suggest(table)), SilentProgress()
    )


def test_the_office_seals_and_the_practitioner_reads(door, tmp_path):
    office = log_in(door, "olive")
    assert take_in(office, tmp_path / "list.csv").alerts == 1
    (ruth,) = [hit.patient for hit in office.schedule.reader().find_patients("ruth")]
    (sealed,) = office.schedule.reader().sealed_alerts()
    assert b"Pacemaker" not in sealed.box
    office.close()

    dana = log_in(door, "dana")
    record = dana.services.clinical.record_of_patient(dana.services.session, ruth.id)
    assert [alert.text for alert in record.alerts] == ["Pacemaker since 2020"]
    assert dana.schedule.reader().sealed_alerts() == []
    assert dana.verify() == []
    dana.close()


def test_a_crash_between_the_two_files_keeps_an_alert_once(door, tmp_path):
    office = log_in(door, "olive")
    take_in(office, tmp_path / "list.csv")
    (ruth,) = [hit.patient for hit in office.schedule.reader().find_patients("ruth")]
    (sealed,) = office.schedule.reader().sealed_alerts()
    office.close()
    log_in(door, "dana").close()
    # The schedule's half was lost: the box is there again.
    office = log_in(door, "olive")
    with office.schedule.operation("Again", office.services.session) as op:
        op.put(sealed)
    office.close()
    dana = log_in(door, "dana")
    record = dana.services.clinical.record_of_patient(dana.services.session, ruth.id)
    assert len(record.alerts) == 1
    assert dana.schedule.reader().sealed_alerts() == []
    dana.close()


def test_a_user_is_not_removed_while_an_alert_is_sealed(door, tmp_path):
    dana = log_in(door, "dana")
    take_in(dana, tmp_path / "list.csv")
    session = dana.services.session
    olive = next(u for u in dana.schedule.reader().users() if u.login == "olive")
    with pytest.raises(RuleBroken, match="still sealed"):
        dana.services.users.remove(session, olive.id, SilentProgress())
    dana.close()


def test_the_office_cannot_open_the_box(door, tmp_path):
    office = log_in(door, "olive")
    take_in(office, tmp_path / "list.csv")
    assert office.services.clinical is None
    (sealed,) = office.schedule.reader().sealed_alerts()
    from clinic_desktop.composition.open_clinic import _unsealed
    from clinic_desktop.store.key_ring import KeyRing

    ring = KeyRing.load(door.folder.keyring)
    with pytest.raises(PermissionRefused):
        _unsealed(ring, office.unlocked, sealed.box)
    office.close()
