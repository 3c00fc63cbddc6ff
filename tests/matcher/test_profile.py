"""A mention leads back to the words that make it."""

from __future__ import annotations

import pytest

from matcher.profile import Facts, Mention, Profile, Strength

TEXT = "Therapist\nTampa, FL\nProvide CBT."
PROFILE = Profile("posting", TEXT, (("title", 0, 9), ("place", 10, 19), ("text", 20, 32)), (), (), None, (), (), Facts(), ())


def _mention(start: int, end: int) -> Mention:
    return Mention("modality.cbt", start, end, Strength.CONTEXT)


def test_a_quote_is_the_words_of_the_mention() -> None:
    assert PROFILE.quote(_mention(28, 31)) == "CBT"


@pytest.mark.parametrize(
    ("start", "end", "located"),
    [(0, 9, ("title", 0, 9)), (10, 15, ("place", 0, 5)), (28, 31, ("text", 8, 11)), (31, 32, ("text", 11, 12))],
)
def test_a_mention_is_located_in_the_field_it_begins_in(start: int, end: int, located: tuple[str, int, int]) -> None:
    assert PROFILE.locate(_mention(start, end)) == located


def test_a_mention_that_goes_on_in_the_next_field_is_located_up_to_the_end_of_its_own() -> None:
    assert PROFILE.locate(_mention(5, 15)) == ("title", 5, 9)


def test_strengths_of_postings_stand_before_those_of_resumes() -> None:
    names = [strength.value for strength in Strength]
    assert names[:5] == ["required", "preferred", "context", "offered", "excluded"]
