"""`clinmatch evaluate FOLDER --eligibility FILE`: a line a judged pair, and the confusion of labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One posting, two resumes, one query each way."""
    posting = {"id": "p1", "title": "Therapist", "company": "", "location": "Fresno, CA", "description": "LCSW required."}
    resumes = [{"id": "r1", "name": "", "text": "LCSW in California since 2015."}, {"id": "r2", "name": "", "text": "LCSW in Texas since 2015."}]
    (tmp_path / "postings.jsonl").write_text(json.dumps(posting) + "\n", encoding="utf-8")
    (tmp_path / "resumes.jsonl").write_text("".join(json.dumps(one) + "\n" for one in resumes), encoding="utf-8")
    (tmp_path / "queries.json").write_text(json.dumps({"resume_to_postings": ["r1"], "posting_to_resumes": ["p1"]}), encoding="utf-8")
    lines = ["resume_to_postings:r1\tp1\t3\tE", "posting_to_resumes:p1\tr1\t3\tE", "posting_to_resumes:p1\tr2\t1\tU"]
    (tmp_path / "qrels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_every_judged_pair_has_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(folder), "--eligibility", str(folder / "out.tsv")]) == 0
    assert (folder / "out.tsv").read_text("utf-8").split("\n") == [
        "resume_to_postings:r1\tp1\tE\teligible\tLCSW in CA (stated), independent there",
        "posting_to_resumes:p1\tr1\tE\teligible\tLCSW in CA (stated), independent there",
        "posting_to_resumes:p1\tr2\tN\tneeds_licence_in_state\tLCSW is of TX; the work is in CA, which needs its own licence",
        "",
    ]
    assert capsys.readouterr().out.split("\n")[0] == "3 judged pairs, agreement 0.667"


def test_the_confusion_is_told_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(folder), "--eligibility", str(folder / "out.tsv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["confusion"] == {"E": {"E": 2, "N": 0, "U": 0}, "N": {"E": 0, "N": 0, "U": 0}, "U": {"E": 0, "N": 1, "U": 0}}
