"""How much a request may send and ask; what is declared and what arrives is counted alike."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcher.document import MAX_FIELD, MAX_ID, MAX_TEXT
from matcher.formats.lines import MAX_LINE
from service.errors import problem

MAX_BODY = 6 << 20  # bytes of a request: two texts of the greatest length, however they are escaped
MAX_FILE = 10 << 20  # bytes of an uploaded file
MAX_FORM = MAX_FILE + MAX_BODY + (64 << 10)  # a file, a question, and what lies between
MAX_BULK = 64 << 20  # bytes of a bulk load
MAX_LINES = 100_000  # of a bulk load
MAX_URL = 8 << 10  # bytes of path and query
MAX_HEADERS = 16 << 10  # bytes of all headers
MAX_DEPTH = 64  # of JSON
MAX_CONDITIONS = 32  # of a filter
MAX_LIMIT = 200  # documents of a page, and of a ranking
MAX_QUERIES = 32  # of a batch
HEADER_SECONDS = 10.0  # until all headers have come
BODY_SECONDS = 30.0  # until the whole body has come
BULK_SECONDS = 300.0
ANSWER_SECONDS = 30.0  # that a caller may take to read a part of the answer
PUBLISHED: Mapping[str, float] = {
    "body_bytes": MAX_BODY, "file_bytes": MAX_FILE, "form_bytes": MAX_FORM, "bulk_bytes": MAX_BULK, "bulk_lines": MAX_LINES, "line_bytes": MAX_LINE,
    "url_bytes": MAX_URL, "header_bytes": MAX_HEADERS, "json_depth": MAX_DEPTH, "text_characters": MAX_TEXT, "field_characters": MAX_FIELD,
    "id_characters": MAX_ID, "conditions": MAX_CONDITIONS, "page": MAX_LIMIT, "ranking": MAX_LIMIT, "batch_queries": MAX_QUERIES,
    "header_seconds": HEADER_SECONDS, "body_seconds": BODY_SECONDS, "bulk_seconds": BULK_SECONDS, "answer_seconds": ANSWER_SECONDS,
}  # fmt: skip
_LARGER = {"/v1/bulk": MAX_BULK, "/v1/ingests": MAX_BULK, "/operate/ingests": MAX_BULK, "/v1/match/upload": MAX_FORM, "/v1/text": MAX_FILE, "/texts": MAX_FORM}


def largest_body(path: str) -> int:
    """How many bytes the body of a request to a path may have."""
    return MAX_FILE if path.startswith("/v1/files/") else _LARGER.get(path, MAX_BODY)


def body_seconds(path: str) -> float:
    """How long the body of a request to a path may take to arrive."""
    return BULK_SECONDS if largest_body(path) == MAX_BULK else BODY_SECONDS


class SizeLimits:
    """Answers 413, 414 or 431 as soon as a request declares or has sent more than its limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its bytes counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = largest_body(scope["path"])
        detail = f"the body is larger than {limit:,} bytes"
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, detail)
            return message

        refused = _oversized(scope, limit, detail)
        if refused:
            await problem(refused[0], "too-large", refused[1])(scope, receive, send)
        else:
            await self._app(scope, counted, send)


def _oversized(scope: Scope, limit: int, detail: str) -> tuple[int, str] | None:
    url = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if url > MAX_URL:
        return 414, f"the address has {url:,} bytes, at most {MAX_URL:,} are taken"
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    if headers > MAX_HEADERS:
        return 431, f"the headers have {headers:,} bytes, at most {MAX_HEADERS:,} are taken"
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return (413, detail) if declared.isdigit() and int(declared) > limit else None
