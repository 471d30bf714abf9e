"""A printed document as values: what stands on it, not where. ``ui.print`` lays it out."""

import base64
import hashlib
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A line that begins a part; it never stands alone at the foot of a page."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Values over their names, side by side."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A visit: never split over two pages unless it is longer than one.

    ``badge`` stands before the title; ``right`` at the end of its line; ``lines`` below are
    (name, text) pairs.
    """

    badge: str
    title: str
    right: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The drive between two cards, or lunch: one light line."""

    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under titles that come again on every page; ``weights`` share the width."""

    titles: tuple[str, ...]
    weights: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Figures | Card | Between | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDocument:
    """A document for paper."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    footer: str = ""
    anchor: str = ""
    """Where both journals stood when it was made; it is no part of the revision."""

    @property
    def revision(self) -> str:
        """Eight signs that change with the content, to compare over the phone: ``K7QD-2MXA``."""
        content = repr((self.title, self.subtitle, tuple(astuple(b) for b in self.blocks)))
        digest = hashlib.sha256(content.encode()).digest()
        text = base64.b32encode(digest[:5]).decode()
        return f"{text[:4]}-{text[4:]}"
