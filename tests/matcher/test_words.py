"""One folded form for case, plural, possessive, accents and British spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.words import Words, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("families", "family"),
        ("Couples", "couple"),
        ("client's", "client"),
        ("behavioural", "behavioral"),
        ("counselling", "counseling"),
        ("centres", "center"),
        ("diagnoses", "diagnosis"),
        ("LPCs", "lpc"),
        ("español", "espanol"),
        ("specialised", "specialized"),
    ],
)
def test_two_ways_to_write_a_word_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("LPCS", "LPC"), ("crisis", "crisi"), ("process", "proces"), ("status", "statu")])
def test_what_only_looks_like_a_plural_stays(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_dotted_letters_are_one_word() -> None:
    assert [word.folded for word in Words("L.C.S.W. and Ph.D.").words] == ["lcsw", "and", "phd"]


def test_a_phrase_goes_on_over_a_wrapped_line_but_not_over_a_short_one() -> None:
    wrapped = "x" * 50 + " trained in cognitive\nbehavioral therapy"
    assert " cognitive behavioral therapy " in Words(wrapped).line
    assert " cognitive behavioral " not in Words("Cognitive\nBehavioral").line


@given(st.text(max_size=300))
def test_every_word_stands_verbatim_at_its_offsets(text: str) -> None:
    for word in Words(text).words:
        written = text[word.start : word.end]
        assert word.raw == written or (word.raw == "and" and written == "&") or word.raw == "".join(written.split()).replace(".", "")


@pytest.mark.parametrize("sign", ["-", "*", "•", "–", "2."])
def test_a_phrase_does_not_go_on_into_the_next_item_of_a_list(sign: str) -> None:
    long = "x" * 50 + " trained in cognitive"
    assert " cognitive behavioral " not in Words(f"- {long}\n{sign} behavioral therapy").line
