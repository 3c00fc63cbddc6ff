"""Store, vectors and words as one index in one process."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import nan
from pathlib import Path
from threading import RLock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.lexical import LexicalIndex, best
from index.record import ABSENT, NOTHING, Expected, Facets, Filter, Hit, Key, Numbers, Question, Range, Record, Vectors, Written, centroid
from index.store import Store
from index.vectors import Rows, VectorIndex

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


@dataclass(frozen=True)
class Entry:
    """What a collection remembers of a record beside its vector."""

    id: str
    version: int
    facets: Facets
    numbers: Numbers
    terms: tuple[str, ...]

    def pairs(self) -> list[tuple[str, str]]:
        """Every facet with each of its values."""
        return [(name, value) for name, values in self.facets.items() for value in values]


class Collection:
    """The derived, in-memory side of one kind of one tenant: a row per record; a replaced record leaves a dead row."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._vectors = VectorIndex(dimension)
        self._words = LexicalIndex()
        self._entries: list[Entry | None] = []
        self._row_of: dict[str, int] = {}
        self._rows_with: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._rows_named: dict[str, set[int]] = defaultdict(set)
        self._spans: dict[str, _Spans] = defaultdict(_Spans)
        self._living: Rows | None = None

    def __len__(self) -> int:
        return len(self._row_of)

    def put(self, entry: Entry, vector: Vectors) -> None:
        """Add or replace one record; the vector has shape (dimension,)."""
        self.drop(entry.id)
        row = len(self._entries)
        self._entries.append(entry)
        self._row_of[entry.id] = row
        for pair in entry.pairs():
            self._rows_with[pair].add(row)
            self._rows_named[pair[0]].add(row)
        for name, span in entry.numbers.items():
            self._spans[name].put(row, span)
        self._words.add(entry.terms)
        self._vectors.add(vector.reshape(1, -1))
        self._living = None

    def drop(self, id: str) -> None:
        """Remove a record if it is there."""
        row = self._row_of.pop(id, None)
        if row is None:
            return
        entry = self._entry(row)
        self._words.remove(row, entry.terms)
        for pair in entry.pairs():
            self._rows_with[pair].discard(row)
            self._rows_named[pair[0]].discard(row)
        self._entries[row] = None
        self._living = None

    def search(self, question: Question, wheres: Iterable[Filter], depth: int) -> list[Hit]:
        """The union of the hits by meaning and by words under each filter, each with its cosine, nearest first, ties by id."""
        scores = self._words.scores(question.terms)
        found: dict[str, Hit] = {}
        for where in wheres:
            allowed = self._allowed(where)
            near = self._ranked(question.vector, self._vectors.nearest(question.vector, allowed, depth))[:depth]
            worded = self._ranked(question.vector, best(scores, allowed, depth))
            found.update((hit.id, hit) for hit in (*near, *worded))
        return sorted(found.values(), key=_nearest_first)

    def ids(self, where: Filter, after: str, limit: int) -> list[str]:
        """The first `limit` allowed ids past `after`, in order."""
        entries = (self._entry(row).id for row in self._allowed(where).tolist())
        return nsmallest(limit, (id for id in entries if id > after))

    def packed(self) -> Collection:
        """Itself, or where most rows are dead, a copy without them."""
        dead = len(self._entries) - len(self)
        if dead < ROOMY or dead < len(self):
            return self
        copy = Collection(self._dimension)
        rows = self._allowed(Filter())
        for row, vector in zip(rows.tolist(), self._vectors.vectors(rows), strict=True):
            copy.put(self._entry(row), vector)
        return copy

    def _ranked(self, vector: Vectors, rows: Rows) -> list[Hit]:
        cosines = self._vectors.similarities(vector, rows)
        entries = [self._entry(row) for row in rows.tolist()]
        hits = [Hit(entry.id, float(cosine), entry.version) for entry, cosine in zip(entries, cosines, strict=True)]
        return sorted(hits, key=_nearest_first)

    def _entry(self, row: int) -> Entry:
        entry = self._entries[row]
        assert entry is not None, f"row {row} is dead"
        return entry

    def _allowed(self, where: Filter) -> Rows:
        if where.is_open:
            if self._living is None:
                self._living = np.array(sorted(self._row_of.values()), dtype=np.int64)
            return self._living
        rows = set(self._row_of.values())
        for name, values in where.required.items():
            rows &= self._rows_with_any(name, values)
        for name, values in where.banned.items():
            rows -= self._rows_with_any(name, values)
        listed = np.array(sorted(rows), dtype=np.int64)
        for name, within in where.required_ranges.items():
            listed = listed[self._spans[name].meets(listed, within)]
        for name, within in where.banned_ranges.items():
            listed = listed[~self._spans[name].meets(listed, within)]
        return listed

    def _rows_with_any(self, name: str, values: Iterable[str]) -> set[int]:
        without = set(self._row_of.values()) - self._rows_named[name] if ABSENT in values else set[int]()
        return without.union(*(self._rows_with.get((name, value), set()) for value in values))


class _Spans:
    """From what to what a number reaches in each row; NaN where a row has none."""

    def __init__(self) -> None:
        self._ends = array("d")

    def put(self, row: int, span: tuple[float, float]) -> None:
        self._fill(row + 1)
        self._ends[2 * row], self._ends[2 * row + 1] = span

    def meets(self, rows: Rows, within: Range) -> NDArray[np.bool_]:
        """For each row whether it meets the range."""
        self._fill(int(rows.max(initial=-1)) + 1)
        ends = np.frombuffer(self._ends, dtype=np.float64).reshape(-1, 2)[rows]
        near: NDArray[np.bool_] = (ends[:, 0] <= within.high) & (ends[:, 1] >= within.low)
        return near | np.isnan(ends[:, 0]) if within.absent else near

    def _fill(self, rows: int) -> None:
        self._ends.extend([nan] * (2 * rows - len(self._ends)))


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
        collection.put(Entry(record.key.id, record.version, record.facets, record.numbers, record.terms), centroid(record.vectors))
        self._collections[group] = collection.packed()

    def _drop(self, key: Key) -> None:
        if (key.tenant, key.kind) in self._collections:
            self._collections[key.tenant, key.kind].drop(key.id)


def _nearest_first(hit: Hit) -> tuple[float, str]:
    return (-hit.similarity, hit.id)
