"""Rows -> Documents: every row is taken or refused, and none touches another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from matcher.document import Document, InvalidDocument, Kind

Row = tuple[int, "Mapping[str, object] | Document | InvalidDocument"]  # its number from 1, and what stands there or why nothing does


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken: where it stands, which field, and why."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.reason}"


def admit(rows: Iterable[Row], name: str, kind: Kind | None = None) -> Iterator[tuple[int, Document | Refusal]]:
    """The document of every row, or its refusal, with its number; an id that stood already is refused.

    `name` is that of the file in refusals; `kind` is used where a row does not name its own.
    """
    seen: dict[tuple[Kind, str], int] = {}
    for number, found in rows:
        try:
            document = _document(found, kind)
        except InvalidDocument as error:
            yield number, Refusal(name, number, error.field, error.reason)
            continue
        first = seen.setdefault((document.kind, document.id), number)
        again = Refusal(name, number, "id", f"{document.id!r} stands already in line {first} of this file")
        yield number, document if first == number else again


def _document(found: Mapping[str, object] | Document | InvalidDocument, kind: Kind | None) -> Document:
    if isinstance(found, InvalidDocument):
        raise found
    if isinstance(found, Document):
        return found
    return Document.from_mapping({"kind": kind, **found} if kind and "kind" not in found else found)
