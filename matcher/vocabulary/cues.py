"""The words by which strength, denial, boilerplate and headings are recognised: one cue, one row.

A cue is a regular expression, mostly just words. Cues of `legal` and of headings match the beginning of a word,
all others match whole words; case never counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from matcher.vocabulary.concepts import VocabularyInvalid, read_rows

USES = (
    "denied_before", "denied_after", "not_a_denial", "not_needed", "preferred", "required", "offered",
    "training", "lapsed", "past", "practised", "ability", "legal",
)  # fmt: skip
OPEN_ENDED = frozenset({"legal"})


def read_cues(folder: Path) -> Mapping[str, re.Pattern[str]]:
    """Use -> one pattern of all its cues."""
    cues: dict[str, list[str]] = defaultdict(list)
    for number, row in read_rows(folder / "cues.csv", ("use", "cue")):
        if row["use"] not in USES:
            raise VocabularyInvalid(f"cues.csv:{number}: unknown use {row['use']!r}, expected one of {', '.join(USES)}")
        cues[row["use"]].append(row["cue"])
    missing = set(USES) - set(cues)
    if missing:
        raise VocabularyInvalid(f"cues.csv: no cue for {', '.join(sorted(missing))}")
    return {use: _pattern("cues.csv", listed, use in OPEN_ENDED) for use, listed in cues.items()}


def read_headings(folder: Path) -> Mapping[str, Sequence[tuple[str, re.Pattern[str]]]]:
    """Kind -> sections with the pattern of their headings, in the order in which they are tried."""
    cues: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for _, row in read_rows(folder / "headings.csv", ("kind", "section", "cue")):
        cues[row["kind"]][row["section"]].append(row["cue"])
    return {kind: [(section, _pattern("headings.csv", listed, True)) for section, listed in table.items()] for kind, table in cues.items()}


def _pattern(file: str, cues: Sequence[str], open_ended: bool) -> re.Pattern[str]:
    try:
        return re.compile(rf"\b(?:{'|'.join(cues)})" + ("" if open_ended else r"\b"), re.IGNORECASE)
    except re.error as error:
        raise VocabularyInvalid(f"{file}: {error}; among {', '.join(cues)[:80]}") from error
