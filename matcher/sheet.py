"""The briefs of many documents in columns, so that all of them are scored together."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from math import nan
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

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
    """One value a row."""

    def __init__(self) -> None:
        super().__init__()
        self._codes = array("i")
        self._remembered: OrderedDict[Hashable, array[float]] = OrderedDict()

    @property
    def codes(self) -> NDArray[np.int32]:
        """The number of each row's value; not to be held."""
        return np.frombuffer(self._codes, dtype=np.int32)

    def extend(self, values: Sequence[Any]) -> None:
        """Append rows."""
        self._codes.extend(self.numbered(values))

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


class Concept:
    """The rows that ask for, or answer, a concept, each with the number of its share."""

    __slots__ = ("_rows", "_shares")

    def __init__(self) -> None:
        self._rows = array("i")
        self._shares = array("H")

    @property
    def rows(self) -> NDArray[np.int32]:
        """Each once, in order; not to be held."""
        return np.frombuffer(self._rows, dtype=np.int32)

    @property
    def shares(self) -> NDArray[np.uint16]:
        """The number of each row's share; not to be held."""
        return np.frombuffer(self._shares, dtype=np.uint16)

    def extend(self, rows: NDArray[Any], shares: NDArray[Any]) -> None:
        """Append rows."""
        self._rows.frombytes(rows.astype(np.int32).tobytes())
        self._shares.frombytes(shares.astype(np.uint16).tobytes())


class BriefSheet:
    """See index.scoring.Sheet."""

    def __init__(self) -> None:
        self.columns = {name: Column() for name in LINES}
        self.concepts: dict[int, Concept] = {}
        self.shares = Values()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, briefs: Sequence[bytes]) -> None:
        """Append rows."""
        listed: list[Brief] = [decode(one) for one in briefs]
        for column, values in zip(self.columns.values(), zip(*(one.values for one in listed), strict=True), strict=True):
            column.extend(values)
        concepts = np.frombuffer(b"".join(one.concepts for one in listed), dtype=NUMBER)
        shares = np.frombuffer(b"".join(one.shares for one in listed), dtype=SHARE)
        rows = np.repeat(np.arange(self._count, self._count + len(listed)), [len(one.concepts) // NUMBER.itemsize for one in listed])
        self._enter(concepts, rows, shares)
        self._count += len(listed)

    def only(self, rows: Rows) -> Self:
        """See index.scoring.Sheet."""
        copy = type(self)()
        for name, column in self.columns.items():
            copy.columns[name].extend([column.values[code] for code in column.codes[rows].tolist()])
        number = np.full(self._count, -1)
        number[rows] = np.arange(len(rows))
        for concept, listed in self.concepts.items():
            kept = number[listed.rows] >= 0
            shares = np.array(self.shares.values)[listed.shares[kept]]
            copy._enter(np.full(len(shares), concept), number[listed.rows[kept]], shares)
        copy._count = len(rows)
        return copy

    def _enter(self, concepts: NDArray[Any], rows: NDArray[Any], shares: NDArray[Any]) -> None:
        distinct, which = np.unique(shares, return_inverse=True)
        codes = np.array(self.shares.numbered(distinct.tolist()), dtype=np.uint16)[which]
        order = np.argsort(concepts, kind="stable")
        numbers, starts = np.unique(concepts[order], return_index=True)
        for number, start, end in zip(numbers.tolist(), starts, np.append(starts[1:], len(order)), strict=False):  # of none, one end
            span = order[start:end]
            self.concepts.setdefault(number, Concept()).extend(rows[span], codes[span])
