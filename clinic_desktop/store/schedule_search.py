"""Finds patients by what a caller says: parts of names, phone digits, a street."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.ports import PatientHit
from clinic_desktop.store import schedule_mapping as m
from clinic_desktop.store.schedule_values import dump
from clinic_desktop.store.sqlcipher import Database, rows

MIN_DIGITS: Final = 3
_CANDIDATES: Final = 200
_MAX_TERMS: Final = 8
_WORD: Final = re.compile(r"[^\W_]+")
_PHONE_SIGNS: Final = re.compile(r"[\s().+\-/]")
_UNFOLDED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)
"""Letters that no decomposition turns into a base letter; the index folds the same ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One part of what was typed: its words in order, or its digits (then ``words`` is one)."""

    words: tuple[str, ...]
    is_number: bool

    @property
    def joined(self) -> str:
        """The words without what stood between them: ``oconnor``."""
        return "".join(self.words)

    def expression(self, columns: str = "", *, whole: bool = False) -> str:
        """The term as a query for beginnings (or whole words): letters and digits, in quotes.

        Two digits would be in half of all phones: only a term of three and more looks there.
        """
        if not columns and not self.is_number:
            columns = "names streets"
        where = f"{{{columns}}} : " if columns else ""
        star = "" if whole else " *"
        forms = [f'{where}"{" ".join(self.words)}"{star}']
        if len(self.words) > 1:
            forms.append(f'{where}"{self.joined}"{star}')
        return f"({' OR '.join(forms)})"


def fold(text: str) -> str:
    """Text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return plain.casefold().translate(_UNFOLDED)


def terms_of(text: str) -> tuple[Term, ...]:
    """What was typed, in parts; nothing of it can break the query."""
    whole = _PHONE_SIGNS.sub("", text)
    if len(whole) >= MIN_DIGITS and whole.isascii() and whole.isdigit():
        return (Term(words=(whole,), is_number=True),)
    parts: list[Term] = []
    for part in text.split():
        digits = _PHONE_SIGNS.sub("", part)
        if len(digits) >= MIN_DIGITS and digits.isascii() and digits.isdigit():
            parts.append(Term(words=(digits,), is_number=True))
            continue
        words = tuple(_WORD.findall(fold(part)))
        if words:
            parts.append(Term(words=words, is_number=False))
    return tuple(parts[:_MAX_TERMS])


def find_patients(db: Database, text: str, limit: int) -> list[PatientHit]:
    """The patients in use that every part of the text fits, best first."""
    terms = terms_of(text)
    if not terms or limit <= 0:
        return []
    found = patients_with_sites(db, _candidates(db, terms))
    ranked = sorted(found, key=lambda item: _rank(terms, item[0]))
    return [hit_of(terms, patient, sites) for patient, sites in ranked[:limit]]


def _candidates(db: Database, terms: Sequence[Term]) -> list[str]:
    """Ids that fit, at most a few hundred, so that one letter costs no more than a name.

    Whole names come first, then beginnings of names: so many names and streets begin like a short
    name that they would crowd it out.
    """
    anywhere = " AND ".join(term.expression() for term in terms)
    queries = [anywhere]
    words = [term for term in terms if not term.is_number]
    if words:
        beginnings = " AND ".join(term.expression("names") for term in words)
        whole = " AND ".join(term.expression("names", whole=True) for term in words)
        queries = [f"{whole} AND {anywhere}", f"{beginnings} AND {anywhere}", anywhere]
    found: dict[str, None] = {}
    for query in queries:
        if len(found) < _CANDIDATES:
            found.update(dict.fromkeys(_matching(db, query)))
    return list(found)


def _matching(db: Database, expression: str) -> list[str]:
    found = rows(
        db,
        "SELECT key.patient_id AS id FROM patient_search AS s"
        " JOIN patient_search_key AS key ON key.n = s.rowid"
        " WHERE patient_search MATCH ? LIMIT ?",
        (expression, _CANDIDATES),
    )
    return [str(row["id"]) for row in found]


def patients_with_sites(db: Database, ids: Sequence[str]) -> list[tuple[Patient, list[Address]]]:
    """The patients of these ids, each with the addresses in use; in no order."""
    wanted = dump(list(ids))
    sites: dict[str, list[Address]] = {}
    for row in rows(
        db,
        "SELECT * FROM sites WHERE active = 1 AND patient_id IN (SELECT value FROM json_each(?))"
        " ORDER BY id",
        (wanted,),
    ):
        sites.setdefault(row["patient_id"], []).append(m.SITES.from_row(row).address)
    found = rows(
        db, "SELECT * FROM patients WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
    )
    patients = [m.PATIENTS.from_row(row) for row in found]
    return [(patient, sites.get(patient.id, [])) for patient in patients]


def _rank(terms: Sequence[Term], patient: Patient) -> tuple[int, int, str, str, str]:
    """Lower is better: whole words of the name, then beginnings, then the end of a phone."""
    names = _name_words(patient)
    misses = 0
    partial = 0
    for term in terms:
        if term.is_number:
            partial += not any(p.number.endswith(term.joined) for p in patient.phones)
        elif term.joined in names or names.issuperset(term.words):
            continue
        elif any(name.startswith((term.joined, term.words[0])) for name in names):
            partial += 1
        else:
            misses += 1
    return misses, partial, fold(patient.last_name), fold(patient.first_name), patient.id


def _name_words(patient: Patient) -> set[str]:
    """Each part of each name, and each name as one word."""
    parts = [_WORD.findall(fold(name)) for name in _names(patient)]
    return {word for words in parts for word in (*words, "".join(words)) if word}


def _names(patient: Patient) -> tuple[str, str, str]:
    return patient.first_name, patient.preferred_name, patient.last_name


def hit_of(terms: Sequence[Term], patient: Patient, sites: Sequence[Address]) -> PatientHit:
    """A patient as found: with an area, and the phone or street that was typed."""
    numbers = [term.joined for term in terms if term.is_number]
    matched = ""
    for phone in patient.phones:
        if any(number in phone.number for number in numbers):
            matched = phone_text(phone.number)
            break
    if not matched:
        names = _name_words(patient)
        beyond = tuple(
            term.joined for term in terms if not any(n.startswith(term.words[0]) for n in names)
        )
        for address in sites:
            street = _WORD.findall(fold(f"{address.line} {address.area} {address.postcode}"))
            if beyond and any(word.startswith(beyond) for word in street):
                matched = address.line
                break
    area = next((site.area or site.city for site in sites if site.area or site.city), "")
    return PatientHit(patient=patient, area=area, matched=matched)
