"""What an index keeps and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from math import inf
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Facets = Mapping[str, tuple[str, ...]]
Numbers = Mapping[str, tuple[float, float]]  # each from a low to a high end

ABSENT = ""  # among the values of a filter: a record without this facet will do
ANY = "*"  # as an expected tag: whatever is stored, as long as something is
TAG = 32  # hexadecimal digits
UNIT_TOLERANCE = 1e-3  # how far from 1 the length of a stored vector may be


class IndexProblem(Exception):
    """Base of every error this package raises."""


class VectorMismatch(IndexProblem, ValueError):
    """A vector has another dimension than the index, is not finite, or is not of unit length."""


class Conflict(IndexProblem):
    """A record is not in the state that a write expected: names both tags, None where there is no record."""

    def __init__(self, key: Key, expected: str | None, found: str | None) -> None:
        super().__init__(f"{key.kind} {key.id!r}: expected {_tagged(expected)}, but there is {_tagged(found)}")
        self.key = key
        self.expected = expected
        self.found = found


@dataclass(frozen=True)
class Key:
    """Who a record is: one id within one kind within one tenant."""

    tenant: str
    kind: str
    id: str


@dataclass(frozen=True)
class Record:
    """One kept thing. `vectors` is (n, dimension) float32 with rows of unit length; the bytes are their owner's.

    `brief` is what a search scores it by, held in memory; `sketch` is read for those that are found; `body` is the rest.
    `version` is the sequence of the change that wrote it, given by the store.
    """

    key: Key
    facets: Facets
    brief: bytes
    vectors: Vectors
    body: bytes
    version: int = 0
    numbers: Numbers = field(default_factory=dict)
    sketch: bytes = b""

    @property
    def tag(self) -> str:
        """A mark of the body, the same for the same bytes whatever else is stored."""
        return sha256(self.body).hexdigest()[:TAG]


Expected = Mapping[Key, str | None]  # the tag a key must have before a write, ANY, or None for no record
NOTHING: Expected = MappingProxyType({})


@dataclass(frozen=True)
class Written:
    """An acknowledged write: how many changes the tenant has made so far, the keys that held a record before, and the tags of all."""

    sequence: int
    replaced: frozenset[Key]
    tags: Mapping[Key, str]


@dataclass(frozen=True)
class Outline:
    """What an index holds in memory of a record; `direction` is the centroid of its vectors."""

    key: Key
    version: int
    facets: Facets
    numbers: Numbers
    brief: bytes
    direction: Vectors


@dataclass(frozen=True)
class Range:
    """From `low` to `high`; meets an interval that has a point in common with it, and with `absent` also none at all."""

    low: float = -inf
    high: float = inf
    absent: bool = False


@dataclass(frozen=True)
class Filter:
    """A record must share a value with every `required` facet and with no `banned` one; the same for ranges of numbers.

    The value ABSENT stands for a record without the facet.
    """

    required: Mapping[str, frozenset[str]] = field(default_factory=dict)
    banned: Mapping[str, frozenset[str]] = field(default_factory=dict)
    required_ranges: Mapping[str, Range] = field(default_factory=dict)
    banned_ranges: Mapping[str, Range] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether every record passes."""
        return not (self.required or self.banned or self.required_ranges or self.banned_ranges)

    def allows(self, facets: Facets, numbers: Numbers = MappingProxyType({})) -> bool:
        """Whether a record with these facets and numbers passes."""
        return (
            all(shares(facets, name, values) for name, values in self.required.items())
            and not any(shares(facets, name, values) for name, values in self.banned.items())
            and all(meets(numbers, name, within) for name, within in self.required_ranges.items())
            and not any(meets(numbers, name, within) for name, within in self.banned_ranges.items())
        )


@dataclass(frozen=True)
class Hit:
    """A record found, with its cosine similarity to the question (-1 to 1, higher is closer), its points and its version."""

    id: str
    similarity: float
    points: int
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
    """The mean direction of the rows, of unit length in half precision, shape (dimension,); zero when there are no rows."""
    total = vectors.sum(axis=0, dtype=np.float32)
    length = float(np.linalg.norm(total))
    return np.asarray(total / length if length else total, dtype=np.float16).astype(np.float32)


def shares(facets: Facets, name: str, values: Iterable[str]) -> bool:
    """Whether a facet has one of the values."""
    return not frozenset(values).isdisjoint(facets.get(name) or (ABSENT,))


def meets(numbers: Numbers, name: str, within: Range) -> bool:
    """Whether a number has a point in common with the range."""
    if name not in numbers:
        return within.absent
    low, high = numbers[name]
    return low <= within.high and high >= within.low


def _tagged(tag: str | None) -> str:
    return "none" if tag is None else "any" if tag == ANY else f"version {tag}"
