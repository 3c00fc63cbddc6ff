"""How the domain's values become the shapes of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from matcher.catalog import Stored
from matcher.explain import Explanation, Hard, Line, Quote, explain
from matcher.filters import Between
from matcher.ledger import Match
from matcher.matcher import Found, Matcher
from matcher.passages import RULES
from matcher.profile import LicenceClause
from matcher.reading import READING
from matcher.upload import Upload
from matcher.vocabulary import Vocabulary
from matcher.weights import FAVOUR, Weights
from service.schemas import (
    BriefDocumentOut,
    BriefOut,
    DocumentOut,
    DoubtOut,
    ExplanationOut,
    FileOut,
    FoundOut,
    HardOut,
    HiddenOut,
    PartOut,
    QuoteOut,
    RangeIn,
    ReadOut,
    ScoreOut,
    Versions,
    WeightsOut,
)  # fmt: skip


def file_out(upload: Upload) -> FileOut:
    """What was taken from a file."""
    hidden = [HiddenOut(reason=one.reason, characters=one.characters, words=one.words) for one in upload.hidden]
    return FileOut(media_type=upload.media_type, pages=upload.pages, characters=len(upload.text), hidden=hidden)


def brief_document_out(stored: Stored) -> BriefDocumentOut:
    """A stored document as it is listed."""
    document, profile = stored.document, stored.profile
    licences = [f"{one.title} {one.state or '?'}" for one in profile.licences]
    return BriefDocumentOut(
        id=document.id, kind=document.kind, tag=stored.tag, title=document.title, employer=document.employer, place=document.place,
        state=profile.facts.state, licences=list(dict.fromkeys(licences)), characters=len(document.text),
    )  # fmt: skip


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
    return DocumentOut(id=document.id, kind=document.kind, tag=stored.tag, document=document.to_mapping(), read=read)


def _clause_out(clause: LicenceClause) -> dict[str, Any]:
    """A licence clause as it is shown: any one of `any_of` will do; every clause of a posting is asked."""
    return {
        "any_of": [{"title": ask.title, "family": ask.family, "level": ask.level, "supervisor": ask.supervisor} for ask in clause.asks],
        "required": clause.required, "states": clause.states, "every_state": clause.every_state, "within_months": clause.months,
        "associates": {True: "welcome", False: "excluded", None: "not stated"}[clause.associates], "general_words": clause.general,
    }  # fmt: skip


def conditions(given: Mapping[str, list[str] | RangeIn]) -> dict[str, list[str] | Between]:
    """Conditions in the domain's words."""
    return {name: Between(one.at_least, one.at_most, one.or_not_stated) if isinstance(one, RangeIn) else one for name, one in given.items()}


def found_out(rank: int, found: Found, vocabulary: Vocabulary, explain: str = "full") -> FoundOut:
    """A found document as it is shown, its match `score`, `brief` or `full`."""
    document = found.document
    match = score_out(found.match) if explain == "score" else match_out(found.match, vocabulary) if explain == "full" else brief_out(found.match, vocabulary)
    return FoundOut(rank=rank, id=document.id, kind=document.kind, title=document.title, employer=document.employer, place=document.place, match=match)


def score_out(match: Match) -> ScoreOut:
    """A match in numbers."""
    eligibility = match.eligibility
    return ScoreOut(
        score=match.score, interval=match.interval, similarity=match.similarity, eligibility=eligibility.verdict, standing=eligibility.standing.value
    )


def brief_out(match: Match, vocabulary: Vocabulary) -> BriefOut:
    """A match in a few words."""
    return BriefOut(**_brief(match, explain(match, vocabulary)))


def match_out(match: Match, vocabulary: Vocabulary) -> ExplanationOut:
    """A match with its explanation."""
    told: Explanation = explain(match, vocabulary)
    return ExplanationOut(
        **_brief(match, told), rule=told.rule, rule_as_of=told.as_of, rule_evidence=told.evidence, rule_verified=told.verified,
        hard_requirements=[_hard_out(hard) for hard in told.hard],
        doubts=[DoubtOut(document=one.document, name=one.name, message=one.message, quotes=[_quote_out(quote) for quote in one.quotes]) for one in told.doubts],
        parts=[_part_out(line) for line in told.lines],
    )  # fmt: skip


def versions_out(matcher: Matcher, tenant: str) -> Versions:
    """What an answer of this tenant depends on now."""
    return Versions(
        model=matcher.encoder.name, vocabulary=matcher.vocabulary.version, rules=f"{RULES} reading-{READING}",
        sequence=matcher.index.sequence(tenant), as_of=matcher.today.isoformat(),
    )  # fmt: skip


def weights_out(weights: Weights, favoured: bool) -> WeightsOut:
    """Both sets of weights, each of which sums to 100."""
    suggested = Weights(favoured=FAVOUR if favoured else 0.0)
    return WeightsOut(
        **{name: {group: round(worth, 2) for group, worth in one.worth.items()} for name, one in (("suggested", suggested), ("applied", weights))}
    )


def _brief(match: Match, told: Explanation) -> dict[str, Any]:
    return {
        **score_out(match).model_dump(), "summary": told.summary, "eligibility_words": told.eligibility, "standing_words": told.standing_words,
        "in_common": list(told.in_common), "missing": list(told.missing), "not_stated": list(told.not_stated), "question": told.question,
    }  # fmt: skip


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
