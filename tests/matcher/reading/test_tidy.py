"""A text as a reader sees it, and where each of its characters stood."""

from __future__ import annotations

import pytest

from matcher.profile import Facts, Flag, Mention, Strength, Term, Terms
from matcher.reading.tidy import tidied, written_at


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("LCSW  in\u00a0 Texas", "LCSW in Texas"),
        ("one \r\ntwo\t \nthree  ", "one\ntwo\nthree"),
        ("one\rtwo\u2028three", "one\ntwo\nthree"),
        ("psycho\u00adthera\u200bpy", "psychotherapy"),
        ("\ufeffcertiﬁed", "certified"),
        ("full\u2011time", "full-time"),
        ("\n\n  kept\n\n", "\n\n kept\n\n"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_a_text_is_written_one_way(written: str, tidy: str) -> None:
    assert tidied(written).text == tidy


def test_a_tidy_text_needs_no_offsets() -> None:
    assert tidied("LCSW in\u00a0Texas").offsets is None
    assert tidied("LCSW in Texas").placed(5) == 5


@pytest.mark.parametrize("words", ["LCSW", "in", "Texas", "certified", "fi"])
def test_an_offset_goes_back_to_where_the_words_stood(words: str) -> None:
    written = "\ufeffLCSW  \r\n in \u200b Texas,  certiﬁed"
    tidy = tidied(written)
    start = tidy.text.rindex(words)
    mention = written_at(Mention("one", start, start + len(words), Strength.HELD), tidy.offsets)
    assert written[mention.start : mention.end].replace("ﬁ", "fi") == words
    assert tidy.placed(mention.start) <= start


def test_every_span_in_what_was_read_is_moved() -> None:
    offsets = [number + 7 for number in range(40)]
    facts = Facts(years_spans=((1, 2),), place_spans=((3, 4), (5, 6)), unlicensed_span=(7, 9), terms=Terms(employment=(Term("w2", 10, 12),)))
    moved = written_at((facts, Flag("one", "two", Mention("three", 0, 5, Strength.HELD)), None), offsets)
    assert moved[0] == Facts(years_spans=((8, 9),), place_spans=((10, 11), (12, 13)), unlicensed_span=(14, 16), terms=Terms(employment=(Term("w2", 17, 19),)))
    assert moved[1:] == (Flag("one", "two", Mention("three", 7, 12, Strength.HELD)), None)
