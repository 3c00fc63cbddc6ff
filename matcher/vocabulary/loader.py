"""Reads the vocabulary files once and makes them searchable."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from matcher.vocabulary.concepts import CATEGORIES, Concept, Form, VocabularyInvalid, cell, read_concepts, read_rows
from matcher.vocabulary.cues import Cues, read_cues, read_headings
from matcher.vocabulary.licences import (
    CompactMember,
    LicenceTable,
    State,
    read_compacts,
    read_licences,
    read_states,
)

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Vocabulary:
    """All concepts, their forms, the licence titles, compacts and states, and the cues by which texts are read.

    `version` changes with any file.
    """

    concepts: Mapping[str, Concept]
    forms: Mapping[str, tuple[Form, ...]]
    licences: LicenceTable
    compacts: Mapping[tuple[str, str], CompactMember]
    states: Mapping[str, State]
    roles: Mapping[str, frozenset[str]]
    cues: Cues
    headings: Mapping[str, Sequence[tuple[str, re.Pattern[str]]]]
    version: str

    def name(self, concept: str) -> str:
        """What people call the concept."""
        return self.concepts[concept].name

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """Every concept -> all that it belongs to, itself included."""
        found: dict[str, frozenset[str]] = {}
        for id in self.concepts:
            self._climb(id, found, ())
        return found

    @cached_property
    def numbered(self) -> Sequence[str]:
        """Every concept, in the order of the alphabet."""
        return sorted(self.concepts)

    def _climb(self, id: str, found: dict[str, frozenset[str]], path: tuple[str, ...]) -> frozenset[str]:
        if id in path:
            raise VocabularyInvalid(f"parents go round in a circle: {' > '.join((*path, id))}")
        if id not in self.concepts:
            raise VocabularyInvalid(f"{path[-1]}: parent {id!r} does not exist")
        if id not in found:
            parents = self.concepts[id].parents
            found[id] = frozenset({id}).union(*(self._climb(parent, found, (*path, id)) for parent in parents))
        return found[id]


@lru_cache(maxsize=4)
def load(folder: Path = DATA) -> Vocabulary:
    """The vocabulary in a folder; raises VocabularyInvalid naming file and row where one breaks the format."""
    concepts: dict[str, Concept] = {}
    forms: dict[str, list[Form]] = defaultdict(list)
    for category in CATEGORIES:
        for concept, written in read_concepts(folder, category):
            if concept.id in concepts:
                raise VocabularyInvalid(f"{CATEGORIES[category]}.csv: {concept.id} stands twice")
            concepts[concept.id] = concept
            for form in written:
                forms[form.key].append(form)
    vocabulary = Vocabulary(
        concepts,
        {key: tuple(listed) for key, listed in forms.items() if key},
        read_licences(folder),
        read_compacts(folder),
        read_states(folder),
        _read_roles(folder, concepts),
        read_cues(folder),
        read_headings(folder),
        _version(folder),
    )
    _ = vocabulary.ancestors  # checks the parents
    return vocabulary


def _read_roles(folder: Path, concepts: Mapping[str, Concept]) -> Mapping[str, frozenset[str]]:
    """Profession -> the concepts that show its work; raises VocabularyInvalid for one that does not exist."""
    roles: dict[str, frozenset[str]] = {}
    for number, row in read_rows(folder / "roles.csv", ("profession", "shown_by")):
        named = (row["profession"], *cell(row["shown_by"]))
        for concept in named:
            if concept not in concepts:
                raise VocabularyInvalid(f"roles.csv:{number}: {concept!r} does not exist")
        roles[named[0]] = frozenset(named[1:])
    return roles


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
