"""P2 at size: the same answer 100 times over, and among 10,000 documents that have nothing to do with the question.

Real: the sample's texts, their reading, their vectors by the model, the store, both searches, the comparison and the ranking.
Stand-ins: the 10,000 others are 500 short texts of other trades, really read, each stored under 20 ids, because reading and
encoding 10,000 would take a quarter of an hour; their vectors are those of the real model for 25 of these texts, each turned a
little by noise, so that they lie where texts of other trades lie and no two are the same.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.embedded import EmbeddedIndex
from matcher.brief import brief
from matcher.catalog import Stored, to_record
from matcher.document import Document, Kind
from matcher.matcher import LOCAL, Found, Matcher, fingerprint
from matcher.reading import Reader
from matcher.sheet import BriefSheet
from matcher.sides import Demand
from matcher.vocabulary import Vocabulary
from tests.conftest import posting

if TYPE_CHECKING:
    from matcher.sentence_encoder import SentenceEncoder

SAMPLE = Path(__file__).parents[2] / "scripts" / "sample"
OTHERS, TEXTS, ENCODED = 10_000, 500, 25
RUNS = 100
ASKED = 8  # resumes
TOP = 10
PERSISTENCE = 0.9  # of rank-biased overlap: how likely a reader goes on to the next line
NOISE = 0.5  # length of the noise beside a vector of length 1
TRADES = ["Forklift driver", "Line cook", "Roofer", "Tax accountant", "Welder", "Bus mechanic", "Florist", "Barista", "Land surveyor", "Night auditor"]
TASKS = [
    "Load pallets, scan labels and keep the dock clear.",
    "Prepare orders, keep the station clean and close at eleven.",
    "Work outdoors in all seasons as part of a team of four.",
    "Prepare returns for small businesses from January to April.",
    "Read drawings, set up the machine and measure parts.",
    "Five years of experience, a valid driving license and a good attitude.",
    "Greet customers, answer the telephone and plan the week with the manager.",
    "Full-time with health insurance; assessment of every part is documented.",
    "Train new staff, order supplies and meet with vendors.",
    "We work with families, schools and the community on every project.",
]
PLACES = ["Houston, TX", "Columbus, OH", "San Diego, CA", "Boston, MA", "Minneapolis, MN"]


def sample(name: str) -> list[Document]:
    lines = (SAMPLE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Document.from_mapping(json.loads(line)) for line in lines]


def unrelated() -> Iterator[Document]:
    """Postings of other trades, in states in which people of the sample live."""
    for number, (trade, task, place) in enumerate(itertools.product(TRADES, TASKS, PLACES)):
        yield posting(f"{trade} wanted. {task}", id=f"other-{number}", title=trade, place=place)


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Rank-biased overlap of two rankings, extrapolated (Webber, Moffat and Zobel 2010): 1 for equal ones."""
    depth = max(len(one), len(other))
    shared = [len({*one[:at]} & {*other[:at]}) / at for at in range(1, depth + 1)]
    weighted = sum(share * PERSISTENCE**at for at, share in enumerate(shared, 1))
    return shared[-1] * PERSISTENCE**depth + (1 - PERSISTENCE) / PERSISTENCE * weighted


def ranking(found: Sequence[Found]) -> list[tuple[str, float]]:
    return [(one.document.id, one.match.score) for one in found]


@pytest.fixture(scope="module")
def matcher(vocabulary: Vocabulary, reader: Reader, model: SentenceEncoder) -> Iterator[Matcher]:
    """The postings of the sample, with the real model."""
    index = EmbeddedIndex.open(Path(":memory:"), fingerprint(model, vocabulary), model.dimension, "clinmatch rebuild", BriefSheet)
    matcher = Matcher(vocabulary, reader, model, index)
    matcher.put(sample("postings"))
    matcher.put(sample("resumes")[:ASKED])
    yield matcher
    matcher.close()


@pytest.fixture(scope="module")
def alone(matcher: Matcher) -> dict[str, list[tuple[str, float]]]:
    """Each resume's whole ranking before anything else is stored."""
    return {document.id: ranking(matcher.match_stored(Kind.RESUME, document.id, limit=60)) for document in sample("resumes")[:ASKED]}


@pytest.fixture(scope="module")
def among(matcher: Matcher, alone: dict[str, list[tuple[str, float]]], reader: Reader, model: SentenceEncoder, vocabulary: Vocabulary) -> Matcher:
    """The same matcher with 10,000 others."""
    assert alone
    documents = list(unrelated())
    profiles = [reader.read(document) for document in documents]
    assert len({document.text + document.place for document in documents}) == TEXTS
    bases = model.encode([document.text for document in documents[:: TEXTS // ENCODED]])
    turns = np.random.default_rng(2).normal(size=(OTHERS, model.dimension))
    vectors = bases[np.arange(OTHERS) % len(bases)] + NOISE * turns / np.linalg.norm(turns, axis=1, keepdims=True)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    briefs = [brief(Demand(profile, vocabulary), vocabulary) for profile in profiles]
    records = []
    for number in range(OTHERS):
        document, profile = documents[number % TEXTS], profiles[number % TEXTS]
        other = Document.from_mapping({**document.to_mapping(), "id": f"other-{number}"})
        records.append(to_record(LOCAL, Stored(other, profile, ((0, len(profile.text)),)), vectors[number : number + 1], briefs[number % TEXTS]))
    for start in range(0, OTHERS, 1000):
        matcher.index.put(records[start : start + 1000])
    assert matcher.count(Kind.POSTING) == OTHERS + 60
    return matcher


def test_the_overlap_is_that_of_the_paper() -> None:
    assert overlap("abc", "abc") == pytest.approx(1.0)
    assert overlap("ab", "cd") == 0.0
    assert overlap("ab", "ba") == pytest.approx(0.9)  # nothing shared at depth 1, which weighs 0.1


def test_the_same_match_100_times_has_one_answer(matcher: Matcher) -> None:
    asked = sample("resumes")[0].id
    answers = {tuple(ranking(matcher.match_stored(Kind.RESUME, asked))) for _ in range(RUNS)}
    assert len(answers) == 1
    assert len(answers.pop()) == TOP


def test_among_10_000_unrelated_documents_the_best_answers_and_their_scores_are_the_same(among: Matcher, alone: dict[str, list[tuple[str, float]]]) -> None:
    for id, before in alone.items():
        after = [(found, score) for found, score in ranking(among.match_stored(Kind.RESUME, id)) if not found.startswith("other-")]
        assert after == before[: len(after)], id
        assert overlap([found for found, _ in after], [found for found, _ in before[:TOP]]) == pytest.approx(1.0), id


def test_a_pair_that_is_found_among_many_has_the_score_it_has_alone(among: Matcher, alone: dict[str, list[tuple[str, float]]]) -> None:
    """Of all postings of the sample that are among the best 60, not only of the best ten."""
    found = 0
    for id, before in alone.items():
        after = dict(ranking(among.match_stored(Kind.RESUME, id, limit=60)))
        assert all(after[posting] == score for posting, score in before if posting in after), id
        found += sum(posting in after for posting, _ in before)
    assert found > 100
