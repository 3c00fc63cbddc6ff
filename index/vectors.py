"""FAISS: derived from the store, exact; filtered by allowed rows before the search, never after."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.record import Vectors

Rows = NDArray[np.int64]

TIE = 1e-6  # similarities closer than this are equal, and their order is decided by id
DECIMALS = 6


class VectorIndex:
    """One unit vector per row; rows are numbered in the order they were added."""

    def __init__(self, dimension: int) -> None:
        self._flat = faiss.IndexFlatIP(dimension)
        self._dimension = dimension

    def add(self, vectors: Vectors) -> None:
        """Append rows, shape (n, dimension)."""
        self._flat.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def nearest(self, vector: Vectors, allowed: Rows, depth: int) -> Rows:
        """The `depth` allowed rows nearest to the vector; more where the last ones tie. In no order."""
        if not len(allowed) or depth < 1:
            return np.empty(0, dtype=np.int64)
        question = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        only: dict[str, Any] = {}
        if len(allowed) < self._flat.ntotal:
            only = {"params": faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))}  # type: ignore[call-arg]
        similarities, rows = self._flat.search(question, min(depth + 1, len(allowed)), **only)
        if len(allowed) <= depth or similarities[0, depth - 1] - similarities[0, depth] > TIE:
            return np.asarray(rows[0, :depth], dtype=np.int64)
        _, _, tied = self._flat.range_search(question, float(similarities[0, depth - 1]) - TIE, **only)
        return np.asarray(tied, dtype=np.int64)

    def similarities(self, vector: Vectors, rows: Rows) -> NDArray[np.float64]:
        """Cosine of the vector to each row: the same number for the same pair, whatever else is stored."""
        return similarities(vector, self.vectors(rows))

    def vectors(self, rows: Rows) -> Vectors:
        """A copy of the rows, shape (len(rows), dimension)."""
        if not len(rows):
            return np.empty((0, self._dimension), dtype=np.float32)
        return np.asarray(self._flat.reconstruct_batch(rows), dtype=np.float32)


def similarities(vector: Vectors, others: Vectors) -> NDArray[np.float64]:
    """Cosines of one unit vector with the rows of `others`, each summed alone so that position changes nothing."""
    cosines: NDArray[np.float64] = (others * vector.reshape(1, -1)).sum(axis=1).astype(np.float64)
    return np.round(cosines, DECIMALS)
