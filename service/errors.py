"""Domain errors -> problem+json (RFC 9457). The domain does not know HTTP; this table does."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.record import IndexProblem
from index.store import StoreInvalid
from matcher.document import InvalidDocument, MatcherProblem
from matcher.filters import InvalidFilter
from matcher.matcher import NothingToRead, UnknownDocument
from matcher.weights import InvalidWeights

MEDIA = "application/problem+json"
STATUS: dict[type[Exception], tuple[int, str]] = {
    InvalidDocument: (422, "invalid-document"),
    InvalidFilter: (422, "invalid-filter"),
    InvalidWeights: (422, "invalid-weights"),
    NothingToRead: (422, "nothing-to-read"),
    UnknownDocument: (404, "unknown-document"),
    StoreInvalid: (503, "store-invalid"),
}
UNREADABLE = {RecursionError: "is nested too deeply", UnicodeDecodeError: "is not UTF-8"}
log = logging.getLogger("clinmatch")


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
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            log.error(  # noqa: TRY400 - the traceback would quote the message
                "unexpected %s at %s:%s", type(error).__name__, Path(last.filename).name, last.lineno
            )
            if not started:
                await problem(500, "internal", "internal error")(scope, receive, send)


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
    app.add_middleware(Unexpected)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    status, name = STATUS.get(type(error), (500, "internal"))
    more = {"pointer": "/" + error.field.replace(".", "/")} if isinstance(error, InvalidDocument) else {}
    return problem(status, name, str(error) if status != 500 else "internal error", **more)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _refused([_not_json(one) if one["type"] == "json_invalid" else (_pointer(one["loc"][1:]), one["msg"]) for one in error.errors()])


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 400 and error.__cause__:  # of json.loads on the body
        return _refused([("", UNREADABLE.get(type(error.__cause__), "holds a number of too many digits"))])
    response = problem(error.status_code, "http", str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _refused(errors: Sequence[tuple[str, str]]) -> JSONResponse:
    pointer, detail = errors[0]
    listed = [{"pointer": pointer, "detail": detail} for pointer, detail in errors]
    return problem(422, "malformed-request", f"{pointer or 'body'}: {detail}", errors=listed)


def _pointer(steps: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _not_json(error: Mapping[str, Any]) -> tuple[str, str]:
    return "", f"is not JSON at character {error['loc'][-1]}: {error['ctx']['error']}"


def _speakable(body: dict[str, object]) -> dict[str, object]:
    """The body without half surrogates, which no encoder can send."""
    if isinstance(body.get("detail"), str):
        body["detail"] = str(body["detail"]).encode("utf-8", "replace").decode()
    return body
