"""The small value objects of the schedule file as JSON text and back.

They have no life of their own and are read and written whole, so each lies in one column; keys
are sorted so that an unchanged value is the same text and writes nothing.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

from clinic_desktop.domain.patient import Caller, EmergencyContact, Phone
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.practitioner import Certification
from clinic_desktop.domain.service import KitItem
from clinic_desktop.domain.travel import DayPart, DriveProfile

Row = Mapping[str, object]
"""One row by column name."""


def text(row: Row, column: str) -> str:
    """A text column that is never null."""
    return cast("str", row[column])


def maybe_text(row: Row, column: str) -> str | None:
    """A text column that may be null."""
    return cast("str | None", row[column])


def whole(row: Row, column: str) -> int:
    """An integer column that is never null."""
    return cast("int", row[column])


def maybe_whole(row: Row, column: str) -> int | None:
    """An integer column that may be null."""
    return cast("int | None", row[column])


def real(row: Row, column: str) -> float:
    """A number column that is never null."""
    return float(cast("float", row[column]))


def truth(row: Row, column: str) -> bool:
    """A 0/1 column."""
    return bool(row[column])


def maybe_date(row: Row, column: str) -> date | None:
    """An ISO date column that may be null."""
    value = maybe_text(row, column)
    return date.fromisoformat(value) if value is not None else None


def local(row: Row, column: str) -> datetime:
    """A local wall-clock column."""
    return datetime.fromisoformat(text(row, column))


def maybe_moment(row: Row, column: str) -> datetime | None:
    """A UTC column that may be null."""
    value = maybe_text(row, column)
    return datetime.fromisoformat(value) if value is not None else None


def iso(value: date | None) -> str | None:
    """A date or local time as text."""
    return value.isoformat() if value is not None else None


def utc_iso(moment: datetime | None) -> str | None:
    """An aware moment as UTC text.

    Raises:
        ValueError: the moment is naive, so nobody knows when it was.
    """
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a past event is an aware moment")
    return moment.astimezone(UTC).isoformat()


def moment_iso(moment: datetime | None) -> str | None:
    """A moment in UTC if it is aware, a wall-clock time as it is."""
    return utc_iso(moment) if moment is not None and moment.tzinfo else iso(moment)


def dump(value: object) -> str:
    """Canonical JSON text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_dict(value: str) -> dict[str, Any]:
    """A JSON object."""
    return cast("dict[str, Any]", json.loads(value))


def load_dicts(value: str) -> list[dict[str, Any]]:
    """A JSON list of objects."""
    return cast("list[dict[str, Any]]", json.loads(value))


def load_words(value: str) -> list[str]:
    """A JSON list of words."""
    return cast("list[str]", json.loads(value))


def dump_words(words: Iterable[str]) -> str:
    """A set of words in a fixed order."""
    return dump(sorted(str(word) for word in words))


def dump_phones(phones: Iterable[Phone]) -> str:
    """Phones in the order they are tried."""
    return dump(
        [
            {
                "number": phone.number,
                "label": phone.label,
                "voicemail_ok": phone.voicemail_ok,
                "text_ok": phone.text_ok,
            }
            for phone in phones
        ]
    )


def load_phones(value: str) -> tuple[Phone, ...]:
    """Back from ``dump_phones``."""
    return tuple(Phone(**item) for item in load_dicts(value))


def dump_emergency(contact: EmergencyContact) -> str:
    """The emergency contact."""
    return dump(
        {"name": contact.name, "phone": contact.phone, "relationship": contact.relationship}
    )


def load_emergency(value: str) -> EmergencyContact:
    """Back from ``dump_emergency``."""
    return EmergencyContact(**load_dict(value))


def dump_caller(caller: Caller | None) -> str | None:
    """Who calls for the patient, or nobody."""
    if caller is None:
        return None
    return dump(
        {"name": caller.name, "relation": caller.relation, "may_discuss": caller.may_discuss}
    )


def load_caller(value: str | None) -> Caller | None:
    """Back from ``dump_caller``."""
    return Caller(**load_dict(value)) if value is not None else None


def dump_address(address: Address | None) -> str | None:
    """A practitioner's home address (a site's address has its own columns)."""
    if address is None:
        return None
    return dump(
        {
            "line": address.line,
            "unit": address.unit,
            "city": address.city,
            "state": address.state,
            "postcode": address.postcode,
            "area": address.area,
        }
    )


def load_address(value: str | None) -> Address | None:
    """Back from ``dump_address``."""
    return Address(**load_dict(value)) if value is not None else None


def dump_certifications(certifications: Iterable[Certification]) -> str:
    """Certificates with their last valid day."""
    return dump(
        [{"kind": c.kind, "number": c.number, "expires": iso(c.expires)} for c in certifications]
    )


def load_certifications(value: str) -> tuple[Certification, ...]:
    """Back from ``dump_certifications``."""
    return tuple(
        Certification(
            kind=item["kind"],
            number=item["number"],
            expires=date.fromisoformat(item["expires"]) if item["expires"] else None,
        )
        for item in load_dicts(value)
    )


def dump_kit(kit: Iterable[KitItem]) -> str:
    """What a visit of a service takes."""
    return dump([{"name": item.name, "count": item.count} for item in kit])


def load_kit(value: str) -> tuple[KitItem, ...]:
    """Back from ``dump_kit``."""
    return tuple(KitItem(name=item["name"], count=int(item["count"])) for item in load_dicts(value))


def dump_profile(profile: DriveProfile) -> str:
    """The clinic's drive factors."""
    return dump(
        {
            "parking_min": profile.parking_min,
            "parts": [[p.start_min, p.street_factor, p.motorway_factor] for p in profile.parts],
        }
    )


def load_profile(value: str) -> DriveProfile:
    """Back from ``dump_profile``."""
    data = load_dict(value)
    parts = cast("list[tuple[int, float, float]]", data["parts"])
    return DriveProfile(
        parts=tuple(
            DayPart(start_min=start, street_factor=street, motorway_factor=motorway)
            for start, street, motorway in parts
        ),
        parking_min=data["parking_min"],
    )
