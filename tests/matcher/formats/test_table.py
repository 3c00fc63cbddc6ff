"""CSV: formulas are neutral, other people's headers are read, nothing is lost."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.document import Document, InvalidDocument, Kind
from matcher.formats.refusal import Refusal, admit
from matcher.formats.table import COLUMNS, escaped, read_mapping, rows, to_rows, unescaped
from tests.conftest import posting

MAPPING = {"Req ID": "id", "Job Title": "title", "Ad": "text"}


def _read(data: bytes, mapping: dict[str, str] | None = None, kind: Kind | None = None) -> list[Document | Refusal]:
    return [found for _, found in admit(rows(data, mapping), "x.csv", kind)]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("- EMDR", "'- EMDR"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("\nx", "'\nx"), ("＝1", "'＝1"),
        ("'=1", "''=1"), ("''@x", "'''@x"), ("'tis", "'tis"), ("'", "'"), ("a=1", "a=1"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_that_would_run_gets_an_apostrophe_and_loses_it_again(cell: str, written: str) -> None:
    assert escaped(cell) == written
    assert unescaped(written) == cell


@given(st.text(st.sampled_from("'=+-@\t\r\n a＝"), max_size=6))
def test_escaping_loses_nothing_and_leaves_nothing_that_runs(cell: str) -> None:
    assert unescaped(escaped(cell)) == cell
    assert escaped(cell)[:1] not in tuple("=+-@\t\r\n＝")


def test_no_cell_of_an_export_begins_as_a_formula() -> None:
    document = posting("=cmd|' /C calc'!A0 LCSW", id="@p", title="+1", employer="-1", place="\t=1")
    (_, row) = csv.reader(io.StringIO(b"".join(to_rows([document])).decode(), newline=""))
    assert [cell[0] for cell in row if cell] == ["'", "p", "'", "'", "'", "'"]
    assert _read(b"".join(to_rows([document]))) == [document]


def test_their_headers_are_read_under_our_names_and_other_columns_are_left_out() -> None:
    data = b"\xef\xbb\xbfReq ID,Ad,Recruiter,Job Title,kind\r\np1,LCSW,Sam,Therapist,Full\r\n"
    assert _read(data, MAPPING, Kind.POSTING) == [Document("p1", Kind.POSTING, "LCSW", title="Therapist")]


def test_their_headers_are_written_and_read_back() -> None:
    document = Document("p1", Kind.POSTING, "LCSW", title="Therapist")
    data = b"".join(to_rows([document], MAPPING))
    assert data == b"Req ID,Job Title,Ad\r\np1,Therapist,LCSW\r\n"
    assert _read(data, MAPPING, Kind.POSTING) == [document]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (b"[]", "mapping: is not a JSON object"),
        (b"{", "mapping: is not JSON at column 2"),
        (b'{"A": "salary"}', f"mapping.A: is 'salary', must be one of {', '.join(COLUMNS)}"),
        (b'{"A": []}', f"mapping.A: is [], must be one of {', '.join(COLUMNS)}"),
        (b'{"A": "id", "B": "id"}', "mapping.B: is 'id', which 'A' is already"),
    ],
)
def test_a_mapping_that_is_none_is_refused_by_the_header_that_is_wrong(mapping: bytes, said: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_mapping(mapping)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("data", "mapping", "said"),
    [
        (b"id,Ad\np,LCSW\n", MAPPING, "x.csv:1: mapping.Req ID: is no column of the file; its columns are id, Ad"),
        (b"", MAPPING, "x.csv:1: mapping.Req ID: is no column of the file; its columns are "),
        (b"id,id,kind\na,b,posting\n", None, "x.csv:1: id: names more than one column"),
        (b"id\na\n", {"id": "x"}, f"x.csv:1: mapping.id: is 'x', must be one of {', '.join(COLUMNS)}"),
    ],
)
def test_a_header_that_cannot_be_read_refuses_the_file_in_one_line(data: bytes, mapping: dict[str, str] | None, said: str) -> None:
    assert [str(one) for one in _read(data, mapping)] == [said]
