"""Fetches an extract from the address that a person named: resumed, checked, stopped at will.

Nothing about the clinic is sent: the request names a region's file and nothing else.
"""

import contextlib
import hashlib
import http.client
import json
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from clinic_desktop.domain.errors import Cancelled, RoadsTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.server_address import server_url
from clinic_desktop.text import _
from clinic_desktop.travel.tiger import FILE_NAME

_TIMEOUT_S: Final = 30
_BLOCK: Final = 1 << 18
_PART: Final = ".part"
_STATE: Final = ".part.json"
_SPARE_BYTES: Final = 64 << 20
_MB: Final = 1e6
_LONGEST_MD5: Final = 1024


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is there of an earlier try: bytes, and what told the server's file apart."""

    size: int
    tag: str


def download_extract(url: str, folder: Path, progress: Progress) -> Path:
    """Fetch an extract into a folder; what is there of an earlier try is completed.

    Args:
        url: the address of a ``.osm.pbf``; https, or this very machine.
        folder: made if it is not there.
        progress: told how far it is; asked whether to stop.

    Returns:
        The file, whole and (where the server keeps an MD5 beside it) checked.

    Raises:
        RuleBroken: the address is none, or not protected.
        RoadsTrouble: the server or the disk does not give it.
        Cancelled: the person stopped it; what came so far is kept for the next try.
    """
    address = server_url(url)
    name = _file_name(address)
    if not name.endswith(".osm.pbf"):
        raise RoadsTrouble(
            _("That address is not one of an OpenStreetMap extract (.osm.pbf)."),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Copy the address of the file itself, not of the page that lists it."),
        )
    return _download(address, folder / name, progress)


def download_county(url: str, folder: Path, progress: Progress) -> Path:
    """Fetch a county's number ranges; all else as ``download_extract``.

    Args:
        url: the address of a ``tl_YYYY_SSCCC_addrfeat.zip``.
        folder: made if it is not there.
        progress: told how far it is; asked whether to stop.
    """
    address = server_url(url)
    name = _file_name(address)
    if not name.endswith(".zip") or not FILE_NAME.fullmatch(name.removesuffix(".zip")):
        raise RoadsTrouble(
            _("That address is not one of a county’s address ranges."),
            still_works=_("The roads in use stay as they are."),
            way_out=_("It ends like tl_2025_{fips}_addrfeat.zip.").format(fips="{fips}"),
        )
    return _download(address, folder / name, progress)


def _download(address: str, target: Path, progress: Progress) -> Path:
    folder = target.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(address, target, progress)
    except urllib.error.HTTPError as why:
        raise _refused(why.code) from why
    except (OSError, http.client.HTTPException) as why:
        raise _lost(why) from why
    return target


def _file_name(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _fetch(url: str, target: Path, progress: Progress) -> None:
    part = target.with_name(target.name + _PART)
    begun = _begun(part)
    with _opened(url, begun) as answer:
        tag = _tag(answer)
        resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        done = begun.size if resumed else 0
        length = answer.headers.get("Content-Length")
        whole = done + int(length) if length else None
        _require_room(target.parent, None if whole is None else whole - done)
        part.with_name(target.name + _STATE).write_text(json.dumps({"tag": tag}), encoding="utf-8")
        with part.open("ab" if resumed else "wb") as stream:
            while block := answer.read(_BLOCK):
                if progress.stop_requested():
                    raise Cancelled(
                        _("Stopped. What came so far is kept: fetching again goes on from there.")
                    )
                stream.write(block)
                done += len(block)
                progress.report(done / whole if whole else 0.0, _words(done, whole))
    if whole is not None and done != whole:
        raise ConnectionError("the answer ended early")
    _check(url, part, progress)
    part.replace(target)
    part.with_name(target.name + _STATE).unlink(missing_ok=True)


def _begun(part: Path) -> _Begun:
    """What an earlier try left; nothing where it cannot be trusted."""
    try:
        state = json.loads(part.with_name(part.name.removesuffix(_PART) + _STATE).read_text())
        return _Begun(part.stat().st_size, str(state["tag"]))
    except (OSError, ValueError, KeyError, TypeError):
        return _Begun(0, "")


@contextlib.contextmanager
def _opened(url: str, begun: _Begun) -> Generator[http.client.HTTPResponse]:
    """The server's answer: the rest of the file where it is still the same one, else all of it."""
    headers = {"User-Agent": "clinic-desktop", "Accept-Encoding": "identity"}
    if begun.size and begun.tag:
        headers |= {"Range": f"bytes={begun.size}-", "If-Range": begun.tag}
    try:
        answer = _open(url, headers)
    except urllib.error.HTTPError as why:
        if why.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        # All of it was there already, or more than the server has now: from the start.
        headers.pop("Range")
        headers.pop("If-Range")
        answer = _open(url, headers)
    with answer:
        yield answer


def _open(url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers=headers)
    opener = urllib.request.build_opener(_SameProtection())
    return opener.open(request, timeout=_TIMEOUT_S)


class _SameProtection(urllib.request.HTTPRedirectHandler):
    """Follows a server to another address only where that is protected as well."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: object,
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        server_url(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # pyright: ignore[reportArgumentType] - typeshed names a private protocol


def _tag(answer: http.client.HTTPResponse) -> str:
    """What tells whether the server's file is still the same: a strong ETag, else its date."""
    tag = answer.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified", "")


def _check(url: str, part: Path, progress: Progress) -> None:
    """Compare with the MD5 beside the file, where the server keeps one."""
    try:
        with _open(url + ".md5", {"User-Agent": "clinic-desktop"}) as answer:
            said = answer.read(_LONGEST_MD5).decode("ascii", "replace").split()
    except urllib.error.HTTPError:
        return
    if not said or len(said[0]) != 32:
        return
    progress.report(1.0, _("Checking the file"))
    digest = hashlib.md5(usedforsecurity=False)
    with part.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if progress.stop_requested():
                raise Cancelled(_("Stopped. What came so far is kept."))
            digest.update(block)
    if digest.hexdigest() != said[0].lower():
        part.unlink()
        raise RoadsTrouble(
            _("The file arrived damaged: its checksum is not the server’s."),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Fetch it again."),
        )


def _require_room(folder: Path, needed: int | None) -> None:
    if needed is not None and shutil.disk_usage(folder).free < needed + _SPARE_BYTES:
        raise RoadsTrouble(
            _("There is not enough room on the disk for {n} MB.").format(n=round(needed / _MB)),
            still_works=_("Nothing was fetched; the roads in use stay as they are."),
            way_out=_("Make room, then fetch it again."),
        )


def _words(done: int, whole: int | None) -> str:
    if whole is None:
        return _("{n} MB fetched").format(n=round(done / _MB))
    return _("{n} of {all} MB fetched").format(n=round(done / _MB), all=round(whole / _MB))


def _refused(code: int) -> RoadsTrouble:
    gone = code in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE)
    return RoadsTrouble(
        _("The server has no file at this address.")
        if gone
        else _("The server does not give the file (answer {code}).").format(code=code),
        still_works=_("The roads in use stay as they are."),
        way_out=_("Check the address.") if gone else _("Try again later."),
    )


def _lost(why: BaseException) -> RoadsTrouble:
    reason = getattr(why, "reason", why)
    if isinstance(reason, ssl.SSLError):
        return RoadsTrouble(
            _("The server’s certificate is not trusted, so nothing was fetched from it."),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Check the address."),
        )
    if isinstance(why, (PermissionError, IsADirectoryError)):
        return RoadsTrouble(
            _("The file cannot be written on this machine."),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Make room or check the folder, then fetch it again."),
        )
    return RoadsTrouble(
        _("The connection to the server was lost, or there is none."),
        still_works=_("What came so far is kept; the roads in use stay as they are."),
        way_out=_("Fetch it again: it goes on from there."),
    )
