"""Ranking quality on a judged folder small enough to compute by hand."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest

from matcher.evaluation import MEASURES, Estimate
from matcher.weights import Weights
from scripts import evaluate
from scripts.evaluate import _plain
from tests.scripts.conftest import Run

JANE = "Jane Roe, LCSW\nAustin, TX\n\nExperience\nTherapist, 2019 - present: DBT with adolescents after trauma."
POSTINGS = {
    "fits": "LCSW licensed in Texas required. DBT with adolescents after trauma in Austin, TX.",
    "partly": "LMSW or LCSW licensed in Texas. Case management for veterans.",
    "never": "PMHNP licensed in Colorado required. Medication management for adults in Denver, CO.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three postings and one resume; the resume is asked, and the best posting."""
    judged = tmp_path / "judged"
    judged.mkdir()
    rows = [{"id": id, "title": "", "company": "", "location": "", "description": text} for id, text in POSTINGS.items()]
    (judged / "postings.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (judged / "resumes.jsonl").write_text(json.dumps({"id": "jane", "name": "Jane Roe", "text": JANE}) + "\n")
    (judged / "queries.json").write_text(json.dumps({"resume_to_postings": ["jane"], "posting_to_resumes": ["fits"]}))
    (judged / "qrels.tsv").write_text(
        "resume_to_postings:jane\tfits\t3\tE\nresume_to_postings:jane\tpartly\t1\tE\nresume_to_postings:jane\tnever\t0\tN\nposting_to_resumes:fits\tjane\t2\tE\n"
    )
    return judged


def test_the_measures_are_those_computed_by_hand(run: Run, light: None, folder: Path) -> None:
    status, out, _ = run("evaluate", folder, "--json", "--run", "run.tsv")
    results: dict[str, Any] = json.loads(out)
    assert status == 0
    ranked = [line.split("\t")[1] for line in Path("run.tsv").read_text().splitlines() if line.startswith("resume_to_postings")]
    assert ranked == ["fits", "partly", "never"]
    asked = results["resume_to_postings"]["ours"]
    assert asked["ndcg@10"]["value"] == pytest.approx((7 / math.log2(2) + 1 / math.log2(3)) / (7 / math.log2(2) + 1 / math.log2(3)))
    assert asked["condensed_ndcg@10"]["value"] == asked["ndcg@10"]["value"]
    assert asked["recall@20"]["value"] == 1 / 1
    assert asked["reciprocal_rank"]["value"] == 1 / 1
    assert asked["ineligible@10"]["value"] == 1 / 10
    assert asked["inversions"]["value"] == 0 / 2
    assert asked["judged@10"]["value"] == 3 / 10
    back = results["posting_to_resumes"]["ours"]
    assert (back["ndcg@10"]["value"], back["judged@10"]["value"]) == (1.0, 1 / 10)


def test_a_worse_judgement_of_the_same_ranking_lowers_the_measures_as_computed_by_hand(run: Run, light: None, folder: Path) -> None:
    lines = (folder / "qrels.tsv").read_text().replace("fits\t3\tE", "fits\t0\tN").replace("never\t0\tN", "never\t2\tE")
    (folder / "qrels.tsv").write_text(lines)
    asked = json.loads(run("evaluate", folder, "--json")[1])["resume_to_postings"]["ours"]
    assert asked["ndcg@10"]["value"] == pytest.approx((0 + 1 / math.log2(3) + 3 / math.log2(4)) / (3 / math.log2(2) + 1 / math.log2(3)))
    assert asked["recall@20"]["value"] == 1.0
    assert asked["reciprocal_rank"]["value"] == pytest.approx(1 / 3)
    assert asked["ineligible@10"]["value"] == 1 / 10
    assert asked["inversions"]["value"] == 2 / 2


def test_every_direction_has_ours_and_the_controls_with_every_measure_and_its_interval(run: Run, light: None, folder: Path) -> None:
    results = json.loads(run("evaluate", folder, "--json")[1])
    assert list(results) == ["resume_to_postings", "posting_to_resumes"]
    for systems in results.values():
        assert list(systems) == ["ours", "bm25", "minilm-256", "fusion", "minilm-passages"]
        for measures in systems.values():
            assert tuple(measures) == MEASURES
            for figures in measures.values():
                assert list(figures) == ["value", "low", "high"]


def test_a_measure_that_no_query_defines_is_null_in_json(run: Run, light: None, folder: Path) -> None:
    _, out, _ = run("evaluate", folder, "--json")
    assert json.loads(out, parse_constant=pytest.fail)["posting_to_resumes"]["ours"]["inversions"] == {"value": None, "low": None, "high": None}
    assert _plain({"d": {"s": {"m": Estimate(math.nan, 0.5, 1.0)}}}) == {"d": {"s": {"m": {"value": None, "low": 0.5, "high": 1.0}}}}


def test_the_run_file_holds_query_document_rank_and_score(run: Run, light: None, folder: Path) -> None:
    run("evaluate", folder, "--run", "run.tsv")
    rows = [line.split("\t") for line in Path("run.tsv").read_text().split("\n") if line]
    assert [(query, rank) for query, _, rank, _ in rows] == [
        ("resume_to_postings:jane", "1"),
        ("resume_to_postings:jane", "2"),
        ("resume_to_postings:jane", "3"),
        ("posting_to_resumes:fits", "1"),
    ]
    scores = [float(score) for *_, score in rows[:3]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 and len(written.partition(".")[2]) == 4 for score, (*_, written) in zip(scores, rows[:3], strict=True))


def test_the_table_has_a_row_for_every_system(run: Run, light: None, folder: Path) -> None:
    status, out, _ = run("evaluate", folder)
    assert status == 0
    lines = out.splitlines()
    assert [line for line in lines if line in ("resume_to_postings", "posting_to_resumes")] == ["resume_to_postings", "posting_to_resumes"]
    ours = next(line for line in lines if line.startswith("ours"))
    assert ours.split()[1:4] == ["1.000", "[1.000,", "1.000]"]


def test_the_store_of_the_settings_is_not_touched(run: Run, light: None, folder: Path, tmp_path: Path) -> None:
    run("evaluate", folder, "--store", tmp_path / "s.db")
    assert not (tmp_path / "s.db").exists()


def test_the_real_model_ranks_the_folder_as_a_reader_would(run: Run, folder: Path) -> None:
    asked = json.loads(run("evaluate", folder, "--json", "--precision", "fp32")[1])["resume_to_postings"]
    for system in ("ours", "bm25", "minilm-256", "fusion", "minilm-passages"):
        assert asked[system]["reciprocal_rank"]["value"] == 1.0


@pytest.mark.parametrize("name", ["postings.jsonl", "resumes.jsonl", "queries.json", "qrels.tsv"])
def test_a_folder_that_lacks_a_file_ends_with_1_and_its_name(run: Run, light: None, folder: Path, name: str) -> None:
    (folder / name).unlink()
    complaint = f"clinmatch: {folder / name}: missing; a judged folder holds postings.jsonl, resumes.jsonl, queries.json and qrels.tsv\n"
    assert run("evaluate", folder) == (1, "", complaint)


def test_weights_are_fitted_shown_and_written_with_their_record(run: Run, light: None, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "weights.json"
    monkeypatch.setattr("scripts.fit.FILE", file)
    status, out, _ = run("fit", folder)
    assert status == 0
    assert not file.exists()
    assert "change of nDCG@10 without a group" in out
    assert run("fit", folder, "--write")[0] == 0
    record = json.loads(file.read_text())
    assert set(record["weights"]) == set(Weights().given())
    assert (record["run"]["queries"], record["run"]["judged_pairs"]) == (2, 4)
    before = file.read_text()
    run("fit", folder, "--write")
    assert file.read_text() == before


@pytest.mark.parametrize("name", ["nobody", "txtai"])
def test_a_peer_that_cannot_be_had_ends_with_1_before_anything_is_measured(
    run: Run, light: None, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "txtai", None)  # as if it were not installed
    status, out, err = run("evaluate", folder, "--peer", name)
    assert (status, out) == (1, "")
    assert err.startswith({"nobody": "clinmatch: unknown peer 'nobody'", "txtai": "clinmatch: txtai is not installed"}[name])
    assert "ingest" not in err


def test_a_peer_stands_in_the_table_after_the_controls(run: Run, light: None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "peer", lambda name, *rest: lambda document: [("fits", 1.0)])
    results = json.loads(run("evaluate", folder, "--json", "--peer", "txtai")[1])
    assert list(results["resume_to_postings"]) == ["ours", "bm25", "minilm-256", "fusion", "minilm-passages", "txtai"]
    assert results["resume_to_postings"]["txtai"]["reciprocal_rank"]["value"] == 1.0
