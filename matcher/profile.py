"""What was read from a document: values only, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """How firmly a text makes a claim. The first five are said by postings, the others by resumes."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    CONTEXT = "context"  # part of the work, not demanded of the applicant
    OFFERED = "offered"  # trained, supervised or supplied by the employer
    EXCLUDED = "excluded"  # expressly not wanted; on a resume, expressly not done
    PRACTISED = "practised"  # shown in work, practicum or volunteer history
    HELD = "held"  # a licence, degree, certificate or language the person has
    LISTED = "listed"  # only in a list or summary
    TRAINING = "training"  # in training, familiar with, observed, pending
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept and where the text names it: `start` and `end` are character offsets into the text."""

    concept: str
    start: int
    end: int
    strength: Strength


class Level(StrEnum):
    """How far a licence reaches in its state, as domain rules name it."""

    INDEPENDENT = "independent"
    INDEPENDENT_NONCLINICAL = "independent_nonclinical"
    RESTRICTED = "restricted"
    ASSOCIATE = "associate"
    BACHELOR = "bachelor"
    CERTIFIED = "certified"
    TRAINEE = "trainee"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as a text claims it: title and state, and what that pair means.

    `state` is None where the text does not say; `assumed` tells that it was taken from the document's place.
    `families` and `level` are those of the title in that state, or every family the letters can mean.
    """

    title: str
    state: str | None
    families: tuple[str, ...]
    level: Level
    assumed: bool
    evidence: str
    mention: Mention


@dataclass(frozen=True, slots=True)
class Ask:
    """One way to satisfy a licence clause: a family at a level or above, by the title the posting prints."""

    title: str
    family: str
    level: Level


@dataclass(frozen=True, slots=True)
class LicenceClause:
    """What a posting demands of licences: any one of `asks`, in any one of the posting's states."""

    asks: tuple[Ask, ...]
    required: bool
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A concept a posting asks for, with every place where it does. `necessity` is its strongest wording."""

    concept: str
    necessity: Strength
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What else a document states. States are two letters; `years` are years of experience asked or claimed.

    The spans are all the places in the text that a fact rests on.
    """

    state: str | None = None
    states: tuple[str, ...] = ()
    remote: bool = False
    onsite: bool = False
    federal: bool = False
    foreign: bool = False
    years: float | None = None
    years_spans: tuple[tuple[int, int], ...] = ()
    place_spans: tuple[tuple[int, int], ...] = ()
    unlicensed_span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything read from one document. Offsets point into `text`: title and place on lines of their own, then the text.

    `fields` says where each of these begins and ends in it; `kept` is what the model may see.
    """

    kind: str
    text: str
    fields: tuple[tuple[str, int, int], ...]
    mentions: tuple[Mention, ...]
    licences: tuple[Licence, ...]
    clause: LicenceClause | None
    requirements: tuple[Requirement, ...]
    professions: tuple[Mention, ...]
    facts: Facts
    kept: tuple[tuple[int, int], ...]

    def quote(self, mention: Mention) -> str:
        """The words of the mention, verbatim."""
        return self.text[mention.start : mention.end]

    def locate(self, mention: Mention) -> tuple[str, int, int]:
        """The field of the document a mention begins in, and its offsets there."""
        name, start, end = next(field for field in self.fields if mention.start < field[2])
        return name, mention.start - start, min(mention.end, end) - start
