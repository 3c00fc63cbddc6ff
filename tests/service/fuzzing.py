"""What schemathesis is told about the service: how lines and files are written, and a check of our own."""

from __future__ import annotations

import json
import os
from typing import Any

import schemathesis
from schemathesis.generation import GenerationMode

from matcher.document import Document
from service.schemas import LineStatus

OWN_KEY = "CLINMATCH_FUZZ_KEY"  # names the variable with the id of the key that all requests are sent with
LINES, TABLE, LINKED = "application/x-ndjson", "text/csv", "application/ld+json"


def as_bytes(context: object, value: Any) -> bytes:
    """A generated body, which is a string, as it is sent."""
    return value if isinstance(value, bytes) else value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value).encode()


for media in (LINES, TABLE, LINKED):
    schemathesis.serializer(media)(as_bytes)


@schemathesis.hook
def before_call(context: object, case: schemathesis.Case, kwargs: object) -> None:
    """The key that the requests are sent with is not revoked by one of them."""
    if case.operation.path.startswith("/v1/keys/") and case.path_parameters.get("id") == os.environ.get(OWN_KEY):
        case.path_parameters["id"] = "0" * 16


@schemathesis.check
def shape_is_accepted(context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """What fits the document is never refused for its shape."""
    meta = case.meta
    if meta is None or meta.generation.mode is not GenerationMode.POSITIVE or response.status_code != 422:
        return
    if case.operation.path == "/v1/match/upload" and response.json().get("errors", [{}])[0].get("pointer", "").startswith("/question"):
        return  # a field that holds JSON, of which OpenAPI cannot say the shape
    assert response.json()["type"] != "urn:clinmatch:malformed-request", response.json()["detail"]


@schemathesis.check
def lines_are_documented(context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """Each line of an answer in lines is of its shape."""
    if response.status_code == 200 and LINES in response.headers.get("content-type", [""])[0]:
        shape = LineStatus.model_validate_json if case.operation.path == "/v1/bulk" else _document
        for line in response.content.splitlines():
            shape(line)


def _document(line: bytes) -> Document:
    return Document.from_mapping(json.loads(line))
