"""How alike two street names are, and which slips of the hand are forgiven."""

from dataclasses import replace
from typing import Final

from rapidfuzz.distance import OSA

from clinic_desktop.travel.address_words import MISTYPED, StreetName, ordinal, street_name, words_of

# Another direction or another kind of street is another street: never taken without a person.
_OTHER_DIRECTION: Final = 15.0
_OTHER_KIND: Final = 14.0
_NOT_TYPED: Final = 2.0
_NOT_THERE: Final = 4.0
_OTHER_FIGURES: Final = 80.0
_SLIP: Final = 4.0
_WHOLE: Final = 1.0
_LETTERS: Final = 3


def mismatch(asked: StreetName, name: StreetName) -> float:
    """What directions and kind of street cost, 0 if they are the same."""
    cost = _part(asked.kind, name.kind, _OTHER_KIND)
    before, after = asked.before or asked.after, name.before or name.after
    return cost + _part(before, after, _OTHER_DIRECTION)


def _part(asked: str, there: str, other: float) -> float:
    if asked == there:
        return 0.0
    if not asked:
        return _NOT_TYPED
    return _NOT_THERE if not there else other


def likeness(asked: StreetName, name: StreetName) -> float:
    """0 to 100; a wrong figure in a numbered street counts more than a wrong letter."""
    score = 100.0 * OSA.normalized_similarity(asked.compact, name.compact)
    if _figures(asked) != _figures(name):
        score = min(score, _OTHER_FIGURES)
    return max(0.0, score - mismatch(asked, name))


def _figures(name: StreetName) -> str:
    return "".join(c for c in name.base if c.isdigit())


def retyped(asked: StreetName, text: str) -> list[tuple[StreetName, float]]:
    """What may have been meant, each with its price: as typed, with a mended word, undivided."""
    versions = [(asked, 0.0)]
    words = words_of(text)
    for place, word in enumerate(words):
        mended = _mended(word)
        if mended:
            version = street_name(" ".join([*words[:place], mended, *words[place + 1 :]]))
            # "Dove Road" is not Cove Road: as the name itself a word counts letter by letter.
            if mended not in version.base.split():
                versions.append((version, _SLIP))
    if asked.base.isdigit():
        versions.append((replace(asked, base=ordinal(int(asked.base))), _SLIP))
    if asked.kind:
        # "Summer Creek" may be a lane whose kind was not typed.
        whole = f"{asked.base} {words[-1]}"
        versions.append((replace(asked, base=whole, kind="", after=""), _WHOLE))
    return versions


def _mended(word: str) -> str:
    """The street type, ordinal or direction that is one slip away, "" for none."""
    if word in MISTYPED or len(word) < _LETTERS:
        return ""
    return next((known for known in MISTYPED if OSA.distance(word, known, score_cutoff=1) <= 1), "")
