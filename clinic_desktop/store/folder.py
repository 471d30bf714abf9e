"""The clinic's data folder: where its files lie, who may use it, and that only one program does."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Final

from filelock import FileLock, Timeout

from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.store.sqlcipher import DataFile, os_trouble
from clinic_desktop.text import _

NETWORK_FILE_SYSTEMS: Final = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "ncpfs",
        "9p", "afs", "ceph", "glusterfs", "lustre", "gfs2", "ocfs2", "fuse.sshfs", "fuse.rclone",
        "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.s3fs", "fuse.gvfsd-fuse",
        "fuse.google-drive-ocamlfuse", "fuse.onedriver", "fuse.smbnetfs", "fuse.curlftpfs",
    }
)  # fmt: skip
"""File systems on which SQLite's locks or write-ahead log cannot be relied on."""

_CLOUD_STARTS: Final = (
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("icloud drive", "iCloud Drive"),
    ("icloud~", "iCloud Drive"),
    ("iclouddrive", "iCloud Drive"),
    ("com~apple~clouddocs", "iCloud Drive"),
    ("mobile documents", "iCloud Drive"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("box sync", "Box"),
    ("megasync", "MEGA"),
    ("proton drive", "Proton Drive"),
    ("seafile", "Seafile"),
    ("tresorit", "Tresorit"),
    ("pcloud drive", "pCloud"),
    ("pclouddrive", "pCloud"),
    ("cloudstorage", "a cloud"),
    ("synologydrive", "Synology Drive"),
    ("syncthing", "Syncthing"),
)
_CLOUD_NAMES: Final = {"box": "Box", "my drive": "Google Drive", "mega": "MEGA", "sync": "Sync.com"}
"""Whole names only: Boxes and Megan are nobody's cloud."""
_CLOUD_MARKS: Final = ((".dropbox.cache", "Dropbox"), (".stfolder", "Syncthing"))
_WINDOWS_REMOTE_DRIVE: Final = 4


def cloud_service_of(path: PurePath) -> str | None:
    """The service that copies this folder elsewhere, told by the names on the way to it."""
    for part in path.parts:
        name = part.casefold()
        if name in _CLOUD_NAMES:
            return _CLOUD_NAMES[name]
        for start, service in _CLOUD_STARTS:
            if name.startswith(start):
                return service
    return None


def file_system_of(path: PurePath, mounts: str) -> str:
    """The type of the file system that holds a path, read from ``/proc/mounts`` text, or ""."""
    best, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = PurePath(fields[1].encode().decode("unicode_escape"))
        # A later mount over the same point hides the earlier one.
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, found = len(point.parts), fields[2]
    return found


def check_place(path: Path, *, mounts: str | None = None) -> None:
    """Refuse a folder on the network or one that a cloud service copies.

    Args:
        path: the folder, existing or not.
        mounts: text in the form of ``/proc/mounts``; None asks this machine.

    Raises:
        StoreTrouble: with the reason.
    """
    resolved = path.expanduser().resolve()
    service = cloud_service_of(resolved) or cloud_service_of(path) or _marked_by_cloud(resolved)
    if service is not None:
        raise StoreTrouble(
            _("This folder is copied elsewhere by {service}, which can damage the files.").format(
                service=service
            ),
            way_out=_("Choose a folder that stays on this computer only."),
        )
    if _is_remote(resolved, mounts):
        raise StoreTrouble(
            _("This folder is on a network drive, where the files are not safe."),
            way_out=_("Choose a folder on this computer's own disk."),
        )


def _marked_by_cloud(path: Path) -> str | None:
    for folder in (path, *path.parents):
        for mark, service in _CLOUD_MARKS:
            try:
                if (folder / mark).exists():
                    return service
            except OSError:
                continue
    return None


def _is_remote(path: Path, mounts: str | None) -> bool:
    if str(path).startswith("\\\\"):
        return True
    if mounts is None:
        if sys.platform == "win32":
            return ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == _WINDOWS_REMOTE_DRIVE
        mounts = _mounts_of_this_machine()
    return file_system_of(path, mounts) in NETWORK_FILE_SYSTEMS


def _mounts_of_this_machine() -> str:
    table = Path("/proc/mounts")
    if table.exists():
        return table.read_text(errors="replace")
    if sys.platform == "darwin":
        listed = subprocess.run(
            ["/sbin/mount"], capture_output=True, text=True, check=False
        ).stdout.splitlines()
        return "\n".join(_darwin_mount(line) for line in listed)
    return ""


def _darwin_mount(line: str) -> str:
    """``//server/share on /Volumes/share (smbfs, nodev)`` in the form of ``/proc/mounts``."""
    device, _on, rest = line.partition(" on ")
    point, _bracket, options = rest.rpartition(" (")
    kind = options.split(",")[0].rstrip(")")
    return f"{device.replace(' ', '_')} {point.replace(' ', '\\040')} {kind}"


class DataFolder:
    """One clinic's folder.

    ``schedule.db``, ``clinical.db``, ``keyring.json``, ``lock``, ``backups/``, ``region/``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def keyring(self) -> Path:
        """The key file."""
        return self.root / "keyring.json"

    @property
    def backups(self) -> Path:
        """Where backups go by default."""
        return self.root / "backups"

    @property
    def region(self) -> Path:
        """Road tiles and address indexes: public data, rebuilt from an extract."""
        return self.root / "region"

    @property
    def replaced(self) -> Path:
        """Files that a restore moved aside; never deleted by the program."""
        return self.root / "replaced"

    def path_of(self, file: DataFile) -> Path:
        """A database file's path."""
        return self.root / f"{file.value}.db"

    def has_clinic(self) -> bool:
        """Whether a clinic lies here, whole or in part."""
        return any(p.exists() for p in (self.keyring, *(self.path_of(f) for f in DataFile)))

    def missing_parts(self) -> list[str]:
        """The names of the parts of a clinic that are not here."""
        parts = (self.keyring, *(self.path_of(file) for file in DataFile))
        return [part.name for part in parts if not part.exists()]

    def prepare(self) -> None:
        """Make the folder, for this account only, and check that it can be used.

        Raises:
            StoreTrouble: it is on a network or in a cloud folder, or cannot be written.
        """
        check_place(self.root)
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.name != "nt" and self.root.stat().st_uid == os.getuid():
                self.root.chmod(0o700)
            for folder in (self.backups, self.region):
                folder.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise os_trouble(error) from error
        check_writable(self.root)

    @contextmanager
    def locked(self) -> Generator[None]:
        """Be the only program on this folder for as long as the block runs.

        Raises:
            StoreTrouble: another copy of the program is open on it, or it is read-only.
        """
        lock = FileLock(self.root / "lock", timeout=0, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreTrouble(
                _("The program is open on this folder already."),
                way_out=_("Use that window, or close it first."),
            ) from error
        except OSError as error:
            raise os_trouble(error) from error
        try:
            yield
        finally:
            lock.release()


def check_writable(folder: Path) -> None:
    """Write and delete a small file. Raises ``StoreTrouble`` if that does not work."""
    probe = folder / f".write-check-{os.getpid()}"
    try:
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise os_trouble(error) from error


def remove_files(paths: Iterable[Path]) -> None:
    """Delete files that may be gone already. Raises ``StoreTrouble``."""
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise os_trouble(error) from error
