"""Public labelled sets: their readers, our scores and those of the controls, and the measures the sets are reported in."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.controls import controls
from matcher.document import Document, Kind
from matcher.evaluation import DEEP, RESAMPLES, SEED, TOP, Estimate, InvalidFolder, JudgedFolder, Judgement, Ranking, measure
from matcher.matcher import Asked, Matcher, batches
from matcher.occupations import Occupation
from matcher.sources import open_bytes

CRAIGSLIST = "craigslist_job_resume_relevance"
FERR = "ferr_hr_resume_ratings"
MELO = "melo_onet_to_esco"
TALENTCLEF = "talentclef26_taskA_romanian"

Scores = Mapping[str, Mapping[str, float]]  # posting -> resume -> score
Advance = Callable[[int], object]
Item = TypeVar("Item")


@dataclass(frozen=True)
class RatedPairs:
    """Postings and resumes by id, and posting -> resume -> rating; a pair that has none is not judged."""

    postings: Mapping[str, Document]
    resumes: Mapping[str, Document]
    ratings: Scores

    @property
    def pairs(self) -> int:
        """How many pairs are rated."""
        return sum(map(len, self.ratings.values()))


@dataclass(frozen=True)
class Titles:
    """Titles by query id, occupations with their labels, and per query the ids of the occupations that are right."""

    queries: Mapping[str, str]
    occupations: tuple[Occupation, ...]
    relevant: Mapping[str, frozenset[str]]


def read_craigslist(folder: Path) -> RatedPairs:
    """Jobs x resumes with relevance 0 or 1; raises InvalidFolder naming file and line."""
    rows = _objects(
        folder / CRAIGSLIST / "pairs.jsonl.gz",
        lambda row: (row["job_id"], row["job_text"], row["resume_id"], row["resume_text"], float(row["relevant"])),
    )
    return _rated(rows)


def read_ferr(folder: Path) -> RatedPairs:
    """Skill lists x resumes with ratings from 1 to 7; the text of a posting is its skills between commas. Raises InvalidFolder."""
    skills = dict(_objects(folder / FERR / "jds.jsonl", lambda row: (row["jd_id"], ", ".join(row["skills"]))))
    texts = dict(_objects(folder / FERR / "resumes.jsonl.gz", lambda row: (row["id"], row["text"])))
    rows = _table(
        folder / FERR / "ratings.csv",
        lambda row: (row["jd_id"], skills[row["jd_id"]], row["resume_id"], texts[row["resume_id"]], float(row["score"])),
    )
    return _rated(rows)


def read_talentclef(folder: Path) -> RatedPairs:
    """Every query x every resume: 1 where the qrels say so, else 0; raises InvalidFolder."""
    jobs = dict(_objects(folder / TALENTCLEF / "queries.jsonl", lambda row: (row["id"], row["text"])))
    resumes = dict(_objects(folder / TALENTCLEF / "corpus.jsonl.gz", lambda row: (row["id"], row["text"])))
    right = {(cells[0], cells[2]) for cells in _cells(folder / TALENTCLEF / "qrels.tsv", 4) if cells[3] != "0"}
    return _rated((job, text, id, resume, (job, id) in right) for job, text in jobs.items() for id, resume in resumes.items())


def read_melo(folder: Path) -> Titles:
    """O*NET titles and the labels of ESCO; the id of a label begins with that of its occupation. Raises InvalidFolder."""
    labels: dict[str, list[str]] = {}
    for id, label in _cells(folder / MELO / "corpus_elements.tsv.gz", 2):
        labels.setdefault(_occupation(id), []).append(label)
    relevant: dict[str, set[str]] = {}
    for query, _, id, _ in _cells(folder / MELO / "annotations.tsv", 4):
        relevant.setdefault(query, set()).add(_occupation(id))
    queries = {query: title for query, title in _cells(folder / MELO / "queries.tsv", 2) if query in relevant}
    occupations = tuple(Occupation(id, tuple(listed)) for id, listed in labels.items())
    return Titles(queries, occupations, {query: frozenset(ids) for query, ids in relevant.items()})


def our_scores(matcher: Matcher, rated: RatedPairs, advance: Advance) -> Scores:
    """The score of every rated pair, 0 to 100: each document read and encoded once, then compared as `Matcher.compare` does."""
    read: dict[tuple[Kind, str], Asked] = {}
    for batch in batches([*rated.postings.values(), *rated.resumes.values()]):
        read |= {(one.document.kind, one.document.id): one for one in matcher.read(batch)}
        advance(len(batch))
    return {job: {id: matcher.compare_read(read[Kind.POSTING, job], read[Kind.RESUME, id]).score for id in ratings} for job, ratings in rated.ratings.items()}


def control_scores(matcher: Matcher, rated: RatedPairs) -> dict[str, Scores]:
    """Control -> its scores of the rated pairs; the statistics of words are those of all resumes of the set."""
    folder = JudgedFolder({Kind.POSTING: rated.postings, Kind.RESUME: rated.resumes}, {}, {})
    found: dict[str, Scores] = {}
    for name, rank in controls(folder, Kind.RESUME, matcher.encoder).items():
        everywhere = {job: dict(rank(rated.postings[job])) for job in rated.ratings}
        found[name] = {job: {id: everywhere[job][id] for id in ratings} for job, ratings in rated.ratings.items()}
    return found


def ranked_measures(scores: Scores, rated: RatedPairs) -> list[dict[str, float]]:
    """Per posting with a relevant resume the average precision ("map") and "ndcg@10" of its rated resumes; ties stand by id."""
    found = []
    for job, ratings in rated.ratings.items():
        relevant = {id for id, rating in ratings.items() if rating > 0}
        if relevant:
            ranking: Ranking = sorted(scores[job].items(), key=lambda pair: (-pair[1], pair[0]))
            told = measure(ranking, {id: Judgement(1, "U") for id in relevant})
            found.append({"map": average_precision([id for id, _ in ranking], relevant), "ndcg@10": told["ndcg@10"]})
    return found


def chance_measures(rated: RatedPairs) -> list[dict[str, float]]:
    """As `ranked_measures`, what a random order would reach on average."""
    found = []
    for ratings in rated.ratings.values():
        count, right = len(ratings), sum(rating > 0 for rating in ratings.values())
        if right:
            others = (right - 1) / max(count - 1, 1)
            gains = [1 / math.log2(place + 2) for place in range(TOP)]
            mean = sum((1 + (place - 1) * others) / place for place in range(1, count + 1)) / count
            found.append({"map": mean, "ndcg@10": right / count * sum(gains[:count]) / sum(gains[:right])})
    return found


def average_precision(ids: Sequence[str], relevant: Collection[str]) -> float:
    """The mean over the relevant ids of the precision at their places, 0 for one that is not ranked."""
    places = [place for place, id in enumerate(ids, 1) if id in relevant]
    return sum(number / place for number, place in enumerate(places, 1)) / len(relevant)


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """The rank correlation, tied values sharing their mean rank, from -1 to 1; None where either holds one value only."""
    from scipy.stats import rankdata

    if len(set(one)) < 2 or len(set(other)) < 2:
        return None
    first, second = (ranks - ranks.mean() for ranks in (rankdata(one), rankdata(other)))
    return float(first @ second / np.sqrt((first**2).sum() * (second**2).sum()))


def correlations_within(scores: Scores, rated: RatedPairs) -> list[float]:
    """The correlation of score and rating within each posting; without those whose resumes all have one score or one rating."""
    found = (spearman(*pair) for pair in _lists(scores, rated))
    return [one for one in found if one is not None]


def correlation_pooled(scores: Scores, rated: RatedPairs) -> Estimate:
    """The correlation over all pairs together; the 95 % bootstrap interval draws postings, as the pairs of one are not independent."""
    lists = _lists(scores, rated)
    draws = np.random.default_rng(SEED).integers(0, len(lists), size=(RESAMPLES, len(lists)))
    low, high = np.percentile([_pooled([lists[number] for number in draw]) for draw in draws], [2.5, 97.5])
    return Estimate(_pooled(lists), float(low), float(high))


def first_places(scores: NDArray[np.float64], owners: Sequence[str], relevant: Collection[str]) -> tuple[int, int]:
    """The place, from 1, of the first right label among all labels and of the first right occupation among all; ties in the order given."""
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    seen: set[str] = set()
    for place, number in enumerate(order, 1):
        seen.add(owners[number])
        if owners[number] in relevant:
            return place, len(seen)
    raise ValueError("none of the right occupations is among the labels")


def _lists(scores: Scores, rated: RatedPairs) -> list[tuple[list[float], list[float]]]:
    """The scores and the ratings of each posting, in the same order."""
    return [([scores[job][id] for id in ratings], list(ratings.values())) for job, ratings in rated.ratings.items()]


def _pooled(lists: Sequence[tuple[list[float], list[float]]]) -> float:
    """The correlation over all pairs of the lists, 0 where there is none."""
    return spearman([value for one, _ in lists for value in one], [value for _, other in lists for value in other]) or 0.0


def _rated(rows: Iterable[tuple[str, str, str, str, float]]) -> RatedPairs:
    """The set of (posting id, its text, resume id, its text, rating) rows."""
    postings: dict[str, Document] = {}
    resumes: dict[str, Document] = {}
    ratings: dict[str, dict[str, float]] = {}
    for job, job_text, id, text, rating in rows:
        if job not in postings:
            postings[job] = Document.from_mapping({"id": job, "kind": Kind.POSTING, "text": job_text})
        if id not in resumes:
            resumes[id] = Document.from_mapping({"id": id, "kind": Kind.RESUME, "text": text})
        ratings.setdefault(job, {})[id] = float(rating)
    if len(resumes) > DEEP:
        raise InvalidFolder(f"the set has {len(resumes)} resumes, but the controls rank at most {DEEP}")
    return RatedPairs(postings, resumes, ratings)


def _occupation(label: str) -> str:
    """The occupation of a label of MELO: C001940 of C001940_en_003."""
    return label.partition("_")[0]


def _objects(path: Path, build: Callable[[Mapping[str, Any]], Item]) -> Iterator[Item]:
    """What `build` makes of the JSON object of each line."""
    for number, line in _lines(path):
        try:
            yield build(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(path, number, error) from error


def _table(path: Path, build: Callable[[Mapping[str, str]], Item]) -> Iterator[Item]:
    """What `build` makes of each row of a CSV file with a heading."""
    for number, row in enumerate(csv.DictReader(line for _, line in _lines(path)), 2):
        try:
            yield build(row)
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(path, number, error) from error


def _cells(path: Path, count: int) -> Iterator[list[str]]:
    """The cells between tabs of each line."""
    for number, line in _lines(path):
        cells = line.split("\t")
        if len(cells) != count:
            raise InvalidFolder(f"{path.name}:{number}: has {len(cells)} cells between tabs, expected {count}")
        yield cells


def _broken(path: Path, number: int, error: Exception) -> InvalidFolder:
    return InvalidFolder(f"{path.name}:{number}: {f'{error} is missing or unknown' if isinstance(error, KeyError) else error}")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold something, numbered from 1, of a file that may be gzipped."""
    if not path.is_file():
        raise InvalidFolder(f"{path}: missing; expected the folder that holds {CRAIGSLIST}, {FERR}, {MELO} and {TALENTCLEF}")
    with io.TextIOWrapper(open_bytes(path), encoding="utf-8") as lines:
        yield from ((number, line.rstrip("\r\n")) for number, line in enumerate(lines, 1) if line.strip())
