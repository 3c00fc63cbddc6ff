"""Many documents at once: in bulk with a status a line, in the background with progress, and out again in any format."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from index.record import Written
from matcher.catalog import key
from matcher.document import Document, InvalidDocument, Kind
from matcher.formats import Format
from matcher.matcher import BATCH
from matcher.sources import Refusal
from matcher.upload import Upload
from service.admission import place
from service.common import KINDS, Plural, Serving, Strict, refusals
from service.compose import Service
from service.documents import FILE_BODY, IN_FORMATS, JSON_OF_OTHERS, MEDIA_TYPES, Responses, Where, exported, fits
from service.errors import Refused
from service.gate import asking, needs
from service.ingests import OPEN, Entries, Ingest, entries_of, take
from service.keys import Caller
from service.limits import MAX_LINES
from service.render import file_out
from service.schemas import IngestOut, IngestsOut, LineOut, LineStatus, TextOut

router = APIRouter(prefix="/v1", tags=["loads"], route_class=Strict)
NDJSON = "application/x-ndjson"
EXAMPLE = '{"id": "p1", "kind": "posting", "text": "LCSW licensed in Texas required. EMDR preferred."}\n'
MEDIA = sorted({media.partition(";")[0] for media in MEDIA_TYPES.values()})
BODY: dict[str, Any] = {
    "requestBody": {
        "content": {media: {"schema": {}, **({"example": EXAMPLE} if media == NDJSON else {})} for media in MEDIA},
    }
}
LINES: Responses = {200: {"description": "One status a line, in order", "content": {NDJSON: {"schema": LineStatus.model_json_schema()}}}}
EVENT = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "retry": {"type": "integer"},
        "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": "#/components/schemas/IngestOut"}},
    },
}
EVENTS: Responses = {
    200: {"description": "The job whenever it has changed, until it is done", "content": {"text/event-stream": {"schema": EVENT}}},
    204: {"description": "Nothing more will come"},
}
NO_MOST = 1 << 62
POLL_SECONDS = 0.25
BEAT_SECONDS = 15.0  # after which a stream without news says that it is still there
Asking = Annotated[Caller, Depends(asking)]
Form = Annotated[Format, Query(description="What the body is written in")]
Of = Annotated[Kind | None, Query(description="The kind of all documents of this load; without it, each names its own")]
Naming = Annotated[str, Query(max_length=4000, description='CSV: their header to our column, in JSON: {"Job Title": "title"}')]
First = Annotated[int, Query(ge=1, le=MAX_LINES, description="Begin with this line: to go on with a load that was cut off")]


@router.post(
    "/bulk", responses={**LINES, **refusals(409, 413, 503)}, openapi_extra=BODY, response_class=StreamingResponse, dependencies=[Depends(place("bulk"))]
)
async def load_bulk(
    request: Request, service: Serving, caller: Asking, format: Form = Format.JSONL, kind: Of = None, mapping: Naming = "", first_line: First = 1
) -> StreamingResponse:
    """Load documents, one status a line. A bad line stops nothing else; a load that was cut off goes on from any line."""
    loadable(caller, format, kind)
    entries = entries_of(_short(await request.body()), format, kind, _mapping(mapping))
    return StreamingResponse(_statuses(service, caller, entries, first_line), media_type=NDJSON)


@router.post("/ingests", status_code=202, responses=refusals(409, 413, 503), openapi_extra=BODY, dependencies=[Depends(place("bulk"))])
async def create_ingest(
    request: Request, response: Response, service: Serving, caller: Asking, format: Form = Format.JSONL, kind: Of = None, mapping: Naming = ""
) -> IngestOut:
    """Load documents in the background. On return the body is on disk, and a crash loses nothing of it."""
    loadable(caller, format, kind)
    job = await run_in_threadpool(begin, service, caller, await request.body(), format, kind, mapping)
    response.headers["Location"] = f"/v1/ingests/{job.id}"
    return _ingest_out(job)


@router.get("/ingests", responses=refusals())
def list_ingests(service: Serving, caller: Asking) -> IngestsOut:
    """The jobs of the last week, oldest first, without their refusals."""
    may_write(caller, None)
    return IngestsOut(ingests=[_ingest_out(job, told=False) for job in service.ingests.list(caller.tenant)])


@router.get("/ingests/{id}", responses=refusals(404))
def get_ingest(id: str, service: Serving, caller: Asking) -> IngestOut:
    """A job: how far it is, and every line that was refused."""
    may_write(caller, None)
    return _ingest_out(service.ingests.get(caller.tenant, id))


@router.get("/ingests/{id}/events", responses={**EVENTS, **refusals(404)}, response_class=StreamingResponse)
async def watch_ingest(id: str, request: Request, service: Serving, caller: Asking) -> Response:
    """A job as server-sent events, one whenever it has changed. Who comes back after the last one is told that there are no more (204)."""
    may_write(caller, None)
    job = await run_in_threadpool(service.ingests.get, caller.tenant, id)
    if job.state not in OPEN and request.headers.get("last-event-id") == _event_id(job):
        return Response(status_code=204)
    return StreamingResponse(_events(service, caller.tenant, job, request.is_disconnected), media_type="text/event-stream")


@router.delete("/ingests/{id}", responses=refusals(404))
def cancel_ingest(id: str, service: Serving, caller: Asking) -> IngestOut:
    """Stop a job where it is; what it has taken stays."""
    may_write(caller, None)
    return _ingest_out(service.ingests.cancel(caller.tenant, id))


@router.get(
    "/export/{kind}",
    responses={200: {"content": {**IN_FORMATS, "application/json": {"schema": JSON_OF_OTHERS}}}, **refusals(503)},
    response_class=StreamingResponse,
    dependencies=[Depends(place("export"))],
)
def export(kind: Plural, service: Serving, caller: Asking, format: Form = Format.JSONL, where: Where = []) -> StreamingResponse:  # noqa: B006
    """All documents of a kind, in any format."""
    needs(caller, f"{kind}:read")
    return exported(service, caller, KINDS[kind], format, where)


@router.post("/text", responses=refusals(413, 415, 503), openapi_extra=FILE_BODY, dependencies=[Depends(place("file"))])
async def read_text(request: Request, service: Serving, caller: Asking) -> TextOut:
    """The visible text of a PDF, DOCX or text file, and what was left out of it; nothing is kept."""
    needs(caller, "match")
    data, media_type = await request.body(), request.headers.get("content-type")
    upload: Upload = await run_in_threadpool(service.uploads.read, data, media_type)
    return TextOut(**file_out(upload).model_dump(), text=upload.text)


def loadable(caller: Caller, format: Format, kind: Kind | None) -> None:
    """Raises Refused for a load that the caller may not make, or of a kind that the format does not have."""
    may_write(caller, kind)
    fits(format, kind)


def begin(service: Service, caller: Caller, body: bytes, format: Format, kind: Kind | None, mapping: str) -> Ingest:
    """A new background load; raises Refused, InvalidDocument or TooManyIngests."""
    return service.ingests.add(caller.tenant, _short(body), format, kind, _mapping(mapping), _most(caller))


def may_write(caller: Caller, kind: Kind | None) -> None:
    """A load may hold both kinds, so its key needs both scopes, unless it says which."""
    needs(caller, *(f"{one}s:write" for one in ([kind] if kind else Kind)))


def _short(body: bytes) -> bytes:
    """The body; raises Refused where it has more lines than are taken."""
    lines = body.count(b"\n")
    if lines > MAX_LINES:
        raise Refused(413, "too-large", f"the body has {lines:,} lines, at most {MAX_LINES:,} are taken")
    return body


def _mapping(text: str) -> Mapping[str, str] | None:
    if not text:
        return None
    try:
        values = json.loads(text)
    except ValueError as error:
        raise InvalidDocument("mapping", "is not JSON") from error
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise InvalidDocument("mapping", "must be an object of strings: their header to our column")
    return values


def _most(caller: Caller) -> int:
    return caller.limits.documents if caller.limits else NO_MOST


def _statuses(service: Service, caller: Caller, entries: Entries, first: int) -> Iterator[bytes]:
    left = ((number, one) for number, one in entries if number >= first)
    while batch := list(islice(left, BATCH)):
        written, refused = take(service.matcher, caller.tenant, batch, _most(caller))
        service.metrics.documents.inc(len(written.tags))
        for number, one in batch:
            status = _stored(number, one, written, caller.tenant) if isinstance(one, Document) and number not in refused else _line_out(refused[number])
            yield json.dumps(status, ensure_ascii=True).encode() + b"\n"


def _stored(number: int, document: Document, written: Written, tenant: str) -> dict[str, object]:
    own = key(tenant, document.kind, document.id)
    return {"line": number, "status": 200 if own in written.replaced else 201, "id": document.id, "kind": document.kind.value, "tag": written.tags[own]}


def _line_out(refusal: Refusal) -> dict[str, object]:
    return {"line": refusal.line, "status": 422, "pointer": "/" + refusal.field.replace(".", "/"), "detail": f"{refusal.field}: {refusal.reason}"}


async def _events(service: Service, tenant: str, job: Ingest, gone: Callable[[], Any]) -> AsyncIterator[bytes]:
    told, silent = None, 0.0
    yield b"retry: 5000\n\n"
    while not (service.leaving.is_set() or await gone()):
        if job != told:
            told, silent = job, 0.0
            yield f"id: {_event_id(job)}\ndata: {_ingest_out(job, told=job.state not in OPEN).model_dump_json()}\n\n".encode()
        elif silent >= BEAT_SECONDS:
            silent = 0.0
            yield b": still here\n\n"
        if job.state not in OPEN:
            return
        await asyncio.sleep(POLL_SECONDS)
        silent += POLL_SECONDS
        job = await run_in_threadpool(service.ingests.get, tenant, job.id)


def _event_id(job: Ingest) -> str:
    return f"{job.lines}-{job.state}"


def _ingest_out(job: Ingest, told: bool = True) -> IngestOut:
    return IngestOut(
        id=job.id, state=job.state, format=job.format, created=job.created, finished=job.finished, lines=job.lines, taken=job.taken, refused=job.refused,
        lines_per_second=round(job.per_second(time.time()), 1),
        refusals=[LineOut.model_validate(_line_out(one)) for one in job.refusals] if told else [],
    )  # fmt: skip
