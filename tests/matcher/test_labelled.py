"""Readers and measures of the public labelled sets; the arithmetic stands in the assertion."""

from __future__ import annotations

import gzip
import json
import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from matcher.evaluation import InvalidFolder
from matcher.labelled import (
    CRAIGSLIST,
    FERR,
    MELO,
    TALENTCLEF,
    RatedPairs,
    average_precision,
    chance_measures,
    control_scores,
    correlation_pooled,
    correlations_within,
    first_places,
    our_scores,
    ranked_measures,
    read_craigslist,
    read_ferr,
    read_melo,
    read_talentclef,
    spearman,
)
from matcher.matcher import Matcher
from matcher.occupations import Occupation
from tests.conftest import SHARED, posting, resume

DATA = SHARED / "data" / "labelled"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the labelled sets are not at {DATA}")


def _rated(**ratings: dict[str, float]) -> RatedPairs:
    ids = {id for row in ratings.values() for id in row}
    return RatedPairs({job: posting("EMDR.", job) for job in ratings}, {id: resume("EMDR.", id) for id in ids}, ratings)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


def _jsonl(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_average_precision_is_the_mean_precision_at_the_relevant_places() -> None:
    assert average_precision("abcd", {"b", "d"}) == (1 / 2 + 2 / 4) / 2
    assert average_precision("abcd", {"a", "z"}) == (1 / 1 + 0) / 2


def test_the_measures_of_a_posting_are_by_score_then_by_id() -> None:
    rated = _rated(j={"a": 0, "b": 1, "c": 1, "d": 0})
    (found,) = ranked_measures({"j": {"a": 0.5, "b": 0.5, "c": 0.9, "d": 0.5}}, rated)  # c a b d
    assert found["map"] == (1 / 1 + 2 / 3) / 2
    assert found["ndcg@10"] == pytest.approx((1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3)))


def test_a_posting_without_a_relevant_resume_defines_no_measure() -> None:
    rated = _rated(j={"a": 0, "b": 0})
    assert ranked_measures({"j": {"a": 1.0, "b": 2.0}}, rated) == []
    assert chance_measures(rated) == []


@pytest.mark.parametrize(("count", "right"), [(1, 1), (4, 1), (5, 3), (6, 2)])
def test_chance_is_the_mean_over_all_orders(count: int, right: int) -> None:
    ids = "abcdef"[:count]
    rated = _rated(j={id: float(number < right) for number, id in enumerate(ids)})
    orders = [{"j": {id: -float(place) for place, id in enumerate(order)}} for order in permutations(ids)]
    every = [ranked_measures(scores, rated)[0] for scores in orders]
    (told,) = chance_measures(rated)
    assert told == {name: pytest.approx(np.mean([one[name] for one in every])) for name in ("map", "ndcg@10")}


def test_chance_counts_ten_places_of_more() -> None:
    (told,) = chance_measures(_rated(j={f"{number:02}": float(number == 0) for number in range(40)}))
    assert told["ndcg@10"] == pytest.approx(sum(1 / math.log2(place + 2) for place in range(10)) / 40)


def test_the_rank_correlation_is_that_of_mean_ranks() -> None:
    assert spearman([1, 2, 3], [10, 200, 3000]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    ranks, others = (1, 2.5, 2.5, 4), (1, 3, 2, 4)  # of 5 7 7 9 and 0 6 1 8
    products = sum((a - 2.5) * (b - 2.5) for a, b in zip(ranks, others, strict=True))
    spread = math.sqrt(sum((a - 2.5) ** 2 for a in ranks) * sum((b - 2.5) ** 2 for b in others))
    assert spearman([5, 7, 7, 9], [0, 6, 1, 8]) == pytest.approx(products / spread)


@pytest.mark.parametrize("constant", [[], [4.0], [2.0, 2.0, 2.0]])
def test_one_value_only_has_no_rank_correlation(constant: list[float]) -> None:
    assert spearman(constant, list(range(len(constant)))) is None
    assert spearman(list(range(len(constant))), constant) is None


def test_correlation_within_postings_is_not_that_over_all() -> None:
    rated = _rated(j={"a": 1, "b": 2}, k={"a": 6, "b": 7}, one={"a": 3, "b": 3})
    scores = {"j": {"a": 8.0, "b": 9.0}, "k": {"a": 1.0, "b": 2.0}, "one": {"a": 4.0, "b": 5.0}}
    assert correlations_within(scores, rated) == pytest.approx([1, 1])
    pooled = correlation_pooled(scores, rated)
    assert pooled.value == pytest.approx(spearman([8, 9, 1, 2, 4, 5], [1, 2, 6, 7, 3, 3]))
    assert pooled.low <= pooled.value < 0 < pooled.high == pytest.approx(1)


def test_the_places_of_the_first_right_label_and_occupation() -> None:
    scores = np.array([0.9, 0.8, 0.8, 0.7, 0.6])
    assert first_places(scores, "aabbc", {"a"}) == (1, 1)
    assert first_places(scores, "aabbc", {"b"}) == (3, 2)  # the tie stands in the order given
    assert first_places(scores, "aabbc", {"c"}) == (5, 3)
    assert first_places(scores, "aabbc", {"b", "c"}) == (3, 2)
    with pytest.raises(ValueError, match="none of the right occupations"):
        first_places(scores, "aabbc", {"z"})


def test_our_score_of_a_pair_is_that_of_compare_also_where_nothing_clinical_is_read(matcher: Matcher) -> None:
    texts = {"a": "Gave EMDR to adults.", "b": "Seamstress, housekeeping."}
    jobs = {"j": "EMDR for adults.", "k": "Zebra crossing painter wanted for stripes."}
    rated = RatedPairs(
        {id: posting(text, id) for id, text in jobs.items()},
        {id: resume(text, id) for id, text in texts.items()},
        {"j": {"a": 1, "b": 0}, "k": {"b": 1}},
    )
    done: list[int] = []
    scores = our_scores(matcher, rated, done.append)
    assert sum(done) == 4
    read = {id: matcher.compare_read(*matcher.read([rated.postings[id[0]], rated.resumes[id[1]]])).score for id in (("j", "a"), ("j", "b"), ("k", "b"))}
    assert scores == {job: {id: read[job, id] for id in row} for job, row in rated.ratings.items()}
    assert scores["j"]["a"] > scores["j"]["b"]


def test_the_controls_score_the_rated_pairs_and_no_others(matcher: Matcher) -> None:
    rated = RatedPairs(
        {"j": posting("Zebra painter", "j")}, {"a": resume("Zebra keeper", "a"), "b": resume("Cook", "b"), "c": resume("Painter", "c")}, {"j": {"a": 1, "b": 0}}
    )
    found = control_scores(matcher, rated)
    assert list(found) == ["bm25", "minilm-256", "fusion", "minilm-passages"]
    assert {name: list(scores["j"]) for name, scores in found.items()} == {name: ["a", "b"] for name in found}
    assert found["bm25"]["j"]["a"] > found["bm25"]["j"]["b"] == 0


def test_a_folder_of_each_set_is_read(tmp_path: Path) -> None:
    pair = {"job_id": "j1", "job_text": "Cook wanted", "resume_id": "r1", "resume_text": "A cook", "relevant": 1}
    _write(tmp_path / CRAIGSLIST / "pairs.jsonl.gz", _jsonl(pair, {**pair, "resume_id": "r2", "resume_text": "A clerk", "relevant": 0}))
    _write(tmp_path / FERR / "jds.jsonl", _jsonl({"jd_id": "j", "skills": ["sales", "crm"]}, {"jd_id": "unrated", "skills": []}))
    _write(tmp_path / FERR / "resumes.jsonl.gz", _jsonl({"id": "r1", "text": "Sales"}, {"id": "r2", "text": "Cook"}))
    _write(tmp_path / FERR / "ratings.csv", "jd_id,resume_id,hr_id,score\nj,r1,5,7\nj,r2,5,2\n")
    _write(tmp_path / TALENTCLEF / "queries.jsonl", _jsonl({"id": "1", "text": "Inginer"}))
    _write(tmp_path / TALENTCLEF / "corpus.jsonl.gz", _jsonl({"id": "8", "text": "Inginer"}, {"id": "9", "text": "Medic"}))
    _write(tmp_path / TALENTCLEF / "qrels.tsv", "1\t0\t8\t1\n1\t0\t9\t0\n")
    _write(tmp_path / MELO / "queries.tsv", "Q1\tCooks\nQ2\tNobody\n")
    _write(tmp_path / MELO / "corpus_elements.tsv.gz", "C1_en_000\tcook\nC1_en_001\tchef\nC2_en_000\tclerk\n")
    _write(tmp_path / MELO / "annotations.tsv", "Q1\t0\tC1_en_000\t1\nQ1\t0\tC1_en_001\t1\n")
    assert read_craigslist(tmp_path).ratings == {"j1": {"r1": 1.0, "r2": 0.0}}
    ferr = read_ferr(tmp_path)
    assert (ferr.postings["j"].text, ferr.ratings, ferr.pairs) == ("sales, crm", {"j": {"r1": 7.0, "r2": 2.0}}, 2)
    assert read_talentclef(tmp_path).ratings == {"1": {"8": 1.0, "9": 0.0}}
    melo = read_melo(tmp_path)
    assert (melo.queries, melo.relevant) == ({"Q1": "Cooks"}, {"Q1": {"C1"}})
    assert melo.occupations == (Occupation("C1", ("cook", "chef")), Occupation("C2", ("clerk",)))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "pairs.jsonl.gz:2: Expecting property name"),
        ("[]", "pairs.jsonl.gz:2: list indices must be"),
        ('{"job_id": "j"}', "pairs.jsonl.gz:2: 'job_text' is missing or unknown"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    _write(tmp_path / CRAIGSLIST / "pairs.jsonl.gz", f"\n{line}\n")
    with pytest.raises(InvalidFolder) as raised:
        read_craigslist(tmp_path)
    assert str(raised.value).startswith(told)


def test_a_row_of_the_wrong_width_or_an_unknown_id_is_named(tmp_path: Path) -> None:
    _write(tmp_path / MELO / "corpus_elements.tsv.gz", "C1_en_000\tcook\nC1_en_001\n")
    with pytest.raises(InvalidFolder, match=r"corpus_elements.tsv.gz:2: has 1 cells between tabs, expected 2"):
        read_melo(tmp_path)
    _write(tmp_path / FERR / "jds.jsonl", _jsonl({"jd_id": "j", "skills": ["sales"]}))
    _write(tmp_path / FERR / "resumes.jsonl.gz", _jsonl({"id": "r1", "text": "Sales"}))
    _write(tmp_path / FERR / "ratings.csv", "jd_id,resume_id,hr_id,score\nj,r2,5,7\n")
    with pytest.raises(InvalidFolder, match=r"ratings.csv:2: 'r2' is missing or unknown"):
        read_ferr(tmp_path)


def test_more_resumes_than_the_controls_rank_are_refused(tmp_path: Path) -> None:
    _write(tmp_path / TALENTCLEF / "queries.jsonl", _jsonl({"id": "1", "text": "Inginer"}))
    _write(tmp_path / TALENTCLEF / "corpus.jsonl.gz", _jsonl(*({"id": str(number), "text": "Medic"} for number in range(501))))
    _write(tmp_path / TALENTCLEF / "qrels.tsv", "1\t0\t8\t1\n")
    with pytest.raises(InvalidFolder, match="the set has 501 resumes, but the controls rank at most 500"):
        read_talentclef(tmp_path)


@needs_data
def test_craigslist_is_read_whole_and_bm25_stands_where_it_was_measured(matcher: Matcher) -> None:
    rated = read_craigslist(DATA)
    assert (len(rated.postings), len(rated.resumes), rated.pairs) == (11, 20, 220)
    assert sum(rating for row in rated.ratings.values() for rating in row.values()) == 30
    found = ranked_measures(control_scores(matcher, rated)["bm25"], rated)
    assert np.mean([one["map"] for one in found]) == pytest.approx(0.634, abs=0.001)


@needs_data
def test_ferr_is_read_whole_and_bm25_stands_where_it_was_measured(matcher: Matcher) -> None:
    rated = read_ferr(DATA)
    assert (len(rated.postings), rated.pairs) == (23, 213)
    assert {rating for row in rated.ratings.values() for rating in row.values()} == {1, 2, 3, 4, 5, 6, 7}
    scores = control_scores(matcher, rated)["bm25"]
    assert correlation_pooled(scores, rated).value == pytest.approx(0.022, abs=0.001)
    assert np.mean(correlations_within(scores, rated)) == pytest.approx(0.130, abs=0.001)


@needs_data
def test_talentclef_is_read_whole() -> None:
    rated = read_talentclef(DATA)
    assert (len(rated.postings), len(rated.resumes), rated.pairs) == (5, 472, 5 * 472)
    assert sum(rating for row in rated.ratings.values() for rating in row.values()) == 232


@needs_data
def test_melo_is_read_whole_and_every_title_has_its_occupation_among_the_labels() -> None:
    titles = read_melo(DATA)
    assert (len(titles.queries), sum(len(one.labels) for one in titles.occupations)) == (309, 33_809)
    known = {one.id for one in titles.occupations}
    assert all(titles.relevant[query] and titles.relevant[query] <= known for query in titles.queries)
