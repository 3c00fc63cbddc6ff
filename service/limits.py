"""How much a request may send; counted as it arrives, whatever it declares."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import problem

MAX_BODY = 6 << 20  # bytes of a request: two texts of the greatest length, however they are escaped
MAX_BULK = 64 << 20  # bytes of a bulk load
BULK = "/v1/documents"


class BodyLimit:
    """Answers 413 as soon as a request declares or has sent more than its limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its bytes counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MAX_BULK if scope["path"] == BULK else MAX_BODY
        detail = f"the body is larger than {limit:,} bytes"
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, detail)
            return message

        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > limit:
            await problem(413, "http", detail)(scope, receive, send)
        else:
            await self._app(scope, counted, send)
