from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.record import Vectors
from index.vectors import DECIMALS, VectorIndex, similarities

EVERY = settings(deadline=None, max_examples=150)


def unit(rows: object) -> Vectors:
    array = np.asarray(rows, dtype=np.float64)
    return np.asarray(array / np.linalg.norm(array, axis=1, keepdims=True), dtype=np.float32)


def half(vectors: Vectors) -> Vectors:
    return vectors.astype(np.float16).astype(np.float32)


def filled(vectors: Vectors) -> VectorIndex:
    index = VectorIndex(vectors.shape[1])
    index.add(vectors)
    return index


@EVERY
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 120),
    dimension=st.integers(2, 48),
    share=st.floats(0, 1),
    few=st.integers(1, 130),
    long=st.booleans(),
    sparse=st.sampled_from([1, 16]),
)
def test_no_cosine_is_above_its_ceiling_and_those_of_the_nearest_are_close(
    seed: int, count: int, dimension: int, share: float, few: int, long: bool, sparse: int
) -> None:
    random = np.random.default_rng(seed)
    vectors, question = half(unit(random.normal(size=(count, dimension)))), half(unit(random.normal(size=(1, dimension))))[0]
    vectors[0] = np.eye(dimension)[0] if long else vectors[0]
    rows = np.flatnonzero(random.random(count) < share)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.vectors.EXACT", few)
        patch.setattr("index.vectors.SPARSE", sparse)
        index = filled(vectors)
        ceilings, cosines = index.ceilings(question, rows, few), index.similarities(question, rows)
    assert (ceilings >= cosines).all()
    nearest = np.argsort(-cosines)[:few]
    assert len(rows) <= few or long or (ceilings[nearest] - cosines[nearest] <= 0.1).all()
    assert len(rows) > few or (ceilings == cosines).all()


def test_the_ceilings_of_thousands_tell_most_of_them_from_the_nearest() -> None:
    random = np.random.default_rng(5)
    question = half(unit(random.normal(size=(1, 384))))[0]
    vectors = half(unit(random.normal(size=(4000, 384)) + 6 * np.outer(np.arange(4000) > 3900, question)))
    index, rows = filled(vectors), np.arange(0, 4000, 2)
    ceilings = index.ceilings(question, rows, 512)
    assert (ceilings[rows > 3900] > 0.2).all()
    assert (ceilings[rows < 3900] < 0.2).all()


def test_a_row_with_a_number_that_no_byte_can_say_may_be_as_near_as_can_be() -> None:
    random = np.random.default_rng(5)
    question = half(unit([np.concatenate([[6.0], random.normal(size=383)])]))[0]
    index = filled(half(np.concatenate([unit(random.normal(size=(4000, 384)) + 3 * question), np.eye(384, dtype=np.float32)[:1]])))
    ceilings = index.ceilings(question, np.arange(4001), 512)
    assert ceilings[4000] == 1.0
    assert (ceilings < 1.0).sum() == 4000


def test_rows_are_numbered_in_the_order_they_were_added() -> None:
    index = filled(unit([(1, 0)]))
    index.add(unit([(0, 1), (-1, 0)]))
    assert index.vectors(np.array([2, 0, 1])).tolist() == [[-1, 0], [1, 0], [0, 1]]
    assert index.vectors(np.array([], dtype=np.int64)).shape == (0, 2)


def test_similarity_is_the_cosine() -> None:
    index = filled(half(unit([(1, 0), (3, 4), (-1, 0)])))
    assert index.similarities(unit([(1, 0)])[0], np.array([0, 1, 2])).tolist() == pytest.approx([1.0, 0.6, -1.0], abs=2e-4)


def test_halves_come_back_as_they_were_added() -> None:
    numbers = np.array([[0, -0.0, 1, -1, 2**-24, -(2**-24), 2**-14, 0.333251953125]], dtype=np.float32)
    assert filled(numbers).vectors(np.array([0])).tobytes() == numbers.tobytes()


@EVERY
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 60), dimension=st.integers(1, 400))
def test_a_pairs_similarity_is_the_same_number_alone_and_among_others(seed: int, count: int, dimension: int) -> None:
    random = np.random.default_rng(seed)
    vectors, question = half(unit(random.normal(size=(count, dimension)))), half(unit(random.normal(size=(1, dimension))))[0]
    together = similarities(question, vectors)
    alone = [float(similarities(question, vectors[row : row + 1])[0]) for row in range(count)]
    assert together.tolist() == alone
    assert filled(vectors).similarities(question, np.arange(count)).tolist() == alone
    assert [float(similarities(vectors[row], question.reshape(1, -1))[0]) for row in range(count)] == alone
    assert np.abs(together - vectors.astype(np.float64) @ question.astype(np.float64)).max() < 2 * 10**-DECIMALS
