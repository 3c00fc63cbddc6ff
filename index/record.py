"""What an index keeps and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Facets = Mapping[str, tuple[str, ...]]

UNIT_TOLERANCE = 1e-3  # how far from 1 the length of a stored vector may be


class IndexProblem(Exception):
    """Base of every error this package raises."""


class VectorMismatch(IndexProblem, ValueError):
    """A vector has another dimension than the index, is not finite, or is not of unit length."""


@dataclass(frozen=True)
class Key:
    """Who a record is: one id within one kind within one tenant."""

    tenant: str
    kind: str
    id: str


@dataclass(frozen=True)
class Record:
    """One kept thing. `vectors` is (n, dimension) float32 with rows of unit length; `body` is opaque.

    `version` is the sequence of the change that wrote it, given by the store.
    """

    key: Key
    facets: Facets
    terms: tuple[str, ...]
    vectors: Vectors
    body: bytes
    version: int = 0


@dataclass(frozen=True)
class Question:
    """What is searched for: a unit vector of shape (dimension,) and words."""

    vector: Vectors
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Filter:
    """Facet conditions: a record must share a value with every `required` facet and with no `banned` one."""

    required: Mapping[str, frozenset[str]] = field(default_factory=dict)
    banned: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def allows(self, facets: Facets) -> bool:
        """Whether a record with these facets passes."""
        return all(_shares(facets, name, values) for name, values in self.required.items()) and not any(
            _shares(facets, name, values) for name, values in self.banned.items()
        )


@dataclass(frozen=True)
class Hit:
    """A record found, with its cosine similarity to the question (-1 to 1, higher is closer) and its version."""

    id: str
    similarity: float
    version: int


def checked_vectors(vectors: Vectors, dimension: int) -> Vectors:
    """The vectors as C-ordered float32, or VectorMismatch naming what is wrong with them."""
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if array.ndim != 2 or array.shape[1] != dimension:
        raise VectorMismatch(f"vectors have shape {array.shape}, the index holds (n, {dimension})")
    if not np.isfinite(array).all():
        raise VectorMismatch("vectors hold NaN or infinity")
    lengths = np.linalg.norm(array, axis=1)
    if len(array) and np.abs(lengths - 1).max() > UNIT_TOLERANCE:
        raise VectorMismatch(f"vectors have lengths {lengths.min():.4f} to {lengths.max():.4f}, expected 1")
    return array


def centroid(vectors: Vectors) -> Vectors:
    """The mean direction of the rows, of unit length, shape (dimension,); zero when there are no rows."""
    total = vectors.sum(axis=0, dtype=np.float32)
    length = float(np.linalg.norm(total))
    return np.asarray(total / length if length else total, dtype=np.float32)


def _shares(facets: Facets, name: str, values: Iterable[str]) -> bool:
    return not frozenset(values).isdisjoint(facets.get(name, ()))
