from __future__ import annotations

import numpy as np
import pytest

from index.record import UNIT_TOLERANCE, Filter, VectorMismatch, centroid, checked_vectors

FACETS = {"state": ("CA", "TX"), "mode": ("remote",)}


def test_a_filter_without_conditions_allows_everything() -> None:
    assert Filter().allows(FACETS)
    assert Filter().allows({})


def test_one_shared_value_meets_a_required_facet() -> None:
    assert Filter(required={"state": frozenset({"TX", "NY"})}).allows(FACETS)
    assert not Filter(required={"state": frozenset({"NY"})}).allows(FACETS)


def test_every_required_facet_has_to_be_met() -> None:
    assert Filter(required={"state": frozenset({"TX"}), "mode": frozenset({"remote"})}).allows(FACETS)
    assert not Filter(required={"state": frozenset({"TX"}), "mode": frozenset({"onsite"})}).allows(FACETS)


def test_a_record_without_a_required_facet_is_not_allowed() -> None:
    assert not Filter(required={"language": frozenset({"es"})}).allows(FACETS)


def test_a_required_facet_with_no_values_allows_nothing() -> None:
    assert not Filter(required={"state": frozenset()}).allows(FACETS)


def test_one_shared_value_with_a_banned_facet_is_enough_to_be_left_out() -> None:
    assert not Filter(banned={"state": frozenset({"TX", "NY"})}).allows(FACETS)
    assert not Filter(banned={"language": frozenset({"es"}), "mode": frozenset({"remote"})}).allows(FACETS)


def test_a_record_without_a_banned_facet_is_allowed() -> None:
    assert Filter(banned={"language": frozenset({"es"}), "state": frozenset({"NY"}), "mode": frozenset()}).allows(FACETS)


def test_a_ban_outweighs_a_requirement() -> None:
    assert not Filter(required={"state": frozenset({"CA"})}, banned={"state": frozenset({"TX"})}).allows(FACETS)


def test_vectors_of_another_dimension_are_refused_with_both_numbers() -> None:
    with pytest.raises(VectorMismatch, match=r"shape \(1, 2\), the index holds \(n, 3\)"):
        checked_vectors(np.array([[1, 0]], dtype=np.float32), 3)


def test_a_bare_vector_is_refused() -> None:
    with pytest.raises(VectorMismatch, match=r"shape \(3,\)"):
        checked_vectors(np.array([1, 0, 0], dtype=np.float32), 3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_vector_with_a_number_that_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(VectorMismatch, match="NaN or infinity"):
        checked_vectors(np.array([[1, 0], [bad, 0]], dtype=np.float32), 2)


def test_a_zero_vector_is_refused_with_its_length() -> None:
    with pytest.raises(VectorMismatch, match=r"lengths 0\.0000 to 1\.0000"):
        checked_vectors(np.array([[1, 0], [0, 0]], dtype=np.float32), 2)


@pytest.mark.parametrize(("length", "taken"), [(1 + UNIT_TOLERANCE / 2, True), (1 - UNIT_TOLERANCE / 2, True), (1 + 2 * UNIT_TOLERANCE, False)])
def test_a_length_may_differ_from_one_by_the_tolerance_and_no_more(length: float, taken: bool) -> None:
    vectors = np.array([[length, 0]], dtype=np.float32)
    if taken:
        assert checked_vectors(vectors, 2).tolist() == vectors.tolist()
    else:
        with pytest.raises(VectorMismatch, match=r"1\.0020"):
            checked_vectors(vectors, 2)


def test_vectors_of_another_precision_or_order_are_kept_as_float32_rows() -> None:
    given = np.asfortranarray([[0.6, 0.8], [1.0, 0.0], [0.0, -1.0]])
    checked = checked_vectors(given, 2)  # type: ignore[arg-type]
    assert checked.dtype == np.float32
    assert checked.flags.c_contiguous
    assert checked.tobytes() == np.array([[0.6, 0.8], [1, 0], [0, -1]], dtype=np.float32).tobytes()


def test_a_record_may_have_no_vectors() -> None:
    assert checked_vectors(np.empty((0, 4), dtype=np.float32), 4).shape == (0, 4)


def test_the_centroid_is_the_mean_direction_made_unit_length() -> None:
    two = np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32)
    assert centroid(two).tolist() == pytest.approx([0.5**0.5, 0.5**0.5, 0], abs=3e-4)
    three = np.array([[1, 0, 0], [1, 0, 0], [0, 0, 1]], dtype=np.float32)
    assert centroid(three).tolist() == pytest.approx([2 / 5**0.5, 0, 1 / 5**0.5], abs=3e-4)


def test_the_centroid_of_one_row_is_the_row_in_half_precision() -> None:
    row = np.array([[0.6, -0.8]], dtype=np.float32)
    assert centroid(row).tolist() == row.astype(np.float16)[0].tolist()


def test_the_centroid_of_nothing_and_of_opposites_is_zero() -> None:
    assert centroid(np.empty((0, 2), dtype=np.float32)).tolist() == [0, 0]
    assert centroid(np.array([[1, 0], [-1, 0]], dtype=np.float32)).tolist() == [0, 0]
