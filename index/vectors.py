"""FAISS: derived from the store, exact; filtered by allowed rows before the search, never after.

A search reads a byte a number, which is quick, and compares exactly only those rows that by the most
their bytes can be off could be among the nearest. So it finds what comparing with every row would find.
"""

from __future__ import annotations

from array import array
from math import sqrt
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.record import Vectors

Rows = NDArray[np.int64]
Allowed = NDArray[np.bool_]  # for each row whether a filter lets it pass

TIE = 1e-6  # similarities closer than this are equal, and their order is decided by id
DECIMALS = 6
REACH = 6.0  # the largest number a byte can say, in lengths of the average one
FEW = 1024  # up to this many allowed rows are all compared
BLOCK = 64  # numbers of which the highest is taken first
COARSE = 1024  # rows that the bytes propose, or eight times what is asked for


class VectorIndex:
    """One unit vector per row; rows are numbered in the order they were added."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._flat = faiss.IndexFlatIP(dimension)
        self._bytes = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT)
        self._scale = 127 / min(1.0, REACH / sqrt(dimension))
        self._most = sqrt(dimension) / 2 / self._scale  # how far rounding alone can move a vector
        self._off = 0.0  # how far rounding has moved one
        self._cut = array("q")  # rows with a number that no byte can say

    def add(self, vectors: Vectors) -> None:
        """Append rows, shape (n, dimension)."""
        exact = np.ascontiguousarray(vectors, dtype=np.float32)
        codes, off = self._coded(exact)
        cut = off > self._most
        self._cut.extend((self._flat.ntotal + np.flatnonzero(cut)).tolist())
        self._off = max(self._off, float(off[~cut].max(initial=0.0)))
        self._flat.add(exact)
        self._bytes.add(codes)

    def nearest(self, vector: Vectors, allowed: Allowed, depth: int) -> Rows:
        """The `depth` allowed rows nearest to the vector; more where the last ones tie. In no order."""
        count = int(np.count_nonzero(allowed))
        if not count or depth < 1:
            return np.empty(0, dtype=np.int64)
        rows = np.flatnonzero(allowed) if count <= max(FEW, depth) else self._likely(vector, allowed, depth, count)
        if len(rows) <= depth:
            return rows
        cosines = self.similarities(vector, rows)
        return np.asarray(rows[cosines >= highest(cosines, depth)])

    def similarities(self, vector: Vectors, rows: Rows) -> NDArray[np.float64]:
        """Cosine of the vector to each row: the same number for the same pair, whatever else is stored."""
        return similarities(vector, self.vectors(rows))

    def vectors(self, rows: Rows) -> Vectors:
        """A copy of the rows, shape (len(rows), dimension)."""
        if not len(rows):
            return np.empty((0, self._dimension), dtype=np.float32)
        return np.asarray(self._flat.reconstruct_batch(rows), dtype=np.float32)

    def _likely(self, vector: Vectors, allowed: Allowed, depth: int, count: int) -> Rows:
        """Rows among which the nearest are, with all that tie."""
        only: dict[str, Any] = {}
        if count < len(allowed):
            only = {"params": faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little")))}  # type: ignore[call-arg, arg-type]
        question = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        codes, moved = self._coded(question)
        coarse, found = self._bytes.search(codes, min(max(COARSE, 8 * depth), count), **only)
        least = float(self.similarities(vector, found[0, :depth]).min()) - TIE - self._dimension * 2.0**-23  # the nearest are nearer
        length = float(np.linalg.norm(question))
        near = coarse[0] / self._scale**2 >= least - length * self._off - float(moved[0]) * (1 + self._off)
        if near.all() and len(near) < count:
            _, _, rows = self._flat.range_search(question, least, **only)
            return np.asarray(rows, dtype=np.int64)
        cut = view(self._cut)
        return np.union1d(found[0, near], cut[allowed[cut]]) if len(cut) else np.asarray(found[0, near])

    def _coded(self, vectors: Vectors) -> tuple[Vectors, NDArray[np.float64]]:
        """The whole numbers that stand for each row, and how far they are from it."""
        codes = np.clip(np.rint(vectors * np.float32(self._scale)), -127, 127)
        return codes, np.linalg.norm(vectors - codes / self._scale, axis=1).astype(np.float64) + TIE


def similarities(vector: Vectors, others: Vectors) -> NDArray[np.float64]:
    """Cosines of one unit vector with the rows of `others`, each summed alone so that position changes nothing."""
    cosines: NDArray[np.float64] = (others * vector.reshape(1, -1)).sum(axis=1).astype(np.float64)
    return np.round(cosines, DECIMALS)


def highest(numbers: NDArray[Any], depth: int) -> float:
    """The `depth`-th highest number."""
    tops = numbers[: len(numbers) // BLOCK * BLOCK].reshape(-1, BLOCK).max(axis=1)
    if len(tops) > depth:  # at least so many are as high as the `depth`-th highest top
        numbers = numbers[numbers >= np.partition(tops, -depth)[-depth]]
    return float(np.partition(numbers, -depth)[-depth])


def view(numbers: array[Any]) -> NDArray[Any]:
    """The same numbers, not copied; none can be added while it is in use."""
    return np.frombuffer(numbers, dtype=numbers.typecode) if numbers else np.empty(0, dtype=numbers.typecode)
