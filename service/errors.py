"""Domain errors -> problem+json (RFC 9457). The domain does not know HTTP; this table does."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.record import IndexProblem
from index.store import StoreInvalid
from matcher.catalog import InvalidFilter
from matcher.compare import InvalidWeights
from matcher.document import InvalidDocument, MatcherProblem
from matcher.matcher import NothingToRead, UnknownDocument

MEDIA = "application/problem+json"
STATUS: dict[type[Exception], tuple[int, str]] = {
    InvalidDocument: (422, "invalid-document"),
    InvalidFilter: (422, "invalid-filter"),
    InvalidWeights: (422, "invalid-weights"),
    NothingToRead: (422, "nothing-to-read"),
    UnknownDocument: (404, "unknown-document"),
    StoreInvalid: (503, "store-invalid"),
}
log = logging.getLogger("clinmatch")


def problem(status: int, name: str, detail: str, **more: object) -> JSONResponse:
    """An answer in the form of a problem."""
    body = {"type": f"urn:clinmatch:{name}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JSONResponse(_speakable(body), status, media_type=MEDIA)


def install(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""
    app.add_exception_handler(MatcherProblem, _ours)
    app.add_exception_handler(IndexProblem, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    status, name = STATUS.get(type(error), (500, "internal"))
    more = {"pointer": f"/{error.field}"} if isinstance(error, InvalidDocument) else {}
    return problem(status, name, str(error) if status != 500 else "internal error", **more)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [{"pointer": "/" + "/".join(str(step) for step in one["loc"][1:]), "detail": one["msg"]} for one in error.errors()]
    first = errors[0] if errors else {"pointer": "/", "detail": "malformed"}
    return problem(422, "malformed-request", f"{first['pointer']}: {first['detail']}", errors=errors)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    response = problem(error.status_code, "http", str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected %s in %s", type(error).__name__, request.scope.get("path_format", "a request"))
    return problem(500, "internal", "internal error")


def _speakable(body: dict[str, object]) -> dict[str, object]:
    """The body without half surrogates, which no encoder can send."""
    if isinstance(body.get("detail"), str):
        body["detail"] = str(body["detail"]).encode("utf-8", "replace").decode()
    return body
