"""Store, vectors and words as one index in one process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Protocol

import numpy as np

from index.lexical import LexicalIndex, best
from index.record import Facets, Filter, Hit, Key, Question, Record, Vectors, centroid
from index.store import Store
from index.vectors import Rows, VectorIndex

ROOMY = 1024  # below this many dead rows a collection is not packed


class Index(Protocol):
    """What the matcher asks of an index, on one machine or many."""

    def put(self, records: Sequence[Record]) -> int:
        """Add or replace; durable and searchable on return. Gives the sequence of the last change."""

    def delete(self, key: Key) -> bool:
        """Remove; False when there was nothing."""

    def get(self, key: Key) -> Record | None:
        """The record under the key, or None."""

    def search(self, tenant: str, kind: str, question: Question, wheres: Sequence[Filter], depth: int) -> list[Hit]:
        """For each filter the `depth` nearest by meaning and the `depth` best by words that it allows, nearest first."""

    def count(self, tenant: str, kind: str) -> int:
        """How many records there are."""

    def sequence(self) -> int:
        """The number of the last change."""

    def close(self) -> None:
        """Release what is held."""


@dataclass(frozen=True)
class Entry:
    """What a collection remembers of a record beside its vector."""

    id: str
    version: int
    facets: Facets
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
        if not where.required and not where.banned:
            if self._living is None:
                self._living = np.array(sorted(self._row_of.values()), dtype=np.int64)
            return self._living
        rows = set(self._row_of.values())
        for name, values in where.required.items():
            rows &= self._rows_with_any(name, values)
        for name, values in where.banned.items():
            rows -= self._rows_with_any(name, values)
        return np.array(sorted(rows), dtype=np.int64)

    def _rows_with_any(self, name: str, values: Iterable[str]) -> set[int]:
        return set[int]().union(*(self._rows_with.get((name, value), set()) for value in values))


class EmbeddedIndex:
    """One file on disk and its derived collections in memory, which follow the file's change log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = RLock()
        self._collections: dict[tuple[str, str], Collection] = {}
        self._sequence = store.sequence()
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

    def put(self, records: Sequence[Record]) -> int:
        """Add or replace; durable and searchable on return."""
        with self._lock:
            self._store.put(records)
            return self._follow()

    def delete(self, key: Key) -> bool:
        """Remove; False when there was nothing."""
        with self._lock:
            removed = self._store.delete(key)
            self._follow()
            return removed

    def get(self, key: Key) -> Record | None:
        """The record under the key, or None."""
        return self._store.get(key)

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

    def sequence(self) -> int:
        """The number of the last change."""
        return self._store.sequence()

    def _catch_up(self) -> None:
        version = self._store.outside_version()
        if version != self._outside:
            self._outside = version
            self._follow()

    def _follow(self) -> int:
        for change in self._store.changes(self._sequence):
            record = self._store.get(change.key) if change.action == "put" else None
            if record:
                self._add(record)
            else:
                self._drop(change.key)
            self._sequence = change.sequence
        return self._sequence

    def _add(self, record: Record) -> None:
        group = (record.key.tenant, record.key.kind)
        collection = self._collections.setdefault(group, Collection(self._store.dimension))
        collection.put(Entry(record.key.id, record.version, record.facets, record.terms), centroid(record.vectors))
        self._collections[group] = collection.packed()

    def _drop(self, key: Key) -> None:
        if (key.tenant, key.kind) in self._collections:
            self._collections[key.tenant, key.kind].drop(key.id)


def _nearest_first(hit: Hit) -> tuple[float, str]:
    return (-hit.similarity, hit.id)
