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


NATIONAL = "US"  # the state of a title that a national body issues


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as a text claims it: title and state, and what that pair means.

    `state` is None where the text does not say; `assumed` tells that it was taken from the document's place.
    `families` and `level` are those of the title in that state, or every family the letters can mean.
    `supervisor`: the letters name a board-approved supervisor too (LPC-S). `expires`: ISO date. `months`: expected
    within so many months. `hours`: supervised hours done and, where said, needed. `note`: how the title was understood
    where the state issues none of that name. `multistate`: said to reach into other states of a compact, as a nurse's may.
    """

    title: str
    state: str | None
    families: tuple[str, ...]
    level: Level
    assumed: bool
    evidence: str
    mention: Mention
    supervisor: bool = False
    expires: str | None = None
    months: int | None = None
    hours: tuple[int, int | None] | None = None
    note: str = ""
    multistate: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One way to satisfy a licence clause: a family at a level or above, by the title the posting prints.

    `supervisor`: as a board-approved supervisor. `national`: a national body issues the title, so that no state matters.
    """

    title: str
    family: str
    level: Level
    supervisor: bool = False
    national: bool = False


@dataclass(frozen=True, slots=True)
class LicenceClause:
    """What a posting demands of licences: any one of `asks`, in any one of `states`, or in each (`every_state`).

    No states: the posting says nowhere where, so a licence of any state will do. `months`: the licence may follow
    within so many months of hire, 0: by the first day. `associates`: whether the posting opens itself to people under supervision, shuts
    them out, or (None) does not say. `pending`: a licence on its way will do. `general`: the titles stand for general words, "a licensed clinician".
    `multistate`: a compact licence of another state will do in words.
    """

    asks: tuple[Ask, ...]
    required: bool
    mentions: tuple[Mention, ...]
    states: tuple[str, ...] = ()
    every_state: bool = False
    months: int | None = None
    associates: bool | None = None
    pending: bool = False
    general: bool = False
    multistate: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """A concept a posting asks for, with every place where it does. `necessity` is its strongest wording."""

    concept: str
    necessity: Strength
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A condition of work and the words that state it: `value` is one of the names `terms` lists for its field."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pay:
    """What the work pays, as printed (`low` to `high`, US dollars per `unit`), and normalised.

    `unit`: hour, session, day, week, month, year or percent (of the fee). `yearly` is per year of full-time work and
    `clinical` per hour with a client; None where that cannot be said. `assumptions`: what the normal figures rest on.
    """

    low: float
    high: float
    unit: str
    yearly: tuple[float, float] | None
    clinical: tuple[float, float] | None
    assumptions: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Caseload:
    """How many clients, or sessions a week: `unit` is clients or sessions_per_week."""

    low: int
    high: int
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The conditions of work a posting states, or a resume asks for."""

    employment: tuple[
        Term, ...
    ] = ()  # w2, 1099, fee_split, fee_for_service, salaried, hourly, full_time, part_time, per_diem, temporary, internship, volunteer
    schedule: tuple[Term, ...] = ()  # weekdays, evenings, weekends, nights, on_call, flexible, shift, four_day_week
    pay: tuple[Pay, ...] = ()
    caseload: tuple[Caseload, ...] = ()
    supervision: tuple[Term, ...] = ()  # clinical (toward a licence), administrative, peer: offered by the employer


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should look at: a wrong-state title, a title that its duties contradict."""

    name: str
    message: str
    mention: Mention


@dataclass(frozen=True, slots=True)
class Facts:
    """What else a document states. States are two letters; `years` are years of experience asked or claimed.

    `federal`: of a federal employer. `any_state`: a licence of any state will do.
    `overview`: a general description of an occupation, of no employer and no state.

    The spans are all the places in the text that a fact rests on.
    """

    state: str | None = None
    states: tuple[str, ...] = ()
    remote: bool = False
    onsite: bool = False
    federal: bool = False
    any_state: bool = False
    foreign: bool = False
    years: float | None = None
    years_spans: tuple[tuple[int, int], ...] = ()
    place_spans: tuple[tuple[int, int], ...] = ()
    unlicensed_span: tuple[int, int] | None = None
    overview: bool = False
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything read from one document. Offsets point into `text`: title and place on lines of their own, then the text.

    `fields` says where each of these begins and ends in it; `kept` is what the model may see. `clauses` are the licence
    clauses of a posting, every one of which is asked.
    `shingles` are marks of the text by which copies are known.
    """

    kind: str
    text: str
    fields: tuple[tuple[str, int, int], ...]
    mentions: tuple[Mention, ...]
    licences: tuple[Licence, ...]
    clauses: tuple[LicenceClause, ...]
    requirements: tuple[Requirement, ...]
    professions: tuple[Mention, ...]
    facts: Facts
    kept: tuple[tuple[int, int], ...]
    flags: tuple[Flag, ...] = ()
    shingles: tuple[int, ...] = ()

    def quote(self, mention: Mention) -> str:
        """The words of the mention, verbatim."""
        return self.text[mention.start : mention.end]

    def locate(self, mention: Mention) -> tuple[str, int, int]:
        """The field of the document a mention begins in, and its offsets there."""
        name, start, end = next(field for field in self.fields if mention.start < field[2])
        return name, mention.start - start, min(mention.end, end) - start
