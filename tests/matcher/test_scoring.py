"""A score without its ledger is the ledger's score, to the cent."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from index.record import Filter
from matcher.brief import LINES, Rules, brief, decode
from matcher.compare import compare
from matcher.document import Document, Kind
from matcher.filters import favoured_lines
from matcher.ledger import scaled
from matcher.reading import Reader
from matcher.scoring import CENTS, Scorer, cents, favoured_points, in_cents
from matcher.sheet import BriefSheet
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import FAVOURED, Weights
from scripts.demo import SAMPLE
from scripts.measure import documents_of
from tests.conftest import TODAY, posting

WEIGHTS = (Weights(), Weights(licence=40, modalities=0, favoured=10), Weights(similarity=0, place=33.3))


@pytest.fixture(scope="module")
def sides(reader: Reader, vocabulary: Vocabulary) -> tuple[list[Demand], list[Offer]]:
    """All of the sample."""
    postings, resumes = (documents_of(SAMPLE / f"{kind}s.jsonl", kind) for kind in (Kind.POSTING, Kind.RESUME))
    return [Demand(reader.read(one), vocabulary) for one in postings], [Offer(reader.read(one), vocabulary) for one in resumes]


def sheet_of(sides: Sequence[Demand | Offer], vocabulary: Vocabulary) -> BriefSheet:
    sheet = BriefSheet()
    sheet.extend([brief(side, vocabulary) for side in sides])
    return sheet


def scores(own: Demand | Offer, sheet: BriefSheet, similarities: Sequence[float], weights: Weights, vocabulary: Vocabulary) -> list[float]:
    kind = Kind.POSTING if isinstance(own, Demand) else Kind.RESUME
    scorer, rows = Scorer(kind, brief(own, vocabulary), weights, Rules(vocabulary, TODAY)), np.arange(len(sheet))
    points = scorer.quick(sheet, rows >= 0) + scorer.slow(sheet, rows) + scorer.likeness(np.array(similarities))
    assert (scorer.slow(sheet, rows) <= scorer.most_slow).all()
    assert (scorer.likeness(np.array(similarities)) <= scorer.most_likeness).all()
    return [point / CENTS for point in points.tolist()]


@pytest.mark.parametrize("weights", WEIGHTS)
def test_the_score_of_every_pair_of_the_sample_is_that_of_its_ledger(sides: tuple[list[Demand], list[Offer]], vocabulary: Vocabulary, weights: Weights) -> None:
    demands, offers = sides
    chance = random.Random(7)
    likeness = [[round(chance.uniform(-0.2, 1), 6) for _ in offers] for _ in demands]
    ledgers = [[compare(one, other, likeness[at][to], weights, vocabulary, TODAY) for to, other in enumerate(offers)] for at, one in enumerate(demands)]
    postings, resumes = sheet_of(demands, vocabulary), sheet_of(offers, vocabulary)
    assert any(part.points for row in ledgers for one in row for part in one.parts if part.name == "language")
    apart = np.array([[one.shingles.isdisjoint(other.shingles) for other in offers] for one in demands])  # for others see Matcher.rank
    expected = np.array([[one.score for one in row] for row in ledgers])
    assert apart.mean() > 0.9
    for to, offer in enumerate(offers):
        found = np.array(scores(offer, postings, [row[to] for row in likeness], weights, vocabulary))
        assert (found == expected[:, to])[apart[:, to]].all()
    for at, demand in enumerate(demands):
        assert (np.array(scores(demand, resumes, likeness[at], weights, vocabulary)) == expected[at])[apart[at]].all()


def test_rows_added_one_by_one_joined_or_taken_out_of_others_score_the_same(sides: tuple[list[Demand], list[Offer]], vocabulary: Vocabulary) -> None:
    demands, offers = sides
    whole, single = sheet_of(demands, vocabulary), BriefSheet()
    for demand in demands:
        single.extend([brief(demand, vocabulary)])
    joined, half = sheet_of(demands[:-9], vocabulary), sheet_of(demands[-9:], vocabulary)
    joined.join(half, np.arange(9))
    joined.join(BriefSheet(), np.arange(0))
    kept = [at for at in range(len(demands)) if at % 3]
    some = BriefSheet()
    some.join(whole, np.array(kept))
    for offer in offers[:5]:
        expected = scores(offer, whole, [0.5] * len(demands), Weights(), vocabulary)
        assert scores(offer, single, [0.5] * len(demands), Weights(), vocabulary) == expected
        assert scores(offer, joined, [0.5] * len(demands), Weights(), vocabulary) == expected
        assert scores(offer, some, [0.5] * len(kept), Weights(), vocabulary) == [expected[at] for at in kept]


def test_few_that_are_allowed_score_as_they_do_among_all(sides: tuple[list[Demand], list[Offer]], vocabulary: Vocabulary) -> None:
    postings, few = sheet_of(sides[0], vocabulary), np.arange(len(sides[0])) % 20 == 3
    assert few.sum() > 2
    for offer in sides[1]:
        scorer = Scorer(Kind.RESUME, brief(offer, vocabulary), Weights(), Rules(vocabulary, TODAY))
        assert (scorer.quick(postings, few)[few] == scorer.quick(postings, few | True)[few]).all()


def test_the_points_of_favoured_conditions_are_those_of_their_lines() -> None:
    for count in range(1, 8):
        wanted = Filter({f"facet-{number}": frozenset({"yes"}) for number in range(count)})
        for hundredths in range(3, 5000, 6):  # a sixth of which is half a cent
            weights = Weights(favoured=hundredths / (100 - hundredths / 100))
            for facets in (dict.fromkeys(wanted.required, ("yes",)), {"facet-0": ("yes", "no")}, {}):
                lines = [scaled(FAVOURED, draft, weights.worth[FAVOURED]).points for draft in favoured_lines(wanted, facets, {})]
                assert sum(points for where, points in favoured_points(wanted, weights) if where.allows(facets)) == cents(sum(lines))


def test_many_are_rounded_to_cents_as_one_is() -> None:
    halves = [at / 200 for at in range(2000)]  # of a cent, which binary numbers are just above or below
    assert in_cents(np.array(halves)).tolist() == [cents(one) for one in halves]
    assert cents(2.675) == 267
    assert cents(0.125) == 12


def test_documents_that_are_alike_in_what_a_line_rests_on_share_its_value(reader: Reader, vocabulary: Vocabulary) -> None:
    def values(document: Document) -> dict[str, bytes]:
        return dict(zip(LINES, decode(brief(Demand(reader.read(document), vocabulary), vocabulary)).values, strict=True))

    one = posting("LCSW licensed in Texas required. EMDR preferred.", place="Austin, TX")
    moved = replace(one, id="p2", text=f"We are a clinic.\n{one.text}")
    assert values(one) == values(moved)
    for other, name in (
        (replace(one, text=one.text.replace("LCSW", "LPC")), "licence"),
        (replace(one, text=f"{one.text} Must be fluent in Spanish."), "requirements"),
        (replace(one, place="Reno, NV"), "place"),
        (replace(one, text=f"{one.text} 3 years of experience required."), "experience"),
        (replace(one, text=one.text.replace("LCSW", "Licensed Psychologist")), "profession"),
        (replace(one, text=one.text.replace("LCSW", "LMSW")), "level"),
    ):
        assert values(other)[name] != values(one)[name]


def test_a_brief_says_nothing_of_where_in_the_text_something_stands(sides: tuple[list[Demand], list[Offer]], vocabulary: Vocabulary) -> None:
    for side in (*sides[0], *sides[1]):
        for name in ("licence", "requirements"):
            value = msgspec.msgpack.decode(decode(brief(side, vocabulary)).values[list(LINES).index(name)])
            assert not {"start", "end"} & {key for key, held in _pairs(value) if held}


def _pairs(value: object) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [*value.items(), *(pair for held in value.values() for pair in _pairs(held))]
    return [pair for held in value for pair in _pairs(held)] if isinstance(value, list) else []
