"""One concept, one row: what it is called, what it belongs to, and which of its names need context.

Cells that hold a list are cut at semicolons. `aliases` stand for the concept in any letters, `abbreviations` in just
these capitals; `ambiguous` forms, of either kind, only where a word of `cues` stands in their sentence, under its label
or across a colon. `anticues` forbid any form of the concept that has one up to twelve words away. In cues and anticues

    some words       stand in the text in any letters; a form of the concept among them is the place in question
    _                is the place itself: `_ director` right before "director", `for _` right after "for"
    @modality        something of that category is named in the sentence; `@licence`: a common title is
    @item            (cues) the form is capitalised and all of its list item: "Skills: CBT, Epic"

Where one writing fits several concepts of a category, those with a word of their own near win over those that only
something of a category speaks for.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matcher.document import MatcherProblem
from matcher.words import Word, folded_line, phrase

CATEGORIES = {
    "modality": "modalities",
    "population": "populations",
    "problem": "problems",
    "setting": "settings",
    "duty": "duties",
    "instrument": "instruments",
    "system": "systems",
    "language": "languages",
    "certification": "certifications",
    "degree": "degrees",
    "profession": "professions",
}
COLUMNS = ("id", "name", "parents", "aliases", "abbreviations", "ambiguous", "cues", "anticues", "evidence")


class VocabularyInvalid(MatcherProblem):
    """A vocabulary file breaks its format: names file, row and what is wrong."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing clinicians and postings name. `evidence` is the mark of the reference it comes from (G: unverified)."""

    id: str
    name: str
    parents: tuple[str, ...]
    cues: tuple[str, ...]
    anticues: tuple[str, ...]
    evidence: str

    @property
    def category(self) -> str:
        """The first part of the id: modality, population ..."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a concept, in words and as a line with its breaks.

    `exact`: only in these capitals; `held`: counts only where context decides.
    """

    concept: str
    words: tuple[Word, ...]
    line: str
    exact: bool
    held: bool
    key: str = field(init=False, compare=False)  # the folded words, as they are looked up
    category: str = field(init=False, compare=False)  # of its concept: modality, duty ...

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", " ".join(word.folded for word in self.words))
        object.__setattr__(self, "category", self.concept.partition(".")[0])

    def __hash__(self) -> int:
        return hash((self.concept, self.line))


def read_concepts(folder: Path, category: str) -> Iterator[tuple[Concept, list[Form]]]:
    """The concepts of one category with their forms; raises VocabularyInvalid for a row that breaks the format."""
    path = folder / f"{CATEGORIES[category]}.csv"
    for number, row in read_rows(path, COLUMNS):
        if row["id"].partition(".")[0] != category:
            raise VocabularyInvalid(f"{path.name}:{number}: id {row['id']!r} does not begin with {category!r}")
        if row["ambiguous"] and not row["cues"]:
            raise VocabularyInvalid(f"{path.name}:{number}: {row['id']} has ambiguous forms but no cues that decide")
        concept = Concept(row["id"], row["name"], cell(row["parents"]), cell(row["cues"]), cell(row["anticues"]), row["evidence"])
        yield concept, list(_forms(row))


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a vocabulary file with their line numbers."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != columns:
            raise VocabularyInvalid(f"{path.name}: columns are {reader.fieldnames}, expected {list(columns)}")
        for row in reader:
            if None in row or None in row.values():
                raise VocabularyInvalid(f"{path.name}:{reader.line_num}: has more or fewer than {len(columns)} cells")
            yield reader.line_num, row


def cell(text: str) -> tuple[str, ...]:
    """The entries of a cell that holds a list."""
    return tuple(entry.strip() for entry in text.split(";") if entry.strip())


def _forms(row: Mapping[str, str]) -> Iterator[Form]:
    name = row["name"].partition("(")[0].strip()
    for text in (name, *cell(row["aliases"])):
        yield Form(row["id"], phrase(text), folded_line(text), exact=False, held=False)
    for text in cell(row["abbreviations"]):
        yield Form(row["id"], phrase(text), folded_line(text), exact=True, held=False)
    for text in cell(row["ambiguous"]):
        yield Form(row["id"], phrase(text), folded_line(text), exact=text == text.upper(), held=True)
