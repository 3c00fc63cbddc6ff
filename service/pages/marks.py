"""A text in pieces, each with the marks that lie over it: what a template needs to light words up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """Something said of a stretch of text: `keys` are its classes, `tip` what it says in words."""

    start: int
    end: int
    keys: tuple[str, ...]
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text over all of which the same marks lie. `begins`: the plain keys whose first words these are."""

    text: str
    keys: tuple[str, ...]
    tips: tuple[str, ...]
    begins: tuple[str, ...]


def pieces(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> Sequence[Piece]:
    """The text from `start` to `end` in pieces; put together they are the text. Marks may overlap, and lie partly outside."""
    end = len(text) if end is None else end
    own = sorted((mark for mark in marks if mark.start < end and mark.end > start and mark.start < mark.end), key=lambda mark: (mark.start, mark.end))
    cuts = sorted({start, end, *(max(start, mark.start) for mark in own), *(min(end, mark.end) for mark in own)})
    found: list[Piece] = []
    seen: set[str] = set()
    active: list[Mark] = []
    upcoming = iter([*own, None])
    coming = next(upcoming)
    for low, high in pairwise(cuts):
        active = [mark for mark in active if mark.end > low]
        while coming is not None and coming.start <= low:
            active.append(coming)
            coming = next(upcoming)
        active = [mark for mark in active if mark.end > low]
        keys = tuple(dict.fromkeys(key for mark in active for key in mark.keys))
        tips = tuple(dict.fromkeys(mark.tip for mark in active if mark.tip))
        found.append(Piece(text[low:high], keys, tips, tuple(key for key in keys if "-" not in key and key not in seen)))
        seen.update(keys)
    return found
