"""Files into the store."""

from __future__ import annotations

from pathlib import Path

from matcher.document import Document, Kind
from matcher.matcher import Matcher
from matcher.sources import Refusal
from scripts.ingest import Report, ingest
from tests.scripts.conftest import POSTINGS, RESUME, Run, write


def test_all_documents_of_a_file_are_stored_as_they_came(matcher: Matcher, tmp_path: Path) -> None:
    assert ingest(matcher, [write(tmp_path / "p.jsonl", POSTINGS)]) == Report(2, ())
    assert [matcher.get(Kind.POSTING, id).document for id in ("p1", "p2")] == [Document.from_mapping(row) for row in POSTINGS]


def test_refused_lines_are_reported_and_all_others_are_stored(matcher: Matcher, tmp_path: Path) -> None:
    file = write(tmp_path / "p.jsonl", [POSTINGS[0], {"id": "x"}, POSTINGS[1], POSTINGS[1]])
    report = ingest(matcher, [file])
    assert report == Report(2, (Refusal("p.jsonl", 2, "kind", "missing"), Refusal("p.jsonl", 4, "id", "'p2' stands already in line 3 of this file")))
    assert matcher.count(Kind.POSTING) == 2


def test_more_documents_than_a_batch_holds_are_all_stored(matcher: Matcher, tmp_path: Path) -> None:
    rows = [{**POSTINGS[0], "id": f"p{number}"} for number in range(130)]
    assert ingest(matcher, [write(tmp_path / "p.jsonl", rows)]).taken == 130
    assert matcher.count(Kind.POSTING) == 130


def test_a_later_file_replaces_the_documents_of_an_earlier_one(matcher: Matcher, tmp_path: Path) -> None:
    again = write(tmp_path / "q.jsonl", [{**POSTINGS[0], "title": "Anew"}])
    assert ingest(matcher, [write(tmp_path / "p.jsonl", POSTINGS), again]) == Report(3, ())
    assert matcher.get(Kind.POSTING, "p1").document.title == "Anew"
    assert matcher.count(Kind.POSTING) == 2


def test_the_command_ends_with_0_when_every_line_was_taken(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "jane.txt").write_text(RESUME)
    write(tmp_path / "p.jsonl", POSTINGS)
    assert run("ingest", "p.jsonl") == (0, "2 taken, 0 refused; 2 postings and 0 resumes are stored\n", "")
    assert run("ingest", "jane.txt", "--kind", "resume") == (0, "1 taken, 0 refused; 2 postings and 1 resumes are stored\n", "")


def test_the_command_ends_with_3_and_names_file_line_field_and_reason(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(b"id,kind,text,posted\np1,posting,LCSW,2026-11-01\np2,posting,LPC,soon\np3,posting,***,\n")
    assert run("ingest", "p.csv") == (
        3,
        "1 taken, 2 refused; 1 postings and 0 resumes are stored\n",
        "p.csv:3: posted: is 'soon', must be a date like 2026-11-22\np.csv:4: text: holds no letters, only digits or symbols; nothing can be read from it\n",
    )


def test_a_refusal_with_half_a_surrogate_pair_in_a_key_can_be_printed(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_bytes(b'{"id": "p1", "\\ud800": 1}\n')
    status, _, err = run("ingest", "p.jsonl")
    assert status == 3
    assert err.startswith("p.jsonl:1: ")


def test_a_file_that_is_not_there_ends_with_1_and_its_name_and_nothing_is_stored(run: Run, light: None, tmp_path: Path) -> None:
    write(tmp_path / "p.jsonl", POSTINGS)
    assert run("ingest", "p.jsonl", "none.jsonl") == (1, "", "clinmatch: [Errno 2] No such file or directory: 'none.jsonl'\n")
    (tmp_path / "q.jsonl").write_text("")
    assert run("ingest", "q.jsonl")[1] == "0 taken, 0 refused; 0 postings and 0 resumes are stored\n"


def test_a_file_of_another_suffix_ends_with_1_before_anything_is_stored(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "x.doc").write_bytes(b"%PDF")
    write(tmp_path / "p.jsonl", [{**POSTINGS[0], "id": f"p{number}"} for number in range(70)])
    complaint = "clinmatch: x.doc: ends with '.doc'; the formats are .jsonl, .ndjson, .csv, .json, .txt, .pdf, .docx\n"
    assert run("ingest", "p.jsonl", "x.doc") == (1, "", complaint)
    (tmp_path / "q.jsonl").write_text("")
    assert run("ingest", "q.jsonl")[1] == "0 taken, 0 refused; 0 postings and 0 resumes are stored\n"
