"""Which servers names and passwords may be sent to."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.text import _

_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]")


def server_url(typed: str) -> str:
    """An address that protects what is sent to it: https, or this very machine.

    Raises:
        RuleBroken: it is no address, or names and passwords would travel in clear.
    """
    url = typed.strip()
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or _CONTROL.search(url):
        raise RuleBroken(
            _("That is not a server’s address."), way_out=_("Type it as https://name/path.")
        )
    if parts.username is not None or parts.password is not None:
        raise RuleBroken(
            _("Name and password do not belong into the address."),
            way_out=_("Type them into their own fields."),
        )
    if parts.scheme == "http" and not _is_this_machine(host):
        raise RuleBroken(
            _("This address would send the password and the visits unprotected."),
            way_out=_("Use the server’s https address."),
        )
    return url


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
