"""Street names in one canonical form, whatever abbreviations they were written with."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Street suffixes by their usual abbreviation. Source: USPS Publication 28, appendix C1, the ones
# met in extracts.
_SUFFIXES: Final = {
    "aly": "alley", "ave": "avenue av aven avenu", "bend": "bnd", "blf": "bluff",
    "blvd": "boulevard boul blv boulv", "br": "branch", "brg": "bridge", "byp": "bypass",
    "cir": "circle circ", "cmn": "common commons", "cor": "corner", "crk": "creek",
    "cres": "crescent", "ct": "court crt", "cv": "cove", "dr": "drive drv",
    "est": "estate estates", "expy": "expressway", "ext": "extension", "fwy": "freeway",
    "gdns": "gardens", "gln": "glen", "grn": "green", "grv": "grove", "hl": "hill",
    "holw": "hollow", "hts": "heights", "hwy": "highway hiway", "jct": "junction",
    "lk": "lake", "ln": "lane", "lndg": "landing", "loop": "", "mall": "", "mdw": "meadow",
    "mdws": "meadows", "mnr": "manor", "pass": "", "path": "", "pike": "", "pkwy": "parkway parkwy",
    "pl": "place", "plz": "plaza", "pt": "point", "rd": "road", "rdg": "ridge", "row": "",
    "run": "", "sq": "square", "st": "street str strt", "ter": "terrace terr", "tpke": "turnpike",
    "trce": "trace", "trl": "trail", "vw": "view", "walk": "", "way": "wy", "xing": "crossing",
}  # fmt: skip
_TYPES: Final = {
    word: short for short, words in _SUFFIXES.items() for word in (short, *words.split())
}
_DIRECTIONS: Final = {
    "n": "north", "s": "south", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest",
    "se": "southeast", "sw": "southwest",
}  # fmt: skip
_SHORT_DIRECTION: Final = {word: short for short, word in _DIRECTIONS.items()}
_FIRST_WORDS: Final = {"st": "saint", "mt": "mount", "ft": "fort", "dr": "doctor"}
_ONES: Final[list[str]] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth",
]  # fmt: skip
_TENS: Final[list[str]] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]  # fmt: skip
_TENTHS: Final = [f"{word[:-1]}ieth" for word in _TENS]
_ROUTES: Final = (
    (re.compile(r"\bu s\b"), "us"),
    (re.compile(r"\b(?:county|co) (?:road|rd)\b"), "cr"),
    (re.compile(r"\bstate (?:route|highway|hwy|road|rd)\b"), "sr"),
    (re.compile(r"\bus (?:route|highway|hwy)\b"), "us"),
)


def ordinal(number: int) -> str:
    """``21st`` for 21."""
    tail = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


_ORDINALS: Final = {
    **{word: ordinal(value) for value, word in enumerate(_ONES, start=1)},
    **{word: ordinal(10 * value) for value, word in enumerate(_TENTHS, start=2)},
}
SPELLED: Final = {short: word for word, short in _ORDINALS.items()}
"""``1st`` to ``first``, so that both may be typed letter by letter."""

MISTYPED: Final = tuple(
    word for word in (*_TYPES, *_ORDINALS, *_SHORT_DIRECTION) if len(word) >= len("lane")
)
"""Words worth recognising with one wrong letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetName:
    """A street's name in canonical parts: ``N`` ``21st`` ``st`` and no direction after it."""

    before: str
    base: str
    kind: str
    after: str

    @property
    def norm(self) -> str:
        """All parts; equal for two spellings of one name."""
        return " ".join(p for p in (self.before, self.base, self.kind, self.after) if p)

    @property
    def compact(self) -> str:
        """The base without blanks: what similarity is measured on."""
        return self.base.replace(" ", "")


def words_of(text: str) -> list[str]:
    """The words in small letters, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’`")
    return re.sub(r"[\W_]+", " ", plain).split()


def compact(text: str) -> str:
    """A name as one run of small letters and digits."""
    return "".join(words_of(text))


def street_name(text: str) -> StreetName:
    """The canonical parts of a street's name.

    ``North Twenty-First Street``, ``n. 21st st`` and ``N 21 ST`` differ only in the last: a bare
    number stays one (``Highway 21``).
    """
    words = _expanded(words_of(text))
    before = after = kind = ""
    if len(words) > 1 and _direction(words[0]):
        before, words = _direction(words[0]), words[1:]
    if len(words) > 2 and _direction(words[-1]) and words[-2] in _TYPES:
        after, words = _direction(words[-1]), words[:-1]
    if len(words) > 1 and words[-1] in _TYPES:
        kind, words = _TYPES[words[-1]], words[:-1]
    elif before and len(words) == 1 and words[0] in _TYPES:
        # "North Street": the direction is the name.
        kind, words, before = _TYPES[words[0]], [_DIRECTIONS[before]], ""
    return StreetName(before=before, base=" ".join(words), kind=kind, after=after)


def _direction(word: str) -> str:
    return word if word in _DIRECTIONS else _SHORT_DIRECTION.get(word, "")


def _expanded(words: list[str]) -> list[str]:
    """Spelled ordinals as figures, numbered roads and first words in one form."""
    text = " ".join(words)
    for pattern, short in _ROUTES:
        text = pattern.sub(short, text)
    words = text.split()
    made: list[str] = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        lone = place == 0 or (place == 1 and _direction(words[0]) != "")
        if word in _ONES[:9] and made and made[-1] in _TENS:
            tens = 10 * (_TENS.index(made.pop()) + 2)
            made.append(ordinal(tens + _ONES.index(word) + 1))
        elif lone and word in _FIRST_WORDS and following and following not in _TYPES:
            made.append(_FIRST_WORDS[word])
        else:
            made.append(_ORDINALS.get(word, word))
    return made
