"""Store, vectors and words as one index in one process."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from math import nan
from pathlib import Path
from threading import RLock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.lexical import LexicalIndex
from index.record import ABSENT, NOTHING, Expected, Filter, Hit, Key, Question, Range, Record, Vectors, Written, centroid
from index.store import Store
from index.vectors import Allowed, Rows, VectorIndex, view

ROOMY = 1024  # below this many dead rows a collection is not packed


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

    def search(self, tenant: str, kind: str, question: Question, wheres: Sequence[Filter], depth: int) -> list[Hit]:
        """For each filter the `depth` nearest by meaning and the `depth` best by words that it allows, nearest first."""

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

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._vectors = VectorIndex(dimension)
        self._words = LexicalIndex()
        self._ids: list[str] = []
        self._versions = array("q")
        self._alive = array("b")
        self._row_of: dict[str, int] = {}
        self._rows_with: dict[tuple[str, str], array[int]] = defaultdict(_numbers)
        self._rows_named: dict[str, array[int]] = defaultdict(_numbers)
        self._spans: dict[str, _Spans] = defaultdict(_Spans)

    def __len__(self) -> int:
        return len(self._row_of)

    def put(self, record: Record) -> None:
        """Add or replace one record."""
        self.drop(record.key.id)
        row = self._append(record.key.id, record.version, record.terms, centroid(record.vectors))
        for name, values in record.facets.items():
            for value in dict.fromkeys(values):
                self._rows_with[name, value].append(row)
            if values:
                self._rows_named[name].append(row)
        for name, span in record.numbers.items():
            self._spans[name].put(row, span)

    def drop(self, id: str) -> None:
        """Remove a record if it is there."""
        row = self._row_of.pop(id, None)
        if row is not None:
            self._words.remove(row)
            self._alive[row] = 0

    def search(self, question: Question, wheres: Iterable[Filter], depth: int) -> list[Hit]:
        """The union of the hits by meaning and by words under each filter, each with its cosine, nearest first, ties by id."""
        asked = self._words.asked(question.terms)
        found = set[int]()
        for where in wheres:
            allowed = self._allowed(where)
            found.update(self._nearest(question.vector, allowed, depth), self._words.best(asked, allowed, depth).tolist())
        return self._ranked(question.vector, np.array(sorted(found), dtype=np.int64))

    def ids(self, where: Filter, after: str, limit: int) -> list[str]:
        """The first `limit` allowed ids past `after`, in order."""
        ids = (self._ids[row] for row in np.flatnonzero(self._allowed(where)).tolist())
        return nsmallest(limit, (id for id in ids if id > after))

    def packed(self) -> Collection:
        """Itself, or where most rows are dead, a copy without them."""
        dead = len(self._ids) - len(self)
        if dead < ROOMY or dead < len(self):
            return self
        copy = Collection(self._dimension)
        alive = self._allowed(Filter())
        rows = np.flatnonzero(alive)
        for row, vector in zip(rows.tolist(), self._vectors.vectors(rows), strict=True):
            copy._append(self._ids[row], self._versions[row], self._words.terms(row), vector)
        copy._rows_with.update({pair: _packed(listed, alive) for pair, listed in self._rows_with.items()})
        copy._rows_named.update({name: _packed(listed, alive) for name, listed in self._rows_named.items()})
        copy._spans.update({name: spans.packed(rows) for name, spans in self._spans.items()})
        return copy

    def _append(self, id: str, version: int, terms: Iterable[str], vector: Vectors) -> int:
        row = len(self._ids)
        self._ids.append(id)
        self._versions.append(version)
        self._alive.append(1)
        self._row_of[id] = row
        self._words.add(terms)
        self._vectors.add(vector.reshape(1, -1))
        return row

    def _nearest(self, vector: Vectors, allowed: Allowed, depth: int) -> list[int]:
        rows = self._vectors.nearest(vector, allowed, depth)
        if len(rows) <= depth:
            return list(rows.tolist())
        return [self._row_of[hit.id] for hit in self._ranked(vector, rows)[:depth]]

    def _ranked(self, vector: Vectors, rows: Rows) -> list[Hit]:
        cosines = self._vectors.similarities(vector, rows).tolist()
        near = sorted((-cosine, self._ids[row], row) for row, cosine in zip(rows.tolist(), cosines, strict=True))
        return [Hit(id, -cosine, self._versions[row]) for cosine, id, row in near]

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
        found = np.full(len(self._ids), ABSENT in values)
        if ABSENT in values and name in self._rows_named:
            found[view(self._rows_named[name])] = False
        for value in values:
            if (name, value) in self._rows_with:
                found[view(self._rows_with[name, value])] = True
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


def _numbers() -> array[int]:
    return array("i")


def _packed(rows: array[int], alive: Allowed) -> array[int]:
    """The rows that are alive, by the numbers they have once all others are gone."""
    numbers = np.cumsum(alive, dtype=np.int32) - 1
    old = view(rows)
    return array("i", numbers[old[alive[old]]].tolist())


class EmbeddedIndex:
    """One file on disk and its derived collections in memory, which follow the file's change log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = RLock()
        self._collections: dict[tuple[str, str], Collection] = {}
        self._sequence = store.sequence()
        self._sequences = store.changes_by_tenant()
        self._outside = store.outside_version()
        for record in store.records():
            self._add(record)

    @classmethod
    def open(cls, path: Path, fingerprint: str, dimension: int, rebuild: str) -> EmbeddedIndex:
        """Open or create the file and derive the rest; see Store.open for what is refused."""
        return cls(Store.open(path, fingerprint, dimension, rebuild))

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

    def search(self, tenant: str, kind: str, question: Question, wheres: Sequence[Filter], depth: int) -> list[Hit]:
        """See Index.search."""
        with self._lock:
            self._catch_up()
            collection = self._collections.get((tenant, kind))
            return collection.search(question, wheres, depth) if collection else []

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
            record = self._store.get(change.key) if change.action == "put" else None
            if record:
                self._add(record)
            else:
                self._drop(change.key)
            self._sequence = change.sequence
            self._sequences[change.key.tenant] = self._sequences.get(change.key.tenant, 0) + 1

    def _add(self, record: Record) -> None:
        group = (record.key.tenant, record.key.kind)
        collection = self._collections.setdefault(group, Collection(self._store.dimension))
        collection.put(record)
        self._collections[group] = collection.packed()

    def _drop(self, key: Key) -> None:
        if (key.tenant, key.kind) in self._collections:
            self._collections[key.tenant, key.kind].drop(key.id)
