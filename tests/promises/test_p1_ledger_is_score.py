"""P1: the score equals the sum of the shown parts; deleting the quoted words takes exactly the points shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import scripts.demo
from matcher.compare import compare
from matcher.document import Document
from matcher.explain import explain
from matcher.ledger import Match, Part
from matcher.reading import Reader
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from tests.conftest import TODAY

SIMILARITY = 0.6  # held, because the passages are what that line quotes
EXACT = 0.98  # the share of deletions that take their line to nothing: a word inside a deleted phrase's reach can come to count
NEIGHBOURS = 0.05  # the share of other lines that may move because deleted words decided what a neighbour means


def _sample(name: str) -> list[Document]:
    lines = (Path(scripts.demo.SAMPLE) / name).read_text("utf-8").splitlines()
    return [Document.from_mapping(json.loads(line)) for line in lines]


@pytest.fixture(scope="module")
def pairs(reader: Reader, vocabulary: Vocabulary) -> list[tuple[Demand, Document, Match]]:
    """Every eighth posting with every second resume of the sample."""
    demands = [Demand(reader.read(document), vocabulary) for document in _sample("postings.jsonl")[::8]]
    found = []
    for document in _sample("resumes.jsonl")[::2]:
        offer = Offer(reader.read(document), vocabulary)
        found += [(demand, document, compare(demand, offer, SIMILARITY, Weights(), vocabulary, TODAY)) for demand in demands]
    return found


def _earned(match: Match) -> Iterator[Part]:
    return (part for part in match.parts if part.points and part.resume)


def _without(document: Document, part: Part) -> Document:
    """The quoted words struck out letter by letter, so that lines and headings keep their shape."""
    letters = list(document.text)
    for mention in part.resume:
        for place in range(mention.start, mention.end):
            letters[place] = "X" if letters[place].isupper() else "x" if letters[place].isalnum() else letters[place]
    return replace(document, text="".join(letters))


def test_the_score_is_the_sum_of_the_parts_and_lies_in_its_interval(pairs: list[tuple[Demand, Document, Match]]) -> None:
    for _, _, match in pairs:
        assert match.score == round(sum(part.points for part in match.parts), 2)
        low, high = match.interval
        assert 0 <= low <= match.score <= high <= 100.1
        assert all(0 <= part.points <= part.possible for part in match.parts)


def test_what_is_explained_is_what_counted(pairs: list[tuple[Demand, Document, Match]], vocabulary: Vocabulary) -> None:
    for _, _, match in pairs:
        assert tuple(line.part for line in explain(match, vocabulary).lines) == match.parts


def test_deleting_the_quoted_words_takes_exactly_the_points_of_their_line(
    pairs: list[tuple[Demand, Document, Match]], reader: Reader, vocabulary: Vocabulary
) -> None:
    gone: list[bool] = []
    checked = moved = 0
    for demand, document, match in pairs[::3]:
        for part in _earned(match):
            poorer = compare(demand, Offer(reader.read(_without(document, part)), vocabulary), SIMILARITY, Weights(), vocabulary, TODAY)
            after = {(one.name, one.concept): one.points for one in poorer.parts}
            gone.append(after.get((part.name, part.concept), 0.0) == 0.0)
            untouched = [one for one in match.parts if one is not part and not _share_words(one, part)]
            checked += len(untouched)
            moved += sum(after.get((one.name, one.concept), 0.0) != one.points for one in untouched)
    assert len(gone) > 100
    assert sum(gone) >= EXACT * len(gone)
    assert checked > 1000
    assert moved <= NEIGHBOURS * checked


def _share_words(one: Part, other: Part) -> bool:
    return any(ours.start < theirs.end and theirs.start < ours.end for ours in one.resume for theirs in other.resume)


def test_every_quote_stands_verbatim_at_its_offsets(pairs: list[tuple[Demand, Document, Match]], vocabulary: Vocabulary) -> None:
    for _, document, match in pairs:
        for line in explain(match, vocabulary).lines:
            assert all(quote.words == document.text[quote.start : quote.end] for quote in line.resume)
            fields = {name: match.posting.text[start:end] for name, start, end in match.posting.fields}
            assert all(quote.words == fields[quote.field][quote.start : quote.end] for quote in line.posting)
