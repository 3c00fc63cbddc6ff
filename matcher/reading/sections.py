"""Which part of a posting or resume a place in the text belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matcher.document import Kind

LONGEST_HEADING = 60  # characters
FLAT = 800  # a text of this length on so few lines has lost its layout
FLAT_LINES = 4


class Section(StrEnum):
    """What a stretch of text is for."""

    TITLE = "title"
    BODY = "body"  # before the first heading, or under one that says nothing
    REQUIRED = "required"
    PREFERRED = "preferred"
    DUTIES = "duties"
    ABOUT = "about"
    OFFER = "offer"  # pay, benefits, schedule
    BOILERPLATE = "boilerplate"
    SUMMARY = "summary"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    LICENCES = "licences"
    SKILLS = "skills"
    TRAINING = "training"
    LANGUAGES = "languages"
    SEEKING = "seeking"
    OTHER = "other"


Headings = Mapping[str, Sequence[tuple[str, re.Pattern[str]]]]  # kind -> section and the cues of its headings, in order

_FLAT_HEADINGS = re.compile(
    r"(?<=[\s.)])(Work Experience|Professional Experience|Experience|Education(?: and Training)?|Skills|Core Qualifications|Highlights"
    r"|Certifications?/?(?:Licenses)?|Licenses|Additional Information|Professional Summary|Summary|Accomplishments|Affiliations)"
    r"(?=\s+[A-Z0-9•])"
)
_PAGE = re.compile(r"^[\W_\d]*(?:page \d+(?: of \d+)?)?[\W_\d]*$", re.IGNORECASE)


LISTS = (Section.SKILLS, Section.LICENCES, Section.LANGUAGES, Section.TRAINING)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text of one section."""

    section: Section
    start: int
    end: int


class Sections:
    """The sections of a text in order, without gaps."""

    def __init__(self, spans: list[Span]) -> None:
        self.spans = spans
        self._starts = [span.start for span in spans]

    def at(self, offset: int) -> Section:
        """The section a character offset lies in."""
        return self.spans[max(0, bisect_right(self._starts, offset) - 1)].section


def find_sections(text: str, kind: Kind, body: int, headings: Headings) -> Sections:
    """Cut a text at its headings; everything before offset `body` is the title."""
    spans = [Span(Section.TITLE, 0, body)] if body else []
    current, start = Section.BODY, body
    for at, end, section, inline in _headings(text, body, headings[kind.value]):
        if current in LISTS and section in (Section.BODY, Section.EXPERIENCE) and text[:at].rstrip(" \t")[-2:] != "\n\n":
            continue  # a short line among skills, with no empty line before it, is a skill
        spans.append(Span(current, start, at))
        if inline:
            spans.append(Span(section, at, end))
            start = end
        else:
            current, start = section, at
    spans.append(Span(current, start, len(text)))
    return Sections([span for span in spans if span.end > span.start] or [Span(Section.BODY, 0, len(text))])


def _headings(text: str, body: int, table: Sequence[tuple[str, re.Pattern[str]]]) -> list[tuple[int, int, Section, bool]]:
    if len(text) - body > FLAT and text.count("\n", body) < FLAT_LINES:
        return [(match.start(), match.end(), _named(match.group(), table), False) for match in _FLAT_HEADINGS.finditer(text, body)]
    found = []
    for line in re.finditer(r"[^\n]+", text[body:]):
        at, end = line.start() + body, line.end() + body
        heading, inline = _heading(line.group())
        if heading and not _PAGE.match(heading):
            section = _named(heading, table)
            if section is not Section.BODY or not inline:
                found.append((at, end, section, inline))
    return found


def _heading(line: str) -> tuple[str, bool]:
    bare = line.strip().strip("#*=_-–—• ").strip()
    label, colon, rest = bare.partition(":")
    if colon and len(label.split()) <= 5 and len(label) <= LONGEST_HEADING and not re.search(r"\d", label):
        return label, bool(rest.strip(" *"))
    if not bare or len(bare) > LONGEST_HEADING or bare[-1] in ".,;!" or (line.strip()[0] in "-•*–▪●" and not line.strip().startswith("**")):
        return "", False
    words = re.findall(r"[A-Za-z][\w’']*", bare)
    shouted = bare.upper() == bare and len(words) <= 7 and not re.search(r", *\d", bare)
    titled = len(words) <= 6 and "," not in bare and not re.search(r", *\d", bare)
    return (bare, False) if words and (shouted or titled) else ("", False)


def _named(heading: str, table: Sequence[tuple[str, re.Pattern[str]]]) -> Section:
    return next((Section(section) for section, cues in table if cues.search(heading)), Section.BODY)
