"""PDF and DOCX on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matcher.document import Document, Kind
from matcher.sources import Refusal, read_file
from scripts.cli import main
from scripts.hostile_files import PARAGRAPH, WORDS, docx, pdf
from scripts.uploads import fault, opened_uploads, read_folder
from tests.matcher.upload.conftest import document, paragraph, run


def test_a_file_is_one_document_named_after_it(tmp_path: Path) -> None:
    (tmp_path / "cv.pdf").write_bytes(pdf())
    (tmp_path / "job.DOCX").write_bytes(docx())
    assert list(read_file(tmp_path / "cv.pdf", Kind.RESUME)) == [Document("cv", Kind.RESUME, WORDS.decode())]
    assert list(read_file(tmp_path / "job.DOCX", Kind.POSTING)) == [Document("job", Kind.POSTING, WORDS.decode())]


def test_a_bad_file_is_refused_as_its_line_1(tmp_path: Path) -> None:
    (tmp_path / "cv.pdf").write_bytes(b"")
    assert list(read_file(tmp_path / "cv.pdf", Kind.RESUME)) == [Refusal("cv.pdf", 1, "file", "is empty: 0 bytes")]


def test_hidden_text_is_told_on_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cv.docx").write_bytes(document(PARAGRAPH, paragraph(run("EMDR DBT", "<w:vanish/>"))))
    with opened_uploads() as open_upload:
        (read,) = read_file(tmp_path / "cv.docx", Kind.RESUME, open_upload=open_upload)
    assert read == Document("cv", Kind.RESUME, WORDS.decode())
    assert capsys.readouterr().err == "cv.docx: hidden text left out (vanish): 7 characters, beginning 'EMDR DBT'\n"


def test_a_folder_is_read_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.docx").write_bytes(docx(PARAGRAPH * 10))
    (tmp_path / "b.pdf").write_bytes(pdf())
    (tmp_path / "c.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert [one.fault.partition(",")[0].partition(" is")[0] for one in read_folder(tmp_path)] == ["", "has 9 words", "UnsupportedFormat: format:"]
    assert main(["uploads", str(tmp_path), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["files"], told["read_well"], told["with_hidden"]) == (3, 1, 0)
    assert main(["uploads", str(tmp_path)]) == 3
    assert capsys.readouterr().out.startswith("3 files, 1 read well, 0 with hidden text; median ")


def test_a_folder_without_files_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["uploads", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"clinmatch: {tmp_path}: holds no file\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Therapist in Texas " * 20, ""),
        ("Therapist", "has 1 words, fewer than 50"),
        ("Therapist " * 60 + "Licensedclinicalsocialworkerin " * 5, "8% of its words have run together, at most 2% may"),
        ("S o c i a l Therapist " * 20, "57% of its words are single letters, at most 20% may be"),
    ],
)
def test_a_text_reads_well_where_its_words_are_words(text: str, told: str) -> None:
    assert fault(text) == told
