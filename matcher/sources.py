"""Files -> Documents: JSONL, CSV and plain text. A bad line stops nothing else and is reported."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.document import Document, InvalidDocument, Kind, MatcherProblem

SUFFIXES = (".jsonl", ".ndjson", ".csv", ".txt")
MAX_LINE = 1 << 20  # bytes
LISTS = ("telehealth_states",)
PAY = ("pay_low", "pay_high", "pay_period")
csv.field_size_limit(2**31 - 1)  # what is too long is refused as a field of a document, by name


class UnknownFormat(MatcherProblem, ValueError):
    """A file that is none of the kinds that can be read."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken: where it stands, which field, and why."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.reason}"


def read_file(path: Path, kind: Kind | None = None) -> Iterator[Document | Refusal]:
    """The documents of a file in order, and a refusal in the place of each bad one.

    `kind` is used where a line does not name its own; a .txt file is one document and needs it.
    Raises UnknownFormat at once, before anything is read.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UnknownFormat(f"{path}: ends with {path.suffix!r}; the formats are {', '.join(SUFFIXES)}")
    lines = {".csv": _csv, ".txt": _plain}.get(path.suffix.lower(), _json_lines)(path)
    seen: dict[tuple[Kind, str], int] = {}
    return (_document(path.name, line, values, kind, seen) for line, values in lines)


def read_lines(lines: Iterator[bytes], name: str, kind: Kind | None = None) -> Iterator[tuple[int, Document | Refusal]]:
    """As `read_file`, for the lines of an NDJSON stream, with their numbers."""
    seen: dict[tuple[Kind, str], int] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _document(name, number, _decoded(line), kind, seen)


def _document(file: str, line: int, values: Mapping[str, object] | InvalidDocument, kind: Kind | None, seen: dict[tuple[Kind, str], int]) -> Document | Refusal:
    if isinstance(values, InvalidDocument):
        return Refusal(file, line, values.field, values.reason)
    try:
        document = Document.from_mapping({"kind": kind, **values} if kind and "kind" not in values else values)
    except InvalidDocument as error:
        return Refusal(file, line, error.field, error.reason)
    first = seen.setdefault((document.kind, document.id), line)
    if first != line:
        return Refusal(file, line, "id", f"{document.id!r} stands already in line {first} of this file")
    return document


def _json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, object] | InvalidDocument]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, _decoded(line)


def _decoded(line: bytes) -> Mapping[str, object] | InvalidDocument:
    line = line.rstrip(b"\r\n")
    if len(line) > MAX_LINE:
        return InvalidDocument("line", f"has {len(line):,} bytes, at most {MAX_LINE:,} are taken")
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return InvalidDocument("line", f"is not UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        return InvalidDocument("line", f"is not JSON at column {error.colno}")
    except RecursionError:
        return InvalidDocument("line", "is not JSON: nested too deeply")
    except ValueError:  # of int()
        return InvalidDocument("line", "holds a number of too many digits")
    return values if isinstance(values, dict) else InvalidDocument("line", "is not a JSON object")


def _csv(path: Path) -> Iterator[tuple[int, Mapping[str, object] | InvalidDocument]]:
    text = path.read_bytes().decode("utf-8-sig", "surrogateescape")  # so that one bad byte costs one row
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for row in reader:
        yield reader.line_num, _row(row)


def _row(row: Mapping[str | None, str | list[str] | None]) -> Mapping[str, object] | InvalidDocument:
    if None in row:
        return InvalidDocument("line", "has more cells than the header")
    for name, cell in row.items():
        if match := re.search("[\udc80-\udcff]", str(cell)):
            return InvalidDocument(str(name), f"is not UTF-8 at character {match.start()}")
    values: dict[str, object] = {str(name): cell for name, cell in row.items() if cell not in (None, "")}
    for name in LISTS:
        if name in values:
            values[name] = [entry.strip() for entry in str(values[name]).split(";") if entry.strip()]
    if "remote" in values:
        values["remote"] = {"true": True, "yes": True, "false": False, "no": False}.get(str(values["remote"]).lower(), values["remote"])
    given = {name: values.pop(name) for name in PAY if name in values}
    if given:
        values["pay"] = {name.removeprefix("pay_"): _number(value) if name != "pay_period" else value for name, value in given.items()}
    return values


def _number(value: object) -> object:
    try:
        return float(str(value))
    except ValueError:
        return value


def _plain(path: Path) -> Iterator[tuple[int, Mapping[str, object] | InvalidDocument]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield 1, InvalidDocument("text", f"is not UTF-8 at byte {error.start}")
        return
    yield 1, {"id": path.stem, "text": text}
