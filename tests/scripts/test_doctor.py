"""Checks of everything a match depends on."""

from __future__ import annotations

from pathlib import Path

from matcher.vocabulary import Vocabulary
from tests.scripts.conftest import POSTINGS, Run, write


def test_all_is_well_without_a_store_and_with_the_real_model(run: Run, vocabulary: Vocabulary) -> None:
    status, out, _ = run("doctor", "--precision", "fp32")
    first, second, third, *more = out.splitlines()
    assert status == 0
    assert first.startswith(f"ok    vocabulary: {len(vocabulary.concepts)} concepts, ")
    assert first.endswith(f"version {vocabulary.version}")
    assert second == "ok    model: all-MiniLM-L6-v2@fp32"
    assert third == "ok    store: clinmatch.db: none yet; clinmatch ingest creates it"
    assert [line.split(":")[0] for line in more] == ["ok    encoding", "ok    documents", "ok    uploads", "ok    shelves", "ok    secret"]


def test_a_check_of_a_store_that_is_not_there_does_not_create_it(run: Run, light: None, tmp_path: Path) -> None:
    run("doctor")
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_counted(run: Run, light: None, tmp_path: Path) -> None:
    run("ingest", write(tmp_path / "p.jsonl", POSTINGS), "--store", "s.db")
    status, out, _ = run("doctor", "--store", "s.db")
    assert status == 0
    assert out.splitlines()[2] == "ok    store: s.db: 2 postings, 0 resumes, change 2"


def test_a_damaged_store_is_wrong_and_everything_else_is_still_checked(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "s.db").write_bytes(b"no database" * 1000)
    status, out, _ = run("doctor", "--store", "s.db")
    assert status == 1
    well = [["ok", f"{name}:"] for name in ("vocabulary", "model", "encoding", "uploads", "shelves", "secret")]
    assert [line.split()[:2] for line in out.splitlines()] == [*well[:2], ["wrong", "store:"], *well[2:]]
    assert "s.db: not a readable store (file is not a database)" in out


def test_a_model_that_is_not_there_is_wrong(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("doctor", "--model", tmp_path / "none")
    assert status == 1
    assert out.splitlines()[1] == f"wrong model: {tmp_path / 'none' / 'model.safetensors'}: missing; a model is a folder with model.safetensors"
