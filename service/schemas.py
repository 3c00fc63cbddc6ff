"""The shapes of requests and answers, and how the domain's values become them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from matcher.document import MAX_FIELD, MAX_ID, MAX_TEXT, Document, InvalidDocument, Kind
from matcher.filters import AMOUNTS, DATES, FACETS
from matcher.weights import weight_names
from service.keys import Scope
from service.limits import MAX_CONDITIONS, MAX_LIMIT, MAX_QUERIES

POSTING: dict[str, JsonValue] = {
    "title": "Outpatient Therapist (LCSW or LPC)",
    "employer": "Example Counseling Center",
    "place": "Austin, TX",
    "text": "We seek an LCSW or LPC licensed in Texas. You will provide individual and family therapy to adolescents with trauma. "
    "TF-CBT required, EMDR preferred.",
}
RESUME = (
    "Jane Example, LCSW\nAustin, TX\n\nLicensed Clinical Social Worker, Texas, 2019.\n\nExperience\n"
    "Therapist, 2019 - present: TF-CBT and family therapy with adolescents after trauma in an outpatient clinic."
)


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


def _number(value: object) -> object:
    """The value, unless it is only written like a number."""
    if isinstance(value, str | bool):
        raise ValueError("must be a number")  # noqa: TRY004 - which pydantic tells as a place in the request
    return value


class Shape(BaseModel):
    """Base of all: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class PayIn(Shape):
    """A pay range in US dollars."""

    low: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
    high: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
    period: Literal["hour", "session", "year"]


class DocumentIn(Shape):
    """A posting or resume. Its id and kind stand in the path, and may stand here too, as they do in what GET gives."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [POSTING]})

    text: Annotated[str, Field(max_length=MAX_TEXT)]
    title: Annotated[str, Field(max_length=MAX_FIELD)] = ""
    employer: Annotated[str, Field(max_length=MAX_FIELD)] = ""
    place: Annotated[str, Field(max_length=MAX_FIELD)] = ""
    employment_type: Literal["full_time", "part_time", "contract", "per_diem", "internship"] | None = None
    pay: PayIn | None = None
    remote: Annotated[bool, Field(strict=True)] | None = None
    telehealth_states: list[str] = []
    posted: str | None = None
    closes: str | None = None
    id: Annotated[str, Field(max_length=MAX_ID)] | None = None
    kind: Kind | None = None

    def document(self, kind: Kind, id: str, place: str = "") -> Document:
        """The document; raises InvalidDocument, naming the field within `place` of the body."""
        for name, own, given in (("id", self.id, id), ("kind", self.kind, kind)):
            if own not in (None, given):
                raise InvalidDocument(f"{place}{name}", f"is {own!r:.80}, and {given!r:.80} in the path")
        try:
            return Document.from_mapping({**self.model_dump(), "id": id, "kind": kind.value})
        except InvalidDocument as error:
            raise InvalidDocument(f"{place}{error.field}", error.reason) from error


class Asking(Shape):
    """What is matched: a stored document by id, or a document that is not stored."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kind": "resume", "text": RESUME}, {"kind": "posting", "id": "p071"}]})

    kind: Kind
    id: Annotated[str, Field(max_length=MAX_ID)] | None = None
    document: DocumentIn | None = None
    text: Annotated[str, Field(max_length=MAX_TEXT)] | None = None


class RangeIn(Shape):
    """From `at_least` to `at_most`, one of which may be left out; a document meets it that has a point in common with it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"at_least": 70000}, {"at_least": "2026-11-01", "or_not_stated": True}]})

    at_least: Number | date | None = None
    at_most: Number | date | None = None
    or_not_stated: Annotated[bool, Field(strict=True, description="A document that does not say will do")] = False


Conditions = Annotated[
    dict[str, list[Annotated[str, Field(max_length=MAX_FIELD)]] | RangeIn],
    Field(
        max_length=MAX_CONDITIONS,
        description=f"Facet to values, one of which a document must have, `not_stated` among them for one that does not say: {', '.join(FACETS)}. "
        f"Or a range: {', '.join(AMOUNTS)}; dates: {', '.join(DATES)}. GET /v1/vocabulary lists the values.",
    ),
]
WEIGHTS = f"Replaces suggested weights: {', '.join((*weight_names(), 'favoured'))}"


class MatchIn(Shape):
    """A question: the best documents of the other kind."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"query": {"kind": "resume", "text": RESUME}, "limit": 5, "required": {"state": ["TX"]}, "weights": {"licence": 40}},
                {
                    "query": {"kind": "posting", "document": POSTING}, "explain": "brief", "required": {"licence": ["social_work:independent@TX"]},
                    "favoured": {"language": ["spanish"], "years": {"at_least": 3}}, "banned": {"setting": ["not_stated"]},
                },
            ]
        },
    )  # fmt: skip

    query: Asking
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_number)] = 10
    cursor: Annotated[str, Field(max_length=MAX_FIELD, description="`next` of an earlier answer to the same question: goes on in the same ranking")] | None = (
        None
    )
    explain: Annotated[Literal["score", "brief", "full"], Field(description="How much is told of each match")] = "full"
    required: Conditions = {}
    favoured: Annotated[Conditions, Field(description="Earn points, and exclude nothing")] = {}
    banned: Conditions = {}
    weights: Annotated[dict[str, Number], Field(description=WEIGHTS)] = {}


class BatchIn(Shape):
    """Several questions at once."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"questions": [{"query": {"kind": "resume", "text": RESUME}, "explain": "score"}]}]}
    )

    questions: Annotated[list[MatchIn], Field(min_length=1, max_length=MAX_QUERIES)]


class CompareIn(Shape):
    """One posting and one resume that need not be stored."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"posting": POSTING, "resume": {"text": RESUME}}]})

    posting: DocumentIn
    resume: DocumentIn
    weights: Annotated[dict[str, Number], Field(description=WEIGHTS)] = {}


class QuoteOut(Shape):
    """Words verbatim: they stand at [start, end) of the named field of the document."""

    field: str
    start: int
    end: int
    words: str


class PartOut(Shape):
    """One line of the ledger; the score is the sum of the points."""

    name: str
    concept: str
    label: str
    sentence: str
    necessity: str
    verdict: str
    points: float
    possible: float
    low: float
    high: float
    posting: list[QuoteOut]
    resume: list[QuoteOut]


class HardOut(Shape):
    """A hard requirement: `standing` is E (met), N (not met) or U (not stated). `verified`: the rule's mark names a source."""

    what: str
    standing: Literal["E", "N", "U"]
    rule: str
    as_of: str
    evidence: str
    verified: bool
    posting: list[QuoteOut]
    resume: list[QuoteOut]


class DoubtOut(Shape):
    """Something in the posting or resume that a person should look at."""

    document: str
    name: str
    message: str
    quotes: list[QuoteOut]


class ScoreOut(Shape):
    """A match in numbers; the score is from 0 to 100, and `interval` is where it can end once everything that is not stated is known."""

    score: float
    interval: tuple[float, float]
    similarity: float
    eligibility: str
    standing: Literal["E", "N", "U"]


class BriefOut(ScoreOut):
    """A match in a few words."""

    summary: str
    eligibility_words: str
    standing_words: str
    in_common: list[str]
    missing: list[str]
    not_stated: list[str]
    question: str | None


class ExplanationOut(BriefOut):
    """Why a match scored as it did."""

    rule: str
    rule_as_of: str
    rule_evidence: str
    rule_verified: bool
    hard_requirements: list[HardOut]
    doubts: list[DoubtOut]
    parts: list[PartOut]


class FoundOut(Shape):
    """A stored document and its match."""

    rank: int
    id: str
    kind: Kind
    title: str
    employer: str
    place: str
    match: ExplanationOut | BriefOut | ScoreOut


class ChangedOut(Shape):
    """A document of the ranking that has been changed or removed since; `id` is None where even that is gone."""

    rank: int
    id: str | None


class Versions(Shape):
    """What an answer depends on. `sequence`: how many changes this tenant has made; `as_of`: the day licences are judged by."""

    model: str
    vocabulary: str
    rules: str
    sequence: int
    as_of: str


class WeightsOut(Shape):
    """How the 100 points are shared: as suggested, and as applied here."""

    suggested: dict[str, float]
    applied: dict[str, float]


class HiddenOut(Shape):
    """Text of a file that a reader does not see: left out. `words` are its beginning."""

    reason: str
    characters: int
    words: str


class FileOut(Shape):
    """What was taken from a file."""

    media_type: str
    pages: int | None
    characters: int
    hidden: list[HiddenOut]


class TextOut(FileOut):
    """The visible text of a file."""

    text: str


class MatchOut(Shape):
    """The ranked answer. `next` goes on in the same ranking, of which `total` documents can be paged to; None at its end."""

    id: str
    matches: list[FoundOut]
    changed: list[ChangedOut]
    total: int
    next: str | None
    weights: WeightsOut
    versions: Versions
    file: FileOut | None = None


class AnswerOut(Shape):
    """The answer to one question of a batch: a match, or the problem that stands in its way."""

    status: int
    match: MatchOut | None = None
    problem: dict[str, Any] | None = None


class BatchOut(Shape):
    """The answers to a batch, in order."""

    answers: list[AnswerOut]


class ReadOut(Shape):
    """What was read from a document."""

    mentions: list[dict[str, Any]]
    licences: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    doubts: list[dict[str, Any]]
    facts: dict[str, Any]


class DocumentOut(Shape):
    """A stored document and what was read from it. `tag` is its ETag without quotes."""

    id: str
    kind: Kind
    tag: str
    document: dict[str, Any]
    read: ReadOut


class BriefDocumentOut(Shape):
    """A stored document without its text."""

    id: str
    kind: Kind
    tag: str
    title: str
    employer: str
    place: str
    state: str | None
    licences: list[str]
    characters: int


class ListOut(Shape):
    """A page of documents, by id; `next` leads to the next one, None at the end."""

    documents: list[BriefDocumentOut]
    next: str | None


class StoredOut(Shape):
    """Acknowledges a write that is durable and searchable. `sequence`: how many changes this tenant has made."""

    id: str
    kind: Kind
    tag: str
    sequence: int
    file: FileOut | None
    warnings: list[str]


class DecisionOut(Shape):
    """The record of a match. `made` in seconds since 1970; `asked`: the kind, and the mark of the id of a stored document.

    `mark` stands for the id of a document, `id` is given as long as it is stored; `rank` in the order of the answer.
    """

    id: str
    made: float
    key: str | None
    asked: str
    query: str
    versions: dict[str, str | int]
    weights: dict[str, float]
    conditions: dict[str, Any]
    ranked: int
    results: list[dict[str, Any]]


class DecisionsOut(Shape):
    """A page of records of matches; `next` leads to the next one, None at the end."""

    matches: list[DecisionOut]
    next: str | None


class LineStatus(Shape):
    """What became of a line of a bulk load: 201 for a new document, 200 for one that was replaced, 422 with the place and the reason."""

    line: int
    status: Literal[200, 201, 422]
    id: str | None = None
    kind: Literal["posting", "resume"] | None = None
    tag: str | None = None
    pointer: str | None = None
    detail: str | None = None


class LineOut(Shape):
    """A line that was not taken, and why."""

    line: int
    status: Literal[422]
    pointer: str
    detail: str


class IngestOut(Shape):
    """A job and how far it is: `lines` gone through, of which `taken` were stored and `refused` not; times in seconds since 1970."""

    id: str
    state: Literal["waiting", "running", "done", "cancelled", "failed"]
    format: str
    created: float
    finished: float | None
    lines: int
    taken: int
    refused: int
    lines_per_second: float
    refusals: list[LineOut]


class IngestsOut(Shape):
    """Jobs, oldest first."""

    ingests: list[IngestOut]


class KeyIn(Shape):
    """A key to be made: for your own tenant, with scopes that you have yourself."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "nightly feed", "scopes": ["postings:write"], "per_minute": 60}]})

    name: Annotated[str, Field(min_length=1, max_length=MAX_FIELD)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=16)]
    per_minute: Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(_number)] | None = None


class KeyOut(Shape):
    """A key without the words that open with it; times in seconds since 1970."""

    id: str
    name: str
    scopes: list[str]
    per_minute: int
    matches_per_day: int
    documents: int
    created: float
    expires: float | None


class NewKeyOut(KeyOut):
    """A new key. `key` are the words that open with it, shown this once."""

    key: str


class KeysOut(Shape):
    """The keys of a tenant, oldest first."""

    keys: list[KeyOut]


class ReadyOut(Shape):
    """The service can answer."""

    status: str
    documents: dict[str, int] | None = None
    versions: Versions | None = None


class LimitsOut(Shape):
    """Limit to number; bytes, characters, seconds or counts, as its name says."""

    limits: dict[str, float]


class VocabularyOut(Shape):
    """Facet to value to name. A `licence` is a licence_family, with `:` and a licence_level, or `@` and a state, or both."""

    version: str
    facets: dict[str, dict[str, str]]
