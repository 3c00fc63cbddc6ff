"""What the owner of the records lends an index, so that every record can be scored and none need be left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.record import Filter, Vectors

Rows = NDArray[np.int64]
Allowed = NDArray[np.bool_]  # for each row whether a filter lets it pass
Points = NDArray[np.int32]  # whole ones, of each of some rows


class Sheet(Protocol):
    """The briefs of a collection in columns, one row a record, in the order in which they were added."""

    def extend(self, briefs: Sequence[bytes]) -> None:
        """Append rows."""

    def join(self, other: Self, rows: Rows) -> None:
        """Append some rows of another, in order."""


class Scoring(Protocol):
    """What a question gives for a record: the sum of its quick and its slow points and of those for the likeness of the vectors.

    The sheets are those that the owner of the records lends.
    `most_slow` and `most_likeness`: no record gets more than so many.
    """

    most_slow: int
    most_likeness: int

    def quick(self, sheet: Any, allowed: Allowed) -> Points:
        """The points of every row that are soon counted; those of a row that is not allowed may be any."""

    def slow(self, sheet: Any, rows: Rows) -> Points:
        """The points of some rows that take longer."""

    def likeness(self, cosines: NDArray[np.float64]) -> Points:
        """The points for each cosine; never more for a lower one."""


@dataclass(frozen=True)
class Question:
    """What is searched for: a unit vector of shape (dimension,), how a record is scored, and points for each condition it meets beside."""

    vector: Vectors
    scoring: Scoring
    favoured: tuple[tuple[Filter, int], ...] = ()
