"""A score without its ledger is the ledger's score, to the cent."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from matcher.compare import compare
from matcher.document import Document, Kind
from matcher.filters import favoured_lines, favours
from matcher.reading import Reader
from matcher.scoring import Scorer
from matcher.sides import HARD, Demand, Mark, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from scripts.demo import SAMPLE
from scripts.measure import documents_of
from tests.conftest import TODAY, posting, resume

WEIGHTS = (Weights(), Weights(licence=40, modalities=0, favoured=10), Weights(similarity=0, place=33.3))


@pytest.fixture(scope="module")
def sides(reader: Reader, vocabulary: Vocabulary) -> tuple[list[Demand], list[Offer]]:
    """All of the sample."""
    postings, resumes = (documents_of(SAMPLE / f"{kind}s.jsonl", kind) for kind in (Kind.POSTING, Kind.RESUME))
    return [Demand(reader.read(one), vocabulary) for one in postings], [Offer(reader.read(one), vocabulary) for one in resumes]


@pytest.mark.parametrize("weights", WEIGHTS)
def test_the_score_of_every_pair_of_the_sample_is_that_of_its_ledger(sides: tuple[list[Demand], list[Offer]], vocabulary: Vocabulary, weights: Weights) -> None:
    demands, offers = sides
    chance = random.Random(7)
    similarity = {(at, to): chance.uniform(-0.2, 1) for at in range(len(demands)) for to in range(len(offers))}
    for to, offer in enumerate(offers):
        scorer = Scorer(offer, weights, vocabulary, TODAY)
        for at, demand in enumerate(demands):
            ledger = compare(demand, offer, similarity[at, to], weights, vocabulary, TODAY)
            assert scorer.score(demand, similarity[at, to]) == ledger.score
    for at, demand in enumerate(demands):
        scorer = Scorer(demand, weights, vocabulary, TODAY)
        for to, offer in enumerate(offers):
            assert scorer.score(offer, similarity[at, to]) == compare(demand, offer, similarity[at, to], weights, vocabulary, TODAY).score


def test_what_is_favoured_and_what_is_copied_counts_as_in_the_ledger(reader: Reader, vocabulary: Vocabulary) -> None:
    asked = posting("LCSW licensed in Texas required. EMDR with adolescents after trauma is required in our outpatient clinic in Austin.", place="Austin, TX")
    copied = resume(f"LCSW, Texas\n\n{asked.text}\n\nExperience\nTherapist: DBT.")
    demand, offer = Demand(reader.read(asked), vocabulary), Offer(reader.read(copied), vocabulary)
    weights, wanted = Weights(favoured=20), favours({"mode": ["remote"], "state": ["TX"]}, vocabulary)
    for facets in ({"mode": ("remote",)}, {"state": ("TX",)}, {}):
        ledger = compare(demand, offer, 0.7, weights, vocabulary, TODAY, favoured_lines(wanted, facets, {}))
        assert Scorer(offer, weights, vocabulary, TODAY).score(demand, 0.7, favoured_lines(wanted, facets, {})) == ledger.score
    plain = Offer(reader.read(resume("LCSW, Texas\n\nExperience\nTherapist: DBT.")), vocabulary)
    assert Scorer(demand, weights, vocabulary, TODAY).score(plain, 0.7) == compare(demand, plain, 0.7, weights, vocabulary, TODAY).score


def test_documents_that_are_alike_in_what_a_line_rests_on_share_its_mark(reader: Reader, vocabulary: Vocabulary) -> None:
    def marks(document: Document) -> dict[str, Mark]:
        return Demand(reader.read(document), vocabulary).marks

    one = posting("LCSW licensed in Texas required. EMDR preferred.", place="Austin, TX")
    moved = replace(one, id="p2", text=f"We are a clinic.\n{one.text}")
    assert marks(one) == marks(moved)
    for other, name in (
        (replace(one, text=one.text.replace("LCSW", "LPC")), HARD),
        (replace(one, text=f"{one.text} Must be fluent in Spanish."), HARD),
        (replace(one, place="Reno, NV"), "place"),
        (replace(one, text=f"{one.text} 3 years of experience required."), "experience"),
        (replace(one, text=one.text.replace("LCSW", "Licensed Psychologist")), "profession"),
        (replace(one, text=one.text.replace("LCSW", "LMSW")), "level"),
    ):
        assert marks(other)[name] is not marks(one)[name]
