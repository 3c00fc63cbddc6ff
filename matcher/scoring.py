"""The scores of many documents against one, without their ledgers: to the cent the sum of the parts that `compare` would show.

Only where a resume has words copied from the posting is that sum another, mostly lower; `Matcher.rank` sees to these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.record import Filter
from index.scoring import Points, Rows
from matcher.brief import ASKED, LINES, NUMBER, QUICK, SAID, SHARE, SLOW, Rules, decode
from matcher.document import Kind
from matcher.sheet import BriefSheet
from matcher.weights import CENT, FAR, FAVOURED, GROUPS, NEAR, Weights

FEW = 8  # where a filter allows fewer than one of so many, only theirs are counted
CENTS: int = 10**CENT  # points are counted in whole ones
HALF = 1e-6  # nearer to half a cent, numpy might round otherwise than Python does


class Scorer:
    """See index.scoring.Scoring: scores the documents of the other kind against one of this kind and brief."""

    def __init__(self, kind: Kind, own: bytes, weights: Weights, rules: Rules) -> None:
        self._asks = kind is Kind.POSTING
        self._own = decode(own)
        self._worth = weights.worth
        self._rules = rules
        self.most_slow = sum(cents(self._worth[name]) for name in SLOW)
        self.most_likeness = cents(self._worth["similarity"])

    def quick(self, sheet: BriefSheet, allowed: NDArray[np.bool_]) -> Points:
        """See Scoring.quick: the lines that a look at their values decides, and what is asked and answered by concept."""
        points = self._lines(QUICK, sheet, np.arange(len(sheet.standings.values))).take(sheet.standings.codes)
        few = FEW * np.count_nonzero(allowed) < len(allowed)
        for number, worth in self._by_concept(np.array(sheet.shares.values)):
            concept = sheet.concepts.get(number)
            if concept:
                rows, shares = concept.among(allowed) if few else (concept.rows, concept.shares)
                np.add.at(points, rows, worth.take(shares))  # twice as fast as by index
        return points

    def slow(self, sheet: BriefSheet, rows: Rows) -> Points:
        """See Scoring.slow: the hard requirements."""
        codes, points = sheet.standings.codes.take(rows), np.zeros(len(sheet.standings.values), dtype=np.int32)
        which = _distinct(codes)
        points[which] = self._lines(SLOW, sheet, which)
        return points.take(codes)

    def likeness(self, cosines: NDArray[np.float64]) -> Points:
        """See Scoring.likeness."""
        return in_cents(self.most_likeness / CENTS * np.clip((cosines - FAR) / (NEAR - FAR), 0.0, 1.0))

    def _lines(self, names: Collection[str], sheet: BriefSheet, which: NDArray[Any]) -> Points:
        """The points of some lines for some of the standings."""
        points, table = np.zeros(len(which), dtype=np.int32), sheet.standings.table[which]
        for at, (name, own) in enumerate(zip(LINES, self._own.values, strict=True)):
            if name in names:
                column, codes = sheet.columns[name], table[:, at]
                credits = column.remembered((own, self._rules.today), _distinct(codes), partial(self._credit, name, own))
                points += in_cents(round(self._worth[name], CENT) * np.nan_to_num(credits))[codes]
        return points

    def _credit(self, name: str, own: bytes, value: bytes) -> float:
        asked, said = (own, value) if self._asks else (value, own)
        return LINES[name].credit(ASKED[name](asked), SAID[name](said), self._rules)

    def _by_concept(self, others: NDArray[np.float64]) -> Iterator[tuple[int, Points]]:
        """The number of each concept that the own document asks for or answers, and the points for each share of the other one."""
        known: dict[tuple[str, float], Points] = {}
        for number, own in zip(np.frombuffer(self._own.concepts, NUMBER).tolist(), np.frombuffer(self._own.shares, SHARE).tolist(), strict=True):
            group = GROUPS[self._rules.vocabulary.numbered[number].partition(".")[0]]
            if (group, own) not in known:
                asked, credit = (own, others) if self._asks else (others, own)
                known[group, own] = in_cents(in_cents(self._worth[group] * np.atleast_1d(asked)) / CENTS * credit)
            yield number, known[group, own]


def _distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """Each of some small numbers once, in order."""
    return np.flatnonzero(np.bincount(numbers))


def favoured_points(favoured: Filter, weights: Weights) -> Iterator[tuple[Filter, int]]:
    """Each favoured condition, and the points that a document earns that meets it."""
    listed = [Filter({name: values}) for name, values in favoured.required.items()]
    listed += [Filter(required_ranges={name: within}) for name, within in favoured.required_ranges.items()]
    yield from ((one, cents(weights.worth[FAVOURED] * (1 / len(listed)))) for one in listed)


def cents(points: float) -> int:
    """Points in whole cents, as a line of the ledger rounds them."""
    return round(CENTS * round(float(points), CENT))


def in_cents(points: NDArray[np.float64]) -> Points:
    """The same for many."""
    exact = CENTS * points
    whole: Points = np.rint(exact).astype(np.int32)
    for at in np.flatnonzero(np.abs(np.abs(exact - np.floor(exact)) - 0.5) < HALF).tolist():
        whole[at] = cents(float(points[at]))
    return whole
