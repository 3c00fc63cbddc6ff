"""The score of one document against many, without their ledgers: to the cent the sum of the parts that `compare` would show.

Lines that rest on little (a level, a state, the hard requirements) are the same for all documents that are alike in that, and are
drafted once for each such mark; what remains is a sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from matcher.compare import LINES, compare, hard, likeness
from matcher.eligibility import judge
from matcher.ledger import Draft, scaled
from matcher.sides import HARD, Demand, Mark, Need, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import CENT, FAVOURED, Weights


class Scorer:
    """Scores many documents against one, its own."""

    def __init__(self, own: Demand | Offer, weights: Weights, vocabulary: Vocabulary, today: date) -> None:
        self._own = own
        self._weights = weights
        self._vocabulary = vocabulary
        self._today = today
        self._likeness = round(weights.worth["similarity"], CENT)
        self._points: dict[str, dict[Mark, float]] = {name: {} for name in (HARD, *LINES)}
        self._credits: dict[str, float] = {}  # of each concept asked for, by the resume that is the own document

    def score(self, other: Demand | Offer, similarity: float, favoured: Iterable[Draft] = ()) -> float:
        """From 0 to 100: what `compare` of the two comes to."""
        demand, offer = (self._own, other) if isinstance(self._own, Demand) else (other, self._own)
        assert isinstance(demand, Demand)
        assert isinstance(offer, Offer)
        if not demand.shingles.isdisjoint(offer.shingles):  # words were copied, which changes what counts
            return compare(demand, offer, similarity, self._weights, self._vocabulary, self._today, favoured).score
        total = round(self._likeness * likeness(similarity), CENT)
        for name, known in self._points.items():
            points = known.get(other.marks[name])
            if points is None:
                points = known[other.marks[name]] = self._drafted(name, demand, offer)
            total += points
        total += self._answered(demand, offer)
        total += sum(scaled(FAVOURED, draft, self._weights.worth[FAVOURED]).points for draft in favoured)
        return round(total, CENT)

    def _drafted(self, name: str, demand: Demand, offer: Offer) -> float:
        """The points of a line, or of both lines of the hard requirements."""
        if name == HARD:
            eligibility = judge(demand.wants, offer.credentials, self._vocabulary.compacts, self._today)
            return sum(scaled(line, draft, self._weights.worth[line]).points for line, draft in hard(demand, offer, eligibility))
        draft = LINES[name](demand, offer)
        return scaled(name, draft, self._weights.worth[name]).points if draft else 0.0

    def _answered(self, demand: Demand, offer: Offer) -> float:
        """The points of all answers to what is asked."""
        total, credits = 0.0, self._credits if offer is self._own else {}
        for need, possible in demand.lines(self._weights).worths:
            credit = credits.get(need.concept)
            if credit is None:
                credit = credits[need.concept] = _credit(need, offer)
            if credit:
                total += round(possible * credit, CENT)
        return total


def _credit(need: Need, offer: Offer) -> float:
    answer = None if need.reach.isdisjoint(offer.known) else offer.answer(need)
    return answer.credit if answer else 0.0
