"""What a store holds, for tests to look at."""

from __future__ import annotations

from index.record import Record
from index.store import Store


def every(store: Store) -> list[Record]:
    """All records in the order they were last written."""
    found = []
    for outline in store.outlines(0, store.sequence()):
        record = store.get(outline.key)
        assert record, outline.key
        found.append(record)
    return found
