"""Finds patients whose names are nearly what was typed, or sound like it: "Did you mean"."""

from collections.abc import Iterable, Sequence
from typing import Final

from jellyfish import metaphone
from rapidfuzz import process
from rapidfuzz.distance import OSA

from clinic_desktop.domain.ports import PatientHit
from clinic_desktop.store.schedule_search import fold, hit_of, patients_with_sites, terms_of
from clinic_desktop.store.sqlcipher import Database, rows

_LIKE_ENOUGH: Final = 0.65
"""One slip in a name of three letters, two in one of six."""
_SOUNDS_ALIKE: Final = 0.75
"""How like a name is that is written otherwise and sounds the same: Kathryn for Catherine."""
_SHORTEST: Final = 3


def similar_patients(db: Database, text: str, limit: int) -> list[PatientHit]:
    """Patients each of whose typed names is like one of theirs, likest first.

    Names count, phones and streets do not: a number one digit off is somebody else's.
    """
    terms = terms_of(text)
    typed = [term.joined for term in terms if not term.is_number and len(term.joined) >= _SHORTEST]
    if not typed or len(typed) < len(terms):
        return []
    names = _names(db)
    likeness = [_likeness(word, {w for words in names.values() for w in words}) for word in typed]
    scores = {
        patient_id: score
        for patient_id, words in names.items()
        if (score := _score(likeness, words)) is not None
    }
    best = sorted(scores, key=lambda patient_id: (-scores[patient_id], patient_id))[:limit]
    found = {str(p.id): hit_of(terms, p, sites) for p, sites in patients_with_sites(db, best)}
    return [found[patient_id] for patient_id in best]


def _names(db: Database) -> dict[str, tuple[str, ...]]:
    """The folded names of every patient in use."""
    found = rows(
        db,
        "SELECT id, first_name, preferred_name, last_name FROM patients"
        " WHERE merged_into IS NULL AND archived = 0",
        (),
    )
    return {
        str(row["id"]): tuple(
            "".join(fold(str(row[column])).split())
            for column in ("first_name", "preferred_name", "last_name")
            if row[column]
        )
        for row in found
    }


def _likeness(typed: str, words: Iterable[str]) -> dict[str, float]:
    """The words that are like the typed one, with how much (0 to 1)."""
    known = list(words)
    sound = metaphone(typed)
    like = {word: _SOUNDS_ALIKE for word in known if sound and metaphone(word) == sound}
    found = process.extract(
        typed,
        known,
        scorer=OSA.normalized_similarity,
        score_cutoff=_LIKE_ENOUGH,
        limit=None,
    )
    for word, score, _index in found:
        like[word] = max(score, like.get(word, 0.0))
    return like


def _score(likeness: Sequence[dict[str, float]], words: Sequence[str]) -> float | None:
    """How like a patient's names are to all that was typed, None if one of it is like none."""
    total = 0.0
    for like in likeness:
        best = max((like.get(word, 0.0) for word in words), default=0.0)
        if not best:
            return None
        total += best
    return total
