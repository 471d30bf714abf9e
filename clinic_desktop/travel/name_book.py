"""The street names of an index: those like what was typed, and those that begin with it.

A state has tens of thousands of names. Nearly every slip is of two letters at most, and two names
two letters apart share nearly all of theirs; so each name's letters are kept as bits of one
number, and only the few whose bits nearly agree are compared letter by letter.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from clinic_desktop.travel.address_words import SPELLED, StreetName
from clinic_desktop.travel.name_likeness import likeness, mismatch, retyped

PREFIX_LETTERS: Final = 3
PREFIX_SCORE: Final = 70.0
PREFIX_GAIN: Final = 15.0
_LEAST_LIKE: Final = 0.55
_LEAST_SCORE: Final = 50.0
_BASES: Final = 12
_SLIPS: Final = 2
_GOOD: Final = 70.0
# Further names that are only begun than anybody reads through.
_BEGUN: Final = 400
_LAST: Final = chr(0x10FFFF)


class NameBook:
    """Distinct street names.

    Args:
        names: each once or more.
    """

    def __init__(self, names: Iterable[StreetName]) -> None:
        self._names: dict[str, list[StreetName]] = {}
        for name in dict.fromkeys(names):
            self._names.setdefault(name.compact, []).append(name)
        self._bases = list(self._names)
        self._letters = np.array([_letters(base) for base in self._bases], dtype=np.uint64)
        self._lengths = np.array([len(base) for base in self._bases], dtype=np.int32)
        self._tails = sorted(
            {(tail, name.compact) for found in self._names.values() for name in found
             for tail in _tails(name.base)}
        )  # fmt: skip

    def like(self, asked: StreetName, text: str) -> dict[StreetName, float]:
        """Street names by likeness, 0 to 100: as typed, with a slip, and begun but not ended.

        Args:
            asked: the canonical parts of ``text``.
            text: the street as it was typed.
        """
        scores: dict[StreetName, float] = {}
        if not asked.base:
            return scores

        def keep(name: StreetName, score: float) -> None:
            if score >= _LEAST_SCORE and score > scores.get(name, 0.0):
                scores[name] = score

        versions = retyped(asked, text)
        for far in (False, True):
            for version, price in versions:
                for base in self._bases_like(version.compact, far=far):
                    for name in self._names[base]:
                        keep(name, likeness(version, name) - price)
            # All names are gone through only where none is near.
            if max(scores.values(), default=0.0) >= _GOOD:
                break
        start = asked.compact
        if len(start) >= PREFIX_LETTERS:
            first = bisect_left(self._tails, (start, ""))
            last = bisect_left(self._tails, (start + _LAST, ""))
            for tail, base in self._tails[first : min(last, first + _BEGUN)]:
                score = PREFIX_SCORE + PREFIX_GAIN * len(start) / len(tail)
                for name in self._names[base]:
                    keep(name, score - mismatch(asked, name))
        return scores

    def _bases_like(self, asked: str, *, far: bool) -> list[str]:
        """The nearest bases within two slips, or the nearest of all if ``far``."""
        if far:
            return _nearest(asked, self._bases)
        apart = np.bitwise_count(self._letters ^ np.uint64(_letters(asked)))
        # A wrong letter takes one bit away and adds one.
        near = (apart <= 2 * _SLIPS) & (np.abs(self._lengths - len(asked)) <= _SLIPS)
        return _nearest(asked, [self._bases[place] for place in np.flatnonzero(near)])


def _nearest(asked: str, bases: Sequence[str]) -> list[str]:
    found = process.extract(
        asked, bases, scorer=OSA.normalized_similarity, limit=_BASES, score_cutoff=_LEAST_LIKE
    )
    return [base for base, _like, _index in found]


def _letters(text: str) -> int:
    """A bit for each letter and figure that occurs, another for one that occurs again."""
    once = again = 0
    for letter in text:
        bit = 1 << (ord(letter) % 32)
        again |= once & bit
        once |= bit
    return once | again << 32


def _tails(base: str) -> list[str]:
    """The name from each of its words on, figures spelled too: what a person may begin with."""
    words = base.split()
    spelled = [SPELLED.get(word, word) for word in words]
    tails: list[str] = []
    for place in range(len(words)):
        tails.append("".join(words[place:]))
        if spelled[place:] != words[place:]:
            tails.append("".join(spelled[place:]))
    return tails
