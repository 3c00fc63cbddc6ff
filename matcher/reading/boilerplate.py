"""What must not count: legal paragraphs and benefits in postings, identity and contact in resumes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.reading.sections import Section, Sections
from matcher.sought import Sought, sought

MAIL = r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"
TELEPHONE = r"\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b"
WAYS = (
    rf"https?://\S+|(?:www|linkedin)\.\S+|{TELEPHONE}"
    r"|\b\d{1,5} (?:[A-Z][\w.]+ ){1,4}(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Dr|Drive|Ln|Lane|Way|Ct|Court)\b\.?"
    r"|\b\d{5}(?:-\d{4})?\b(?= |\n|$)|\[(?:EMAIL|PHONE|NAME|PROFILE_URL|LICENSE_NO)\]"
)
CONTACT, NO_MAIL = re.compile(f"{MAIL}|{WAYS}"), sought(WAYS, cased=True)
ANYBODY = "Alex Doe"  # stands where the name of a person stood
PERSON = sought(
    r"\b(?:he|she|him|his|hers|her|himself|herself|they|them|their|theirs|themsel(?:f|ves)|zi?e|zirs?|hirs?|zirself|hirself|xe|xem|xyrs?)\b",
    r"\b(?:mr|mrs|ms|mx|miss)\b\.?|\balex doe\b",
)
DECORATION = sought(r"[=_*#~.•·●▪–—-]{3,}|[•●▪◦‣✓✔]", cased=True)
NAME = re.compile(r"^\W*(?:Dr\.? )?((?:[A-ZÀ-Þ][\w'’.-]*(?: +|$|(?=,))){2,5})")
IDLE = re.compile(  # what begins a part of a resume that shows no work: the objective of one line, hobbies
    r"\W*(?:(?:my|career|professional|employment|job) )?objective: *\S"
    r"|\W*(?:(?:personal|other|outside|hobbies) (?:and |& ?)?)?(?:hobb(?:y|ies)(?: (?:and|&) interests)?|interests)\W*(?:[:\n]|$)",
    re.IGNORECASE,
)
LONGEST_SENTENCE = 1000  # characters to either side of a word that belong to its sentence at most
ENDS = "\n.!?"


def legal_spans(text: str, sections: Sections, legal: Sought) -> list[tuple[int, int]]:
    """The lines and sentences of a posting that say nothing about the work."""
    spans = [(span.start, span.end) for span in sections.spans if span.section is Section.BOILERPLATE]
    return spans + [_line(text, match.start()) for match in legal.finditer(text)]


def idle_spans(text: str, sections: Sections) -> list[tuple[int, int]]:
    """What a resume says of wishes and free time, which is no experience."""
    listed = (span for span in sections.spans if span.section in (Section.OTHER, Section.SEEKING))
    return [(span.start, span.end) for span in listed if IDLE.match(text, span.start, span.end)]


def _line(text: str, at: int) -> tuple[int, int]:
    """The line or sentence around a place."""
    low, high = max(0, at - LONGEST_SENTENCE), min(len(text), at + LONGEST_SENTENCE)
    start = max(text.rfind(mark, low, at) for mark in ENDS) + 1
    ends = [place + 1 for mark in ENDS if (place := text.find(mark, at, high)) >= 0]
    return max(start, low), min(ends, default=high)


def identity_spans(text: str, sections: Sections, body: int) -> list[tuple[int, int]]:
    """The name, pronouns and contact details in a resume, and its references, hobbies and memberships."""
    spans = [(span.start, span.end) for span in sections.spans if span.section is Section.OTHER]
    spans += [match.span() for pattern in (CONTACT if "@" in text else NO_MAIL, PERSON) for match in pattern.finditer(text)]
    names = _names(text[body:])
    if names:
        pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b", re.IGNORECASE)
        spans += [match.span() for match in pattern.finditer(text)]
    return spans


def decoration_spans(text: str) -> list[tuple[int, int]]:
    """Rules, bullets and leaders, each of which would cost the model a word piece a character."""
    return [match.span() for match in DECORATION.finditer(text)]


def without(text: str, cut: list[tuple[int, int]], breaks: bool = False) -> list[tuple[int, int]]:
    """What is left of a text for the model to see once some stretches are cut, in order; with `breaks` bare line breaks too."""
    kept, at = [], 0
    for start, end in sorted(cut):
        if start > at:
            kept.append((at, start))
        at = max(at, end)
    kept.append((at, len(text)))
    return [(start, end) for start, end in kept if text[start:end].strip() or (breaks and "\n" in text[start:end])]


def less(text: str, kept: Sequence[tuple[int, int]], cut: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of the kept stretches of a text once some more are cut; a break between two cuts stays."""
    ends = [0, *(end for _, end in kept)]
    starts = [*(start for start, _ in kept), len(text)]
    return without(text, [*zip(ends, starts, strict=True), *cut], breaks=True)


def _names(text: str) -> list[str]:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    match = NAME.match(first.title() if first.isupper() else first)
    if not match or len(first) > 70:
        return []
    parts = re.findall(r"[^\W\d_][\w'’-]+", match.group(1))
    return [part for part in parts if len(part) > 2 and part.lower() not in NOT_NAMES]


NOT_NAMES = frozenset(
    [
        "curriculum",
        "vitae",
        "resume",
        "contact",
        "summary",
        "profile",
        "licensed",
        "clinical",
        "social",
        "worker",
        "therapist",
        "counselor",
        "psychologist",
        "outpatient",
        "professional",
        "mental",
        "health",
        "behavioral",
        "case",
        "manager",
        "nurse",
        "practitioner",
        "substance",
        "abuse",
        "school",
        "marriage",
        "family",
        "experience",
        "education",
        "skills",
        "registered",
        "specialist",
        "director",
        "coordinator",
        "analyst",
        "behavior",
        "senior",
        "lead",
        "staff",
        "intern",
        "work",
        "phd",
        "psyd",
        "lcsw",
        "lmft",
        "lpc",
        "lmhc",
        "therapy",
        "counseling",
        "psychotherapist",
        "psychiatric",
        "clinician",
        "associate",
        "assistant",
        "technician",
        "objective",
        "crisis",
    ]
)
