"""A JSON text that holds one or several JobPostings or JSON Resumes -> Documents, one a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from matcher.document import Document, InvalidDocument
from matcher.formats.job_posting import from_job_posting, is_job_posting
from matcher.formats.json_resume import from_json_resume, is_json_resume
from matcher.formats.lines import decoded
from matcher.formats.refusal import Row
from matcher.formats.values import entries

Read = Callable[[object, "str | None"], Document]


def rows(data: bytes, read: Read | None = None, id: str | None = None) -> Iterator[Row]:
    """Every object as a document, numbered from 1; without `read`, each by what it says that it is.

    `id` is that of an object which stands alone and names none.
    """
    try:
        found = list(_apart(decoded(data, "line")))
    except InvalidDocument as error:
        yield 1, error
        return
    for number, one in enumerate(found, 1):
        yield number, _taken(one, read or detected, id if len(found) == 1 else None)


def detected(values: object, id: str | None = None) -> Document:
    """The document of a JobPosting or a JSON Resume; raises InvalidDocument for another object."""
    if isinstance(values, dict) and is_json_resume(values):
        return from_json_resume(values, id)
    if isinstance(values, dict) and ("@type" in values or "@graph" in values):
        return from_job_posting(values, id)
    raise InvalidDocument("line", "is neither a JobPosting (@type) nor a JSON Resume (basics)")


def _apart(values: object) -> Iterator[object]:
    """The objects of a list, and the JobPostings of an `@graph`; something else as it is."""
    listed: list[object] = values if isinstance(values, list) else [values]
    for one in listed:
        graph = entries(one.get("@graph")) if isinstance(one, dict) else []
        held: list[object] = [inner for inner in graph if isinstance(inner, dict) and is_job_posting(inner)]
        yield from held or [one]


def _taken(values: object, read: Read, id: str | None) -> Document | InvalidDocument:
    try:
        return read(values, id)
    except InvalidDocument as error:
        return error
