"""Where a journal stood, as it is printed on sheets: paper that no key-holder can rewrite."""

import re
from dataclasses import dataclass
from typing import Final

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.store.chain import ChainHead
from clinic_desktop.store.sqlcipher import Database, DataFile, scalar
from clinic_desktop.text import _

_LETTERS: Final = {DataFile.SCHEDULE: "S", DataFile.CLINICAL: "C"}
_CODE: Final = re.compile(r"([SC])(\d{1,12})-([0-9a-f]{8})")
_SIGNS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCode:
    """One file's entry number and the first signs of its hash."""

    file: DataFile
    seq: int
    signs: str


def sheet_code(file: DataFile, head: ChainHead) -> str:
    """A journal's head for a sheet: ``S4123-3f9a2c81``."""
    return f"{_LETTERS[file]}{head.seq}-{head.hash[:_SIGNS]}"


def read_sheet_codes(text: str) -> list[SheetCode]:
    """The codes that somebody read off a sheet. Raises ``RuleBroken`` if there are none."""
    files = {letter: file for file, letter in _LETTERS.items()}
    found = [
        SheetCode(file=files[letter.upper()], seq=int(seq), signs=signs.lower())
        for letter, seq, signs in re.findall(_CODE.pattern, text, re.IGNORECASE)
    ]
    if not found:
        raise RuleBroken(
            _("That is no code of a sheet."),
            way_out=_("Type it as it stands at the sheet’s foot, such as S4123-3f9a2c81."),
        )
    return found


def against_sheet(db: Database, code: SheetCode) -> str:
    """What a sheet's code proves against a file: a sentence, "" where the file still agrees."""
    known = scalar(db, "SELECT hash FROM journal WHERE seq = ?", (code.seq,))
    if code.seq == 0 or (isinstance(known, str) and known.startswith(code.signs)):
        return ""
    return _(
        "{file} is not what it was when the sheet was printed: entry {seq} of its journal was"
        " rewritten or cut off, or an older copy was put in its place."
    ).format(file=code.file.label, seq=code.seq)
