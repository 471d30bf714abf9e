"""Recovery codes: a random secret as a person can read, print and type it.

Crockford's base 32 (no I, L, O, U) in groups of four, with a check of four characters that also
tells the schedule's sheet from the clinical one.
"""

import hashlib
import os
from typing import Final

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.store.sqlcipher import DataFile
from clinic_desktop.text import _

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_BYTES: Final = 20
_SECRET_LETTERS: Final = SECRET_BYTES * 8 // 5
_CHECK_LETTERS: Final = 4
_GROUP: Final = 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_secret() -> bytes:
    """160 random bits."""
    return os.urandom(SECRET_BYTES)


def code_of(file: DataFile, secret: bytes) -> str:
    """The code to print: nine groups of four letters and digits."""
    letters = _letters(int.from_bytes(secret, "big"), _SECRET_LETTERS) + _check(file, secret)
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))


def read_code(code: str) -> tuple[DataFile, bytes]:
    """The file that a typed code is for, and its secret. Case, spaces and dashes do not matter.

    Raises:
        PermissionRefused: it is not a whole code, or has a typing error.
    """
    letters = "".join(c for c in code.upper().translate(_READ_AS) if c.isalnum())
    whole = len(letters) == _SECRET_LETTERS + _CHECK_LETTERS
    if whole and all(c in ALPHABET for c in letters):
        value = 0
        for letter in letters[:_SECRET_LETTERS]:
            value = value * 32 + ALPHABET.index(letter)
        secret = value.to_bytes(SECRET_BYTES, "big")
        for file in DataFile:
            if letters[_SECRET_LETTERS:] == _check(file, secret):
                return file, secret
    raise PermissionRefused(
        _("This is not a whole recovery code, or it has a typing error."),
        way_out=_("Compare it with the sheet: nine groups of four letters and digits."),
    )


def _check(file: DataFile, secret: bytes) -> str:
    digest = hashlib.sha256(f"clinic-desktop recovery {file.value} ".encode() + secret).digest()
    return _letters(int.from_bytes(digest[:8], "big") >> 44, _CHECK_LETTERS)


def _letters(value: int, count: int) -> str:
    letters = ""
    for _position in range(count):
        value, digit = divmod(value, 32)
        letters = ALPHABET[digit] + letters
    return letters
