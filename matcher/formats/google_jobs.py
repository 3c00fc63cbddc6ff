"""What Google for Jobs would refuse in a JobPosting, or would like to see in it.

Rules: https://developers.google.com/search/docs/appearance/structured-data/job-posting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.formats.markup import to_text
from matcher.formats.values import Object, entries

RECOMMENDED = ("baseSalary", "employmentType", "validThrough", "identifier")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A property that stands in the way, and why; one that is not `required` is only wished for."""

    property: str
    reason: str
    required: bool

    def __str__(self) -> str:
        return f"{self.property}: {self.reason}"


def complaints(posting: Object) -> Iterator[Complaint]:
    """Every rule that a JobPosting of ours breaks: first those without which it is not shown, then those that are recommended."""
    for name in ("title", "description", "datePosted", "hiringOrganization"):
        if not posting.get(name):
            yield Complaint(name, "missing; required", True)
    if _words(posting.get("description")) == _words(posting.get("title")) != "":
        yield Complaint("description", "is the same as the title; must be a complete description of the job", True)
    yield from _where(posting)
    for name in RECOMMENDED:
        if not posting.get(name):
            yield Complaint(name, "missing; recommended", False)


def _where(posting: Object) -> Iterator[Complaint]:
    places = [one for one in entries(posting.get("jobLocation")) if isinstance(one, dict)]
    addressed = bool(places) and all(isinstance(one.get("address"), dict) for one in places)
    if posting.get("jobLocationType") == "TELECOMMUTE":
        if not addressed and not posting.get("applicantLocationRequirements"):
            yield Complaint("applicantLocationRequirements", "missing; required where jobLocationType is TELECOMMUTE and there is no jobLocation", True)
    elif not places:
        yield Complaint("jobLocation", "missing; required unless jobLocationType is TELECOMMUTE", True)
    elif not addressed:
        yield Complaint("jobLocation", f"has no address, only {str(places[0].get('name', ''))[:60]!r}; required: city and state", True)


def _words(value: object) -> str:
    return " ".join(to_text(value).casefold().split()) if isinstance(value, str) else ""
