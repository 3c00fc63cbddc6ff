"""Which part of a posting or resume a place in the text belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from matcher.document import Kind
from matcher.reading.headings import BULLET, LEAD_IN, Headings, Section, Table, asks, begun, heading_of, marked, named, names_job, qualifying, weak

__all__ = ["Section", "Sections", "Span", "find_sections"]

FLAT = 800  # a text of this length on so few lines has lost its layout
FLAT_LINES = 4
LONGEST_TITLE = 120  # characters of a first line that is the title of its posting
LONGEST_HEADER = 100  # characters of a line of name and contact

_FLAT_NAMES = (
    "Work Experience|Professional Experience|Volunteer Experience|Experience|Education(?: and Training)?|Skills|Core Qualifications|Core Competencies"
    "|Highlights(?: of Qualifications)?|Certifications?/?(?:Licenses)?|Licenses|Additional Information|Professional Summary|Summary"
    "|Accomplishments|Affiliations|Key Skills|Technical Skills|Areas of Expertise|Languages|Professional Development|Internships?"
)
_FLAT_HEADINGS = re.compile(rf"(?<=[\s.)])({_FLAT_NAMES}|{_FLAT_NAMES.upper()})(?=\s+[A-Z0-9•])")
_FLAT_LABEL = re.compile(r"(?<=[.?!•*;] )([A-Z][A-Za-z/&]*(?: [A-Za-z/&]+){0,3}):(?= )[^\n]*?(?=[.!?•*] |\n|$)")  # "? Technology: Epic, Excel ?"
_FLAT_JOB = re.compile(r"[^\n]{0,200}?, [A-Z]{2}(?= )")  # "Therapist Therapist - Harbor House Tampa, FL", with a summary behind it
_LINE = re.compile(r"[^\n]+")

LISTS = (Section.SKILLS, Section.LICENCES, Section.LANGUAGES, Section.TRAINING)
ASKED = (Section.REQUIRED, Section.PREFERRED)
UNSAID = (Section.BODY, Section.EDUCATION, Section.DUTIES, Section.ABOUT)
LABELLED = (*LISTS, *ASKED)  # sections that a label within a line makes


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


class Cut(NamedTuple):
    """Where a section begins; `inline`: and ends with its line; None goes back to the section before."""

    at: int
    end: int
    section: Section | None
    inline: bool = False
    alone: bool = True  # after an empty line, or marked as a heading
    unsure: bool = False  # counts only where the headings leave it open


def find_sections(text: str, kind: Kind, body: int, headings: Headings) -> Sections:
    """Cut a text at its headings; everything before offset `body` is the title."""
    spans = [Span(Section.TITLE, 0, body)] if body else []
    flat = len(text) - body > FLAT and text.count("\n", body) < FLAT_LINES
    table = headings[kind.value]
    cuts = _flat_cuts(text, body, table) if flat else list(_Cutter(kind, body > 0, table).cuts(text, body))
    current, outer, start = Section.BODY, Section.BODY, body
    if flat and cuts and kind is Kind.RESUME:
        job = _FLAT_JOB.match(text, body, cuts[0].at)
        cuts = [Cut(job.end() if job else body, cuts[0].at, Section.SUMMARY), *cuts]
    for cut in cuts:
        if (cut.unsure and current not in UNSAID) or (not cut.alone and _is_item(text[cut.at : cut.end], cut.section, current)):
            continue
        spans.append(Span(current, start, cut.at))
        if cut.inline and cut.section:
            spans.append(Span(cut.section, cut.at, cut.end))
            start = cut.end
        else:
            current, outer, start = cut.section or outer, current, cut.at
    spans.append(Span(current, start, len(text)))
    return Sections([span for span in spans if span.end > span.start] or [Span(Section.BODY, 0, len(text))])


def _is_item(line: str, section: Section | None, current: Section) -> bool:
    """Whether a short line with no empty line before it is an item of the list it stands in."""
    return (current in (*LISTS, Section.EDUCATION) and section in (Section.BODY, Section.EXPERIENCE)) or (current in ASKED and weak(line))


def _flat_cuts(text: str, body: int, table: Table) -> list[Cut]:
    cuts = [Cut(match.start(), match.end(), named(match.group(), table)) for match in _FLAT_HEADINGS.finditer(text, body)]
    labels = [(match, named(match.group(1), table)) for match in _FLAT_LABEL.finditer(text, body)]
    cuts += [Cut(*match.span(), section, True) for match, section in labels if section in LABELLED]
    return sorted(cuts)


class _Line(NamedTuple):
    """A line that is not empty: whether it is the first, and whether an empty one stands before it."""

    text: str
    at: int
    end: int
    first: bool
    blank: bool


class _Cutter:
    """Cuts a text line by line."""

    def __init__(self, kind: Kind, titled: bool, table: Table) -> None:
        self._kind, self._titled, self._table = kind, titled, table
        self._until = ""  # what ends the section: an empty line, a long one, or one that is no bullet
        self._top = False  # among the first lines
        self._under = False  # right below a heading, where a line is hardly one

    def cuts(self, text: str, body: int) -> Iterator[Cut]:
        """Where the sections of the text from offset `body` on begin."""
        last = body
        for match in _LINE.finditer(text, body):
            if match.group().isspace():
                continue
            line = _Line(match.group(), *match.span(), last == body, text.count("\n", last, match.start()) > 1)
            last = match.end()
            if self._is_over(line):
                self._until = ""
                yield Cut(line.at, line.at, None)
            yield from self._cut(line)

    def _is_over(self, line: _Line) -> bool:
        if self._until == "bullets" and self._under and not BULLET.match(line.text):
            self._until = "empty"  # a sentence with a colon, and prose below it
        return (
            (self._until == "bullets" and not BULLET.match(line.text))
            or ("empty" in self._until and line.blank)
            or ("long" in self._until and len(line.text) > LONGEST_HEADER)
        )

    def _cut(self, line: _Line) -> Iterator[Cut]:
        heading, inline = heading_of(line.text)
        section, alone = self._section(line, heading, inline)
        self._top = self._top and not line.blank
        self._under = section is not None and not inline
        if section:
            lead_in = not inline and len(heading.split()) > LEAD_IN and line.text.rstrip().endswith(":")
            self._until = "bullets" if lead_in else "empty" if section is Section.NOT and not inline else ""
            yield Cut(line.at, line.end, section, inline and not self._goes_on(line, section), alone)
        elif line.first and not self._titled and len(line.text) <= LONGEST_TITLE and line.text.rstrip()[-1:] not in ".!?:;,":
            resume = self._kind is Kind.RESUME
            self._until, self._top = "empty or long" if resume else "", not resume
            yield Cut(line.at, line.end, Section.TITLE, inline=not resume)
        else:
            yield from _unnamed(line, self._kind)

    def _section(self, line: _Line, heading: str, inline: bool) -> tuple[Section | None, bool]:
        """The section a heading begins, if it is one; and whether it stands alone or is marked as one."""
        section = named(heading, self._table) if heading else None
        plain = section not in (None, Section.BODY) and marked(line.text)
        alone = line.first or plain or (line.blank and not (self._under and weak(heading)))
        hidden = section is Section.BODY and (inline or line.first or self._under or not line.blank)
        if not self._titled and not inline and (names_job(line.text) if line.first else self._top and not marked(line.text)):
            hidden = True  # the title, and below it who and where
        if section is Section.TITLE and not inline:
            section = Section.DUTIES
        return None if hidden else section, alone

    def _goes_on(self, line: _Line, section: Section) -> bool:
        """Whether more than its line belongs to a label: "Practicum: Harbor House", "Publications: other"."""
        short = section in (Section.OTHER, Section.TRAINING) and len(line.text.partition(":")[2].split()) <= LEAD_IN
        return self._kind is Kind.RESUME and line.blank and (section is Section.EXPERIENCE or short)


def _unnamed(line: _Line, kind: Kind) -> Iterator[Cut]:
    """A line that begins a section without a heading."""
    if kind is Kind.POSTING:
        if asks(line.text) or qualifying(line.text):
            yield Cut(line.at, line.end, Section.REQUIRED, inline=not qualifying(line.text), unsure=True)
        return
    found = begun(line.text)
    if found:
        section, sure = found
        yield Cut(line.at, line.end, section, alone=line.blank or section is Section.EXPERIENCE, unsure=not sure)
