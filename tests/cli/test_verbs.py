"""The command line as it is typed: one sentence, one exit code, never a traceback."""

import json
import shutil
import subprocess
import sys

import pytest

from clinic_desktop import __version__
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import SystemClock, new_id
from clinic_desktop.domain.role import Role
from clinic_desktop.services.users import AddUser
from clinic_desktop.store.sqlcipher import run as run_sql
from tests.composition.made_clinic import PASSWORD, flip_byte

RIGHT = PASSWORD + "\n"
LIST = (
    "Patient Number,First Name,Last Name,Birth Date,Mobile Phone,Shoe size\n"
    "11,Nora,Kessler,03/04/1975,(314) 555-0110,7\n"
    "12,Tom,Abel,05/06/1981,(314) 555-0111,9\n"
)

WITHOUT_QT = """
import io, json, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "PySide6":
            raise ImportError("Qt is not here")

sys.meta_path.insert(0, NoQt())
from clinic_desktop.__main__ import main

password, codes = sys.stdin.read(), []
for command in json.loads(sys.argv[1]):
    sys.stdin = io.StringIO(password)
    try:
        codes.append(main(command))
    except SystemExit as left:
        codes.append(left.code)
print("codes", codes)
"""


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def patients(root) -> list[str]:
    folder = ClinicFolder(root, SystemClock(), new_id)
    opened = folder.open("olive", PASSWORD)
    try:
        return sorted(p.last_name for p in opened.schedule.reader().every_patient())
    finally:
        opened.close()
        folder.release()


def no_traceback(said) -> bool:
    return "Traceback" not in said.err and len(said.err.strip().splitlines()) <= 1


class TestAsItsOwnProcess:
    """The few things that only a real process shows."""

    def test_the_version_and_every_verb_work_without_qt(self, root, people) -> None:
        commands = [
            ["--version"],
            ["--data", str(root), "verify", "--user", "dana"],
            ["--data", str(root), "backup", "--user", "dana"],
            ["--data", str(root), "import", "patients", str(people), "--user", "olive"],
            ["--data", str(root), "roads", "status"],
        ]
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_QT, json.dumps(commands)],
            input=RIGHT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"clinic-desktop {__version__}\n")
        assert done.stdout.endswith("codes [0, 0, 0, 0, 0]\n")

    def test_a_wrong_password_is_one_sentence_and_exit_code_1(self, program, root) -> None:
        said = program("--data", root, "verify", "--user", "dana", stdin="guessed-wrong\n")
        assert said.code == 1
        assert said.out == ""
        assert "password is wrong" in said.err
        assert no_traceback(said)

    def test_a_second_copy_is_refused(self, program, root) -> None:
        first = ClinicFolder(root, SystemClock(), new_id)
        first.look()
        try:
            said = program("--data", root, "verify", "--user", "dana", stdin=RIGHT)
        finally:
            first.release()
        assert said.code == 1
        assert "open on this folder already" in said.err
        assert no_traceback(said)


def test_what_is_not_a_verb_is_exit_code_2(clinic_desktop) -> None:
    assert clinic_desktop("frobnicate").code == 2
    assert clinic_desktop("import", "patients").code == 2


def test_a_misspelt_folder_is_not_made(clinic_desktop, tmp_path) -> None:
    said = clinic_desktop("--data", tmp_path / "typo", "verify", "--user", "dana", stdin=RIGHT)
    assert said.code == 1
    assert "no clinic" in said.err
    assert not (tmp_path / "typo").exists()


def test_name_and_password_may_both_come_as_lines(clinic_desktop, root) -> None:
    assert clinic_desktop("--data", root, "verify", stdin=f"dana\n{RIGHT}").code == 0


@pytest.mark.parametrize("stdin", ["", "\n"])
def test_no_password_is_a_sentence(clinic_desktop, root, stdin) -> None:
    said = clinic_desktop("--data", root, "verify", "--user", "dana", stdin=stdin)
    assert said.code == 1
    assert "password" in said.err
    assert no_traceback(said)


class TestVerify:
    def test_all_is_well_in_both_files(self, clinic_desktop, root) -> None:
        said = clinic_desktop("--data", root, "verify", "--user", "dana", stdin=RIGHT)
        assert said.code == 0
        assert "schedule.db and clinical.db" in said.out

    def test_the_office_checks_its_own_file_and_is_told_of_the_other(
        self, clinic_desktop, root
    ) -> None:
        said = clinic_desktop("--data", root, "verify", "--user", "olive", stdin=RIGHT)
        assert said.code == 0
        assert "clinical.db was not checked" in said.out
        assert "wrong in schedule.db." in said.out

    @pytest.mark.parametrize("name", ["schedule.db", "clinical.db"])
    @pytest.mark.parametrize("page", [0, 3, -1])
    def test_one_changed_byte_turns_it_red(self, clinic_desktop, root, name, page) -> None:
        pages = (root / name).stat().st_size // 4096
        flip_byte(root / name, (page % pages) * 4096 + 700)
        said = clinic_desktop("--data", root, "verify", "--user", "dana", stdin=RIGHT)
        assert said.code == 1
        label = name.removesuffix(".db")
        assert label in said.out
        assert "damaged" in said.out
        assert "Nothing was found wrong" not in said.out
        assert said.err == ""

    def test_the_good_file_is_checked_though_the_other_cannot_be_opened(
        self, clinic_desktop, root
    ) -> None:
        (root / "clinical.db").unlink()
        said = clinic_desktop("--data", root, "verify", "--user", "dana", stdin=RIGHT)
        assert said.code == 1
        assert "clinical.db" in said.out
        assert not (root / "clinical.db").exists()

    def test_a_safeguard_taken_out_with_the_key_is_found(self, clinic_desktop, root) -> None:
        folder = ClinicFolder(root, SystemClock(), new_id)
        opened = folder.open("dana", PASSWORD)
        with opened.schedule.file_store.unjournalled() as db:
            trigger = next(iter(db.triggers)).name
            run_sql(db, f'DROP TRIGGER "{trigger}"')
        opened.shut()
        folder.release()
        said = clinic_desktop("--data", root, "verify", "--user", "dana", stdin=RIGHT)
        assert said.code == 1
        assert "safeguards inside the schedule file" in said.out


class TestBackupAndRestore:
    def test_there_and_back(self, clinic_desktop, root, people, tmp_path) -> None:
        kept = tmp_path / "usb"
        said = clinic_desktop("--data", root, "backup", kept, "--user", "owen", stdin=RIGHT)
        assert said.code == 0
        (backup,) = kept.iterdir()
        assert str(backup) in said.out
        login = ("--user", "olive")
        clinic_desktop("--data", root, "import", "patients", people, *login, stdin=RIGHT)
        assert patients(root) == ["Abel", "Kessler"]
        said = clinic_desktop("--data", root, "restore", backup, "--user", "owen", stdin=RIGHT)
        assert said.code == 0
        assert "replaced" in said.out
        assert patients(root) == []
        assert clinic_desktop("--data", root, "verify", "--user", "dana", stdin=RIGHT).code == 0

    def test_a_lost_folder_comes_back_into_an_empty_one(
        self, clinic_desktop, root, people, tmp_path
    ) -> None:
        clinic_desktop("--data", root, "import", "patients", people, "--user", "olive", stdin=RIGHT)
        clinic_desktop("--data", root, "backup", tmp_path / "usb", "--user", "dana", stdin=RIGHT)
        (backup,) = (tmp_path / "usb").iterdir()
        shutil.rmtree(root)
        said = clinic_desktop("--data", root, "restore", backup, "--user", "dana", stdin=RIGHT)
        assert (said.code, said.err) == (0, "")
        assert patients(root) == ["Abel", "Kessler"]

    def test_what_is_no_backup_changes_nothing(self, clinic_desktop, root, tmp_path) -> None:
        before = (root / "schedule.db").read_bytes()
        said = clinic_desktop("--data", root, "restore", tmp_path, "--user", "dana", stdin=RIGHT)
        assert said.code == 1
        assert "whole backup" in said.err
        assert (root / "schedule.db").read_bytes() == before

    def test_the_office_may_not_restore(self, clinic_desktop, root) -> None:
        clinic_desktop("--data", root, "backup", "--user", "olive", stdin=RIGHT)
        (backup,) = (root / "backups").iterdir()
        said = clinic_desktop("--data", root, "restore", backup, "--user", "olive", stdin=RIGHT)
        assert said.code == 1
        assert "owner" in said.err


class TestImport:
    def run(self, clinic_desktop, root, path, user="olive"):
        return clinic_desktop(
            "--data", root, "import", "patients", path, "--user", user, stdin=RIGHT
        )

    def test_says_what_each_column_is_taken_for_and_counts(
        self, clinic_desktop, root, people
    ) -> None:
        said = self.run(clinic_desktop, root, people)
        assert said.code == 0
        assert "Last Name → last name" in said.out
        assert "Shoe size → left out" in said.out
        assert "Dates are read as month, day, year." in said.out
        assert "2 new patients, 0 were here already." in said.out
        assert "Kessler" not in said.out
        assert patients(root) == ["Abel", "Kessler"]

    def test_a_second_time_changes_nothing(self, clinic_desktop, root, people) -> None:
        self.run(clinic_desktop, root, people)
        said = self.run(clinic_desktop, root, people)
        assert "0 new patients, 2 were here already." in said.out
        assert patients(root) == ["Abel", "Kessler"]

    def test_one_broken_row_keeps_all_of_it_out(self, clinic_desktop, root, people) -> None:
        people.write_text(LIST + "13,Gil,Moss,31/31/1990,,\n", encoding="utf-8")
        said = self.run(clinic_desktop, root, people)
        assert said.code == 1
        assert "Line 4" in said.err
        assert no_traceback(said)
        assert patients(root) == []

    def test_a_practitioner_may_not(self, clinic_desktop, root, people) -> None:
        folder = ClinicFolder(root, SystemClock(), new_id)
        opened = folder.open("dana", PASSWORD)
        opened.services.users.add(
            opened.services.session,
            AddUser(
                login="pat",
                name="Pat",
                roles=frozenset({Role.PRACTITIONER}),
                password=PASSWORD,
                practitioner_id=opened.services.session.practitioner_id,
            ),
        )
        opened.close()
        folder.release()
        said = self.run(clinic_desktop, root, people, user="pat")
        assert said.code == 1
        assert no_traceback(said)
        assert patients(root) == []

    def test_a_file_that_is_not_there_is_a_sentence(self, clinic_desktop, root, tmp_path) -> None:
        said = self.run(clinic_desktop, root, tmp_path / "none.csv")
        assert said.code == 1
        assert no_traceback(said)


class TestRoads:
    def test_none_yet(self, clinic_desktop, root) -> None:
        said = clinic_desktop("--data", root, "roads", "status")
        assert said.code == 0
        assert "no roads here yet" in said.out

    @pytest.mark.parametrize("content", [None, b"not a map"])
    def test_an_extract_that_cannot_be_used_is_a_sentence(
        self, clinic_desktop, root, tmp_path, content
    ) -> None:
        extract = tmp_path / "city.osm.pbf"
        if content is not None:
            extract.write_bytes(content)
        said = clinic_desktop("--data", root, "roads", "add", extract)
        assert said.code == 1
        assert said.err != ""
        assert no_traceback(said)
        assert "no roads here yet" in clinic_desktop("--data", root, "roads", "status").out
