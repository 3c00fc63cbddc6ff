"""What every group of operations needs: the parts behind them, their documented refusals, and signed cursors."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

from fastapi import Depends, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form, Query
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, JsonValue

from matcher.document import Kind
from service.compose import Service
from service.errors import MEDIA, Refused
from service.limits import MAX_DEPTH

NAME = re.compile(r"[a-z_]{1,20}")  # of a parameter, as it can be repeated; another may be something pasted
KINDS = {"postings": Kind.POSTING, "resumes": Kind.RESUME}
Plural = Literal["postings", "resumes"]
SAID = {
    401: "No API key, or one that does not open", 403: "The key lacks the scope, or the quota is used up", 404: "Not there",
    414: "The address is too long", 431: "The headers are too large",
    409: "The first request with this Idempotency-Key is still running", 412: "The precondition does not hold", 413: "Too large",
    415: "A format that is not read", 422: "Malformed or not usable: names the field and the reason",
    429: "The rate or the day's quota is used up: Retry-After says when there is more",
    503: "As much is under way as can be done: Retry-After says when to come back",
}  # fmt: skip


EXAMPLE: dict[str, JsonValue] = {"type": "urn:clinmatch:unknown-document", "title": "Not Found", "status": 404, "detail": "no posting 'p9'"}


class Place(BaseModel):
    """A place in a request that is not of its documented shape."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """A refusal (RFC 9457); `type` is one of those that docs/api.md lists."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [EXAMPLE]})

    type: str
    title: str
    status: int
    detail: str
    pointer: str | None = None
    errors: list[Place] | None = None
    request_id: str | None = None


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of an operation beside those that every operation may have, as OpenAPI writes them."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {status: {"description": SAID[status], "content": {MEDIA: schema}} for status in sorted({401, 403, 414, 422, 429, 431, *statuses})}


def service_of(request: Request) -> Service:
    """The parts behind the operations."""
    service: Service = request.state.service
    return service


Serving = Annotated[Service, Depends(service_of)]


class Strict(APIRoute):
    """A route that refuses parameters that it does not know, bodies that are not said to be JSON, and JSON nested deeper than MAX_DEPTH."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, with all this watched."""
        handler = super().get_route_handler()
        known = {one.alias for one in get_flat_params(self.dependant) if isinstance(one.field_info, Query)}
        takes_json = self.body_field is not None and not isinstance(self.body_field.field_info, Form)

        async def watched(request: Request) -> Response:
            unknown = sorted(set(request.query_params) - known)
            if unknown:
                told = f"unknown; known are {', '.join(sorted(known)) or 'none'}"
                raise RequestValidationError(
                    [{"type": "extra_forbidden", "loc": ("query", name if NAME.fullmatch(name) else "?"), "msg": told} for name in unknown]
                )
            media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if takes_json and media != "application/json" and not media.endswith("+json"):
                raise Refused(415, "unsupported-format", f"the Content-Type is {media!r:.80}, this operation takes application/json")
            return await handler(_Shallow(request.scope, request.receive))

        return watched


class _Shallow(Request):
    async def json(self) -> Any:
        value = await super().json()
        if _deeper(value, MAX_DEPTH):
            raise RequestValidationError([{"type": "json_depth", "loc": ("body",), "msg": f"is nested deeper than {MAX_DEPTH}"}])
        return value


def _deeper(value: object, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [one for held in level if isinstance(held, dict | list) for one in (held.values() if isinstance(held, dict) else held)]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def cursor(service: Service, *values: object) -> str:
    """A token that leads on from a place in a list."""
    return service.secret.sign("cursor", list(values))


def behind(service: Service, token: str, *values: object) -> list[Any]:
    """What a cursor that begins with these values holds behind them; raises Refused for any other."""
    try:
        held = service.secret.signed("cursor", token)
    except ValueError as error:
        raise Refused(422, "invalid-cursor", "cursor: was not given for this question", pointer="/cursor") from error
    if not isinstance(held, list) or held[: len(values)] != list(values):
        raise Refused(422, "invalid-cursor", "cursor: was not given for this question", pointer="/cursor")
    return held[len(values) :]
