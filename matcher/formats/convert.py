"""Every format both ways: bytes -> Documents or refusals, stored documents -> bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum

from matcher.catalog import Stored
from matcher.document import Document, Kind
from matcher.formats.job_posting import from_job_posting, to_job_posting
from matcher.formats.json_resume import from_json_resume, to_json_resume
from matcher.formats.lines import rows as rows_of_lines
from matcher.formats.lines import to_line
from matcher.formats.objects import rows as rows_of_objects
from matcher.formats.refusal import Refusal, Row, admit
from matcher.formats.table import rows as rows_of_table
from matcher.formats.table import to_rows
from matcher.vocabulary import Vocabulary


class Format(StrEnum):
    """How documents are written for other programs."""

    JSONL = "jsonl"
    CSV = "csv"
    JOB_POSTING = "jobposting"
    JSON_RESUME = "jsonresume"


OF_KIND = {Format.JOB_POSTING: Kind.POSTING, Format.JSON_RESUME: Kind.RESUME}  # formats of only one kind of document


def parse(
    data: bytes, format: Format, kind: Kind | None = None, mapping: Mapping[str, str] | None = None, *, name: str = "body", id: str | None = None
) -> Iterator[tuple[int, Document | Refusal]]:
    """What every line, row or object holds, with its number from 1 (of CSV, the line in which the row ends); raises nothing.

    `kind` is used where a line does not name its own; `mapping` is from a header of theirs to our column; `name` is that of
    the file in refusals; `id` is used for a JobPosting or JSON Resume that stands alone and names none.
    """
    return admit(_rows(data, format, mapping, id), name, kind)


def dump(stored: Iterable[Stored], format: Format, vocabulary: Vocabulary, mapping: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """The documents in a format, in pieces: a JSON array where there are several JobPostings or JSON Resumes, one alone as it is.

    Raises InvalidDocument for a document of the kind that the format does not have, and for a wrong mapping.
    """
    if format is Format.CSV:
        return to_rows((one.document for one in stored), mapping)
    if format is Format.JSONL:
        return (to_line(one.document) for one in stored)
    write: Callable[[Stored, Vocabulary], dict[str, object]] = to_job_posting if format is Format.JOB_POSTING else to_json_resume
    return _array(write(one, vocabulary) for one in stored)


def _rows(data: bytes, format: Format, mapping: Mapping[str, str] | None, id: str | None) -> Iterator[Row]:
    if format is Format.CSV:
        return rows_of_table(data, mapping)
    if format is Format.JSONL:
        return rows_of_lines(io.BytesIO(data))
    return rows_of_objects(data, from_job_posting if format is Format.JOB_POSTING else from_json_resume, id)


def _array(values: Iterator[dict[str, object]]) -> Iterator[bytes]:
    """A JSON array, each value on a line of its own; a value that stands alone without one."""
    first, second = next(values, None), next(values, None)
    if first is None or second is None:
        yield (_json(first) if first is not None else b"[]") + b"\n"
        return
    yield b"[\n" + _json(first) + b",\n" + _json(second)
    for value in values:
        yield b",\n" + _json(value)
    yield b"\n]\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
