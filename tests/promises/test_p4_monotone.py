"""P4: adding a relevant skill never lowers a score; repeating a claim never raises it. The likeness of the texts is held."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.compare import compare
from matcher.profile import Mention, Profile, Strength
from matcher.reading import Reader
from matcher.sides import Demand, Offer
from matcher.vocabulary import load
from matcher.weights import Weights
from tests.conftest import TODAY, posting, resume

VOCABULARY = load()
READER = Reader(VOCABULARY, TODAY)
POSTING = READER.read(
    posting(
        "LCSW or LPC required. CBT and EMDR required; DBT preferred. You will treat adolescents and families with trauma, PTSD and depression "
        "in our outpatient clinic, do intake assessments and treatment planning in Epic. Bilingual Spanish required.",
        place="Austin, TX",
    )
)
RESUME = READER.read(resume("Jane Roe, LCSW\nAustin, TX 78701\n\nExperience\nTherapist: CBT with teens. I do not work with couples."))
CONCEPTS = st.sampled_from(sorted(VOCABULARY.concepts))
CLAIMED = st.sampled_from([Strength.PRACTISED, Strength.HELD, Strength.LISTED, Strength.TRAINING, Strength.LAPSED])


def _score(profile: Profile) -> float:
    return compare(Demand(POSTING, VOCABULARY), Offer(profile, VOCABULARY), 0.6, Weights(), VOCABULARY, TODAY).score


def _with(profile: Profile, *mentions: Mention) -> Profile:
    return replace(profile, mentions=(*profile.mentions, *mentions))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(CONCEPTS, CLAIMED), max_size=8), CONCEPTS, CLAIMED)
def test_adding_a_skill_never_lowers_the_score(others: list[tuple[str, Strength]], concept: str, strength: Strength) -> None:
    before = _with(RESUME, *(Mention(id, 0, 1, held) for id, held in others))
    assert _score(_with(before, Mention(concept, 2, 3, strength))) >= _score(before)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(CONCEPTS, CLAIMED), min_size=1, max_size=8), st.integers(1, 5))
def test_repeating_claims_never_changes_the_score(claims: list[tuple[str, Strength]], times: int) -> None:
    once = tuple(Mention(id, 0, 1, held) for id, held in claims)
    again = tuple(Mention(mention.concept, 10 * time, 10 * time + 1, mention.strength) for time in range(1, times + 1) for mention in once)
    assert _score(_with(RESUME, *once, *again)) == _score(_with(RESUME, *once))


def test_a_skill_written_into_the_text_raises_the_score_and_a_second_time_does_not() -> None:
    text = "Jane Roe, LCSW\nAustin, TX 78701\n\nExperience\nTherapist: CBT with teens.\n"
    once = READER.read(resume(text + "EMDR with adults.\n"))
    assert _score(once) > _score(READER.read(resume(text)))
    assert _score(READER.read(resume(text + "EMDR with adults.\n" * 10))) == _score(once)
