"""FAISS: the directions of records, a row each; derived from the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import sqrt
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.record import Vectors
from index.scoring import Rows

DECIMALS = 6
SIGN = np.uint32(0x8000)  # of a half
EXPONENT = np.float32(2.0**112)  # by which the exponents of halves and singles differ
REACH = 6.0  # the largest number a byte can say, in lengths of the average one
EXACT = 512  # up to so many rows the cosines themselves are soon found
SPARSE = 16  # where fewer than one row of so many is looked at, they are put together first
TIE = 1e-6


class VectorIndex:
    """One unit vector per row, as halves and, for a quick look, as bytes; rows are numbered in the order they were added."""

    def __init__(self, dimension: int) -> None:
        self._half = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._bytes = _bytes(dimension)
        self._scale = 127 / min(1.0, REACH / sqrt(dimension))
        self._most = sqrt(dimension) / 2 / self._scale  # how far rounding alone can move a vector
        self._off = 0.0  # how far rounding has moved one
        self._cut = np.empty(0, dtype=np.int64)  # rows with a number that no byte can say

    def add(self, vectors: NDArray[np.floating[Any]]) -> None:
        """Append rows, shape (n, dimension), which half precision holds exactly."""
        halves = np.ascontiguousarray(vectors, dtype=np.float16)
        codes, off = self._coded(_singles(halves))
        cut = off > self._most
        self._cut = np.append(self._cut, self._half.ntotal + np.flatnonzero(cut))
        self._off = max(self._off, float(off[~cut].max(initial=0.0)))
        self._half.add_sa_codes(halves.view(np.uint8))
        self._bytes.add_sa_codes((codes + 128).astype(np.uint8))

    def join(self, other: VectorIndex, rows: Rows) -> None:
        """Append some rows of another of the same dimension, in order."""
        self._cut = np.append(self._cut, self._half.ntotal + np.flatnonzero(np.isin(rows, other._cut)))
        self._off = max(self._off, other._off)
        self._half.add_sa_codes(_view(other._half, np.uint8).take(rows, axis=0))
        self._bytes.add_sa_codes(_view(other._bytes, np.uint8).take(rows, axis=0))

    def ceilings(self, vector: Vectors, rows: Rows, close: int) -> NDArray[np.float64]:
        """For each row, in order, a cosine that its own is not above: near to it for the `close` nearest, for all others that of the last of these."""
        if len(rows) <= EXACT:
            return self.similarities(vector, rows)
        question = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        codes, moved = self._coded(question)
        near, at = self._nearest(codes, rows, min(close, len(rows)))
        near = near / self._scale**2 + float(np.linalg.norm(question)) * self._off + float(moved[0]) * (1 + self._off) + TIE
        most = np.full(len(rows), near[-1], dtype=np.float64)
        most[at] = near
        most[np.isin(rows, self._cut)] = 1.0
        return most

    def similarities(self, vector: Vectors, rows: Rows) -> NDArray[np.float64]:
        """Cosine of the vector to each row: the same number for the same pair, whatever else is stored."""
        return similarities(vector, self.vectors(rows))

    def vectors(self, rows: Rows) -> Vectors:
        """A copy of the rows, shape (len(rows), dimension)."""
        return _singles(_view(self._half, np.float16).take(rows, axis=0))

    def _nearest(self, codes: Vectors, rows: Rows, count: int) -> tuple[Vectors, Rows]:
        """The highest products of the bytes for these rows, so many, and where in `rows` each is."""
        with _one_core():
            if len(rows) * SPARSE < self._half.ntotal:
                few = _bytes(self._half.d)
                few.add_sa_codes(_view(self._bytes, np.uint8).take(rows, axis=0))
                near, found = few.search(codes, count)
                return near[0], found[0]
            mask = np.zeros(self._half.ntotal, dtype=np.bool_)
            mask[rows] = True
            only = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little")))  # type: ignore[call-arg, arg-type]
            near, found = self._bytes.search(codes, count, params=only)
            return near[0], np.searchsorted(rows, found[0])

    def _coded(self, vectors: Vectors) -> tuple[Vectors, NDArray[np.float64]]:
        """The whole numbers that stand for each row, and how far they are from it."""
        codes = np.rint(vectors * np.float32(self._scale))
        np.clip(codes, -127, 127, out=codes)
        away = vectors - codes * np.float32(1 / self._scale)
        return codes, np.sqrt(np.einsum("ij,ij->i", away, away)).astype(np.float64) + TIE


def _bytes(dimension: int) -> faiss.IndexScalarQuantizer:
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT)


def _view(index: faiss.IndexScalarQuantizer, of: type[Any]) -> NDArray[Any]:
    """What an index holds, a row each; not to be held."""
    codes = faiss.rev_swig_ptr(index.codes.data(), index.codes.size()) if index.ntotal else np.empty(0, dtype=np.uint8)
    return np.asarray(codes.view(of).reshape(index.ntotal, index.code_size // np.dtype(of).itemsize))


def _singles(halves: NDArray[np.float16]) -> Vectors:
    """The same numbers in single precision, many times faster than by a conversion of each."""
    bits = halves.view(np.uint16).astype(np.uint32)
    whole = ((bits & SIGN) << 16) | ((bits & ~SIGN & 0xFFFF) << 13)
    return np.asarray(whole.view(np.float32) * EXPONENT, dtype=np.float32)


@contextmanager
def _one_core() -> Iterator[None]:
    """Where each core has its own question, several that share one would wait for each other, and for those that encode."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # of this thread, and of torch in it, as they can share the library that counts them
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def similarities(vector: Vectors, others: Vectors) -> NDArray[np.float64]:
    """Cosines of one unit vector with the rows of `others`, each summed alone so that position changes nothing."""
    cosines: NDArray[np.float64] = np.einsum("ij,j->i", others, vector).astype(np.float64)
    return np.round(cosines, DECIMALS)
