"""The main job on the bundled sample, with the real model."""

from __future__ import annotations

from pathlib import Path

from matcher.document import Document
from matcher.sources import read_file
from scripts.demo import RESUME, SAMPLE
from tests.scripts.conftest import Run


def test_every_line_of_the_bundled_sample_is_a_document() -> None:
    for name in ("postings.jsonl", "resumes.jsonl"):
        read = list(read_file(SAMPLE / name))
        assert [one for one in read if not isinstance(one, Document)] == []
        assert len(read) == sum(1 for line in (SAMPLE / name).read_text("utf-8").split("\n") if line)


def test_the_demo_matches_a_resume_and_accounts_for_every_point(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("demo")
    postings, resumes = (len(list(read_file(SAMPLE / name))) for name in ("postings.jsonl", "resumes.jsonl"))
    assert status == 0
    assert out.startswith(f"{postings} postings and {resumes} resumes loaded.\nResume {RESUME} begins: ")
    assert [line[:2] for line in out.splitlines() if line[:1].isdigit() and line[1:2] == "."] == ["1.", "2.", "3."]
    assert out.count(" of 100, between ") == 3
    assert list(tmp_path.iterdir()) == []
