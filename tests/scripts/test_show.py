"""Matches on a terminal."""

from __future__ import annotations

import pytest

from matcher.explain import explain
from matcher.matcher import Found, Matcher
from scripts.show import MARKS, bar, show_found, show_match
from tests.conftest import posting, resume

ASKS = posting("LCSW required. DBT required. EMDR preferred. " + "Trauma work with adolescents. " * 4, title="Therapist", place="Austin, TX", employer="Clinic")
HAS = resume(
    "Jane Roe, LCSW\nAustin, TX\n\nExperience\nTherapist, 2019 - present: DBT with adolescents and families, in groups, after a trauma or a loss at home."
)


@pytest.mark.parametrize(
    ("score", "high", "shown"),
    [(0, 0, "·" * 40), (100, 100, "█" * 40), (50, 75, "█" * 20 + "▒" * 10 + "·" * 10), (2.5, 2.5, "█" + "·" * 39), (99.9, 100, "█" * 40)],
)
def test_the_bar_shows_earned_open_and_lost_points(score: float, high: float, shown: str) -> None:
    assert bar(score, high) == shown


@pytest.mark.parametrize("score", range(101))
def test_the_bar_has_always_forty_characters(score: int) -> None:
    assert {len(bar(score, high)) for high in range(score, 101)} == {40}


def test_every_part_is_shown_with_mark_points_sentence_and_quotes(matcher: Matcher, capsys: pytest.CaptureFixture[str]) -> None:
    match = matcher.compare(ASKS, HAS)
    show_match(match, matcher.vocabulary)
    out = capsys.readouterr().out
    told = explain(match, matcher.vocabulary)
    assert f"{match.score:.2f} of 100, between {match.interval[0]:.2f} and {match.interval[1]:.2f}" in out
    for line in told.lines:
        part = line.part
        assert f"   {MARKS[part.verdict]} {part.points:6.2f} of {part.possible:5.2f}  {line.group}: {line.sentence}\n" in out
    assert f"   missing    {', '.join(told.missing) or '-'}\n" in out
    assert f"   in common  {', '.join(told.in_common)}\n" in out
    assert f"   not stated {', '.join(told.not_stated)}\n" in out
    assert f"   ask        {told.question}\n" in out


def test_the_points_shown_add_up_to_the_score_shown(matcher: Matcher, capsys: pytest.CaptureFixture[str]) -> None:
    match = matcher.compare(ASKS, HAS)
    show_match(match, matcher.vocabulary)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    points = [float(words[1]) for words in lines if len(words) > 3 and words[0] in MARKS.values() and words[2] == "of"]
    assert len(points) == len(match.parts)
    assert round(sum(points), 2) == match.score


def test_a_long_quote_is_shortened_on_one_line(matcher: Matcher, capsys: pytest.CaptureFixture[str]) -> None:
    show_match(matcher.compare(ASKS, HAS), matcher.vocabulary)
    quotes = [quote.partition("”")[0] for line in capsys.readouterr().out.splitlines() for quote in line.split("“")[1:]]
    assert max(len(quote) for quote in quotes) == 70
    assert any(quote.endswith("…") for quote in quotes)


def test_ranked_matches_are_numbered_with_title_id_employer_and_place(matcher: Matcher, capsys: pytest.CaptureFixture[str]) -> None:
    match = matcher.compare(ASKS, HAS)
    show_found([Found(ASKS, match, 1), Found(HAS, match, 2)], matcher.vocabulary, details=False)
    out = capsys.readouterr().out
    assert "\n1. Therapist  [p1]\n   Clinic, Austin, TX\n" in out
    assert "\n2. r1  [r1]\n   \n" in out
    assert "in common" not in out


def test_no_match_at_all_is_said(matcher: Matcher, capsys: pytest.CaptureFixture[str]) -> None:
    show_found([], matcher.vocabulary)
    assert capsys.readouterr().out == "Nothing is stored to match with. Load documents first: clinmatch ingest FILE\n"
