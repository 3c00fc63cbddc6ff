"""The service: documents in, matches out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from matcher.document import Document, InvalidDocument, Kind
from matcher.filters import to_filter
from matcher.matcher import LOCAL, Found, Matcher, batches
from matcher.sources import Refusal, read_lines
from matcher.weights import Weights
from service import pages
from service.errors import MEDIA, install
from service.limits import BodyLimit
from service.schemas import (
    CompareIn,
    DocumentIn,
    DocumentOut,
    ExplanationOut,
    MatchIn,
    MatchOut,
    Stored201,
    Versions,
    document_out,
    found_out,
    match_out,
)

VERSION = "0.1.0"
KINDS = {"postings": Kind.POSTING, "resumes": Kind.RESUME}
Plural = Literal["postings", "resumes"]
PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"description": text, "content": {MEDIA: {"schema": {"type": "object"}}}}
    for status, text in ((404, "No such document"), (413, "Body too large"), (422, "Malformed or not usable: names the field and the reason"))
}

router = APIRouter(prefix="/v1", responses={422: PROBLEMS[422]})


def _matcher(request: Request) -> Matcher:
    matcher: Matcher = request.state.matcher
    return matcher


Ready = Annotated[Matcher, Depends(_matcher)]


def create_app(load: Callable[[], Matcher]) -> FastAPI:
    """The app over a matcher that `load` opens at start and that is closed at the end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Matcher]]:
        matcher = await run_in_threadpool(load)
        yield {"matcher": matcher}
        matcher.close()

    app = FastAPI(
        title="clinmatch", version=VERSION, lifespan=lifespan, docs_url=None, redoc_url=None,
        description="Matches postings and resumes in mental-health work, and accounts for every point.",
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.include_router(router)
    app.include_router(pages.router)
    app.get("/livez", tags=["health"])(livez)
    app.get("/readyz", tags=["health"])(readyz)
    app.add_middleware(BodyLimit)
    install(app)
    return app


def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


def readyz(matcher: Ready) -> dict[str, object]:
    """The store is open and the model is loaded; how many documents there are."""
    counts = {plural: matcher.count(kind) for plural, kind in KINDS.items()}
    return {"status": "ready", "documents": counts, "versions": _versions(matcher).model_dump()}


@router.put("/{kind}/{id:path}", status_code=201, tags=["documents"], responses={413: PROBLEMS[413]})
def put_document(kind: Plural, id: str, body: DocumentIn, matcher: Ready) -> Stored201:
    """Add or replace a document. On return it is durable and searchable."""
    document = body.document(KINDS[kind], id)
    return Stored201(id=id, kind=document.kind, sequence=matcher.put([document]).sequence)


@router.get("/{kind}/{id:path}", tags=["documents"], responses={404: PROBLEMS[404]})
def get_document(kind: Plural, id: str, matcher: Ready) -> DocumentOut:
    """A document and what was read from it."""
    return document_out(matcher.get(KINDS[kind], id), matcher.vocabulary)


@router.delete("/{kind}/{id:path}", status_code=204, tags=["documents"], responses={404: PROBLEMS[404]})
def delete_document(kind: Plural, id: str, matcher: Ready) -> Response:
    """Remove a document."""
    matcher.delete(KINDS[kind], id)
    return Response(status_code=204)


@router.post(
    "/documents",
    tags=["documents"],
    responses={200: {"description": "One status a line, in order", "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}, 413: PROBLEMS[413]},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": '{"id": "p1", "kind": "posting", "text": "..."}\n'}},
        }
    },
)
async def load_documents(request: Request, matcher: Ready) -> StreamingResponse:
    """Load documents in bulk: NDJSON in, one status a line out. A bad line stops nothing else."""
    body = await request.body()
    return StreamingResponse(_load(body, matcher), media_type="application/x-ndjson")


@router.post("/match", tags=["match"], responses={404: PROBLEMS[404], 413: PROBLEMS[413]})
def match(body: MatchIn, matcher: Ready) -> MatchOut:
    """The best documents of the other kind for a resume or a posting, stored or not, each explained."""
    found = _matched(body, matcher)
    shown = [found_out(rank, one, matcher.vocabulary) for rank, one in enumerate(found, 1)]
    return MatchOut(matches=shown, versions=_versions(matcher))


@router.post("/compare", tags=["match"], responses={413: PROBLEMS[413]})
def compare(body: CompareIn, matcher: Ready) -> ExplanationOut:
    """One posting against one resume; nothing is stored."""
    posting, resume = body.posting.document(Kind.POSTING, "posting", "posting."), body.resume.document(Kind.RESUME, "resume", "resume.")
    return match_out(matcher.compare(posting, resume, Weights.from_mapping(body.weights)), matcher.vocabulary)


def _matched(body: MatchIn, matcher: Matcher) -> list[Found]:
    where, weights = to_filter(body.required, body.banned, matcher.vocabulary), Weights.from_mapping(body.weights)
    query = body.query
    if sum(value is not None for value in (query.id, query.document, query.text)) != 1:
        raise InvalidDocument("query", "must have exactly one of id, document and text")
    if query.id is not None:
        return matcher.match_stored(query.kind, query.id, where=where, weights=weights, limit=body.limit)
    asked, place = (query.document, "query.document.") if query.document else (DocumentIn(text=query.text or ""), "query.")
    document = asked.document(query.kind, "query", place)
    return matcher.match(document, where=where, weights=weights, limit=body.limit)


def _load(body: bytes, matcher: Matcher) -> Iterator[bytes]:
    for batch in batches(read_lines(iter(body.split(b"\n")), "body")):
        matcher.put([document for _, document in batch if isinstance(document, Document)])
        for number, document in batch:
            yield json.dumps(_status(number, document), ensure_ascii=True).encode() + b"\n"


def _status(number: int, document: Document | Refusal) -> dict[str, object]:
    if isinstance(document, Refusal):
        return {"line": number, "status": 422, "field": document.field, "reason": document.reason}
    return {"line": number, "status": 201, "id": document.id, "kind": document.kind.value}


def _versions(matcher: Matcher) -> Versions:
    return Versions(model=matcher.encoder.name, vocabulary=matcher.vocabulary.version, sequence=matcher.index.sequence(LOCAL))
