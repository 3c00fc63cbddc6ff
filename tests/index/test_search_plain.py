"""A search finds what a plain one finds that compares every record, one after the other, in the words of the promise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.collection import Collection
from index.record import ABSENT, Filter, Hit, Key, Outline, Range, Record, Vectors, centroid
from index.scoring import Question
from index.vectors import similarities
from tests.index.points import Shared, Words, points
from tests.index.points import question as asking

WORDS = [f"w{number}" for number in range(60)]
VALUES = ["a", "b", "c", "rare"]
STATES = st.frozensets(st.sampled_from([*VALUES, "none", ABSENT]), max_size=3)
RANGES = st.builds(lambda low, more, absent: Range(low, low + more, absent), st.integers(0, 9), st.integers(0, 9), st.booleans())
FACETS, SPANS = st.dictionaries(st.sampled_from(["f", "g", "h"]), STATES, max_size=2), st.dictionaries(st.sampled_from(["n", "m"]), RANGES, max_size=1)
FILTERS = st.builds(Filter, FACETS, FACETS, SPANS, SPANS)


class Plain:
    """Records by id, and a search that goes through all of them."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}

    def search(self, question: Question, where: Filter, limit: int) -> list[Hit]:
        hits = [self._hit(question, id, one) for id, one in self.records.items() if where.allows(one.facets, one.numbers)]
        return sorted(hits, key=lambda hit: (-hit.points, hit.id))[:limit]

    def _hit(self, question: Question, id: str, record: Record) -> Hit:
        assert isinstance(question.scoring, Shared)
        cosine = float(similarities(question.vector, centroid(record.vectors).reshape(1, -1))[0])
        favour = sum(more for where, more in question.favoured if where.allows(record.facets, record.numbers))
        return Hit(id, cosine, points(question.scoring.words, record.brief, cosine, question.scoring.near) + favour, record.version)


def directions(random: np.random.Generator, count: int, dimension: int) -> Vectors:
    """Unit vectors in a few clusters: some the same, some a millionth apart, some along one axis, some none at all."""
    clusters = random.normal(size=(5, dimension))
    vectors = clusters[random.integers(0, 5, count)] + random.choice([0.0, 1e-6, 0.3, 1.0], (count, 1)) * random.normal(size=(count, dimension))
    vectors[random.random(count) < 0.02] = 0
    vectors[random.random(count) < 0.01] = np.eye(dimension)[0]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths, lengths, 1), dtype=np.float32)


def records(random: np.random.Generator, ids: int, count: int, dimension: int) -> Iterator[Record]:
    """Records of which some take the id of one before."""
    vectors = directions(random, count, dimension)
    words = np.array(WORDS)
    for number in range(count):
        terms = words[(random.pareto(1.0, random.integers(0, 30)) * 3).astype(int) % len(words)]
        facets = {name: tuple(random.choice(VALUES, random.integers(0, 3), replace=False, p=[0.5, 0.3, 0.19, 0.01])) for name in "fg"}
        low = float(random.integers(0, 10))
        numbers = {"n": (low, low + float(random.integers(0, 4)))} if random.random() < 0.7 else {}
        key = Key("t", "k", f"r{random.integers(0, ids)}")
        brief = " ".join(word.upper() if random.random() < 0.5 else word for word in terms.tolist())
        yield Record(key, facets, brief.encode(), vectors[number : number + 1], b"", number + 1, numbers)


def filled(random: np.random.Generator, ids: int, count: int, dimension: int) -> tuple[Collection, Plain]:
    """The same puts and drops in both; the one is joined from two, each with every second id."""
    parts, plain = [Collection(dimension, Words), Collection(dimension, Words)], Plain()
    for one in records(random, ids, count, dimension):
        parts[int(one.key.id[1:]) % 2].put([outline(one)])
        plain.records[one.key.id] = one
        if random.random() < 0.1:
            gone = random.integers(0, ids)
            parts[gone % 2].drop(f"r{gone}")
            plain.records.pop(f"r{gone}", None)
        parts = [part.packed() for part in parts]
    parts[0].join(parts[1])
    return parts[0], plain


def outline(record: Record) -> Outline:
    return Outline(record.key, record.version, record.facets, record.numbers, record.brief, centroid(record.vectors))


def question(random: np.random.Generator, dimension: int) -> Question:
    words = random.choice([*WORDS, *map(str.upper, WORDS), "unheard"], random.integers(0, 40)).tolist()
    favoured = ((Filter(required={"f": frozenset({"a"})}), 7), (Filter(required_ranges={"n": Range(2, 4)}), 12))[: random.integers(0, 3)]
    return asking(centroid(directions(random, 1, dimension)), words, int(random.choice([0, 20, 100, 100_000])), favoured)


@settings(deadline=None, max_examples=150)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(0, 120),
    dimension=st.sampled_from([3, 16, 100]),
    where=FILTERS,
    limit=st.integers(1, 12),
    few=st.integers(1, 40),
)
def test_a_search_of_a_few_equals_a_plain_one(seed: int, count: int, dimension: int, where: Filter, limit: int, few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.collection.CLOSER", 1)
        for name in ("index.vectors.EXACT", "index.collection.CLOSE", "index.collection.FIRST", "index.collection.ROOMY"):
            patch.setattr(name, few)
        random = np.random.default_rng(seed)
        collection, plain = filled(random, 80, count, dimension)
        for _ in range(3):
            asked = question(random, dimension)
            assert collection.search(asked, where, limit) == plain.search(asked, where, limit)
            late = next(records(random, 80, 1, dimension))
            collection.put([outline(late)])
            plain.records[late.key.id] = late


@pytest.mark.parametrize("seed", range(3))
def test_a_search_of_thousands_equals_a_plain_one(seed: int) -> None:
    random, dimension = np.random.default_rng(seed), 384
    collection, plain = filled(random, 4000, 5000, dimension)
    wheres = [
        Filter(),
        Filter(required={"f": frozenset({"a", ABSENT})}, banned={"g": frozenset({"rare"})}),
        Filter(required={"g": frozenset({"rare"})}),
        Filter(banned_ranges={"n": Range(2, 4, absent=True)}),
    ]
    for limit in (1, 20, 100, 900):
        asked = question(random, dimension)
        for where in wheres:
            assert collection.search(asked, where, limit) == plain.search(asked, where, limit)
