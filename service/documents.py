"""Documents by their owner's id: put, get, delete and list; each kind has its own operations and scopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.convertors import PathConvertor, register_url_convertor

from index.record import ANY, Expected, Filter
from matcher.catalog import key
from matcher.document import MAX_FIELD, MAX_ID, Document, Kind
from matcher.filters import InvalidFilter, to_filter
from matcher.formats import OF_KIND, Format, dump
from matcher.matcher import MUTE, is_mute
from matcher.upload import Upload
from matcher.upload.upload import DOCX, PDF, TEXT
from service.admission import place
from service.common import Strict, behind, cursor, refusals, service_of
from service.compose import Service
from service.errors import Refused
from service.gate import allow
from service.keys import Caller
from service.limits import MAX_CONDITIONS, MAX_LIMIT
from service.render import brief_document_out, document_out, file_out
from service.schemas import DocumentIn, DocumentOut, ListOut, StoredOut

FILE_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in (PDF, DOCX, TEXT)}}
}
MEDIA_TYPES = {
    Format.JSONL: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JOB_POSTING: "application/ld+json",
    Format.JSON_RESUME: "application/json",
}
Id = Annotated[str, Path(min_length=1, max_length=MAX_ID, examples=["p1"])]
WHERE = "facet:value, which may be repeated: a document must have one of the values given for each facet; GET /v1/vocabulary lists them"
Where = Annotated[list[str], Query(description=WHERE, max_length=MAX_CONDITIONS, examples=[["state:TX", "modality:trauma.emdr"]])]
Tag = Annotated[str | None, Header(max_length=MAX_FIELD)]
Next = Annotated[str | None, Query(max_length=4 * MAX_FIELD, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
OfOthers = Annotated[dict[str, Any], Field(title="In another program's format")]
Responses = dict[int | str, dict[str, Any]]
JSON_OF_OTHERS = {"description": "In another program's format: objects, in an array where there are several", "type": ["object", "array"]}
IN_FORMATS: dict[str, Any] = {
    MEDIA_TYPES[Format.JSONL]: {"schema": {"description": "One document", "type": "object"}},
    "text/csv": {"schema": {"type": "string"}},
    MEDIA_TYPES[Format.JOB_POSTING]: {"schema": JSON_OF_OTHERS},
}
ETAG: dict[str, Any] = {"ETag": {"description": "The version of the document, for If-Match and If-None-Match", "schema": {"type": "string"}}}


class AnyId(PathConvertor):
    """Whatever follows in the address, line ends too, so that an id that holds them is refused as such."""

    regex = "(?s:.*)"


register_url_convertor("id", AnyId())


@dataclass(frozen=True)
class Precondition:
    """What a document must be before it is written: If-Match names its ETag, or `*` for any; If-None-Match `*` for none."""

    if_match: Tag = None
    if_none_match: Annotated[Literal["*"] | None, Header()] = None

    def of(self, caller: Caller, kind: Kind, id: str) -> Expected:
        """As the index understands it."""
        if self.if_match is None:
            return {key(caller.tenant, kind, id): None} if self.if_none_match else {}
        return {key(caller.tenant, kind, id): ANY if self.if_match.strip() == "*" else _one(tags(self.if_match))}


def router(plural: str, kind: Kind) -> APIRouter:
    """The operations on documents of one kind."""
    routes = APIRouter(prefix=f"/v1/{plural}", tags=[plural], route_class=Strict)
    reader, writer, held = Depends(allow(f"{plural}:read")), Depends(allow(f"{plural}:write")), Depends(place("write"))
    serving, before = Depends(service_of), Depends(Precondition)
    written: Responses = {200: {"description": "Replaced", "model": StoredOut, "headers": ETAG}, 201: {"headers": ETAG}, **refusals(412, 413, 415, 503)}
    got: dict[str, Any] = {"headers": ETAG, "content": IN_FORMATS}

    @routes.put("/{id:id}", name=f"put_{kind}", status_code=201, response_model=StoredOut, responses=written, dependencies=[held])
    def put(id: Id, body: DocumentIn, service: Service = serving, caller: Caller = writer, expected: Precondition = before) -> Response:
        """Add or replace a document under your own id. On return it is durable and searchable."""
        return stored(service, caller, body.document(kind, id), expected)

    @routes.get("/{id:id}", name=f"get_{kind}", response_model=DocumentOut | OfOthers, responses={200: got, **refusals(404), 304: {"description": "As it was"}})
    def get(id: Id, service: Service = serving, caller: Caller = reader, format: Format | None = None, if_none_match: Tag = None) -> Response:
        """A document and what was read from it; with `format`, in that of another program."""
        found = service.matcher.get(kind, id, caller.tenant)
        headers = {"ETag": f'"{found.tag}"'}
        if if_none_match and found.tag in tags(if_none_match):
            return Response(status_code=304, headers=headers)
        if format:
            fits(format, kind)
            return Response(b"".join(dump([found], format, service.matcher.vocabulary)), headers=headers, media_type=MEDIA_TYPES[format])
        return JSONResponse(document_out(found, service.matcher.vocabulary).model_dump(mode="json"), headers=headers)

    @routes.delete("/{id:id}", name=f"delete_{kind}", status_code=204, response_class=Response, responses=refusals(404, 412))
    def delete(id: Id, service: Service = serving, caller: Caller = writer, expected: Precondition = before) -> Response:
        """Remove a document."""
        service.matcher.delete(kind, id, caller.tenant, expected.of(caller, kind, id))
        return Response(status_code=204)

    @routes.get("", name=f"list_{kind}s", responses=refusals())
    def listed(service: Service = serving, caller: Caller = reader, where: Where = [], cursor: Next = None, limit: Limit = 50) -> ListOut:  # noqa: B006
        """The documents by id, a page at a time."""
        return page(service, caller, kind, where, cursor, limit)

    return routes


def files(plural: str, kind: Kind) -> APIRouter:
    """Documents of one kind put as files."""
    routes = APIRouter(prefix=f"/v1/files/{plural}", tags=[plural], route_class=Strict)
    writer, held, serving, before = Depends(allow(f"{plural}:write")), Depends(place("file")), Depends(service_of), Depends(Precondition)
    written: Responses = {200: {"description": "Replaced", "model": StoredOut, "headers": ETAG}, 201: {"headers": ETAG}, **refusals(412, 413, 415, 503)}

    @routes.put("/{id:id}", name=f"put_{kind}_file", status_code=201, response_model=StoredOut, responses=written, openapi_extra=FILE_BODY, dependencies=[held])
    async def put_file(id: Id, request: Request, service: Service = serving, caller: Caller = writer, expected: Precondition = before) -> Response:
        """Add or replace a document by the text of a PDF, DOCX or text file, which is not kept itself."""
        data, media_type = await request.body(), request.headers.get("content-type")

        def put() -> Response:
            upload = service.uploads.read(data, media_type)
            return stored(service, caller, Document.from_mapping({"id": id, "kind": kind.value, "text": upload.text}), expected, upload)

        return await run_in_threadpool(put)

    return routes


def stored(service: Service, caller: Caller, document: Document, expected: Precondition, upload: Upload | None = None) -> Response:
    """Store one document and acknowledge it: 201 for a new one, 200 for one that was replaced."""
    kind, id = document.kind, document.id
    has_room(service, caller, kind, id)
    written = service.matcher.put([document], caller.tenant, expected.of(caller, kind, id))
    service.metrics.documents.inc()
    tag = written.tags[key(caller.tenant, kind, id)]
    warnings = [MUTE] if is_mute(service.matcher.get(kind, id, caller.tenant).profile) else []
    body = StoredOut(id=id, kind=kind, tag=tag, sequence=written.sequence, file=file_out(upload) if upload else None, warnings=warnings)
    return JSONResponse(body.model_dump(mode="json"), 200 if written.replaced else 201, {"ETag": f'"{tag}"'})


def has_room(service: Service, caller: Caller, kind: Kind, id: str) -> None:
    """Raises Refused where a tenant has as many documents as it may, and this would be one more."""
    most = caller.limits.documents if caller.limits else None
    if most is not None and service.matcher.count(kind, caller.tenant) >= most and service.matcher.index.get(key(caller.tenant, kind, id)) is None:
        raise Refused(403, "quota-exceeded", f"there are {most:,} {kind}s stored, which is as many as may be")


def page(service: Service, caller: Caller, kind: Kind, where: list[str], after: str | None, limit: int) -> ListOut:
    """A page of a list, and the cursor to the next."""
    question = ["documents", caller.tenant, kind.value, sorted(where)]
    last = behind(service, after, *question)[0] if after else ""
    found = service.matcher.listed(kind, caller.tenant, filter_of(service, where), last, limit + 1)
    more = cursor(service, *question, found[limit - 1].document.id) if len(found) > limit else None
    return ListOut(documents=[brief_document_out(one) for one in found[:limit]], next=more)


def filter_of(service: Service, where: list[str]) -> Filter:
    """The filter of `where` parameters."""
    values: dict[str, list[str]] = {}
    for one in where:
        name, colon, value = one.partition(":")
        if not colon:
            raise InvalidFilter("where", f"is {one!r:.60}, must be facet:value")
        values.setdefault(name, []).append(value)
    try:
        return to_filter(values, {}, service.matcher.vocabulary)
    except InvalidFilter as error:
        raise InvalidFilter("where", str(error).removeprefix("required.")) from error


def tags(header: str) -> list[str]:
    """The tags in an If-Match or If-None-Match header, weak ones too."""
    return [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]


def _one(listed: list[str]) -> str:
    if len(listed) != 1:
        raise Refused(422, "malformed-request", f"If-Match: has {len(listed)} tags, must have one", pointer="/If-Match")
    return listed[0]


def fits(format: Format, kind: Kind | None) -> None:
    """Raises Refused for a format of the other kind of documents; any will do where no kind is asked for."""
    if kind and OF_KIND.get(format, kind) is not kind:
        raise Refused(422, "unsupported-format", f"{format} is a format of {kind.other}s, not of {kind}s", pointer="/format")


def exported(service: Service, caller: Caller, kind: Kind, format: Format, where: list[str]) -> StreamingResponse:
    """All documents that a filter allows, in a format, as they are read."""
    fits(format, kind)
    found = service.matcher.documents(kind, caller.tenant, filter_of(service, where))
    return StreamingResponse(dump(found, format, service.matcher.vocabulary), media_type=MEDIA_TYPES[format])
