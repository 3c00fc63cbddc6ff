"""BM25 candidates over one collection, kept up to date a document at a time.

The best are found in two steps: every document roughly, from shares that may have been worked out for a slightly
other average length, then exactly those that by the most these can be off could be among the best.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from index.vectors import TIE, Allowed, Rows, highest, view

SATURATION = 1.5  # k1: how soon repeating a term stops counting
LENGTH = 0.75  # b: how much a long document is held against it
DRIFT = 0.01  # share by which the average length may have changed before a term is weighed anew
TINY = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True)
class Asked:
    """A question's known terms and their weights, and the rough score of every row, 0 where no term occurs, at most `slack` times too high or too low."""

    known: tuple[NDArray[np.int32], NDArray[np.float64]]
    rough: NDArray[np.float32]
    slack: float


class LexicalIndex:
    """Okapi BM25 as Robertson and Zaragoza (2009) give it, with the idf of Lucene, which is never negative."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._names: list[str] = []
        self._postings: list[_Posting] = []
        self._frequency = array("q")
        self._lengths = array("q")
        self._ends = array("q", [0])
        self._terms = array("i")  # of row after row, each in order of the alphabet
        self._counts = array("i")
        self._documents = 0
        self._length = 0
        self._joined = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)  # room that every question uses anew

    def add(self, terms: Iterable[str]) -> None:
        """Append one document; its row is the number of documents added before it."""
        counts = Counter(terms)
        row = len(self._lengths)
        for term in sorted(counts):
            number = self._numbered(term)
            self._postings[number].add(row, counts[term])
            self._frequency[number] += 1
            self._terms.append(number)
            self._counts.append(counts[term])
        self._ends.append(len(self._terms))
        self._lengths.append(counts.total())
        self._documents += 1
        self._length += counts.total()

    def remove(self, row: int) -> None:
        """Take a document out of the statistics."""
        for number in self._terms[self._ends[row] : self._ends[row + 1]]:
            self._frequency[number] -= 1
        self._documents -= 1
        self._length -= self._lengths[row]

    def terms(self, row: int) -> list[str]:
        """The terms of a document, in order of the alphabet."""
        span = slice(self._ends[row], self._ends[row + 1])
        return [self._names[number] for number, count in zip(self._terms[span], self._counts[span], strict=True) for _ in range(count)]

    def scores(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """The BM25 score of every row, 0 where no term occurs; a term asked twice counts twice."""
        return self._scores(*self._known(terms), np.arange(len(self._lengths)))

    def asked(self, terms: Iterable[str]) -> Asked:
        """The rough score of every row."""
        known, weights = self._known(terms)
        if not len(known):
            return Asked((known, weights), np.zeros(len(self._lengths), dtype=np.float32), 1.0)
        lengths, average = view(self._lengths), self._length / self._documents
        listed = [self._postings[number] for number in known.tolist()]
        shares = [posting.shares(lengths, average) for posting in listed]
        ends = np.cumsum([0, *map(len, shares)])
        if ends[-1] > len(self._joined[0]):
            self._joined = np.empty(2 * ends[-1], dtype=np.int32), np.empty(2 * ends[-1], dtype=np.float32)
        rows, joined = self._joined[0][: ends[-1]], self._joined[1][: ends[-1]]
        np.concatenate([view(posting.rows) for posting in listed], out=rows)
        np.concatenate(shares, out=joined)
        columns = csc_array((joined, rows, ends), shape=(len(lengths), len(known)))
        return Asked((known, weights), columns @ weights.astype(np.float32), (1 + DRIFT) * (1 + (len(known) + 8) * 2.0**-23))

    def best(self, asked: Asked, allowed: Allowed, depth: int) -> Rows:
        """The `depth` allowed rows that score highest, above 0; more where the last ones tie. In no order."""
        rough = np.where(allowed, asked.rough, np.float32(0))
        if depth < 1 or np.count_nonzero(rough) <= depth:
            return np.flatnonzero(rough)[: max(depth, 0)]
        rows = np.flatnonzero(rough >= max((highest(rough, depth) / asked.slack - TIE) / asked.slack, TINY))
        scores = self._scores(*asked.known, rows)
        return rows[scores >= highest(scores, depth) - TIE]

    def _numbered(self, term: str) -> int:
        number = self._number.setdefault(term, len(self._names))
        if number == len(self._names):
            self._names.append(term)
            self._postings.append(_Posting())
            self._frequency.append(0)
        return number

    def _known(self, terms: Iterable[str]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The numbers of the terms that some document has, in order of the alphabet, and what each weighs."""
        counts = {term: times for term, times in sorted(Counter(terms).items()) if term in self._number}
        numbers = np.array([self._number[term] for term in counts], dtype=np.int32)
        times = np.array(list(counts.values()), dtype=np.float64)
        frequency = view(self._frequency)[numbers]
        idf = np.log1p((self._documents - frequency + 0.5) / (frequency + 0.5))
        weights: NDArray[np.float64] = times * idf
        return numbers[frequency > 0], weights[frequency > 0]

    def _scores(self, known: NDArray[np.int32], weights: NDArray[np.float64], rows: Rows) -> NDArray[np.float64]:
        place = np.full(len(self._names), -1, dtype=np.int32)
        place[known] = np.arange(len(known))
        ends = view(self._ends)
        spans = ends[rows + 1] - ends[rows]
        at = np.arange(spans.sum()) + np.repeat(ends[rows] - (np.cumsum(spans) - spans), spans)
        asked = place[view(self._terms)[at]]
        kept = np.flatnonzero(asked >= 0)
        of, counts, asked = np.repeat(np.arange(len(rows)), spans)[kept], view(self._counts)[at[kept]], asked[kept]
        norm = _norm(view(self._lengths)[rows], self._documents / max(self._length, 1))
        shares = weights[asked] * counts / (counts + norm[of])
        return np.asarray(np.bincount(of, shares, len(rows)), dtype=np.float64)  # adds up in the order of the terms, wherever a row stands


class _Posting:
    """The rows that have a term, how often each, and once it was asked for the share of its weight that each earns."""

    __slots__ = ("_average", "_counts", "_shares", "rows")

    def __init__(self) -> None:
        self.rows = array("i")
        self._counts = array("i")
        self._shares = np.empty(0, dtype=np.float32)
        self._average = 1.0

    def add(self, row: int, count: int) -> None:
        """Append a row."""
        self.rows.append(row)
        self._counts.append(count)

    def shares(self, lengths: NDArray[np.int64], average: float) -> NDArray[np.float32]:
        """The share of each row, at most DRIFT off what it is at the average length."""
        if not 1 / (1 + DRIFT) < average / self._average < 1 + DRIFT:
            self._shares, self._average = self._shares[:0], average
        done = len(self._shares)
        if done < len(self.rows):
            counts = view(self._counts)[done:]
            new = counts / (counts + _norm(lengths[view(self.rows)[done:]], 1 / self._average))
            self._shares = np.concatenate([self._shares, new.astype(np.float32)])
        return self._shares


def _norm(lengths: NDArray[Any], share: float) -> NDArray[np.float64]:
    """What is added to a count, `share` being 1 by the average length."""
    return np.asarray(SATURATION * (1 - LENGTH + LENGTH * lengths * share), dtype=np.float64)
