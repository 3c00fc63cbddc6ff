"""Judged queries -> the weights under which good documents come first: few numbers, none below a floor, tested on queries they were not fitted on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation import SEED, Estimate, Judgement, estimate, measure, summarise
from matcher.matcher import Found
from matcher.weights import CENT, TOTAL, Weights, weight_names

Numbers = NDArray[np.float64]

PRIOR = Weights(28, 6, 7, 12, 10, 5, 8, 5, 3, 5, 5, 1, 18)  # set by hand before anything was fitted; the fit is drawn towards it
RIDGE = 3e-4  # how strongly, per squared point
TEMPERATURE = 8.0  # points of difference that make a document e times likelier to be the one wanted
UNJUDGED = 0.5  # how much a document that nobody judged counts as worthless: the measures count it fully
LEAST = 1.0  # points that every group keeps, so that no line of the ledger is idle
FOLDS = 5


@dataclass(frozen=True)
class Query:
    """A judged query: for each document, in the order of `documents`, the share of each group's points it earned, (n, groups)."""

    direction: str
    id: str
    documents: tuple[str, ...]
    credits: Numbers
    judged: Mapping[str, Judgement]

    def measured(self, weights: Weights) -> dict[str, float]:
        """The measures of the ranking that the weights make."""
        scores = np.round(self.credits @ _points(weights), CENT)
        order = sorted(range(len(scores)), key=lambda place: (-scores[place], self.documents[place]))
        return measure([(self.documents[place], float(scores[place])) for place in order], self.judged)

    @property
    def gains(self) -> Numbers:
        """2^grade - 1 of each document, 0 where it was not judged."""
        return np.array([2.0 ** self.judged[id].grade - 1 if id in self.judged else 0.0 for id in self.documents])


def credited(direction: str, id: str, found: Iterable[Found], weights: Weights, judged: Mapping[str, Judgement]) -> Query:
    """A query with what each document earned, taken from ledgers that were made under some weights, none of them 0."""
    matches = {one.document.id: one.match for one in found}
    names = weight_names()
    credits = np.zeros((len(matches), len(names)))
    for row, match in enumerate(matches.values()):
        for part in match.parts:
            credits[row, names.index(part.name)] += part.points / weights.worth[part.name]
    return Query(direction, id, tuple(matches), credits, judged)


def fit(queries: Sequence[Query]) -> Weights:
    """The weights that make the wanted documents of the queries likeliest, drawn towards the prior; a convex problem with one answer.

    A document is wanted in proportion to its gain; its chance under weights is a softmax over its score (ListNet, Cao et al. 2007).
    """
    from scipy.optimize import minimize

    trained = [(query.credits, query.gains, _counted(query)) for query in queries if query.gains.any()]
    prior = _points(PRIOR)
    found = minimize(_loss, prior, args=(trained, prior), jac=True, method="L-BFGS-B", bounds=[(LEAST, None)] * len(prior))
    points = np.round(found.x * (TOTAL / found.x.sum()), 1)
    points[points.argmax()] += round(TOTAL - points.sum(), 1)
    return Weights(*(round(float(point), 1) for point in points))


def cross_validated(queries: Sequence[Query], folds: int = FOLDS, seed: int = SEED) -> list[tuple[Query, dict[str, float]]]:
    """Each query with its measures under weights fitted on the other folds."""
    order = np.random.default_rng(seed).permutation(len(queries))
    fold_of = {int(place): number % folds for number, place in enumerate(order)}
    found: list[tuple[Query, dict[str, float]]] = []
    for fold in range(folds):
        weights = fit([query for place, query in enumerate(queries) if fold_of[place] != fold])
        found += [(query, query.measured(weights)) for place, query in enumerate(queries) if fold_of[place] == fold]
    return found


def by_direction(measured: Iterable[tuple[Query, Mapping[str, float]]]) -> dict[str, dict[str, Estimate]]:
    """The measures of each direction with their intervals."""
    listed: dict[str, list[Mapping[str, float]]] = {}
    for query, values in measured:
        listed.setdefault(query.direction, []).append(values)
    return {direction: summarise(values) for direction, values in listed.items()}


def without(queries: Sequence[Query], weights: Weights) -> Iterator[tuple[str, dict[str, Estimate]]]:
    """For each group, by how much nDCG@10 changes in each direction when the group counts nothing, with its paired interval."""
    whole = [query.measured(weights) for query in queries]
    for name in weight_names():
        poorer = Weights.from_mapping({**weights.given(), name: 0.0})
        changed: dict[str, list[float]] = {}
        for query, before in zip(queries, whole, strict=True):
            if "ndcg@10" in before:
                changed.setdefault(query.direction, []).append(query.measured(poorer)["ndcg@10"] - before["ndcg@10"])
        yield name, {direction: estimate(values) for direction, values in changed.items()}


def _points(weights: Weights) -> Numbers:
    return np.array([weights.worth[name] for name in weight_names()])


def _counted(query: Query) -> Numbers:
    return np.array([1.0 if id in query.judged else UNJUDGED for id in query.documents])


def _loss(points: Numbers, queries: Sequence[tuple[Numbers, Numbers, Numbers]], prior: Numbers) -> tuple[float, Numbers]:
    """Mean cross entropy of wanted and likely documents plus the pull of the prior, and its gradient."""
    loss, gradient = 0.0, np.zeros_like(points)
    for credits, gains, counted in queries:
        scores = credits @ points / TEMPERATURE
        scores -= scores.max()
        likely = np.exp(scores) * counted
        total = likely.sum()
        wanted = gains / gains.sum()
        loss += float(np.log(total) - wanted @ scores)
        gradient += credits.T @ (likely / total - wanted) / TEMPERATURE
    away = points - prior
    return loss / len(queries) + RIDGE * float(away @ away), gradient / len(queries) + 2 * RIDGE * away
