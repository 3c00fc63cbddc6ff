"""Points that a reader can compute by hand: ten for a word in common, slowly five more for one in capitals, and a million a unit of cosine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.record import Filter, Vectors
from index.scoring import Allowed, Points, Question, Rows

QUICK, SLOW, NEAR = 10, 5, 1_000_000


class Words:
    """Each brief is words; see index.scoring.Sheet."""

    def __init__(self) -> None:
        self.rows: list[frozenset[str]] = []

    def extend(self, briefs: Sequence[bytes]) -> None:
        self.rows += [frozenset(brief.decode().split()) for brief in briefs]

    def join(self, other: Words, rows: Rows) -> None:
        self.rows += [other.rows[row] for row in rows.tolist()]


class Shared:
    """See index.scoring.Scoring."""

    def __init__(self, words: Iterable[str], near: int = NEAR) -> None:
        self.words = frozenset(words)
        self.near = near
        self.most_slow = SLOW * len(self.words)
        self.most_likeness = 2 * near

    def quick(self, sheet: Words, allowed: Allowed) -> Points:
        return np.array([QUICK * len(self.words & row) for row in sheet.rows], dtype=np.int32)

    def slow(self, sheet: Words, rows: Rows) -> Points:
        return np.array([SLOW * sum(word.isupper() for word in self.words & sheet.rows[row]) for row in rows.tolist()], dtype=np.int32)

    def likeness(self, cosines: NDArray[np.float64]) -> Points:
        return np.rint(self.near * (1 + np.clip(cosines, -1, 1))).astype(np.int32)


def question(vector: Vectors, words: Iterable[str] = (), near: int = NEAR, favoured: tuple[tuple[Filter, int], ...] = ()) -> Question:
    return Question(vector, Shared(words, near), favoured)


def points(words: Iterable[str], brief: Any, cosine: float, near: int = NEAR) -> int:
    """What a record gets."""
    shared = frozenset(words) & frozenset(brief.decode().split())
    return QUICK * len(shared) + SLOW * sum(word.isupper() for word in shared) + round(near * (1 + min(1.0, max(-1.0, cosine))))
