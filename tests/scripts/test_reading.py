"""`clinmatch evaluate --reading`: figures, parts, and a line a text in the run file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.cli import main

TEXT = "Experience\nProvided EMDR to adolescents."
MARK = {"quote": "EMDR", "start": 20, "end": 24, "category": "modality", "strength": "practised"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one marked resume."""
    line = json.dumps({"id": "r1", "kind": "resume", "text": TEXT, "mentions": [MARK]})
    (tmp_path / "mentions.jsonl").write_text(f"{line}\n", encoding="utf-8")
    return tmp_path


def test_the_figures_are_printed_and_our_marks_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--reading", str(folder), "--json", "--run", str(folder / "run.jsonl")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["texts"] == 1
    assert told["categories"]["modality"]["f1"] == 1.0
    written = json.loads((folder / "run.jsonl").read_text("utf-8"))
    assert written["id"] == "r1"
    assert {"start": 20, "end": 24, "category": "modality", "strength": "practised"} in written["mentions"]
    assert all(set(mark) == {"start", "end", "category", "strength"} for mark in written["mentions"])


def test_the_table_has_a_line_a_category(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--reading", str(folder)]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == "1 texts, part: all"
    assert [line.split()[0] for line in lines[2:] if line] == ["modality", "population", "all"]


def test_a_broken_line_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mentions.jsonl").write_text("{\n", encoding="utf-8")
    assert main(["evaluate", "--reading", str(folder)]) == 1
    assert "mentions.jsonl:1: is not JSON" in capsys.readouterr().err
