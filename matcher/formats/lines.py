"""JSON lines <-> Documents, one object of `Document.to_mapping` a line: every field is carried."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from matcher.document import Document, InvalidDocument, Kind
from matcher.formats.refusal import Refusal, Row, admit

MAX_LINE = 1 << 20  # bytes


def read_lines(lines: Iterable[bytes], name: str, kind: Kind | None = None) -> Iterator[tuple[int, Document | Refusal]]:
    """The documents and refusals of an NDJSON stream, with the numbers of their lines."""
    return admit(rows(lines), name, kind)


def rows(lines: Iterable[bytes]) -> Iterator[Row]:
    """The object of every line that is not blank."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _object(line)


def to_line(document: Document) -> bytes:
    """The line of a document, with its end."""
    return json.dumps(document.to_mapping(), ensure_ascii=False).encode() + b"\n"


def decoded(data: bytes, field: str) -> object:
    """The value of a JSON text in UTF-8; raises InvalidDocument under the name of the field."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidDocument(field, f"is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        raise InvalidDocument(field, f"is not JSON at {where}") from error
    except RecursionError as error:
        raise InvalidDocument(field, "is not JSON: nested too deeply") from error
    except ValueError as error:  # of int()
        raise InvalidDocument(field, "holds a number of too many digits") from error


def _object(line: bytes) -> dict[str, object] | InvalidDocument:
    line = line.rstrip(b"\r\n")
    if len(line) > MAX_LINE:
        return InvalidDocument("line", f"has {len(line):,} bytes, at most {MAX_LINE:,} are taken")
    try:
        values = decoded(line, "line")
    except InvalidDocument as error:
        return error
    return values if isinstance(values, dict) else InvalidDocument("line", "is not a JSON object")
