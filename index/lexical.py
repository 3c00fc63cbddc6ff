"""BM25 candidates over one collection, kept up to date a document at a time."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from index.vectors import TIE, Rows

SATURATION = 1.5  # k1: how soon repeating a term stops counting
LENGTH = 0.75  # b: how much a long document is held against it


class LexicalIndex:
    """Okapi BM25 as Robertson and Zaragoza (2009) give it, with the idf of Lucene, which is never negative."""

    def __init__(self) -> None:
        self._rows: dict[str, array[int]] = defaultdict(lambda: array("q"))
        self._counts: dict[str, array[int]] = defaultdict(lambda: array("q"))
        self._lengths = array("q")
        self._alive = array("b")
        self._documents = 0
        self._length = 0
        self._frequency: Counter[str] = Counter()

    def add(self, terms: Iterable[str]) -> None:
        """Append one document; its row is the number of documents added before it."""
        counts = Counter(terms)
        row = len(self._lengths)
        for term, count in counts.items():
            self._rows[term].append(row)
            self._counts[term].append(count)
        self._frequency.update(counts.keys())
        self._lengths.append(counts.total())
        self._alive.append(1)
        self._documents += 1
        self._length += counts.total()

    def remove(self, row: int, terms: Iterable[str]) -> None:
        """Take a document out of the statistics; `terms` are those it was added with."""
        self._frequency.subtract(set(terms))
        self._alive[row] = 0
        self._documents -= 1
        self._length -= self._lengths[row]

    def scores(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """The BM25 score of every row, 0 where no term occurs; a term asked twice counts twice."""
        lengths = np.frombuffer(self._lengths, dtype=np.int64) if self._lengths else np.empty(0, dtype=np.int64)
        total = np.zeros(len(lengths), dtype=np.float64)
        norm = SATURATION * (1 - LENGTH + LENGTH * lengths * (self._documents / max(self._length, 1)))
        for term, times in sorted(Counter(terms).items()):
            if term in self._rows and self._frequency[term] > 0:
                rows = np.frombuffer(self._rows[term], dtype=np.int64)
                counts = np.frombuffer(self._counts[term], dtype=np.int64)
                total[rows] += times * self._weight(term) * counts / (counts + norm[rows])
        return total

    def _weight(self, term: str) -> float:
        frequency = self._frequency[term]
        return float(np.log1p((self._documents - frequency + 0.5) / (frequency + 0.5)))


def best(scores: NDArray[np.float64], allowed: Rows, depth: int) -> Rows:
    """The `depth` allowed rows that score highest, above 0; more where the last ones tie. In no order."""
    if depth < 1:
        return allowed[:0]
    own = scores[allowed]
    floor = float(np.partition(own, len(own) - depth)[len(own) - depth]) - TIE if len(own) > depth else 0.0
    return allowed[(own >= floor) & (own > 0)]
