"""Files -> Documents, each by the format its ending names. A bad line stops nothing else and is reported."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from matcher.document import Document, InvalidDocument, Kind, MatcherProblem
from matcher.formats.lines import read_lines
from matcher.formats.lines import rows as rows_of_lines
from matcher.formats.objects import rows as rows_of_objects
from matcher.formats.refusal import Refusal, Row, admit
from matcher.formats.table import rows as rows_of_table
from matcher.upload import InvalidUpload, Upload, UploadReader

__all__ = ["SUFFIXES", "UPLOADS", "Open", "Refusal", "UnknownFormat", "open_alone", "open_bytes", "read_file", "read_lines"]

SUFFIXES = (".jsonl", ".ndjson", ".csv", ".json", ".txt", ".pdf", ".docx")
UPLOADS = (".pdf", ".docx")
Open = Callable[[Path], Upload]  # raises InvalidUpload


class UnknownFormat(MatcherProblem, ValueError):
    """A file that is none of the kinds that can be read."""


def read_file(path: Path, kind: Kind | None = None, mapping: Mapping[str, str] | None = None, open_upload: Open | None = None) -> Iterator[Document | Refusal]:
    """The documents of a file in order, and a refusal in the place of each bad one.

    `kind` is used where a line does not name its own; a .txt, .pdf or .docx file is one document and needs it. `mapping` gives
    our names for the columns of a .csv file. A .json file holds JobPostings or JSON Resumes. `open_upload` reads .pdf and .docx
    files; without it each is read by a reader of its own.
    Raises UnknownFormat at once, before anything is read.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UnknownFormat(f"{path}: ends with {path.suffix!r}; the formats are {', '.join(SUFFIXES)}")
    return (found for _, found in admit(_rows(path, mapping, open_upload or open_alone), path.name, kind))


def open_alone(path: Path) -> Upload:
    """The text of one file by a reader that is closed again; raises InvalidUpload."""
    with UploadReader(workers=1) as uploads:
        return uploads.read(path.read_bytes())


def open_bytes(path: Path) -> BinaryIO | gzip.GzipFile:
    """The bytes of a file that may be gzipped."""
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _rows(path: Path, mapping: Mapping[str, str] | None, open_upload: Open) -> Iterator[Row]:
    if path.suffix.lower() in UPLOADS:
        yield 1, _upload(path, open_upload)
    elif path.suffix.lower() == ".csv":
        yield from rows_of_table(path.read_bytes(), mapping)
    elif path.suffix.lower() == ".json":
        yield from rows_of_objects(path.read_bytes(), id=path.stem)
    elif path.suffix.lower() == ".txt":
        yield 1, _plain(path)
    else:
        with path.open("rb") as stream:
            yield from rows_of_lines(stream)


def _plain(path: Path) -> Mapping[str, object] | InvalidDocument:
    try:
        return {"id": path.stem, "text": path.read_bytes().decode("utf-8-sig")}
    except UnicodeDecodeError as error:
        return InvalidDocument("text", f"is not UTF-8 at byte {error.start}")


def _upload(path: Path, open_upload: Open) -> Mapping[str, object] | InvalidDocument:
    try:
        return {"id": path.stem, "text": open_upload(path).text}
    except InvalidUpload as error:
        return InvalidDocument(error.name, error.reason)
