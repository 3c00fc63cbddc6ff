"""Profile -> the words the model sees: no name, no address, no boilerplate, and all of the rest."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matcher.profile import Profile

RULES = "passages-2"  # part of a store's fingerprint: raise with any change of what is cut or where
SLACK = 0.15  # how far from an even cut a passage may end to end with a line or sentence
ENDS = (("\n", 3), (". ", 2), ("; ", 1), (", ", 0))

Pieces = Callable[[str], Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words for the model, and the stretch of the profile's text they were taken from."""

    words: str
    start: int
    end: int


def cut(profile: Profile, pieces: Pieces, window: int) -> tuple[Passage, ...]:
    """The fewest passages of nearly equal length that cover all kept text, each within `window` word pieces."""
    text, places = _kept(profile)
    offsets = pieces(text)
    if not offsets:
        return ()
    count = -(-len(offsets) // max(1, int(window * (1 - SLACK)))) if len(offsets) > window else 1
    borders = [0, *(_border(text, offsets, len(offsets) * cut // count, window) for cut in range(1, count)), len(text)]
    spans = [(start, end) for start, end in pairwise(borders) if text[start:end].strip()]
    return tuple(Passage(text[start:end].strip(), places(start), places(end)) for start, end in spans)


def _kept(profile: Profile) -> tuple[str, Callable[[int], int]]:
    """The kept stretches joined, and how a place in them leads back to the profile's text."""
    joined, begins = "", []
    for start, end in profile.kept:
        stretch = profile.text[start:end]
        if joined and not (joined[-1].isspace() or stretch[0].isspace()):
            joined += " "
        begins.append(len(joined))
        joined += stretch

    def back(place: int) -> int:
        at = max(0, bisect_left(begins, place + 1) - 1)
        start, end = profile.kept[at]
        return min(end, start + place - begins[at])

    return joined, back


def _border(text: str, offsets: Sequence[tuple[int, int]], middle: int, window: int) -> int:
    """The best place to cut near a word piece: after a line, a sentence, a clause, or at least a word."""
    slack = int(window * SLACK / 2)
    low, high = offsets[max(0, middle - slack)][0], offsets[min(len(offsets) - 1, middle + slack)][0]
    at = offsets[middle][0]
    found = [(rank, -abs(place - at), place) for mark, rank in ENDS for place in _after(text, mark, low, high)]
    if found:
        return max(found)[2]
    space = text.rfind(" ", low, at + 1)
    return space + 1 if space >= 0 else at


def _after(text: str, mark: str, low: int, high: int) -> list[int]:
    places = []
    place = text.find(mark, low, high)
    while place >= 0:
        places.append(place + len(mark))
        place = text.find(mark, place + 1, high)
    return places
