"""The store into files that other programs read, and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scripts.conftest import POSTINGS, RESUME, Run, write


@pytest.fixture
def filled(run: Run, light: None, tmp_path: Path) -> None:
    """Two postings and a resume in the store."""
    (tmp_path / "jane.txt").write_text(RESUME)
    run("ingest", write(tmp_path / "p.jsonl", POSTINGS))
    run("ingest", "jane.txt", "--kind", "resume")


@pytest.mark.parametrize(
    ("kind", "format", "file"),
    [
        ("posting", "jsonl", "out.jsonl"),
        ("posting", "csv", "out.csv"),
        ("posting", "jobposting", "out.json"),
        ("resume", "jsonl", "out.jsonl"),
        ("resume", "csv", "out.csv"),
        ("resume", "jsonresume", "out.json"),
    ],
)
def test_what_is_exported_is_taken_again_and_exported_the_same(run: Run, filled: None, tmp_path: Path, kind: str, format: str, file: str) -> None:
    count = {"posting": 2, "resume": 1}[kind]
    assert run("export", "--kind", kind, "--format", format, "--output", file) == (0, "", f"{count} {kind}s exported\n")
    status, out, _ = run("ingest", file, "--store", "again.db")
    assert (status, out.partition(";")[0]) == (0, f"{count} taken, 0 refused")
    _, first, _ = run("export", "--kind", kind)
    _, again, _ = run("export", "--kind", kind, "--store", "again.db")
    assert again == first
    assert len(first.splitlines()) == count


def test_columns_are_written_and_read_under_the_names_of_a_mapping(run: Run, filled: None, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"Req": "id", "Kind": "kind", "Ad": "text"}')
    status, out, _ = run("export", "--kind", "posting", "--format", "csv", "--mapping", "m.json")
    assert (status, out.splitlines()[0]) == (0, "Req,Kind,Ad")
    (tmp_path / "theirs.csv").write_text(out)
    assert run("ingest", "theirs.csv", "--mapping", "m.json", "--store", "again.db")[1].startswith("2 taken, 0 refused")
    (tmp_path / "m.json").write_text('{"Req": "salary"}')
    assert run("ingest", "theirs.csv", "--mapping", "m.json")[2].startswith("clinmatch: mapping.Req: is 'salary', must be one of id, ")


def test_lint_says_what_google_for_jobs_would_refuse_and_ends_with_3(run: Run, filled: None) -> None:
    status, out, err = run("export", "--kind", "posting", "--format", "jobposting", "--lint")
    assert status == 3
    assert [one["identifier"]["value"] for one in json.loads(out)] == ["p1", "p2"]
    assert err.splitlines()[:2] == ["p1: datePosted: missing; required", "p1: baseSalary: missing; recommended"]
    assert "p2: hiringOrganization: missing; required" in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("resume", "jobposting"), "clinmatch: kind: is resume, jobposting is for postings\n"),
        (("posting", "jsonresume"), "clinmatch: kind: is posting, jsonresume is for resumes\n"),
        (("posting", "csv", "--lint"), "clinmatch: lint: is for the format jobposting, not csv\n"),
    ],
)
def test_a_format_of_the_other_kind_is_refused_and_no_file_is_touched(
    run: Run, filled: None, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    kind, format, *more = arguments
    assert run("export", "--kind", kind, "--format", format, *more, "--output", "x") == (1, "", complaint)
    assert not (tmp_path / "x").exists()
