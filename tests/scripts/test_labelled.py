"""`clinmatch labelled`: the table and the JSON of each set, on folders small enough to compute by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from matcher.labelled import CRAIGSLIST, FERR, MELO, TALENTCLEF, Titles
from scripts import labelled
from scripts.labelled import NOTE
from tests.conftest import SHARED, WordLengthEncoder
from tests.scripts.conftest import Run

DATA = SHARED / "data" / "labelled"
TEXTS = {"a": "Gave EMDR to adults.", "b": "Seamstress, housekeeping.", "c": "Bartender, photography."}


def _jsonl(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Each set with one posting that asks for EMDR, or one title."""
    jobs = "EMDR for adults."
    pairs = [{"job_id": "j", "job_text": jobs, "resume_id": id, "resume_text": text, "relevant": int(id == "a")} for id, text in TEXTS.items()]
    listed = [{"id": id, "text": text} for id, text in TEXTS.items()]
    files = {
        f"{CRAIGSLIST}/pairs.jsonl.gz": _jsonl(pairs),
        f"{FERR}/jds.jsonl": _jsonl([{"jd_id": "j", "skills": ["EMDR", "adults"]}]),
        f"{FERR}/resumes.jsonl.gz": _jsonl(listed),
        f"{FERR}/ratings.csv": "jd_id,resume_id,hr_id,score\nj,a,1,7\nj,b,1,2\nj,c,1,2\n",
        f"{TALENTCLEF}/queries.jsonl": _jsonl([{"id": "j", "text": jobs}]),
        f"{TALENTCLEF}/corpus.jsonl.gz": _jsonl(listed),
        f"{TALENTCLEF}/qrels.tsv": "j\t0\ta\t1\n",
        f"{MELO}/queries.tsv": "Q1\tSr. Case Worker II\nQ2\tNurse\n",
        f"{MELO}/corpus_elements.tsv.gz": "C1_en_000\tcase worker\nC1_en_001\tcase aide\nC2_en_000\tnurse\nC3_en_000\tchief of the fire brigade\n",
        f"{MELO}/annotations.tsv": "Q1\t0\tC1_en_000\t1\nQ1\t0\tC1_en_001\t1\nQ2\t0\tC3_en_000\t1\n",
    }
    for name, text in files.items():
        path = tmp_path / "labelled" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return tmp_path / "labelled"


@pytest.mark.parametrize("name", ["craigslist", "talentclef"])
def test_a_ranked_set_has_our_measures_those_of_the_controls_and_chance(run: Run, light: None, folder: Path, name: str) -> None:
    status, out, _ = run("labelled", name, folder, "--json")
    told = json.loads(out)
    assert (status, told["set"], told["size"]) == (0, name, {"postings": 1, "resumes": 3, "pairs": 3})
    assert list(told["systems"]) == ["ours", "bm25", "minilm-256", "fusion", "minilm-passages", "random order"]
    assert told["systems"]["ours"] == {measure: {"value": 1.0, "low": 1.0, "high": 1.0} for measure in ("map", "ndcg@10")}
    assert told["systems"]["random order"]["map"]["value"] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_ratings_are_correlated_over_all_pairs_and_within_postings(run: Run, light: None, folder: Path) -> None:
    told = json.loads(run("labelled", "ferr", folder, "--json")[1])
    assert list(told["systems"]) == ["ours", "bm25", "minilm-256", "fusion", "minilm-passages"]
    ours = told["systems"]["ours"]
    assert list(ours) == ["spearman, all pairs", "spearman, mean of postings"]
    assert ours["spearman, all pairs"]["value"] == ours["spearman, mean of postings"]["value"] > 0.8
    assert told["known"] == {"bm25": {"spearman, all pairs": 0.09}}


def test_titles_are_measured_by_the_first_right_label_and_occupation(run: Run, light: None, folder: Path) -> None:
    told = json.loads(run("labelled", "melo", folder, "--json")[1])
    assert told["size"] == {"titles": 2, "occupations": 3, "labels": 4}
    assert list(told["systems"]) == ["ours", "meaning alone", "letters alone"]
    figures = {measure: one["value"] for measure, one in told["systems"]["letters alone"].items()}
    # Q1 first; Q2 shares no letters with "chief of the fire brigade" or any other but "nurse", and the rest stand in their order: 4th label, 3rd occupation
    assert figures == {"mrr": (1 + 1 / 4) / 2, "hits@1": 0.5, "hits@5": 1.0, "hits@10": 1.0, "mrr, occupations": pytest.approx((1 + 1 / 3) / 2)}


def test_the_table_has_a_row_for_every_system_and_every_known_figure(run: Run, light: None, folder: Path) -> None:
    lines = run("labelled", "craigslist", folder)[1].splitlines()
    assert lines[0] == "craigslist: 1 postings, 3 resumes, 3 pairs"
    assert lines[1].split() == ["map", "ndcg@10"]
    assert [line[:24].strip() for line in lines[2:-1]] == ["ours", "bm25", "minilm-256", "fusion", "minilm-passages", "random order", "known: bm25"]
    assert lines[2].split() == ["ours", "1.000", "[1.000,", "1.000]", "1.000", "[1.000,", "1.000]"]
    assert lines[-2].split()[-2:] == ["0.45", "-"]
    assert lines[-1] == NOTE
    assert run("labelled", "talentclef", folder)[1].splitlines()[-1].startswith("random order ")


def test_a_folder_without_the_set_ends_with_1_and_says_what_is_missing(run: Run, light: None, tmp_path: Path) -> None:
    status, _, err = run("labelled", "melo", tmp_path)
    assert status == 1
    assert "corpus_elements.tsv.gz: missing; expected the folder that holds craigslist_job_resume_relevance, " in err


def test_the_store_of_the_settings_is_not_touched(run: Run, light: None, folder: Path, tmp_path: Path) -> None:
    assert run("labelled", "craigslist", folder, "--store", tmp_path / "s.db")[0] == 0
    assert not (tmp_path / "s.db").exists()


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the labelled sets are not at {DATA}")
def test_letters_alone_place_the_titles_of_melo_where_they_were_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    read = labelled.read_melo

    def some(folder: Path) -> Titles:
        titles = read(folder)
        return Titles(dict(list(titles.queries.items())[:40]), titles.occupations, titles.relevant)

    monkeypatch.setattr(labelled, "read_melo", some)
    found = labelled.measure_titles(DATA, WordLengthEncoder())
    assert found.size == {"titles": 40, "occupations": 3627, "labels": 33_809}
    assert 0.4 < found.systems["letters alone"]["mrr"].value < 0.8
    assert found.systems["letters alone"]["mrr, occupations"].value >= found.systems["letters alone"]["mrr"].value
