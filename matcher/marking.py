"""A profile as marks on its text, and how they agree with the marks of a careful reader."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.document import MatcherProblem
from matcher.profile import NATIONAL, Level, Licence, Profile

CATEGORIES = (
    "licence", "certification", "degree", "modality", "population", "problem", "setting", "duty", "instrument", "system", "language",
)  # fmt: skip
PARTS = ("all", "tuned", "aside")
LETTERS = re.compile(r"(?<=[a-z]) ?\([A-Z][\w./-]{1,11}\)$")
STATIONS = frozenset({"Postdoctoral Psychology Fellow", "Psychology Intern", "Psychology Practicum Student"})  # of training: no credential
THIRD = 3  # every third text, by its id's checksum, is set aside: nobody looks at it while reading is improved


class InvalidMarks(MatcherProblem, ValueError):
    """A line of marks that breaks its format: names the line and what is wrong."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Words `start` to `end` of a text (character offsets), what category they name and how firmly."""

    start: int
    end: int
    category: str
    strength: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the marks of a careful reader."""

    id: str
    kind: str
    text: str
    marks: tuple[Mark, ...]

    @classmethod
    def from_mapping(cls, values: Mapping[str, object], where: str) -> Marked:
        """A line of mentions.jsonl; raises InvalidMarks naming `where`."""
        try:
            listed = values["mentions"]
            assert isinstance(listed, list)
            marks = tuple(Mark(one["start"], one["end"], one["category"], one["strength"]) for one in listed)
            return cls(str(values["id"]), str(values["kind"]), str(values["text"]), marks)
        except (KeyError, TypeError, AssertionError) as error:
            raise InvalidMarks(f"{where}: needs id, kind, text and mentions with start, end, category and strength: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Agreement:
    """How marks agree: shares from 0 to 1; `marked` and `found` count what the reader and we marked.

    A mark is found where one of its category overlaps it (`exact`: has the same first and last character);
    `strength` is the share of the found ones with the same strength.
    """

    precision: float
    recall: float
    f1: float
    exact_precision: float
    exact_recall: float
    exact_f1: float
    strength: float
    marked: int
    found: int


def marks(profile: Profile) -> tuple[Mark, ...]:
    """The mentions and licences of a profile as marks, in order; offsets point into the profile's text.

    A private certification that some states print among their licences is marked as what it is.
    """
    found = {Mark(one.start, one.end, one.concept.partition(".")[0], one.strength.value) for one in profile.mentions}
    licensed = {
        Mark(
            one.mention.start,
            _name_end(profile, one),
            "certification" if _certifies(one) else "licence",
            one.mention.strength.value,
        )
        for one in profile.licences
        if one.title not in STATIONS
    }
    taken = {(mark.category, mark.start, mark.end): mark for mark in sorted(found | licensed, reverse=True)}
    return tuple(sorted(mark for mark in taken.values() if mark.category in CATEGORIES))


def _name_end(profile: Profile, licence: Licence) -> int:
    """Where the name of a licence ends, without its letters in brackets behind it."""
    letters = LETTERS.search(profile.text, licence.mention.start, licence.mention.end)
    return letters.start() if letters else licence.mention.end


def _certifies(licence: Licence) -> bool:
    """Whether a title is a certificate's: a private body's, or one of the credentials for addiction work that are called so."""
    called = licence.title.startswith(("CASAC", "CSAC", "CAC", "CADC", "CDCA", "CAP", "CAS"))
    return licence.level is Level.CERTIFIED or licence.state == NATIONAL or called or licence.title == "PMHNP-BC"


def part_of(id: str) -> str:
    """Whether a text is one that reading may be tuned on, or set aside."""
    return "aside" if int(hashlib.sha256(id.encode()).hexdigest(), 16) % THIRD == 0 else "tuned"


def agreement(pairs: Iterable[tuple[Sequence[Mark], Sequence[Mark]]]) -> dict[str, Agreement]:
    """Category, and 'all' -> agreement over (ours, the reader's) marks of each text."""
    counts: Counter[tuple[str, str]] = Counter()
    for ours, theirs in pairs:
        for category in CATEGORIES:
            own, gold = ([mark for mark in listed if mark.category == category] for listed in (ours, theirs))
            for name, number in _counted(own, gold).items():
                counts[category, name] += number
                counts["all", name] += number
    return {category: _agreement(counts, category) for category in (*CATEGORIES, "all") if counts[category, "marked"] or counts[category, "found"]}


def _counted(ours: Sequence[Mark], theirs: Sequence[Mark]) -> dict[str, int]:
    hits = {mark: [one for one in ours if one.start < mark.end and mark.start < one.end] for mark in theirs}
    places = {(mark.start, mark.end) for mark in theirs} & {(mark.start, mark.end) for mark in ours}
    return {
        "marked": len(theirs),
        "found": len(ours),
        "recalled": sum(bool(found) for found in hits.values()),
        "right": len({one for found in hits.values() for one in found}),
        "exact": sum((mark.start, mark.end) in places for mark in theirs),
        "exact_right": sum((one.start, one.end) in places for one in ours),
        "firm": sum(any(one.strength == mark.strength for one in found) for mark, found in hits.items()),
    }


def _agreement(counts: Mapping[tuple[str, str], int], category: str) -> Agreement:
    marked, found, recalled = (counts[category, name] for name in ("marked", "found", "recalled"))
    precision, recall = _share(counts[category, "right"], found), _share(recalled, marked)
    exact_precision, exact_recall = _share(counts[category, "exact_right"], found), _share(counts[category, "exact"], marked)
    return Agreement(
        precision, recall, _f1(precision, recall), exact_precision, exact_recall, _f1(exact_precision, exact_recall),
        _share(counts[category, "firm"], recalled), marked, found,
    )  # fmt: skip


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
