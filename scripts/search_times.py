"""How long the index takes to find candidates among as many postings as wanted, those of a store and copies of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.embedded import Collection
from index.record import Filter, Key, Question, Record, centroid
from matcher.document import Kind
from matcher.matcher import DEPTH, LOCAL, Matcher
from service.compose import open_matcher
from service.settings import Settings

NOISE = 0.02  # standard deviation of what is added to each number of a copied vector
ROUNDS = 4
STATM, PAGE = Path("/proc/self/statm"), 4096
Asked = tuple[Question, list[Filter]]


def search_times(settings: Settings, count: int) -> None:
    """Print the times of searches for the stored resumes, each overall and in its states; the store is only read."""
    matcher = open_matcher(settings)
    stored = {kind: [matcher.index.get(one) for one in _keys(matcher, kind)] for kind in Kind}
    matcher.close()
    postings = [record for record in stored[Kind.POSTING] if record]
    asked = [_asked(record) for record in stored[Kind.RESUME] if record]
    if not postings or not asked:
        print("the store holds no postings or no resumes; ingest some first")
        return
    collection, before, started = Collection(len(asked[0][0].vector)), _memory(), time.perf_counter()
    for record in _many(postings, count):
        collection.put(record)
    seconds = time.perf_counter() - started
    print(f"{count:,} postings ({min(count, len(postings)):,} as stored): {1e6 * seconds / count:.0f} µs and {(_memory() - before) / count:,.0f} bytes each")
    _print_times("search overall and in the states of a resume", [_seconds(collection, one) for _ in range(ROUNDS) for one in asked])
    after = []
    for one in asked:
        collection.put(replace(postings[0], key=replace(postings[0].key, id="written")))
        after.append(_seconds(collection, one))
    _print_times("the same just after a write", after)


def _keys(matcher: Matcher, kind: Kind) -> list[Key]:
    return [Key(LOCAL, kind.value, id) for id in matcher.index.ids(LOCAL, kind.value, Filter(), "", matcher.count(kind))]


def _asked(record: Record) -> Asked:
    states = frozenset(record.facets.get("state", ()))
    return Question(centroid(record.vectors), record.terms), [Filter(), *([Filter({"state": states})] if states else [])]


def _many(records: Sequence[Record], count: int) -> Iterator[Record]:
    """The records, and then copies: the vectors of one turned a little, the first terms of another and the last of a third, the facets of the third."""
    random = np.random.default_rng(1)
    yield from records[:count]
    for number in range(len(records), count):
        base, one, other = (records[at] for at in random.integers(0, len(records), 3).tolist())
        vectors = base.vectors + NOISE * random.standard_normal(base.vectors.shape).astype(np.float32)
        at = random.uniform(0.3, 0.9)
        terms = (*one.terms[: int(at * len(one.terms))], *other.terms[int(at * len(other.terms)) :])
        yield replace(other, key=replace(base.key, id=f"copy-{number}"), terms=terms, vectors=vectors)


def _seconds(collection: Collection, asked: Asked) -> float:
    started = time.perf_counter()
    collection.search(*asked, DEPTH)
    return time.perf_counter() - started


def _print_times(name: str, seconds: Sequence[float]) -> None:
    least, half, most = (1000 * float(one) for one in np.percentile(seconds, [5, 50, 95]))
    print(f"  {name}: p5 {least:.1f} ms, p50 {half:.1f} ms, p95 {most:.1f} ms")


def _memory() -> int:
    return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE
