"""What is copied from the posting is found whatever its form, and only that."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.copying import RUN, Copies, own_likeness, shingles
from matcher.matcher import Matcher
from matcher.reading import Reader
from tests.conftest import posting, resume

ASK = "The clinician provides EMDR and DBT for adolescents and couples in our Austin clinic, evenings included, with a small caseload."
OWN = "Jane Roe, BSW\nAustin, TX\n\nExperience\nCase manager: discharge planning for older adults.\n\n"
WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=RUN, max_size=RUN + 6)


@settings(max_examples=200, deadline=None)
@given(run=WORDS, before=WORDS, after=WORDS)
def test_texts_with_a_run_in_common_share_a_mark(run: list[str], before: list[str], after: list[str]) -> None:
    one, other = " ".join([*before, *run]), " ".join([*run, *after])
    assert set(shingles(one)) & set(shingles(other))


def test_a_whole_line_in_common_is_a_mark_and_less_is_none() -> None:
    assert set(shingles("mine\nLMSW in good standing\nx")) & set(shingles("LMSW, in good standing\nyours"))
    assert not set(shingles("mine LMSW in good standing x")) & set(shingles("an LMSW in good standing only"))


@pytest.mark.parametrize("sign", ["", "\u200b", "\u00ad", "\u2060"])
def test_copied_words_are_found_behind_invisible_characters(reader: Reader, sign: str) -> None:
    hidden = "".join(letter + sign if letter.isalpha() else letter for letter in ASK)
    found = Copies.of(reader.read(resume(OWN + hidden)), reader.read(posting(ASK)))
    assert len(found.spans) == 1
    assert found.spans[0][0] == len(OWN)
    assert 0.4 < found.share < 0.8


def test_a_copied_claim_earns_nothing_and_the_note_says_why(matcher: Matcher) -> None:
    honest, copied = (matcher.compare(posting(ASK), resume(OWN + added)) for added in ("", ASK))
    assert all(part.points == 0 for part in copied.parts if part.name in ("modalities", "clients"))
    assert {part.note for part in copied.parts if part.concept == "modality.trauma.emdr"} == {"said only in words copied from the posting, which do not count"}
    assert "copied from the posting" in next(part.note for part in copied.parts if part.name == "similarity")
    assert copied.score == round(sum(part.points for part in copied.parts), 2)
    assert "copied" not in next(part.note for part in honest.parts if part.name == "similarity")


def test_the_persons_own_claim_stands_beside_the_copied_one(matcher: Matcher) -> None:
    own = OWN.replace("discharge planning", "EMDR")
    parts = {part.concept: part for part in matcher.compare(posting(ASK), resume(own + ASK)).parts}
    assert parts["modality.trauma.emdr"].points > 0
    assert next(part for concept, part in parts.items() if concept.startswith("modality.dbt")).points == 0


def test_likeness_without_the_copy_is_lower_the_more_was_copied() -> None:
    assert own_likeness(0.6, 0.0) == pytest.approx(0.6)
    found = [own_likeness(0.6, share) for share in (0.0, 0.2, 0.4, 0.6)]
    assert found == sorted(found, reverse=True)
    mixed = (0.5 * 0.2 + 0.5) / (2 * 0.5 * 0.5 * (1 + 0.2)) ** 0.5  # half of a text at cosine 0.2, half the posting
    assert own_likeness(mixed, 0.5) == pytest.approx(0.2)
