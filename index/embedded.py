"""Store, vectors and briefs as one index in one process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock
from typing import Protocol

from index.collection import Collection
from index.loading import load
from index.record import NOTHING, Expected, Filter, Hit, Key, Outline, Record, Written
from index.scoring import Question, Sheet
from index.store import Store


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


class EmbeddedIndex:
    """One file on disk and its derived collections in memory, which follow the file's change log."""

    def __init__(self, store: Store, sheet: Callable[[], Sheet]) -> None:
        self._store = store
        self._sheet = sheet
        self._lock = RLock()
        self._outside = store.outside_version()  # first, so that what others write from now on is followed
        self._sequence = store.sequence()
        self._sequences = store.changes_by_tenant(self._sequence)
        self._collections = load(store, sheet, self._sequence)

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
                self._add(outline)
            else:
                self._drop(change.key)
            self._sequence = change.sequence
            self._sequences[change.key.tenant] = self._sequences.get(change.key.tenant, 0) + 1

    def _add(self, outline: Outline) -> None:
        group = outline.key.tenant, outline.key.kind
        collection = self._collections.setdefault(group, Collection(self._store.dimension, self._sheet))
        collection.put([outline])
        self._collections[group] = collection.packed()

    def _drop(self, key: Key) -> None:
        if (key.tenant, key.kind) in self._collections:
            self._collections[key.tenant, key.kind].drop(key.id)
