"""Files that are attached to a record: they must be what they say they are."""

import hashlib
from typing import Final

from clinic_desktop.domain.clinical_ports import Blob
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.text import _

MAX_BYTES: Final = 20 * 1024 * 1024
LETTER_TYPES: Final = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}


def blob_of(media_type: str, data: bytes) -> Blob:
    """A file under its hash."""
    return Blob(sha256=hashlib.sha256(data).hexdigest(), media_type=media_type, data=data)


def checked_letter(media_type: str, data: bytes) -> Blob:
    """A letter, if it is a PDF, PNG or JPEG of a sensible size. Raises ``RuleBroken``."""
    head = LETTER_TYPES.get(media_type)
    if head is None or not data.startswith(head):
        raise RuleBroken(
            _("This file is not a PDF or a picture, whatever its name says."),
            way_out=_("Attach a PDF, PNG or JPEG."),
        )
    if len(data) > MAX_BYTES:
        raise RuleBroken(
            _("This file is larger than {n} MB.").format(n=MAX_BYTES // (1024 * 1024)),
            way_out=_("Attach a smaller scan."),
        )
    return blob_of(media_type, data)
