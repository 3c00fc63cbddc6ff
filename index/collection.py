"""The records of one kind of one tenant in memory, a row each, so that all of them are searched; derived from the store."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from heapq import nsmallest
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.record import ABSENT, Filter, Hit, Outline, Range
from index.scoring import Allowed, Points, Question, Rows, Sheet
from index.vectors import VectorIndex

ROOMY = 1024  # below this many dead rows a collection is not packed
FIRST, FEW = 256, 2  # rows scored first, of those with the most points: so many, or so many times those asked for
CLOSE, CLOSER = 512, 16  # rows of which it is told closely how near they may be: so many, or so many times those asked for
BLOCK = 64  # numbers of which the highest is taken first
NONE = -(2**31)  # points of a record that is not allowed


class Collection:
    """A row per record; a replaced record leaves a dead row."""

    def __init__(self, dimension: int, sheet: Callable[[], Sheet]) -> None:
        self._dimension = dimension
        self._new_sheet = sheet
        self._sheet = sheet()
        self._vectors = VectorIndex(dimension)
        self._ids: list[str] = []
        self._versions = array("q")
        self._alive = array("b")
        self._row_of: dict[str, int] = {}
        self._rows_with: dict[str, dict[str, array[int]]] = defaultdict(_rows_by_value)
        self._spans: dict[str, _Spans] = defaultdict(_Spans)

    def __len__(self) -> int:
        return len(self._row_of)

    def put(self, outlines: Sequence[Outline]) -> None:
        """Add or replace records, of each id one."""
        for outline in outlines:
            self.drop(outline.key.id)
        for row, outline in enumerate(outlines, len(self._ids)):
            for name, values in outline.facets.items():
                rows_with = self._rows_with[name]
                for value in values:
                    rows_with[value].append(row)
            for name, span in outline.numbers.items():
                self._spans[name].put(row, span)
        self._append([outline.key.id for outline in outlines], [outline.version for outline in outlines])
        self._vectors.add(np.array([outline.direction for outline in outlines]))
        self._sheet.extend([outline.brief for outline in outlines])

    def join(self, other: Collection) -> None:
        """Append the rows of another that are alive, none of whose records is in this one."""
        first, alive = len(self._ids), other._allowed(Filter())
        rows, numbers = np.flatnonzero(alive), first - 1 + np.cumsum(alive, dtype=np.int32)
        for name, by_value in other._rows_with.items():
            rows_with = self._rows_with[name]
            for value, listed in by_value.items():
                old = view(listed)
                rows_with[value].frombytes(numbers[old[alive[old]]].tobytes())
        for name, spans in other._spans.items():
            self._spans[name].join(first, spans, rows)
        self._append([other._ids[row] for row in rows.tolist()], [other._versions[row] for row in rows.tolist()])
        self._vectors.join(other._vectors, rows)
        self._sheet.join(other._sheet, rows)

    def drop(self, id: str) -> None:
        """Remove a record if it is there."""
        row = self._row_of.pop(id, None)
        if row is not None:
            self._alive[row] = 0

    def search(self, question: Question, where: Filter, limit: int) -> list[Hit]:
        """See Index.search. No record is left out but for what it has of points and what it could still get."""
        allowed, scoring, first = self._allowed(where), question.scoring, max(FIRST, FEW * limit)
        count = np.count_nonzero(allowed)
        if limit < 1 or not count:
            return []
        quick = self._quick(question, allowed)
        some = np.flatnonzero(allowed if count <= first else quick >= highest(quick, first))
        least = highest(self._whole(question, some, quick[some] + scoring.slow(self._sheet, some))[1], limit)
        rows = np.flatnonzero(quick >= max(least - scoring.most_slow - scoring.most_likeness, NONE + 1))
        points = quick[rows] + scoring.slow(self._sheet, rows)
        ahead = points >= highest(points, first)
        least = max(least, highest(self._whole(question, rows[ahead], points[ahead])[1], limit))
        near = points >= least - scoring.most_likeness
        rows, points = rows[near], points[near]
        most = points + scoring.likeness(self._vectors.ceilings(question.vector, rows, max(CLOSE, CLOSER * limit)))
        ahead = most >= highest(most, first)
        cosines, whole = self._whole(question, rows[ahead], points[ahead])
        more = ~ahead & (most >= highest(whole, limit))
        others, rest = self._whole(question, rows[more], points[more])
        rows, cosines, whole = np.append(rows[ahead], rows[more]), np.append(cosines, others), np.append(whole, rest)
        best = np.flatnonzero(whole >= highest(whole, limit))
        found = sorted((-int(whole[at]), self._ids[rows[at]], at) for at in best.tolist())[:limit]
        return [Hit(id, float(cosines[at]), -minus, self._versions[rows[at]]) for minus, id, at in found]

    def ids(self, where: Filter, after: str, limit: int) -> list[str]:
        """The first `limit` allowed ids past `after`, in order."""
        ids = (self._ids[row] for row in np.flatnonzero(self._allowed(where)).tolist())
        return nsmallest(limit, (id for id in ids if id > after))

    def packed(self) -> Collection:
        """Itself, or where most rows are dead, a copy without them."""
        dead = len(self._ids) - len(self)
        if dead < ROOMY or dead < len(self):
            return self
        copy = Collection(self._dimension, self._new_sheet)
        copy.join(self)
        return copy

    def _append(self, ids: Sequence[str], versions: Sequence[int]) -> None:
        self._row_of.update(zip(ids, range(len(self._ids), len(self._ids) + len(ids)), strict=True))
        self._ids += ids
        self._versions.extend(versions)
        self._alive.extend([1] * len(ids))

    def _quick(self, question: Question, allowed: Allowed) -> Points:
        """The points of every row that are soon counted; NONE where it is not allowed."""
        points = question.scoring.quick(self._sheet, allowed)
        for where, more in question.favoured:
            points += np.int32(more) * self._allowed(where)
        points[~allowed] = NONE
        return points

    def _whole(self, question: Question, rows: Rows, points: Points) -> tuple[NDArray[np.float64], Points]:
        """The cosines of some rows, and all their points, from those that the vectors do not decide."""
        cosines = self._vectors.similarities(question.vector, rows)
        return cosines, points + question.scoring.likeness(cosines)

    def _allowed(self, where: Filter) -> Allowed:
        allowed: Allowed = view(self._alive).astype(np.bool_)
        for name, values in where.required.items():
            allowed &= self._with_any(name, values)
        for name, values in where.banned.items():
            allowed &= ~self._with_any(name, values)
        for name, within in where.required_ranges.items():
            allowed &= self._spans[name].meets(len(allowed), within)
        for name, within in where.banned_ranges.items():
            allowed &= ~self._spans[name].meets(len(allowed), within)
        return allowed

    def _with_any(self, name: str, values: Iterable[str]) -> Allowed:
        found, rows_with = np.full(len(self._ids), ABSENT in values), self._rows_with.get(name, {})
        for rows in rows_with.values() if ABSENT in values else ():
            found[view(rows)] = False
        for rows in (rows_with[value] for value in values if value in rows_with):
            found[view(rows)] = True
        return found


class _Spans:
    """From what to what a number reaches in each row; NaN where a row has none."""

    def __init__(self) -> None:
        self._ends = array("d")

    def put(self, row: int, span: tuple[float, float]) -> None:
        self._fill(row + 1)
        self._ends[2 * row], self._ends[2 * row + 1] = span

    def join(self, row: int, other: _Spans, rows: Rows) -> None:
        """Append those of some rows of another from this row on."""
        self._fill(row)
        self._ends.frombytes(other._array(int(rows.max(initial=-1)) + 1)[rows].tobytes())

    def meets(self, rows: int, within: Range) -> Allowed:
        """For each of so many rows whether it meets the range."""
        ends = self._array(rows)
        near: Allowed = (ends[:, 0] <= within.high) & (ends[:, 1] >= within.low)
        return near | np.isnan(ends[:, 0]) if within.absent else near

    def _array(self, rows: int) -> NDArray[np.float64]:
        self._fill(rows)
        return view(self._ends).reshape(-1, 2)[:rows]

    def _fill(self, rows: int) -> None:
        self._ends.extend([nan] * (2 * rows - len(self._ends)))


def _rows_by_value() -> dict[str, array[int]]:
    return defaultdict(partial(array, "i"))


def highest(points: Points, limit: int) -> int:
    """The `limit`-th highest number; the lowest where there are fewer."""
    if len(points) <= limit:
        return int(points.min())
    tops = points[: len(points) // BLOCK * BLOCK].reshape(BLOCK, -1).max(axis=0)
    if len(tops) > limit:  # at least so many are as high as the `limit`-th highest top
        points = points[points >= np.partition(tops, -limit)[-limit]]
    return int(np.partition(points, -limit)[-limit])


def view(numbers: array[Any]) -> NDArray[Any]:
    """The same numbers, not copied; none can be added while it is in use."""
    return np.frombuffer(numbers, dtype=numbers.typecode) if numbers else np.empty(0, dtype=numbers.typecode)
