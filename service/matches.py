"""Matching: a question or a batch of them, a file, a pair, and the record of a match afterwards."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from index.record import Filter, IndexProblem
from matcher.document import InvalidDocument, Kind, MatcherProblem
from matcher.filters import favours, to_filter
from matcher.matcher import Asked, Found, favouring
from matcher.weights import Weights
from service.admission import place
from service.common import Serving, Strict, behind, refusals
from service.common import cursor as lead
from service.compose import Service
from service.decisions import Decision, Result
from service.documents import Limit, Next
from service.errors import Refused, told
from service.gate import allow, needs
from service.keys import DAY, Caller
from service.limits import MAX_BODY, MAX_LIMIT
from service.render import conditions, file_out, found_out, match_out, versions_out, weights_out
from service.schemas import (
    AnswerOut,
    BatchIn,
    BatchOut,
    ChangedOut,
    CompareIn,
    DecisionOut,
    DecisionsOut,
    DocumentIn,
    ExplanationOut,
    MatchIn,
    MatchOut,
    Versions,
)  # fmt: skip

router = APIRouter(prefix="/v1", tags=["match"], route_class=Strict)
Matching = Annotated[Caller, Depends(allow("match"))]
HELD = [Depends(place("match"))]


@dataclass(frozen=True)
class Question:
    """What is asked, in the domain's words."""

    asked: Asked
    where: Filter
    favoured: Filter
    weights: Weights


@dataclass(frozen=True)
class Page:
    """A part of a ranking, from `start` on; `ranking`: version and score of each document in all of it."""

    id: str
    start: int
    ranking: tuple[tuple[int, float], ...]
    found: Sequence[Found | None]


@router.post("/match", dependencies=HELD, responses=refusals(404, 409, 413, 415, 503))
def match(body: MatchIn, service: Serving, caller: Matching) -> MatchOut:
    """The best documents of the other kind for a resume or a posting, stored or not, each explained."""
    return answer(service, caller, body)


@router.post("/match/batch", dependencies=[Depends(place("batch"))], responses=refusals(409, 413, 415, 503))
def match_batch(body: BatchIn, service: Serving, caller: Matching) -> BatchOut:
    """Several questions at once. One that cannot be answered stops none of the others; one of another shape is refused with all of them."""
    return BatchOut(answers=[_answered(service, caller, question) for question in body.questions])


@router.post("/match/upload", dependencies=[Depends(place("file"))], responses=refusals(404, 409, 413, 415, 503))
async def match_upload(
    file: Annotated[UploadFile, File(description="A PDF, DOCX or text file")],
    service: Serving,
    caller: Matching,
    question: Annotated[
        str, Form(min_length=1, max_length=MAX_BODY, description='As the body of `match`, in JSON, whose query has only a kind: {"query": {"kind": "resume"}}')
    ],
) -> MatchOut:
    """As `match`, for the text of a file, which is not kept."""
    body, data = _question(question), await file.read()
    if (body.query.id, body.query.document, body.query.text) != (None, None, None):
        raise InvalidDocument("query", "must have only a kind: the text is that of the file")

    def matched() -> MatchOut:
        upload = service.uploads.read(data, file.content_type)
        asked = body.model_copy(update={"query": body.query.model_copy(update={"text": upload.text})})
        return answer(service, caller, asked).model_copy(update={"file": file_out(upload)})

    return await run_in_threadpool(matched)


@router.post("/compare", dependencies=HELD, responses=refusals(409, 413, 415, 503))
def compare(body: CompareIn, service: Serving, caller: Matching) -> ExplanationOut:
    """One posting against one resume; nothing is stored."""
    posting, resume = (
        body.posting.document(Kind.POSTING, body.posting.id or "posting", "posting."),
        body.resume.document(Kind.RESUME, body.resume.id or "resume", "resume."),
    )
    _count(service, caller)
    return match_out(service.matcher.compare(posting, resume, Weights.from_mapping(body.weights)), service.matcher.vocabulary)


@router.get("/matches", responses=refusals())
def list_matches(service: Serving, caller: Matching, cursor: Next = None, limit: Limit = 50) -> DecisionsOut:
    """The records of matches, without their results."""
    last = behind(service, cursor, "matches", caller.tenant)[0] if cursor else ""
    found = service.decisions.page(caller.tenant, time.time(), last, limit + 1)
    shown = [_decision_out(service, caller, one, ()) for one in found[:limit]]
    return DecisionsOut(matches=shown, next=lead(service, "matches", caller.tenant, found[limit - 1].id) if len(found) > limit else None)


@router.get("/matches/{id}", responses=refusals(404))
def get_match(id: str, service: Serving, caller: Matching) -> DecisionOut:
    """The record of a match: who was compared, under which versions, with which parts and scores; no word of a text."""
    decision = service.decisions.get(caller.tenant, id, time.time())
    return _decision_out(service, caller, decision, decision.results)


def answer(service: Service, caller: Caller, body: MatchIn) -> MatchOut:
    """The answer to one question, which is recorded; raises as the matcher does, and Refused."""
    needs(caller, f"{body.query.kind.other}s:read")
    question = _read(service, caller, body)
    versions = versions_out(service.matcher, caller.tenant)
    page = _continued(service, caller, body, question) if body.cursor else _begun(service, caller, body, question, versions)
    ranked = list(enumerate(page.found, page.start + 1))
    end = page.start + len(page.found)
    return MatchOut(
        id=page.id,
        matches=[found_out(rank, one, service.matcher.vocabulary, body.explain) for rank, one in ranked if one],
        changed=[ChangedOut(rank=rank, id=_id_of(service, page.ranking[rank - 1][0])) for rank, one in ranked if one is None],
        total=len(page.ranking),
        next=lead(service, "match", caller.tenant, page.id, end) if end < len(page.ranking) else None,
        weights=weights_out(question.weights, bool(body.favoured)),
        versions=versions,
    )


def _begun(service: Service, caller: Caller, body: MatchIn, question: Question, versions: Versions) -> Page:
    """The first page of a ranking, which is made and recorded. The same question is the same match while nothing it depends on has changed."""
    _count(service, caller)
    asked, tenant = question.asked, caller.tenant
    ranked = service.matcher.rank(asked, tenant, question.where, question.weights, MAX_LIMIT, question.favoured)
    found = service.matcher.placed(asked, ranked[: body.limit], tenant, question.weights, question.favoured)
    mark, plain, under = service.decisions.query_mark(tenant, asked), _plain(body), versions.model_dump()
    id = service.decisions.id(tenant, mark, plain, under)
    decision = Decision(
        id=id, made=time.time(), key=caller.key, query=mark, versions=under, weights=dict(question.weights.worth), conditions=plain,
        asked=f"{body.query.kind} {service.decisions.mark(tenant, body.query.kind, body.query.id) if body.query.id else ''}".strip(),
        ranking=tuple((one.version, one.score) for one in ranked), results=service.decisions.results(tenant, found),
    )  # fmt: skip
    service.decisions.keep(tenant, decision)
    return Page(id, 0, decision.ranking, found)


def _continued(service: Service, caller: Caller, body: MatchIn, question: Question) -> Page:
    """A later page of a ranking that was recorded; None in the place of a document that is no longer stored as it was."""
    id, start = behind(service, body.cursor or "", "match", caller.tenant)
    decision = service.decisions.get(caller.tenant, id, time.time())
    if decision.query != service.decisions.query_mark(caller.tenant, question.asked) or decision.conditions != _plain(body):
        raise Refused(422, "invalid-cursor", "cursor: was not given for this question", pointer="/cursor")
    versions = [version for version, _ in decision.ranking[start:][: body.limit]]
    again = service.matcher.again
    return Page(id, start, decision.ranking, [again(question.asked, one, caller.tenant, question.weights, question.favoured) for one in versions])


def _plain(body: MatchIn) -> dict[str, Any]:
    """What a question asks beside its query, as JSON."""
    return body.model_dump(mode="json", include={"required", "favoured", "banned", "weights"})


def _answered(service: Service, caller: Caller, body: MatchIn) -> AnswerOut:
    try:
        return AnswerOut(status=200, match=answer(service, caller, body))
    except (MatcherProblem, IndexProblem) as error:
        refusal = told(error)
        return AnswerOut(status=refusal.status_code, problem=json.loads(bytes(refusal.body)))


def _read(service: Service, caller: Caller, body: MatchIn) -> Question:
    query, vocabulary = body.query, service.matcher.vocabulary
    where, favoured = to_filter(conditions(body.required), conditions(body.banned), vocabulary), favours(conditions(body.favoured), vocabulary)
    weights = favouring(Weights.from_mapping(body.weights), favoured)
    if sum(value is not None for value in (query.id, query.document, query.text)) != 1:
        raise InvalidDocument("query", "must have exactly one of id, document and text")
    if query.id is not None:
        needs(caller, f"{query.kind}s:read")
        return Question(service.matcher.asked(query.kind, query.id, caller.tenant), where, favoured, weights)
    given, place = (query.document, "query.document.") if query.document else (DocumentIn(text=query.text or ""), "query.")
    return Question(service.matcher.read([given.document(query.kind, given.id or "query", place)])[0], where, favoured, weights)


def _count(service: Service, caller: Caller) -> None:
    if caller.limits is None:
        return
    now, most = time.time(), caller.limits.matches_per_day
    if service.keyring.used_today(caller.tenant, 1, now) > most:
        until = {"Retry-After": str(int(DAY - now % DAY) + 1)}
        raise Refused(429, "quota-exceeded", f"{most:,} matches were made today, which is as many as may be", until)


def _decision_out(service: Service, caller: Caller, decision: Decision, results: Sequence[Result]) -> DecisionOut:
    shown: list[dict[str, Any]] = [{"id": _id_of(service, one.version), **_without_version(asdict(one))} for one in results]
    return DecisionOut(
        id=decision.id, made=decision.made, key=decision.key, asked=decision.asked, query=decision.query, versions=dict(decision.versions),
        weights=dict(decision.weights), conditions=dict(decision.conditions), ranked=len(decision.ranking), results=shown,
    )  # fmt: skip


def _without_version(result: dict[str, Any]) -> dict[str, Any]:
    """Versions count the writes of all tenants, and are nobody's business but ours."""
    return {name: value for name, value in result.items() if name != "version"}


def _id_of(service: Service, version: int) -> str | None:
    """The id of a document by a version of it, as long as the document is stored."""
    key = service.matcher.index.key_of(version)
    return key.id if key and service.matcher.index.get(key) else None


def _question(text: str) -> MatchIn:
    try:
        return MatchIn.model_validate_json(text)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", "question", *one["loc"])} for one in error.errors(include_input=False, include_url=False)]
        ) from error
