"""Files of documents: every bad line is named, and no other line is touched by it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from matcher.document import Document, Kind, Pay
from matcher.sources import Refusal, UnknownFormat, open_bytes, read_file, read_lines

FIRST = b'{"id": "a", "kind": "posting", "text": "LCSW"}'
LAST = b'{"id": "z", "kind": "resume", "text": "LPC"}'

NAN = b'{"id": "b", "kind": "posting", "text": "LCSW", "pay": {"low": NaN, "high": 2, "period": "hour"}}'
INFINITE = b'{"id": "b", "kind": "posting", "text": "LCSW", "pay": {"low": 1, "high": Infinity, "period": "hour"}}'
STATES = b'{"id": "b", "kind": "posting", "text": "LCSW", "telehealth_states": %s}'
BAD_LINES = [
    ("an empty text", b'{"id": "b", "kind": "posting", "text": ""}', "text", "is empty"),
    ("symbols", b'{"id": "b", "kind": "posting", "text": "***"}', "text", "holds no letters, only digits or symbols; nothing can be read from it"),
    ("1 MB of text", b'{"id": "b", "kind": "posting", "text": "%s"}' % (b"a" * 1_000_000), "text", "has 1,000,000 characters, at most 200,000 are taken"),
    ("more than 1 MiB", b'{"id": "b", "kind": "posting", "text": "%s"}' % (b"a" * 1_100_000), "line", "has 1,100,042 bytes, at most 1,048,576 are taken"),
    ("invalid UTF-8", b'{"id": "b\xff"}', "line", "is not UTF-8 at byte 9"),
    ("a raw NUL", b'{"id": "b\0"}', "line", "is not JSON at column 10"),
    ("an escaped NUL", b'{"id": "b", "kind": "posting", "text": "a\\u0000"}', "text", "holds a NUL character at position 1"),
    ("half a pair", b'{"id": "b", "kind": "posting", "text": "a\\ud800"}', "text", "holds half of a surrogate pair at position 1; send valid Unicode"),
    ("another kind", b'{"id": "b", "kind": "job", "text": "LCSW"}', "kind", "is 'job', must be one of posting, resume"),
    ("no kind", b'{"id": "b", "text": "LCSW"}', "kind", "missing"),
    ("an id seen before", b'{"id": "a", "kind": "posting", "text": "LPC"}', "id", "'a' stands already in line 1 of this file"),
    ("a number for a text", b'{"id": "b", "kind": "posting", "text": 7}', "text", "must be a string, not a number"),
    ("NaN", NAN, "pay.low", "is nan, must be between 0 and 10,000,000"),
    ("Infinity", INFINITE, "pay.high", "is inf, must be between 0 and 10,000,000"),
    ("a number of 5,000 digits", b'{"id": %s}' % (b"1" * 5000), "line", "holds a number of too many digits"),
    ("a bad date", b'{"id": "b", "kind": "posting", "text": "LCSW", "posted": "soon"}', "posted", "is 'soon', must be a date like 2026-11-22"),
    ("a bad state", STATES % b'["XX"]', "telehealth_states", "holds 'XX', must be two-letter US states"),
    ("a list for a state", STATES % b"[[]]", "telehealth_states", "holds [], must be two-letter US states"),
    ("deep nesting", b'{"id": ' + b"[" * 100_000, "line", "is not JSON: nested too deeply"),
    ("an array", b'["b", "posting", "LCSW"]', "line", "is not a JSON object"),
    ("a string", b'"LCSW"', "line", "is not a JSON object"),
    ("half a line", b'{"id": "b", "kind":', "line", "is not JSON at column 20"),
    ("two objects", b'{"id": "b"} {"id": "c"}', "line", "is not JSON at column 13"),
]  # fmt: skip


def _read(path: Path, content: bytes, kind: Kind | None = None) -> list[Document | Refusal]:
    path.write_bytes(content)
    return list(read_file(path, kind))


def _ids(read: Iterable[Document | Refusal]) -> list[str]:
    return [one.id if isinstance(one, Document) else f"{one.line}: {one.field}" for one in read]


@pytest.mark.parametrize(("line", "field", "reason"), [case[1:] for case in BAD_LINES], ids=[case[0] for case in BAD_LINES])
def test_a_bad_json_line_is_named_and_its_neighbours_are_taken(tmp_path: Path, line: bytes, field: str, reason: str) -> None:
    before, refused, after = _read(tmp_path / "x.jsonl", b"\n".join([FIRST, line, LAST]))
    assert refused == Refusal("x.jsonl", 2, field, reason)
    assert before == Document("a", Kind.POSTING, "LCSW")
    assert after == Document("z", Kind.RESUME, "LPC")


@pytest.mark.parametrize(("line", "field", "reason"), [case[1:] for case in BAD_LINES], ids=[case[0] for case in BAD_LINES])
def test_a_bad_line_of_a_stream_is_named_as_in_a_file(line: bytes, field: str, reason: str) -> None:
    (_, before), (number, refused), (_, after) = read_lines(iter([FIRST, line, LAST]), "body")
    assert (number, refused) == (2, Refusal("body", 2, field, reason))
    assert _ids([before, after]) == ["a", "z"]


def test_a_key_that_is_not_known_is_named_with_those_that_are(tmp_path: Path) -> None:
    (refused,) = _read(tmp_path / "x.jsonl", b'{"id": "b", "kind": "posting", "text": "LCSW", "salary": 5}')
    assert isinstance(refused, Refusal)
    assert refused.field == "salary"
    assert refused.reason.startswith("unknown field; the fields are id, kind, text, title, ")


def test_a_refusal_reads_as_file_line_field_and_reason() -> None:
    assert str(Refusal("x.csv", 7, "pay.low", "is -1")) == "x.csv:7: pay.low: is -1"


def test_the_same_id_may_stand_once_for_each_kind(tmp_path: Path) -> None:
    read = _read(tmp_path / "x.jsonl", FIRST + b"\n" + FIRST.replace(b"posting", b"resume"))
    assert _ids(read) == ["a", "a"]


def test_a_duplicate_names_the_first_line_however_often_it_comes(tmp_path: Path) -> None:
    read = _read(tmp_path / "x.jsonl", b"\n" + b"\n".join([FIRST] * 3))
    assert [str(one) for one in read[1:]] == [f"x.jsonl:{line}: id: 'a' stands already in line 2 of this file" for line in (3, 4)]


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_json_lines(tmp_path: Path) -> None:
    read = _read(tmp_path / "x.ndjson", b"\xef\xbb\xbf" + FIRST + b"\r\n\r\n" + LAST + b"\r\n")
    assert read == [Document("a", Kind.POSTING, "LCSW"), Document("z", Kind.RESUME, "LPC")]


def test_blank_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    read = _read(tmp_path / "x.jsonl", b"\n  \n" + FIRST + b"\n\n[]\n")
    assert _ids(read) == ["a", "5: line"]


def test_a_line_separator_within_a_json_text_does_not_end_the_line(tmp_path: Path) -> None:
    text = "one\u2028two\x85three"
    read = _read(tmp_path / "x.jsonl", json.dumps({"id": "a", "kind": "posting", "text": text}, ensure_ascii=False).encode())
    assert read == [Document("a", Kind.POSTING, text)]


def test_the_kind_given_is_that_of_lines_that_name_none(tmp_path: Path) -> None:
    read = _read(tmp_path / "x.jsonl", b'{"id": "b", "text": "LCSW"}\n' + FIRST, Kind.RESUME)
    assert [one.kind for one in read if isinstance(one, Document)] == [Kind.RESUME, Kind.POSTING]


@pytest.mark.parametrize("name", ["x.doc", "x", "x.xml"])
def test_a_file_of_another_suffix_is_refused_with_the_formats_that_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(UnknownFormat) as caught:
        _read(path, FIRST)
    assert str(caught.value) == f"{path}: ends with {path.suffix!r}; the formats are .jsonl, .ndjson, .csv, .json, .txt, .pdf, .docx"


def test_a_suffix_in_capitals_is_the_same_suffix(tmp_path: Path) -> None:
    assert _ids(_read(tmp_path / "X.JSONL", FIRST)) == ["a"]


HEADER = b"id,kind,text,remote,telehealth_states,pay_low,pay_high,pay_period\n"


def test_a_csv_row_becomes_the_same_document_as_its_json(tmp_path: Path) -> None:
    (document,) = _read(tmp_path / "x.csv", HEADER + b'a,posting,"LCSW, two\nlines",Yes,TX; CO,40,60.5,hour\n')
    assert document == Document("a", Kind.POSTING, "LCSW, two\nlines", remote=True, telehealth_states=("CO", "TX"), pay=Pay(40, 60.5, "hour"))


def test_empty_csv_cells_are_fields_left_out(tmp_path: Path) -> None:
    assert _read(tmp_path / "x.csv", HEADER + b"a,posting,LCSW,,,,,\nb,posting,LPC\n") == [
        Document("a", Kind.POSTING, "LCSW"),
        Document("b", Kind.POSTING, "LPC"),
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_csv(tmp_path: Path) -> None:
    read = _read(tmp_path / "x.csv", b"\xef\xbb\xbf" + (HEADER + b"a,posting,LCSW\n").replace(b"\n", b"\r\n"))
    assert read == [Document("a", Kind.POSTING, "LCSW")]


BAD_ROWS = [
    ("an empty text", b"b,posting,,", "text", "missing"),
    ("symbols", b"b,posting,***", "text", "holds no letters, only digits or symbols; nothing can be read from it"),
    ("1 MB of text", b"b,posting," + b"a" * 1_000_000, "text", "has 1,000,000 characters, at most 200,000 are taken"),
    ("invalid UTF-8", b"b,posting,LC\xffSW", "text", "is not UTF-8 at character 2"),
    ("a surrogate as UTF-8", b"b,posting,LC\xed\xa0\x80SW", "text", "is not UTF-8 at character 2"),
    ("a NUL", b"b,posting,LC\0SW", "text", "holds a NUL character at position 2"),
    ("another kind", b"b,job,LCSW", "kind", "is 'job', must be one of posting, resume"),
    ("an id seen before", b"a,posting,LCSW", "id", "'a' stands already in line 2 of this file"),
    ("too many cells", b"b,posting,LCSW,,,,,,extra", "line", "has more cells than the header"),
    ("remote in other words", b"b,posting,LCSW,perhaps", "remote", "must be true or false, not a string"),
    ("a bad state", b"b,posting,LCSW,,TX;XX", "telehealth_states", "holds 'XX', must be two-letter US states"),
    ("pay in words", b"b,posting,LCSW,,,forty,60,hour", "pay.low", "must be a number, not a string"),
    ("NaN", b"b,posting,LCSW,,,nan,60,hour", "pay.low", "is nan, must be between 0 and 10,000,000"),
    ("Infinity", b"b,posting,LCSW,,,40,inf,hour", "pay.high", "is inf, must be between 0 and 10,000,000"),
    ("pay without a period", b"b,posting,LCSW,,,40,60,", "pay", "must be an object with low, high and period"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "field", "reason"), [case[1:] for case in BAD_ROWS], ids=[case[0] for case in BAD_ROWS])
def test_a_bad_csv_row_is_named_and_its_neighbours_are_taken(tmp_path: Path, row: bytes, field: str, reason: str) -> None:
    before, refused, after = _read(tmp_path / "x.csv", HEADER + b"a,posting,LCSW\n" + row + b"\nz,resume,LPC\n")
    assert refused == Refusal("x.csv", 3, field, reason)
    assert before == Document("a", Kind.POSTING, "LCSW")
    assert after == Document("z", Kind.RESUME, "LPC")


def test_a_csv_text_as_long_as_a_document_may_be_is_taken(tmp_path: Path) -> None:
    (document,) = _read(tmp_path / "x.csv", HEADER + b"a,posting," + b"a" * 200_000)
    assert document == Document("a", Kind.POSTING, "a" * 200_000)


def test_a_csv_column_that_is_not_known_is_named_on_every_row(tmp_path: Path) -> None:
    read = _read(tmp_path / "x.csv", b"id,kind,text,salary\na,posting,LCSW,5\nb,posting,LPC,\n")
    assert _ids(read) == ["2: salary", "b"]


def test_a_text_file_is_one_document_named_after_it(tmp_path: Path) -> None:
    read = _read(tmp_path / "jane.txt", b"\xef\xbb\xbfLCSW\r\nAustin", Kind.RESUME)
    assert read == [Document("jane", Kind.RESUME, "LCSW\r\nAustin")]


@pytest.mark.parametrize(
    ("content", "field", "reason"),
    [
        (b"", "text", "is empty"),
        (b"LC\xffSW", "text", "is not UTF-8 at byte 2"),
        (b"LC\0SW", "text", "holds a NUL character at position 2"),
        (b"a" * 1_000_000, "text", "has 1,000,000 characters, at most 200,000 are taken"),
    ],
    ids=["empty", "invalid UTF-8", "NUL", "1 MB"],
)
def test_a_bad_text_file_is_refused_as_its_line_1(tmp_path: Path, content: bytes, field: str, reason: str) -> None:
    assert _read(tmp_path / "jane.txt", content, Kind.RESUME) == [Refusal("jane.txt", 1, field, reason)]


def test_a_text_file_without_a_kind_is_refused(tmp_path: Path) -> None:
    assert _read(tmp_path / "jane.txt", b"LCSW") == [Refusal("jane.txt", 1, "kind", "missing")]


def test_a_json_file_holds_a_job_posting_or_a_json_resume_named_after_it_where_it_names_no_id(tmp_path: Path) -> None:
    assert _read(tmp_path / "job.json", b'{"@type": "JobPosting", "description": "<p>LCSW</p>"}') == [Document("job", Kind.POSTING, "LCSW")]
    assert _read(tmp_path / "jane.json", b'{"basics": {"name": "Jane"}}', Kind.POSTING) == [Document("jane", Kind.RESUME, "Jane")]


def test_several_objects_of_a_json_file_need_ids_and_each_bad_one_is_named(tmp_path: Path) -> None:
    read = _read(
        tmp_path / "x.json", b'[{"@type": "JobPosting", "description": "LCSW"}, {"id": "a"}, {"@type": "JobPosting", "description": "LPC", "identifier": "b"}]'
    )
    assert [str(one) for one in read[:2]] == ["x.json:1: identifier: missing", "x.json:2: line: is neither a JobPosting (@type) nor a JSON Resume (basics)"]
    assert read[2:] == [Document("b", Kind.POSTING, "LPC")]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_a_json_file_that_is_none_is_one_refusal(tmp_path: Path, content: bytes) -> None:
    (refused,) = _read(tmp_path / "x.json", content)
    assert isinstance(refused, Refusal)
    assert (refused.line, refused.field) == (1, "line")


def test_the_columns_of_a_csv_file_can_bear_other_names(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"Req,Ad\n1,LCSW\n")
    assert list(read_file(path, Kind.POSTING, {"Req": "id", "Ad": "text"})) == [Document("1", Kind.POSTING, "LCSW")]


def test_a_file_is_opened_the_same_gzipped_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"one\r\ntwo\n")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"one\r\ntwo\n"))
    for name in ("a.jsonl", "a.jsonl.gz"):
        with open_bytes(tmp_path / name) as lines:
            assert list(lines) == [b"one\r\n", b"two\n"]
