"""How long a store takes to open, what memory it needs and how long its searches take, beside a plain exact search of as many vectors."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import faiss
import numpy as np

from index.record import Filter, Record, Vectors
from index.store import Store, stored_fingerprint
from matcher.catalog import facets, key
from matcher.document import Kind, MatcherProblem
from matcher.matcher import LOCAL, Asked, Matcher, batches
from matcher.vocabulary import load
from matcher.weights import Weights
from scripts.measure import explained_by_id, seconds_of
from scripts.progress import progress
from service.compose import load_encoder, open_index, open_matcher
from service.limits import MAX_LIMIT
from service.settings import Settings

ASKED = 50  # resumes asked with, at most
ROUNDS = 4
LIMIT = 10
SHARES = (0.1, 0.01, 0.001)  # of the postings, that a filter allows
LOOKED = 5_000  # postings of which it is told how many a filter allows
NOISE = 0.02  # standard deviation of what is added to each number of a copied vector
STATM, PAGE, MIB = Path("/proc/self/statm"), 4096, 2**20
BATCH = 1_000


class NothingToMeasure(MatcherProblem):
    """A store lacks postings, or resumes to ask with."""


def search_times(settings: Settings) -> dict[str, float]:
    """Seconds, milliseconds and MiB by name; the store is only read. Raises NothingToMeasure."""
    vocabulary, encoder, before, started = load(), load_encoder(settings), _memory(), time.perf_counter()
    index = open_index(settings.store, vocabulary, encoder)
    found = {"open_s": time.perf_counter() - started, "index_mib": (_memory() - before) / MIB}
    index.close()
    del index
    matcher = open_matcher(settings)
    count, ids = matcher.count(Kind.POSTING), matcher.index.ids(LOCAL, Kind.RESUME.value, Filter(), "", ASKED)
    if not count or not ids:
        raise NothingToMeasure(f"{settings.store} holds {count} postings and {len(ids)} resumes to ask with; ingest some first")
    asked = [matcher.asked(Kind.RESUME, id) for id in ids]
    found |= {"postings": float(count), **_times("search", [partial(_search, matcher, one, Filter()) for one in asked])}
    found |= _times(f"search, {MAX_LIMIT} ranked as by the service", [partial(_search, matcher, one, Filter(), MAX_LIMIT) for one in asked])
    for share, where in _filters(matcher):
        found |= _times(f"search among {share:.1%}", [partial(_search, matcher, one, where) for one in asked])
    found |= _times(f"match by id, {LIMIT} explained", [partial(explained_by_id, matcher, id, LIMIT) for id in ids])
    found["process_mib"] = _memory() / MIB
    matcher.close()
    vectors = np.random.default_rng(0).standard_normal((count, encoder.dimension), dtype=np.float32)
    found["plain_mib"] = vectors.nbytes / MIB
    plain = faiss.IndexFlatIP(encoder.dimension)
    plain.add(vectors)
    return found | _times("plain search", [partial(plain.search, vectors[at : at + 1], LIMIT) for at in range(min(len(asked), count))])


def show_times(found: dict[str, float]) -> None:
    """Print what was measured."""
    print(f"{found['postings']:,.0f} postings: open in {found['open_s']:.1f} s, {found['index_mib']:,.0f} MiB; the process has {found['process_mib']:,.0f} MiB")
    for name in [name.removesuffix(" p50") for name in found if name.endswith(" p50")]:
        print(f"  {name}: " + ", ".join(f"{part} {found[f'{name} {part}']:.1f} ms" for part in ("p50", "p95", "p99")))


def grow(source: Settings, into: Path, count: int) -> None:
    """Fill a store up to so many postings: those of another, then copies with the vectors of one, turned a little, and all else of another."""
    matcher = open_matcher(source)
    postings, resumes = (_records(matcher, kind) for kind in (Kind.POSTING, Kind.RESUME))
    if not postings or not resumes:
        raise NothingToMeasure(f"{source.store} holds {len(postings)} postings and {len(resumes)} resumes to ask with; ingest some first")
    store = Store.open(into, stored_fingerprint(source.store) or "", matcher.encoder.dimension, "clinmatch rebuild")
    have = store.counts().get((LOCAL, Kind.POSTING.value), 0)
    random = np.random.default_rng(have)
    store.put([] if have else resumes)
    with progress(max(0, count - have), f"growing to {count:,}") as advance:
        for numbers in batches(range(have, count), BATCH):
            store.put([postings[at] if at < len(postings) else _copy(postings, at, random) for at in numbers])
            advance(len(numbers))
    store.close()
    matcher.close()


def _records(matcher: Matcher, kind: Kind) -> list[Record]:
    ids = matcher.index.ids(LOCAL, kind.value, Filter(), "", matcher.count(kind))
    return [record for id in ids if (record := matcher.index.get(key(LOCAL, kind, id)))]


def _copy(records: Sequence[Record], number: int, random: np.random.Generator) -> Record:
    one, other = (records[at] for at in random.integers(0, len(records), 2).tolist())
    turned = one.vectors[np.arange(len(other.vectors)) % max(1, len(one.vectors))]
    vectors: Vectors = turned + NOISE * random.standard_normal(turned.shape, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Record(replace(other.key, id=f"copy-{number}"), other.facets, other.brief, vectors, other.body, 0, other.numbers, other.sketch)


def _filters(matcher: Matcher) -> Iterator[tuple[float, Filter]]:
    """For each of SHARES the filter by one value of a facet that allows the share nearest to it, with the share it allows."""
    listed = matcher.listed(Kind.POSTING, limit=LOOKED)
    values = Counter((name, value) for one in listed for name, held in facets(one.document, one.profile).items() for value in held)
    for share in SHARES:
        (name, value), count = min(values.items(), key=lambda pair: abs(pair[1] / len(listed) - share))
        yield count / len(listed), Filter({name: frozenset({value})})


def _search(matcher: Matcher, asked: Asked, where: Filter, limit: int = LIMIT) -> object:
    return matcher.rank(asked, LOCAL, where, Weights(), limit)


def _times(name: str, work: Sequence[Callable[[], object]]) -> dict[str, float]:
    """Milliseconds that all but the first round took."""
    seconds = []
    for number in range(ROUNDS + 1):
        for one in work:
            taken = seconds_of(one)
            seconds += [taken] if number else []
    return {f"{name} p{part}": 1000 * float(np.percentile(seconds, part)) for part in (50, 95, 99)}


def _memory() -> int:
    return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE
