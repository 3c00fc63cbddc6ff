"""The model sees all that is kept, once and in order, and no passage is longer than it reads."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.passages import Passage, cut
from matcher.profile import Facts, Profile
from matcher.reading import Reader
from tests.conftest import WordLengthEncoder, resume

ENCODER = WordLengthEncoder()
WORDS = st.lists(st.text("abcdeXY.,;'é", min_size=1, max_size=9), max_size=300)
GAPS = st.lists(st.sampled_from([" ", "  ", "\n", "\n\n", ". ", "; ", ", "]), min_size=1, max_size=7)


def _profile(text: str, kept: tuple[tuple[int, int], ...]) -> Profile:
    return Profile("resume", text, (("text", 0, len(text)),), (), (), None, (), (), Facts(), kept)


def _text(words: list[str], gaps: list[str]) -> str:
    return "".join(word + gaps[number % len(gaps)] for number, word in enumerate(words))


def _stretches(text: str, cuts: list[float]) -> tuple[tuple[int, int], ...]:
    """Every second stretch between the cuts, each moved to the space before it, without the empty ones."""
    places = sorted({max(0, text.rfind(" ", 0, int(cut * len(text)))) for cut in cuts} | {0, len(text)})
    return tuple((start, end) for number, (start, end) in enumerate(pairwise(places)) if number % 2 == 0 and text[start:end].strip())


def _words(profile: Profile) -> list[str]:
    return [word for start, end in profile.kept for word in profile.text[start:end].split()]


@settings(max_examples=150, deadline=None)
@given(words=WORDS, gaps=GAPS, cuts=st.lists(st.floats(0, 1), max_size=6), window=st.integers(8, 60))
def test_all_kept_words_are_covered_exactly_once_and_in_order(words: list[str], gaps: list[str], cuts: list[float], window: int) -> None:
    text = _text(words, gaps)
    profile = _profile(text, _stretches(text, cuts))
    passages = cut(profile, ENCODER.pieces, window)
    assert " ".join(passage.words for passage in passages).split() == _words(profile)


@settings(max_examples=150, deadline=None)
@given(words=WORDS, gaps=GAPS, window=st.integers(8, 60))
def test_no_passage_is_longer_than_the_window(words: list[str], gaps: list[str], window: int) -> None:
    text = _text(words, gaps)
    passages = cut(_profile(text, ((0, len(text)),) if text.strip() else ()), ENCODER.pieces, window)
    assert all(0 < len(ENCODER.pieces(passage.words)) <= window for passage in passages)


@settings(max_examples=150, deadline=None)
@given(words=WORDS, gaps=GAPS, window=st.integers(8, 60))
def test_the_offsets_of_a_passage_are_those_of_its_words(words: list[str], gaps: list[str], window: int) -> None:
    text = _text(words, gaps)
    passages = cut(_profile(text, ((0, len(text)),) if text.strip() else ()), ENCODER.pieces, window)
    assert [text[passage.start : passage.end].strip() for passage in passages] == [passage.words for passage in passages]
    assert all(before.end <= after.start for before, after in pairwise(passages))


@settings(max_examples=100, deadline=None)
@given(words=WORDS, gaps=GAPS, cuts=st.lists(st.floats(0, 1), max_size=6), window=st.integers(8, 60))
def test_the_offsets_of_a_passage_hold_its_words_where_stretches_were_cut(words: list[str], gaps: list[str], cuts: list[float], window: int) -> None:
    text = _text(words, gaps)
    profile = _profile(text, _stretches(text, cuts))
    for passage in cut(profile, ENCODER.pieces, window):
        inside = [text[max(start, passage.start) : min(end, passage.end)] for start, end in profile.kept if start < passage.end and passage.start < end]
        assert " ".join(inside).split() == passage.words.split()


def test_a_text_within_the_window_is_one_passage() -> None:
    text = "one two three"
    assert cut(_profile(text, ((0, len(text)),)), ENCODER.pieces, 3) == (Passage("one two three", 0, 13),)


def test_a_text_without_kept_words_has_no_passage() -> None:
    assert cut(_profile("one two three", ()), ENCODER.pieces, 50) == ()


def test_passages_are_of_nearly_equal_length() -> None:
    text = " ".join(["word"] * 300)
    lengths = [len(passage.words.split()) for passage in cut(_profile(text, ((0, len(text)),)), ENCODER.pieces, 50)]
    assert sum(lengths) == 300
    assert len(lengths) == 8
    assert max(lengths) - min(lengths) <= 2


def test_a_passage_ends_with_a_line_rather_than_within_one() -> None:
    text = " ".join(["a"] * 27) + ".\n" + " ".join(["b"] * 27)
    assert [passage.words for passage in cut(_profile(text, ((0, len(text)),)), ENCODER.pieces, 50)] == [text[:54], text[55:]]


def test_what_is_cut_out_between_two_stretches_is_not_in_the_words() -> None:
    text = "alpha beta SECRET gamma"
    assert cut(_profile(text, ((0, 11), (18, 23))), ENCODER.pieces, 50) == (Passage("alpha beta gamma", 0, 23),)


def test_the_words_of_a_resume_hold_no_contact(reader: Reader) -> None:
    profile = reader.read(resume("Jane Roe\njane@example.org\n\nExperience\nProvided CBT to adults."))
    (passage,) = cut(profile, ENCODER.pieces, ENCODER.window)
    assert passage.words.split() == ["Experience", "Provided", "CBT", "to", "adults."]
