"""Matches on a terminal: a bar, the verdict, and the ledger with its quotes."""

from __future__ import annotations

from collections.abc import Iterable

from matcher.explain import Explanation, Line, Quote, explain
from matcher.ledger import Match, Verdict
from matcher.matcher import Found
from matcher.verdict import TEXTS, Standing
from matcher.vocabulary import Vocabulary

WIDTH = 40  # characters of the bar
QUOTED = 70  # characters of a quote that are shown
STANDS = {Standing.ELIGIBLE: "+", Standing.NOT_ELIGIBLE: "-", Standing.UNKNOWN: "?"}
MARKS = {Verdict.MET: "+", Verdict.PARTLY: "~", Verdict.UNMET: "-", Verdict.NOT_STATED: "?"}


def show_found(found: Iterable[Found], vocabulary: Vocabulary, details: bool = True) -> None:
    """Print ranked matches."""
    listed = list(found)
    if not listed:
        print("Nothing is stored to match with. Load documents first: clinmatch ingest FILE")
    for rank, one in enumerate(listed, 1):
        document = one.document
        place = ", ".join(part for part in (document.employer, document.place) if part)
        print(f"\n{rank}. {document.title or document.id}  [{document.id}]\n   {place}")
        show_match(one.match, vocabulary, details)


def show_match(match: Match, vocabulary: Vocabulary, details: bool = True) -> None:
    """Print one match."""
    told = explain(match, vocabulary)
    low, high = match.interval
    print(f"   {bar(match.score, high)} {match.score:.2f} of 100, between {low:.2f} and {high:.2f}")
    print(f"   {told.summary}")
    for hard in told.hard:
        source = hard.evidence if hard.verified else "not checked against the board"
        mark = "" if hard.evidence == TEXTS else f" (as of {hard.as_of}, {source})"
        print(f"   {STANDS[hard.standing]} {hard.what}: {hard.rule}{mark}")
    for doubt in told.doubts:
        print(f"   ! {doubt.document}: {doubt.message}")
    if details:
        for line in told.lines:
            _show_line(line)
        _show_lists(told)


def bar(score: float, high: float) -> str:
    """A bar of earned, open and lost points."""
    earned, open_ = round(WIDTH * score / 100), round(WIDTH * high / 100)
    return "█" * earned + "▒" * max(0, open_ - earned) + "·" * (WIDTH - max(earned, open_))


def _show_line(line: Line) -> None:
    part = line.part
    print(f"   {MARKS[part.verdict]} {part.points:6.2f} of {part.possible:5.2f}  {line.group}: {line.sentence}")
    for who, quotes in (("posting", line.posting), ("resume", line.resume)):
        if quotes:
            print(f"         {who:8} " + " · ".join(_shortened(quote) for quote in quotes))


def _show_lists(told: Explanation) -> None:
    for name, labels in (("in common", told.in_common), ("missing", told.missing), ("not stated", told.not_stated)):
        print(f"   {name:11}{', '.join(labels) or '-'}")
    if told.question:
        print(f"   ask        {told.question}")


def _shortened(quote: Quote) -> str:
    words = " ".join(quote.words.split())
    return f"“{words if len(words) <= QUOTED else words[: QUOTED - 1] + '…'}”"
