"""Judged folders and measures; the arithmetic stands in the assertion."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from matcher.document import Kind
from matcher.evaluation import DEEP, InvalidFolder, JudgedFolder, Judgement, Ranking, estimate, measure, ours, summarise
from matcher.matcher import Matcher
from tests.conftest import posting, resume


def _ranking(ids: str) -> Ranking:
    """One document a letter, in this order."""
    return [(id, 1.0 - place / 100) for place, id in enumerate(ids)]


def _judged(**grades: str) -> dict[str, Judgement]:
    """Grade and eligibility by document: a="3E"."""
    return {id: Judgement(int(told[0]), told[1]) for id, told in grades.items()}


def test_ndcg_discounts_the_gain_of_a_grade_by_the_logarithm_of_its_place() -> None:
    found = measure(_ranking("abcd"), _judged(b="3E", d="1E", e="2E"))
    gained = (2**3 - 1) / math.log2(2 + 1) + (2**1 - 1) / math.log2(4 + 1)
    ideal = 7 / math.log2(1 + 1) + 3 / math.log2(2 + 1) + 1 / math.log2(3 + 1)
    assert found["ndcg@10"] == pytest.approx(gained / ideal)


def test_ndcg_sees_ten_places_and_its_ideal_too() -> None:
    judged = _judged(**dict.fromkeys("abcdefghijkl", "1E"))
    assert measure(_ranking("zyxwvutsrqa"), judged)["ndcg@10"] == 0
    assert measure(_ranking("abcdefghij"), judged)["ndcg@10"] == pytest.approx(1.0)


def test_a_document_that_was_not_judged_gains_nothing_and_keeps_its_place() -> None:
    assert measure(_ranking("xa"), _judged(a="1E"))["ndcg@10"] == pytest.approx((1 / math.log2(3)) / (1 / math.log2(2)))


def test_recall_is_the_share_of_grades_2_and_3_within_twenty_places() -> None:
    ranking = _ranking("bcdefghijklmnopqrstua")  # a stands 21st
    assert measure(ranking, _judged(a="3E", b="2E", u="3E", c="1E", z="2E"))["recall@20"] == 2 / 4


def test_reciprocal_rank_is_that_of_the_first_grade_2_or_3() -> None:
    assert measure(_ranking("abcd"), _judged(a="1E", c="2E", d="3E"))["reciprocal_rank"] == 1 / 3
    assert measure(_ranking("abcd"), _judged(z="3E"))["reciprocal_rank"] == 0


def test_ineligible_is_the_share_of_ten_places_labelled_n() -> None:
    assert measure(_ranking("abcdefghijk"), _judged(a="0N", b="1N", c="0U", d="3E", k="0N"))["ineligible@10"] == 2 / 10


def test_judged_is_the_share_of_ten_places_that_have_a_grade() -> None:
    assert measure(_ranking("abcdefghijk"), _judged(a="0N", b="1N", c="0U", k="0N", z="3E"))["judged@10"] == 3 / 10


def test_inversions_are_the_share_of_pairs_in_which_the_ineligible_one_stands_higher() -> None:
    judged = _judged(a="0N", b="1E", c="0N", d="3E", e="0E", f="0U")  # pairs: a-b, a-d, c-b, c-d; e has no grade and f no label
    assert measure(_ranking("abcd"), judged)["inversions"] == 3 / 4
    assert measure(_ranking("bdac"), judged)["inversions"] == 0 / 4


def test_a_document_that_is_not_ranked_stands_last() -> None:
    assert measure(_ranking("n"), _judged(n="0N", e="1E"))["inversions"] == 1 / 1
    assert measure(_ranking("e"), _judged(n="0N", e="1E"))["inversions"] == 0 / 1


def test_a_measure_that_a_query_does_not_define_is_left_out() -> None:
    assert measure(_ranking("ab"), _judged(a="0U")) == {"ineligible@10": 0, "judged@10": 1 / 10}
    assert set(measure(_ranking("ab"), _judged(a="1E"))) == {"ndcg@10", "condensed_ndcg@10", "ineligible@10", "judged@10"}


def test_a_summary_means_over_the_queries_that_define_a_measure() -> None:
    found = summarise([{"ndcg@10": 0.5, "judged@10": 1.0}, {"judged@10": 0.0}, {"ndcg@10": 0.9, "judged@10": 0.5}])
    assert found["ndcg@10"].value == pytest.approx((0.5 + 0.9) / 2)
    assert found["judged@10"].value == pytest.approx((1.0 + 0.0 + 0.5) / 3)
    assert math.isnan(found["recall@20"].value)


def test_an_estimate_is_the_mean_within_its_interval_and_repeatable() -> None:
    values = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    one = estimate(values)
    assert one.value == pytest.approx(3.0 / 6)
    assert 0.2 < one.low < 0.5 < one.high < 0.8
    assert estimate(values) == one


def test_the_estimate_of_equal_values_has_no_width() -> None:
    one = estimate([0.25] * 5)
    assert (one.value, one.low, one.high) == (0.25, 0.25, 0.25)


FILES = {
    "postings.jsonl": '{"id": "p1", "title": "Therapist", "company": "Clinic", "location": "Austin, TX", "description": "LCSW"}\n',
    "resumes.jsonl": '{"id": "r1", "name": "Jane", "text": "Jane, LCSW"}\n',
    "queries.json": '{"resume_to_postings": ["r1"]}',
    "qrels.tsv": "resume_to_postings:r1\tp1\t3\tE\n",
}


def _folder(path: Path, **files: str | bytes) -> Path:
    for name, content in FILES.items():
        changed = files.get(name.partition(".")[0], content)
        (path / name).write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    return path


def test_a_judged_folder_is_read_into_documents_queries_and_judgements(tmp_path: Path) -> None:
    folder = JudgedFolder.read(_folder(tmp_path))
    assert folder.documents[Kind.POSTING] == {"p1": posting("LCSW", title="Therapist", place="Austin, TX", employer="Clinic")}
    assert folder.documents[Kind.RESUME] == {"r1": resume("Jane, LCSW")}
    assert folder.queries == {"resume_to_postings": ("r1",)}
    assert folder.judgements == {"resume_to_postings:r1": {"p1": Judgement(3, "E")}}


def test_every_judged_pair_has_its_posting_and_resume_whichever_was_the_query(tmp_path: Path) -> None:
    queries = '{"posting_to_resumes": ["p1"], "resume_to_postings": ["r1"]}'
    qrels = "posting_to_resumes:p1\tr1\t1\tN\nresume_to_postings:r1\tp1\t3\tE\nresume_to_postings:r9\tp1\t0\tN\n"
    pairs = list(JudgedFolder.read(_folder(tmp_path, queries=queries, qrels=qrels)).pairs())
    assert [(pair.posting, pair.resume, pair.query, pair.judgement.grade) for pair in pairs] == [("p1", "r1", "r1", 3), ("p1", "r1", "p1", 1)]


def test_a_line_separator_within_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    text = "one\u2028two\x85three\x0cfour"
    folder = JudgedFolder.read(_folder(tmp_path, resumes=json.dumps({"id": "r1", "text": text}, ensure_ascii=False)))
    assert folder.documents[Kind.RESUME]["r1"].text == text


def test_windows_line_ends_are_no_part_of_a_label(tmp_path: Path) -> None:
    folder = JudgedFolder.read(_folder(tmp_path, qrels="resume_to_postings:r1\tp1\t3\tE\r\n"))
    assert folder.judgements["resume_to_postings:r1"]["p1"].eligibility == "E"


GRADES = "expected 'direction:query', document, grade 0-3, E/N/U between tabs"


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("postings", "\nnot json\n", "postings.jsonl:2: Expecting value: line 1 column 1 (char 0)"),
        ("postings", "[]\n", "postings.jsonl:1: is not a JSON object"),
        ("postings", '{"id": "p1"}\n', "postings.jsonl:1: text: missing"),
        ("resumes", '{"text": "LCSW"}\n', "resumes.jsonl:1: id: missing"),
        ("resumes", b'{"id": "\xff"}\n', "resumes.jsonl: is not UTF-8 at byte 8"),
        ("queries", "{", "queries.json: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("queries", "[]", "queries.json: is not a JSON object"),
        ("queries", '{"resume_to_postings": 5}', "queries.json: 'int' object is not iterable"),
        ("queries", '{"sideways": []}', "queries.json: unknown direction 'sideways', expected resume_to_postings, posting_to_resumes"),
        ("queries", '{"resume_to_postings": ["p1"]}', "queries.json: resume_to_postings names 'p1', which is not among the documents"),
        ("qrels", "\nresume_to_postings:r1\tp1\t3\n", f"qrels.tsv:2: {GRADES}"),
        ("qrels", "resume_to_postings:r1\tp1\t4\tE\n", f"qrels.tsv:1: {GRADES}"),
        ("qrels", "resume_to_postings:r1\tp1\t12\tE\n", f"qrels.tsv:1: {GRADES}"),
        ("qrels", "resume_to_postings:r1\tp1\t\tE\n", f"qrels.tsv:1: {GRADES}"),
        ("qrels", "resume_to_postings:r1\tp1\t1\tX\n", f"qrels.tsv:1: {GRADES}"),
        ("qrels", "resume_to_postings:r1\tp1\t1\t\n", f"qrels.tsv:1: {GRADES}"),
        ("qrels", "resume_to_postings:r1\tp1\t1\tEN\n", f"qrels.tsv:1: {GRADES}"),
    ],
)
def test_a_folder_that_breaks_the_format_is_refused_by_file_and_line(tmp_path: Path, file: str, content: str | bytes, complaint: str) -> None:
    with pytest.raises(InvalidFolder) as caught:
        JudgedFolder.read(_folder(tmp_path, **{file: content}))
    assert str(caught.value) == complaint


def test_our_ranking_is_that_of_the_matcher_with_its_scores(matcher: Matcher) -> None:
    matcher.put([posting("LCSW required. DBT.", place="Austin, TX"), posting("PMHNP required.", id="p2", place="Denver, CO")])
    asked = resume("Jane Roe, LCSW\nAustin, TX\nDBT")
    assert ours(matcher)(asked) == [(found.document.id, found.match.score) for found in matcher.match(asked, limit=DEEP)]
    assert [id for id, _ in ours(matcher)(asked)] == ["p1", "p2"]


def test_the_condensed_measure_leaves_out_what_nobody_judged() -> None:
    judged = {"good": Judgement(3, "E"), "bad": Judgement(0, "N")}
    values = measure([("unknown", 9.0), ("good", 8.0), ("bad", 7.0)], judged)
    assert values["ndcg@10"] == pytest.approx(1 / math.log2(3))
    assert values["condensed_ndcg@10"] == 1.0
