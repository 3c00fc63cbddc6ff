from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.record import Vectors
from index.vectors import DECIMALS, VectorIndex, similarities

EVERY = settings(deadline=None, max_examples=150)


def unit(rows: object) -> Vectors:
    array = np.asarray(rows, dtype=np.float64)
    return np.asarray(array / np.linalg.norm(array, axis=1, keepdims=True), dtype=np.float32)


def filled(vectors: Vectors) -> VectorIndex:
    index = VectorIndex(vectors.shape[1])
    index.add(vectors)
    return index


@EVERY
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 120), dimension=st.integers(2, 48), share=st.floats(0, 1), depth=st.integers(1, 130))
def test_a_search_finds_what_comparing_with_every_allowed_row_finds(seed: int, count: int, dimension: int, share: float, depth: int) -> None:
    random = np.random.default_rng(seed)
    vectors, question = unit(random.normal(size=(count, dimension))), unit(random.normal(size=(1, dimension)))[0]
    allowed = random.random(count) < share
    cosines = vectors.astype(np.float64) @ question.astype(np.float64)
    found = filled(vectors).nearest(question, allowed, depth)
    best = sorted(np.flatnonzero(allowed).tolist(), key=lambda row: -cosines[row])[:depth]
    assert len(set(found.tolist())) == len(found) >= len(best)
    assert allowed[found].all()
    floor = cosines[best[-1]] if best else 1.0
    assert {row for row in best if cosines[row] > floor + 2e-6} <= set(found.tolist())  # nothing clearly nearer is left out
    assert all(cosines[row] >= floor - 2e-6 for row in found.tolist())  # nothing clearly farther is taken


@EVERY
@given(
    rows=st.lists(st.sampled_from([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 1, 1), (-1, 0, 0), (0, 0, 1)]), min_size=1, max_size=40),
    keep=st.lists(st.booleans(), min_size=40, max_size=40),
    depth=st.integers(1, 41),
)
def test_a_search_gives_every_row_that_ties_with_the_last_one(rows: list[tuple[int, int, int]], keep: list[bool], depth: int) -> None:
    vectors, question = unit(rows), unit([(1, 2, 3)])[0]
    allowed = np.array(keep[: len(rows)])
    cosines = np.round(vectors.astype(np.float64) @ question.astype(np.float64), 5)
    ranked = sorted(-cosines[row] for row in np.flatnonzero(allowed))
    expected = {row for row in np.flatnonzero(allowed).tolist() if -cosines[row] <= ranked[min(depth, len(ranked)) - 1]} if ranked else set()
    assert set(filled(vectors).nearest(question, allowed, depth).tolist()) == expected


def test_the_only_allowed_row_is_found_though_thousands_are_nearer() -> None:
    near, far = unit([(1, 0.001 * number) for number in range(5000)]), unit([(-1, 0)])
    index = filled(np.concatenate([near, far]))
    assert index.nearest(unit([(1, 0)])[0], np.arange(5001) == 5000, 1).tolist() == [5000]


def test_nothing_is_found_when_nothing_is_allowed_or_asked_for() -> None:
    index = filled(unit([(1, 0), (0, 1)]))
    question = unit([(1, 0)])[0]
    assert index.nearest(question, np.zeros(2, dtype=np.bool_), 5).tolist() == []
    assert index.nearest(question, np.ones(2, dtype=np.bool_), 0).tolist() == []
    assert VectorIndex(2).nearest(question, np.zeros(0, dtype=np.bool_), 5).tolist() == []


def test_a_row_with_a_number_that_no_byte_can_say_is_found_among_thousands() -> None:
    random = np.random.default_rng(5)
    question = unit([np.concatenate([[6.0], random.normal(size=383)])])[0]
    others = unit(random.normal(size=(4000, 384)) + 3 * question)
    nearer = int((others @ question > question[0]).sum())
    index = filled(np.concatenate([others, np.eye(384, dtype=np.float32)[:1]]))
    assert nearer < 400
    assert 4000 in index.nearest(question, np.ones(4001, dtype=np.bool_), nearer + 1)
    assert 4000 not in index.nearest(question, np.arange(4001) % 4000 > 0, nearer + 1)


def test_all_that_tie_are_found_though_they_are_more_than_the_bytes_propose() -> None:
    random = np.random.default_rng(6)
    same, others = unit(random.normal(size=(1, 384))), unit(random.normal(size=(2000, 384)))
    index = filled(np.concatenate([np.repeat(same, 3000, axis=0), others]))
    assert sorted(index.nearest(same[0], np.ones(5000, dtype=np.bool_), 10).tolist()) == list(range(3000))
    assert sorted(index.nearest(same[0], np.arange(5000) >= 500, 10).tolist()) == list(range(500, 3000))


def test_rows_are_numbered_in_the_order_they_were_added() -> None:
    index = filled(unit([(1, 0)]))
    index.add(unit([(0, 1), (-1, 0)]))
    assert index.vectors(np.array([2, 0, 1])).tolist() == [[-1, 0], [1, 0], [0, 1]]
    assert index.vectors(np.array([], dtype=np.int64)).shape == (0, 2)


def test_similarity_is_the_cosine() -> None:
    index = filled(unit([(1, 0), (3, 4), (-1, 0)]))
    assert index.similarities(unit([(1, 0)])[0], np.array([0, 1, 2])).tolist() == [1.0, 0.6, -1.0]


@EVERY
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 60), dimension=st.integers(1, 400))
def test_a_pairs_similarity_is_the_same_number_alone_and_among_others(seed: int, count: int, dimension: int) -> None:
    random = np.random.default_rng(seed)
    vectors, question = unit(random.normal(size=(count, dimension))), unit(random.normal(size=(1, dimension)))[0]
    together = similarities(question, vectors)
    alone = [float(similarities(question, vectors[row : row + 1])[0]) for row in range(count)]
    assert together.tolist() == alone
    assert filled(vectors).similarities(question, np.arange(count)).tolist() == alone
    assert [float(similarities(vectors[row], question.reshape(1, -1))[0]) for row in range(count)] == alone
    assert np.abs(together - vectors.astype(np.float64) @ question.astype(np.float64)).max() < 2 * 10**-DECIMALS
