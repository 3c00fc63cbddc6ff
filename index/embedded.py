"""Store, vectors and briefs as one index in one process."""

from __future__ import annotations

import gc
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from heapq import nsmallest
from itertools import islice
from math import nan
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.record import ABSENT, NOTHING, Expected, Filter, Hit, Key, Outline, Range, Record, Written
from index.scoring import Allowed, Points, Question, Rows, Sheet
from index.store import Store
from index.vectors import VectorIndex

ROOMY = 1024  # below this many dead rows a collection is not packed
FIRST, FEW = 256, 2  # rows scored first, of those with the most points: so many, or so many times those asked for
BLOCK = 64  # numbers of which the highest is taken first
NONE = -(2**31)  # points of a record that is not allowed
LOADED = 4096  # records put into a collection together when the file is opened


class Index(Protocol):
    """What the matcher asks of an index, on one machine or many."""

    def put(self, records: Sequence[Record], expected: Expected = NOTHING) -> Written:
        """Add or replace records of one tenant; durable and searchable on return.

        `expected`: the tag a key must have before, ANY, or None for no record; raises Conflict, and then nothing is written.
        """

    def delete(self, key: Key, expected: Expected = NOTHING) -> bool:
        """Remove; False when there was nothing. `expected`: as for put."""

    def get(self, key: Key) -> Record | None:
        """The record under the key, or None."""

    def key_of(self, version: int) -> Key | None:
        """The key that a version was written under; None where there was none."""

    def ids(self, tenant: str, kind: str, where: Filter, after: str, limit: int) -> list[str]:
        """The first `limit` ids past `after` of the records that the filter allows, in order."""

    def search(self, tenant: str, kind: str, question: Question, where: Filter, limit: int) -> list[Hit]:
        """The `limit` records with the most points of all that the filter allows, best first, ties by id."""

    def sketches(self, versions: Sequence[int]) -> list[bytes]:
        """The sketch of each record by its version, empty where it is no longer stored."""

    def count(self, tenant: str, kind: str) -> int:
        """How many records there are."""

    def sequence(self, tenant: str) -> int:
        """How many changes a tenant has made."""

    def strays(self) -> int:
        """How many records more or fewer are found than are stored; 0 where all is well."""

    def close(self) -> None:
        """Release what is held."""


class Collection:
    """The derived, in-memory side of one kind of one tenant: a row per record; a replaced record leaves a dead row."""

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
        most = points + scoring.likeness(self._vectors.ceilings(question.vector, rows))
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
        alive = self._allowed(Filter())
        rows = np.flatnonzero(alive)
        copy._append([self._ids[row] for row in rows.tolist()], [self._versions[row] for row in rows.tolist()])
        copy._vectors.add(self._vectors.vectors(rows))
        copy._sheet = self._sheet.only(rows)
        for name, by_value in self._rows_with.items():
            copy._rows_with[name].update({value: _packed(listed, alive) for value, listed in by_value.items()})
        copy._spans.update({name: spans.packed(rows) for name, spans in self._spans.items()})
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

    def meets(self, rows: int, within: Range) -> Allowed:
        """For each of so many rows whether it meets the range."""
        ends = self._array(rows)
        near: Allowed = (ends[:, 0] <= within.high) & (ends[:, 1] >= within.low)
        return near | np.isnan(ends[:, 0]) if within.absent else near

    def packed(self, rows: Rows) -> _Spans:
        """A copy of these rows alone."""
        copy = _Spans()
        copy._ends.frombytes(self._array(int(rows.max(initial=-1)) + 1)[rows].tobytes())
        return copy

    def _array(self, rows: int) -> NDArray[np.float64]:
        self._fill(rows)
        return view(self._ends).reshape(-1, 2)[:rows]

    def _fill(self, rows: int) -> None:
        self._ends.extend([nan] * (2 * rows - len(self._ends)))


def _rows_by_value() -> dict[str, array[int]]:
    return defaultdict(partial(array, "i"))


def _packed(rows: array[int], alive: Allowed) -> array[int]:
    """The rows that are alive, by the numbers they have once all others are gone."""
    numbers = np.cumsum(alive, dtype=np.int32) - 1
    old = view(rows)
    return array("i", numbers[old[alive[old]]].tolist())


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


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles of garbage, which goes through all that was made so far time and again; none is made here."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class EmbeddedIndex:
    """One file on disk and its derived collections in memory, which follow the file's change log."""

    def __init__(self, store: Store, sheet: Callable[[], Sheet]) -> None:
        self._store = store
        self._sheet = sheet
        self._lock = RLock()
        self._collections: dict[tuple[str, str], Collection] = {}
        self._sequence = store.sequence()
        self._sequences = store.changes_by_tenant()
        self._outside = store.outside_version()
        with _uncollected():
            outlines = store.outlines()
            while batch := list(islice(outlines, LOADED)):
                self._add(batch)

    @classmethod
    def open(cls, path: Path, fingerprint: str, dimension: int, rebuild: str, sheet: Callable[[], Sheet]) -> EmbeddedIndex:
        """Open or create the file and derive the rest, `sheet` makes an empty one; see Store.open for what is refused."""
        return cls(Store.open(path, fingerprint, dimension, rebuild), sheet)

    def close(self) -> None:
        """Release the file."""
        self._store.close()

    def put(self, records: Sequence[Record], expected: Expected = NOTHING) -> Written:
        """See Index.put."""
        with self._lock:
            replaced = self._store.put(records, expected)
            self._follow()
            sequence = self._sequences.get(records[0].key.tenant, 0) if records else 0
            return Written(sequence, replaced, {record.key: record.tag for record in records})

    def delete(self, key: Key, expected: Expected = NOTHING) -> bool:
        """See Index.delete."""
        with self._lock:
            removed = self._store.delete(key, expected)
            self._follow()
            return removed

    def get(self, key: Key) -> Record | None:
        """The record under the key, or None."""
        return self._store.get(key)

    def key_of(self, version: int) -> Key | None:
        """See Index.key_of."""
        return self._store.key_of(version)

    def ids(self, tenant: str, kind: str, where: Filter, after: str, limit: int) -> list[str]:
        """See Index.ids."""
        with self._lock:
            self._catch_up()
            collection = self._collections.get((tenant, kind))
            return collection.ids(where, after, limit) if collection else []

    def search(self, tenant: str, kind: str, question: Question, where: Filter, limit: int) -> list[Hit]:
        """See Index.search."""
        with self._lock:
            self._catch_up()
            collection = self._collections.get((tenant, kind))
            return collection.search(question, where, limit) if collection else []

    def sketches(self, versions: Sequence[int]) -> list[bytes]:
        """See Index.sketches."""
        return self._store.sketches(versions)

    def count(self, tenant: str, kind: str) -> int:
        """How many records there are."""
        with self._lock:
            self._catch_up()
            return len(self._collections.get((tenant, kind), ()))

    def sequence(self, tenant: str) -> int:
        """How many changes a tenant has made."""
        with self._lock:
            self._catch_up()
            return self._sequences.get(tenant, 0)

    def strays(self) -> int:
        """See Index.strays: the file beside what was derived from it."""
        with self._lock:
            self._catch_up()
            stored = self._store.counts()
            return sum(abs(stored.get(group, 0) - len(self._collections.get(group, ()))) for group in stored.keys() | self._collections.keys())

    def _catch_up(self) -> None:
        version = self._store.outside_version()
        if version != self._outside:
            self._outside = version
            self._follow()

    def _follow(self) -> None:
        for change in self._store.changes(self._sequence):
            outline = self._store.outline(change.key) if change.action == "put" else None
            if outline:
                self._add([outline])
            else:
                self._drop(change.key)
            self._sequence = change.sequence
            self._sequences[change.key.tenant] = self._sequences.get(change.key.tenant, 0) + 1

    def _add(self, outlines: Iterable[Outline]) -> None:
        groups: dict[tuple[str, str], list[Outline]] = defaultdict(list)
        for outline in outlines:
            groups[outline.key.tenant, outline.key.kind].append(outline)
        for group, listed in groups.items():
            collection = self._collections.setdefault(group, Collection(self._store.dimension, self._sheet))
            collection.put(listed)
            self._collections[group] = collection.packed()

    def _drop(self, key: Key) -> None:
        if (key.tenant, key.kind) in self._collections:
            self._collections[key.tenant, key.kind].drop(key.id)
