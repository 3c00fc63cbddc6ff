"""A search finds what a plain one finds that compares every record, one after the other, in the words of the promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import log1p

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedded import Collection
from index.lexical import LENGTH, SATURATION
from index.record import ABSENT, Filter, Hit, Key, Question, Range, Record, Vectors, centroid
from index.vectors import TIE, similarities

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

    def search(self, question: Question, wheres: list[Filter], depth: int) -> list[Hit]:
        hits, scores = self._hits(question.vector), self._scores(question.terms)
        found: set[str] = set()
        for where in wheres:
            allowed = [id for id, record in self.records.items() if where.allows(record.facets, record.numbers)]
            found.update(sorted(allowed, key=lambda one: (-hits[one].similarity, one))[:depth])
            ranked = sorted((scores[id] for id in allowed), reverse=True)
            floor = ranked[depth - 1] - TIE if len(ranked) >= depth else 0.0
            found.update(id for id in allowed if scores[id] >= floor and scores[id] > 0)
        return sorted((hits[id] for id in found), key=lambda hit: (-hit.similarity, hit.id))

    def _hits(self, vector: Vectors) -> dict[str, Hit]:
        return {id: Hit(id, float(similarities(vector, centroid(one.vectors).reshape(1, -1))[0]), one.version) for id, one in self.records.items()}

    def _scores(self, terms: tuple[str, ...]) -> dict[str, float]:
        counts = {id: Counter(record.terms) for id, record in self.records.items()}
        frequency = Counter(term for count in counts.values() for term in count)
        average = sum(count.total() for count in counts.values()) / max(len(counts), 1)
        idf = {term: log1p((len(counts) - frequency[term] + 0.5) / (frequency[term] + 0.5)) for term in set(terms)}

        def score(count: Counter[str]) -> float:
            norm = SATURATION * (1 - LENGTH + LENGTH * count.total() / average) if average else 0.0
            return sum(times * idf[term] * count[term] / (count[term] + norm) for term, times in sorted(Counter(terms).items()) if count[term])

        return {id: score(count) for id, count in counts.items()}


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
        yield Record(key, facets, tuple(terms.tolist()), vectors[number : number + 1], b"", number + 1, numbers)


def filled(random: np.random.Generator, ids: int, count: int, dimension: int) -> tuple[Collection, Plain]:
    """The same puts and drops in both."""
    collection, plain = Collection(dimension), Plain()
    for one in records(random, ids, count, dimension):
        collection.put(one)
        plain.records[one.key.id] = one
        if random.random() < 0.1:
            gone = f"r{random.integers(0, ids)}"
            collection.drop(gone)
            plain.records.pop(gone, None)
        collection = collection.packed()
    return collection, plain


def question(random: np.random.Generator, dimension: int) -> Question:
    return Question(directions(random, 1, dimension)[0], tuple(random.choice([*WORDS, "unheard"], random.integers(0, 40)).tolist()))


@settings(deadline=None, max_examples=150)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(0, 120),
    dimension=st.sampled_from([3, 16, 100]),
    wheres=st.lists(FILTERS, min_size=1, max_size=3),
    depth=st.integers(1, 12),
    few=st.integers(1, 40),
)
def test_a_search_of_a_few_equals_a_plain_one(seed: int, count: int, dimension: int, wheres: list[Filter], depth: int, few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("index.vectors.FEW", "index.vectors.COARSE", "index.vectors.BLOCK"):
            patch.setattr(name, few)
        patch.setattr("index.embedded.ROOMY", few)
        random = np.random.default_rng(seed)
        collection, plain = filled(random, 80, count, dimension)
        for _ in range(3):
            asked = question(random, dimension)
            assert collection.search(asked, wheres, depth) == plain.search(asked, wheres, depth)
            collection.put(late := next(records(random, 80, 1, dimension)))
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
    for depth in (1, 20, 100, 900):
        asked = question(random, dimension)
        assert collection.search(asked, wheres, depth) == plain.search(asked, wheres, depth)
        assert collection.search(asked, wheres[1:2], depth) == plain.search(asked, wheres[1:2], depth)
