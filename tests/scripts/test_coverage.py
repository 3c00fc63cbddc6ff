"""`clinmatch coverage`: what is read of whole files, in our words or those of a job feed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from matcher.document import Document
from matcher.profile import Profile
from matcher.reading import Reader
from tests.scripts.conftest import POSTINGS, RESUME, Run, write

FEED = {
    "id": "f1",
    "title": "Therapist",
    "company": "Clinic",
    "location": "Austin, TX",
    "description": "LCSW or LPC in Texas. EMDR. 2 years of experience.",
    "seen": 3,
}


def _write_mixed(folder: Path) -> Path:
    rows = [*POSTINGS, FEED, {"id": "r1", "text": RESUME, "source": "scan"}]
    return write(folder / "mixed.jsonl", rows)  # type: ignore[arg-type]


def test_both_kinds_are_counted_with_the_share_of_what_was_found(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("coverage", _write_mixed(tmp_path), "--json")
    told = json.loads(out)
    assert status == 0
    assert {kind: (figures["documents"], figures["errors"]) for kind, figures in told.items()} == {"posting": (3, []), "resume": (1, [])}
    assert told["posting"]["found"] | {"licence clause": 1.0, "state": 1.0, "years": 0.3333, "pay": 0.0} == told["posting"]["found"]
    assert told["posting"]["clauses"]["any-of list"] == pytest.approx(0.3333)
    assert told["resume"]["found"]["licence"] == 1.0
    assert told["posting"]["ms_per_document"] > 0


def test_the_table_names_every_figure(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("coverage", _write_mixed(tmp_path))
    assert out.startswith("posting: 3 documents, 0 errors, ")
    assert [line.split()[0] for line in out.split("\n\n")[1].split("\n")[1:4]] == ["profession", "licence", "state"]


def test_bad_lines_and_documents_are_named_and_stop_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Reader.read

    def fail(reader: Reader, document: Document) -> Profile:
        if document.id == "p1":
            raise IndexError("out of it")
        return read(reader, document)

    monkeypatch.setattr(Reader, "read", fail)
    file = write(tmp_path / "p.jsonl", POSTINGS)
    file.write_text(file.read_text("utf-8") + "{\n[]\n" + json.dumps({"id": "x", "text": "?"}) + "\n", encoding="utf-8")
    status, out, _ = run("coverage", file, "--kind", "posting", "--json")
    figures = json.loads(out)["posting"]
    assert status == 1
    assert figures["documents"] == 5
    assert [error.partition(": ")[0] for error in figures["errors"]] == ["p.jsonl:1", "p.jsonl:3", "p.jsonl:4", "p.jsonl:5"]
    assert figures["errors"][0] == "p.jsonl:1: p1: IndexError: out of it"
    assert figures["found"]["licence clause"] == 1.0


def test_a_line_of_an_unknown_kind_is_counted(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_text("{\n", encoding="utf-8")
    status, out, _ = run("coverage", file)
    assert status == 1
    assert out.startswith("unknown: 1 documents, 1 errors")


def test_a_gzipped_file_is_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(FEED).encode()))
    status, out, _ = run("coverage", file, "--json")
    assert (status, json.loads(out)["posting"]["documents"]) == (0, 1)
