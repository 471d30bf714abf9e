"""Where the clinic may lie, and that one program uses it."""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.folder import DataFolder, check_place, cloud_service_of, file_system_of
from clinic_desktop.store.sqlcipher import DataFile

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/clinic /mnt/server nfs4 rw 0 0
//nas/clinic /mnt/nas\\040share cifs rw 0 0
me@host: /home/me/remote fuse.sshfs rw 0 0
/dev/sdb1 /mnt/server/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me/clinic", "ext4"),
        ("/mnt/server/clinic", "nfs4"),
        ("/mnt/serverless", "ext4"),
        ("/mnt/nas share/clinic", "cifs"),
        ("/home/me/remote", "fuse.sshfs"),
        ("/mnt/server/local/clinic", "ext4"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path, kind) -> None:
    assert file_system_of(PurePosixPath(path), MOUNTS) == kind


@pytest.mark.parametrize("path", ["/mnt/server/x", "/mnt/nas share", "/home/me/remote/clinic"])
def test_a_network_folder_is_refused(path) -> None:
    with pytest.raises(StoreTrouble, match="network drive"):
        check_place(Path(path), mounts=MOUNTS)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        (PureWindowsPath(r"C:\Users\Ana\OneDrive - Clinic\data"), "OneDrive"),
        (PurePosixPath("/home/ana/Dropbox/clinic"), "Dropbox"),
        (
            PurePosixPath("/Users/ana/Library/Mobile Documents/com~apple~CloudDocs/c"),
            "iCloud Drive",
        ),
        (PureWindowsPath(r"C:\Users\Ana\iCloudDrive\c"), "iCloud Drive"),
        (PurePosixPath("/home/ana/Google Drive/clinic"), "Google Drive"),
        (PurePosixPath("/Users/ana/Library/CloudStorage/Box-Box/c"), "a cloud"),
        (PurePosixPath("/home/ana/clinic"), None),
        (PurePosixPath("/home/ana/my dropboxes"), None),
    ],
)
def test_a_cloud_folder_is_known_by_its_name(path, service) -> None:
    assert cloud_service_of(path) == service


def test_a_cloud_folder_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(StoreTrouble, match="copied elsewhere by OneDrive"):
        DataFolder(tmp_path / "OneDrive" / "clinic").prepare()
    assert not (tmp_path / "OneDrive").exists()
    (tmp_path / ".stfolder").mkdir()
    with pytest.raises(StoreTrouble, match="Syncthing"):
        check_place(tmp_path / "clinic", mounts="")


def test_a_new_folder_belongs_to_this_account_only(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a" / "clinic")
    folder.prepare()
    assert not folder.has_clinic()
    if os.name != "nt":
        assert folder.root.stat().st_mode & 0o777 == 0o700
    folder.path_of(DataFile.SCHEDULE).touch()
    assert folder.has_clinic()
    assert folder.missing_parts() == ["keyring.json", "clinical.db"]


def test_a_second_copy_on_the_same_folder_is_told(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from clinic_desktop.domain.errors import StoreTrouble\n"
        "from clinic_desktop.store.folder import DataFolder\n"
        "try:\n    with DataFolder(Path(sys.argv[1])).locked():\n        print('mine')\n"
        "except StoreTrouble as trouble:\n    print(trouble)\n"
    )

    def second_copy() -> str:
        return subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        ).stdout

    with folder.locked():
        assert "open on this folder already" in second_copy()
        with pytest.raises(StoreTrouble), DataFolder(tmp_path).locked():
            pass
    assert second_copy() == "mine\n"


def test_a_place_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "clinic").touch()
    with pytest.raises(StoreTrouble, match="cannot be read or written"):
        DataFolder(tmp_path / "clinic").prepare()


@pytest.mark.parametrize("name", ["Box", "My Drive", "MEGA", "Proton Drive", "Seafile", "Tresorit"])
def test_more_services_are_known_by_the_names_of_their_folders(name):
    assert cloud_service_of(PurePosixPath("/home/dana") / name / "clinic") is not None


@pytest.mark.parametrize("name", ["Boxes", "Megan", "my drives", "sync-notes"])
def test_a_folder_that_only_begins_like_one_is_not_refused(name):
    assert cloud_service_of(PurePosixPath("/home/dana") / name / "clinic") is None
