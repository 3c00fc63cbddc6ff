"""The words by which strength, denial, boilerplate and headings are recognised: one cue, one row.

A cue is a regular expression, mostly just words. Cues of `legal` and of headings match the beginning of a word,
all others match whole words and begin with two letters (or a letter and a space or apostrophe); case never counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, repeat
from operator import itemgetter
from pathlib import Path

from matcher.sought import Sought
from matcher.vocabulary.concepts import VocabularyInvalid, read_rows

USES = (
    "denied_before", "denied_after", "not_a_denial", "not_needed", "preferred", "required", "wanted", "offered", "open", "scope",
    "training", "trained", "not_yet", "seeking", "lapsed", "past", "practised", "placement", "speaks", "ability", "legal",
)  # fmt: skip
OPEN_ENDED = frozenset({"legal"})
_CAPITALS = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


class Cues(Mapping[str, re.Pattern[str]]):
    """Use -> one pattern of all its cues; and where in a text the cues stand."""

    def __init__(self, listed: Mapping[str, Sequence[str]]) -> None:
        self._patterns = {use: _pattern("cues.csv", cues, use in OPEN_ENDED) for use, cues in listed.items()}
        self._sought = {use: Sought(pattern) for use, pattern in self._patterns.items()}
        self._lowered = {use: re.compile(pattern.pattern) for use, pattern in self._patterns.items()}

    def __getitem__(self, use: str) -> re.Pattern[str]:
        return self._patterns[use]

    def __iter__(self) -> Iterator[str]:
        return iter(self._patterns)

    def __len__(self) -> int:
        return len(self._patterns)

    @property
    def legal(self) -> Sought:
        """The pattern of `legal`, for whole texts."""
        return self._sought["legal"]

    def places(self, text: str) -> list[tuple[str, int, int]]:
        """Use, start and end of every cue in a text, by start; those of `legal` are not looked for."""
        lowered = text.lower()
        if len(lowered) != len(text):  # a letter of another alphabet grew
            lowered = text.translate(_CAPITALS)
        lowered = lowered.replace("’", "'")
        matches = {use: map(cues.match, repeat(lowered), self._sought[use].places(text)) for use, cues in self._lowered.items() if use not in OPEN_ENDED}
        found = [(match.start(), use, match.end()) for use, found in matches.items() for match in filter(None, found)]
        return [(use, start, end) for start, use, end in sorted(found, key=itemgetter(0))]


def read_cues(folder: Path) -> Cues:
    """The cues of a folder's cues.csv."""
    cues: dict[str, list[str]] = defaultdict(list)
    for number, row in read_rows(folder / "cues.csv", ("use", "cue")):
        if row["use"] not in USES:
            raise VocabularyInvalid(f"cues.csv:{number}: unknown use {row['use']!r}, expected one of {', '.join(USES)}")
        if row["use"] not in OPEN_ENDED and not re.match(r"[a-z][a-z '](?![?*+{])", row["cue"]):
            raise VocabularyInvalid(f"cues.csv:{number}: {row['cue']!r} does not begin with two small letters")
        cues[row["use"]].append(row["cue"])
    missing = set(USES) - set(cues)
    if missing:
        raise VocabularyInvalid(f"cues.csv: no cue for {', '.join(sorted(missing))}")
    return Cues(cues)


def read_headings(folder: Path) -> Mapping[str, Sequence[tuple[str, re.Pattern[str]]]]:
    """Kind -> sections with the pattern of their headings, in the order in which they are tried; a section may come again further down."""
    rows = [(row["kind"], row["section"], row["cue"]) for _, row in read_rows(folder / "headings.csv", ("kind", "section", "cue"))]
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = defaultdict(list)
    for (kind, section), listed in groupby(rows, key=lambda row: row[:2]):
        table[kind].append((section, _pattern("headings.csv", [cue for _, _, cue in listed], True)))
    return table


def _pattern(file: str, cues: Sequence[str], open_ended: bool) -> re.Pattern[str]:
    try:
        return re.compile(rf"\b(?:{'|'.join(cues)})" + ("" if open_ended else r"\b"), re.IGNORECASE)
    except re.error as error:
        raise VocabularyInvalid(f"{file}: {error}; among {', '.join(cues)[:80]}") from error
