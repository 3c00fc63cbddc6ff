"""Fitting on judged queries small enough to see what the answer must be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from matcher.evaluation import Judgement
from matcher.fitting import LEAST, PRIOR, RIDGE, TEMPERATURE, Query, _counted, _loss, _points, by_direction, cross_validated, fit, without
from matcher.weights import TOTAL, Weights, weight_names

GROUPS = weight_names()
EVEN = Weights(*(1.0 for _ in GROUPS))


def _query(id: str, rows: dict[str, dict[str, float]], grades: dict[str, int]) -> Query:
    credits = np.array([[row.get(name, 0.0) for name in GROUPS] for row in rows.values()])
    return Query("resume_to_postings", id, tuple(rows), credits, {id: Judgement(grade, "E" if grade else "N") for id, grade in grades.items()})


def _licence_decides(count: int) -> list[Query]:
    """Queries in which the good document has the licence and the worthless one the place."""
    return [_query(f"q{number}", {"good": {"licence": 1.0}, "bad": {"place": 1.0}}, {"good": 3, "bad": 0}) for number in range(count)]


def test_what_tells_good_from_bad_gains_weight_and_its_opposite_falls_to_the_floor() -> None:
    weights = fit(_licence_decides(3))
    assert weights.licence > PRIOR.licence * TOTAL / sum(PRIOR.given().values())
    assert weights.place < PRIOR.place * TOTAL / sum(PRIOR.given().values())
    assert min(weights.given().values()) >= LEAST * TOTAL / 1000


def test_fitted_weights_sum_to_a_hundred_and_are_the_same_each_time() -> None:
    queries = _licence_decides(4)
    assert sum(fit(queries).given().values()) == pytest.approx(TOTAL, abs=1e-9)
    assert fit(queries) == fit(list(queries))


def test_queries_that_tell_nothing_leave_the_prior() -> None:
    alike = [_query("q", {"a": {"licence": 1.0}, "b": {"licence": 1.0}}, {"a": 3, "b": 0})]
    assert _points(fit(alike)) == pytest.approx(np.maximum(_points(PRIOR), LEAST), abs=0.21)  # rounded to tenths, the largest takes the rest


def test_the_loss_and_its_gradient_are_those_computed_by_hand() -> None:
    (query,) = _licence_decides(1)
    trained = [(query.credits, query.gains, _counted(query))]
    prior = _points(PRIOR)
    loss, gradient = _loss(prior, trained, prior)
    ahead = (prior[GROUPS.index("licence")] - prior[GROUPS.index("place")]) / TEMPERATURE
    assert loss == pytest.approx(np.log(1 + np.exp(-ahead)))
    assert gradient[GROUPS.index("licence")] == pytest.approx(-1 / (1 + np.exp(ahead)) / TEMPERATURE)
    moved = prior + 1.0
    assert _loss(moved, trained, prior)[0] == pytest.approx(loss + RIDGE * len(GROUPS))


def test_a_query_is_ranked_by_score_then_id_and_measured() -> None:
    query = _query("q", {"b": {"licence": 1.0}, "a": {"licence": 1.0}, "c": {"place": 1.0}}, {"a": 3, "c": 0})
    values = query.measured(EVEN)
    assert values["ndcg@10"] == 1.0
    assert values["inversions"] == 0.0
    assert values["judged@10"] == 2 / 10


def test_each_query_is_measured_once_and_never_under_weights_it_was_fitted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    queries = _licence_decides(7)
    seen: list[set[str]] = []

    def told(fitted: Sequence[Query]) -> Weights:
        seen.append({query.id for query in fitted})
        return EVEN

    monkeypatch.setattr("matcher.fitting.fit", told)
    measured = [query.id for query, _ in cross_validated(queries, folds=3)]
    assert sorted(measured) == [query.id for query in queries]
    assert len(seen) == 3
    assert all(len(ids) in (4, 5) for ids in seen)
    assert set.intersection(*seen) == set()


def test_leaving_out_the_group_that_decides_costs_what_it_decided() -> None:
    queries = _licence_decides(2)
    weights = Weights.from_mapping({"licence": 20, "place": 10})
    changes = {name: estimate["resume_to_postings"].value for name, estimate in without(queries, weights)}
    assert changes["licence"] == pytest.approx(1 / np.log2(3) - 1)
    assert changes["modalities"] == 0.0


def test_measures_are_summed_up_by_direction() -> None:
    queries = _licence_decides(2)
    found = by_direction((query, query.measured(Weights())) for query in queries)
    assert list(found) == ["resume_to_postings"]
    assert found["resume_to_postings"]["ndcg@10"].value == 1.0
