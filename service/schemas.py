"""The shapes of requests and answers, and how the domain's values become them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from matcher.catalog import Stored
from matcher.document import MAX_FIELD, MAX_ID, MAX_TEXT, Document, InvalidDocument, Kind
from matcher.explain import Explanation, Hard, Line, Quote, explain
from matcher.filters import FACETS
from matcher.ledger import Match
from matcher.matcher import Found
from matcher.profile import LicenceClause
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights

MAX_LIMIT = 200
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


class Shape(BaseModel):
    """Base of all: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class PayIn(Shape):
    """A pay range in US dollars."""

    low: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    high: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    period: Literal["hour", "session", "year"]


class DocumentIn(Shape):
    """A posting or resume without its id and kind, which stand in the path."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [POSTING]})

    text: Annotated[str, Field(max_length=MAX_TEXT)]
    title: Annotated[str, Field(max_length=MAX_FIELD)] = ""
    employer: Annotated[str, Field(max_length=MAX_FIELD)] = ""
    place: Annotated[str, Field(max_length=MAX_FIELD)] = ""
    employment_type: Literal["full_time", "part_time", "contract", "per_diem", "internship"] | None = None
    pay: PayIn | None = None
    remote: bool | None = None
    telehealth_states: list[str] = []
    posted: str | None = None
    closes: str | None = None

    def document(self, kind: Kind, id: str, place: str = "") -> Document:
        """The document; raises InvalidDocument, naming the field within `place` of the body."""
        try:
            return Document.from_mapping({"id": id, "kind": kind.value, **self.model_dump()})
        except InvalidDocument as error:
            raise InvalidDocument(f"{place}{error.field}", error.reason) from error


class Asking(Shape):
    """What is matched: a stored document by id, or a document that is not stored."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kind": "resume", "text": RESUME}, {"kind": "posting", "id": "p071"}]})

    kind: Kind
    id: Annotated[str, Field(max_length=MAX_ID)] | None = None
    document: DocumentIn | None = None
    text: Annotated[str, Field(max_length=MAX_TEXT)] | None = None


class MatchIn(Shape):
    """A question: the best documents of the other kind."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"query": {"kind": "resume", "text": RESUME}, "limit": 5, "required": {"state": ["TX"]}, "weights": {"licence": 40}}]},
    )

    query: Asking
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 10
    required: Annotated[dict[str, list[str]], Field(description=f"Facet to values, one of which a document must have: {', '.join(FACETS)}")] = {}
    banned: dict[str, list[str]] = {}
    weights: Annotated[dict[str, float], Field(description=f"Replaces default weights: {Weights()}")] = {}


class CompareIn(Shape):
    """One posting and one resume that need not be stored."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"posting": POSTING, "resume": {"text": RESUME}}]})

    posting: DocumentIn
    resume: DocumentIn
    weights: dict[str, float] = {}


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


class ExplanationOut(Shape):
    """Why a match scored as it did."""

    summary: str
    score: float
    interval: tuple[float, float]
    similarity: float
    eligibility: str
    eligibility_words: str
    rule: str
    rule_as_of: str
    rule_evidence: str
    rule_verified: bool
    standing: Literal["E", "N", "U"]
    standing_words: str
    hard_requirements: list[HardOut]
    doubts: list[DoubtOut]
    in_common: list[str]
    missing: list[str]
    not_stated: list[str]
    question: str | None
    parts: list[PartOut]


class FoundOut(Shape):
    """A stored document and its match."""

    rank: int
    id: str
    kind: Kind
    title: str
    employer: str
    place: str
    match: ExplanationOut


class Versions(Shape):
    """What an answer depends on."""

    model: str
    vocabulary: str
    sequence: int


class MatchOut(Shape):
    """The ranked answer."""

    matches: list[FoundOut]
    versions: Versions


class ReadOut(Shape):
    """What was read from a document."""

    mentions: list[dict[str, Any]]
    licences: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    doubts: list[dict[str, Any]]
    facts: dict[str, Any]


class DocumentOut(Shape):
    """A stored document and what was read from it."""

    id: str
    kind: Kind
    document: dict[str, Any]
    read: ReadOut


class Stored201(Shape):
    """Acknowledges a write that is durable and searchable."""

    id: str
    kind: Kind
    sequence: int


def document_out(stored: Stored, vocabulary: Vocabulary) -> DocumentOut:
    """A stored document as it is shown."""
    profile, document = stored.profile, stored.document
    mentions = []
    for mention in profile.mentions:
        field, start, end = profile.locate(mention)
        words = profile.quote(mention)
        mentions.append(
            {
                "concept": mention.concept,
                "name": vocabulary.name(mention.concept),
                "strength": mention.strength,
                "field": field,
                "start": start,
                "end": end,
                "words": words,
            }
        )
    licences = [
        {
            "title": one.title,
            "state": one.state,
            "state_assumed": one.assumed,
            "families": one.families,
            "level": one.level,
            "strength": one.mention.strength,
            "evidence": one.evidence,
            "supervisor": one.supervisor,
            "expires": one.expires,
            "expected_within_months": one.months,
            "hours": one.hours,
            "note": one.note,
            "words": profile.quote(one.mention),
        }
        for one in profile.licences
    ]
    facts = profile.facts
    known = {
        "state": facts.state, "states": facts.states, "remote": facts.remote, "federal": facts.federal, "foreign": facts.foreign,
        "overview": facts.overview, "years": facts.years, "terms": asdict(facts.terms), "professions": [one.concept for one in profile.professions],
    }  # fmt: skip
    read = ReadOut(mentions=mentions, licences=licences, clauses=[_clause_out(clause) for clause in profile.clauses], facts=known,
                   doubts=[{"name": flag.name, "message": flag.message, "words": profile.quote(flag.mention)} for flag in profile.flags])  # fmt: skip
    return DocumentOut(id=document.id, kind=document.kind, document=document.to_mapping(), read=read)


def _clause_out(clause: LicenceClause) -> dict[str, Any]:
    """A licence clause as it is shown: any one of `any_of` will do; every clause of a posting is asked."""
    return {
        "any_of": [{"title": ask.title, "family": ask.family, "level": ask.level, "supervisor": ask.supervisor} for ask in clause.asks],
        "required": clause.required, "states": clause.states, "every_state": clause.every_state, "within_months": clause.months,
        "associates": {True: "welcome", False: "excluded", None: "not stated"}[clause.associates], "general_words": clause.general,
    }  # fmt: skip


def found_out(rank: int, found: Found, vocabulary: Vocabulary) -> FoundOut:
    """A found document as it is shown."""
    document = found.document
    return FoundOut(
        rank=rank,
        id=document.id,
        kind=document.kind,
        title=document.title,
        employer=document.employer,
        place=document.place,
        match=match_out(found.match, vocabulary),
    )


def match_out(match: Match, vocabulary: Vocabulary) -> ExplanationOut:
    """A match with its explanation."""
    told: Explanation = explain(match, vocabulary)
    return ExplanationOut(
        summary=told.summary, score=match.score, interval=match.interval, similarity=match.similarity,
        eligibility=match.eligibility.verdict.value, eligibility_words=told.eligibility, rule=told.rule, rule_as_of=told.as_of,
        rule_evidence=told.evidence, rule_verified=told.verified, standing=told.standing.value, standing_words=told.standing_words,
        hard_requirements=[_hard_out(hard) for hard in told.hard],
        doubts=[DoubtOut(document=one.document, name=one.name, message=one.message, quotes=[_quote_out(quote) for quote in one.quotes]) for one in told.doubts],
        in_common=list(told.in_common), missing=list(told.missing), not_stated=list(told.not_stated), question=told.question,
        parts=[_part_out(line) for line in told.lines],
    )  # fmt: skip


def _part_out(line: Line) -> PartOut:
    part = line.part
    return PartOut(
        name=part.name, concept=part.concept, label=line.label, sentence=line.sentence, necessity=part.necessity.value, verdict=part.verdict.value,
        points=part.points, possible=part.possible, low=part.low, high=part.high,
        posting=[_quote_out(quote) for quote in line.posting], resume=[_quote_out(quote) for quote in line.resume],
    )  # fmt: skip


def _hard_out(hard: Hard) -> HardOut:
    return HardOut(
        what=hard.what, standing=hard.standing.value, rule=hard.rule, as_of=hard.as_of, evidence=hard.evidence, verified=hard.verified,
        posting=[_quote_out(quote) for quote in hard.posting], resume=[_quote_out(quote) for quote in hard.resume],
    )  # fmt: skip


def _quote_out(quote: Quote) -> QuoteOut:
    return QuoteOut(field=quote.field, start=quote.start, end=quote.end, words=quote.words)
