"""What can be done from the palette and by a key."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing to do: ``key`` is a single letter or sign, ``chord`` such as ``Ctrl+L``."""

    id: str
    title: str
    run: Callable[[], object]
    keywords: str = ""
    key: str = ""
    chord: str = ""
    icon: str = "command"
    detail: str = ""

    @property
    def chords(self) -> tuple[str, ...]:
        """Each chord that runs it."""
        return tuple(chord.strip() for chord in self.chord.split(",") if chord.strip())


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def matching(commands: Sequence[Command], typed: str, limit: int = 8) -> list[Command]:
    """The commands that fit what was typed, best first; all of them for nothing typed."""
    words = _folded(typed).split()
    if not words:
        return list(commands)[:limit]
    scored: list[tuple[float, int, Command]] = []
    for index, command in enumerate(commands):
        text = _folded(f"{command.title} {command.keywords}")
        parts = text.split()
        score = 0.0
        for word in words:
            if any(part.startswith(word) for part in parts):
                score += 100
            else:
                score += max((fuzz.ratio(word, part[: len(word) + 1]) for part in parts), default=0)
        if score >= 72 * len(words):
            scored.append((-score, index, command))
    return [command for _score, _index, command in sorted(scored, key=lambda s: s[:2])][:limit]
