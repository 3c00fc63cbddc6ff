"""Domain errors -> problem+json (RFC 9457). The domain does not know HTTP; this table does."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.record import Conflict, IndexProblem
from index.store import StoreInvalid
from matcher.document import InvalidDocument, MatcherProblem
from matcher.filters import InvalidFilter
from matcher.matcher import NothingToRead, UnknownDocument
from matcher.upload import NoTextLayer, UnreadableFile, UnsupportedFormat
from matcher.weights import InvalidWeights
from service.decisions import UnknownMatch
from service.ingests import TooManyIngests, UnknownIngest
from service.keys import InvalidKey, UnknownKey
from service.logs import log
from service.recent import note

MEDIA = "application/problem+json"


class Refused(MatcherProblem):
    """A request that is refused for what it is, not for what it holds: status, type and words, and headers where one is due."""

    def __init__(self, status: int, name: str, detail: str, headers: Mapping[str, str] | None = None, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.name, self.headers, self.pointer = status, name, headers or {}, pointer


STATUS: dict[type[Exception], tuple[int, str]] = {
    InvalidDocument: (422, "invalid-document"),
    InvalidFilter: (422, "invalid-filter"),
    InvalidWeights: (422, "invalid-weights"),
    InvalidKey: (422, "invalid-key"),
    NothingToRead: (422, "nothing-to-read"),
    UnsupportedFormat: (415, "unsupported-format"),
    NoTextLayer: (422, "no-text-layer"),
    UnreadableFile: (422, "invalid-upload"),
    UnknownDocument: (404, "unknown-document"),
    UnknownKey: (404, "unknown-key"),
    UnknownMatch: (404, "unknown-match"),
    UnknownIngest: (404, "unknown-ingest"),
    TooManyIngests: (429, "quota-exceeded"),
    Conflict: (412, "precondition-failed"),
    StoreInvalid: (503, "store-invalid"),
}
TYPES: dict[str, str] = {
    "invalid-document": "A document, or a field of one, that cannot be used; `pointer` leads to it.",
    "invalid-filter": "A condition over something that cannot be filtered by, or for a value that nothing has.",
    "invalid-weights": "Weights that are unknown, out of range, or all 0.",
    "invalid-key": "An API key that cannot be made as asked.",
    "invalid-cursor": "A cursor that was not given here, or for another question.",
    "invalid-upload": "A file that is damaged, encrypted, too large, or of no text: the detail says which.",
    "no-text-layer": "A scan: a file of pictures without text.",
    "unsupported-format": "A file or body of a format that is not read.",
    "nothing-to-read": "A text in which nothing was found that could be matched.",
    "malformed-request": "A request that is not of its documented shape; `errors` lists every place.",
    "unknown-document": "No such document of this tenant.",
    "unknown-key": "No such key of this tenant.",
    "unknown-match": "No such match of this tenant, or its record has run out.",
    "unknown-ingest": "No such ingest of this tenant, or its record has run out.",
    "precondition-failed": "If-Match or If-None-Match does not hold: the document has changed, exists, or does not.",
    "idempotency-key-reused": "The Idempotency-Key stands for another request.",
    "idempotency-key-in-use": "The first request with this Idempotency-Key is still running.",
    "unauthenticated": "No API key, or one that does not open.",
    "forbidden": "The API key lacks the scope that the operation needs, or the page of another site asks.",
    "too-many-requests": "The key has used up what it may ask in this time; Retry-After says when there is more.",
    "quota-exceeded": "The tenant has used up what it may store, match in a day, or load at a time.",
    "too-large": "Body, address or headers are larger than `/v1/limits` says.",
    "overloaded": "As much is under way as can be done in good time; Retry-After says when to try again.",
    "store-invalid": "The store is damaged; an operator is needed.",
    "http": "What HTTP itself says: no such path, or no such method there.",
    "internal": "A fault of ours; the request id finds it in the log.",
}
METHODS = ("GET", "PUT", "POST", "DELETE")  # that any address of ours takes
SOON = "10"  # seconds, in which a job may have been done
UNREADABLE = {RecursionError: "is nested too deeply", UnicodeDecodeError: "is not UTF-8"}
request_id: ContextVar[str] = ContextVar("request_id", default="")


class Unexpected:
    """Answers a bug with a bare 500, and logs its kind and place but not its message, which may quote a text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; nothing that it raises goes further."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except HTTPException as error:  # of a body that grew too large outside the app
            assert not started
            await problem(error.status_code, "too-large", str(error.detail), error.headers)(scope, receive, send)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            bug = {"error": type(error).__name__, "place": f"{Path(last.filename).name}:{last.lineno}"}
            log("unexpected", level="error", **bug, request_id=request_id.get())
            note(**bug)
            if not started:
                await problem(500, "internal", "internal error")(scope, receive, send)


def problem(status: int, name: str, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> JSONResponse:
    """An answer in the form of a problem."""
    assert name in TYPES, name
    note(problem=name)
    body = {"type": f"urn:clinmatch:{name}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    if request_id.get():
        body["request_id"] = request_id.get()
    return JSONResponse(_speakable(body), status, headers, media_type=MEDIA)


def install(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""
    app.add_exception_handler(MatcherProblem, _ours)
    app.add_exception_handler(IndexProblem, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


def told(error: MatcherProblem | IndexProblem) -> JSONResponse:
    """The problem that a domain error is to a caller."""
    if isinstance(error, Refused):
        if error.pointer is None:
            return problem(error.status, error.name, str(error), error.headers)
        return problem(error.status, error.name, str(error), error.headers, pointer=error.pointer)
    status, name = STATUS.get(type(error), (500, "internal"))
    field = getattr(error, "field", None)
    detail = str(error) if status != 500 else "internal error"
    if not isinstance(field, str) or not field:
        return problem(status, name, detail, {"Retry-After": SOON} if status == 429 else None)
    return problem(status, name, detail, pointer="/" + field.replace(".", "/"))


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, MatcherProblem | IndexProblem)
    return told(error)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _refused([_not_json(one) if one["type"] == "json_invalid" else (_pointer(one["loc"][1:]), one["msg"]) for one in error.errors()])


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, RequestValidationError):
        return await _malformed(request, error.__cause__)
    if error.status_code == 400:  # of json.loads on the body, or of a form
        return _refused([("", UNREADABLE.get(type(error.__cause__), "holds a number of too many digits") if error.__cause__ else str(error.detail))])
    headers = {**(error.headers or {}), **({"Allow": _methods(request)} if error.status_code == 405 else {})}
    return problem(error.status_code, "too-large" if error.status_code == 413 else "http", str(error.detail), headers)


def _methods(request: Request) -> str:
    """The methods that there are at an address: one route knows only its own."""
    routes = request.app.routes
    return ", ".join(method for method in METHODS if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes))


def _refused(errors: Sequence[tuple[str, str]]) -> JSONResponse:
    pointer, detail = errors[0]
    listed = [{"pointer": pointer, "detail": detail} for pointer, detail in errors]
    return problem(422, "malformed-request", f"{pointer or 'body'}: {detail}", errors=listed)


def _pointer(steps: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _not_json(error: Mapping[str, Any]) -> tuple[str, str]:
    *place, last = error["loc"][1:]
    if isinstance(last, int):
        return _pointer(place), f"is not JSON at character {last}: {error['ctx']['error']}"
    return _pointer((*place, last)), f"is not JSON: {error['ctx']['error']}"


def _speakable(value: Any) -> Any:
    """The value without half surrogates, which no encoder can send."""
    if isinstance(value, dict):
        return {name: _speakable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_speakable(one) for one in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
