"""Judged folders, our ranking of them, and measures."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matcher.document import Document, Kind, MatcherProblem
from matcher.matcher import Found, Matcher, NothingToRead
from matcher.weights import Weights

DEEP = 500  # how many of each ranking are kept
TOP = 10
RECALL_AT = 20
GOOD = 2  # the lowest grade that counts as a good match
RESAMPLES = 2_000
SEED = 20261122
MEASURES = ("ndcg@10", "condensed_ndcg@10", "recall@20", "reciprocal_rank", "ineligible@10", "inversions", "judged@10")
DIRECTIONS = {"resume_to_postings": Kind.RESUME, "posting_to_resumes": Kind.POSTING}

Ranking = list[tuple[str, float]]
Rank = Callable[[Document], Ranking]


class InvalidFolder(MatcherProblem, ValueError):
    """A judged folder that breaks its format: names file and line."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade from 0 to 3 and whether the hard requirements are met: E, N or U."""

    grade: int
    eligibility: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A judged pair: the direction it was judged in, the query, the document found, and the judgement."""

    direction: str
    query: str
    document: str
    judgement: Judgement

    @property
    def posting(self) -> str:
        """The id of its posting."""
        return self.document if DIRECTIONS[self.direction] is Kind.RESUME else self.query

    @property
    def resume(self) -> str:
        """The id of its resume."""
        return self.query if DIRECTIONS[self.direction] is Kind.RESUME else self.document


@dataclass(frozen=True)
class JudgedFolder:
    """Documents, queries by direction, and judgements by 'direction:query id'."""

    documents: Mapping[Kind, Mapping[str, Document]]
    queries: Mapping[str, tuple[str, ...]]
    judgements: Mapping[str, Mapping[str, Judgement]]

    @classmethod
    def read(cls, folder: Path) -> JudgedFolder:
        """The folder in the format of the judged set; raises InvalidFolder naming file and line."""
        postings = _documents(folder / "postings.jsonl", _posting)
        resumes = _documents(folder / "resumes.jsonl", _resume)
        queries = _queries(folder / "queries.json")
        for name, ids in queries.items():
            if name not in DIRECTIONS:
                raise InvalidFolder(f"queries.json: unknown direction {name!r}, expected {', '.join(DIRECTIONS)}")
            known = resumes if DIRECTIONS[name] is Kind.RESUME else postings
            for id in ids:
                if id not in known:
                    raise InvalidFolder(f"queries.json: {name} names {id!r}, which is not among the documents")
        return cls({Kind.POSTING: postings, Kind.RESUME: resumes}, queries, _judgements(folder / "qrels.tsv"))

    def pairs(self) -> Iterator[Pair]:
        """Every judged pair of the queries, in the order of DIRECTIONS; one that both directions judge comes twice."""
        for direction in DIRECTIONS:
            for query in self.queries.get(direction, ()):
                for document, judgement in self.judgements.get(f"{direction}:{query}", {}).items():
                    yield Pair(direction, query, document, judgement)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean of a measure over queries with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def ours(matcher: Matcher) -> Rank:
    """Our ranking of the stored documents of the other kind; empty for a query in which nothing can be read."""
    return lambda document: [(found.document.id, found.match.score) for found in deep_matches(matcher, document)]


def deep_matches(matcher: Matcher, document: Document, weights: Weights = Weights()) -> list[Found]:
    """The best DEEP stored documents of the other kind; none for a query in which nothing can be read."""
    try:
        return matcher.match(document, weights=weights, limit=DEEP)
    except NothingToRead:
        return []


def measure(ranking: Ranking, judged: Mapping[str, Judgement]) -> dict[str, float]:
    """The measures of one query; those that are undefined for it are left out."""
    ids = [id for id, _ in ranking]
    condensed = [id for id in ids if id in judged]  # as if nothing but the judged documents had been there (Sakai 2007)
    found = {
        "ndcg@10": _ndcg(ids, judged),
        "condensed_ndcg@10": _ndcg(condensed, judged),
        "recall@20": _recall(ids, judged),
        "reciprocal_rank": _reciprocal(ids, judged),
    }
    found["ineligible@10"] = sum(id in judged and judged[id].eligibility == "N" for id in ids[:TOP]) / TOP
    found["inversions"] = _inversions(ids, judged)
    found["judged@10"] = sum(id in judged for id in ids[:TOP]) / TOP
    return {name: value for name, value in found.items() if value is not None}


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and percentile bootstrap interval over queries, repeatable by its seed."""
    if not values:
        return Estimate(math.nan, math.nan, math.nan)
    array = np.array(values)
    draws = np.random.default_rng(SEED).integers(0, len(array), size=(RESAMPLES, len(array)))
    low, high = np.percentile(array[draws].mean(axis=1), [2.5, 97.5])
    return Estimate(float(array.mean()), float(low), float(high))


def summarise(per_query: Sequence[Mapping[str, float]]) -> dict[str, Estimate]:
    """Each measure over the queries for which it is defined."""
    return {name: estimate([one[name] for one in per_query if name in one]) for name in MEASURES}


def _ndcg(ids: Sequence[str], judged: Mapping[str, Judgement]) -> float | None:
    gains = [_gain(judged[id].grade) if id in judged else 0.0 for id in ids[:TOP]]
    ideal = sorted((_gain(one.grade) for one in judged.values()), reverse=True)[:TOP]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else None


def _gain(grade: int) -> float:
    return 2.0**grade - 1


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def _recall(ids: Sequence[str], judged: Mapping[str, Judgement]) -> float | None:
    good = {id for id, one in judged.items() if one.grade >= GOOD}
    return len(good.intersection(ids[:RECALL_AT])) / len(good) if good else None


def _reciprocal(ids: Sequence[str], judged: Mapping[str, Judgement]) -> float | None:
    good = {id for id, one in judged.items() if one.grade >= GOOD}
    if not good:
        return None
    return next((1 / place for place, id in enumerate(ids, 1) if id in good), 0.0)


def _inversions(ids: Sequence[str], judged: Mapping[str, Judgement]) -> float | None:
    """The share of (ineligible, eligible with grade >= 1) pairs in which the ineligible one stands higher."""
    places = {id: place for place, id in enumerate(ids)}
    bad = [places.get(id, len(ids)) for id, one in judged.items() if one.eligibility == "N"]
    good = [places.get(id, len(ids)) for id, one in judged.items() if one.eligibility == "E" and one.grade >= 1]
    if not bad or not good:
        return None
    return sum(low < high for low in bad for high in good) / (len(bad) * len(good))


def _documents(path: Path, build: Callable[[Mapping[str, object]], Document]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for number, line in _lines(path):
        try:
            document = build(_object(line))
        except ValueError as error:
            raise InvalidFolder(f"{path.name}:{number}: {error}") from error
        found[document.id] = document
    return found


def _posting(values: Mapping[str, object]) -> Document:
    names = {"title": "title", "employer": "company", "place": "location", "text": "description"}
    return Document.from_mapping({"id": values.get("id"), "kind": "posting", **{ours: values.get(theirs) for ours, theirs in names.items()}})


def _resume(values: Mapping[str, object]) -> Document:
    return Document.from_mapping({"id": values.get("id"), "kind": "resume", "text": values.get("text")})


def _judgements(path: Path) -> dict[str, dict[str, Judgement]]:
    found: dict[str, dict[str, Judgement]] = {}
    for number, line in _lines(path):
        cells = line.split("\t")
        if len(cells) != 4 or cells[2] not in tuple("0123") or cells[3] not in tuple("ENU"):
            raise InvalidFolder(f"{path.name}:{number}: expected 'direction:query', document, grade 0-3, E/N/U between tabs")
        found.setdefault(cells[0], {})[cells[1]] = Judgement(int(cells[2]), cells[3])
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_read(path).split("\n"), 1):  # not splitlines, which also splits within texts
        if line.strip():
            yield number, line.rstrip("\r")


def _queries(path: Path) -> dict[str, tuple[str, ...]]:
    text = _read(path)
    try:
        return {name: tuple(ids) for name, ids in _object(text).items()}
    except (ValueError, TypeError) as error:
        raise InvalidFolder(f"{path.name}: {error}") from error


def _object(text: str) -> dict[str, Any]:
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("is not a JSON object")  # noqa: TRY004
    return values


def _read(path: Path) -> str:
    if not path.is_file():
        raise InvalidFolder(f"{path}: missing; a judged folder holds postings.jsonl, resumes.jsonl, queries.json and qrels.tsv")
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidFolder(f"{path.name}: is not UTF-8 at byte {error.start}") from error
