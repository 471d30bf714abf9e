"""The command line as a person types it."""

import io
import shutil
from datetime import date

import pytest

from clinic_desktop.__main__ import main
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import SystemClock, new_id
from clinic_desktop.demo.clinic import ADVANCED, demo_services
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clinic_door import FirstRun, NewLogin
from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.practitioner import Certification, Practitioner, Profession
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.working_time import MinuteSpan, WorkingPattern
from clinic_desktop.store.keys import KdfCost

PASSWORD = "winter-road-7"
CHEAP = KdfCost(memory_kib=1024, passes=1, lanes=1)


@pytest.fixture
def clinic(tmp_path):
    root = tmp_path / "clinic"
    hours = (MinuteSpan(start_min=480, end_min=1020),)
    dana = Practitioner(
        id=PractitionerId(new_id()), first_name="Dana", last_name="Whitfield",
        profession=Profession.PT, credentials="PT", marker=1, home=None, home_address=None,
        pattern=WorkingPattern(weekdays=(hours,) * 7),
        certifications=(Certification(kind=ADVANCED, expires=date(2030, 1, 1)),),
    )  # fmt: skip
    folder = ClinicFolder(root, SystemClock(), new_id, CHEAP)
    folder.create(
        FirstRun(
            clinic=Clinic(name="Test"),
            logins=(
                NewLogin(login="dana", name="Dana Whitfield", password=PASSWORD,
                         roles=frozenset({Role.OWNER, Role.PRACTITIONER}), practitioner_index=0),
                NewLogin(login="office", name="Olivia Marsh", password=PASSWORD,
                         roles=frozenset({Role.OFFICE})),
            ),
            practitioners=(dana,),
            services=demo_services(new_id),
        ),
        SilentProgress(),
    )  # fmt: skip
    folder.release()
    return root


def run(monkeypatch, capsys, *words, lines=(PASSWORD,)):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    code = main(list(words))
    out = capsys.readouterr()
    return code, out.out + out.err


def test_verify_finds_nothing_and_says_what_it_could_not_open(clinic, monkeypatch, capsys):
    code, said = run(monkeypatch, capsys, "--data", str(clinic), "verify", "--user", "dana")
    assert code == 0, said
    assert "schedule.db and clinical.db" in said
    code, said = run(monkeypatch, capsys, "--data", str(clinic), "verify", "--user", "office")
    assert code == 0
    assert "clinical.db was not checked" in said


def test_a_wrong_password_is_one_sentence(clinic, monkeypatch, capsys):
    code, said = run(
        monkeypatch, capsys, "--data", str(clinic), "verify", "--user", "dana", lines=("no",)
    )
    assert code == 1
    assert "wrong" in said
    assert "Traceback" not in said


def test_a_damaged_file_is_named_and_kept(clinic, monkeypatch, capsys):
    path = clinic / "schedule.db"
    raw = bytearray(path.read_bytes())
    raw[3000] ^= 0xFF
    path.write_bytes(raw)
    code, said = run(monkeypatch, capsys, "--data", str(clinic), "verify", "--user", "dana")
    assert code == 1
    assert "schedule" in said
    assert path.read_bytes() == bytes(raw)


def test_a_missing_file_is_named_and_a_backup_offered(clinic, monkeypatch, capsys):
    (clinic / "clinical.db").unlink()
    code, said = run(monkeypatch, capsys, "--data", str(clinic), "verify", "--user", "dana")
    assert code == 1
    assert "clinical.db is missing" in said
    assert "backup" in said


def test_backup_and_restore_bring_the_pair_back(clinic, monkeypatch, capsys, tmp_path):
    code, said = run(
        monkeypatch, capsys, "--data", str(clinic), "backup", str(tmp_path / "kept"),
        "--user", "dana",
    )  # fmt: skip
    assert code == 0, said
    backup = next((tmp_path / "kept").iterdir())
    assert b"SQLite format 3" not in (backup / "schedule.db").read_bytes()
    code, said = run(
        monkeypatch, capsys, "--data", str(clinic), "restore", str(backup), "--user", "dana"
    )
    assert code == 0, said
    assert any((clinic / "replaced").iterdir())
    code, said = run(monkeypatch, capsys, "--data", str(clinic), "verify", "--user", "dana")
    assert code == 0, said


def test_importing_twice_changes_nothing(clinic, monkeypatch, capsys, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("First Name,Last Name,Mobile Phone\nRuth,Abernathy,314-555-0142\n")
    words = ("--data", str(clinic), "import", "patients", str(path), "--user", "office")
    code, said = run(monkeypatch, capsys, *words)
    assert (code, "1 new" in said) == (0, True), said
    code, said = run(monkeypatch, capsys, *words)
    assert (code, "0 new" in said) == (0, True), said


def test_a_broken_row_is_named_by_its_line_and_nothing_comes_in(
    clinic, monkeypatch, capsys, tmp_path
):
    path = tmp_path / "list.csv"
    path.write_text("First Name,Last Name,Mobile Phone\nRuth,Abernathy,314-555-0142\nTom,K,12\n")
    words = ("--data", str(clinic), "import", "patients", str(path), "--user", "office")
    code, said = run(monkeypatch, capsys, *words)
    assert code == 1
    assert "3" in said
    path.write_text("First Name,Last Name,Mobile Phone\nRuth,Abernathy,314-555-0142\n")
    code, said = run(monkeypatch, capsys, *words)
    assert "1 new" in said


def test_roads_status_says_how_to_begin(clinic, monkeypatch, capsys):
    code, said = run(monkeypatch, capsys, "--data", str(clinic), "roads", "status")
    assert code == 0
    assert "roads add" in said


def test_an_extract_that_is_none_is_refused_in_a_sentence(clinic, monkeypatch, capsys, tmp_path):
    fake = tmp_path / "fake.osm.pbf"
    fake.write_text("no map")
    code, said = run(monkeypatch, capsys, "--data", str(clinic), "roads", "add", str(fake))
    assert code == 1
    assert "fake.osm.pbf" in said
    assert "Traceback" not in said


def test_a_second_copy_of_the_program_is_told_so(clinic, monkeypatch, capsys):
    first = ClinicFolder(clinic, SystemClock(), new_id, CHEAP)
    first.look()
    with pytest.raises(StoreTrouble, match="already"):
        ClinicFolder(clinic, SystemClock(), new_id, CHEAP).look()
    first.release()


def test_an_empty_folder_is_not_taken_for_a_clinic(monkeypatch, capsys, tmp_path):
    code, said = run(monkeypatch, capsys, "--data", str(tmp_path / "none"), "verify",
                     "--user", "dana")  # fmt: skip
    assert code == 1
    assert "no clinic" in said
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
