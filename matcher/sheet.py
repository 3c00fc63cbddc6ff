"""The briefs of many documents in columns, so that all of them are scored together."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from math import nan
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.collection import view
from index.scoring import Rows
from matcher.brief import LINES, NUMBER, SHARE, Brief, decode

KEYS, KEPT = 256, 1_000_000  # keys under which a column remembers numbers, and numbers in all


class Values:
    """Distinct values, each under a number from 0 on."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def numbered(self, values: Sequence[Any]) -> array[int]:
        """The numbers of some values, new ones included."""
        for value in dict.fromkeys(values):
            if value not in self._numbers:
                self._numbers[value] = len(self.values)
                self.values.append(value)
        return array("i", map(self._numbers.__getitem__, values))


class Column(Values):
    """The values of one line of the briefs, and what they were found to be worth."""

    def __init__(self) -> None:
        super().__init__()
        self._remembered: OrderedDict[Hashable, array[float]] = OrderedDict()

    def remembered(self, key: Hashable, codes: NDArray[Any], number_of: Callable[[Any], float]) -> NDArray[np.float64]:
        """A number for each value, found for those of `codes`; what was found before under the same key is remembered for a while."""
        known = self._remembered.setdefault(key, array("d"))
        self._remembered.move_to_end(key)
        known.extend([nan] * (len(self.values) - len(known)))
        numbers = np.frombuffer(known, dtype=np.float64)
        for code in codes[np.isnan(numbers[codes])].tolist():
            numbers[code] = number_of(self.values[code])
        while len(self._remembered) > min(KEYS, 1 + KEPT // (1 + len(numbers))):
            self._remembered.popitem(last=False)
        return numbers


class Standings(Values):
    """One combination a row of the numbers that its values have in their columns; many rows share one."""

    def __init__(self) -> None:
        super().__init__()
        self._codes = array("i")
        self._table = array("i")

    @property
    def codes(self) -> NDArray[np.int32]:
        """The number of each row's combination; not to be held."""
        return view(self._codes)

    @property
    def table(self) -> NDArray[np.int32]:
        """The combinations, shape (number of them, columns); not to be held."""
        return view(self._table).reshape(-1, len(LINES))

    def extend(self, combinations: Sequence[tuple[int, ...]], places: NDArray[Any] | slice = slice(None)) -> None:
        """Append rows, by the place of each in a list of combinations; without places, one for each."""
        self._codes.frombytes(view(self.numbered(combinations))[places].tobytes())

    def numbered(self, values: Sequence[Any]) -> array[int]:
        """See Values."""
        known, numbers = len(self.values), super().numbered(values)
        self._table.extend(chain.from_iterable(self.values[known:]))
        return numbers


class Concept:
    """The rows that ask for, or answer, a concept, each with the number of its share."""

    __slots__ = ("_rows", "_shares")

    def __init__(self) -> None:
        self._rows = array("i")
        self._shares = array("H")

    @property
    def rows(self) -> NDArray[np.int32]:
        """Each once, in order; not to be held."""
        return view(self._rows)

    @property
    def shares(self) -> NDArray[np.uint16]:
        """The number of each row's share; not to be held."""
        return view(self._shares)

    def among(self, allowed: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """A copy of the rows, and of the numbers of their shares, that are allowed."""
        kept = np.flatnonzero(allowed.take(self.rows))
        return self.rows.take(kept), self.shares.take(kept)

    def extend(self, rows: NDArray[Any], shares: NDArray[Any]) -> None:
        """Append rows."""
        self._rows.frombytes(rows.astype(np.int32).tobytes())
        self._shares.frombytes(shares.astype(np.uint16).tobytes())


class BriefSheet:
    """See index.scoring.Sheet."""

    def __init__(self) -> None:
        self.columns = {name: Column() for name in LINES}
        self.standings = Standings()
        self.concepts: dict[int, Concept] = {}
        self.shares = Values()

    def __len__(self) -> int:
        return len(self.standings.codes)

    def extend(self, briefs: Sequence[bytes]) -> None:
        """Append rows."""
        listed: list[Brief] = [decode(one) for one in briefs]
        concepts = np.frombuffer(b"".join(one.concepts for one in listed), dtype=NUMBER)
        shares = np.frombuffer(b"".join(one.shares for one in listed), dtype=SHARE)
        rows = np.repeat(np.arange(len(self), len(self) + len(listed)), [len(one.concepts) // NUMBER.itemsize for one in listed])
        self._enter(concepts, rows, shares)
        self.standings.extend(self._combined(zip(*(one.values for one in listed), strict=True)))

    def join(self, other: Self, rows: Rows) -> None:
        """See index.scoring.Sheet."""
        shares, number = view(self.shares.numbered(other.shares.values)), np.full(len(other), -1)
        number[rows] = np.arange(len(self), len(self) + len(rows))
        chosen = number >= 0
        for concept, listed in other.concepts.items():
            kept, codes = listed.among(chosen)
            self.concepts.setdefault(concept, Concept()).extend(number[kept], shares[codes])
        which, places = np.unique(other.standings.codes[rows], return_inverse=True)
        table = other.standings.table[which]
        values = ([column.values[code] for code in table[:, at].tolist()] for at, column in enumerate(other.columns.values()))
        self.standings.extend(self._combined(values), places)

    def _combined(self, values: Iterable[Sequence[Any]]) -> list[tuple[int, ...]]:
        """The combinations of numbers of the values of each column, new ones included."""
        return list(zip(*map(Column.numbered, self.columns.values(), values), strict=True))

    def _enter(self, concepts: NDArray[Any], rows: NDArray[Any], shares: NDArray[Any]) -> None:
        distinct, which = np.unique(shares, return_inverse=True)
        codes = np.array(self.shares.numbered(distinct.tolist()), dtype=np.uint16)[which]
        order = np.argsort(concepts, kind="stable")
        numbers, starts = np.unique(concepts[order], return_index=True)
        for number, start, end in zip(numbers.tolist(), starts, np.append(starts[1:], len(order)), strict=False):  # of none, one end
            span = order[start:end]
            self.concepts.setdefault(number, Concept()).extend(rows[span], codes[span])
