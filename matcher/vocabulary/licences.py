"""Licence titles by state: the same letters mean different things in different states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from matcher.profile import Level
from matcher.vocabulary.concepts import VocabularyInvalid, cell, read_rows
from matcher.words import folded_line, phrase

COLUMNS = ("title", "state", "name", "family", "level", "supervisor", "aliases", "evidence", "remark")
FAMILIES = [
    "counseling",
    "social_work",
    "marriage_family",
    "psychology",
    "addiction",
    "nursing",
    "medicine",
    "school",
    "behavior_analysis",
    "creative_arts",
    "general",
]
ANYWHERE = "*"
NATIONAL_TITLES = frozenset(  # practice by certificate (domain reference, 1.8), and stations of training that no state licenses
    {"BCBA", "BCBA-D", "Postdoctoral Psychology Fellow", "Psychology Intern", "Psychology Practicum Student"}
)


@dataclass(frozen=True, slots=True)
class LicenceTitle:
    """A title in a state (`*`: every state without a row of its own): its family and how far it reaches there."""

    title: str
    state: str
    name: str
    family: str
    level: Level
    supervisor: bool
    aliases: tuple[str, ...]
    evidence: str
    remark: str


class LicenceTable:
    """Every known title, to be asked by title and state."""

    def __init__(self, titles: Iterable[LicenceTitle]) -> None:
        self.by_title: dict[str, list[LicenceTitle]] = defaultdict(list)
        for title in titles:
            self.by_title[title.title].append(title)

    def meanings(self, title: str, state: str | None) -> list[LicenceTitle]:
        """What the title means in the state; without a state, or where the state has no such title, all it can mean."""
        rows = self.by_title.get(title, [])
        return [row for row in rows if row.state == state] or [row for row in rows if row.state == ANYWHERE] or rows

    def national(self, title: str) -> bool:
        """Whether a national body issues the title and no state does: BCBA, RBT, NCSP."""
        rows = self.by_title.get(title, [])
        return all(row.state == ANYWHERE and (row.level is Level.CERTIFIED or row.title in NATIONAL_TITLES) for row in rows)

    def issued(self, title: str, state: str) -> bool:
        """Whether the state issues this title."""
        return any(row.state in (state, ANYWHERE) for row in self.by_title.get(title, []))

    def supervises(self, title: str, state: str | None) -> bool:
        """Whether the title names a board-approved supervisor."""
        return any(row.supervisor for row in self.meanings(title, state))

    def local_title(self, family: str, level: Level, state: str) -> str | None:
        """The title by which a state licenses a family at a level; the one without a supervisor's letters."""
        rows = [row for listed in self.by_title.values() for row in listed if row.family == family and row.level is level and not row.supervisor]
        own = sorted((row.title for row in rows if row.state == state), key=lambda title: (len(title), title))
        return own[0] if own else None

    def bears(self, title: str, state: str | None, written: str) -> int:
        """How well a folded writing fits a title in a state: 2 its letters or name there, 1 an alias there, 0 a name it has elsewhere."""
        rows = self.meanings(title, state)
        if any(written in (_folded(row.title), _folded(row.name)) for row in rows):
            return 2
        return int(any(written == _folded(alias) for row in rows for alias in row.aliases))

    @cached_property
    def lines(self) -> dict[str, set[str]]:
        """Folded writing -> its lines with the breaks of those that are written with a slash: LPC/MHSP."""
        found: dict[str, set[str]] = defaultdict(set)
        for rows in self.by_title.values():
            for alias in (alias for row in rows for alias in row.aliases if "/" in alias):
                found[_folded(alias)].add(folded_line(alias))
        return found

    def bare(self) -> dict[str, list[str]]:
        """Folded name without its first word -> titles: of "licensed as a mental health counselor", "Licensure: Psychologist"."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for rows in self.by_title.values():
            for row in rows:
                first, _, rest = _folded(row.name).partition(" ")
                if first == "licensed" and rest and row.family != "general":
                    found[rest][row.title] = None
        return {key: list(titles) for key, titles in found.items()}

    def writings(self) -> dict[str, list[tuple[str, bool]]]:
        """Folded writing -> the titles it can stand for, and whether it counts only in capitals."""
        found: dict[str, dict[tuple[str, bool], None]] = defaultdict(dict)
        for rows in self.by_title.values():
            for row in rows:
                for writing in (row.title, row.name, *row.aliases):
                    words = phrase(writing)
                    exact = all(word.raw.upper() == word.raw or (len(word.raw) <= 5 and " " not in writing) for word in words)
                    found[" ".join(word.folded for word in words)][row.title, exact] = None
        return {key: list(titles) for key, titles in found.items() if key}


@lru_cache(maxsize=8192)
def _folded(writing: str) -> str:
    return " ".join(word.folded for word in phrase(writing))


def read_licences(folder: Path) -> LicenceTable:
    """The table in licences.csv; raises VocabularyInvalid for a row that breaks the format."""
    path = folder / "licences.csv"
    titles = []
    seen: set[tuple[str, str, str]] = set()
    for number, row in read_rows(path, COLUMNS):
        identity = (row["title"], row["state"], row["family"])
        if identity in seen:
            raise VocabularyInvalid(f"{path.name}:{number}: {identity} stands twice")
        if row["family"] not in FAMILIES or row["level"] not in tuple(Level):
            raise VocabularyInvalid(f"{path.name}:{number}: unknown family {row['family']!r} or level {row['level']!r}")
        seen.add(identity)
        titles.append(
            LicenceTitle(
                *identity[:2], row["name"], row["family"], Level(row["level"]), row["supervisor"] == "yes",
                cell(row["aliases"]), row["evidence"], row["remark"],
            )
        )  # fmt: skip
    return LicenceTable(titles)


@dataclass(frozen=True, slots=True)
class CompactMember:
    """Whether a state has enacted a compact and issues privileges under it.

    `status` (issuing, enacted, none, undetermined) is that of `as_of`; `since` is the day issuing began, "" where unknown.
    """

    compact: str
    state: str
    status: str
    since: str
    as_of: str
    evidence: str

    @property
    def enacted(self) -> bool:
        """Whether the state has joined."""
        return self.status in ("issuing", "enacted")

    def issuing(self, today: date) -> bool:
        """Whether the state issues privileges on a day."""
        return self.status == "issuing" and self.since <= today.isoformat()


def read_compacts(folder: Path) -> dict[tuple[str, str], CompactMember]:
    """(family, state) -> membership; the families are counseling, social_work and psychology."""
    columns = ("compact", "state", "status", "since", "as_of", "evidence")
    rows = (CompactMember(*(row[name] for name in columns)) for _, row in read_rows(folder / "compacts.csv", columns))
    return {(row.compact, row.state): row for row in rows}


@dataclass(frozen=True, slots=True)
class State:
    """A state with the words that place a text in it."""

    code: str
    name: str
    aliases: tuple[str, ...]
    cities: tuple[str, ...]


def read_states(folder: Path) -> dict[str, State]:
    """Two letters -> state."""
    columns = ("state", "name", "aliases", "cities")
    rows = (row for _, row in read_rows(folder / "states.csv", columns))
    return {row["state"]: State(row["state"], row["name"], cell(row["aliases"]), cell(row["cities"])) for row in rows}
