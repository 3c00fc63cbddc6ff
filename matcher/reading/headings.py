"""What a line says about the lines below it: a heading, a label, a job with its years, a question to the applicant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

LONGEST_HEADING = 60  # characters
LEAD_IN = 5  # words; a longer line that ends in a colon speaks of the bullets below it only
LONGEST_LEAD_IN = 18  # words
LONGEST_WEAK = 3  # words of a heading that nothing but its words makes one


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
    NOT = "not"  # what is not done or not wanted
    OTHER = "other"


Table = Sequence[tuple[str, re.Pattern[str]]]
Headings = Mapping[str, Table]  # kind -> section and the cues of its headings, in order

_REMARK = re.compile(r"(?<=\w) ?\([^()]*\)$")  # "PRACTICUM (1,500 hours)"
_PAGE = re.compile(r"^[\W_\d]*(?:page \d+(?: of \d+)?)?[\W_\d]*$", re.IGNORECASE)
_PLAIN = re.compile(r"^\W*(?:\w+\W+){0,2}(?:experience|employment|history|background|career|internships?|practicum)\W*$", re.IGNORECASE)
BULLET = re.compile(r"\s*(?:[-–—•*▪●◦+✓·]|\d{1,2}[.)]\s)")
_YEARS = re.compile(
    r"\b(?:19|20)\d\d\s*(?:[-–—]+|to|until|through)\s*(?:\w{3,9}\.? )?(?:(?:19|20)\d\d|present|now|today|current|ongoing)\b"
    r"|\b(?:19|20)\d\d[-–—]\s",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"\b(?:therapist|counselor|clinician|psychologist|intern|internship|practicum|extern|specialist|manager|coordinator|technician|assistant|director"
    r"|worker|aide|volunteer|advocate|supervisor|fellow|resident|nurse|practitioner|lecturer|instructor|liaison|mentor|case management|lead|chief|owner"
    r"|private practice|associate|consultant|officer|teacher|navigator|facilitator"
    r"|provider|educator|professor|trainer|analyst|administrator|executive|representative|attendant)\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"^\W*(?:A\.?A\.?S?|B\.?S\.?W|B\.?[AS]|BFA|M\.?S\.?W|M\.?[AS]|M\.?S\.?Ed|M\.?Ed|MFT|MDiv|MPH|D\.?S\.?W|Ph\.?D|Psy\.?D|Ed\.?[DS]|DNP|Associate|Bachelor|Master|Doctor)"
    r"(?:[’']?s)?\b(?=.*(?:\b(?:19|20)\d\d\b|University|College|School|Institute))"
)
_PERMIT = re.compile(r"\b(?:licen[sc]|certif|registered|board)", re.IGNORECASE)
_ASKS = re.compile(  # a line that begins so asks for it
    r"\W*(?:\(?\w{1,2}[.)]\s*)?(?:(?:strong|basic|fundamental|working|demonstrated|proven|excellent|good|advanced|prior|previous|some) )?"
    r"(?:ability to|knowledge of|skills? (?:in|with)|profici|experience (?:in|with|as|working|providing)|experienced"
    r"|must |minimum|at least|possess|\d+\+? years)",
    re.IGNORECASE,
)
_QUALIFYING = re.compile(  # what follows such a line is asked for
    r"\W*(?:\w{1,2}[.)]\s*)?(?:(?:in order )?to (?:qualify|be (?:eligible|considered|qualified))\b"
    r"|I (?:possess|completed|hold|have (?:a|an|at least|completed))\b"
    r"|do you (?:possess|hold|currently (?:hold|possess|have))\b|are you (?:currently )?(?:licensed|certified|registered)\b)",
    re.IGNORECASE,
)
_SCHOOL = re.compile(r"\b(?:university|college|school|institute|academy|seminary|degree|gpa|coursework)\b", re.IGNORECASE)


def named(heading: str, table: Table) -> Section:
    """The section a heading names; BODY where it says nothing."""
    return next((Section(section) for section, cues in table if cues.search(heading)), Section.BODY)


def heading_of(line: str) -> tuple[str, bool]:
    """The heading a line is or begins with, or nothing; and whether more stands behind it."""
    bare = line.strip().strip("#*=_-–—• ").strip()
    bare = _REMARK.sub("", bare) if bare.endswith(")") else bare
    label, colon, rest = bare.partition(":")
    if not bare or (len(label) <= LONGEST_HEADING and _PAGE.match(label)):
        return "", False
    if colon and len(label) <= LONGEST_HEADING and len(label.split()) <= LEAD_IN and not re.search(r"^\d|\d{3}", label):
        return label, bool(rest.strip(" *"))
    if colon and not rest and len(label.split()) <= LONGEST_LEAD_IN and not re.search(r"[.!?]\s", label):
        return label, False
    if len(bare) > LONGEST_HEADING or bare[-1] in ".,;!" or (BULLET.match(line) and not line.strip().startswith("**")):
        return "", False
    words = re.findall(r"[A-Za-z][\w’']*", bare)
    dated = re.search(r"(?<!\d), *\d", bare)
    shouted = bare.upper() == bare and len(words) <= 10
    titled = len(words) <= 6 and not re.search(r",(?! [a-z]+$)", bare)  # "Clinical practice, briefly"
    return (bare, False) if words and not dated and (shouted or titled) else ("", False)


def marked(line: str) -> bool:
    """Whether a heading shows by more than its words: in capitals, with a colon, or in bold."""
    bare = line.strip()
    return bare.isupper() or bare.rstrip("* ").endswith(":") or bare[0] in "#*=" or bool(_PLAIN.match(bare))


def weak(heading: str) -> bool:
    """Whether a heading without marks may as well be an item of a list."""
    return len(heading.split()) > LONGEST_WEAK


def names_job(line: str) -> bool:
    """Whether a line names an occupation."""
    return bool(_JOB.search(line))


def begun(line: str) -> tuple[Section, bool] | None:
    """The section a line of a resume begins without a heading: a job with its years, or a degree; and whether surely."""
    if _YEARS.search(line) and not _PERMIT.search(line):
        if _JOB.search(line):
            return Section.EXPERIENCE, True
        if not _SCHOOL.search(line):
            return Section.EXPERIENCE, False
    return (Section.EDUCATION, True) if _DEGREE.match(line) else None


def asks(line: str) -> bool:
    """Whether a line of a posting asks for what it names: "Ability to ..."."""
    return bool(_ASKS.match(line))


def qualifying(line: str) -> bool:
    """Whether what follows a line of a posting is asked for: "To qualify you must ..."."""
    return bool(_QUALIFYING.match(line))
