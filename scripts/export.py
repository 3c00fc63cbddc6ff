"""The stored documents of a kind, in a format of other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from matcher.catalog import Stored
from matcher.document import InvalidDocument, Kind
from matcher.formats import OF_KIND, Complaint, Format, complaints, dump, to_job_posting
from matcher.matcher import Matcher


def export(matcher: Matcher, kind: Kind, format: Format, out: BinaryIO, mapping: Mapping[str, str] | None = None) -> int:
    """Write every document of a kind, by id; gives how many.

    Raises InvalidDocument, before anything is written, for a format that the kind does not have.
    """
    check_kind(kind, format)
    count = 0

    def counted() -> Iterator[Stored]:
        nonlocal count
        for one in matcher.documents(kind):
            count += 1
            yield one

    for piece in dump(counted(), format, matcher.vocabulary, mapping):
        out.write(piece)
    return count


def lint(matcher: Matcher) -> Iterator[tuple[str, Complaint]]:
    """What Google for Jobs would refuse or miss in each posting, with the id of the posting."""
    for one in matcher.documents(Kind.POSTING):
        for complaint in complaints(to_job_posting(one, matcher.vocabulary)):
            yield one.document.id, complaint


def check_kind(kind: Kind, format: Format) -> None:
    """Raises InvalidDocument where the format is for the other kind of document only."""
    if OF_KIND.get(format, kind) is not kind:
        raise InvalidDocument("kind", f"is {kind.value}, {format.value} is for {OF_KIND[format].value}s")
