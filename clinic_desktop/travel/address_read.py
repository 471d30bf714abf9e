"""Takes a typed address apart; where it can be read in two ways, both are given."""
# usaddress carries no types; its answer is narrowed here.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import usaddress

from clinic_desktop.domain.place import is_po_box
from clinic_desktop.travel.address_words import compact, words_of

MOST_CHARACTERS: Final = 200
_UNIT: Final = re.compile(
    r"(?<=[\w.])[\s,]+"
    r"((?:(?:apartment|apt|unit|suite|ste|floor|fl|room|rm|building|bldg|lot|trailer|trlr)\b\.?"
    r"\s*#?|\#)\s*(?:(?!\d{5})\d[\w-]*|[a-z]-?\d*)(?!\w)|\d+(?:st|nd|rd|th)\s+fl(?:oor)?\b)",
    re.IGNORECASE,
)
_COUNTRY: Final = re.compile(
    r"[\s,]+(?:usa|u\.s\.a?\.?|united states(?: of america)?)\s*$", re.IGNORECASE
)
_ZIP: Final = re.compile(r"(?<=[\s,])(\d{5})(?:-\d{4})?\s*$")
_NUMBER_FIRST: Final = re.compile(
    r"^\s*#?(\d{1,6})[a-z]?(?:\s*-\s*\d+[a-z]?)?(?:\s+\d/\d)?[\s,]+(?=\S)", re.IGNORECASE
)
_NUMBER_LAST: Final = re.compile(r"^(.*[^\W\d].*?)\s+#?(\d{1,6})[a-z]?\s*$", re.IGNORECASE)
_STATES: Final = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA",
    "colorado": "CO", "connecticut": "CT", "delaware": "DE", "districtofcolumbia": "DC",
    "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID", "illinois": "IL",
    "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA",
    "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV",
    "newhampshire": "NH", "newjersey": "NJ", "newmexico": "NM", "newyork": "NY",
    "northcarolina": "NC", "northdakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR",
    "pennsylvania": "PA", "rhodeisland": "RI", "southcarolina": "SC", "southdakota": "SD",
    "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA",
    "washington": "WA", "westvirginia": "WV", "wisconsin": "WI", "wyoming": "WY",
    "puertorico": "PR",
}  # fmt: skip
_STATE_CODES: Final = frozenset(_STATES.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAddress:
    """One reading of a typed address; "" for what was not typed.

    ``city`` is compact (see ``address_words.compact``), ``state`` two capital letters.
    """

    number: int | None
    number_text: str
    street: str
    city: str = ""
    state: str = ""
    postcode: str = ""
    unit: str = ""


def state_code(text: str) -> str:
    """The two letters of a US state's name or code; other text comes back as it is."""
    code = text.strip().upper()
    return code if code in _STATE_CODES else _STATES.get(compact(text), text.strip())


def readings(text: str, cities: Collection[str]) -> list[TypedAddress]:
    """The ways to read what was typed, likeliest first; [] for nothing usable.

    Args:
        text: anything.
        cities: the compact names of the places that the index knows.
    """
    typed = _clean(text)
    if is_po_box(typed) or not re.search(r"[^\W\d_]", typed):
        return []
    found: list[TypedAddress] = []
    typed = _COUNTRY.sub("", typed)
    unit = ""
    if match := _UNIT.search(typed):
        unit = match[1].strip()
        typed = f"{typed[: match.start()]} {typed[match.end() :]}".strip()
    postcode = ""
    before_zip = typed
    if match := _ZIP.search(typed):
        postcode, before_zip = match[1], typed[: match.start()].rstrip(" ,")
    for street, tail in _divided(before_zip, cities):
        found += _numbered(street, tail, postcode, unit)
    if postcode and "," not in typed and not _NUMBER_FIRST.match(typed):
        # "Maple Street 12345": five digits after a street may be the house.
        found += _numbered(typed, "", "", unit)
    return list(dict.fromkeys(found))


def _clean(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[: 4 * MOST_CHARACTERS])
    plain = "".join(c if c.isprintable() else " " for c in plain)
    return " ".join(plain.split())[:MOST_CHARACTERS].strip(" ,;.")


def _divided(typed: str, cities: Collection[str]) -> list[tuple[str, str]]:
    """Street with its number, and what follows it (city, state)."""
    parts = [part.strip() for part in typed.split(",") if part.strip()]
    if len(parts) > 1:
        # A building's name may stand before the line that begins with the number.
        first = next((i for i, p in enumerate(parts) if p[0].isdigit()), 0)
        if parts[first].isdigit() and first + 1 < len(parts):
            parts[first : first + 2] = [" ".join(parts[first : first + 2])]
        return [(parts[first], " ".join(parts[first + 1 :]))]
    ways = [_parsed(typed)]
    words = typed.split()
    for count in (1, 2, 3):
        head, tail = words[:-count], words[-count:]
        if tail and compact(tail[-1]).upper() in _STATE_CODES:
            head, tail = words[: -count - 1], words[-count - 1 :]
            place = compact(" ".join(tail[:-1]))
        else:
            place = compact(" ".join(tail))
        if len(head) > 1 and place in cities:
            ways.append((" ".join(head), " ".join(tail)))
    return [*ways, (typed, "")]


def _parsed(typed: str) -> tuple[str, str]:
    """Divided by a parser trained on US addresses."""
    tokens = usaddress.parse(typed)
    cut = len(tokens)
    while cut > 0 and tokens[cut - 1][1] in ("PlaceName", "StateName"):
        cut -= 1
    if cut == 0:
        return typed, ""
    return " ".join(w for w, _l in tokens[:cut]), " ".join(w for w, _l in tokens[cut:])


def _numbered(street: str, tail: str, postcode: str, unit: str) -> list[TypedAddress]:
    """With the number before the street, after it, or as part of the name (``Route 161``)."""
    city, state = _city_and_state(tail)

    def reading(number: str, name: str) -> TypedAddress:
        return TypedAddress(
            number=int(number) if number else None,
            number_text=number,
            street=name.strip(" ,"),
            city=city,
            state=state,
            postcode=postcode,
            unit=unit,
        )

    if match := _NUMBER_FIRST.match(street):
        return [reading(match[1], street[match.end() :])]
    made = [reading("", street)]
    if match := _NUMBER_LAST.match(street):
        made.insert(0, reading(match[2], match[1]))
    return made


def _city_and_state(tail: str) -> tuple[str, str]:
    words = words_of(tail)
    for count in (3, 2, 1):
        if count > len(words):
            continue
        code = state_code("".join(words[-count:]))
        # "New York" alone is the city; "New York, New York" is both.
        if code in _STATE_CODES and (count < len(words) or len("".join(words)) == len(code)):
            return "".join(words[:-count]), code
    return "".join(words), ""
