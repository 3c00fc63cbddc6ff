"""P5, of a ranking: it is that of comparing with every stored document; none is left out because it was not looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.record import Filter
from matcher.document import Kind
from matcher.filters import favours
from matcher.matcher import LOCAL, SPARE, Asked, Matcher
from matcher.weights import Weights
from scripts.demo import SAMPLE
from scripts.measure import documents_of
from tests.conftest import posting, resume

WEIGHTS = (Weights(), Weights(licence=0, similarity=60), Weights(favoured=15))
LIMITS = (1, 10, 200)
NEVADA = (
    "LCSW licensed in Nevada required. EMDR and DBT with adolescents after trauma in our outpatient clinic. Master's degree required. 3 years of experience."
)


@pytest.fixture
def filled(matcher: Matcher) -> Matcher:
    """The sample, and a posting that many resumes copy, from a line of it to the whole."""
    for kind in Kind:
        matcher.put(list(documents_of(SAMPLE / f"{kind}s.jsonl", kind)))
    matcher.put([posting(NEVADA, id="nevada", title="Therapist", place="Reno, NV")])
    words = NEVADA.split()
    copies = [f"LCSW, Nevada\n\nExperience\nTherapist, Reno, NV: {' '.join(words[: 8 + number])}" for number in range(3 * SPARE)]
    matcher.put([resume(text, id=f"copy-{number}") for number, text in enumerate(copies)])
    matcher.put([resume("LCSW, Nevada\n\nExperience\nTherapist, Reno, NV: EMDR with adolescents.", id="honest")])
    return matcher


def every(matcher: Matcher, asked: Asked, weights: Weights, favoured: Filter) -> list[tuple[str, float]]:
    """Id and score of every stored document of the other kind, best first, each by its ledger."""
    versions = [(id, matcher.index.get(key)) for id, key in _keys(matcher, asked)]
    found = [(id, matcher.again(asked, record.version, LOCAL, weights, favoured)) for id, record in versions if record]
    return sorted(((id, one.match.score) for id, one in found if one), key=lambda pair: (-pair[1], pair[0]))


def _keys(matcher: Matcher, asked: Asked) -> list[tuple[str, object]]:
    from matcher.catalog import key

    kind = asked.document.kind.other
    return [(id, key(LOCAL, kind, id)) for id in matcher.index.ids(LOCAL, kind.value, Filter(), "", 10_000)]


@pytest.mark.parametrize("weights", WEIGHTS)
def test_a_ranking_is_that_of_comparing_with_every_document(filled: Matcher, weights: Weights) -> None:
    wanted = favours({"state": ["NV", "CA"], "mode": ["remote"]}, filled.vocabulary) if weights.favoured else Filter()
    listed = [filled.asked(Kind.POSTING, "nevada"), filled.asked(Kind.RESUME, "honest"), filled.asked(Kind.RESUME, "copy-30")]
    listed += [filled.asked(kind, id) for kind in Kind for id in filled.index.ids(LOCAL, kind.value, Filter(), "", 5)]
    for asked in listed:
        expected = every(filled, asked, weights, wanted)
        for limit in LIMITS:
            places = filled.rank(asked, LOCAL, Filter(), weights, limit, wanted)
            assert [(one.id, one.score) for one in places] == expected[:limit], (asked.document.id, limit)
            assert [one.match.score for one in filled.placed(asked, places, LOCAL, weights, wanted)] == [one.score for one in places]


@pytest.mark.parametrize("limit", [0, -1])
def test_none_are_ranked_where_none_are_wanted(filled: Matcher, limit: int) -> None:
    assert filled.rank(filled.asked(Kind.POSTING, "nevada"), LOCAL, Filter(), Weights(), limit) == []


def test_those_that_copied_the_posting_do_not_hide_one_that_did_not(filled: Matcher) -> None:
    asked = filled.asked(Kind.POSTING, "nevada")
    ranked = [one.id for one in filled.rank(asked, LOCAL, Filter(), Weights(), 5)]
    assert "honest" in ranked
    whole = replace(asked, profile=replace(asked.profile, shingles=()))
    assert "honest" not in [one.id for one in filled.rank(whole, LOCAL, Filter(), Weights(), 5)]
